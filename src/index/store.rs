//! An index folder: segments, and the manifest that names those that count.
//!
//! A segment is durable before the manifest names it, and the manifest is replaced by a rename: what is found after a crash is the state before
//! or after. Files that no manifest names are removed by the next writer. Readers take no lock: a file stays what it is as long as it is open.

use super::FORMAT;
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
    /// The version of the format.
    format: u32,
    /// How many manifests there were before, so that names of files are not used twice.
    pub(super) generation: u64,
    /// The segments, oldest first: file, positions of the first and last landing, and of the last that counts.
    parts: Vec<(String, u32, u32, u32)>,
    /// The rules by which the segments say which texts hold secrets.
    rules: Option<Digest>,
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
    match outcome {
        Err(IndexError::Damaged(_)) => Ok(Default::default()),
        outcome => outcome,
    }
}

/// The same, where damage is an error.
pub(super) fn try_load(dir: &Path) -> Result<(State, Manifest), IndexError> {
    let Some(manifest) = read_manifest(dir)? else { return Ok(Default::default()) };
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
    Ok(read_manifest(dir)?.map_or(0, |manifest| manifest.generation))
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
pub(super) fn publish(dir: &Path, generation: u64, state: &State) -> Result<Manifest, IndexError> {
    let part = |part: &Part| (part.file.clone(), part.segment.low(), part.segment.high(), part.limit);
    let parts = state.parts.iter().map(part).collect();
    let manifest = Manifest { format: FORMAT, generation, parts, rules: Some(screen::rules_digest().clone()) };
    write_manifest(dir, &manifest)?;
    sweep(dir, &manifest);
    Ok(manifest)
}

/// Removes segments that no manifest names, and what older formats left.
fn sweep(dir: &Path, manifest: &Manifest) {
    let Ok(files) = fs::read_dir(dir) else { return };
    for file in files.filter_map(Result::ok) {
        let name = file.file_name().to_string_lossy().into_owned();
        let is_old = OLD_FILES.contains(&name.as_str());
        let is_unused = name.starts_with(SEGMENT) && manifest.parts.iter().all(|(used, ..)| *used != name);
        if is_old || is_unused {
            // One that cannot be removed is tried again the next time.
            fs::remove_file(file.path()).or_else(|_| fs::remove_dir_all(file.path())).ok();
        }
    }
}

fn manifest_path(dir: &Path) -> PathBuf {
    dir.join("manifest")
}

fn read_manifest(dir: &Path) -> Result<Option<Manifest>, IndexError> {
    let path = manifest_path(dir);
    let bytes = match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(io_at(&path))?,
    };
    let damaged = |what: &str| IndexError::Damaged(format!("{}: {what}", path.display()));
    let (sum, payload) = bytes.split_first_chunk::<4>().ok_or_else(|| damaged("it ends too early"))?;
    if crc32fast::hash(payload) != u32::from_le_bytes(*sum) {
        return Err(damaged("its sum is wrong"));
    }
    let manifest: Manifest = postcard::from_bytes(payload).map_err(|_| damaged("it cannot be read"))?;
    if manifest.format != FORMAT {
        return Err(damaged("it is of another format"));
    }
    if manifest.rules.as_ref() != Some(screen::rules_digest()) {
        return Err(damaged("it was made by other rules for secrets"));
    }
    Ok(Some(manifest))
}

fn write_manifest(dir: &Path, manifest: &Manifest) -> Result<(), IndexError> {
    let path = manifest_path(dir);
    let new = path.with_extension("new");
    let payload = postcard::to_stdvec(manifest).expect("a manifest is plain data");
    let write = || {
        let mut file = File::create(&new)?;
        file.write_all(&crc32fast::hash(&payload).to_le_bytes())?;
        file.write_all(&payload)?;
        file.sync_all()?;
        fs::rename(&new, &path)?;
        File::open(dir)?.sync_all()
    };
    write().map_err(io_at(&path))
}

/// An I/O error at a path.
fn io_at(path: &Path) -> impl FnOnce(io::Error) -> IndexError {
    let path = path.to_owned();
    move |source| IndexError::Io { path, source }
}
