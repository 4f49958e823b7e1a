//! One question from candidates to the bounded, redacted lists of the answer.

use super::ask::{Asked, Needle, filters};
use super::board::{Board, Ranked};
use super::budget::Budget;
use super::catalog::Catalog;
use super::clean::CleanText;
use super::document;
use super::excerpts::{self, Chosen};
use super::graph::{self, Found};
use super::hits::{Giver, Lines};
use super::lines::{self, Matched};
use super::names::Named;
use super::redact::Redactor;
use super::sight::Denied;
use super::types::{Excerpt, Hit, LimitsTaken, Mode, Plan};
use super::weights::{Weight, Why};
use crate::base::RepoPath;
use crate::index::EntryId;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The words of a text are searched for in the files of at least so many of the best records.
const FEWEST_RECORDS: usize = 10;
/// The words of a text are searched for in the files of this many of the best records before they are in those of all.
const BEST_RECORDS: usize = 100;

/// The lists of an answer and what was counted on the way.
#[derive(Default)]
pub(super) struct Answer {
    /// What was done.
    pub(super) plan: Plan,
    /// The records.
    pub(super) records: Vec<Hit>,
    /// The excerpts.
    pub(super) excerpts: Vec<Excerpt>,
    /// What was cut.
    pub(super) limits: LimitsTaken,
    /// What was hidden from the caller.
    pub(super) denied: Denied,
    /// What was redacted.
    pub(super) redactor: Redactor,
}

/// Answers by records, lines or both.
pub(super) fn search(catalog: &Catalog<'_>, asked: &Asked<'_>, budget: &mut Budget) -> Answer {
    let mut answer = Answer { plan: plan(asked), ..Answer::default() };
    let mut found = records_found(catalog, asked, &mut answer);
    answer.plan.notes.append(&mut found.notes);
    let mut board = found.board;
    // Only lines of a pattern change the order of the records.
    let order = (asked.wants_lines() && !asked.has_pattern()).then(|| board.ranked(catalog, asked, usize::MAX));
    let lines = lines_found(catalog, asked, &mut board, order.as_deref(), &mut answer);
    answer.plan.candidates = board.len();
    let named = named_runs(catalog, &found.named);
    // Excerpts ask for the place of any record.
    let needed = if lines.is_empty() { asked.request.limits.max_records } else { usize::MAX };
    let ranked = order.unwrap_or_else(|| board.ranked(catalog, asked, needed));
    let chosen = choose(catalog, asked, &lines, &ranked);
    let mut giver = giver(catalog, asked, &mut answer.redactor, &mut answer.denied);
    let best = &ranked[..ranked.len().min(asked.request.limits.max_records)];
    if !named.is_empty() || !chosen.cuts.is_empty() {
        budget.keep_half();
    }
    let make = |giver: &mut Giver<'_, '_>, ranked: &Ranked| hit(asked, &board, giver, *ranked);
    answer.records = fill(best, &mut giver, budget, make, Budget::take_hit);
    budget.keep_nothing();
    answer.excerpts = fill(&named, &mut giver, budget, named_excerpt, Budget::take_excerpt);
    if answer.excerpts.len() == named.len() || budget.passes_over() {
        answer.excerpts.extend(fill(&chosen.cuts, &mut giver, budget, Giver::excerpt, Budget::take_excerpt));
    }
    answer.limits.omitted_records = board.len() - answer.records.len();
    answer.limits.omitted_excerpts = named.len() + chosen.cuts.len() + chosen.omitted - answer.excerpts.len();
    answer
}

fn giver<'a, 'v>(
    catalog: &'a Catalog<'v>,
    asked: &Asked<'_>,
    redactor: &'a mut Redactor,
    denied: &'a mut Denied,
) -> Giver<'a, 'v> {
    let request = asked.request;
    Giver { catalog, explain: request.explain, origins: request.query.grep.include_origins, redactor, denied }
}

/// A ranked record, with its reasons and the sections of it that were asked for.
fn hit(asked: &Asked<'_>, board: &Board, giver: &mut Giver<'_, '_>, ranked: Ranked) -> Hit {
    let Ranked { entry, score } = ranked;
    let whys = if giver.explain { board.whys(giver.catalog, asked, entry) } else { Vec::new() };
    let mut hit = giver.hit(entry, score, &whys);
    let most = asked.request.query.sections;
    hit.sections = (most > 0).then(|| giver.sections(entry, &board.texts.sections(entry, most)));
    hit
}

