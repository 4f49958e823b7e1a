//! An index folder: segments, and the manifests that name those that count.
//!
//! `manifest` is replaced by a rename, after the segments that it names are durable: what is found after a crash is the state before
//! or after. Small landings do not wait for the disk: `manifest.recent` names the same segments and theirs, and counts as long as it is
//! newer and everything it names can be opened. Files that no manifest names are removed by the next writer. Readers take no lock: a
//! file stays what it is as long as it is open.

use super::segment::Segment;
use super::state::{Part, State};
use super::table::BlockCache;
use super::types::IndexError;
use crate::base::Digest;
use crate::screen;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

/// The version of what is in the folder.
const LAYOUT: u32 = 4;
/// The most bytes of blocks that are kept in memory, for all indexes of a process.
const CACHE_BYTES: usize = 64 << 20;
/// What the names of segment files begin with.
const SEGMENT: &str = "segment.";

/// What older formats wrote.
const OLD_FILES: [&str; 4] = ["lines.log", "versions.log", "landings.log", "terms"];

static CACHE: LazyLock<Arc<BlockCache>> = LazyLock::new(|| Arc::new(BlockCache::new(CACHE_BYTES)));

/// What counts of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The version of the folder.
    format: u32,
    /// How many manifests there were before, so that names of files are not used twice.
    pub(super) generation: u64,
    /// The segments, oldest first: file, positions of the first and last landing, and of the last that counts.
    parts: Vec<(String, u32, u32, u32)>,
    /// The rules by which the segments say which texts hold secrets.
    rules: Option<Digest>,
}

/// How well a state is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// It survives a crash.
    Durable,
    /// A crash may lead back to the last durable state. All segments of that one are in this one too.
    Recent,
}

