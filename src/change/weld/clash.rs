//! What does not merge, in the words of the memory: which record, which field, and what each side says.

use super::lines::Clash;
use crate::base::RepoPath;
use crate::note::{self, Limits};
use serde::{Deserialize, Serialize};

/// The most bytes of one side of a conflict that are given.
const MAX_TEXT_BYTES: usize = 4 << 10;

/// What sort of thing does not merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClashKind {
    /// Both sides gave a field another value.
    Field,
    /// Both sides changed the comment beside a field.
    Comment,
    /// Both sides changed the same lines.
    Lines,
    /// One side took away what the other changed.
    Deleted,
    /// The file as a whole: it cannot be merged by field or by line.
    File,
}

impl ClashKind {
    /// Its name, as the API has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Comment => "comment",
            Self::Lines => "lines",
            Self::Deleted => "deleted",
            Self::File => "file",
        }
    }
}

/// One place that does not merge. Long texts are cut, and say how long they were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldConflict {
    /// What sort of thing it is.
    pub kind: ClashKind,
    /// The id of the record, where there is one.
    pub record: Option<String>,
    /// The field's path in the record, such as `attributes.status`; empty for all of the record or file.
    pub field: String,
    /// What both come from; `None` where it was not there.
    pub base: Option<String>,
    /// What our side says; `None` where it is gone.
    pub ours: Option<String>,
    /// What their side says; `None` where it is gone.
    pub theirs: Option<String>,
    /// The first of our lines, from 1, for lines.
    pub ours_line: Option<usize>,
    /// The first of their lines, from 1, for lines.
    pub theirs_line: Option<usize>,
}

impl FieldConflict {
    /// A file that one side took away and the other changed.
    pub(in crate::change) fn deleted(path: &str, base: Option<&str>, ours: Option<&str>, theirs: Option<&str>) -> Self {
        let record = |text: &str| {
            let file = note::read(&RepoPath::parse(path).ok()?, text.as_bytes(), &Limits::default());
            file.records.first().map(|record| record.id.value.clone())
        };
        Self {
            kind: ClashKind::Deleted,
            record: ours.or(theirs).and_then(record),
            field: String::new(),
            base: base.map(bounded),
            ours: ours.map(bounded),
            theirs: theirs.map(bounded),
            ours_line: None,
            theirs_line: None,
        }
    }

    /// Lines that both changed; `before` counts the lines of each side above the text that was merged.
    pub(super) fn lines(record: Option<String>, clash: Clash, before: (usize, usize)) -> Self {
        Self {
            kind: ClashKind::Lines,
            record,
            field: String::new(),
            base: Some(bounded(&clash.base)),
            ours: Some(bounded(&clash.ours)),
            theirs: Some(bounded(&clash.theirs)),
            ours_line: Some(before.0 + clash.ours_line),
            theirs_line: Some(before.1 + clash.theirs_line),
        }
    }
}

/// A text, cut where it is long.
pub(in crate::change) fn bounded(text: &str) -> String {
    if text.len() <= MAX_TEXT_BYTES {
        return text.to_owned();
    }
    format!("{}… ({} bytes in all)", &text[..text.floor_char_boundary(MAX_TEXT_BYTES)], text.len())
}
