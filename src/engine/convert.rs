//! Errors of the folders below, turned into the facade's one error.

use super::{Code, EngineError, ErrorReason};
use crate::access::Denial;
use crate::base::store::BlobError;
use crate::git::{GitError, ResolveError};
use crate::index::IndexError;
use crate::query::QueryError;

impl From<GitError> for EngineError {
    fn from(error: GitError) -> Self {
        let (code, message) = match &error {
            GitError::RefMoved { .. } => (Code::Conflict, "the branch moved at the same moment: try again".to_owned()),
            GitError::PatchRefused { reason } => (Code::InvalidUpdate, format!("the patch does not apply: {reason}")),
            // Where it is on this machine is nobody's business; the operator finds it in the log.
            GitError::NotARepository { .. } => (Code::Unavailable, "the git repository cannot be opened".to_owned()),
            _ => (Code::Internal, "the git repository failed: the server's log says why".to_owned()),
        };
        Self::new(code, message).caused_by(error)
    }
}

impl From<ResolveError> for EngineError {
    fn from(error: ResolveError) -> Self {
        let message = error.to_string();
        match error {
            ResolveError::BadName(_) => Self::new(Code::BadRequest, message).because(
                "Malformed",
                Some("requested"),
                "give a branch, a tag, or a commit id",
            ),
            ResolveError::NotFound(_) => Self::new(Code::RefNotFound, message),
            ResolveError::Ambiguous { candidates, .. } => candidates
                .into_iter()
                .fold(Self::new(Code::RefAmbiguous, message), |e, c| e.because("Candidate", Some("requested"), c)),
            ResolveError::Git(error) => error.into(),
        }
    }
}

impl From<IndexError> for EngineError {
    fn from(error: IndexError) -> Self {
        let code = if matches!(error, IndexError::Locked(_)) { Code::Unavailable } else { Code::Internal };
        let message = match code {
            Code::Unavailable => "the index is being written by another process: try again",
            _ => "the index failed: `lorekeep index --rebuild` makes it anew",
        };
        Self::new(code, message).caused_by(error)
    }
}

impl From<BlobError> for EngineError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::TooLarge { .. } => Self::new(Code::LimitExceeded, error.to_string()),
            BlobError::Unreadable { .. } => {
                Self::new(Code::Internal, "an object of the repository cannot be read").caused_by(error)
            }
        }
    }
}

impl From<QueryError> for EngineError {
    fn from(error: QueryError) -> Self {
        let message = error.to_string();
        match error {
            QueryError::Invalid { reasons } => {
                reasons.into_iter().fold(Self::new(Code::InvalidQuery, message), |e, (field, why)| {
                    e.because("Invalid", Some(&field), why)
                })
            }
            QueryError::Pattern(pattern) => Self::new(Code::InvalidPattern, message).because(
                "Malformed",
                Some("query.grep.pattern"),
                format!("at character {}: {}", pattern.position, pattern.reason),
            ),
            QueryError::Limit { field, most } => {
                Self::new(Code::LimitExceeded, message).because("TooMuch", Some(field), format!("at most {most}"))
            }
            QueryError::Index(error) => error.into(),
        }
    }
}

impl From<Denial> for EngineError {
    fn from(denial: Denial) -> Self {
        let code = match denial.code {
            "SELF_APPROVAL_DENIED" => Code::SelfApprovalDenied,
            "SCOPED_TOKEN" => Code::ScopedToken,
            _ => Code::PolicyDenied,
        };
        let reason = |r: crate::access::Reason| ErrorReason {
            code: r.code.to_owned(),
            field: Some(r.field.to_owned()),
            message: r.message,
        };
        Self { reasons: denial.reasons.into_iter().map(reason).collect(), ..Self::new(code, denial.message) }
    }
}

/// An input or output error of the data directory.
pub(super) fn io(what: impl std::fmt::Display, source: std::io::Error) -> EngineError {
    EngineError::new(Code::Unavailable, format!("{what}: {source}")).caused_by(source)
}

impl From<crate::records::RecordsError> for EngineError {
    fn from(error: crate::records::RecordsError) -> Self {
        use crate::records::RecordsError as E;
        let code = match &error {
            E::Conflict { .. } => Code::Conflict,
            E::OtherDiff { .. } => Code::DigestMismatch,
            E::NotFound { .. } => Code::NotFound,
            E::AlreadyExists { .. } => Code::AlreadyExists,
            E::BadCursor => Code::BadRequest,
            E::Busy | E::NewerSchema { .. } | E::Corrupt { .. } | E::Open { .. } => Code::Unavailable,
            E::NoRandomness(_) | E::Sqlite(_) => Code::Internal,
        };
        let message = match code {
            Code::Unavailable if !matches!(error, E::Busy) => "the records cannot be read or written now".to_owned(),
            Code::Internal => "the records failed: the server's log says why".to_owned(),
            _ => error.to_string(),
        };
        Self::new(code, message).caused_by(error)
    }
}

/// A folder of the operator's own that is no repository: they named it, and read why.
pub(super) fn not_a_repository(error: GitError) -> EngineError {
    match &error {
        GitError::NotARepository { .. } => EngineError::new(Code::Unavailable, error.to_string()).caused_by(error),
        _ => error.into(),
    }
}

impl From<crate::change::ProposeError> for EngineError {
    fn from(error: crate::change::ProposeError) -> Self {
        use crate::change::ProposeError as E;
        match error {
            E::Refused { field, refusal } => Self::new(Code::InvalidUpdate, format!("{field}: {refusal}")).because(
                "Refused",
                Some(&field),
                refusal.to_string(),
            ),
            E::Git(error) => error.into(),
        }
    }
}

impl From<crate::change::MergeError> for EngineError {
    fn from(error: crate::change::MergeError) -> Self {
        use crate::change::MergeError as E;
        let message = error.to_string();
        match error {
            E::DigestMismatch { .. } => Self::new(Code::DigestMismatch, message),
            E::Unrelated { .. } => Self::new(Code::Conflict, message),
            E::Git(error) => error.into(),
        }
    }
}
