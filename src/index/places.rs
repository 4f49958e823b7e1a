//! Entry numbers, which never change, to places among the entries of one commit.

/// Not among the live entries.
const DEAD: u32 = u32::MAX;

/// The place of every entry number.
#[derive(Debug)]
pub(super) struct Places(Vec<u32>);

impl Places {
    /// Numbers the entries of a commit: the first has place 0.
    pub(super) fn new(entries: impl Iterator<Item = u32>, end_entry: u32) -> Self {
        let mut places = vec![DEAD; end_entry as usize];
        for (place, entry) in (0..).zip(entries) {
            places[entry as usize] = place;
        }
        Self(places)
    }

    /// The place of an entry; `None` where it is not live.
    pub(super) fn get(&self, entry: u32) -> Option<u32> {
        self.0.get(entry as usize).copied().filter(|place| *place != DEAD)
    }
}
