//! A saved query does not find what it expects.
//!
//! This asks each `ontology/queries/*.yaml` and looks for the records that it expects, at the rank that it expects or better. A
//! change answers for an expectation that held before it, and for one that it brings along; without a base every expectation that does not
//! hold is told. What the query's own file says of its severity counts for it; where it says nothing, what the repository
//! makes of this rule does, and `off` asks no query at all.
//!
//! # Why
//!
//! Memory that nobody finds is memory lost. An agent that asks how to roll back has to be told, whatever else is written down later.
//!
//! # Example
//!
//! ```yaml
//! version: 1
//! text: how do we roll back a deploy
//! expect:
//!   - id: runbook:deploy-rollback
//!     rank: 3
//! ```
//!
//! # How to mend it
//!
//! Change the records so that the answer holds what is expected (`lorekeep query` shows it, with reasons), or change the expectation.

use super::{Rule, Run};
use crate::base::{Digest, Finding, Place, Severity};
use crate::check::quote::sentence;
use crate::check::tree::severity_in;
use crate::check::types::RuleInfo;
use crate::ontology::{Ontology, SavedQuery};

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK703",
        name: "broken-expectation",
        severity: Severity::Warning,
        adjustable: true,
        summary: "a saved query does not find what it expects",
    },
    source: include_str!("broken_expectation.rs"),
    run: Run::Answers,
};

/// Whether a repository has its saved queries asked.
pub fn asks_queries(ontology: &Ontology) -> bool {
    severity_in(ontology, &RULE.info).is_some()
}

/// The finding that a saved query does not find what it expects; `None` where the repository lets it through.
pub fn broken_expectation(ontology: &Ontology, query: &SavedQuery, message: &str) -> Option<Finding> {
    let severity = severity_in(ontology, &RULE.info)?;
    let digest = Digest::of(query.path.as_bytes());
    let mut allow = ontology.allow.iter().filter(|entry| entry.rule == RULE.info.code);
    if allow.any(|entry| entry.digest == digest && entry.path.matches(&query.path)) {
        return None;
    }
    Some(Finding {
        code: RULE.info.code.to_owned(),
        name: RULE.info.name.to_owned(),
        severity: query.severity.unwrap_or(severity),
        place: Place::whole(&query.path),
        message: sentence(message),
        help: "change the records so that the answer holds what is expected, or change the expectation".to_owned(),
        related: Vec::new(),
        subject: query.path.clone(),
        text_digest: Some(digest),
    })
}
