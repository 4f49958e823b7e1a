//! What a change brings is the same, whether whole trees are looked at or what the change reaches.

use super::random::{self, IDS, PATHS, edited, edits, repository};
use super::tree::{Tree, page, short};
use lorekeep::check::{
    FileFacts, Known, KnownChange, KnownFiles, Overlay, Report, Totals, TreeFile, brought_by_change,
    brought_incrementally, spelled,
};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

type Changed = Vec<(Option<TreeFile>, Option<TreeFile>)>;

fn changed(before: &Tree, after: &Tree) -> Changed {
    let mut pairs: BTreeMap<&[u8], (Option<TreeFile>, Option<TreeFile>)> = BTreeMap::new();
    for file in &before.files {
        pairs.entry(&file.path).or_default().0 = Some(file.clone());
    }
    for file in &after.files {
        pairs.entry(&file.path).or_default().1 = Some(file.clone());
    }
    let differs = |(was, is): &(Option<TreeFile>, Option<TreeFile>)| match (was, is) {
        (Some(was), Some(is)) => was.oid != is.oid || was.mode != is.mode,
        _ => true,
    };
    pairs.into_values().filter(differs).collect()
}

fn facts<'a>(tree: &'a Tree, files: impl IntoIterator<Item = &'a TreeFile>) -> Vec<FileFacts> {
    files.into_iter().map(|file| FileFacts::of(file, &tree.ontology)).collect()
}

fn overlay<'a>(under: &'a dyn Known, tree: &Tree, changed: &Changed) -> Overlay<'a> {
    let old = facts(tree, changed.iter().filter_map(|(was, _)| was.as_ref()));
    let new = facts(tree, changed.iter().filter_map(|(_, is)| is.as_ref()));
    Overlay::new(under, old, new)
}

/// What the incremental way says, and the files that it read besides those that changed.
fn incrementally(before: &Tree, known: &dyn Known, changed: &Changed) -> (Option<Report>, BTreeSet<Vec<u8>>) {
    let loaded = RefCell::new(BTreeSet::new());
    let load = |path: &[u8]| {
        loaded.borrow_mut().insert(path.to_vec());
        before.files.iter().find(|file| file.path == path).cloned()
    };
    let change = KnownChange { ontology: &before.ontology, before: known, changed, load: &load };
    let report = brought_incrementally(&change);
    (report, loaded.into_inner())
}

/// Whether a change may be refused: it touches the ontology's folder, or a name of a path that it changes or reaches is
/// spelled in several ways, of one of which the first file went.
fn may_be_refused(before: &dyn Known, after: &dyn Known, changed: &[&[u8]], loaded: &BTreeSet<Vec<u8>>) -> bool {
    let lost = |known: &dyn Known, folded: &str| {
        let spellings = known.spellings(folded).unwrap();
        spellings.len() > 1 && spellings.iter().any(|spelling| spelling.first.is_none())
    };
    let is_lost = |(folded, _): (String, &[u8])| lost(before, &folded) || lost(after, &folded);
    let mut reached = changed.iter().copied().chain(loaded.iter().map(Vec::as_slice));
    changed.iter().any(|path| path.starts_with(b"ontology/")) || reached.any(|path| spelled(path).any(is_lost))
}

fn assert_same_answers(a: &dyn Known, b: &dyn Known) -> Result<(), TestCaseError> {
    for id in IDS.iter().chain(&["", "service:nobody"]) {
        proptest::prop_assert_eq!(a.records(id).unwrap(), b.records(id).unwrap(), "records of {}", id);
        proptest::prop_assert_eq!(a.referrers(id).unwrap(), b.referrers(id).unwrap(), "referrers of {}", id);
    }
    for (folded, _) in PATHS.iter().flat_map(|path| spelled(path.as_bytes())) {
        let (mut a, b) = (a.spellings(&folded).unwrap(), b.spellings(&folded).unwrap());
        // What is no longer known is no other answer.
        for (a, b) in a.iter_mut().zip(&b).filter(|(a, _)| a.first.is_none()) {
            a.first.clone_from(&b.first);
        }
        proptest::prop_assert_eq!(a, b, "spellings of {}", folded);
    }
    for prefix in ["service", "decision", "team", "", "serv"] {
        proptest::prop_assert_eq!(a.ids_with_prefix(prefix), b.ids_with_prefix(prefix), "ids of {}", prefix);
    }
    proptest::prop_assert_eq!(a.totals(), b.totals());
    Ok(())
}

