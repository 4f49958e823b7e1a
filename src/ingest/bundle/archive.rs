//! A tar or tar.zst that anybody may have made.
//!
//! Entries are read raw: what extends a header (long names, PAX) is read here, within bounds. An archive that two readers could take
//! for different files is refused; an entry that is no ordinary file with an ordinary path is skipped.

use super::collected::{Collected, digested};
use super::limited::{Limited, Stop};
use super::pax::{self, Pax};
use super::{Bundle, BundleError, BundleLimits, Place};
use crate::ingest::ProblemKind;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Write};
use std::rc::Rc;
use std::sync::Arc;
use tar::{Entry, EntryType};

/// The largest header that extends another: names and PAX records.
const EXTENSION: u64 = 64 << 10;
/// What headers and padding may take besides the files.
const OVERHEAD: u64 = 128 << 20;
/// The largest window of zstd, as a power of two: 32 MiB of memory.
const WINDOW_LOG: u32 = 25;
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Unpacks an archive into a file.
pub(super) fn unpack(reader: impl Read, spool: File, limits: &BundleLimits) -> Result<Bundle, BundleError> {
    let stopped = Rc::new(Cell::new(None));
    let most = limits.bytes.saturating_add(OVERHEAD);
    let mut input = Limited::input(reader, most, &stopped);
    let mut magic = Vec::with_capacity(ZSTD.len());
    input.by_ref().take(ZSTD.len() as u64).read_to_end(&mut magic)?;
    let zstd = magic == ZSTD;
    let input = io::Cursor::new(magic).chain(input);
    let unpacking = Unpacking { found: Collected::new(limits), spool: Arc::new(spool), written: 0, stopped };
    if !zstd {
        return unpacking.run(input);
    }
    let mut decoder = zstd::stream::read::Decoder::new(input)?;
    decoder.window_log_max(WINDOW_LOG)?;
    let decoded = Limited::decoded(decoder, most, &unpacking.stopped);
    unpacking.run(decoded)
}

struct Unpacking<'l> {
    found: Collected<'l>,
    spool: Arc<File>,
    written: u64,
    stopped: Rc<Cell<Option<Stop>>>,
}

/// What the headers before an entry say of it.
#[derive(Default)]
struct Said {
    name: Option<Vec<u8>>,
    pax: Pax,
}

impl Unpacking<'_> {
    fn run(mut self, stream: impl Read) -> Result<Bundle, BundleError> {
        let mut archive = tar::Archive::new(stream);
        let mut said = Said::default();
        let mut headers = 0;
        for entry in archive.entries()?.raw(true) {
            let done = entry.map_err(Broken::Archive).and_then(|entry| {
                headers += 1;
                self.entry(entry, &mut said, headers)
            });
            match done {
                Ok(()) => {}
                Err(Broken::Refused(error)) => return Err(error),
                Err(Broken::Archive(error)) => return self.broken(error),
            }
        }
        Ok(self.found.finish())
    }

    fn entry(&mut self, mut entry: Entry<'_, impl Read>, said: &mut Said, headers: usize) -> Result<(), Broken> {
        let kind = entry.header().entry_type();
        if extends(kind) {
            if headers > 4 * self.found.limits.entries {
                return Err(BundleError::TooManyFiles(self.found.limits.entries).into());
            }
            return said.extend(kind, &mut entry);
        }
        self.found.count()?;
        let said = std::mem::take(said);
        let size = entry.header().entry_size()?;
        if kind.is_gnu_sparse() || said.pax.sparse {
            return Err(BundleError::Malformed("it has a file with holes").into());
        }
        if said.pax.size.is_some_and(|told| told != size) {
            return Err(BundleError::Malformed("a file has two sizes").into());
        }
        let raw = said.pax.path.or(said.name).unwrap_or_else(|| entry.path_bytes().into_owned());
        if !is_ordinary(kind) {
            self.skip(kind, &raw);
            return Ok(());
        }
        if raw.ends_with(b"/") {
            return Ok(());
        }
        match self.found.admit(&raw, size) {
            Some(path) => self.file(path, size, entry),
            None => Ok(()),
        }
    }

    fn skip(&mut self, kind: EntryType, raw: &[u8]) {
        if kind.is_symlink() || kind.is_hard_link() {
            self.found.problem(ProblemKind::Link, raw, "a link is left out");
        } else if !kind.is_dir() {
            self.found.problem(ProblemKind::SpecialFile, raw, "what is no ordinary file is left out");
        }
    }

    fn file(&mut self, path: String, size: u64, entry: impl Read) -> Result<(), Broken> {
        let mut failed = None;
        let copied = digested(entry, |piece| {
            (&*self.spool).write_all(piece).inspect_err(|error| failed = Some(io::Error::from(error.kind())))
        });
        if let Some(error) = failed {
            return Err(BundleError::Io(error).into());
        }
        let (copied, digest) = copied?;
        let offset = self.written;
        self.written += copied;
        if copied < size {
            return Err(Broken::Archive(io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(self.found.add(path, size, digest, Place::Spool(self.spool.clone(), offset))?)
    }

    /// What there is of an archive that ends in the middle.
    fn broken(mut self, error: io::Error) -> Result<Bundle, BundleError> {
        match self.stopped.get() {
            Some(Stop::Input) => Err(error.into()),
            Some(Stop::Limit) => Err(BundleError::TooLarge(self.found.limits.bytes)),
            None if self.found.is_empty() => Err(BundleError::NotAnArchive),
            None => {
                self.found.problem(
                    ProblemKind::Truncated,
                    b".",
                    "the archive ends in the middle: what follows is missing",
                );
                Ok(self.found.finish())
            }
        }
    }
}

/// Why an entry ends the reading.
enum Broken {
    /// The whole archive is refused.
    Refused(BundleError),
    /// The archive cannot be read any further.
    Archive(io::Error),
}

impl From<BundleError> for Broken {
    fn from(error: BundleError) -> Self {
        Self::Refused(error)
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Archive(error)
    }
}

impl Said {
    fn extend(&mut self, kind: EntryType, entry: &mut Entry<'_, impl Read>) -> Result<(), Broken> {
        if kind.is_pax_global_extensions() || kind.is_gnu_longlink() {
            return Ok(());
        }
        let size = entry.header().entry_size()?;
        if size > EXTENSION {
            return Err(BundleError::Malformed("a header is larger than 64 KiB").into());
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        if kind.is_gnu_longname() {
            let end = bytes.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1);
            bytes.truncate(end);
            self.name = Some(bytes);
        } else {
            self.pax = pax::read(&bytes).ok_or(BundleError::Malformed("a PAX header is not well formed"))?;
        }
        Ok(())
    }
}

fn extends(kind: EntryType) -> bool {
    kind.is_gnu_longname()
        || kind.is_gnu_longlink()
        || kind.is_pax_local_extensions()
        || kind.is_pax_global_extensions()
}

fn is_ordinary(kind: EntryType) -> bool {
    kind.is_file() || kind.is_contiguous()
}
