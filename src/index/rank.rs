//! Scores of a text question with the statistics of one commit. Every sum runs in one fixed order, over live entries alone,
//! in `f64`: the same commit gives the same bits, whatever else the index holds.

use super::bm25::{Means, Worth};
use super::corpus::Corpus;
use super::fields::{BODY, FIELDS};
use super::finder::Finder;
use super::forms::{self, Wanted};
use super::question::{MAX_TERMS, Question, Sort, Term};
use super::scores::{Part, SectionScore, TextScores};
use super::types::{EntryId, IndexError, Openness};
use crate::ontology::{FieldRanking, Ranking};

/// How far the sections are that add to a section.
const REACH: u32 = 2;

/// The texts that phrases are compared with.
pub(super) trait Texts {
    /// The texts of a field other than the body.
    fn of_field(&self, entry: u32, field: usize) -> Vec<String>;

    /// The text of a section.
    fn of_section(&self, section: u32) -> Option<String>;
}

/// What scoring asks of a commit, of its ranking and of who asks.
#[derive(Clone, Copy)]
pub(super) struct Ranker<'a> {
    /// The words of the commit.
    pub(super) corpus: &'a dyn Corpus,
    /// Their statistics.
    pub(super) means: &'a Means,
    /// What phrases are compared with.
    pub(super) texts: &'a dyn Texts,
    /// What counts how much.
    pub(super) ranking: &'a Ranking,
    /// How much of an entry is told; `None`: all of every entry.
    pub(super) openness: Option<&'a dyn Fn(EntryId) -> Openness>,
}

impl Ranker<'_> {
    /// Scores every live entry. `named` are the entries whose id stands in the question.
    pub(super) fn score(&self, question: &Question, named: Vec<(u32, String)>) -> Result<TextScores, IndexError> {
        let mut work = Work::new(*self);
        let wanted = work.wanted(&question.terms)?;
        for field in 0..BODY {
            for (term, wanted) in wanted.iter().enumerate() {
                work.take_field(field, term, wanted)?;
            }
        }
        for (term, wanted) in wanted.iter().enumerate() {
            work.take_body(term, wanted)?;
        }
        work.take_sections();
        work.take_named(named);
        work.drop_lacking(&question.terms);
        for wanted in work.wanted(&question.without)? {
            work.drop_having(&wanted)?;
        }
        if question.cut {
            work.finder.notes.push(format!("text: only the first {MAX_TERMS} terms were read"));
        }
        Ok(work.finish(&question.terms))
    }
}

/// A question that is being answered.
struct Work<'a> {
    ranker: Ranker<'a>,
    finder: Finder<'a>,
    /// The score of each entry.
    totals: Vec<f64>,
    /// What each section is worth by itself.
    own: Vec<f64>,
    /// The sections that are worth anything.
    touched: Vec<u32>,
    /// Which terms each entry has, a bit for each phrase; empty where nothing was found of any.
    held: Vec<u64>,
    /// The entries that are not wanted.
    dropped: Vec<u32>,
    scores: TextScores,
}

impl<'a> Work<'a> {
    fn new(ranker: Ranker<'a>) -> Self {
        let (entries, sections) = (ranker.corpus.lengths().len(), ranker.corpus.section_lengths().len());
        Self {
            ranker,
            finder: Finder::new(ranker),
            totals: vec![0.0; entries],
            own: vec![0.0; sections],
            touched: Vec::new(),
            held: Vec::new(),
            dropped: Vec::new(),
            scores: TextScores::default(),
        }
    }

    fn wanted(&mut self, terms: &[Term]) -> Result<Vec<Wanted>, IndexError> {
        let Ranker { corpus, ranking, .. } = self.ranker;
        let mut all = Vec::with_capacity(terms.len());
        for term in terms {
            let mut is_live = |word: &str| self.finder.is_live(word);
            let (wanted, cut) = forms::wanted(corpus, ranking.language, &term.sort, &mut is_live)?;
            if let (Wanted::Beginning(words), true) = (&wanted, cut) {
                let note = format!("text: `{}` stands for the first {} words that begin so", term.asked, words.len());
                self.finder.notes.push(note);
            }
            all.push(wanted);
        }
        Ok(all)
    }

    fn take_field(&mut self, field: usize, term: usize, wanted: &Wanted) -> Result<(), IndexError> {
        let Ranker { corpus, means, ranking, .. } = self.ranker;
        let lengths = corpus.lengths();
        let having = self.finder.field_frequencies(field, wanted)?;
        let worth =
            Worth::new((FIELDS[field].ranking)(&ranking.text), lengths.len(), having.len(), means.fields[field]);
        let told = self.finder.told_fields(field, wanted, having);
        let length = |entry: u32| lengths[entry as usize][field];
        self.add(field, term, wanted, told.into_iter().map(|(entry, n)| (entry, worth.of(n, length(entry)))).collect());
        Ok(())
    }

    fn take_body(&mut self, term: usize, wanted: &Wanted) -> Result<(), IndexError> {
        let Ranker { corpus, means, ranking, .. } = self.ranker;
        let (lengths, section_lengths) = (corpus.lengths(), corpus.section_lengths());
        let entries = corpus.section_entries();
        let having = self.finder.body_frequencies(wanted)?;
        let documents = having.chunk_by(|(a, _), (b, _)| entries[*a as usize] == entries[*b as usize]).count();
        let document = Worth::new(ranking.text.body, lengths.len(), documents, means.fields[BODY]);
        let by_itself = FieldRanking { weight: 1.0, ..ranking.text.section };
        let section = Worth::new(by_itself, section_lengths.len(), having.len(), means.section);
        let told = self.finder.told_sections(wanted, having);
        for (place, n) in &told {
            self.own[*place as usize] += section.of(*n, section_lengths[*place as usize]);
        }
        let worth = |(entry, n): (u32, u32)| (entry, document.of(n, lengths[entry as usize][BODY]));
        self.add(BODY, term, wanted, by_entry(entries, &told).into_iter().map(worth).collect());
        self.touched.extend(told.into_iter().map(|(place, _)| place));
        Ok(())
    }

