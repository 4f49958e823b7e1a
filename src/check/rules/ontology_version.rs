//! An ontology file of a version that is not supported, or that is malformed.
//!
//! This looks at `node-kinds`, `edge-kinds`, `controlled-vocabulary`, `validation-rules` and `ranking` (`.yaml` or `.yml`)
//! directly below `ontology/`. What is malformed is left out and everything else is used; a file that cannot be read at all is
//! replaced by the built-in one.
//!
//! # Why
//!
//! Every other rule asks the ontology. A setting that is silently ignored is a rule that is silently off.
//!
//! # Example
//!
//! ```yaml
//! version: 1
//! rules:
//!   secret-detected: off
//! ```
//!
//! # How to mend it
//!
//! Mend the place that is named. A name that is not understood is most often misspelt.

use super::{Rule, Run};
use crate::base::Severity;
use crate::check::draft::{Draft, Notes};
use crate::check::quote::sentence;
use crate::check::tree::Tree;
use crate::check::types::RuleInfo;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK702",
        name: "ontology-version",
        severity: Severity::Error,
        adjustable: true,
        summary: "an ontology file's version is not supported, or the ontology itself is malformed",
    },
    source: include_str!("ontology_version.rs"),
    run: Run::Tree(look),
};

fn look(tree: &Tree<'_>, notes: &mut Notes<'_>) {
    for problem in tree.problems() {
        let draft = Draft::new(sentence(&problem.message), sentence(&problem.help), &problem.path);
        notes.add_at_path(tree, problem.path.as_bytes(), problem.span, draft);
    }
}
