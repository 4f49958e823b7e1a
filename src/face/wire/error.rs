//! The body of every answer that is an error.

use crate::engine::{Code, EngineError, ErrorReason};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// What is wrong.
    pub error: ErrorDetail,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorDetail {
    /// The stable code, such as `POLICY_DENIED`.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// The id under which the server's log has more.
    pub correlation_id: String,
    /// What it is about, such as `AgentMemoryUpdate/krate-org-a5c/amu-...`.
    pub resource: Option<String>,
    /// Each reason.
    pub reasons: Vec<ErrorCause>,
}

/// One reason of an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorCause {
    /// A short code, such as `MissingRole`.
    pub code: String,
    /// The field it is about.
    pub field: Option<String>,
    /// One sentence.
    pub message: String,
}

impl ErrorBody {
    /// The body for an error. A failure of the engine itself keeps what it knows to the log.
    pub fn new(error: &EngineError, correlation: &str) -> Self {
        let internal = error.code == Code::Internal;
        let message = if internal { "the server failed; its log says why".to_owned() } else { error.message.clone() };
        let reasons = if internal { &[] } else { error.reasons.as_slice() };
        Self {
            error: ErrorDetail {
                code: error.code.as_str().to_owned(),
                message,
                correlation_id: correlation.to_owned(),
                resource: error.resource.clone(),
                reasons: reasons.iter().map(ErrorCause::from).collect(),
            },
        }
    }
}

impl From<&ErrorReason> for ErrorCause {
    fn from(reason: &ErrorReason) -> Self {
        Self { code: reason.code.clone(), field: reason.field.clone(), message: reason.message.clone() }
    }
}
