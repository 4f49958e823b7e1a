//! What a repository makes of the rules: severities and exceptions.

use super::tree::{Tree, short};
use crate::screen::tokens::token;
use lorekeep::base::Severity;

const BAD: &str = "nodeKind: Runbok\nid: runbook:a\n";

fn settings(text: &str) -> String {
    format!("version: 1\n{text}\n")
}

#[test]
fn a_severity_is_what_the_repository_says() {
    for (word, severity) in [("error", Some(Severity::Error)), ("warning", Some(Severity::Warning)), ("off", None)] {
        let rules = settings(&format!("rules: {{unknown-node-kind: {word}}}"));
        let report = Tree::of(&[("graph/a.yaml", BAD), ("ontology/validation-rules.yaml", &rules)]).check();
        assert_eq!(report.findings.first().map(|finding| finding.severity), severity);
        let counted = (report.summary.errors, report.summary.warnings);
        let errors = usize::from(severity == Some(Severity::Error));
        assert_eq!(counted, (errors, usize::from(severity == Some(Severity::Warning))));
    }
}

#[test]
fn a_starred_rule_is_neither_weakened_nor_turned_off() {
    for (name, path, text) in [
        ("invalid-yaml", "graph/a.yaml", "a: [\n"),
        ("invalid-front-matter", "notes/a.md", "---\na: [\n---\n"),
        ("secret-detected", "notes/a.md", "{{secret:npm}}"),
        ("path-policy", "notes/-a.md", "x"),
    ] {
        for word in ["off", "warning"] {
            let rules = settings(&format!("rules: {{{name}: {word}}}"));
            let report = Tree::of(&[(path, text), ("ontology/validation-rules.yaml", &rules)]).check();
            let found = report.findings.iter().find(|finding| finding.name == name);
            assert_eq!(found.map(|finding| finding.severity), Some(Severity::Error), "{name}: {word}");
            assert!(report.findings.iter().any(|finding| finding.code == "LK702"));
        }
    }
}

#[test]
fn what_an_ontology_is_told_holds_nothing_that_a_terminal_obeys() {
    // Found by fuzzing: a name with tabs in it, of any length.
    let name = format!("bold\t\\e[31m{}", "x".repeat(2_000));
    let rules = settings(&format!("rules: {{\"{name}\": error}}"));
    let report = Tree::of(&[("ontology/validation-rules.yaml", &rules)]).check();
    assert_eq!(report.findings.len(), 1);
    let said = &report.findings[0].message;
    assert!(!said.contains(char::is_control) && said.len() < 1_000, "{said:?}");
}

#[test]
fn an_exception_lets_one_text_at_one_place_through() {
    let text = "The example is {{secret:npm}}.\n";
    let open = Tree::of(&[("docs/a.md", text), ("notes/a.md", text)]).check();
    assert_eq!(short(&open), ["docs/a.md:1 LK501", "notes/a.md:1 LK501"]);
    let digest = open.findings[0].text_digest.clone().unwrap();
    let allow = format!("allow: [{{rule: LK501, path: \"docs/**\", digest: \"{digest}\", reason: an example}}]");
    let rules = settings(&allow);
    let rules = ("ontology/validation-rules.yaml", rules.as_str());
    assert_eq!(short(&Tree::of(&[("docs/a.md", text), ("notes/a.md", text), rules]).check()), ["notes/a.md:1 LK501"]);
    assert_eq!(short(&Tree::of(&[("docs/a.md", "{{secret:github}}"), rules]).check()), ["docs/a.md:1 LK501"]);
    assert_eq!(short(&Tree::of(&[("docs/a.md", text), rules]).check()), [""; 0]);
}

#[test]
fn a_message_shows_no_secret_that_a_field_holds() {
    let secret = token("github");
    let record = format!("nodeKind: {secret}\nid: runbook:a\nedges: {{{secret}: [runbook:{secret}]}}\n");
    for finding in Tree::of(&[("graph/a.yaml", &record)]).check().findings {
        assert!(!format!("{}{}", finding.message, finding.help).contains(&secret), "{finding:?}");
    }
}
