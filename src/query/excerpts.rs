//! From matching lines to excerpts: contexts that touch become one, the best come first.

use super::ask::{Asked, Needle};
use super::board::keep_first;
use super::lines::{Matched, MatchedLine};
use super::nature::Give;
use super::terms::WordSet;
use super::weights::{Weight, Why};
use crate::base::RepoPath;
use crate::index::{EntryId, ln};
use crate::ontology::Ranking;
use std::cmp::Reverse;

/// The most lines of one excerpt; a longer run of matches becomes several.
pub(super) const LONGEST: u32 = 100;
/// The reason that a word is.
const TEXT: &str = "text";

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
    let judge = Judge { needle, words: word_weights(needle, files, ranking), ranking, rank_of };
    let (context, most) = (context_lines(asked), asked.request.query.grep.max_matches);
    let mut cuts: Vec<Cut<'m>> = files.iter().flat_map(|file| runs(file, context)).collect();
    cuts.iter_mut().for_each(|cut| cut.score = judge.score(cut));
    let all = cuts.len();
    // Each of them has a matching line, so more than this are not given.
    keep_first(&mut cuts, most, |cut: &Cut<'m>| -> (Reverse<Weight>, &'m RepoPath, u32) {
        (Reverse(cut.score), &cut.file.path, cut.first)
    });
    let further = all - cuts.len();
    cuts.iter_mut().for_each(|cut| cut.whys = judge.whys(cut));
    let chosen = keep(cuts, most, context);
    Chosen { omitted: chosen.omitted + further, ..chosen }
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

/// What each word is worth, the rarer among the matching lines the more.
fn word_weights(needle: &Needle, files: &[Matched<'_>], ranking: &Ranking) -> Vec<Weight> {
    let mut holding = vec![0usize; needle.words.len()];
    let mut lines = 0;
    for line in files.iter().flat_map(|file| &file.lines).filter(|_| !needle.words.is_empty()) {
        lines += 1;
        line.words.places().for_each(|word| holding[word] += 1);
    }
    let weight = |holding: usize| {
        let holding = holding.max(1);
        let rarity = ln(lines.max(holding) as f64 / holding as f64);
        Weight::of(ranking.excerpt_word + ranking.excerpt_rarity * rarity)
    };
    holding.into_iter().map(weight).collect()
}

/// Says what excerpts are worth, and why.
struct Judge<'a> {
    needle: &'a Needle,
    /// What each word is worth.
    words: Vec<Weight>,
    ranking: &'a Ranking,
    rank_of: &'a dyn Fn(EntryId) -> Option<usize>,
}

impl Judge<'_> {
    fn score(&self, cut: &Cut<'_>) -> Weight {
        let mut score = Weight::default();
        self.each(cut, &mut |_, weight, _| score += weight);
        score
    }

    fn whys(&self, cut: &Cut<'_>) -> Vec<Why> {
        let mut whys = Vec::new();
        self.each(cut, &mut |reason, weight, detail| whys.push(Why::new(reason, detail(), weight)));
        let words = whys.iter().take_while(|why| why.reason == TEXT).count();
        whys[..words].sort_by_key(|why| Reverse(why.weight));
        whys
    }

    /// Gives each reason, those of words in their order.
    fn each(&self, cut: &Cut<'_>, give: &mut Give<'_>) {
        let words = cut.lines.iter().fold(WordSet::default(), |words, line| words.or(line.words));
        for word in words.places() {
            give(TEXT, self.words[word], &|| self.needle.words[word].clone());
        }
        if self.needle.words.is_empty() {
            let n = cut.lines.len();
            let weight = self.ranking.excerpt_pattern + self.ranking.excerpt_line * n.min(10) as f64;
            give("pattern", Weight::of(weight), &|| format!("matching lines: {n}"));
        }
        if let Some(rank) = cut.owner.and_then(self.rank_of) {
            let weight = Weight::of(self.ranking.excerpt_record / rank as f64);
            give("record", weight, &|| format!("of record {rank}"));
        }
    }
}