fn assert_same_report(incremental: &Report, full: &Report) -> Result<(), TestCaseError> {
    proptest::prop_assert_eq!(page(incremental), page(full));
    proptest::prop_assert_eq!(incremental, full);
    Ok(())
}

#[test]
fn it_brings_what_whole_trees_bring_over_random_edits() {
    let (answered, all) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let run = runner.run(&(repository(), edits(), edits()), |(first, once, twice)| {
        let second = edited(&first, &once);
        let third = edited(&second, &twice);
        let trees = [&first, &second, &third].map(random::tree);
        let start = KnownFiles::new(facts(&trees[0], &trees[0].files));
        // What is known of the second tree is itself laid over the first, as a state on disk is that was carried on.
        let steps = [changed(&trees[0], &trees[1]), changed(&trees[1], &trees[2])];
        let middle = overlay(&start, &trees[0], &steps[0]);
        let knowns: [&dyn Known; 2] = [&start, &middle];
        for ((pair, known), step) in trees.windows(2).zip(knowns).zip(&steps) {
            let (before, after) = (&pair[0], &pair[1]);
            let over = overlay(known, before, step);
            assert_same_answers(&over, &KnownFiles::new(facts(after, &after.files)))?;
            let (report, loaded) = incrementally(before, known, step);
            let files = step.iter().filter_map(|(was, is)| was.as_ref().or(is.as_ref()));
            let paths: Vec<&[u8]> = files.map(|file| file.path.as_slice()).collect();
            let asked_for_changed = loaded.iter().any(|path| paths.contains(&path.as_slice()));
            proptest::prop_assert!(!asked_for_changed, "a changed file was asked for: {:?}", loaded);
            all.set(all.get() + 1);
            match report {
                Some(report) => {
                    answered.set(answered.get() + 1);
                    assert_same_report(&report, &brought_by_change(&before.input(), &after.input()))?;
                }
                None => {
                    let may_be_refused = may_be_refused(known, &over, &paths, &loaded);
                    proptest::prop_assert!(may_be_refused, "refused without a reason");
                }
            }
        }
        Ok(())
    });
    if let Err(failure) = run {
        panic!("{failure}");
    }
    assert!(answered.get() * 2 > all.get(), "only {} of {} changes were answered", answered.get(), all.get());
}

const RECORD: &str = "nodeKind: Service\nid: service:a\nattributes: {title: A, status: approved, owners: [team:x], updatedAt: 2026-05-10T12:00:00Z}\n";

fn record(id: &str) -> String {
    RECORD.replace("service:a", id)
}

/// A tree of many services, each of which depends on the next one and mentions the first, and of more files.
fn many(more: &[(&str, &str)]) -> Tree {
    let names: Vec<(String, String)> = (0..500)
        .map(|i| {
            let edges = format!("edges: {{depends_on: [service:n{}], mentions: [service:n0]}}\n", (i + 1) % 500);
            (format!("graph/n{i}.yaml"), record(&format!("service:n{i}")) + &edges)
        })
        .collect();
    let mut files: Vec<(&str, &str)> = names.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.extend(more);
    Tree::of(&files)
}

#[test]
fn a_change_reads_only_what_it_reaches() {
    let after = |more: &str| format!("{RECORD}edges: {{mentions: [service:n7, service:n0{more}]}}\n");
    let (before, after) = (many(&[("graph/a.yaml", &after(""))]), many(&[("graph/a.yaml", &after(", service:gone"))]));
    let known = KnownFiles::new(facts(&before, &before.files));
    let (report, loaded) = incrementally(&before, &known, &changed(&before, &after));
    assert_eq!(short(&report.unwrap()), ["graph/a.yaml:4 LK204"]);
    assert_eq!(loaded.len(), 0);
}

#[test]
fn a_deleted_record_reaches_the_files_that_name_it() {
    let user = format!("{RECORD}edges: {{mentions: [service:b]}}\n");
    let before = many(&[("graph/a.yaml", &user), ("graph/b.yaml", &record("service:b"))]);
    let after = many(&[("graph/a.yaml", &user)]);
    let known = KnownFiles::new(facts(&before, &before.files));
    let (report, loaded) = incrementally(&before, &known, &changed(&before, &after));
    assert_eq!(short(&report.unwrap()), ["graph/a.yaml:4 LK204", "graph/b.yaml:1 LK403"]);
    assert_eq!(loaded, BTreeSet::from([b"graph/a.yaml".to_vec()]));
}

