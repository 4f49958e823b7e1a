//! Front matter that does not parse, is not a map, or is not closed.
//!
//! # Why
//!
//! Front matter says what a page is, who answers for it and what it leads to. Where it cannot be read the
//! page silently becomes a plain note, and its links are lost.
//!
//! # Example
//!
//! ```markdown
//! ---
//! id: runbook:restart
//! title: Restart: the short way
//! ---
//! ```
//!
//! The title holds `: ` and is not quoted.
//!
//! # How to mend it
//!
//! Write `key: value` lines between two lines of `---`, the first of them at the very beginning of the
//! file, and quote values that hold `: ` or ` #`.

use super::{Rule, Run, pass_on};
use crate::base::Severity;
use crate::check::types::RuleInfo;
use crate::note::DiagnosticKind;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK003",
        name: "invalid-front-matter",
        severity: Severity::Error,
        adjustable: false,
        summary: "front matter that does not parse or is not a map, or is not closed",
    },
    source: include_str!("invalid_front_matter.rs"),
    run: Run::File(|file, notes| pass_on(file, DiagnosticKind::InvalidFrontMatter, notes)),
};
