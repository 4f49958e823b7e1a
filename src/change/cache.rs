//! Parsed files kept between loads, so that a blob is parsed once and not once per tree.

use crate::base::{Oid, TreeEntry};
use crate::note::{Limits, SourceFile};
use crate::ontology::Ontology;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What reading one file gave.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    /// Its size in bytes.
    pub size: u64,
    /// Its parse; `None` where it is over the limit or its path is none of ours.
    pub source: Option<Arc<SourceFile>>,
    /// Its bytes, where the parse holds no text and they can be scanned for secrets.
    pub raw: Option<Arc<[u8]>>,
}

/// A bounded, thread-safe cache of parsed files. One per repository: tenants share no bytes.
///
/// It keeps two generations of at most half its bound each. What is used again in time moves to the
/// young one; when that is full the old one is dropped whole.
#[derive(Debug)]
pub struct ParseCache {
    half: usize,
    generations: Mutex<Generations>,
    /// The ontology that was read last, and the files it was read from.
    ontology: Mutex<Option<(Vec<TreeEntry>, Arc<Ontology>)>>,
}

type Key = (Vec<u8>, Oid);
type Held = (Limits, Parsed);

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Key, Held>,
    old: HashMap<Key, Held>,
    young_weight: usize,
}

/// What an entry weighs beside its text.
const OVERHEAD: usize = 1024;
/// How much larger a parsed file is than its text, roughly.
const PARSE_FACTOR: usize = 4;

impl ParseCache {
    /// A cache that holds about so many bytes.
    pub fn new(bytes: usize) -> Self {
        Self { half: bytes / 2, generations: Mutex::default(), ontology: Mutex::default() }
    }

    /// How many files are held.
    pub fn len(&self) -> usize {
        let held = self.lock();
        held.young.len() + held.old.len()
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A file parsed before, under the same limits.
    pub(super) fn get(&self, path: &[u8], oid: Oid, limits: &Limits) -> Option<Parsed> {
        let key = (path.to_vec(), oid);
        let mut held = self.lock();
        if let Some((_, parsed)) = held.young.get(&key).filter(|(under, _)| under == limits) {
            return Some(parsed.clone());
        }
        let (under, parsed) = held.old.remove(&key)?;
        if under != *limits {
            return None;
        }
        held.insert(key, (under, parsed.clone()), self.half);
        Some(parsed)
    }

    /// Keeps a file for later.
    pub(super) fn put(&self, path: &[u8], oid: Oid, limits: &Limits, parsed: &Parsed) {
        self.lock().insert((path.to_vec(), oid), (*limits, parsed.clone()), self.half);
    }

    /// The ontology that was read last, where it was read from these files.
    pub(super) fn ontology(&self, files: &[TreeEntry]) -> Option<Arc<Ontology>> {
        let held = self.ontology.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().filter(|(read, _)| read == files).map(|(_, ontology)| Arc::clone(ontology))
    }

    /// Keeps an ontology for later, in place of the one before.
    pub(super) fn put_ontology(&self, files: Vec<TreeEntry>, ontology: &Arc<Ontology>) {
        *self.ontology.lock().unwrap_or_else(PoisonError::into_inner) = Some((files, Arc::clone(ontology)));
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        // A panic while the lock was held leaves at worst a file uncached: the maps stay sound.
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ParseCache {
    fn default() -> Self {
        Self::new(256 << 20)
    }
}

impl Generations {
    fn insert(&mut self, key: Key, held: Held, half: usize) {
        let weight = weight(&key, &held);
        if weight > half {
            return;
        }
        if self.young_weight + weight > half {
            self.old = std::mem::take(&mut self.young);
            self.young_weight = 0;
        }
        self.old.remove(&key);
        let replaced = self.young.get(&key).map_or(0, |old| self::weight(&key, old));
        self.young.insert(key, held);
        self.young_weight = self.young_weight + weight - replaced;
    }
}

fn weight((path, _): &Key, (_, parsed): &Held) -> usize {
    let bytes = usize::try_from(parsed.size).unwrap_or(usize::MAX);
    let bytes = if parsed.source.is_some() || parsed.raw.is_some() { bytes } else { 0 };
    path.len() + OVERHEAD + bytes.saturating_mul(PARSE_FACTOR)
}
