//! A symbolic link or a submodule.
//!
//! # Why
//!
//! A link can lead out of the repository, and who writes through it writes there. A submodule is another repository, which nobody
//! here has checked.
//!
//! # Example
//!
//! `notes/hosts -> /etc/hosts`
//!
//! # How to mend it
//!
//! Put the file itself into the repository, or name it in `sourceRefs`.

use super::{Rule, Run, subject_of};
use crate::base::{FileMode, Severity, Span};
use crate::check::draft::{Draft, Notes};
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK603",
        name: "unsafe-entry",
        severity: Severity::Error,
        adjustable: false,
        summary: "a symlink or a submodule",
    },
    source: include_str!("unsafe_entry.rs"),
    run: Run::File(look),
};

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    let what = match file.file.mode {
        FileMode::File => return,
        FileMode::Symlink => "a symbolic link",
        FileMode::Submodule => "a submodule",
    };
    let help = "put the file itself into the repository, or name what it leads to in `sourceRefs`";
    notes.add(file.index, Span::default(), Draft::new(format!("the entry is {what}"), help, subject_of(file)));
}
