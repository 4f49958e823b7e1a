//! The approved line of a repository without a server, kept beside its index: a command does not walk all commits to say when one landed.

use super::line::{Landed, Line};
use crate::base::{CommitId, Digest, Timestamp};
use std::path::{Path, PathBuf};

/// What the file begins with, in its digest too.
const FORMAT: &str = "lorekeep line 1\n";

/// Reads the line; `None` where it is missing or not as it was written. Whether it is still that of the branch is for
/// the caller to see.
pub(super) fn read(folder: &Path) -> Option<Line> {
    let text = std::fs::read_to_string(path(folder)).ok()?;
    let (digest, body) = text.split_once('\n')?;
    if Digest::of(body.as_bytes()).as_str() != digest {
        return None;
    }
    body.strip_prefix(FORMAT)?.lines().map(landed).collect::<Option<Vec<Landed>>>().map(Line::of)
}

/// Writes the line. One that cannot be written is walked the next time.
pub(super) fn write(folder: &Path, line: &Line) {
    let mut body = FORMAT.to_owned();
    for landed in line.above(None) {
        body.push_str(&format!("{} {}\n", landed.commit, landed.at.seconds()));
    }
    let new = path(folder).with_extension("new");
    let text = format!("{}\n{body}", Digest::of(body.as_bytes()));
    let written = std::fs::write(&new, text).and_then(|()| std::fs::rename(&new, path(folder)));
    if let Err(error) = written {
        tracing::debug!(%error, "the approved line could not be kept; it is walked again the next time");
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("line")
}

fn landed(line: &str) -> Option<Landed> {
    let (commit, at) = line.split_once(' ')?;
    Some(Landed { commit: CommitId::parse(commit).ok()?, at: Timestamp::from_seconds(at.parse().ok()?) })
}
