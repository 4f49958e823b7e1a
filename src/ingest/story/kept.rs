//! Lists of which only so much is kept, while the count stays exact.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Some items of a list, and how many there were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept<T> {
    /// Those that are kept, in order.
    pub items: Vec<T>,
    /// How many there were.
    pub total: u64,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { items: Vec::new(), total: 0 }
    }
}

impl<T> Kept<T> {
    /// How many are not kept.
    pub fn cut(&self) -> u64 {
        self.total.saturating_sub(self.items.len() as u64)
    }

    /// Takes an item; beyond the most it is counted alone.
    pub(super) fn push(&mut self, item: T, most: usize) {
        self.total += 1;
        if self.items.len() < most {
            self.items.push(item);
        }
    }
}

/// The first and the last items of a list by their key, whatever the order they come in.
#[derive(Debug)]
pub(super) struct Ends<K, V> {
    first: BTreeMap<K, V>,
    last: BTreeMap<K, V>,
    /// The most of each end.
    most: usize,
}

impl<K: Ord, V> Ends<K, V> {
    pub(super) fn new(most: usize) -> Self {
        Self { first: BTreeMap::new(), last: BTreeMap::new(), most: most / 2 }
    }

    pub(super) fn insert(&mut self, key: K, value: V) {
        self.first.insert(key, value);
        if self.first.len() > self.most
            && let Some((key, value)) = self.first.pop_last()
        {
            self.last.insert(key, value);
            if self.last.len() > self.most {
                self.last.pop_first();
            }
        }
    }

    pub(super) fn into_items(self) -> impl Iterator<Item = (K, V)> {
        self.first.into_iter().chain(self.last)
    }
}

/// The ends of a list that has items of more and of less weight: each has room of its own.
#[derive(Debug)]
pub(super) struct Weighed<K, V> {
    heavy: Ends<K, V>,
    light: Ends<K, V>,
    total: u64,
}

impl<K: Ord, V> Weighed<K, V> {
    pub(super) fn new(most: usize) -> Self {
        Self { heavy: Ends::new(most / 2), light: Ends::new(most / 2), total: 0 }
    }

    pub(super) fn insert(&mut self, key: K, value: V, heavy: bool) {
        self.total += 1;
        if heavy { self.heavy.insert(key, value) } else { self.light.insert(key, value) }
    }

    /// What is kept, in the order of the keys.
    pub(super) fn finish(self) -> Kept<V> {
        let mut items: Vec<(K, V)> = self.heavy.into_items().chain(self.light.into_items()).collect();
        items.sort_by(|a, b| a.0.cmp(&b.0));
        Kept { items: items.into_iter().map(|(_, value)| value).collect(), total: self.total }
    }
}
