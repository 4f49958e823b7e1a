//! An index folder to a published state. Every byte is checked: frames by their sums, postings by tantivy's, and each
//! against the others. What does not fit is damage, and damage is never believed.

use super::FORMAT;
use super::bits::Bits;
use super::layout::{LandingFrame, Layout, Manifest, VersionFrame};
use super::lines::Lines;
use super::log;
use super::postings::{Postings, PostingsView};
use super::runs;
use super::state::State;
use super::store::io_at;
use super::timeline::Timeline;
use super::types::IndexError;
use super::version::Version;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// What a folder holds.
pub(super) enum Loaded {
    /// A whole index.
    Whole(Box<State>, Manifest),
    /// No index.
    Missing,
    /// An index that cannot be believed, and why not.
    Damaged(String),
}

/// Why an index was not loaded.
enum Trouble {
    Damage(String),
    Io(IndexError),
}

/// Reads what the manifest of a folder says.
pub(super) fn load(layout: &Layout) -> Result<Loaded, IndexError> {
    if !layout.manifest().try_exists().map_err(io_at(&layout.manifest()))? {
        return Ok(Loaded::Missing);
    }
    match read_state(layout) {
        Ok((state, manifest)) => Ok(Loaded::Whole(Box::new(state), manifest)),
        Err(Trouble::Damage(reason)) => Ok(Loaded::Damaged(reason)),
        Err(Trouble::Io(error)) => Err(error),
    }
}

fn read_state(layout: &Layout) -> Result<(State, Manifest), Trouble> {
    let manifest = read_manifest(&layout.manifest())?;
    let lines = read_lines(&layout.lines(), manifest.lines)?;
    let versions = read_versions(&layout.versions(), &manifest, &lines)?;
    let timeline = read_timeline(&layout.landings(), &manifest, &versions)?;
    let (postings, terms) = read_postings(&layout.terms(), &versions)?;
    let committed = postings.end_entry().map_err(|error| damage(&layout.terms(), error))?;
    if committed < versions.last().map_or(0, |version| version.end_entry()) {
        return Err(damage(&layout.terms(), "it is behind the manifest"));
    }
    let end_entry = committed.max(manifest.end_entry);
    let state = State { timeline, versions, lines, end_entry, postings: Arc::new(postings), terms: Arc::new(terms) };
    Ok((state, manifest))
}

fn read_manifest(path: &Path) -> Result<Manifest, Trouble> {
    let bytes = fs::read(path).map_err(trouble(path))?;
    let mut frames = log::frames(&bytes);
    let payload = frames.next().flatten().ok_or_else(|| damage(path, "its sum is wrong"))?;
    let manifest: Manifest = postcard::from_bytes(payload).map_err(|error| damage(path, error))?;
    if frames.next().is_some() || manifest.format != FORMAT {
        return Err(damage(path, "it is of another format"));
    }
    Ok(manifest)
}

fn read_lines(path: &Path, len: u64) -> Result<Lines, Trouble> {
    let mut lines = Lines::default();
    each_frame(path, len, |payload| {
        let text = std::str::from_utf8(payload).ok()?.strip_suffix('\n')?;
        for line in text.split('\n') {
            lines.push(line);
        }
        Some(())
    })?;
    Ok(lines)
}

fn read_versions(path: &Path, manifest: &Manifest, lines: &Lines) -> Result<Vec<Arc<Version>>, Trouble> {
    let mut versions: Vec<Arc<Version>> = Vec::new();
    each_frame(path, manifest.versions, |payload| {
        let version = postcard::from_bytes::<VersionFrame<'_>>(payload).ok()?.into_version()?;
        let known_lines = version.text.as_ref().is_none_or(|list| runs::is_valid(&list.runs, lines.len()));
        let follows = versions.last().map_or(0, |last| last.end_entry()) <= version.first_entry;
        let fits = known_lines && follows && version.end_entry() <= manifest.end_entry;
        fits.then(|| versions.push(Arc::new(version)))
    })?;
    Ok(versions)
}

fn read_timeline(path: &Path, manifest: &Manifest, versions: &[Arc<Version>]) -> Result<Timeline, Trouble> {
    let mut timeline = Timeline::default();
    each_frame(path, manifest.landings, |payload| match postcard::from_bytes(payload).ok()? {
        LandingFrame::Landed { commit, opened, closed } => {
            timeline.push(LandingFrame::step(commit, opened, closed, versions)?);
            Some(())
        }
        LandingFrame::Rewound(len) => (len as usize <= timeline.len()).then(|| timeline.rewind(len as usize)),
    })?;
    if timeline.tip() == manifest.tip { Ok(timeline) } else { Err(damage(path, "it ends at another commit")) }
}

fn read_postings(dir: &Path, versions: &[Arc<Version>]) -> Result<(Postings, PostingsView), Trouble> {
    let postings = Postings::open(dir).map_err(|error| damage(dir, error))?;
    let terms = postings.view(None).map_err(|error| damage(dir, error))?;
    let mut held = Bits::new(versions.last().map_or(0, |version| version.end_entry()));
    for entry in terms.entries() {
        if held.contains(entry) {
            return Err(damage(dir, "an entry is there twice"));
        }
        // A crash may have left entries of versions that were never published.
        if held.holds(entry) {
            held.insert(entry);
        }
    }
    let mut entries = versions.iter().flat_map(|version| version.first_entry..version.end_entry());
    if entries.all(|entry| held.contains(entry)) {
        Ok((postings, terms))
    } else {
        Err(damage(dir, "entries are missing"))
    }
}

fn each_frame(path: &Path, len: u64, mut take: impl FnMut(&[u8]) -> Option<()>) -> Result<(), Trouble> {
    let bytes = read_start(path, len)?;
    for payload in log::frames(&bytes) {
        payload.and_then(&mut take).ok_or_else(|| damage(path, "a frame is wrong"))?;
    }
    Ok(())
}

/// The first bytes of a log; what is behind them does not count.
fn read_start(path: &Path, len: u64) -> Result<Vec<u8>, Trouble> {
    if len == 0 {
        return Ok(Vec::new());
    }
    let file = File::open(path).map_err(trouble(path))?;
    let there = file.metadata().map_err(trouble(path))?.len();
    if there < len {
        return Err(damage(path, format!("it has {there} bytes, not {len}")));
    }
    let mut bytes = Vec::with_capacity(len as usize);
    file.take(len).read_to_end(&mut bytes).map_err(trouble(path))?;
    Ok(bytes)
}

fn damage(path: &Path, reason: impl std::fmt::Display) -> Trouble {
    Trouble::Damage(format!("{}: {reason}", path.display()))
}

/// A missing file is damage; anything else is not the index's fault.
fn trouble(path: &Path) -> impl FnOnce(io::Error) -> Trouble {
    let path = path.to_owned();
    move |error| match error.kind() {
        io::ErrorKind::NotFound => damage(&path, error),
        _ => Trouble::Io(IndexError::Io { path, source: error }),
    }
}
