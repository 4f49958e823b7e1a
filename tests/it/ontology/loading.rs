//! An ontology is read part by part; what is malformed is left out and said.

use lorekeep::base::{Digest, RepoPath, Severity};
use lorekeep::ontology::{FieldType, Ontology, OntologyProblem, RuleSetting, built_in, load};

fn loaded(files: &[(&str, &str)]) -> (Ontology, Vec<OntologyProblem>) {
    let files: Vec<(RepoPath, Vec<u8>)> =
        files.iter().map(|(path, text)| (RepoPath::parse(path).unwrap(), text.as_bytes().to_vec())).collect();
    load(&files)
}

#[track_caller]
fn clean(files: &[(&str, &str)]) -> Ontology {
    let (ontology, problems) = loaded(files);
    assert_eq!(problems, []);
    ontology
}

const KINDS: &str = "ontology/node-kinds.yaml";
const RULES: &str = "ontology/validation-rules.yaml";

#[test]
fn no_file_at_all_is_the_built_in_ontology() {
    let ontology = clean(&[]);
    assert!(!ontology.declared);
    assert_eq!(ontology.digest, built_in().digest);
}

#[test]
fn a_folder_of_other_files_is_left_alone() {
    let ontology = clean(&[("ontology/classes.yaml", "- not ours"), ("ontology/deep/node-kinds.yaml", "nor: this")]);
    assert!(!ontology.declared);
    assert_eq!(ontology.node_kinds, built_in().node_kinds);
}

#[test]
fn a_declared_part_replaces_the_built_in_one_and_the_others_stay() {
    let ontology =
        clean(&[(KINDS, "version: 1\nkinds: {Word: {required: [meaning], deprecated: true, idPrefix: w}}\n")]);
    assert!(ontology.declared);
    assert_eq!(ontology.node_kinds.keys().collect::<Vec<_>>(), ["Word"]);
    let word = &ontology.node_kinds["Word"];
    assert_eq!((word.id_prefix.as_str(), word.deprecated), ("w", true));
    assert_eq!(ontology.edge_kinds, built_in().edge_kinds);
}

#[test]
fn a_part_that_cannot_be_read_is_the_built_in_one() {
    for text in ["version: 1\nkinds: [\n", "version: 3\nkinds: {}\n", "kinds: {}\n", "- list\n", "", "&a version: *a\n"]
    {
        let (ontology, problems) = loaded(&[(KINDS, text), (RULES, "version: 1\nrules: {invalid-id: off}\n")]);
        assert!(!problems.is_empty() && problems.iter().all(|problem| problem.path == KINDS), "{text:?}: {problems:?}");
        assert_eq!(ontology.node_kinds, built_in().node_kinds);
        assert_eq!(ontology.rules["invalid-id"], RuleSetting::Off);
    }
}

#[test]
fn one_malformed_kind_hides_no_other() {
    let (ontology, problems) =
        loaded(&[(KINDS, "version: 1\nkinds: {A: 7, B: {required: [title], colour: red}, C:}\n")]);
    assert_eq!(problems.len(), 2);
    assert_eq!(ontology.node_kinds.keys().collect::<Vec<_>>(), ["A", "B", "C"]);
    assert_eq!(ontology.node_kinds["B"].required, ["title"]);
}

#[test]
fn fields_are_typed_in_long_and_short_form() {
    let text = "version: 1\nkinds: {A: {fields: {severity: {type: enum, values: [low, high]}, seen: date-time}}}\n";
    let fields = &clean(&[(KINDS, text)]).node_kinds["A"].fields;
    assert_eq!(fields["severity"].kind, FieldType::Enum);
    assert_eq!(fields["severity"].values, ["low", "high"]);
    assert_eq!(fields["seen"].kind, FieldType::DateTime);
}

#[test]
fn kinds_are_written_in_kebab_case_in_ids() {
    let text = "version: 1\nkinds: {AgentPractice:, HTTPServer:, CIWorkflow:, Run2Result:, node:, Snake_Case:}\n";
    let ontology = clean(&[(KINDS, text)]);
    let prefixes: Vec<&str> = ontology.node_kinds.values().map(|kind| kind.id_prefix.as_str()).collect();
    assert_eq!(prefixes, ["agent-practice", "ci-workflow", "http-server", "run2-result", "snake-case", "node"]);
}

#[test]
fn settings_are_read_as_they_stand() {
    let digest = Digest::of(b"x");
    let text = format!(
        "version: 1\nrules: {{unknown-tag: warning, LK204: off, path-policy: error}}\npaths: {{deny: [\"**/*.exe\"], allow: notes/**}}\n\
         limits: {{maxFileBytes: 2048}}\nallow: [{{rule: secret-detected, path: docs/**, digest: \"{digest}\", reason: an example}}]\n"
    );
    let ontology = clean(&[(RULES, &text)]);
    assert_eq!(ontology.rules["unknown-tag"], RuleSetting::Severity(Severity::Warning));
    assert_eq!(ontology.rules["dangling-edge"], RuleSetting::Off);
    assert!(ontology.paths.deny.matches("a/b.exe") && ontology.paths.allow.matches("notes/a/b.md"));
    assert_eq!(ontology.limits.max_file_bytes, 2048);
    assert_eq!(ontology.limits.max_front_matter_bytes, 65_536);
    let [allowed] = &ontology.allow[..] else { panic!("{:?}", ontology.allow) };
    assert_eq!((allowed.rule.as_str(), &allowed.digest, allowed.reason.as_str()), ("LK501", &digest, "an example"));
}

#[test]
fn vocabulary_that_is_absent_allows_any_word() {
    let path = "ontology/controlled-vocabulary.yaml";
    let open = clean(&[(path, "version: 1\n")]).vocabulary;
    assert_eq!((open.tags, open.owners), (None, None));
    assert_eq!(open.sensitivity, ["public", "internal", "restricted", "secret-metadata"]);
    let closed = clean(&[(path, "version: 1\ntags: []\nowners: [team:platform]\nsensitivity: [public]\n")]).vocabulary;
    assert_eq!(closed.tags, Some(Vec::new()));
    assert_eq!(closed.owners, Some(vec!["team:platform".to_owned()]));
    assert_eq!(closed.sensitivity, ["public"]);
}

#[test]
fn a_part_declared_twice_is_read_once_and_said() {
    let twice = [(KINDS, "version: 1\nkinds: {A:}\n"), ("ontology/node-kinds.yml", "version: 1\nkinds: {B:}\n")];
    let (ontology, problems) = loaded(&twice);
    assert_eq!(ontology.node_kinds.keys().collect::<Vec<_>>(), ["A"]);
    assert_eq!(problems.iter().map(|problem| problem.path.as_str()).collect::<Vec<_>>(), ["ontology/node-kinds.yml"]);
}

#[test]
fn the_digest_is_of_paths_and_contents_in_any_order() {
    let (a, b) = ((KINDS, "version: 1\nkinds: {A:}\n"), (RULES, "version: 1\n"));
    let digest = |files: &[(&str, &str)]| loaded(files).0.digest;
    assert_eq!(digest(&[a, b]), digest(&[b, a]));
    assert_eq!(digest(&[a, b]), digest(&[a, b, ("ontology/other.yaml", "x")]));
    assert_ne!(digest(&[a, b]), digest(&[a]));
    assert_ne!(digest(&[a]), digest(&[("ontology/node-kinds.yml", a.1)]));
}
