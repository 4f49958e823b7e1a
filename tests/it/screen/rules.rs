//! The digest of the rules is over all of them.

use std::path::Path;

#[test]
fn every_source_file_of_the_rules_counts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/screen");
    let listed = std::fs::read_to_string(folder.join("rules.rs")).unwrap();
    let mut seen = 0;
    for file in std::fs::read_dir(&folder).unwrap().map(Result::unwrap).filter(|file| file.path().is_file()) {
        let name = file.file_name().into_string().unwrap();
        assert!(listed.contains(&format!("include_str!(\"{name}\")")), "{name} is not among the sources");
        seen += 1;
    }
    assert_eq!(listed.matches("include_str!(").count(), seen, "what is listed is there");
}
