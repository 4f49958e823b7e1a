//! An index folder, held by the one process that writes it.
//!
//! A batch is written in this order: lines, versions, landings, postings, manifest. Each is durable before the next begins,
//! and only the manifest, replaced by a rename, makes the batch count. A crash leaves longer logs, which are cut at the
//! manifest's lengths, and postings of entries that no version has, which no view selects; their numbers are never given again.

use super::FORMAT;
use super::layout::{LandingFrame, Layout, Manifest, VersionFrame};
use super::load::{self, Loaded};
use super::log::{self, LogWriter};
use super::postings::Postings;
use super::state::State;
use super::types::IndexError;
use super::writer::Batch;
use crate::base::CommitId;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::Path;

/// A folder that this process may write.
pub(super) struct Store {
    layout: Layout,
    manifest: Manifest,
    /// Its lock goes with the file.
    _lock: File,
}

impl Store {
    /// Takes the folder's lock and reads what is there; what is missing, old or damaged is thrown away.
    /// `None` where another process has the lock.
    pub(super) fn open(dir: &Path) -> Result<Option<(Self, State)>, IndexError> {
        let layout = Layout::new(dir);
        let Some(lock) = try_lock(&layout)? else { return Ok(None) };
        let (state, manifest) = match load::load(&layout)? {
            Loaded::Whole(state, manifest) => (*state, manifest),
            Loaded::Missing | Loaded::Damaged(_) => fresh(&layout)?,
        };
        Ok(Some((Self { layout, manifest, _lock: lock }, state)))
    }

    /// Writes the logs of a batch. It counts after [`Store::seal`].
    pub(super) fn write(&mut self, batch: &Batch) -> Result<Manifest, IndexError> {
        let at = &self.layout;
        let lines = append(
            &at.lines(),
            self.manifest.lines,
            batch.lines.slices_from(batch.first_line).map(|s| Ok(s.as_bytes().to_vec())),
        )?;
        let versions = batch.versions.iter().map(|version| encode(&VersionFrame::of(version)));
        let versions = append(&at.versions(), self.manifest.versions, versions)?;
        let steps = batch.steps.iter().map(|step| encode(&LandingFrame::of(step)));
        let landings = append(&at.landings(), self.manifest.landings, steps)?;
        let tip = batch.steps.last().map(|step| step.commit).or(self.manifest.tip);
        Ok(Manifest { format: FORMAT, tip, lines, versions, landings, end_entry: batch.end_entry })
    }

    /// Makes what was written count.
    pub(super) fn seal(&mut self, manifest: Manifest) -> Result<(), IndexError> {
        write_manifest(&self.layout, &manifest)?;
        self.manifest = manifest;
        Ok(())
    }

    /// Forgets all landings but the first `len`, of which `tip` is the last.
    pub(super) fn rewind(&mut self, len: usize, tip: Option<CommitId>) -> Result<(), IndexError> {
        let frame = encode(&LandingFrame::Rewound(len as u32));
        let landings = append(&self.layout.landings(), self.manifest.landings, std::iter::once(frame))?;
        self.seal(Manifest { landings, tip, ..self.manifest.clone() })
    }
}

/// Reads an index that another process writes: what its last manifest says, or an empty one.
pub(super) fn read_only(dir: &Path) -> Result<State, IndexError> {
    // The other process may be between two manifests: what looks damaged now is whole the next time.
    for _ in 0..3 {
        if let Loaded::Whole(state, _) = load::load(&Layout::new(dir))? {
            return Ok(*state);
        }
    }
    State::empty(Postings::in_memory()?)
}

/// Makes an empty index where one was or was not. The manifest goes first, so that nothing half removed counts.
fn fresh(layout: &Layout) -> Result<(State, Manifest), IndexError> {
    let remove = || -> io::Result<()> {
        absent_is_fine(fs::remove_file(layout.manifest()))?;
        sync_dir(layout.dir())?;
        [layout.lines(), layout.versions(), layout.landings()]
            .iter()
            .try_for_each(|path| absent_is_fine(fs::remove_file(path)))?;
        absent_is_fine(fs::remove_dir_all(layout.terms()))?;
        fs::create_dir(layout.terms())
    };
    remove().map_err(io_at(layout.dir()))?;
    let state = State::empty(Postings::create(&layout.terms())?)?;
    let manifest = Manifest { format: FORMAT, ..Manifest::default() };
    write_manifest(layout, &manifest)?;
    Ok((state, manifest))
}

fn try_lock(layout: &Layout) -> Result<Option<File>, IndexError> {
    let open = || {
        fs::create_dir_all(layout.dir())?;
        File::options().create(true).truncate(false).write(true).open(layout.lock())
    };
    let file = open().map_err(io_at(layout.dir()))?;
    match crate::base::lock::try_lock(&file) {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(io_at(&layout.lock())(source)),
    }
}

fn append(path: &Path, len: u64, payloads: impl Iterator<Item = io::Result<Vec<u8>>>) -> Result<u64, IndexError> {
    let mut payloads = payloads.peekable();
    if payloads.peek().is_none() && path.exists() {
        return Ok(len);
    }
    let mut write = || {
        let mut log = LogWriter::open(path, len)?;
        payloads.try_for_each(|payload| log.append(&payload?))?;
        log.finish()
    };
    write().map_err(io_at(path))
}

fn encode<T: serde::Serialize>(value: &T) -> io::Result<Vec<u8>> {
    postcard::to_stdvec(value).map_err(io::Error::other)
}

fn write_manifest(layout: &Layout, manifest: &Manifest) -> Result<(), IndexError> {
    let path = layout.manifest();
    let new = path.with_extension("new");
    let write = || {
        let mut file = File::create(&new)?;
        file.write_all(&log::frame(&encode(manifest)?)?)?;
        file.sync_all()?;
        fs::rename(&new, &path)?;
        sync_dir(layout.dir())
    };
    write().map_err(io_at(&path))
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    result.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// An I/O error at a path.
pub(super) fn io_at(path: &Path) -> impl FnOnce(io::Error) -> IndexError {
    let path = path.to_owned();
    move |source| IndexError::Io { path, source }
}
