//! Approvals with the approver's own signature.

use super::need::LandingRules;
use super::server::Engine;
use super::update_view;
use super::{Code, EngineError};
use crate::access::Caller;
use crate::change::review::Live;
use crate::change::{ApprovalStatement, approval_statement, check_approval};
use crate::records::{Revision, Update, View};

impl LandingRules {
    /// The decisions that count of those that stand: where approvals have to be signed, the others are none.
    pub(super) fn live(&self, view: &View<'_>, update: &Update) -> Result<Live, EngineError> {
        let mut live = update_view::live(&view.standing_decisions(&update.org, &update.id)?);
        if self.policy.require_signed_approvals() {
            live.approvals.retain(|approval| approval.signature.is_some());
        }
        Ok(live)
    }
}

impl Engine {
    /// What a caller signs to approve the present revision of an update, in the namespace `lorekeep-approval`.
    pub(super) fn statement(
        &self,
        caller: &Caller,
        update: &Update,
        revision: &Revision,
    ) -> Result<String, EngineError> {
        let bytes = self.with_statement(caller, update, revision, approval_statement)?;
        Ok(String::from_utf8(bytes).expect("canonical JSON is UTF-8"))
    }

    /// Holds the signature of an approval, where there is one, against the statement and the approver's own keys.
    pub(super) fn require_signature(
        &self,
        caller: &Caller,
        (update, revision): (&Update, &Revision),
        signature: Option<&str>,
    ) -> Result<Option<String>, EngineError> {
        let Some(signature) = signature else {
            return match self.policy(&update.repository)?.require_signed_approvals() {
                true => Err(unsigned()),
                false => Ok(None),
            };
        };
        let (keys, now) = (self.signers_of(&update.org)?, self.now());
        let checked = self.with_statement(caller, update, revision, |s| check_approval(s, signature, &keys, now))?;
        checked.map_err(|bad| {
            let why = "sign `status.approvalStatement` as it is: ssh-keygen -Y sign -n lorekeep-approval -f KEY FILE";
            EngineError::new(Code::BadRequest, bad.to_string()).because("BadSignature", Some("signature"), why)
        })?;
        Ok(Some(signature.trim().to_owned()))
    }

    fn with_statement<T>(
        &self,
        caller: &Caller,
        update: &Update,
        revision: &Revision,
        work: impl FnOnce(&ApprovalStatement<'_>) -> T,
    ) -> Result<T, EngineError> {
        let served = self.served_by_id(&update.repository)?;
        Ok(work(&ApprovalStatement {
            organization: &update.org,
            repository: &served.name,
            update: &update.id,
            revision: revision.number,
            diff_digest: &revision.diff_digest,
            principal: &caller.principal,
        }))
    }
}

fn unsigned() -> EngineError {
    let message = "the policy of this repository takes signed approvals only";
    let mend = "give `signature`: yours over `status.approvalStatement`, by a key registered with POST .../keys";
    EngineError::new(Code::PolicyDenied, message).because("SignatureRequired", Some("signature"), mend)
}