/// A folder that this process may write, as long as this lives.
#[derive(Debug)]
pub(super) struct Lock(#[allow(dead_code, reason = "its lock goes with the file")] File);

/// Takes the lock of a folder; `None` where another process has it.
pub(super) fn lock(dir: &Path) -> Result<Option<Lock>, IndexError> {
    let path = dir.join("index.lock");
    let open = || {
        fs::create_dir_all(dir)?;
        File::options().create(true).truncate(false).write(true).open(&path)
    };
    let file = open().map_err(io_at(dir))?;
    match crate::base::lock::try_lock(&file) {
        Ok(()) => Ok(Some(Lock(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(io_at(&path)(source)),
    }
}

/// Reads what a folder says. What is missing, old or damaged is an empty index.
pub(super) fn load(dir: &Path) -> Result<(State, Manifest), IndexError> {
    // Another process may be between two manifests: what looks damaged now is whole the next time.
    let mut outcome = try_load(dir);
    for _ in 0..2 {
        if !matches!(outcome, Err(IndexError::Damaged(_))) {
            break;
        }
        outcome = try_load(dir);
    }
    if matches!(outcome, Err(IndexError::Damaged(_))) {
        // What a crash left of the recent state does not count.
        outcome = load_durable(dir);
    }
    match outcome {
        Err(IndexError::Damaged(_)) => Ok(Default::default()),
        outcome => outcome,
    }
}

/// The same, where damage is an error.
pub(super) fn try_load(dir: &Path) -> Result<(State, Manifest), IndexError> {
    match recent(dir) {
        Some(manifest) => open_all(dir, manifest),
        None => load_durable(dir),
    }
}

fn load_durable(dir: &Path) -> Result<(State, Manifest), IndexError> {
    read_manifest(&durable_path(dir))?.map_or_else(|| Ok(Default::default()), |manifest| open_all(dir, manifest))
}

/// The recent manifest, where it is newer than the durable one and can be read.
fn recent(dir: &Path) -> Option<Manifest> {
    let recent = read_manifest(&recent_path(dir)).ok().flatten()?;
    let durable = read_manifest(&durable_path(dir)).ok().flatten()?;
    (recent.generation > durable.generation).then_some(recent)
}

fn open_all(dir: &Path, manifest: Manifest) -> Result<(State, Manifest), IndexError> {
    let mut parts: Vec<Part> = Vec::new();
    for (file, low, high, limit) in &manifest.parts {
        let segment = Segment::open(&dir.join(file), &CACHE)?;
        let follows = parts.last().is_none_or(|last| *low > last.segment.low() && *low <= last.limit + 1);
        if (segment.low(), segment.high()) != (*low, *high) || !(low..=high).contains(&limit) || !follows {
            return Err(IndexError::Damaged(format!("{file} is not the segment it should be")));
        }
        parts.push(Part { segment: Arc::new(segment), limit: *limit, file: file.clone() });
    }
    Ok((State::of(parts), manifest))
}

/// The generation of a folder's manifest; 0 where there is none.
pub(super) fn generation(dir: &Path) -> Result<u64, IndexError> {
    let manifest = match recent(dir) {
        None => read_manifest(&durable_path(dir))?,
        recent => recent,
    };
    Ok(manifest.map_or(0, |manifest| manifest.generation))
}

/// The name of the segment that a generation brings.
pub(super) fn segment_file(generation: u64) -> String {
    format!("{SEGMENT}{generation:08}")
}

/// Opens a segment that was just written.
pub(super) fn open(path: &Path) -> Result<Segment, IndexError> {
    Segment::open(path, &CACHE)
}

/// Makes a state count, and removes the files that do not any more.
pub(super) fn publish(dir: &Path, generation: u64, state: &State, hold: Hold) -> Result<Manifest, IndexError> {
    let part = |part: &Part| (part.file.clone(), part.segment.low(), part.segment.high(), part.limit);
    let parts = state.parts.iter().map(part).collect();
    let manifest = Manifest { format: LAYOUT, generation, parts, rules: Some(screen::rules_digest().clone()) };
    match hold {
        Hold::Durable => {
            let synced = manifest.parts.iter().try_for_each(|(file, ..)| File::open(dir.join(file))?.sync_all());
            synced.and_then(|()| sync(dir)).map_err(io_at(dir))?;
            write_manifest(&durable_path(dir), &manifest, hold)?;
            sync(dir).map_err(io_at(dir))?;
            // One that is left there is older, and does not count.
            fs::remove_file(recent_path(dir)).ok();
        }
        Hold::Recent => write_manifest(&recent_path(dir), &manifest, hold)?,
    }
    sweep(dir, &manifest);
    Ok(manifest)
}

/// Removes segments that no manifest names, and what older formats left.
fn sweep(dir: &Path, manifest: &Manifest) {
    let Ok(files) = fs::read_dir(dir) else { return };
    for file in files.filter_map(Result::ok) {
        let name = file.file_name().to_string_lossy().into_owned();
        let is_old = OLD_FILES.contains(&name.as_str());
        // A recent state names all that the durable one does.
        let is_unused = name.starts_with(SEGMENT) && manifest.parts.iter().all(|(used, ..)| *used != name);
        if is_old || is_unused {
            // One that cannot be removed is tried again the next time.
            fs::remove_file(file.path()).or_else(|_| fs::remove_dir_all(file.path())).ok();
        }
    }
}

fn durable_path(dir: &Path) -> PathBuf {
    dir.join("manifest")
}

fn recent_path(dir: &Path) -> PathBuf {
    dir.join("manifest.recent")
}

/// Makes the names in a folder durable.
fn sync(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

fn read_manifest(path: &Path) -> Result<Option<Manifest>, IndexError> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(io_at(path))?,
    };
    let damaged = |what: &str| IndexError::Damaged(format!("{}: {what}", path.display()));
    let (sum, payload) = bytes.split_first_chunk::<4>().ok_or_else(|| damaged("it ends too early"))?;
    if crc32fast::hash(payload) != u32::from_le_bytes(*sum) {
        return Err(damaged("its sum is wrong"));
    }
    let manifest: Manifest = postcard::from_bytes(payload).map_err(|_| damaged("it cannot be read"))?;
    if manifest.format != LAYOUT {
        return Err(damaged("it is of another format"));
    }
    if manifest.rules.as_ref() != Some(screen::rules_digest()) {
        return Err(damaged("it was made by other rules for secrets"));
    }
    Ok(Some(manifest))
}

fn write_manifest(path: &Path, manifest: &Manifest, hold: Hold) -> Result<(), IndexError> {
    let new = path.with_extension("new");
    let payload = postcard::to_stdvec(manifest).expect("a manifest is plain data");
    let write = || {
        let mut file = File::create(&new)?;
        file.write_all(&crc32fast::hash(&payload).to_le_bytes())?;
        file.write_all(&payload)?;
        if hold == Hold::Durable {
            file.sync_all()?;
        }
        fs::rename(&new, path)
    };
    write().map_err(io_at(path))
}

/// An I/O error at a path.
fn io_at(path: &Path) -> impl FnOnce(io::Error) -> IndexError {
    let path = path.to_owned();
    move |source| IndexError::Io { path, source }
}
