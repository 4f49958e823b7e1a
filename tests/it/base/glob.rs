//! Globs over paths.

use lorekeep::base::GlobSet;

fn matches(glob: &str, path: &str) -> bool {
    GlobSet::new(&[glob]).unwrap().matches(path)
}

#[test]
fn a_star_stays_within_a_component_and_two_cross_them() {
    let yes = [
        ("*.md", "a.md"),
        ("a/*/c", "a/b/c"),
        ("a/?", "a/b"),
        ("**/*.exe", "a.exe"),
        ("**/*.exe", "a/b/c.exe"),
        ("docs/**", "docs/a/b"),
        ("a/**/b", "a/b"),
        ("a/**/b", "a/x/y/b"),
        ("[ab].md", "a.md"),
        ("{a,b}/*.md", "b/x.md"),
    ];
    let no = [
        ("*.md", "a/b.md"),
        ("a/*", "a/b/c"),
        ("a?c", "a/c"),
        ("a/**", "b/a/c"),
        ("*.md", "a.MD"),
        ("[a].md", "b.md"),
        ("docs/**", "docs"),
    ];
    yes.iter().for_each(|(glob, path)| assert!(matches(glob, path), "{glob} {path}"));
    no.iter().for_each(|(glob, path)| assert!(!matches(glob, path), "{glob} {path}"));
}

#[test]
fn an_empty_set_matches_nothing() {
    let none: [&str; 0] = [];
    let set = GlobSet::new(&none).unwrap();
    assert!(set.is_empty() && !set.matches("a") && set.matching("a").is_empty());
}

#[test]
fn the_globs_that_match_are_given_in_their_order() {
    let set = GlobSet::new(&["b/**", "*", "**/*.md", "b/*"]).unwrap();
    assert_eq!(set.matching("b/a.md"), ["b/**", "**/*.md", "b/*"]);
}

#[test]
fn bad_globs_and_too_many_of_them_are_refused() {
    for glob in ["", "[", "{a", "a\u{5c}"] {
        assert_eq!(GlobSet::new(&[glob]).unwrap_err().glob, glob);
    }
    assert!(GlobSet::new(&["a".repeat(513)]).is_err() && GlobSet::new(&["a".repeat(512)]).is_ok());
    assert!(GlobSet::new(&vec!["a"; 257]).is_err() && GlobSet::new(&vec!["a"; 256]).is_ok());
}

#[test]
fn a_set_is_written_as_its_globs() {
    let set: GlobSet = serde_json::from_str(r#"["a/**", "*.md"]"#).unwrap();
    assert_eq!(serde_json::to_string(&set).unwrap(), r#"["a/**","*.md"]"#);
    assert_eq!(set, GlobSet::new(&["a/**", "*.md"]).unwrap());
    assert!(serde_json::from_str::<GlobSet>(r#"["["]"#).is_err());
}
