//! The commands of `docs/guide/importing.md`: they work, and print what it shows.

use super::story::{MARK, is_like, scenes, told};
use std::path::Path;

const PAGE: &str = include_str!("../../../docs/guide/importing.md");

#[test]
fn the_commands_of_the_page_about_imports_print_what_it_shows() {
    let dir = tempfile::tempdir().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/runs");
    copy(&fixtures.join("a5c"), &dir.path().join(".a5c/runs"));
    copy(&fixtures.join("claude-projects"), &dir.path().join(".claude/projects"));
    let scenes = scenes(PAGE);
    assert!(scenes.len() > 3, "the page has boxes");
    let script: String = scenes.iter().map(|scene| format!("echo '{MARK}'\n{}\n", scene.commands)).collect();
    let said = told(dir.path(), &script);
    let printed: Vec<&str> = said.split(&format!("{MARK}\n")).skip(1).collect();
    assert_eq!(printed.len(), scenes.len(), "{said}");
    for (scene, printed) in scenes.iter().zip(&printed) {
        let as_shown = scene.shown.is_none_or(|shown| is_like(printed, shown));
        assert!(as_shown, "{}\nprints\n{printed}\nand not what the page shows", scene.commands);
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
