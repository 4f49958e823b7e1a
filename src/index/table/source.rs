//! Where the blocks of a table are read from.

use super::bytes::RowBytes;
use super::cache::BlockCache;
use super::error::BlockError;
use super::foot::Link;
use std::fs::File;
use std::sync::Arc;

/// The bytes of a table.
pub(super) enum Source {
    /// A file, and the cache of its leaves with the number that the table has there.
    Disk { file: File, size: u64, cache: Option<(Arc<BlockCache>, u64)> },
    /// Bytes that this process wrote: they need no checking, only bounds.
    Memory(Arc<[u8]>),
}

impl Source {
    /// A file of a length.
    pub(super) fn disk(file: File, size: u64, cache: Option<&Arc<BlockCache>>) -> Self {
        Self::Disk { file, size, cache: cache.map(|cache| (Arc::clone(cache), cache.next_table())) }
    }

    /// How many bytes there are.
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Disk { size, .. } => *size,
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// The block that a link leads to.
    pub(super) fn block(&self, link: Link) -> Result<RowBytes, BlockError> {
        match self {
            Self::Disk { file, .. } => Ok(RowBytes::whole(link.read(file)?)),
            Self::Memory(bytes) => part(bytes, link).ok_or(BlockError::Damaged("it ends too early")),
        }
    }

    /// The leaf that a link leads to, from the cache if it is there.
    pub(super) fn leaf(&self, link: Link) -> Result<RowBytes, BlockError> {
        let Self::Disk { file, cache: Some((cache, table)), .. } = self else { return self.block(link) };
        let place = (*table, link.at);
        if let Some(block) = cache.get(place) {
            return Ok(RowBytes::whole(block));
        }
        let block = link.read(file)?;
        cache.keep(place, &block);
        Ok(RowBytes::whole(block))
    }
}

fn part(bytes: &Arc<[u8]>, link: Link) -> Option<RowBytes> {
    let start = usize::try_from(link.at).ok()?;
    let range = start..start.checked_add(link.len as usize)?;
    bytes.get(range.clone())?;
    Some(RowBytes::whole(Arc::clone(bytes)).part(range))
}
