//! Which parts of three collections belong to each other, and in which order they come out.

use similar::{MergeResolution, TextMerge};
use std::collections::HashMap;

/// One place of a merged collection: the part of each side that belongs there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) base: Option<usize>,
    pub(super) ours: Option<usize>,
    pub(super) theirs: Option<usize>,
}

/// Where parts of theirs go that ours has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Newcomers {
    /// After the part that they follow in theirs, and what ours added there.
    InPlace,
    /// After everything of ours.
    Last,
}

/// Pairs parts by key, in our order. Parts that neither side has any more get no slot.
pub(super) fn keyed(base: &[String], ours: &[String], theirs: &[String], newcomers: Newcomers) -> Vec<Slot> {
    let index = |keys: &[String]| -> HashMap<String, usize> {
        keys.iter().enumerate().map(|(n, key)| (key.clone(), n)).collect()
    };
    let (in_base, in_ours, in_theirs) = (index(base), index(ours), index(theirs));
    let mut after: HashMap<Option<usize>, Vec<Slot>> = HashMap::new();
    let last_new =
        |at: usize| (at + 1..ours.len()).take_while(|n| !in_base.contains_key(&ours[*n])).last().unwrap_or(at);
    let mut last = if newcomers == Newcomers::Last { ours.len().checked_sub(1) } else { None };
    for (n, key) in theirs.iter().enumerate() {
        match (in_ours.get(key), newcomers) {
            (Some(at), Newcomers::InPlace) => last = Some(last_new(*at)),
            (Some(_), Newcomers::Last) => {}
            (None, _) => {
                let slot = Slot { base: in_base.get(key).copied(), ours: None, theirs: Some(n) };
                after.entry(last).or_default().push(slot);
            }
        }
    }
    let mut slots = after.remove(&None).unwrap_or_default();
    for (n, key) in ours.iter().enumerate() {
        let (base, theirs) = (in_base.get(key).copied(), in_theirs.get(key).copied());
        slots.push(Slot { base, ours: Some(n), theirs });
        slots.extend(after.remove(&Some(n)).unwrap_or_default());
    }
    slots
}

/// Pairs the items of lists whose order means something; `None` where both changed the same place.
pub(super) fn sequence(base: &[String], ours: &[String], theirs: &[String]) -> Option<Vec<Slot>> {
    let text = |keys: &[String]| keys.iter().map(|key| format!("{key}\n")).collect::<String>();
    let (base, ours, theirs) = (text(base), text(ours), text(theirs));
    let merge = TextMerge::from_lines(base.as_str(), ours.as_str(), theirs.as_str());
    let mut slots = Vec::new();
    for region in merge.regions() {
        let (b, o, t) = (region.base_range(), region.ours_range(), region.theirs_range());
        let whole = |base, ours, theirs| Slot { base, ours, theirs };
        match region.resolution() {
            MergeResolution::Unchanged => {
                slots.extend(b.zip(o).zip(t).map(|((b, o), t)| whole(Some(b), Some(o), Some(t))));
            }
            MergeResolution::Both => slots.extend(o.zip(t).map(|(o, t)| whole(None, Some(o), Some(t)))),
            MergeResolution::Ours => slots.extend(o.map(|o| whole(None, Some(o), None))),
            MergeResolution::Theirs => slots.extend(t.map(|t| whole(None, None, Some(t)))),
            _ => return None,
        }
    }
    Some(slots)
}
