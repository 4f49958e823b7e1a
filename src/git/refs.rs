//! Reads references and their logs.

use super::convert::{commit_id, object_id, oid, other, signature};
use super::types::{GitError, Reflog, ReflogEntry};
use crate::base::{CommitId, Oid};
use gix::bstr::{BStr, ByteSlice};
use gix::refs::{FullName, FullNameRef};

/// How many annotated tags are followed from one to the next.
const LONGEST_TAG_CHAIN: usize = 16;
/// The largest annotated tag that is read, in bytes.
const LARGEST_TAG: u64 = 1 << 20;

/// A full reference name git takes: `refs/...` or `HEAD`.
pub(super) fn full_name(name: &str) -> Option<FullName> {
    let full = FullName::try_from(name).ok()?;
    (name == "HEAD" || name.starts_with("refs/")).then_some(full)
}

/// What `HEAD` points to; `HEAD` itself where it is detached.
pub(super) fn default_branch(repo: &gix::Repository) -> Result<String, GitError> {
    let head = repo.head_name().map_err(other("reading HEAD"))?;
    let named = head.map_or_else(|| "HEAD".to_owned(), |name| name.as_bstr().to_str_lossy().into_owned());
    if reference(repo, &named)?.is_some() {
        return Ok(named);
    }
    // A clone of a bundle names a branch that the bundle does not have.
    let there = |name: &&str| matches!(reference(repo, name), Ok(Some(_)));
    Ok(["refs/heads/main", "refs/heads/master"].into_iter().find(there).map_or(named, str::to_owned))
}

/// Where a full name points, peeled to a commit; `None` where there is no such name, or no commit behind it.
pub(super) fn reference(repo: &gix::Repository, name: &str) -> Result<Option<CommitId>, GitError> {
    let Some(name) = full_name(name) else { return Ok(None) };
    let wanted: &FullNameRef = name.as_ref();
    let found = repo.try_find_reference(wanted).map_err(other("looking up a reference"))?;
    match found {
        Some(found) if found.name() == wanted => follow(repo, found),
        _ => Ok(None),
    }
}

fn follow(repo: &gix::Repository, mut found: gix::Reference<'_>) -> Result<Option<CommitId>, GitError> {
    match found.follow_to_object() {
        Ok(id) => peel(repo, oid(&id)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(other("following a reference")(error)),
    }
}

/// The commit an object is or, through annotated tags, names; `None` where it is absent or something else.
pub(super) fn peel(repo: &gix::Repository, id: Oid) -> Result<Option<CommitId>, GitError> {
    let mut at = object_id(id);
    for _ in 0..LONGEST_TAG_CHAIN {
        let Some(header) = repo.try_find_header(at).map_err(other("reading an object"))? else { return Ok(None) };
        match header.kind() {
            gix::objs::Kind::Commit => return Ok(Some(commit_id(&at))),
            gix::objs::Kind::Tag if header.size() <= LARGEST_TAG => {
                let tag = repo.find_tag(at).map_err(other("reading a tag"))?;
                at = tag.target_id().map_err(other("reading a tag"))?.detach();
            }
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// The bytes of each annotated tag on the way from an object to what it names; none where it is no tag.
pub(super) fn tags(repo: &gix::Repository, id: Oid) -> Result<Vec<Vec<u8>>, GitError> {
    let (mut at, mut found) = (object_id(id), Vec::new());
    while found.len() < LONGEST_TAG_CHAIN {
        let header = repo.try_find_header(at).map_err(other("reading an object"))?;
        if !header.is_some_and(|header| header.kind() == gix::objs::Kind::Tag && header.size() <= LARGEST_TAG) {
            break;
        }
        let tag = repo.find_tag(at).map_err(other("reading a tag"))?;
        at = tag.target_id().map_err(other("reading a tag"))?.detach();
        found.push(tag.data.clone());
    }
    Ok(found)
}

/// Every reference below a prefix, by name; those that name no commit are left out.
pub(super) fn references(repo: &gix::Repository, prefix: &str) -> Result<Vec<(String, CommitId)>, GitError> {
    let mut found = Vec::new();
    if full_name(&format!("{}/x", prefix.trim_end_matches('/'))).is_none() && prefix != "refs/" {
        return Ok(found);
    }
    let platform = repo.references().map_err(other("listing references"))?;
    let listed = platform.all().map_err(other("listing references"))?;
    for reference in listed {
        let reference = reference.map_err(other("listing references"))?;
        let Ok(name) = reference.name().as_bstr().to_str().map(str::to_owned) else { continue };
        if !name.starts_with(prefix) {
            continue;
        }
        if let Some(commit) = follow(repo, reference)? {
            found.push((name, commit));
        }
    }
    found.sort();
    Ok(found)
}

/// The moves of a reference, oldest first.
pub(super) fn reflog(repo: &gix::Repository, name: &str) -> Result<Reflog, GitError> {
    let Some(name) = full_name(name) else { return Ok(Vec::new()) };
    let mut buffer = Vec::new();
    let name: &FullNameRef = name.as_ref();
    let lines = repo.refs.reflog_iter(name, &mut buffer).map_err(other("reading a reference's log"))?;
    let mut entries = Vec::new();
    for line in lines.into_iter().flatten() {
        let line = line.map_err(other("reading a reference's log"))?;
        let new = line.new_oid();
        // A deletion leaves no commit to tell of.
        if !new.is_null() {
            let old = Some(line.previous_oid()).filter(|id| !id.is_null()).map(|id| commit_id(&id));
            let message = BStr::new(line.message).to_str_lossy().into_owned();
            entries.push(ReflogEntry { old, new: commit_id(&new), by: signature(line.signature), message });
        }
    }
    Ok(entries)
}

/// What a reference holds itself, peeled of nothing; `None` where it is not there.
pub(super) fn target(repo: &gix::Repository, name: &str) -> Result<Option<Oid>, GitError> {
    let Some(name) = full_name(name) else { return Ok(None) };
    let wanted: &FullNameRef = name.as_ref();
    let found = repo.try_find_reference(wanted).map_err(other("looking up a reference"))?;
    Ok(found.filter(|found| found.name() == wanted).and_then(|found| found.try_id().map(|id| oid(&id))))
}
