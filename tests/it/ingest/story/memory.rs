//! `MEMORY.md`: nothing is lost, nothing stands twice.

use lorekeep::ingest::merge_memory;
use proptest::prelude::*;

const OURS: &str =
    "# Memory\n\nIntro.\n\n## Builds\n\n- use node 22\n- cache the registry\n\n## Deploys\n\nAsk first.\n";

#[test]
fn a_memory_that_is_not_there_is_taken_whole() {
    assert_eq!(merge_memory(None, None, "# Memory\n\n- a\n\n"), "# Memory\n\n- a\n");
}

#[test]
fn what_is_new_stands_under_its_heading_and_new_sections_last() {
    let theirs = "# Memory\n\n## builds\n\n- use   node 22\n- pin the image\n  by digest\n\n## Tests\n\n```sh\n# no heading\nmake\n```\n";
    let merged = merge_memory(None, Some(OURS), theirs);
    let wanted = "# Memory\n\nIntro.\n\n## Builds\n\n- use node 22\n- cache the registry\n- pin the image\n  by digest\n\n## Deploys\n\nAsk first.\n\n## Tests\n\n```sh\n# no heading\nmake\n```\n";
    assert_eq!(merged, wanted);
    assert_eq!(merge_memory(None, Some(&merged), theirs), merged, "a second time nothing is new");
}

#[test]
fn a_known_beginning_lets_one_side_go_on_from_it() {
    assert_eq!(merge_memory(Some(OURS), Some(OURS), "# Memory\n\nAll anew.\n"), "# Memory\n\nAll anew.\n");
    assert_eq!(merge_memory(Some("# Memory\n"), Some(OURS), "# Memory\n"), OURS);
    let both = merge_memory(Some("# Memory\n"), Some(OURS), "# Memory\n\n- mine\n");
    assert!(both.contains("Intro.\n\n- mine") && both.contains("Ask first."), "{both}");
}

fn texts() -> impl Strategy<Value = String> {
    let lines = prop_oneof![
        Just("# Memory".to_owned()),
        Just("## Builds".to_owned()),
        Just("```".to_owned()),
        Just(String::new()),
        "- [a-c]{1,3}",
        "[a-d]{1,2}",
        "  [a-d]{1,2}",
    ];
    prop::collection::vec(lines, 0..14).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn nothing_of_ours_is_removed_or_moved(ours in texts(), theirs in texts()) {
        let merged = merge_memory(None, Some(&ours), &theirs);
        let mut rest = merged.lines().map(str::trim_end);
        for line in ours.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
            prop_assert!(rest.any(|other| other == line), "{line:?} of {ours:?} in {merged:?}");
        }
        for line in theirs.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let there = merged.lines().any(|other| other.trim().eq_ignore_ascii_case(line));
            let joined = words(&merged).contains(&words(line));
            prop_assert!(there || joined, "{line:?} of {theirs:?} in {merged:?}");
        }
    }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
