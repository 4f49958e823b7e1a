//! An owner outside the vocabulary, or one that is no team, user or group.
//!
//! The owners stand under `owners` in `ontology/controlled-vocabulary.yaml`; where it has no such list any `team:`,
//! `user:` or `group:` id is taken. The owner need not be a record of this memory.
//!
//! # Why
//!
//! Owners are asked to approve changes and to keep a record right. A name that leads to nobody, or to a service,
//! is asked nothing.
//!
//! # Example
//!
//! ```yaml
//! nodeKind: Runbook
//! id: runbook:restart
//! attributes:
//!   owners: [platform, service:importer]
//! ```
//!
//! # How to mend it
//!
//! Write `team:<name>`, `user:<login>` or `group:<name>`; where the vocabulary lists the owners, use one of them or let
//! a maintainer add this one.

use super::invalid_id::judge;
use super::{Rule, Run, field_subject, items, meant};
use crate::base::Severity;
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;
use crate::ontology::{NodeKind, Ontology, nearest};
use std::collections::HashSet;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK301",
        name: "unknown-owner",
        severity: Severity::Error,
        adjustable: true,
        summary: "an owner outside the vocabulary, or no team:/user:/group: id",
    },
    source: include_str!("unknown_owner.rs"),
    run: Run::File(look),
};

/// The prefixes of those who may own something.
const OWNERS: [&str; 3] = ["team", "user", "group"];
const HELP: &str = "write `team:<name>`, `user:<login>` or `group:<name>`";

/// What is wrong with an owner, and how to mend it.
type Wrong = (String, String);

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    let listed = file.ontology.vocabulary.owners.as_deref();
    let names: HashSet<&str> = listed.unwrap_or_default().iter().map(String::as_str).collect();
    for record in file.records() {
        for (owner, span) in items(&record.fields, "owners").filter(|(owner, _)| !names.contains(owner)) {
            let wrong = match listed {
                Some(listed) => Some(unlisted(owner, listed)),
                None => judge_id(owner, file.ontology),
            };
            if let Some((message, help)) = wrong {
                notes.add(file.index, span, Draft::new(message, help, field_subject(record, "owners")));
            }
        }
    }
}

fn unlisted(owner: &str, listed: &[String]) -> Wrong {
    (format!("{} is no owner of the vocabulary", quoted(owner)), meant(owner, listed))
}

fn judge_id(owner: &str, ontology: &Ontology) -> Option<Wrong> {
    let Some((prefix, slug)) = owner.split_once(':') else {
        return Some((format!("{} is no owner id: it has no prefix", quoted(owner)), help_without_prefix(owner)));
    };
    if OWNERS.contains(&prefix) {
        let reason = judge(owner, kind_of_prefix(prefix, ontology).map(|(_, kind)| kind)).err()?;
        return Some((format!("{} is no owner id: {reason}", quoted(owner)), help_for_slug(owner)));
    }
    if let Some((kind, _)) = kind_of_prefix(prefix, ontology) {
        let message = format!("{} names a {}, and an owner is a team, a user or a group", quoted(owner), quoted(kind));
        return Some((message, HELP.to_owned()));
    }
    let help = nearest(prefix, OWNERS)
        .map_or_else(|| HELP.to_owned(), |near| format!("did you mean {}?", quoted(&format!("{near}:{slug}"))));
    Some((format!("{} is no owner id: {} owns nothing", quoted(owner), quoted(prefix)), help))
}

/// Two items that YAML reads as one, or a name in upper case.
fn help_for_slug(owner: &str) -> String {
    let lower = owner.to_lowercase();
    match judge(&lower, None) {
        Ok(()) => format!("write {}", quoted(&lower)),
        Err(_) if owner.contains(" - ") => {
            "indent the items of the list alike: one that is deeper goes on with the one above".to_owned()
        }
        Err(_) => HELP.to_owned(),
    }
}

/// `@alice` is a login; any other name may be that of a team, a user or a group.
fn help_without_prefix(owner: &str) -> String {
    let name = owner.trim_start_matches('@').to_lowercase();
    if judge(&format!("user:{name}"), None).is_err() {
        return HELP.to_owned();
    }
    let prefixes = if owner.starts_with('@') { &["user"][..] } else { &OWNERS[..] };
    let ids: Vec<String> = prefixes.iter().map(|prefix| quoted(&format!("{prefix}:{name}"))).collect();
    format!("write {}", ids.join(" or "))
}

fn kind_of_prefix<'a>(prefix: &str, ontology: &'a Ontology) -> Option<(&'a str, &'a NodeKind)> {
    let mut kinds = ontology.node_kinds.iter().map(|(name, kind)| (name.as_str(), kind));
    kinds.find(|(_, kind)| kind.takes_prefix(prefix))
}
