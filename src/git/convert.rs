//! Turns the words of gix into those of this crate, and back.

use super::types::{GitError, Signature};
use crate::base::{CommitId, FileMode, Oid, Timestamp};
use gix::bstr::ByteSlice;

/// The tree with nothing in it, which every repository knows without holding it.
pub const EMPTY_TREE: Oid = Oid::from_bytes([
    0x4b, 0x82, 0x5d, 0xc6, 0x42, 0xcb, 0x6e, 0xb9, 0xa0, 0x60, 0xe5, 0x4b, 0xf8, 0xd6, 0x92, 0x88, 0xfb, 0xee, 0x49,
    0x04,
]);

/// The longest reason kept of a foreign error, in characters.
const LONGEST_REASON: usize = 400;

/// Our id of gix's.
pub(super) fn oid(id: &gix::oid) -> Oid {
    Oid::from_bytes(id.as_bytes().try_into().expect("only SHA-1 repositories are opened"))
}

/// Our id of gix's, where it is known to be a commit's.
pub(super) fn commit_id(id: &gix::oid) -> CommitId {
    CommitId(oid(id))
}

/// The id of gix for ours.
pub(super) fn object_id(oid: Oid) -> gix::ObjectId {
    gix::ObjectId::Sha1(*oid.as_bytes())
}

/// The mode of a tree entry; `None` for a tree.
pub(super) fn file_mode(mode: gix::objs::tree::EntryMode) -> Option<FileMode> {
    use gix::objs::tree::EntryKind;
    match mode.kind() {
        EntryKind::Tree => None,
        EntryKind::Blob | EntryKind::BlobExecutable => Some(FileMode::File),
        EntryKind::Link => Some(FileMode::Symlink),
        EntryKind::Commit => Some(FileMode::Submodule),
    }
}

/// Who and when, lossily as UTF-8; a date that cannot be read is 1970.
pub(super) fn signature(from: gix::actor::SignatureRef<'_>) -> Signature {
    Signature {
        name: from.name.trim().to_str_lossy().into_owned(),
        email: from.email.trim().to_str_lossy().into_owned(),
        at: Timestamp::from_seconds(from.time().map_or(0, |time| time.seconds)),
    }
}

/// Names what was being done when gix failed.
pub(super) fn other(what: &'static str) -> impl Fn(gix::Error) -> GitError {
    move |error| GitError::Other { what, reason: reason(&error) }
}

/// Names the object that gix failed on.
pub(super) fn unusable(id: Oid) -> impl Fn(gix::Error) -> GitError {
    move |error| GitError::Object { oid: id, reason: reason(&error) }
}

/// What gix says, from the top of its chain of causes down, in bounds.
pub(super) fn reason(error: &gix::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in error.iter_errors().map(ToString::to_string) {
        if !part.is_empty() && !parts.contains(&part) {
            parts.push(part);
        }
    }
    shown(&parts.join(": "))
}

/// A text cut to length, with its control characters escaped.
pub(super) fn shown(text: &str) -> String {
    let escape = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().take(LONGEST_REASON).map(escape).collect()
}
