//! A file larger than the repository's limit.
//!
//! The limit is `limits.maxFileBytes` in `ontology/validation-rules.yaml`, 1 MiB where it says nothing. A file beyond it is
//! stored and never read: no record, no search, no other rule. Front matter beyond `limits.maxFrontMatterBytes` is
//! [LK003](#lk003-invalid-front-matter), since its record is lost.
//!
//! # Why
//!
//! Every clone carries every file for ever, and whoever reads the memory pays for the largest of them.
//!
//! # Example
//!
//! A log of 5 MB committed as `notes/import.md`.
//!
//! # How to mend it
//!
//! Split the file, keep logs and binaries as artifacts outside of git, or let a maintainer raise the limit.

use super::{Rule, Run, subject_of};
use crate::base::{Severity, Span};
use crate::check::draft::{Draft, Notes};
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK602",
        name: "file-too-large",
        severity: Severity::Error,
        adjustable: true,
        summary: "a file over the limits",
    },
    source: include_str!("file_too_large.rs"),
    run: Run::File(look),
};

const HELP: &str = "split the file, keep it outside of git as an artifact, or have a maintainer raise `limits.maxFileBytes` in \
                    `ontology/validation-rules.yaml`";

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    let (size, most) = (file.file.size, file.ontology.limits.max_file_bytes as u64);
    if size > most {
        let message = format!("the file has {size} bytes, and the repository takes at most {most}");
        notes.add(file.index, Span::default(), Draft::new(message, HELP, subject_of(file)));
    }
}
