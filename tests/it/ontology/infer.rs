//! An ontology is inferred from what records have.

use crate::check::tree::{Tree, short};
use lorekeep::base::RepoPath;
use lorekeep::note::{Limits, SourceFile, read};
use lorekeep::ontology::{
    EdgeKind, Field, FieldType, InUse, Inference, NodeKind, Reason, Vocabulary, infer, load, write,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

fn of(files: &[(&str, &str)]) -> Inference {
    let read = |(path, text): &(&str, &str)| read(&RepoPath::parse(path).unwrap(), text.as_bytes(), &Limits::default());
    let sources: Vec<SourceFile> = files.iter().map(read).collect();
    infer(&sources.iter().collect::<Vec<_>>())
}

/// What so many records of one file give, each made from its number.
fn of_records(count: usize, record: impl Fn(usize) -> String) -> Inference {
    let documents: Vec<String> = (0..count).map(record).collect();
    of(&[("graph/all.yaml", &documents.join("---\n"))])
}

#[track_caller]
fn kind<'i>(inference: &'i Inference, name: &str) -> &'i NodeKind {
    &inference.node_kinds.iter().find(|used| used.name == name).expect("the kind is in use").kind
}

#[track_caller]
fn edge<'i>(inference: &'i Inference, name: &str) -> &'i EdgeKind {
    &inference.edge_kinds.iter().find(|used| used.name == name).expect("the edge kind is in use").kind
}

fn said(inference: &Inference, reason: Reason) -> Vec<&str> {
    inference.left_out.iter().filter(|l| l.reason == reason).map(|l| l.message.as_str()).collect()
}

#[test]
fn what_99_of_100_records_have_is_required_and_the_one_without_is_named() {
    let with = |most: usize| {
        of_records(100, move |n| {
            let tier = if n < most { "  tier: 1\n" } else { "  tier: []\n" };
            format!("nodeKind: Service\nid: service:s{n}\nattributes:\n  title: S\n{tier}")
        })
    };
    let nearly = with(99);
    assert_eq!(kind(&nearly, "Service").required, ["title", "tier"]);
    assert_eq!(said(&nearly, Reason::RarelyMissing), ["1 of 100 records have no `tier`"]);
    assert_eq!(nearly.left_out[0].places, ["graph/all.yaml:595"]);
    let fewer = with(98);
    assert_eq!(kind(&fewer, "Service").required, ["title"]);
    assert_eq!(said(&fewer, Reason::RarelyMissing), [""; 0]);
}

#[test]
fn a_kind_with_few_records_requires_nothing_of_its_own() {
    let few = of_records(4, |n| format!("nodeKind: Word\nid: word:w{n}\ntitle: W\nmeaning: M\n"));
    assert_eq!(kind(&few, "Word").required, ["title"]);
    assert_eq!(few.left_out[0].reason, Reason::FewRecords);
    let enough = of_records(5, |n| format!("nodeKind: Word\nid: word:w{n}\ntitle: W\nmeaning: M\n"));
    assert_eq!(kind(&enough, "Word").required, ["title", "meaning"]);
}

#[test]
fn ids_say_which_prefixes_and_characters_a_kind_has() {
    let inferred = of_records(10, |n| {
        let id = if n < 6 { format!("agentVersion:v@{n}") } else { format!("agent-version:V{n}") };
        format!("nodeKind: AgentVersion\nid: {id}\n")
    });
    let version = kind(&inferred, "AgentVersion");
    assert_eq!(
        (version.id_prefix.as_str(), &version.further_prefixes[..]),
        ("agentVersion", &["agent-version".into()][..])
    );
    assert_eq!(version.id_characters, "A-Z@");
    assert!(version.takes_prefix("agent-version") && !version.takes_prefix("agent"));
    assert_eq!(said(&inferred, Reason::SeveralPrefixes).len(), 1);
}

#[test]
fn one_id_in_a_hundred_is_an_exception() {
    let inferred = of_records(100, |n| {
        let prefix = if n == 7 { "svc" } else { "service" };
        format!("nodeKind: Service\nid: {prefix}:s{n}\n")
    });
    assert!(kind(&inferred, "Service").further_prefixes.is_empty());
    assert_eq!(said(&inferred, Reason::RareId), ["1 of 100 ids have the prefix `svc`, unlike the others"]);
}

