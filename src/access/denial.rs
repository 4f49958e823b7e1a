//! Why something is not allowed, in words that name nothing of another org.

use super::Role;
use serde::Serialize;

/// A refusal, with every reason for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Denial {
    /// The stable code: `POLICY_DENIED`, `SELF_APPROVAL_DENIED` or `SCOPED_TOKEN`.
    pub code: &'static str,
    /// One sentence for people.
    pub message: String,
    /// Why; never empty.
    pub reasons: Vec<Reason>,
}

/// One reason of a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The stable code, such as `MissingRole`.
    pub code: &'static str,
    /// What it is about: `role`, `scope`, `proposer`, `ref`, `path` or `policy.allowDirectPush`.
    pub field: &'static str,
    /// One sentence: what is missing, and how to mend it.
    pub message: String,
}

impl Denial {
    /// A refusal by policy.
    pub(super) fn policy(reason: Reason) -> Self {
        Self::new("POLICY_DENIED", reason)
    }

    /// A refusal because the token is narrowed.
    pub(super) fn scoped(field: &'static str, message: String) -> Self {
        Self::new("SCOPED_TOKEN", Reason { code: "OutsideScope", field, message })
    }

    /// A refusal because the approver proposed the change.
    pub(super) fn self_approval() -> Self {
        let message = "whoever proposed a change cannot approve it; ask another reviewer".to_owned();
        Self::new("SELF_APPROVAL_DENIED", Reason { code: "SelfApproval", field: "proposer", message })
    }

    /// The same refusal with one more reason.
    pub(super) fn and(mut self, reason: Option<Reason>) -> Self {
        self.reasons.extend(reason);
        self
    }

    fn new(code: &'static str, reason: Reason) -> Self {
        Self { code, message: reason.message.clone(), reasons: vec![reason] }
    }
}

impl Reason {
    /// The reason that a role is missing, unless it is there.
    pub(super) fn missing_role(has: Role, needs: Role, what: &str) -> Option<Self> {
        let message = || format!("{what} needs the role {needs}, and this token has {has}");
        (has < needs).then(|| Self { code: "MissingRole", field: "role", message: message() })
    }
}
