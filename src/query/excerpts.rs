//! From matching lines to excerpts: contexts that touch become one, the best come first.

use super::ask::{Asked, Needle};
use super::lines::{Matched, MatchedLine};
use super::weights::{self, Weight, Why};
use crate::base::RepoPath;
use crate::index::{EntryId, ln};
use crate::ontology::Ranking;
use std::collections::{BTreeMap, BTreeSet};

/// The most lines of one excerpt; a longer run of matches becomes several.
pub(super) const LONGEST: u32 = 100;

/// An excerpt before its text is made.
pub(super) struct Cut<'m> {
    /// The file it is of.
    pub(super) file: &'m Matched<'m>,
    /// The entry its lines are of.
    pub(super) owner: Option<EntryId>,
    /// First line.
    pub(super) first: u32,
    /// Last line; that of a cut that is not chosen may be past the end of the file.
    pub(super) last: u32,
    /// The matching lines in it.
    pub(super) lines: &'m [MatchedLine],
    /// Why it is here.
    pub(super) whys: Vec<Why>,
    score: Weight,
}

/// The excerpts that are given, best first, and how many are not.
#[derive(Default)]
pub(super) struct Chosen<'m> {
    /// The excerpts.
    pub(super) cuts: Vec<Cut<'m>>,
    /// How many runs of matches are left out or shortened.
    pub(super) omitted: usize,
}

/// Makes excerpts and keeps the best, as many as `maxMatches` lines allow. `rank_of` gives a
/// record's place in the answer, from 1.
pub(super) fn choose<'m>(
    asked: &Asked<'_>,
    needle: &Needle,
    files: &'m [Matched<'m>],
    ranking: &Ranking,
    rank_of: &dyn Fn(EntryId) -> Option<usize>,
) -> Chosen<'m> {
    let rarity = Rarity::of(needle, files);
    let context = context_lines(asked);
    let mut cuts: Vec<Cut<'m>> = files.iter().flat_map(|file| runs(file, context)).collect();
    for cut in &mut cuts {
        cut.whys = reasons(needle, &rarity, cut, ranking, rank_of);
        cut.score = weights::score(&cut.whys);
    }
    let place = |cut: &Cut<'m>| -> (&'m RepoPath, u32) { (&cut.file.path, cut.first) };
    cuts.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| place(a).cmp(&place(b))));
    keep(cuts, asked.request.query.grep.max_matches, context)
}

fn context_lines(asked: &Asked<'_>) -> u32 {
    let grep = &asked.request.query.grep;
    if grep.include_line_context { grep.context_lines as u32 } else { 0 }
}

/// Cuts a file's matches into runs whose contexts touch, each within the lines of one record.
fn runs<'m>(file: &'m Matched<'m>, context: u32) -> Vec<Cut<'m>> {
    let mut cuts: Vec<Cut<'m>> = Vec::new();
    let mut from = 0;
    for at in 1..=file.lines.len() {
        let goes_on = file.lines.get(at).is_some_and(|next| {
            let (first, before) = (&file.lines[from], &file.lines[at - 1]);
            next.piece == before.piece
                && next.line - before.line <= 2 * context + 1
                && next.line - first.line + 2 * context < LONGEST
        });
        if !goes_on {
            cuts.push(cut(file, from, at, context, cuts.last().map_or(0, |cut| cut.last)));
            from = at;
        }
    }
    cuts
}

fn cut<'m>(file: &'m Matched<'m>, from: usize, to: usize, context: u32, taken: u32) -> Cut<'m> {
    let (head, tail) = (&file.lines[from], &file.lines[to - 1]);
    let next = file.lines.get(to).map_or(u32::MAX, |next| next.line);
    Cut {
        file,
        owner: head.piece.owner,
        first: head.line.saturating_sub(context).max(head.piece.first).max(taken + 1).max(1),
        last: tail.line.saturating_add(context).min(tail.piece.last).min(next - 1),
        lines: &file.lines[from..to],
        whys: Vec::new(),
        score: Weight::default(),
    }
}

/// Keeps the best excerpts up to a number of matching lines; the last one may be shortened.
fn keep(cuts: Vec<Cut<'_>>, most: usize, context: u32) -> Chosen<'_> {
    let mut chosen = Chosen { cuts: Vec::new(), omitted: 0 };
    let mut left = most;
    for mut cut in cuts {
        if left == 0 {
            chosen.omitted += 1;
            continue;
        }
        if cut.lines.len() > left {
            chosen.omitted += 1;
            cut.last = cut.last.min(cut.lines[left - 1].line + context).min(cut.lines[left].line - 1);
            cut.lines = &cut.lines[..left];
        }
        cut.last = cut.last.min(cut.file.text().line_count());
        left -= cut.lines.len();
        chosen.cuts.push(cut);
    }
    chosen
}

/// How many matching lines there are, and how many hold each word.
struct Rarity {
    lines: usize,
    holding: BTreeMap<usize, usize>,
}

impl Rarity {
    fn of(needle: &Needle, files: &[Matched<'_>]) -> Self {
        let mut rarity = Self { lines: 0, holding: BTreeMap::new() };
        for line in files.iter().flat_map(|file| &file.lines).filter(|_| !needle.words.is_empty()) {
            rarity.lines += 1;
            for word in &line.words {
                *rarity.holding.entry(*word).or_default() += 1;
            }
        }
        rarity
    }

    /// What a word is worth, the rarer the more.
    fn weight(&self, word: usize, ranking: &Ranking) -> Weight {
        let holding = self.holding.get(&word).copied().unwrap_or(1).max(1);
        let rarity = ln(self.lines.max(holding) as f64 / holding as f64);
        Weight::of(ranking.excerpt_word + ranking.excerpt_rarity * rarity)
    }
}

fn reasons(
    needle: &Needle,
    rarity: &Rarity,
    cut: &Cut<'_>,
    ranking: &Ranking,
    rank_of: &dyn Fn(EntryId) -> Option<usize>,
) -> Vec<Why> {
    let words: BTreeSet<usize> = cut.lines.iter().flat_map(|line| line.words.iter().copied()).collect();
    let mut whys: Vec<Why> = words
        .into_iter()
        .map(|word| Why::new("text", needle.words[word].clone(), rarity.weight(word, ranking)))
        .collect();
    whys.sort_by_key(|why| std::cmp::Reverse(why.weight));
    if needle.words.is_empty() {
        let n = cut.lines.len();
        let weight = ranking.excerpt_pattern + ranking.excerpt_line * n.min(10) as f64;
        whys.push(Why::new("pattern", format!("matching lines: {n}"), Weight::of(weight)));
    }
    if let Some(rank) = cut.owner.and_then(rank_of) {
        whys.push(Why::new("record", format!("of record {rank}"), Weight::of(ranking.excerpt_record / rank as f64)));
    }
    whys
}
