//! A committed index does not match the files beside it.
//!
//! This looks at `indexes/graph-index.json`, `indexes/search-manifest.json` and `indexes/ontology-report.json`, which
//! `lorekeep index --export` writes. Each names the format it is written in and, as `contentDigest`, the files it was made of: every
//! file of the tree outside `indexes/`. An index that cannot be read, or is too large to be, is one that matches nothing.
//!
//! # Why
//!
//! Whoever reads the index instead of the files is told of what was, and does not notice.
//!
//! # Example
//!
//! A runbook is changed and committed, and `indexes/graph-index.json` is still that of the commit before.
//!
//! # How to mend it
//!
//! Run `lorekeep index --export` after the change is committed, and commit what it writes; or delete `indexes/`, which is never needed.

use super::{Rule, Run, subject_of};
use crate::base::{Digest, FileMode, Severity, Span};
use crate::check::draft::{Draft, Notes};
use crate::check::known::content_digest_of;
use crate::check::tree::{FileView, Tree};
use crate::check::types::RuleInfo;
use serde::Deserialize;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK701",
        name: "stale-index",
        severity: Severity::Warning,
        adjustable: true,
        summary: "a committed index does not match its source commit",
    },
    source: include_str!("stale_index.rs"),
    run: Run::Tree(look),
};

/// The format of the indexes that are written and read.
pub const INDEX_FORMAT: u32 = 1;
/// The files that are looked at.
pub const INDEX_FILES: [&str; 3] =
    ["indexes/graph-index.json", "indexes/ontology-report.json", "indexes/search-manifest.json"];

const HELP: &str = "run `lorekeep index --export` and commit what it writes, or delete the file";

/// What an index says of itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    format: u32,
    content_digest: Digest,
}

fn look(tree: &Tree<'_>, notes: &mut Notes<'_>) {
    let is_index = |path: &[u8]| INDEX_FILES.iter().any(|known| known.as_bytes() == path);
    let files = (0..tree.files().len()).map(|index| tree.file(index));
    let indexes: Vec<FileView<'_>> =
        files.filter(|view| view.file.mode == FileMode::File && is_index(&view.file.path)).collect();
    if indexes.is_empty() {
        return;
    }
    let content = content_digest_of(tree.content());
    for index in indexes {
        if let Some(message) = fault(&index, &content) {
            notes.add(index.index, Span::default(), Draft::new(message, HELP, subject_of(&index)));
        }
    }
}

/// What is wrong with an index.
fn fault(index: &FileView<'_>, content: &Digest) -> Option<&'static str> {
    let bytes = index.file.bytes();
    if bytes.is_empty() && index.file.size > 0 {
        return Some("the index is too large to be compared with the files that it was made of");
    }
    match serde_json::from_slice::<Head>(bytes) {
        Err(_) => Some("the index cannot be read: it names no format and no content digest"),
        Ok(head) if head.format != INDEX_FORMAT => Some("the index is of a format that this version does not write"),
        Ok(head) if head.content_digest != *content => Some("the index was made of other files than those beside it"),
        Ok(_) => None,
    }
}
