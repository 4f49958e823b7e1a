//! A whole tree: counts, order, places, and bounds.

use super::tree::{Tree, short};
use lorekeep::base::Finding;
use lorekeep::ontology;
use std::time::{Duration, Instant};

const RECORD: &str = "nodeKind: Service\nid: service:a\nattributes: {title: A, status: approved, owners: [team:x], updatedAt: 2026-05-10T12:00:00Z}\n";

#[test]
fn the_default_ontology_as_init_writes_it_is_clean() {
    let files: Vec<(&str, &str)> = ontology::built_in_files().to_vec();
    let report = Tree::of(&files).check();
    assert_eq!(short(&report), [""; 0]);
}

#[test]
fn a_summary_counts_records_and_edges_as_written() {
    let graph = format!(
        "{RECORD}edges: {{depends_on: [service:a, repository:r]}}\n---\nextendsNode: {{nodeKind: Service, id: service:a}}\nedges:\n- {{kind: mentions, target: service:a}}\n"
    );
    let page = "---\nid: runbook:b\nkind: Runbook\ntitle: B\nstatus: draft\nowners: [team:x]\nupdatedAt: 2026-05-10T12:00:00Z\nrepoRefs: [repository:r, repository:s]\nrelated: {documents: [service:a]}\n---\n[[service:a]]\n";
    let report =
        Tree::of(&[("graph/a.yaml", &graph), ("pages/b.md", page), ("notes/c.md", "# C\n"), ("x.bin", "")]).check();
    assert_eq!(short(&report), [""; 0]);
    let s = report.summary;
    assert_eq!((s.files, s.records, s.edges, s.notes), (4, 2, 4, 1));
    assert_eq!(s.unresolved, 3);
}

#[test]
fn findings_come_by_path_then_line_then_code() {
    let report = Tree::of(&[
        ("graph/b.yaml", "nodeKind: Runbok\nid: B a d\nedges: {flies: [service:x]}\n"),
        ("graph/a.yaml", "a: [\n"),
    ])
    .check();
    assert_eq!(
        short(&report),
        [
            "graph/a.yaml:1 LK002",
            "graph/b.yaml:1 LK201",
            "graph/b.yaml:2 LK105",
            "graph/b.yaml:3 LK202",
            "graph/b.yaml:3 LK204"
        ]
    );
}

#[test]
fn columns_count_characters() {
    let report = Tree::of(&[("graph/a.yaml", "{nodeKind: \"Rünbøk日本\", id: runbook:a}\n")]).check();
    let place = &report.findings[0].place;
    assert_eq!((place.line, place.column, place.end_column), (1, 12, 22));
}

#[test]
fn an_id_is_suggested_where_one_is_near() {
    let dangling = format!("{RECORD}edges: {{depends_on: [service:impoter]}}\n");
    let other = RECORD.replace("service:a", "service:importer");
    let report = Tree::of(&[("graph/a.yaml", &dangling), ("graph/b.yaml", &other)]).check();
    assert_eq!(report.findings[0].help, "did you mean `service:importer`?");
}

#[test]
fn many_findings_on_one_line_cost_what_the_file_is_long_and_are_bounded() {
    let targets: Vec<String> = (0..40_000).map(|i| format!("service:missing-{i}")).collect();
    let one_line = format!("{{nodeKind: Service, id: service:a, edges: {{depends_on: [{}]}}}}\n", targets.join(", "));
    let tree = Tree::of(&[("graph/a.yaml", &one_line)]);
    let begun = Instant::now();
    let report = tree.check();
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    let dangling: Vec<_> = report.findings.iter().filter(|finding| finding.code == "LK204").collect();
    assert_eq!(dangling.len(), 1_001);
    assert!(dangling.iter().any(|finding| finding.message.starts_with("39000 more findings")));
}

#[test]
fn many_spellings_of_one_name_cost_what_they_are_many() {
    let spelling = |i: usize| -> String {
        "abcdefghijklmnop"
            .chars()
            .enumerate()
            .map(|(bit, c)| if i >> bit & 1 == 1 { c.to_ascii_uppercase() } else { c })
            .collect()
    };
    let names: Vec<String> = (0..20_000).map(|i| format!("notes/{}.txt", spelling(i))).collect();
    let tree = Tree::of(&names.iter().map(|name| (name.as_str(), "")).collect::<Vec<_>>());
    let begun = Instant::now();
    assert_eq!(tree.check().findings.len(), 19_999);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn a_long_circle_is_walked_without_going_deep() {
    const KINDS: &[(&str, &str)] = &[
        ("ontology/edge-kinds.yaml", "version: 1\nkinds: {next: {acyclic: true}}\n"),
        ("ontology/node-kinds.yaml", "version: 1\nkinds: {Step: {required: []}}\n"),
    ];
    let step = |i: usize, next: usize| format!("nodeKind: Step\nid: step:{i}\nedges: {{next: [step:{next}]}}\n");
    let circles = |last: usize| {
        let next = |i: usize| if i == 11_999 { last } else { i + 1 };
        let text = |file: usize| (0..250).map(|i| step(file * 250 + i, next(file * 250 + i))).collect::<Vec<_>>();
        let files: Vec<(String, String)> =
            (0..48).map(|file| (format!("graph/{file:02}.yaml"), text(file).join("---\n"))).collect();
        let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        Tree::of(&files.chain(KINDS.iter().copied()).collect::<Vec<_>>()).check().findings
    };
    assert_eq!(short_of(&circles(11_999)), ["graph/47.yaml LK206"]);
    let found = circles(0);
    assert_eq!(short_of(&found), ["graph/00.yaml LK206"]);
    assert_eq!(found[0].related.len(), 20);
}

fn short_of(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{} {}", finding.place.path, finding.code)).collect()
}

#[test]
fn near_ids_are_looked_for_in_the_order_that_findings_are_shown() {
    let target = record_named("service:importer");
    let slip = |name: &str| format!("{}edges: {{depends_on: [service:importr]}}\n", record_named(name));
    let names: Vec<(String, String)> =
        (0..80).map(|i| (format!("graph/n{i:02}.yaml"), slip(&format!("service:n{i}")))).collect();
    let mut files: Vec<(&str, &str)> = names.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("graph/target.yaml", &target));
    let helps: Vec<bool> =
        Tree::of(&files).check().findings.iter().map(|f| f.help.starts_with("did you mean")).collect();
    assert_eq!(helps, (0..80).map(|i| i < 64).collect::<Vec<_>>());
}

fn record_named(id: &str) -> String {
    RECORD.replace("service:a", id)
}

#[test]
fn the_word_that_was_meant_is_looked_for_a_bounded_number_of_times_in_a_file() {
    let tags: Vec<String> = (0..40).map(|i| format!("kubernets-{i}")).collect();
    let record = format!("nodeKind: Service\nid: service:a\nattributes: {{tags: [{}]}}\n", tags.join(", "));
    let vocabulary = "version: 1\ntags: [kubernetes-1]\n";
    let tree = Tree::of(&[("graph/a.yaml", &record), ("ontology/controlled-vocabulary.yaml", vocabulary)]);
    let findings = tree.check().findings;
    let helps: Vec<&str> = findings.iter().filter(|f| f.code == "LK302").map(|f| f.help.as_str()).collect();
    let meant = helps.iter().filter(|help| **help == "did you mean `kubernetes-1`?").count();
    assert_eq!((helps.len(), meant), (40, 32));
    assert!(helps[32..].iter().all(|help| *help == "use one of `kubernetes-1`"));
}
