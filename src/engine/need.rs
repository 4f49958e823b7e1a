//! What an update needs before it lands: the policy of its repository, and the owners that the tip names.

use super::EngineError;
use super::memory::CommitOntology;
use super::server::{Engine, Served};
use crate::access::RepositoryPolicy;
use crate::change::Need;
use crate::records::{Review, Update, View};
use std::sync::Arc;

/// What decides whether an update may land.
pub(super) struct LandingRules {
    pub(super) policy: RepositoryPolicy,
    /// That of the tip: a proposal does not choose its own reviewers.
    ontology: Option<Arc<CommitOntology>>,
}

impl LandingRules {
    /// What an update needs.
    pub(super) fn need(&self, view: &View<'_>, update: &Update) -> Result<Need, EngineError> {
        let paths = view.update_paths(&update.org, &update.id)?;
        let proposers = view.update_proposers(&update.org, &update.id)?;
        let owners = self.ontology.as_ref().map(|o| &o.ontology.owners);
        let none = crate::ontology::PathOwners::default();
        let nothing = crate::base::GlobSet::default();
        let by_itself = if update.review == Review::Policy { self.policy.auto_merge() } else { &nothing };
        let required = self.policy.required_approvals();
        Ok(Need::of(required, by_itself, owners.unwrap_or(&none), &paths, &proposers))
    }
}

impl Engine {
    /// The rules of a repository as they are now.
    pub(super) fn landing_rules(&self, served: &Served) -> Result<LandingRules, EngineError> {
        let policy = self.policy(&served.id)?;
        let tip = served.memory.line()?.tip();
        let ontology = tip.map(|tip| served.memory.ontology(tip.commit)).transpose()?;
        Ok(LandingRules { policy, ontology })
    }
}
