//! Texts that stand twice: once as an item of the conversation, once as an event.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};

/// So many texts wait for their other copy.
const WAITING: usize = 32;

/// The texts of which one copy was seen.
#[derive(Debug, Default)]
pub(super) struct Twice(VecDeque<(u64, u8)>);

impl Twice {
    /// An item of the conversation.
    pub(super) const ITEM: u8 = 0;
    /// An event.
    pub(super) const EVENT: u8 = 1;

    /// Whether a text is not the other copy of one that was seen.
    pub(super) fn is_new(&mut self, text: &str, from: u8) -> bool {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(at) = self.0.iter().position(|(seen, way)| *seen == hash && *way != from) {
            self.0.remove(at);
            return false;
        }
        self.0.push_back((hash, from));
        if self.0.len() > WAITING {
            self.0.pop_front();
        }
        true
    }
}
