//! Two loaded trees side by side: the files that differ, and the records they hold.

use super::tree::LoadedTree;
use crate::check::TreeFile;
use crate::note::Record;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// A path that differs between two trees. At least one side is there.
#[derive(Clone, Copy, Debug)]
pub struct FilePair<'a> {
    /// The path.
    pub path: &'a [u8],
    /// The file before, unless it is new.
    pub before: Option<&'a TreeFile>,
    /// The file after, unless it is gone.
    pub after: Option<&'a TreeFile>,
}

/// The paths whose object or mode differs, in path order.
pub fn changed_files<'a>(before: &'a LoadedTree, after: &'a LoadedTree) -> Vec<FilePair<'a>> {
    let (mut old, mut new) = (before.files.iter().peekable(), after.files.iter().peekable());
    let mut pairs = Vec::new();
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return pairs,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.path.cmp(&b.path),
        };
        let before = if order.is_le() { old.next() } else { None };
        let after = if order.is_ge() { new.next() } else { None };
        pairs.extend(FilePair::of(before, after).filter(FilePair::differs));
    }
}

impl<'a> FilePair<'a> {
    /// A pair, unless there is neither side.
    pub fn of(before: Option<&'a TreeFile>, after: Option<&'a TreeFile>) -> Option<Self> {
        let path = &before.or(after)?.path;
        Some(Self { path, before, after })
    }

    fn differs(&self) -> bool {
        match (self.before, self.after) {
            (Some(a), Some(b)) => (a.oid, a.mode) != (b.oid, b.mode),
            _ => true,
        }
    }
}

/// The records of a file.
pub fn records(file: Option<&TreeFile>) -> &[Record] {
    file.and_then(|file| file.source.as_deref()).map_or(&[], |source| &source.records)
}

/// The text of a file, as far as it is text: parsed, or kept for scanning.
pub fn text(file: &TreeFile) -> Option<std::borrow::Cow<'_, str>> {
    let parsed = file.source.as_deref().and_then(|source| source.text.as_deref());
    parsed.map(Into::into).or_else(|| file.raw.as_deref().map(String::from_utf8_lossy))
}

/// The ids that a file declares, one that is empty left out.
pub fn declared_by(file: Option<&TreeFile>) -> impl Iterator<Item = &str> {
    let declared = records(file).iter().filter(|record| record.form.declares());
    declared.map(|record| record.id.value.as_str()).filter(|id| !id.is_empty())
}

/// The ids that a tree declares, of those asked for.
pub fn declared_among<'a>(tree: &LoadedTree, ids: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let declared = tree.files.iter().flat_map(|file| declared_by(Some(file)));
    declared.filter_map(|id| ids.get(id).copied()).collect()
}
