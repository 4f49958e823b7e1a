//! Unified diff text, as `git apply` takes it, bounded in size.

use crate::base::store::BlobError;
use crate::base::{FileMode, TreeEntry};
use crate::git::{Change, GitError, ReadRepository};
use similar::udiff::UnifiedHunkHeader;
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

/// The largest file whose lines are compared, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 20;
/// How many unchanged lines stand around a change.
const CONTEXT: usize = 3;

/// The unified diff of changes, at most about `max_bytes` long: what did not fit is counted in a
/// last line. Files that are no text, or too large, are named and not shown.
pub fn unified_diff(repo: &dyn ReadRepository, changes: &[Change], max_bytes: usize) -> Result<String, GitError> {
    let mut text = String::new();
    for (n, change) in changes.iter().enumerate() {
        let file = file_text(repo, change)?;
        if text.len() + file.len() > max_bytes {
            let left = changes.len() - n;
            text.push_str(&format!("# cut here: {left} more changed files are not shown\n"));
            break;
        }
        text.push_str(&file);
    }
    Ok(text)
}

fn file_text(repo: &dyn ReadRepository, change: &Change) -> Result<String, GitError> {
    let (old, new) = (contents(repo, change.old.as_ref())?, contents(repo, change.new.as_ref())?);
    let mut text = header(change);
    match (lines_of(&old), lines_of(&new)) {
        (Some(old), Some(new)) => push_hunks(&mut text, change, &old, &new),
        _ => text.push_str(&format!("Binary files {} and {} differ\n", old_name(change), new_name(change))),
    }
    Ok(text)
}

/// What stands at one side of a change.
enum Contents {
    Bytes(Vec<u8>),
    NotShown,
}

fn contents(repo: &dyn ReadRepository, entry: Option<&TreeEntry>) -> Result<Contents, GitError> {
    let Some(entry) = entry else { return Ok(Contents::Bytes(Vec::new())) };
    if entry.mode == FileMode::Submodule {
        return Ok(Contents::NotShown);
    }
    match repo.blob(entry.oid, MAX_FILE_BYTES) {
        Ok(bytes) => Ok(Contents::Bytes(bytes)),
        Err(BlobError::TooLarge { .. }) => Ok(Contents::NotShown),
        Err(error) => Err(super::tree::unreadable(error)),
    }
}

fn lines_of(contents: &Contents) -> Option<Vec<&str>> {
    let Contents::Bytes(bytes) = contents else { return None };
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))?;
    Some(text.split_inclusive('\n').collect())
}

fn header(change: &Change) -> String {
    let mut text = format!("diff --git {} {}\n", quoted("a", &change.path), quoted("b", &change.path));
    match (&change.old, &change.new) {
        (None, Some(new)) => text.push_str(&format!("new file mode {}\n", mode(new.mode))),
        (Some(old), None) => text.push_str(&format!("deleted file mode {}\n", mode(old.mode))),
        (Some(old), Some(new)) if old.mode != new.mode => {
            text.push_str(&format!("old mode {}\nnew mode {}\n", mode(old.mode), mode(new.mode)));
        }
        _ => {}
    }
    text
}

fn mode(mode: FileMode) -> &'static str {
    match mode {
        FileMode::File => "100644",
        FileMode::Symlink => "120000",
        FileMode::Submodule => "160000",
    }
}

fn push_hunks(text: &mut String, change: &Change, old: &[&str], new: &[&str]) {
    let ops = capture_diff_slices(Algorithm::Myers, old, new);
    let groups = group_diff_ops(ops, CONTEXT);
    if groups.iter().all(Vec::is_empty) {
        return;
    }
    text.push_str(&format!("--- {}\n+++ {}\n", old_name(change), new_name(change)));
    for ops in groups {
        text.push_str(&format!("{}\n", UnifiedHunkHeader::new(&ops)));
        ops.iter().for_each(|op| push_lines(text, op, old, new));
    }
}

fn push_lines(text: &mut String, op: &DiffOp, old: &[&str], new: &[&str]) {
    if op.tag() == DiffTag::Equal {
        old[op.old_range()].iter().for_each(|line| push_line(text, ' ', line));
        return;
    }
    old[op.old_range()].iter().for_each(|line| push_line(text, '-', line));
    new[op.new_range()].iter().for_each(|line| push_line(text, '+', line));
}

fn push_line(text: &mut String, sign: char, line: &str) {
    text.push(sign);
    text.push_str(line);
    if !line.ends_with('\n') {
        text.push_str("\n\\ No newline at end of file\n");
    }
}

fn old_name(change: &Change) -> String {
    name("a", change, change.old.as_ref())
}

fn new_name(change: &Change) -> String {
    name("b", change, change.new.as_ref())
}

/// The name of one side: `/dev/null` where the file is not there. A tab ends a name with spaces.
fn name(prefix: &str, change: &Change, entry: Option<&TreeEntry>) -> String {
    let end = if change.path.contains(&b' ') { "\t" } else { "" };
    entry.map_or_else(|| "/dev/null".to_owned(), |_| quoted(prefix, &change.path) + end)
}

/// A path as git writes it: in quotes, C style, where it holds what could be misread.
fn quoted(prefix: &str, path: &[u8]) -> String {
    let plain =
        std::str::from_utf8(path).ok().filter(|path| !path.chars().any(|c| c.is_control() || "\"\\".contains(c)));
    if let Some(path) = plain {
        return format!("{prefix}/{path}");
    }
    let escaped: String = path.iter().map(|byte| escaped(*byte)).collect();
    format!("\"{prefix}/{escaped}\"")
}

fn escaped(byte: u8) -> String {
    match byte {
        b'"' | b'\\' => format!("\\{}", byte as char),
        b' '..=b'~' => (byte as char).to_string(),
        _ => format!("\\{byte:03o}"),
    }
}
