//! Numbers to places in a list: entry numbers, which never change, to places among the entries of one commit.

/// In no place.
const NOWHERE: u32 = u32::MAX;

/// The place of every number.
#[derive(Debug)]
pub(super) struct Places(Vec<u32>);

impl Places {
    /// The places of a list of numbers below `bound`: the first has place 0.
    pub(super) fn new(list: impl Iterator<Item = u32>, bound: u32) -> Self {
        let mut places = vec![NOWHERE; bound as usize];
        for (place, number) in (0..).zip(list) {
            places[number as usize] = place;
        }
        Self(places)
    }

    /// The place of a number; `None` where the list does not have it.
    pub(super) fn get(&self, number: u32) -> Option<u32> {
        self.0.get(number as usize).copied().filter(|place| *place != NOWHERE)
    }
}
