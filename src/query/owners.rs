//! Which record each line of a file belongs to, and whether it may be shown.

use crate::index::{Entry, EntryId, View};
use crate::note::FileClass;

/// The lines of one file, by the record they belong to.
pub(super) struct Owners {
    pieces: Vec<Piece>,
    outside_open: bool,
}

/// A run of lines of one record, or of none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// First line.
    pub(super) first: u32,
    /// Last line.
    pub(super) last: u32,
    /// The entry the lines are of.
    pub(super) owner: Option<EntryId>,
    open: bool,
}

impl Owners {
    /// The owners of a file's lines: a Markdown file is one entry's, a graph file's documents are
    /// each their own. `open` says which entries' lines may be shown; what lies between documents
    /// may where all of them may, and a file without entries where `bare_open` says so.
    pub(super) fn of(
        view: &View,
        class: FileClass,
        entries: &[EntryId],
        open: &dyn Fn(EntryId) -> bool,
        bare_open: bool,
    ) -> Self {
        let piece = |id: &EntryId| {
            let of_entry = |entry: &Entry| (entry.line_start, entry.line_end);
            let (first, last) = if class == FileClass::Markdown { (1, u32::MAX) } else { of_entry(view.entry(*id)) };
            Piece { first, last, owner: Some(*id), open: open(*id) }
        };
        let pieces: Vec<Piece> = entries.iter().map(piece).collect();
        let outside_open = if pieces.is_empty() { bare_open } else { pieces.iter().all(|p| p.open) };
        Self { pieces, outside_open }
    }

    /// Whether no line may be shown.
    pub(super) fn is_shut(&self) -> bool {
        !self.outside_open && self.pieces.iter().all(|piece| !piece.open)
    }

    /// The run that holds a line, if it may be shown.
    pub(super) fn shown(&self, line: u32) -> Option<Piece> {
        let holding = || self.pieces.iter().filter(|piece| (piece.first..=piece.last).contains(&line));
        if holding().any(|piece| !piece.open) {
            return None;
        }
        holding().next_back().copied().or_else(|| self.outside_open.then(|| self.between(line)))
    }

    /// The entries whose lines are not shown and that hold a line.
    pub(super) fn hidden_at(&self, line: u32) -> impl Iterator<Item = EntryId> + '_ {
        let holding = move |piece: &&Piece| !piece.open && (piece.first..=piece.last).contains(&line);
        self.pieces.iter().filter(holding).filter_map(|piece| piece.owner)
    }

    fn between(&self, line: u32) -> Piece {
        let before = self.pieces.iter().map(|p| p.last).filter(|last| *last < line).max();
        let after = self.pieces.iter().map(|p| p.first).filter(|first| *first > line).min();
        Piece {
            first: before.map_or(1, |last| last + 1),
            last: after.map_or(u32::MAX, |first| first - 1),
            owner: None,
            open: true,
        }
    }
}
