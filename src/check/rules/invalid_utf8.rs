//! Bytes that are not UTF-8 in a file that should be text.
//!
//! # Why
//!
//! Notes, records and ontology files are text: they are searched, quoted and shown with lines and
//! columns. Text in another encoding would be read as something its author never wrote.
//!
//! # Example
//!
//! `notes/menu.md`, saved as Latin-1, where `é` is the single byte `e9`.
//!
//! # How to mend it
//!
//! Save the file as UTF-8, for example with `iconv -f latin1 -t utf-8`.

use super::{Rule, Run, pass_on};
use crate::base::Severity;
use crate::check::types::RuleInfo;
use crate::note::DiagnosticKind;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK001",
        name: "invalid-utf8",
        severity: Severity::Error,
        adjustable: false,
        summary: "bytes that are not UTF-8 in a text class",
    },
    source: include_str!("invalid_utf8.rs"),
    run: Run::File(|file, notes| pass_on(file, DiagnosticKind::InvalidUtf8, notes)),
};
