//! Every distinct line of the line's whole history, stored once, in memory that is scanned from front to back.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// A chunk takes no more lines once it holds this many bytes.
const CHUNK_BYTES: usize = 512 << 10;

/// Lines with consecutive ids, each followed by `\n`.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    /// The id of the first line.
    pub(super) first: u32,
    /// The lines.
    pub(super) text: String,
    /// Where each line begins.
    starts: Vec<u32>,
}

impl Chunk {
    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// Where a line begins; for the line after the last, the end of the text.
    pub(super) fn start(&self, index: usize) -> usize {
        self.starts.get(index).map_or(self.text.len(), |start| *start as usize)
    }

    fn line(&self, index: usize) -> &str {
        &self.text[self.start(index)..self.start(index + 1) - 1]
    }
}

/// The distinct lines. A clone is a snapshot: what is added later does not change it.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    chunks: Vec<Arc<Chunk>>,
    count: u32,
}

impl Lines {
    /// How many lines there are.
    pub(super) fn len(&self) -> u32 {
        self.count
    }

    /// The chunks, in id order.
    pub(super) fn chunks(&self) -> &[Arc<Chunk>] {
        &self.chunks
    }

    /// The line of an id, without its `\n`.
    pub(super) fn line(&self, id: u32) -> &str {
        let chunk = &self.chunks[self.chunks.partition_point(|chunk| chunk.first <= id) - 1];
        chunk.line((id - chunk.first) as usize)
    }

    /// Adds a line and gives its id.
    pub(super) fn push(&mut self, line: &str) -> u32 {
        if self.chunks.last().is_none_or(|chunk| chunk.text.len() >= CHUNK_BYTES) {
            self.chunks.push(Arc::new(Chunk { first: self.count, ..Chunk::default() }));
        }
        let chunk = Arc::make_mut(self.chunks.last_mut().expect("a chunk was just made"));
        chunk.starts.push(chunk.text.len() as u32);
        chunk.text.push_str(line);
        chunk.text.push('\n');
        self.count += 1;
        self.count - 1
    }
}

/// Finds the id of a line that is already stored. Needed by the writer alone.
#[derive(Debug, Default)]
pub(super) struct Interner {
    ids: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
}

impl Interner {
    /// The id of a line with its hash, which is added where it is new.
    pub(super) fn intern(&mut self, lines: &mut Lines, line: &str, hash: u64) -> u32 {
        let mut key = hash;
        // Lines whose hashes collide stand on the keys that follow.
        while let Some(id) = self.ids.get(&key) {
            if lines.line(*id) == line {
                return *id;
            }
            key = key.wrapping_add(1);
        }
        let id = lines.push(line);
        self.ids.insert(key, id);
        id
    }
}

/// Takes a hash for what it is.
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