/// Makes what is given out of what was found, up to the first that does not fit, or without those that do not. What was
/// redacted in them is not counted.
fn fill<'a, 'v, I, O>(
    items: &[I],
    giver: &mut Giver<'a, 'v>,
    budget: &mut Budget,
    make: impl Fn(&mut Giver<'a, 'v>, &I) -> O,
    take: impl Fn(&mut Budget, &O) -> bool,
) -> Vec<O> {
    let mut given = Vec::new();
    for item in items {
        let before = giver.redactor.clone();
        let made = make(giver, item);
        if take(budget, &made) {
            given.push(made);
            continue;
        }
        *giver.redactor = before;
        if !budget.passes_over() {
            break;
        }
    }
    given
}

/// Answers by whole documents.
pub(super) fn read(catalog: &Catalog<'_>, asked: &Asked<'_>, budget: &mut Budget) -> Answer {
    let mut answer = Answer { plan: plan(asked), ..Answer::default() };
    let (named, mut notes) = graph::selected(catalog, asked, &mut answer.denied);
    let mut giver = giver(catalog, asked, &mut answer.redactor, &mut answer.denied);
    let mut documents = document::read(asked, &named, &mut giver, budget);
    answer.plan.candidates = named.len();
    answer.plan.notes.append(&mut notes);
    answer.plan.notes.append(&mut documents.notes);
    answer.limits.omitted_records = documents.omitted;
    answer.limits.truncated = documents.cut;
    answer.records = documents.hits;
    answer
}

/// Answers with an empty selection, for what is not a selection.
pub(super) fn nothing(asked: &Asked<'_>) -> Answer {
    Answer { plan: plan(asked), ..Answer::default() }
}

/// The modes of the plan, and what of the question its mode has no use for.
fn plan(asked: &Asked<'_>) -> Plan {
    let query = &asked.request.query;
    let mut notes = Vec::new();
    let mut unused = |is_asked: bool, note: &str| {
        if is_asked {
            notes.push(note.to_owned());
        }
    };
    let globs = !asked.paths.is_empty() || !asked.exclude.is_empty();
    let graph = !query.associations.is_empty() || query.graph.edge_depth > 0 || !query.graph.edge_kinds.is_empty();
    let modes = match query.mode {
        Mode::GraphOnly => {
            unused(asked.has_pattern() || globs, "graph-only: the pattern and the paths of grep are not used");
            vec!["graph"]
        }
        Mode::GrepOnly => {
            unused(graph || !query.select.is_empty(), "grep-only: selection, associations and edges are not used");
            vec!["grep"]
        }
        Mode::GraphAndGrep => {
            unused(asked.needle.is_none(), "grep: there is no pattern and no text to search lines for");
            vec!["graph", "grep"]
        }
        Mode::DocumentRead => {
            let more = graph || globs || asked.needle.is_some() || filters(&query.graph);
            unused(more, "document-read: only the selection is used");
            vec!["document-read"]
        }
        Mode::OntologyValidation => vec!["ontology-validation"],
        Mode::DiffRef => vec!["diff-ref"],
    };
    Plan { modes, grep_scope: "none", notes, ..Plan::default() }
}

fn records_found(catalog: &Catalog<'_>, asked: &Asked<'_>, answer: &mut Answer) -> Found {
    if asked.wants_records() {
        graph::find(catalog, asked, &mut answer.denied)
    } else {
        Found { board: Board::default(), named: Vec::new(), notes: Vec::new() }
    }
}

/// Searches lines: in the candidates' files first, in every allowed file where there is nothing. `order` has the candidates,
/// best first, where no pattern was given.
fn lines_found<'v>(
    catalog: &Catalog<'v>,
    asked: &Asked<'_>,
    board: &mut Board,
    order: Option<&[Ranked]>,
    answer: &mut Answer,
) -> Vec<Matched<'v>> {
    let Some(needle) = asked.needle.as_ref().filter(|_| asked.wants_lines()) else { return Vec::new() };
    let mut found = Vec::new();
    if board.len() > 0 {
        answer.plan.grep_scope = "graph-candidates";
        found = candidate_lines(catalog, asked, (board, order), needle, &mut answer.plan.notes);
    }
    if found.is_empty() {
        if asked.wants_records() {
            answer.plan.notes.push(widened(board).to_owned());
        }
        answer.plan.grep_scope = "all-paths";
        found = lines::search(catalog, asked, needle, None);
        lines::count_hidden(catalog, asked, needle, &mut answer.denied);
    }
    answer.plan.total_matches = found.iter().map(|file| file.lines.len()).sum();
    support(catalog, asked, board, &found);
    found
}

