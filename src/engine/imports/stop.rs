//! What stops an import: an error, and the condition that it leaves unmet.

use crate::engine::{Code, EngineError};
use crate::records::ImportFailure;

/// Why an import does not go on.
pub(super) struct Stop {
    condition: &'static str,
    /// The reason of the condition; `None`: the first of the error's.
    reason: Option<&'static str>,
    pub(super) error: Box<EngineError>,
}

impl Stop {
    /// An error that leaves a condition unmet.
    pub(super) fn at(condition: &'static str, error: EngineError) -> Self {
        Self { condition, reason: None, error: Box::new(error) }
    }

    /// The same, with the word for it.
    pub(super) fn because(condition: &'static str, reason: &'static str, error: EngineError) -> Self {
        Self { condition, reason: Some(reason), error: Box::new(error) }
    }

    /// A failure that is not the source's.
    pub(super) fn server(error: EngineError) -> Self {
        Self::because("Ready", "ServerFailed", error)
    }

    /// What is kept of it. Messages of the engine never quote the source; what is not the source's is told by its code.
    pub(super) fn kept(&self) -> ImportFailure {
        let own = matches!(self.error.code, Code::Internal | Code::Unavailable);
        let reason = self.reason.or_else(|| self.error.reasons.first().map(|reason| &*reason.code).filter(|_| !own));
        ImportFailure {
            condition: self.condition.to_owned(),
            reason: reason.unwrap_or("Failed").to_owned(),
            message: if own {
                "the server failed: ask for the import again".to_owned()
            } else {
                self.error.message.clone()
            },
        }
    }
}
