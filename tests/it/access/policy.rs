//! The policy of a repository as it is written.

use lorekeep::access::RepositoryPolicy;

fn read(json: &str) -> Result<RepositoryPolicy, String> {
    serde_json::from_str(json).map_err(|e| e.to_string())
}

#[test]
fn what_is_left_out_has_its_default() {
    let policy = read("{}").unwrap();
    assert_eq!(policy, RepositoryPolicy::default());
    assert_eq!((policy.required_approvals(), policy.allow_direct_push(), policy.require_clean()), (1, true, false));
    assert_eq!(
        serde_json::to_string(&policy).unwrap(),
        concat!(
            r#"{"requiredApprovals":1,"allowDirectPush":true,"requireClean":false,"#,
            r#""requireSignedApprovals":false,"autoMerge":[],"allowPartialImports":false,"#,
            r#""artifactRetentionDays":30,"storyRetentionDays":365}"#
        )
    );
}

#[test]
fn settings_are_read_and_a_field_that_nothing_enforces_is_refused() {
    let policy = read(r#"{"requiredApprovals": 2, "allowDirectPush": false, "requireClean": true}"#).unwrap();
    assert_eq!(policy, RepositoryPolicy::new(2, false, true).unwrap());
    let policy = read(r#"{"autoMerge": ["generated/**"], "requireSignedApprovals": true}"#).unwrap();
    assert!(policy.require_signed_approvals() && policy.auto_merge().matches("generated/a.md"));
    assert!(read(r#"{"autoMerge": ["["]}"#).is_err());
    assert!(read(r#"{"requireSignedLandings": true}"#).is_err());
}

#[test]
fn an_update_always_needs_an_approval() {
    assert!(read(r#"{"requiredApprovals": 0}"#).is_err());
    assert!(read(r#"{"requiredApprovals": 21}"#).is_err());
    assert!(read(r#"{"requiredApprovals": 20}"#).is_ok());
}
