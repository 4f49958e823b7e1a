//! What a bundle is put together of: files and problems, within the limits.

use super::path::{self, Refused};
use super::{Bundle, BundleError, BundleFile, BundleLimits, Place};
use crate::base::{Digest, Digester};
use crate::ingest::tally::Tally;
use crate::ingest::{Problem, ProblemKind, SourceRef};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// Files that are read so far.
pub(super) struct Collected<'l> {
    pub(super) limits: &'l BundleLimits,
    files: BTreeMap<String, BundleFile>,
    problems: Vec<Problem>,
    tally: Tally,
    entries: usize,
    bytes: u64,
}

impl<'l> Collected<'l> {
    pub(super) fn new(limits: &'l BundleLimits) -> Self {
        let (files, problems, tally) = (BTreeMap::new(), Vec::new(), Tally::default());
        Self { limits, files, problems, tally, entries: 0, bytes: 0 }
    }

    /// Counts an entry, whatever it is.
    pub(super) fn count(&mut self) -> Result<(), BundleError> {
        self.entries += 1;
        if self.entries > self.limits.entries { Err(BundleError::TooManyFiles(self.limits.entries)) } else { Ok(()) }
    }

    /// The path of a file of a size, unless the file is left out.
    pub(super) fn admit(&mut self, raw: &[u8], size: u64) -> Option<String> {
        let path = match path::checked(raw, self.limits) {
            Ok(path) => path,
            Err(Refused { kind, message }) => {
                self.problem(kind, raw, message);
                return None;
            }
        };
        if path.is_empty() {
            self.problem(ProblemKind::Malformed, raw, "a file without a name is left out");
        } else if self.files.contains_key(&path) {
            self.problem(ProblemKind::Malformed, raw, "a path stands twice: the first is taken");
        } else if size > self.limits.file_bytes {
            self.problem(ProblemKind::TooLarge, raw, "a file that is larger than the limit is left out");
        } else {
            return Some(path);
        }
        None
    }

    /// Adds the file that was admitted.
    pub(super) fn add(&mut self, path: String, size: u64, digest: Digest, place: Place) -> Result<(), BundleError> {
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > self.limits.bytes {
            return Err(BundleError::TooLarge(self.limits.bytes));
        }
        self.files.insert(path.clone(), BundleFile { path, size, digest, place });
        Ok(())
    }

    /// Says what is wrong with an entry.
    pub(super) fn problem(&mut self, kind: ProblemKind, raw: &[u8], message: &str) {
        if self.tally.admits(kind) {
            let at = SourceRef { file: path::shown(raw), line: None };
            self.problems.push(Problem { kind, at, message: message.to_owned() });
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    pub(super) fn finish(mut self) -> Bundle {
        self.problems.extend(self.tally.rest("."));
        let mut digester = Digester::default();
        for file in self.files.values() {
            digester.add(format!("{}\0{}\0{}\n", file.path, file.size, file.digest).as_bytes());
        }
        Bundle { files: self.files.into_values().collect(), digest: digester.finish(), problems: self.problems }
    }
}

/// Reads to the end, hands on each piece, and digests all of it.
pub(super) fn digested(
    mut reader: impl Read,
    mut piece: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<(u64, Digest)> {
    let mut buffer = vec![0; 64 << 10];
    let (mut digester, mut size) = (Digester::default(), 0);
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok((size, digester.finish())),
            Ok(read) => {
                digester.add(&buffer[..read]);
                piece(&buffer[..read])?;
                size += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
