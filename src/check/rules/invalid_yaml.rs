//! YAML that does not parse, repeats a key, or is larger or deeper than the limits.
//!
//! # Why
//!
//! A document that is not read is memory that nobody finds. Repeated keys, anchors and aliases are
//! refused because two readers would understand them in two ways, or because a few bytes of them
//! unfold into gigabytes.
//!
//! # Example
//!
//! ```yaml
//! nodeKind: Runbook
//! id: runbook:restart
//! id: runbook:restart-again
//! ```
//!
//! # How to mend it
//!
//! Mend the place that is named: quote texts that hold `: ` or ` #`, indent with spaces, give each key
//! once, and write values out instead of using anchors.

use super::{Rule, Run, pass_on};
use crate::base::Severity;
use crate::check::types::RuleInfo;
use crate::note::DiagnosticKind;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK002",
        name: "invalid-yaml",
        severity: Severity::Error,
        adjustable: false,
        summary: "YAML that does not parse, duplicate keys, more aliases, depth or size than the limits",
    },
    source: include_str!("invalid_yaml.rs"),
    run: Run::File(|file, notes| pass_on(file, DiagnosticKind::InvalidYaml, notes)),
};
