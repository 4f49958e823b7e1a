//! Every file below `fixtures/note`, read and compared with its snapshot. A new case is one dropped
//! file: `INSTA_UPDATE=always` writes its snapshot, to be looked at.

use super::render::render;
use lorekeep::base::RepoPath;
use lorekeep::note::{Limits, SourceFile, read};
use std::path::{Path, PathBuf};

/// Reads the fixtures of one folder, each as a file of the class that its extension says.
pub fn fixtures(folder: &str) -> Vec<(String, Vec<u8>, SourceFile)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/note").join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fixture(path)).collect()
}

fn fixture(path: &Path) -> (String, Vec<u8>, SourceFile) {
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let place = if name.ends_with(".md") { format!("notes/{name}") } else { format!("graph/{name}") };
    let bytes = std::fs::read(path).unwrap();
    let file = read(&RepoPath::parse(place).unwrap(), &bytes, &Limits::default());
    (name, bytes, file)
}

fn compare(folder: &str) {
    let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/note/snapshots").join(folder);
    insta::with_settings!({ snapshot_path => snapshots, prepend_module_to_snapshot => false, omit_expression => true }, {
        for (name, bytes, file) in fixtures(folder) {
            insta::assert_snapshot!(name, render(&file, &bytes));
        }
    });
}

#[test]
fn every_valid_fixture_reads_as_its_snapshot_says() {
    compare("valid");
}

#[test]
fn every_hostile_fixture_is_refused_as_its_snapshot_says() {
    compare("hostile");
}

#[test]
fn every_hostile_fixture_has_a_diagnostic_with_a_way_to_mend_it() {
    for (name, _, file) in fixtures("hostile") {
        assert!(!file.diagnostics.is_empty(), "{name} is read without a word");
        for diagnostic in &file.diagnostics {
            assert!(!diagnostic.message.is_empty() && !diagnostic.help.is_empty(), "{name}: {diagnostic:?}");
            assert!(!diagnostic.message.chars().any(char::is_control), "{name}: {diagnostic:?}");
        }
    }
}

#[test]
fn no_valid_fixture_is_refused() {
    for (name, _, file) in fixtures("valid") {
        assert!(file.diagnostics.is_empty(), "{name}: {:#?}", file.diagnostics);
    }
}

#[test]
fn no_snapshot_has_lost_its_fixture() {
    for folder in ["valid", "hostile"] {
        let names: Vec<String> = fixtures(folder).into_iter().map(|(name, ..)| format!("{name}.snap")).collect();
        let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/note/snapshots").join(folder);
        for entry in std::fs::read_dir(snapshots).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(names.contains(&name), "{folder}/{name} has no fixture");
        }
    }
}
