//! Append-only files of checked frames: length, CRC32 of length and payload, payload.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

/// Length and checksum.
const HEAD_BYTES: usize = 8;

/// Appends frames to a file.
pub(super) struct LogWriter {
    file: BufWriter<File>,
    len: u64,
}

impl LogWriter {
    /// Opens a log at a length: what a crash left behind that is cut off.
    pub(super) fn open(path: &Path, len: u64) -> io::Result<Self> {
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        file.set_len(len)?;
        file.seek(SeekFrom::Start(len))?;
        Ok(Self { file: BufWriter::new(file), len })
    }

    /// Appends a frame.
    pub(super) fn append(&mut self, payload: &[u8]) -> io::Result<()> {
        let frame = frame(payload)?;
        self.len += frame.len() as u64;
        self.file.write_all(&frame)
    }

    /// Makes the frames durable and gives the length of the file.
    pub(super) fn finish(self) -> io::Result<u64> {
        self.file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_data()?;
        Ok(self.len)
    }
}

/// A payload as a frame.
pub(super) fn frame(payload: &[u8]) -> io::Result<Vec<u8>> {
    let len =
        u32::try_from(payload.len()).map_err(|_| io::Error::other("a frame is shorter than 4 GiB"))?.to_le_bytes();
    let mut frame = Vec::with_capacity(HEAD_BYTES + payload.len());
    frame.extend(len);
    frame.extend(checksum(&len, payload).to_le_bytes());
    frame.extend(payload);
    Ok(frame)
}

/// The payloads of whole frames; `None` for the first that is damaged, and nothing after it.
pub(super) fn frames(bytes: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    let mut rest = Some(bytes).filter(|bytes| !bytes.is_empty());
    std::iter::from_fn(move || {
        let (payload, tail) = match split_frame(rest?) {
            Some((payload, tail)) => (Some(payload), tail),
            None => (None, &[][..]),
        };
        rest = Some(tail).filter(|tail| !tail.is_empty());
        Some(payload)
    })
}

fn split_frame(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<4>()?;
    let (payload, tail) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
    (checksum(len, payload) == u32::from_le_bytes(*sum)).then_some((payload, tail))
}

fn checksum(len: &[u8], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(len);
    hasher.update(payload);
    hasher.finalize()
}
