//! All versions of one file in one list: every line that ever stood in it, in file order, with the landings it stood there.

use super::line_diff::differences;
use super::varint;
use std::ops::Range;

/// The end of what is still there.
pub const OPEN: u32 = u32::MAX;

/// Lines with consecutive ids that came and went together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The lines.
    pub ids: Range<u32>,
    /// The landing that brought them.
    pub from: u32,
    /// The landing that took them away; [`OPEN`] where they are still there.
    pub to: u32,
}

impl Run {
    /// Whether the lines are in the file at a landing.
    pub fn is_live(&self, at: u32) -> bool {
        at.wrapping_sub(self.from) < self.to.wrapping_sub(self.from)
    }

    fn len(&self) -> usize {
        self.ids.len()
    }

    fn continues(&self, before: &Self) -> bool {
        (before.ids.end, before.from, before.to) == (self.ids.start, self.from, self.to)
    }
}

/// The lines of a path over time. It grows by landings that never go back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weave {
    runs: Vec<Run>,
}

impl Weave {
    /// The weave of a file that never was.
    pub fn new() -> Self {
        Self::default()
    }

    /// A weave that begins with lines that have stood there since the landings named: what [`Weave::live`] or [`live_in`]
    /// gave of an older one. It knows nothing of landings before.
    pub fn of(lines: impl IntoIterator<Item = (Range<u32>, u32)>) -> Self {
        let mut weave = Self::default();
        lines.into_iter().for_each(|(ids, from)| weave.push(Run { ids, from, to: OPEN }));
        weave
    }

    /// The file has these lines from a landing on.
    pub fn advance(&mut self, at: u32, ids: &[u32]) {
        let open = self.runs.iter().filter(|run| run.to == OPEN);
        let old: Vec<u32> = open.flat_map(|run| run.ids.clone()).collect();
        let hunks = differences(&old, ids);
        if hunks.is_empty() {
            return;
        }
        let mut rewrite = Rewrite::of(std::mem::take(&mut self.runs));
        for hunk in hunks {
            rewrite.carry(hunk.old.start, OPEN);
            rewrite.bring(&ids[hunk.new], at);
            rewrite.carry(hunk.old.end, at);
        }
        *self = rewrite.finish();
    }

    /// The file is gone from a landing on. What comes back later is new.
    pub fn close(&mut self, at: u32) {
        self.advance(at, &[]);
    }

    /// The lines of the file at a landing, in file order, with the landings that brought them.
    pub fn live(&self, at: u32) -> impl Iterator<Item = (Range<u32>, u32)> + '_ {
        self.runs.iter().filter(move |run| run.is_live(at)).map(|run| (run.ids.clone(), run.from))
    }

    /// Every run, in file order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Forgets the runs that were gone when a landing came.
    pub fn forget_before(&mut self, at: u32) {
        self.runs.retain(|run| run.to > at);
    }

    /// The same weave over other line ids: each id is replaced by what stands at its place in `ids`.
    pub fn renumbered(&self, ids: &[u32]) -> Self {
        let mut weave = Self::default();
        for run in &self.runs {
            for id in &ids[run.ids.start as usize..run.ids.end as usize] {
                weave.push(Run { ids: *id..*id + 1, from: run.from, to: run.to });
            }
        }
        weave
    }

    /// The weave as bytes. A run is its length with two flags, the distance of its lines from the run before, and,
    /// where the flags say so, the distance of its beginning and how long it stood.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut last = Run { ids: 0..0, from: 0, to: OPEN };
        for run in &self.runs {
            let (is_open, same_from) = (run.to == OPEN, run.from == last.from);
            varint::push(&mut out, (run.len() as u64) << 2 | u64::from(same_from) << 1 | u64::from(is_open));
            varint::push_signed(&mut out, i64::from(run.ids.start) - i64::from(last.ids.end));
            if !same_from {
                varint::push_signed(&mut out, i64::from(run.from) - i64::from(last.from));
            }
            if !is_open {
                varint::push(&mut out, u64::from(run.to - run.from));
            }
            last = run.clone();
        }
        out
    }

    /// Reads a weave back; `None` for bytes that are not one of lines below `lines`.
    pub fn decode(bytes: &[u8], lines: u32) -> Option<Self> {
        let mut runs = Runs::of(bytes);
        let weave = Self { runs: runs.by_ref().collect() };
        let is_whole = runs.rest.is_empty() && weave.runs.iter().all(|run| run.ids.end <= lines);
        is_whole.then_some(weave)
    }

    /// Adds a run at the end. One that was never there is left out.
    fn push(&mut self, run: Run) {
        if run.ids.is_empty() || run.from >= run.to {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if run.continues(last) => last.ids.end = run.ids.end,
            _ => self.runs.push(run),
        }
    }
}

