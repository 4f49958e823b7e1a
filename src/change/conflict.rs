//! Conflicts as people and agents see them: both sides of each path, and where they disagree.

use super::tree::unreadable;
use super::weld::FieldConflict;
use crate::base::Oid;
use crate::base::store::BlobError;
use crate::git::{Conflict, ConflictSide, GitError, ReadRepository};
use serde::Serialize;
use similar::TextMerge;
use std::collections::BTreeMap;

/// The most bytes of one side that are given.
const MAX_SIDE_BYTES: usize = 64 << 10;
/// The largest side whose lines are compared, in bytes.
const MAX_MERGED_BYTES: u64 = 1 << 20;
/// The most places of disagreement given for one path.
const MAX_HUNKS: usize = 100;
/// The most fields given for one path.
const MAX_FIELDS: usize = 100;

/// A path that does not merge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConflictView {
    /// Which path, for people.
    pub path: String,
    /// What both sides come from.
    pub base: SideText,
    /// What the default branch holds.
    pub ours: SideText,
    /// What the update holds.
    pub theirs: SideText,
    /// Where both changed the same lines; empty where a side is gone or no text.
    pub hunks: Vec<ConflictHunk>,
    /// The fields in which they disagree; empty where the file is not merged by field.
    pub fields: Vec<FieldConflict>,
    /// How many more fields disagree than are given.
    pub fields_left_out: usize,
}

/// One side of a conflicting path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SideText {
    /// Its object; `None` where the path is not there.
    pub blob: Option<Oid>,
    /// Its text, as far as it is given; `None` where it is no text, too large, or not there.
    pub text: Option<String>,
    /// Whether the text was cut.
    pub truncated: bool,
}

/// Lines that both sides changed. Line numbers are from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConflictHunk {
    /// The first of our lines.
    pub ours_line: usize,
    /// Our lines.
    pub ours: String,
    /// The first of their lines.
    pub theirs_line: usize,
    /// Their lines.
    pub theirs: String,
    /// The lines both come from.
    pub base: String,
}

/// Reads the sides of conflicts; `fields` says by path in which fields they disagree.
pub(super) fn views(
    repo: &dyn ReadRepository,
    conflicts: Vec<Conflict>,
    mut fields: BTreeMap<String, Vec<FieldConflict>>,
) -> Result<Vec<ConflictView>, GitError> {
    let of = |conflict: Conflict| {
        let fields = fields.remove(&conflict.path).unwrap_or_default();
        view(repo, conflict, fields)
    };
    conflicts.into_iter().map(of).collect()
}

fn view(
    repo: &dyn ReadRepository,
    conflict: Conflict,
    mut fields: Vec<FieldConflict>,
) -> Result<ConflictView, GitError> {
    let base = readable(repo, &conflict.base)?;
    let ours = readable(repo, &conflict.ours)?;
    let theirs = readable(repo, &conflict.theirs)?;
    let hunks = match (&ours, &theirs) {
        (Some(ours), Some(theirs)) => hunks(base.as_deref().unwrap_or_default(), ours, theirs),
        _ => Vec::new(),
    };
    let fields_left_out = fields.len().saturating_sub(MAX_FIELDS);
    fields.truncate(MAX_FIELDS);
    Ok(ConflictView {
        path: conflict.path,
        base: side(&conflict.base, base),
        ours: side(&conflict.ours, ours),
        theirs: side(&conflict.theirs, theirs),
        hunks,
        fields,
        fields_left_out,
    })
}

/// The typed conflict of a file that one side changed and the other took away; `None` where it is something else.
pub(super) fn deleted(repo: &dyn ReadRepository, conflict: &Conflict) -> Result<Option<FieldConflict>, GitError> {
    let gone = conflict.ours.blob.is_none() != conflict.theirs.blob.is_none();
    if conflict.base.blob.is_none() || !gone {
        return Ok(None);
    }
    let base = readable(repo, &conflict.base)?;
    let (ours, theirs) = (readable(repo, &conflict.ours)?, readable(repo, &conflict.theirs)?);
    Ok(Some(FieldConflict::deleted(&conflict.path, base.as_deref(), ours.as_deref(), theirs.as_deref())))
}

/// A side as text; `None` where it is no text, too large, or not there.
pub(super) fn readable(repo: &dyn ReadRepository, side: &ConflictSide) -> Result<Option<String>, GitError> {
    let Some(oid) = side.blob else { return Ok(None) };
    match repo.blob(oid, MAX_MERGED_BYTES) {
        Ok(bytes) => Ok(String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))),
        Err(BlobError::TooLarge { .. }) => Ok(None),
        Err(error) => Err(unreadable(error)),
    }
}

fn side(side: &ConflictSide, text: Option<String>) -> SideText {
    let truncated = text.as_ref().is_some_and(|text| text.len() > MAX_SIDE_BYTES);
    SideText { blob: side.blob, text: text.map(|text| cut(&text)), truncated }
}

fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(MAX_SIDE_BYTES)].to_owned()
}

fn hunks(base: &str, ours: &str, theirs: &str) -> Vec<ConflictHunk> {
    let merge = TextMerge::from_lines(base, ours, theirs);
    let lines = |range: std::ops::Range<usize>, line: &dyn Fn(usize) -> Option<String>| {
        cut(&range.filter_map(line).collect::<String>())
    };
    let hunk = |region: &similar::MergeRegion| ConflictHunk {
        ours_line: region.ours_range().start + 1,
        ours: lines(region.ours_range(), &|n| merge.ours_line(n).map(str::to_owned)),
        theirs_line: region.theirs_range().start + 1,
        theirs: lines(region.theirs_range(), &|n| merge.theirs_line(n).map(str::to_owned)),
        base: lines(region.base_range(), &|n| merge.base_line(n).map(str::to_owned)),
    };
    merge.conflicts().take(MAX_HUNKS).map(hunk).collect()
}
