//! Which blocks of text may hold a match: those whose buckets satisfy a plan.

use super::bits::Bits;
use super::gram_needs;
use regex_syntax::hir::Hir;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A text is looked for by at most this many grams: more would narrow the search no further.
pub(super) const MOST_PARTS: usize = 24;
/// The most buckets a plan names.
const MOST_BUCKETS: usize = 256;

/// What a block must hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plan {
    /// Nothing: every block may hold a match.
    All,
    /// A bucket.
    Bucket(u32),
    /// What every one of several plans asks for.
    And(Vec<Plan>),
    /// What one of several plans asks for; of none, no block may hold a match.
    Or(Vec<Plan>),
}

/// Gives the blocks that hold a bucket, ascending. Blocks are numbered from 0 without gaps.
pub type LookUp<'a, E> = &'a mut dyn FnMut(u32) -> Result<Vec<u32>, E>;

impl Plan {
    /// What every block with a match of an expression holds. No match may cross a line.
    pub fn of(hir: &Hir) -> Self {
        gram_needs::plan(hir)
    }

    /// Whether it leaves out no block.
    pub fn is_all(&self) -> bool {
        *self == Self::All
    }

    /// The blocks that may hold a match, ascending; `None` for all. Each bucket is looked up at most once.
    pub fn blocks<E>(&self, look_up: LookUp<'_, E>) -> Result<Option<Vec<u32>>, E> {
        Search { look_up, known: HashMap::new() }.blocks(self)
    }

    /// Both. What would make the plan too large is not asked for.
    pub(super) fn and(self, other: Self) -> Self {
        let nothing = Self::Or(Vec::new());
        match (self, other) {
            (Self::All, plan) | (plan, Self::All) => plan,
            (a, b) if a == nothing || b == nothing => nothing,
            (a, b) => {
                let mut parts = a.into_parts();
                let mut size: usize = parts.iter().map(Self::size).sum();
                for part in b.into_parts() {
                    if parts.len() < MOST_PARTS && size + part.size() <= MOST_BUCKETS && !parts.contains(&part) {
                        size += part.size();
                        parts.push(part);
                    }
                }
                one_of(parts, Self::And)
            }
        }
    }

    /// Any. Where the plan would be too large, less is asked for.
    pub(super) fn any(plans: impl IntoIterator<Item = Self>) -> Self {
        let mut parts: Vec<Self> = plans.into_iter().flat_map(Self::into_choices).collect();
        if parts.contains(&Self::All) {
            return Self::All;
        }
        parts.sort_unstable();
        parts.dedup();
        if parts.iter().map(Self::size).sum::<usize>() > MOST_BUCKETS {
            let each = (MOST_BUCKETS / parts.len()).max(1);
            parts = parts.into_iter().map(|part| part.thinned(each)).collect();
        }
        let fits = parts.iter().map(Self::size).sum::<usize>() <= MOST_BUCKETS;
        if fits { one_of(parts, Self::Or) } else { Self::All }
    }

    fn thinned(self, most: usize) -> Self {
        one_of(self.into_parts().into_iter().take(most).collect(), Self::And)
    }

    fn into_parts(self) -> Vec<Self> {
        if let Self::And(parts) = self { parts } else { vec![self] }
    }

    fn into_choices(self) -> Vec<Self> {
        if let Self::Or(parts) = self { parts } else { vec![self] }
    }

    /// How many buckets it names.
    fn size(&self) -> usize {
        match self {
            Self::All => 0,
            Self::Bucket(_) => 1,
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::size).sum(),
        }
    }
}

fn one_of(mut parts: Vec<Plan>, wrap: fn(Vec<Plan>) -> Plan) -> Plan {
    if parts.len() == 1 { parts.remove(0) } else { wrap(parts) }
}

struct Search<'a, E> {
    look_up: LookUp<'a, E>,
    known: HashMap<u32, Vec<u32>>,
}

impl<E> Search<'_, E> {
    fn blocks(&mut self, plan: &Plan) -> Result<Option<Vec<u32>>, E> {
        match plan {
            Plan::All => Ok(None),
            Plan::Bucket(bucket) => self.list(*bucket).cloned().map(Some),
            Plan::And(parts) => self.in_all(parts),
            Plan::Or(parts) => self.in_any(parts),
        }
    }

    fn list(&mut self, bucket: u32) -> Result<&Vec<u32>, E> {
        Ok(match self.known.entry(bucket) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert((self.look_up)(bucket)?),
        })
    }

    /// Buckets come first, the rarest before the others, and nothing is looked up once no block is left.
    fn in_all(&mut self, parts: &[Plan]) -> Result<Option<Vec<u32>>, E> {
        let mut buckets: Vec<u32> = parts.iter().filter_map(bucket).collect();
        for bucket in &buckets {
            if self.list(*bucket)?.is_empty() {
                return Ok(Some(Vec::new()));
            }
        }
        buckets.sort_by_key(|bucket| self.known[bucket].len());
        let mut found: Option<Vec<u32>> = None;
        for bucket in &buckets {
            narrow(&mut found, &self.known[bucket]);
        }
        for part in parts.iter().filter(|part| bucket(part).is_none()) {
            if found.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
            if let Some(blocks) = self.blocks(part)? {
                narrow(&mut found, &blocks);
            }
        }
        Ok(found)
    }

    fn in_any(&mut self, parts: &[Plan]) -> Result<Option<Vec<u32>>, E> {
        let mut lists = Vec::with_capacity(parts.len());
        for part in parts {
            let Some(blocks) = self.blocks(part)? else { return Ok(None) };
            lists.push(blocks);
        }
        Ok(Some(united(&lists)))
    }
}

fn bucket(plan: &Plan) -> Option<u32> {
    if let Plan::Bucket(bucket) = plan { Some(*bucket) } else { None }
}

/// Keeps of what was found what is also in an ascending list.
fn narrow(found: &mut Option<Vec<u32>>, list: &[u32]) {
    let Some(found) = found else {
        *found = Some(list.to_vec());
        return;
    };
    let mut rest = list;
    found.retain(|block| {
        rest = from_on(rest, *block);
        rest.first() == Some(block)
    });
}

/// The part of an ascending list that is not below a block; it is looked for in steps that double.
fn from_on(list: &[u32], block: u32) -> &[u32] {
    let mut step = 1;
    while list.get(step).is_some_and(|other| *other < block) {
        step *= 2;
    }
    let near = &list[step / 2..list.len().min(step + 1)];
    &list[step / 2 + near.partition_point(|other| *other < block)..]
}

/// What is in any of several ascending lists.
fn united(lists: &[Vec<u32>]) -> Vec<u32> {
    let bound = lists.iter().filter_map(|list| list.last()).max().map_or(0, |last| last + 1);
    let mut all = Bits::new(bound);
    lists.iter().flatten().for_each(|block| all.insert(*block));
    all.within(0..bound).collect()
}
