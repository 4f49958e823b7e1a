//! The JSON Schema of records says what validation says, as far as one document shows it.

use lorekeep::base::RepoPath;
use lorekeep::ontology::{built_in, load, schema};
use serde_json::Value;

fn ontology() -> lorekeep::ontology::Ontology {
    let kinds = "version: 1\nkinds:\n  Service:\n    idPrefix: [service, svc]\n    idCharacters: \"A-Z@[\"\n    \
                 required: [title, tier]\n    statuses: [live, gone]\n    fields:\n      tier: integer\n      \
                 level: {type: enum, values: [low, '1']}\n      day: date-time\n      team: {type: ref, values: [Team]}\n      \
                 words: list\n      line: string\n  Team: {required: []}\n";
    let edges = "version: 1\nkinds: {uses: {}, owned_by: {}}\n";
    let words = "version: 1\ntags: [red, blue]\n";
    let files = [("node-kinds", kinds), ("edge-kinds", edges), ("controlled-vocabulary", words)];
    let file = |(name, text): (&str, &str)| {
        (RepoPath::parse(format!("ontology/{name}.yaml")).unwrap(), text.as_bytes().to_vec())
    };
    let (ontology, problems) = load(&files.map(file));
    assert_eq!(problems, []);
    ontology
}

/// Whether a schema takes a document.
fn takes(schema: &Value, yaml: &str) -> bool {
    let document: Value = serde_yaml::from_str(yaml).unwrap();
    jsonschema::draft202012::new(schema).expect("it is a schema").is_valid(&document)
}

#[track_caller]
fn check(schema: &Value, good: &[&str], bad: &[&str]) {
    assert!(jsonschema::meta::is_valid(schema), "it is a schema of its draft");
    for yaml in good {
        assert!(takes(schema, yaml), "refused: {yaml}");
    }
    for yaml in bad {
        assert!(!takes(schema, yaml), "taken: {yaml}");
    }
}

#[test]
fn graph_records_are_judged_by_their_kind() {
    let good = [
        "null",
        "nodeKind: Team\nid: team:x",
        "nodeKind: Service\nid: service:x\nattributes: {title: X, tier: 1}",
        "nodeKind: Service\nid: svc:X@[1\ntitle: X\nattributes: {tier: 1, level: 1, words: [a, 2], team: 'team:x', day: '2026-05-10T12:00:00Z', status: live}",
        "nodeKind: Service\nid: service:x\npatch: true\nattributes: {tier: 2}",
        "nodeKind: Team\nid: team:x\nedges: {uses: [service:x, {target: service:y, since: 1}], owned_by: team:y}",
        "nodeKind: Team\nid: team:x\nedges: [{kind: uses, target: service:x}]",
        "extendsNode: {nodeKind: Team, id: team:x}\nedges: {uses: [service:x]}",
        "kind: NodeDocument\nnodes: [{nodeKind: Team, id: team:x}]",
    ];
    let bad = [
        "just text",
        "nodeKind: Team",
        "id: team:x",
        "nodeKind: Tean\nid: team:x",
        "nodeKind: Service\nid: service:x\nattributes: {title: X}",
        "nodeKind: Service\nid: team:x\nattributes: {title: X, tier: 1}",
        "nodeKind: Service\nid: 'service:x y'\nattributes: {title: X, tier: 1}",
        "nodeKind: Service\nid: service:x\nattributes: {title: X, tier: high}",
        "nodeKind: Service\nid: service:x\nattributes: {title: X, tier: 1, status: approved}",
        "nodeKind: Service\nid: service:x\nattributes: {title: X, tier: 1, level: middle}",
        "nodeKind: Service\nid: service:x\nattributes: {title: X, tier: 1, words: a}",
        "nodeKind: Service\nid: service:x\nattributes: {title: X, tier: 1, team: nobody}",
        "nodeKind: Service\nid: service:x\nattributes: {title: X, tier: 1, line: \"a\\nb\"}",
        "nodeKind: Team\nid: team:x\nedges: {use: [service:x]}",
        "nodeKind: Team\nid: team:x\nedges: {uses: [{since: 1}]}",
        "nodeKind: Team\nid: team:x\nedges: [{kind: use, target: service:x}]",
        "nodeKind: Team\nid: team:x\nattributes: {tags: [green]}",
        "nodeKind: Team\nid: team:x\nattributes: {owners: [ada]}",
        "extendsNode: {id: team:x}",
        "kind: NodeDocument\nnodes: [{nodeKind: Team}]",
    ];
    check(&schema::graph(&ontology()), &good, &bad);
}

#[test]
fn front_matter_is_judged_by_its_kind_once_it_has_an_id() {
    let good = [
        "title: a free-form note\ntags: [red]",
        "id: team:x\nkind: Team",
        "id: team:x\nnodeKind: Team",
        "id: service:x\nkind: Service\ntitle: X\ntier: 1\nrelated: {uses: [team:x], owned_by: team:x}",
    ];
    let bad = [
        "id: team:x",
        "id: service:x\nkind: Service\ntitle: X",
        "id: team:x\nkind: Service\ntitle: X\ntier: 1",
        "id: service:x\nkind: Service\ntitle: X\ntier: 1\nstatus: draft",
        "id: team:x\nkind: Team\nrelated: {use: [team:x]}",
        "id: team:x\nkind: Team\nsensitivity: hidden",
        "tags: [green]",
    ];
    check(&schema::front_matter(&ontology()), &good, &bad);
}

#[test]
fn the_built_in_ontology_takes_a_runbook() {
    let runbook = "id: runbook:x\nkind: Runbook\ntitle: X\nstatus: approved\nowners: [team:platform]\n\
                   updatedAt: '2026-05-10T12:00:00Z'\n";
    check(&schema::front_matter(built_in()), &[runbook], &[&runbook.replace("approved", "aproved")]);
}
