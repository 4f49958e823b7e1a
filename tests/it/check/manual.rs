//! The table of rules and their manual pages.

use lorekeep::base::Severity;
use lorekeep::check::{manual, reference, rules};
use lorekeep::ontology::RULE_NAMES;
use std::path::Path;

#[test]
fn the_table_lists_these_rules_in_code_order() {
    let table: Vec<String> = rules()
        .iter()
        .map(|rule| format!("{} {}{}", rule.code, rule.name, if rule.adjustable { "" } else { " *" }))
        .collect();
    insta::assert_snapshot!(table.join("\n"), @r"
    LK001 invalid-utf8 *
    LK002 invalid-yaml *
    LK003 invalid-front-matter *
    LK101 missing-field
    LK102 wrong-type
    LK103 invalid-status
    LK104 invalid-timestamp
    LK105 invalid-id
    LK106 id-prefix-mismatch
    LK107 unknown-sensitivity
    LK201 unknown-node-kind
    LK202 unknown-edge-kind
    LK203 edge-endpoint
    LK204 dangling-edge
    LK205 duplicate-id
    LK206 edge-cycle
    LK207 deprecated-kind
    LK301 unknown-owner
    LK302 unknown-tag
    LK401 forbidden-status-transition
    LK402 id-changed
    LK403 referenced-record-deleted
    LK501 secret-detected *
    LK502 high-entropy-string
    LK503 prompt-injection
    LK601 path-policy *
    LK602 file-too-large
    LK603 unsafe-entry *
    LK701 stale-index
    LK702 ontology-version
    LK703 broken-expectation
    ");
    let warnings = rules().iter().filter(|rule| rule.severity == Severity::Warning);
    assert_eq!(
        warnings.map(|rule| rule.code).collect::<Vec<_>>(),
        ["LK207", "LK302", "LK502", "LK503", "LK701", "LK703"]
    );
}

#[test]
fn the_table_agrees_with_the_names_that_settings_use() {
    for rule in rules() {
        let known = RULE_NAMES.iter().find(|known| known.code == rule.code).unwrap();
        assert_eq!((known.name, known.adjustable), (rule.name, rule.adjustable));
    }
    assert!(RULE_NAMES.windows(2).all(|pair| pair[0].code < pair[1].code));
}

#[test]
fn every_rule_has_a_manual_page_with_its_four_parts() {
    for rule in rules() {
        let page = manual(rule.code).unwrap();
        assert_eq!(manual(rule.name).as_deref(), Some(page.as_str()));
        for part in ["### Why", "### Example", "### How to mend it"] {
            assert!(page.contains(part), "{} has no {part}", rule.name);
        }
        assert!(page.lines().nth(2).is_some_and(|line| line.len() > 20), "{page}");
    }
    assert_eq!(manual("LK999"), None);
}

#[test]
fn the_reference_page_is_made_from_the_rules() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/rules.md");
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rules.md");
    std::fs::write(&fresh, reference()).unwrap();
    let kept = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(kept == reference(), "docs/reference/rules.md is not what the rules say: copy {} over it", fresh.display());
}