/// Searches the candidates' files for a pattern. The words of a text are searched for in the files of as many of the best records
/// as the answer gives, then of more, until they are found.
fn candidate_lines<'v>(
    catalog: &Catalog<'v>,
    asked: &Asked<'_>,
    (board, order): (&Board, Option<&[Ranked]>),
    needle: &Needle,
    notes: &mut Vec<String>,
) -> Vec<Matched<'v>> {
    let search = |entries: &mut dyn Iterator<Item = EntryId>| {
        let paths: BTreeSet<&str> = entries.map(|entry| catalog.view.path_of(entry)).collect();
        lines::search(catalog, asked, needle, Some(&paths))
    };
    let given = asked.request.limits.max_records.clamp(FEWEST_RECORDS, BEST_RECORDS);
    for most in [given, BEST_RECORDS] {
        let Some(best) = order.filter(|order| order.len() > most).map(|order| &order[..most]) else { break };
        let found = search(&mut best.iter().map(|ranked| ranked.entry));
        if !found.is_empty() {
            notes.push(format!("grep: lines were searched in the files of the {most} best records"));
            return found;
        }
    }
    search(&mut board.entries())
}

fn widened(board: &Board) -> &'static str {
    if board.len() == 0 {
        "grep: the graph found nothing, so every allowed path was searched"
    } else {
        "grep: no line of the graph's candidates matches, so every allowed path was searched"
    }
}

/// Speaks for the candidates whose lines match a pattern. Words of the text are counted already.
fn support(catalog: &Catalog<'_>, asked: &Asked<'_>, board: &mut Board, found: &[Matched<'_>]) {
    let mut matching: BTreeMap<EntryId, usize> = BTreeMap::new();
    for line in found.iter().flat_map(|file| &file.lines).filter(|_| asked.has_pattern()) {
        if let Some(subject) = line.piece.owner.and_then(|owner| catalog.subject(owner)) {
            *matching.entry(subject).or_default() += 1;
        }
    }
    for (entry, n) in matching {
        let weight = Weight::of(catalog.ranking.pattern);
        board.support(entry, Why::new("pattern", format!("matching lines: {n}"), weight));
    }
}

/// The excerpts of the matching lines, those of better records before those of others.
fn choose<'m>(catalog: &Catalog<'_>, asked: &Asked<'_>, lines: &'m [Matched<'m>], ranked: &[Ranked]) -> Chosen<'m> {
    let Some(needle) = asked.needle.as_ref().filter(|_| !lines.is_empty()) else { return Chosen::default() };
    let mut places: Vec<u32> = vec![0; catalog.view.entries().len()];
    (1..).zip(ranked).for_each(|(place, ranked)| places[ranked.entry.0 as usize] = place);
    let place = |entry: EntryId| places.get(entry.0 as usize).filter(|place| **place > 0).map(|place| *place as usize);
    excerpts::choose(asked, needle, lines, catalog.ranking, &place)
}

/// Lines that `select` names.
struct NamedRun<'n> {
    path: &'n RepoPath,
    text: Rc<CleanText>,
    owner: Option<EntryId>,
    first: u32,
    last: u32,
}

/// The lines that `select` names, as runs that may be shown, each of one record and of bounded length.
fn named_runs<'n>(catalog: &Catalog<'_>, named: &'n [Named]) -> Vec<NamedRun<'n>> {
    let mut runs = Vec::new();
    for named in named {
        let Some((first, last)) = named.lines else { continue };
        let Some(text) = catalog.view.text(&named.path).map(CleanText::new).map(Rc::new) else { continue };
        let shown = shown_runs(catalog, named, first, last.min(text.line_count()));
        let run = |(first, last, owner)| NamedRun { path: &named.path, text: Rc::clone(&text), owner, first, last };
        runs.extend(shown.into_iter().map(run));
    }
    runs
}

fn shown_runs(catalog: &Catalog<'_>, named: &Named, first: u32, last: u32) -> Vec<(u32, u32, Option<EntryId>)> {
    let Some(file) = catalog.view.file(named.path.as_str()) else { return Vec::new() };
    let owners = lines::readable(catalog, &file);
    let mut runs: Vec<(u32, u32, Option<EntryId>)> = Vec::new();
    for line in first..=last {
        let Some(piece) = owners.shown(line) else { continue };
        match runs.last_mut() {
            Some(run) if run.1 + 1 == line && run.2 == piece.owner && line - run.0 < excerpts::LONGEST => run.1 = line,
            _ => runs.push((line, line, piece.owner)),
        }
    }
    runs
}

fn named_excerpt(giver: &mut Giver<'_, '_>, run: &NamedRun<'_>) -> Excerpt {
    let detail = format!("{}:{}-{}", run.path, run.first, run.last);
    let lines = Lines { path: run.path, text: &run.text, owner: run.owner, first: run.first, last: run.last };
    let weight = Weight::of(giver.catalog.ranking.selection);
    giver.lines(&lines, &|_| &[], &[Why::new("selection", detail, weight)])
}