/// The lines of an encoded weave at a landing, as [`Weave::live`] gives them. Stops at bytes that are no run.
pub fn live_in(bytes: &[u8], at: u32) -> impl Iterator<Item = (Range<u32>, u32)> + '_ {
    Runs::of(bytes).filter(move |run| run.is_live(at)).map(|run| (run.ids, run.from))
}

/// A weave that is written again with changes, from front to back.
struct Rewrite {
    old: std::vec::IntoIter<Run>,
    /// The rest of a run that was cut.
    cut: Option<Run>,
    /// How many lines that were there have passed.
    passed: usize,
    new: Weave,
}

impl Rewrite {
    fn of(runs: Vec<Run>) -> Self {
        let new = Weave { runs: Vec::with_capacity(runs.len() + 4) };
        Self { old: runs.into_iter(), cut: None, passed: 0, new }
    }

    /// Passes lines until so many that were there have passed, which get an end.
    fn carry(&mut self, until: usize, to: u32) {
        while self.passed < until {
            let Some(mut run) = self.cut.take().or_else(|| self.old.next()) else { return };
            if run.to == OPEN {
                let end = run.ids.start + run.len().min(until - self.passed) as u32;
                self.cut = (end < run.ids.end).then_some(Run { ids: end..run.ids.end, ..run });
                run = Run { ids: run.ids.start..end, from: run.from, to };
                self.passed += run.len();
            }
            self.new.push(run);
        }
    }

    fn bring(&mut self, ids: &[u32], from: u32) {
        ids.iter().for_each(|id| self.new.push(Run { ids: *id..*id + 1, from, to: OPEN }));
    }

    fn finish(mut self) -> Weave {
        self.cut.into_iter().chain(self.old).for_each(|run| self.new.push(run));
        self.new
    }
}

/// Reads encoded runs. What is left in `rest` at the end is no run.
struct Runs<'a> {
    rest: &'a [u8],
    end: u32,
    from: u32,
}

impl<'a> Runs<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, end: 0, from: 0 }
    }
}

impl Iterator for Runs<'_> {
    type Item = Run;

    #[inline]
    fn next(&mut self) -> Option<Run> {
        let mut rest = self.rest;
        let head = varint::take(&mut rest)?;
        let start = stepped(self.end, varint::take_signed(&mut rest)?)?;
        let end = start.checked_add(u32::try_from(head >> 2).ok()?)?;
        let from = if head & 2 == 0 { stepped(self.from, varint::take_signed(&mut rest)?)? } else { self.from };
        let to = if head & 1 == 0 { from.checked_add(u32::try_from(varint::take(&mut rest)?).ok()?)? } else { OPEN };
        if start == end || from >= to {
            return None;
        }
        *self = Self { rest, end, from };
        Some(Run { ids: start..end, from, to })
    }
}

fn stepped(n: u32, step: i64) -> Option<u32> {
    i64::from(n).checked_add(step).and_then(|n| u32::try_from(n).ok())
}
