//! Keeps the blocks that are read often, of many tables together, within a bound.
//!
//! Each shard is a queue with a second chance: a block that was used since it was last looked at goes to its end, and
//! the first that was not makes room.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many shards there are, each with a lock of its own.
const SHARDS: usize = 16;
/// The longest block that is kept.
const LONGEST_KEPT: usize = 256 << 10;
/// About what a block costs beside its bytes.
const OVERHEAD: usize = 128;

/// A table's number, and where in it a block is.
pub(super) type Place = (u64, u64);

/// Blocks of tables that are kept in memory. Threads may share it.
pub struct BlockCache {
    shards: [Mutex<Shard>; SHARDS],
    most_in_shard: usize,
    tables: AtomicU64,
}

#[derive(Default)]
struct Shard {
    kept: HashMap<Place, Kept>,
    queue: VecDeque<Place>,
    bytes: usize,
}

struct Kept {
    block: Arc<[u8]>,
    used: bool,
}

impl BlockCache {
    /// A cache that takes at most so many bytes.
    pub fn new(bytes: usize) -> Self {
        Self { shards: Default::default(), most_in_shard: bytes / SHARDS, tables: AtomicU64::new(0) }
    }

    /// How many bytes it takes now.
    pub fn bytes(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).bytes).sum()
    }

    /// A number for a table that is opened.
    pub(super) fn next_table(&self) -> u64 {
        self.tables.fetch_add(1, Ordering::Relaxed)
    }

    /// The block of a place, if it is kept.
    pub(super) fn get(&self, place: Place) -> Option<Arc<[u8]>> {
        let mut shard = self.shard(place);
        let kept = shard.kept.get_mut(&place)?;
        kept.used = true;
        Some(Arc::clone(&kept.block))
    }

    /// Keeps the block of a place, unless it is too long.
    pub(super) fn keep(&self, place: Place, block: &Arc<[u8]>) {
        if block.len() <= LONGEST_KEPT && cost(block) <= self.most_in_shard {
            self.shard(place).keep(place, Arc::clone(block), self.most_in_shard);
        }
    }

    fn shard(&self, (table, at): Place) -> MutexGuard<'_, Shard> {
        let mixed = (at ^ table.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        lock(&self.shards[(mixed >> 32) as usize % SHARDS])
    }
}

impl fmt::Debug for BlockCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockCache").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

impl Shard {
    fn keep(&mut self, place: Place, block: Arc<[u8]>, most: usize) {
        // Two threads may have read the same block.
        if self.kept.contains_key(&place) {
            return;
        }
        self.make_room(cost(&block), most);
        self.bytes += cost(&block);
        self.queue.push_back(place);
        self.kept.insert(place, Kept { block, used: false });
    }

    fn make_room(&mut self, room: usize, most: usize) {
        while self.bytes + room > most {
            let Some(place) = self.queue.pop_front() else { return };
            let kept = self.kept.get_mut(&place).expect("what is in the queue is kept");
            if std::mem::take(&mut kept.used) {
                self.queue.push_back(place);
            } else {
                self.bytes -= cost(&kept.block);
                self.kept.remove(&place);
            }
        }
    }
}

fn cost(block: &[u8]) -> usize {
    block.len() + OVERHEAD
}

/// A shard is whole between any two of its steps, so a panic elsewhere does no harm.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
