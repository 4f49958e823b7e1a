//! The workflow for CI that people copy: it is what a runner reads, and its commands do what they say.

use super::program::{commit, memory, outcome, program, run, runbook, write};
use crate::support::repo::git_command;
use serde_yaml::Value;
use std::path::Path;
use std::process::Command;

fn jobs() -> Value {
    let text = include_str!("../../../hooks/github-workflow.yaml");
    let workflow: Value = serde_yaml::from_str(text).expect("the workflow is YAML");
    workflow["jobs"].clone()
}

/// The steps of a job that run the program.
fn commands(job: &str) -> Vec<Value> {
    let steps = jobs()[job]["steps"].as_sequence().expect("a job has steps").clone();
    steps.into_iter().filter(|step| step["run"].as_str().is_some_and(|run| run.starts_with("lorekeep "))).collect()
}

/// Runs a step as a runner does, with its expressions filled in.
fn step(folder: &Path, step: &Value) -> super::program::Ran {
    let bin = Path::new(env!("CARGO_BIN_EXE_lorekeep")).parent().unwrap();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::env::join_paths(std::iter::once(bin.to_owned()).chain(std::env::split_paths(&paths))).unwrap();
    let mut shell = Command::new("sh");
    shell.current_dir(folder).env_clear().env("PATH", paths).env("HOME", folder);
    for (name, value) in step["env"].as_mapping().into_iter().flatten() {
        let value = value.as_str().unwrap().replace("${{ github.base_ref }}", "main");
        assert!(!value.contains("${{"), "an expression that the test does not know: {value}");
        shell.env(name.as_str().unwrap(), value);
    }
    let run = step["run"].as_str().unwrap();
    assert!(!run.contains("${{"), "what a stranger names goes through the environment, never into a script: {run}");
    outcome(shell.args(["-euc", run]))
}

/// A clone with a branch that brings a mistake, as CI checks it out.
fn checkout() -> (tempfile::TempDir, tempfile::TempDir) {
    let (origin, clone) = (memory(), tempfile::tempdir().unwrap());
    write(origin.path(), "runbooks/old.md", &runbook("old", "Old", "Fine.").replace("kind: Runbook", "kind: Runbok"));
    commit(origin.path(), "A mistake that was there before");
    let git = |folder: &Path, args: &[&str]| {
        outcome(git_command(crate::support::START).current_dir(folder).args(args)).ok();
    };
    git(clone.path(), &["clone", "--quiet", origin.path().to_str().unwrap(), "."]);
    git(clone.path(), &["switch", "--quiet", "--create", "change"]);
    (origin, clone)
}

#[test]
fn the_workflow_fails_on_what_a_change_brings_and_on_nothing_older() {
    let (_origin, clone) = checkout();
    let [change, whole] = &commands("validate")[..] else { panic!("two steps run the program") };
    assert_eq!(change["if"], "github.event_name == 'pull_request'");
    write(clone.path(), "runbooks/good.md", &runbook("good", "Good", "Fine."));
    commit(clone.path(), "A good change");
    step(clone.path(), change).ok();
    let ran = step(clone.path(), whole);
    assert_eq!((ran.code, ran.stdout.contains("::error file=runbooks/old.md,line=3,")), (1, true), "{}", ran.stdout);
    write(clone.path(), "runbooks/bad.md", &runbook("bad", "Bad", "Fine.").replace("kind: Runbook", "kind: Runbok"));
    commit(clone.path(), "A bad change");
    let ran = step(clone.path(), change);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.contains("::error file=runbooks/bad.md,line=3,"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("old.md"), "{}", ran.stdout);
}

#[test]
fn the_upload_gets_its_file_also_where_there_are_errors_and_not_where_it_failed() {
    let (_origin, clone) = checkout();
    let [scan] = &commands("code-scanning")[..] else { panic!("one step runs the program") };
    step(clone.path(), scan).ok();
    let sarif = std::fs::read_to_string(clone.path().join("lorekeep.sarif")).unwrap();
    assert!(sarif.contains("\"LK201\""), "{sarif}");
    let nowhere = tempfile::tempdir().unwrap();
    assert_ne!(step(nowhere.path(), scan).code, 0, "no repository is there");
    assert_ne!(outcome(program(nowhere.path()).arg("validate")).code, 1);
    let upload = jobs()["code-scanning"]["steps"].as_sequence().unwrap().last().unwrap().clone();
    assert_eq!(upload["with"]["sarif_file"], "lorekeep.sarif");
}

#[test]
fn every_job_checks_out_the_whole_history_and_keeps_no_credentials() {
    for (name, job) in jobs().as_mapping().unwrap() {
        let checkout = &job["steps"][0];
        assert!(checkout["uses"].as_str().unwrap().starts_with("actions/checkout@"), "{name:?}");
        assert_eq!(
            (&checkout["with"]["fetch-depth"], &checkout["with"]["persist-credentials"]),
            (&0.into(), &false.into())
        );
    }
    let help = run(Path::new("."), &["validate", "--help"]).ok();
    assert!(["github", "sarif"].iter().all(|format| help.contains(format)), "{help}");
}