#[test]
fn a_change_below_the_ontology_is_left_to_whole_trees() {
    let kinds = "version: 1\nkinds: {Service: {required: [title]}}\n";
    let (before, after) = (
        Tree::of(&[("graph/a.yaml", RECORD)]),
        Tree::of(&[("graph/a.yaml", RECORD), ("ontology/node-kinds.yaml", kinds)]),
    );
    let known = KnownFiles::new(facts(&before, &before.files));
    assert_eq!(incrementally(&before, &known, &changed(&before, &after)).0, None);
}

#[test]
fn a_change_that_reaches_thousands_of_files_is_left_to_whole_trees() {
    let user = |i: usize| {
        (format!("graph/n{i}.yaml"), format!("extendsNode: {{nodeKind: Service, id: service:b{}}}\n", i % 2))
    };
    let users: Vec<(String, String)> = (0..4_002).map(user).collect();
    let tree = |ids: &[&str]| {
        let records: Vec<(String, String)> =
            ids.iter().map(|id| (format!("graph/{}.yaml", id.replace(':', "-")), record(id))).collect();
        let files = users.iter().chain(&records).map(|(path, text)| (path.as_str(), text.as_str()));
        Tree::of(&files.collect::<Vec<_>>())
    };
    let before = tree(&["service:b0", "service:b1"]);
    let known = KnownFiles::new(facts(&before, &before.files));
    let reads = |after: &Tree| incrementally(&before, &known, &changed(&before, after));
    assert_eq!(reads(&tree(&["service:b0"])).0, None);
    let (report, loaded) = reads(&tree(&["service:b0", "service:b1", "service:c"]));
    assert_eq!((report.map(|report| report.findings.len()), loaded.len()), (Some(0), 0));
}

#[test]
fn a_file_with_more_circles_than_are_listed_is_left_to_whole_trees() {
    let decision = |id: &str, targets: &[String]| {
        format!("nodeKind: Decision\nid: decision:{id}\nedges: {{supersedes: [{}]}}\n", targets.join(", "))
    };
    let many = |count: usize| decision("a", &vec!["decision:b".to_owned(); count]);
    for (count, is_answered) in [(1_000, true), (1_001, false)] {
        let a = many(count);
        let tree = |b: &str| Tree::of(&[("graph/a.yaml", a.as_str()), ("graph/b.yaml", b)]);
        let (before, after) = (tree(&decision("b", &[])), tree(&decision("b", &["decision:a".to_owned()])));
        let known = KnownFiles::new(facts(&before, &before.files));
        let (report, _) = incrementally(&before, &known, &changed(&before, &after));
        let full = brought_by_change(&before.input(), &after.input());
        assert_eq!(report, is_answered.then_some(full), "{count}");
    }
}

/// Knows what another one knows, but for one question.
struct Forgetful<'a>(&'a dyn Known, &'static str);

impl Forgetful<'_> {
    fn unless<T>(&self, question: &str, answer: Option<T>) -> Option<T> {
        answer.filter(|_| self.1 != question)
    }
}

impl Known for Forgetful<'_> {
    fn records(&self, id: &str) -> Option<Vec<lorekeep::check::KnownRecord>> {
        self.unless("records", self.0.records(id))
    }
    fn referrers(&self, id: &str) -> Option<Vec<(Vec<u8>, u32)>> {
        self.unless("referrers", self.0.referrers(id))
    }
    fn spellings(&self, folded: &str) -> Option<Vec<lorekeep::check::Spelling>> {
        self.unless("spellings", self.0.spellings(folded))
    }
    fn totals(&self) -> Option<Totals> {
        self.unless("totals", self.0.totals())
    }
    fn ids_with_prefix(&self, prefix: &str) -> Option<Vec<String>> {
        self.unless("ids", self.0.ids_with_prefix(prefix))
    }
}

#[test]
fn what_is_not_known_leaves_the_change_to_whole_trees() {
    let user = format!("{RECORD}edges: {{mentions: [service:bat]}}\n");
    let before = Tree::of(&[("graph/a.yaml", &user), ("graph/b.yaml", &record("service:bat"))]);
    let after = Tree::of(&[("graph/a.yaml", &user), ("graph/b.yaml", &record("service:cat"))]);
    let known = KnownFiles::new(facts(&before, &before.files));
    let step = changed(&before, &after);
    let (report, _) = incrementally(&before, &known, &step);
    assert_eq!(report, Some(brought_by_change(&before.input(), &after.input())));
    for question in ["records", "referrers", "spellings", "totals", "ids"] {
        assert_eq!(incrementally(&before, &Forgetful(&known, question), &step).0, None, "{question}");
    }
    assert_eq!(incrementally(&Tree::of(&[]), &known, &step).0, None, "a file that cannot be read");
}
