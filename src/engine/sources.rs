//! The texts that findings are shown with: only of files that a finding points into, and never with a secret.

use super::EngineError;
use crate::base::{BlobStore, RepoPath};
use crate::change::LoadedTree;
use crate::check::{Report, TreeFile};
use crate::git::{At, ReadRepository, Repository};
use crate::screen;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The largest file whose lines are shown with a finding, in bytes.
const MAX_SHOWN: u64 = 4 << 20;
/// What stands for each character of a secret.
const COVER: char = '*';

/// A path and its text.
pub(super) type Source = (String, Arc<str>);

/// The texts for a report on a tree that was read.
pub(super) fn of_tree(report: &Report, tree: &LoadedTree) -> Vec<Source> {
    let wanted = paths_of(report);
    let path = |f: &TreeFile| std::str::from_utf8(&f.path).ok().filter(|path| wanted.contains(path)).map(str::to_owned);
    let text = |f: &TreeFile| f.source.as_ref().and_then(|s| s.text.clone());
    tree.files.iter().filter_map(|f| Some((path(f)?, covered(text(f)?)))).collect()
}

/// The texts for a report on a tree of a repository.
pub(super) fn of_commit(repo: &Repository, at: At, report: &Report) -> Result<Vec<Source>, EngineError> {
    let mut sources = Vec::new();
    for path in paths_of(report) {
        let Ok(parsed) = RepoPath::parse(path) else { continue };
        let Some(entry) = repo.entry(at, &parsed)? else { continue };
        if let Ok(bytes) = repo.blob(entry.oid, MAX_SHOWN) {
            sources.push((path.to_owned(), covered(Arc::from(String::from_utf8_lossy(&bytes)))));
        }
    }
    Ok(sources)
}

fn paths_of(report: &Report) -> BTreeSet<&str> {
    let places =
        report.findings.iter().flat_map(|f| std::iter::once(&f.place).chain(f.related.iter().map(|r| &r.place)));
    places.map(|place| place.path.as_str()).collect()
}

/// A text with every character of every secret covered: a line that is shown for another finding shows none.
fn covered(text: Arc<str>) -> Arc<str> {
    let hits = screen::find_secrets(&text);
    if hits.is_empty() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for hit in hits {
        out.push_str(&text[done..hit.span.start]);
        out.extend(text[hit.span.start..hit.span.end].chars().map(|c| if c.is_whitespace() { c } else { COVER }));
        done = hit.span.end;
    }
    out.push_str(&text[done..]);
    Arc::from(out)
}