#[test]
fn fields_get_the_type_that_their_values_have() {
    let inferred = of_records(40, |n| {
        let (level, ends, mixed) = (["low", "high"][n % 2], n % 3, if n % 2 == 0 { "[a]" } else { "a" });
        format!(
            "nodeKind: Thing\nid: thing:t{n}\nattributes:\n  flag: true\n  size: {n}\n  share: {n}.5\n  \
             at: 2026-05-0{}T00:00:00Z\n  level: {level}\n  next: thing:t{ends}\n  name: Name {n}\n  \
             story: |\n    one {n}\n    two\n  words: [a, b]\n  parts: [{{a: 1}}]\n  mixed: {mixed}\n  updatedAt: May {n}\n",
            n % 9 + 1
        )
    });
    let fields = &kind(&inferred, "Thing").fields;
    let typed = |name: &str| fields.get(name).map(|field| (field.kind, field.values.join(" ")));
    let plain = |kind| Some((kind, String::new()));
    assert_eq!(typed("flag"), plain(FieldType::Boolean));
    assert_eq!(typed("size"), plain(FieldType::Integer));
    assert_eq!(typed("share"), plain(FieldType::Number));
    assert_eq!(typed("at"), plain(FieldType::DateTime));
    assert_eq!(typed("level"), Some((FieldType::Enum, "high low".to_owned())));
    assert_eq!(typed("next"), Some((FieldType::Ref, "Thing".to_owned())));
    assert_eq!(typed("name"), plain(FieldType::String));
    assert_eq!(typed("story"), plain(FieldType::Text));
    assert_eq!(typed("words"), plain(FieldType::List));
    assert_eq!(typed("updatedAt"), plain(FieldType::String), "a common field that is used otherwise");
    assert_eq!((typed("parts"), typed("mixed")), (None, None));
    assert_eq!(
        said(&inferred, Reason::MixedTypes),
        ["the field `mixed` is 20 times a line of text, 20 times a list of values: it gets no type"]
    );
}

#[test]
fn a_slip_of_the_hand_is_left_out_and_the_name_that_was_meant_is_said() {
    let inferred = of_records(31, |n| {
        let (kind, status) = if n == 30 { ("Runbok", "aproved") } else { ("Runbook", "approved") };
        let status = if n == 3 { "aproved" } else { status };
        format!("nodeKind: {kind}\nid: runbook:r{n}\nstatus: {status}\n")
    });
    assert_eq!(inferred.node_kinds.len(), 1);
    assert_eq!(kind(&inferred, "Runbook").statuses, ["draft", "approved", "deprecated", "archived"]);
    assert_eq!(
        said(&inferred, Reason::Misspelt),
        ["a node kind of 1 record: was `Runbook` meant?", "the status `aproved` of 1 record: was `approved` meant?"]
    );
    let two_words = of_records(31, |n| {
        let kind = if n == 30 { "Defines" } else { "Refines" };
        format!("nodeKind: {kind}\nid: x:r{n}\n")
    });
    assert_eq!(two_words.node_kinds.len(), 2, "another beginning is another word");
}

#[test]
fn statuses_are_those_in_use() {
    let inferred = of_records(6, |n| format!("nodeKind: Run\nid: run:r{n}\nstatus: {}\n", ["met", "open"][n % 2]));
    assert_eq!(kind(&inferred, "Run").statuses, ["met", "open"]);
    let beside = of_records(6, |n| format!("nodeKind: Run\nid: run:r{n}\nstatus: {}\n", ["draft", "open"][n % 2]));
    assert_eq!(kind(&beside, "Run").statuses, ["draft", "approved", "deprecated", "archived", "open"]);
}

#[test]
fn edges_list_the_kinds_that_they_join() {
    let inferred = of(&[(
        "graph/a.yaml",
        "nodeKind: A\nid: a:1\nedges: {uses: [b:1, gone:1, team:x], owned_by: [b:1]}\n---\n\
         nodeKind: B\nid: b:1\n---\nextendsNode: {nodeKind: B, id: b:1}\nedges: {uses: [a:1]}\n",
    )]);
    let uses = edge(&inferred, "uses");
    assert_eq!(
        (&uses.from[..], &uses.to[..]),
        (&["A".to_owned(), "B".to_owned()][..], &["A".to_owned(), "B".to_owned()][..])
    );
    assert!(edge(&inferred, "owned_by").to.is_empty(), "fields make such edges too, to what is not in the memory");
    assert_eq!(edge(&inferred, "mentions"), &EdgeKind { to: Vec::new(), ..edge(&inferred, "mentions").clone() });
    assert_eq!(inferred.edges, 5);
}

#[test]
fn a_replacement_is_acyclic_and_of_one_kind_only_where_it_holds() {
    let pair = |back: &str| {
        of(&[(
            "graph/a.yaml",
            &*format!("nodeKind: A\nid: a:1\nedges: {{supersedes: [a:2]}}\n---\nnodeKind: A\nid: a:2\n{back}"),
        )])
    };
    let one_way = pair("");
    assert!(edge(&one_way, "supersedes").acyclic && edge(&one_way, "supersedes").same_kind);
    let round = pair("edges: {supersedes: [a:1]}\n---\nnodeKind: B\nid: b:1\nedges: {supersedes: [a:1]}\n");
    assert!(!edge(&round, "supersedes").acyclic && !edge(&round, "supersedes").same_kind);
}

#[test]
fn words_are_a_vocabulary_only_where_they_are_a_closed_set() {
    let tagged = |tags: usize| {
        of_records(60, move |n| {
            format!("nodeKind: A\nid: a:{n}\ntags: [t{}]\nowners: [{}]\n", n % tags, ["ada", "team:x"][n % 2])
        })
    };
    assert_eq!(tagged(3).vocabulary.tags.unwrap(), ["t0", "t1", "t2"]);
    assert_eq!(tagged(30).vocabulary.tags, None);
    assert_eq!(said(&tagged(30), Reason::OpenWords).len(), 1);
    assert_eq!(tagged(3).vocabulary.owners.unwrap(), ["ada", "team:x"], "`ada` is none of the usual owners");
}

