//! The audit chain of an org.

use super::address::addressed;
use crate::base::OrgId;
use crate::engine::{AskAudit, AuditPage, AuditVerified};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// The parameters of a page of the chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct AuditParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// Only this event, or all below it where it ends in `.`, such as `agent.memory.`.
    pub event: Option<String>,
    /// Only what this actor did, such as `user:ada`.
    pub actor: Option<String>,
    /// Only what was `allowed`, `denied` or `failed`.
    pub decision: Option<String>,
    /// Only what is about this repository.
    pub repository: Option<String>,
    /// Where the page begins: `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// How many come back, 1 to 200; 50 when left out.
    pub limit: Option<u32>,
}
addressed!(AuditParams);

impl From<AuditParams> for AskAudit {
    fn from(params: AuditParams) -> Self {
        let AuditParams { event, actor, decision, repository, cursor, limit, .. } = params;
        Self { event, actor, decision, repository, cursor, limit: limit.unwrap_or(0) }
    }
}

/// A page of the chain, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditList {
    /// The org.
    pub organization: String,
    /// The entries, each as it is digested.
    pub items: Vec<Value>,
    /// The cursor of the next page; null at the end.
    pub next_cursor: Option<String>,
}

impl AuditList {
    /// A page of the chain of an org.
    pub fn new(org: &OrgId, page: AuditPage) -> Self {
        Self { organization: org.to_string(), items: page.items, next_cursor: page.next_cursor }
    }
}

/// What verifying a chain found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditCheck {
    /// The org.
    pub organization: String,
    /// Whether nothing is wrong.
    pub sound: bool,
    /// How many entries there are.
    pub entries: u64,
    /// The digest of the newest; null while there is none.
    pub head: Option<String>,
    /// How many anchors there are in git.
    pub anchors: usize,
    /// The newest entry that an anchor holds.
    pub anchored_up_to: u64,
    /// What is wrong, in order; the first hundred.
    pub faults: Vec<AuditFault>,
}

/// Something that is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditFault {
    /// The number of the entry.
    pub sequence: u64,
    /// `altered`, `misplaced`, `missing`, `unlinked`, `wrong-end`, `not-anchored` or `bad-anchor`.
    pub fault: String,
    /// What is wrong, in one sentence.
    pub reason: String,
}

impl From<AuditVerified> for AuditCheck {
    fn from(found: AuditVerified) -> Self {
        let fault = |f: crate::engine::AuditFault| AuditFault {
            sequence: f.sequence,
            fault: f.fault.to_owned(),
            reason: f.reason,
        };
        Self {
            organization: found.organization.to_string(),
            sound: found.faults.is_empty(),
            entries: found.entries,
            head: found.head.map(|digest| digest.to_string()),
            anchors: found.anchors,
            anchored_up_to: found.anchored_up_to,
            faults: found.faults.into_iter().map(fault).collect(),
        }
    }
}
