//! A file's record has another id than at the base.
//!
//! Only against a base: `validate --base`, a push, an update. Of a graph file with several records each is compared with the one
//! that stood in its place, where the file has as many as before; an id that was in the file before or is
//! still in it has only moved.
//!
//! # Why
//!
//! An id never changes: pages, logs and other repositories name the record by it.
//!
//! # Example
//!
//! `runbooks/restart.md` was `id: runbook:restart` at the base and is `id: runbook:restart-importer` now.
//!
//! # How to mend it
//!
//! Put the id back and change `title` and `aliases` instead. A record that replaces another is a new file, with
//! an edge `supersedes` to the old one.

use super::{Change, Rule, Run};
use crate::base::Severity;
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::types::{RuleInfo, TreeFile};
use crate::note::Record;
use std::collections::HashSet;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK402",
        name: "id-changed",
        severity: Severity::Error,
        adjustable: true,
        summary: "a file's record id differs from the base commit's",
    },
    source: include_str!("id_changed.rs"),
    run: Run::Change(look),
};

fn look(change: &Change<'_>, notes: &mut Notes<'_>) {
    for (i, file) in change.after.files().iter().enumerate() {
        let was = change.before.file_at(&file.path).map(|at| &change.before.files()[at]);
        if let Some(was) = was.filter(|was| !was.is_same(file)) {
            compare(was, i, file, notes);
        }
    }
}

fn compare(was: &TreeFile, index: usize, is: &TreeFile, notes: &mut Notes<'_>) {
    let (old, new) = (declaring(was), declaring(is));
    if old.len() != new.len() {
        return;
    }
    let ids =
        |records: &[&Record]| -> HashSet<String> { records.iter().map(|record| record.id.value.clone()).collect() };
    let (old_ids, new_ids) = (ids(&old), ids(&new));
    for (was, is) in old.iter().zip(&new) {
        let (before, after) = (&was.id.value, &is.id.value);
        let is_named = !before.is_empty() && !after.is_empty();
        if is_named && !old_ids.contains(after) && !new_ids.contains(before) {
            let message = format!("the id {} has become {}, but an id never changes", quoted(before), quoted(after));
            let help = format!(
                "put {} back and change `title` or `aliases`; a record that replaces it is a new file, with an edge `supersedes`",
                quoted(before)
            );
            notes.add(index, is.id.span, Draft::new(message, help, format!("{before} {after}")));
        }
    }
}

fn declaring(file: &TreeFile) -> Vec<&Record> {
    file.records().iter().filter(|record| record.form.declares()).collect()
}
