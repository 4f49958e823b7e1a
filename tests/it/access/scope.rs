//! What a narrowed token sees.

use super::{caller, narrowed};
use lorekeep::access::{Role, SourceScope};

fn read(json: &str) -> Result<SourceScope, String> {
    serde_json::from_str(json).map_err(|e| e.to_string())
}

#[test]
fn a_scope_needs_a_path_and_knows_its_fields() {
    for bad in [
        r#"{}"#,
        r#"{"includePaths": []}"#,
        r#"{"includePaths": ["a/**"], "includePath": ["b"]}"#,
        r#"{"includePaths": ["a/["]}"#,
        r#"{"includePaths": ["a"], "includeKinds": [""]}"#,
        r#"{"includePaths": ["a"], "maxContextBytes": -1}"#,
    ] {
        assert!(read(bad).is_err(), "{bad}");
    }
    assert!(read(r#"{"includePaths": ["a/**"]}"#).is_ok());
}

#[test]
fn exclusion_wins_over_inclusion_and_nothing_else_is_in_scope() {
    let scope = read(
        r#"{"includePaths": ["a/**"], "excludePaths": ["a/b/**"], "includeKinds": ["Decision", "Person"],
        "excludeKinds": ["Person"]}"#,
    )
    .unwrap();
    assert!(scope.admits_path("a/x.md"));
    assert!(!scope.admits_path("a/b/x.md"));
    assert!(!scope.admits_path("c/x.md"));
    assert!(scope.admits_kind("Decision"));
    assert!(!scope.admits_kind("Person"));
    assert!(!scope.admits_kind("Runbook"));
}

#[test]
fn a_scope_without_kinds_takes_any_but_the_excluded() {
    assert!(narrowed(Role::Reader).sees_kind("Decision"));
    assert!(!narrowed(Role::Reader).sees_kind("Person"));
    assert!(caller(Role::Reader).sees_kind("Person"));
    assert!(caller(Role::Reader).sees_path("teams/secret/a.md"));
}

#[test]
fn a_scope_is_written_as_it_is_read() {
    let text = r#"{"includePaths":["a/**"],"excludePaths":["a/b"],"includeKinds":["K"],"excludeKinds":[],"maxContextBytes":1024}"#;
    let scope = read(text).unwrap();
    assert_eq!(serde_json::to_string(&scope).unwrap(), text);
    assert_eq!(scope.max_context_bytes(), Some(1024));
}
