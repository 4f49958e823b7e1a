//! What a name of `select` means: a record id, a path, an alias, each with lines or without.

use crate::base::RepoPath;
use crate::index::{Entry, EntryId, IndexedFile, View};

/// What a name means.
#[derive(PartialEq, Eq)]
pub(super) struct Named {
    /// The file it is in.
    pub(super) path: RepoPath,
    /// The entries that are meant: one for an id, those of the file for a path.
    pub(super) entries: Vec<EntryId>,
    /// Whether the file itself was named.
    pub(super) whole_file: bool,
    /// The lines asked for, first and last.
    pub(super) lines: Option<(u32, u32)>,
}

/// Finds what a name means: as it stands, or with its `:10-20` or `:10` taken for lines.
pub(super) fn resolve(view: &View, name: &str) -> Option<Named> {
    plain(view, name).or_else(|| {
        let (name, lines) = split_lines(name)?;
        Some(Named { lines: Some(lines), ..plain(view, name)? })
    })
}

/// Whether any line of an entry lies in a range.
pub(super) fn overlaps(entry: &Entry, lines: (u32, u32)) -> bool {
    entry.line_start <= lines.1 && entry.line_end >= lines.0
}

fn plain(view: &View, name: &str) -> Option<Named> {
    let of_entry =
        |id: EntryId| Named { path: view.entry(id).path.clone(), entries: vec![id], whole_file: false, lines: None };
    let of_file = |file: IndexedFile| Named {
        path: file.path,
        entries: view.entries_of_path(name).to_vec(),
        whole_file: true,
        lines: None,
    };
    view.entry_of_id(name)
        .map(of_entry)
        .or_else(|| view.file(name).map(of_file))
        .or_else(|| view.entry_of_name(name).map(of_entry))
}

fn split_lines(name: &str) -> Option<(&str, (u32, u32))> {
    let (name, range) = name.rsplit_once(':')?;
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n > 0 && text.bytes().all(|b| b.is_ascii_digit()));
    let (first, last) = (number(first)?, number(last)?);
    (first <= last).then_some((name, (first, last)))
}