    /// Adds what a term is worth in a field to the entries that have it.
    fn add(&mut self, field: usize, term: usize, wanted: &Wanted, matches: Vec<(u32, f64)>) {
        matches.iter().for_each(|(entry, worth)| self.totals[*entry as usize] += worth);
        if let Wanted::Phrase(_) = wanted {
            self.held.resize(self.totals.len(), 0);
            matches.iter().for_each(|(entry, _)| self.held[*entry as usize] |= 1 << term);
        }
        if !matches.is_empty() {
            self.scores.parts.push(Part { field, term, matches });
        }
    }

    /// Scores the sections that match, each with those beside it, and adds the best of each entry.
    fn take_sections(&mut self) {
        let Ranker { corpus, ranking, .. } = self.ranker;
        self.touched.sort();
        self.touched.dedup();
        let (entries, starts) = (corpus.section_entries(), corpus.section_starts());
        let scored = self.touched.iter().map(|section| {
            let entry = entries[*section as usize];
            let all = starts[entry as usize]..starts[entry as usize + 1];
            let beside = (1..=REACH).flat_map(|far| [(section.checked_sub(far), far), (section.checked_add(far), far)]);
            let near = beside.filter_map(|(at, far)| Some((at.filter(|at| all.contains(at))?, far)));
            let share = |(at, far): (u32, u32)| ranking.text.neighbours / f64::from(far) * self.own[at as usize];
            let worth = near.map(share).fold(self.own[*section as usize], |sum, share| sum + share);
            SectionScore { entry, place: section - all.start, worth }
        });
        self.scores.sections = scored.collect();
        for of_entry in self.scores.sections.chunk_by_mut(|a, b| a.entry == b.entry) {
            let best =
                of_entry.iter().fold(of_entry[0], |best, next| if next.worth > best.worth { *next } else { best });
            let share = ranking.text.document * self.totals[best.entry as usize];
            of_entry.iter_mut().for_each(|section| section.worth += share);
            let worth = ranking.text.section.weight * best.worth;
            if worth > 0.0 {
                self.totals[best.entry as usize] += worth;
                self.scores.best.push((best.entry, best.place, worth));
            }
        }
    }

    /// Puts the entries whose id was named above all others.
    fn take_named(&mut self, named: Vec<(u32, String)>) {
        let above_all = self.totals.iter().copied().fold(0.0, f64::max) + 1.0;
        for (entry, id) in named {
            self.totals[entry as usize] += above_all;
            self.scores.named.push((entry, above_all, id));
        }
    }

    /// Drops the entries that lack a phrase.
    fn drop_lacking(&mut self, terms: &[Term]) {
        let bit = |(n, term): (usize, &Term)| u64::from(matches!(term.sort, Sort::Phrase(_))) << n;
        let required = terms.iter().enumerate().map(bit).fold(0, |all, bit| all | bit);
        if required == 0 {
            return;
        }
        let held = |entry: usize| self.held.get(entry).copied().unwrap_or(0) & required == required;
        self.dropped.extend((0..self.totals.len()).filter(|entry| !held(*entry)).map(|entry| entry as u32));
    }

    /// Drops the entries that have what is not wanted.
    fn drop_having(&mut self, wanted: &Wanted) -> Result<(), IndexError> {
        for field in 0..BODY {
            let having = self.finder.field_frequencies(field, wanted)?;
            let told = self.finder.told_fields(field, wanted, having);
            self.dropped.extend(told.into_iter().map(|(entry, _)| entry));
        }
        let having = self.finder.body_frequencies(wanted)?;
        let told = self.finder.told_sections(wanted, having);
        let entries = self.ranker.corpus.section_entries();
        self.dropped.extend(told.into_iter().map(|(section, _)| entries[section as usize]));
        Ok(())
    }

    /// Gives what was found. What is hidden from who asks is found by whole words alone, and there is only to be counted.
    fn finish(mut self, terms: &[Term]) -> TextScores {
        for entry in &self.dropped {
            if self.finder.openness(*entry) != Openness::Hidden {
                self.totals[*entry as usize] = 0.0;
            }
        }
        let found = (0..).zip(&self.totals).filter(|(_, total)| **total > 0.0);
        self.scores.found = found.map(|(entry, total)| (EntryId(entry), *total)).collect();
        let mut said = std::collections::HashSet::new();
        self.scores.notes = self.finder.notes;
        self.scores.notes.retain(|note| said.insert(note.clone()));
        self.scores.asked = terms.iter().map(|term| term.asked.clone()).collect();
        self.scores
    }
}

/// The frequencies of sections as those of the entries they are of.
fn by_entry(entries: &[u32], sections: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut summed: Vec<(u32, u32)> = Vec::with_capacity(sections.len());
    for (section, frequency) in sections {
        let entry = entries[*section as usize];
        match summed.last_mut() {
            Some(last) if last.0 == entry => last.1 += frequency,
            _ => summed.push((entry, *frequency)),
        }
    }
    summed
}
