//! Each folder of `fixtures/merge` is a case: `base`, `ours`, `theirs`, and what comes out. A new folder is a new case.
//!
//! A folder without `base` is a file that both sides added; one with `conflicts.json` holds what is left in `merged` too.

use crate::change::path;
use lorekeep::change::{Weld, weld};
use std::fs;
use std::path::Path;

/// The path that a case's files stand for.
fn place(case: &Path) -> (&'static str, &'static str) {
    if case.join("ours.md").exists() { ("md", "pages/x.md") } else { ("yaml", "graph/x.yaml") }
}

fn outcome(case: &Path) -> (String, Option<serde_json::Value>) {
    let (extension, at) = place(case);
    let text = |name: &str| fs::read_to_string(case.join(format!("{name}.{extension}"))).ok();
    let side = |name: &str| text(name).unwrap_or_else(|| panic!("{} has no {name}", case.display()));
    match weld(&path(at), text("base").as_deref(), &side("ours"), &side("theirs")) {
        Weld::Merged(text) => (text, None),
        Weld::Conflicts { fields, rest } => (rest, Some(serde_json::to_value(fields).expect("it serialises"))),
    }
}

#[test]
fn every_case_comes_out_as_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/merge");
    let mut cases: Vec<_> = fs::read_dir(root).expect("cases are there").map(|e| e.expect("it lists").path()).collect();
    cases.sort();
    let mut wrong = Vec::new();
    for case in cases {
        let (text, conflicts) = outcome(&case);
        let merged = fs::read_to_string(case.join(format!("merged.{}", place(&case).0))).unwrap_or_default();
        let expected = fs::read_to_string(case.join("conflicts.json")).ok();
        let expected = expected.map(|text| serde_json::from_str(&text).expect("conflicts.json is JSON"));
        if (&text, &conflicts) != (&merged, &expected) {
            let shown = serde_json::to_string_pretty(&conflicts).expect("it serialises");
            wrong.push(format!("== {}\n{text}{shown}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
