//! What an update needs before it may land: approvals, and those of the owners of what it touches.

use super::review::Live;
use crate::base::{GlobSet, Principal};
use crate::ontology::PathOwners;
use std::collections::{BTreeMap, BTreeSet};

/// What an update needs before it may land.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Need {
    /// How many approvals.
    pub approvals: usize,
    /// Of each of these one.
    pub owners: Vec<OwnerNeed>,
}

/// An approval by one of the owners of a path.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnerNeed {
    /// The first path of the update that they own.
    pub path: String,
    /// The owners as they are written: principals and teams.
    pub owners: Vec<String>,
    /// Who of them may approve it: everybody but those who proposed it.
    principals: BTreeSet<Principal>,
}

impl Need {
    /// So many approvals, of whomever.
    pub fn approvals(approvals: usize) -> Self {
        Self { approvals, owners: Vec::new() }
    }

    /// What an update of these paths needs. Where all owners of a path proposed the update themselves, any approval
    /// will do; an update of nothing but paths that merge by themselves needs none. The ontology never merges by itself.
    pub fn of(
        required: u32,
        auto_merge: &GlobSet,
        owners: &PathOwners,
        paths: &[String],
        proposers: &[Principal],
    ) -> Self {
        let by_itself = |path: &String| auto_merge.matches(path) && !path.starts_with("ontology/");
        if !paths.is_empty() && paths.iter().all(by_itself) {
            return Self::default();
        }
        let mut rules: BTreeMap<usize, OwnerNeed> = BTreeMap::new();
        for path in paths {
            let Some((number, rule)) = owners.of(path) else { continue };
            let may = rule.principals.iter().filter(|owner| !proposers.contains(owner)).cloned().collect();
            rules.entry(number).or_insert_with(|| OwnerNeed {
                path: path.clone(),
                owners: rule.owners.clone(),
                principals: may,
            });
        }
        let owners = rules.into_values().filter(|need| !need.principals.is_empty()).collect();
        Self { approvals: required as usize, owners }
    }

    /// Whether nobody has to approve.
    pub fn is_nothing(&self) -> bool {
        self.approvals == 0 && self.owners.is_empty()
    }

    /// The owners whose approval is still missing.
    pub fn missing_owners(&self, live: &Live) -> Vec<&OwnerNeed> {
        let approved = |need: &&OwnerNeed| !live.approvals.iter().any(|a| need.principals.contains(&a.by));
        self.owners.iter().filter(approved).collect()
    }

    /// Whether the approvals that count are enough.
    pub fn is_met(&self, live: &Live) -> bool {
        live.approvals.len() >= self.approvals && self.missing_owners(live).is_empty()
    }
}
