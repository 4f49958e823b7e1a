//! Orgs, repositories and tokens of a data directory.

use super::program::{memory, outcome, program};
use serde_json::Value;
use std::path::Path;

/// Runs an operator's command on the data directory `data` of a folder.
fn operate(folder: &Path, args: &[&str]) -> super::program::Ran {
    outcome(program(folder).env("LOREKEEP_DATA_DIR", "data").args(args))
}

fn with_org() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    operate(dir.path(), &["org", "create", "acme"]).ok();
    dir
}

#[test]
fn orgs_are_made_once_and_listed() {
    let dir = with_org();
    assert_eq!(operate(dir.path(), &["org", "list"]).ok(), "acme\n");
    assert_eq!(operate(dir.path(), &["org", "create", "acme"]).code, 1, "it is there already");
    let list = operate(dir.path(), &["org", "list", "--json"]).json();
    assert_eq!(list[0]["name"], "acme");
    assert!(list[0]["createdAt"].is_string());
}

#[test]
fn a_flag_goes_before_the_environment() {
    let dir = with_org();
    let ran = operate(dir.path(), &["org", "list", "--data-dir", "elsewhere"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
}

#[test]
fn repositories_are_made_new_or_adopted() {
    let dir = with_org();
    let source = memory();
    let made = operate(dir.path(), &["repo", "create", "acme", "brain"]);
    assert!(made.stderr.contains("served at /orgs/acme/brain.git"), "{}", made.stderr);
    let from = source.path().to_string_lossy().into_owned();
    let adopted = operate(dir.path(), &["repo", "create", "acme", "docs", "--adopt", &from, "--json"]).json();
    assert_eq!((&adopted["adopted"], &adopted["commits"]), (&true.into(), &1.into()));
    let list = operate(dir.path(), &["repo", "list", "acme"]).ok();
    assert!(list.starts_with("brain\tmain\t") && list.contains("\ndocs\tmain\t"), "{list}");
    assert_eq!(operate(dir.path(), &["repo", "create", "acme", "brain"]).code, 1, "it is there already");
    assert_eq!(operate(dir.path(), &["repo", "create", "none", "brain"]).code, 1, "there is no such org");
}

#[test]
fn a_new_token_stands_alone_on_standard_output_and_nowhere_else() {
    let dir = with_org();
    let args = ["token", "create", "--org", "acme", "--name", "scribe", "--role", "proposer", "--principal", "agent"];
    let made = operate(dir.path(), &[&args[..], &["--expires", "30d"]].concat());
    let token = made.stdout.trim_end().to_owned();
    assert!(token.starts_with("lkp_") && token.lines().count() == 1, "{token}");
    assert!(!made.stderr.contains(&token));
    let list = operate(dir.path(), &["token", "list", "--org", "acme"]).ok();
    assert!(list.contains("agent:scribe\tproposer\tuntil ") && !list.contains(&token), "{list}");
}

#[test]
fn a_token_is_narrowed_and_revoked() {
    let dir = with_org();
    let args = ["token", "create", "--org", "acme", "--name", "rita", "--role", "reader", "--json"];
    let made = operate(dir.path(), &[&args[..], &["--source", "runbooks/**"]].concat()).json();
    let id = made["id"].as_str().expect("an id").to_owned();
    operate(dir.path(), &["token", "revoke", &id]).ok();
    let list: Value = operate(dir.path(), &["token", "list", "--org", "acme", "--json"]).json();
    assert!(list[0]["revokedAt"].is_string(), "{list}");
    assert_eq!(operate(dir.path(), &["token", "revoke", "tok-none"]).code, 2, "that is no token's id");
}

#[test]
fn roles_and_lengths_are_checked() {
    let dir = with_org();
    let token = |extra: &[&str]| {
        operate(dir.path(), &[&["token", "create", "--org", "acme", "--name", "x"][..], extra].concat()).code
    };
    assert_eq!(token(&["--role", "king"]), 2);
    assert_eq!(token(&["--role", "reader", "--expires", "soon"]), 2);
    assert_eq!(token(&["--role", "reader", "--principal", "robot"]), 2);
}

#[test]
fn doctor_looks_at_a_data_directory() {
    let dir = with_org();
    operate(dir.path(), &["repo", "create", "acme", "brain"]).ok();
    let well = operate(dir.path(), &["doctor"]);
    assert_eq!(well.code, 0);
    assert!(well.stderr.contains("index of acme/brain: 1 of 1 landings\n"), "{}", well.stderr);
    std::fs::remove_file(dir.path().join("data/keys/acme/signing_ed25519")).expect("the key is there");
    let sick = operate(dir.path(), &["doctor"]);
    assert_eq!(sick.code, 1);
    assert!(sick.stdout.contains("the signing key of acme is missing"), "{}", sick.stdout);
}