#[test]
fn what_cannot_be_read_or_is_no_record_is_said() {
    let inferred = of(&[
        ("graph/bad.yaml", "nodeKind: [\n"),
        ("graph/schema.yaml", "kinds: [a]\n"),
        ("graph/x.yaml", "id: a:1\n---\nnodeKind: A\ntitle: no id\n"),
    ]);
    let reasons: Vec<Reason> = inferred.left_out.iter().map(|l| l.reason).collect();
    for reason in [Reason::Unreadable, Reason::NoRecord, Reason::NoKind, Reason::NoId] {
        assert!(reasons.contains(&reason), "{reason:?} {reasons:?}");
    }
}

#[test]
fn every_form_of_record_is_understood_and_counted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/adopt/graph-forms");
    let tree = Tree::of_folder(&root);
    let sources: Vec<&SourceFile> = tree.files.iter().filter_map(|file| file.source.as_deref()).collect();
    assert!(sources.iter().all(|source| source.diagnostics.is_empty()));
    let inferred = infer(&sources);
    assert_eq!((inferred.records, inferred.edges), (5, 6));
    let counts: Vec<(&str, usize)> = inferred.node_kinds.iter().map(|used| (used.name.as_str(), used.count)).collect();
    assert_eq!(counts, [("Service", 3), ("Team", 2)]);
    let summary = tree.check().summary;
    assert_eq!((summary.records, summary.edges), (6, 6), "a patch counts as a record, a sidecar does not");
    assert!(!short(&tree.check()).is_empty(), "the built-in ontology asks for more");
}

#[test]
fn front_matter_may_call_the_kind_node_kind_or_type() {
    let inferred = of(&[
        ("a.md", "---\nid: page:a\nnodeKind: Page\n---\n"),
        ("b.md", "---\nid: page:b\ntype: Page\n---\n"),
        ("c.md", "---\ntype: Metric\n---\nno id: a concept\n"),
        ("memory/MEMORY.md", "- [[c]]\n"),
    ]);
    let counts: Vec<(&str, usize)> = inferred.node_kinds.iter().map(|used| (used.name.as_str(), used.count)).collect();
    assert_eq!((counts, inferred.concepts), (vec![("Metric", 1), ("Page", 2)], 1));
    assert_eq!(inferred.entry_points, 1);
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z][A-Za-z0-9_ -]{0,12}",
        "\\PC{1,12}",
        Just("true".to_owned()),
        Just("1e3".to_owned()),
        Just("# no".to_owned())
    ]
    .prop_filter("a name says something", |name| !name.trim().is_empty())
}

fn node_kind() -> impl Strategy<Value = NodeKind> {
    let field = (0..4usize, proptest::collection::vec(name(), 1..3)).prop_map(|(n, values)| match n {
        0 => Field { kind: FieldType::Enum, values },
        1 => Field { kind: FieldType::Text, values: Vec::new() },
        2 => Field { kind: FieldType::List, values: Vec::new() },
        _ => Field { kind: FieldType::DateTime, values: Vec::new() },
    });
    let words = || proptest::collection::vec(name(), 0..4);
    let prefix = "[a-zA-Z0-9._-]{1,8}";
    let fields = proptest::collection::btree_map(name(), field, 0..4);
    ("\\PC{0,20}", prefix, proptest::collection::vec(prefix, 0..3), words(), words(), fields).prop_map(
        |(description, id_prefix, further_prefixes, required, statuses, fields)| NodeKind {
            description: description.trim().to_owned(),
            id_prefix,
            further_prefixes,
            id_characters: "A-Z@".to_owned(),
            required,
            statuses,
            fields,
            deprecated: false,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn what_is_written_reads_back_as_it_was(kinds in proptest::collection::btree_map(name(), node_kind(), 1..4), tags in proptest::collection::vec(name(), 0..4)) {
        let used = |(name, kind): (&String, &NodeKind)| InUse { name: name.clone(), count: 3, kind: kind.clone() };
        let listed: Vec<InUse<NodeKind>> = kinds.iter().map(used).collect();
        let vocabulary = Vocabulary { tags: Some(tags), owners: None, sensitivity: vec!["public".to_owned()] };
        let files = [
            ("ontology/node-kinds.yaml", write::node_kinds(&listed, "A head.")),
            ("ontology/controlled-vocabulary.yaml", write::vocabulary(&vocabulary, "")),
        ];
        let files: Vec<(RepoPath, Vec<u8>)> =
            files.into_iter().map(|(path, text)| (RepoPath::parse(path).unwrap(), text.into_bytes())).collect();
        let (read, problems) = load(&files);
        prop_assert_eq!(problems, []);
        prop_assert_eq!(read.node_kinds, kinds.into_iter().collect::<BTreeMap<_, _>>());
        prop_assert_eq!(read.vocabulary, vocabulary);
    }
}
