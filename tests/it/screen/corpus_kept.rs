//! The corpus is what its generator makes, and the rules find in it what the docs say.

use super::corpus::{Set, sets};
use std::collections::BTreeSet;
use std::path::Path;

fn set(name: &str) -> Set {
    sets().into_iter().find(|set| set.name == name).unwrap()
}

/// The cases of a set that are wrongly found, and those that are missed.
fn faults(set: &Set) -> (Vec<String>, Vec<String>) {
    let shown = |case: &super::corpus::Case| format!("{}: {:?} {:?}", case.family, case.key, case.text);
    let of =
        |bad: bool| set.cases.iter().filter(|case| case.bad == bad && (set.finds)(case) != bad).map(shown).collect();
    (of(false), of(true))
}

#[test]
fn the_corpus_is_what_the_generator_makes() {
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screen");
    std::fs::create_dir_all(&fresh).unwrap();
    sets().iter().for_each(|set| std::fs::write(fresh.join(set.file()), set.lines()).unwrap());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/screen");
    for set in sets() {
        let kept = std::fs::read_to_string(folder.join(set.file())).unwrap_or_default();
        assert!(kept == set.lines(), "{} is not what is made: copy {} over it", set.file(), fresh.display());
    }
}

#[test]
fn the_corpus_holds_hundreds_of_different_cases_of_both_kinds() {
    for set in sets() {
        let different: BTreeSet<(Option<&str>, &str)> =
            set.cases.iter().map(|case| (case.key.as_deref(), case.text.as_str())).collect();
        assert_eq!(different.len(), set.cases.len(), "{}", set.name);
        for bad in [false, true] {
            let count = set.cases.iter().filter(|case| case.bad == bad).count();
            assert!(count >= 75, "{}: {count} cases that are {bad}", set.name);
        }
    }
}

#[test]
fn every_secret_of_the_corpus_is_found_and_nothing_else() {
    for name in ["secrets", "fields"] {
        let (wrong, missed) = faults(&set(name));
        assert!(wrong.is_empty() && missed.is_empty(), "{name}\nwrong: {wrong:#?}\nmissed: {missed:#?}");
    }
}

#[test]
fn suspects_are_found_where_a_word_says_so_and_nowhere_else() {
    let set = set("suspects");
    let (wrong, missed) = faults(&set);
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(missed.iter().all(|case| case.starts_with("no word near")), "{missed:#?}");
}

#[test]
fn injections_of_the_plain_families_are_mostly_found_and_harmless_text_hardly_ever() {
    let (families, all) = set("injections").scores();
    assert!(all.precision() >= 0.98, "{all:?}");
    let recall = |name: &str| families.iter().find(|(family, _)| family == name).unwrap().1.recall();
    assert_eq!(recall("hidden characters"), 1.0);
    for (family, score) in
        families.iter().filter(|(family, score)| score.found + score.missed > 0 && !family.starts_with("hard"))
    {
        assert!(score.recall() >= 0.7, "{family}: {score:?}");
    }
}
