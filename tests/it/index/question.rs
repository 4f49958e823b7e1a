//! The text of a question: words and their forms, phrases, beginnings, what is not wanted, and languages.

use super::world::World;
use lorekeep::index::{EntryId, Matching, Openness, TextScores, View};
use lorekeep::ontology::{Language, Ranking, built_in};
use proptest::prelude::*;

fn scores(view: &View, text: &str) -> TextScores {
    view.scores(text, &built_in().ranking, None)
}

fn names(view: &View, scores: &TextScores) -> Vec<String> {
    scores.found().iter().map(|(entry, _)| view.entry(*entry).path.to_string()).collect()
}

/// The paths that match, in order.
#[track_caller]
fn found(view: &View, text: &str) -> Vec<String> {
    names(view, &scores(view, text))
}

/// The terms as asked that a match of the body shows for a note.
fn asked(view: &View, text: &str) -> Vec<String> {
    let scores = scores(view, text);
    let parts = scores.found().iter().flat_map(|(entry, _)| scores.parts(*entry));
    let mut terms: Vec<String> = parts
        .filter_map(|part| match part.what {
            Matching::Term(term) if part.field == "body" => Some(term),
            _ => None,
        })
        .collect();
    terms.sort();
    terms.dedup();
    terms
}

fn notes() -> Notes {
    Notes(World::of(&[
        ("a.md", "The worker queue deploys slowly.\n"),
        ("b.md", "A queue of workers, deployed; the deployment queue is long.\n"),
        ("c.md", "Nothing about it, only deploying.\n"),
        ("d.md", "---\ntitle: Worker queue\n---\nElsewhere.\n"),
    ]))
}

struct Notes(World);

impl Notes {
    fn found(&self, text: &str) -> Vec<String> {
        found(&self.0.view(), text)
    }
}

#[test]
fn a_word_means_all_its_forms() {
    assert_eq!(notes().found("deployed"), ["a.md", "b.md", "c.md"]);
    assert_eq!(notes().found("DEPLOYING"), ["a.md", "b.md", "c.md"]);
}

#[test]
fn a_phrase_stands_as_it_is_written_side_by_side() {
    assert_eq!(notes().found("worker queue"), ["a.md", "b.md", "d.md"]);
    assert_eq!(notes().found("\"Worker Queue\""), ["a.md", "d.md"]);
    assert_eq!(notes().found("\"queue worker\""), [""; 0]);
    assert_eq!(notes().found("\"workers\""), ["b.md"], "no other form of the word");
}

#[test]
fn what_lacks_a_phrase_is_not_found_whatever_else_it_has() {
    assert_eq!(notes().found("deploy \"worker queue\""), ["a.md", "d.md"]);
    assert_eq!(notes().found("\"worker queue\" \"deploys slowly\""), ["a.md"]);
}

#[test]
fn a_phrase_ends_with_the_section() {
    let world = World::of(&[("a.md", "# One\n\nalpha beta\n\n# Two\n\ngamma delta\n")]);
    assert_eq!(found(&world.view(), "\"alpha beta\""), ["a.md"]);
    assert_eq!(found(&world.view(), "\"beta two\""), [""; 0]);
}

#[test]
fn a_phrase_counts_as_often_as_it_stands() {
    let world = World::of(&[("a.md", "red fish, blue, red fish\n"), ("b.md", "red fish, blue, fish red\n")]);
    let view = world.view();
    let scores = scores(&view, "\"red fish\"");
    assert!(scores.found()[0].1 > scores.found()[1].1, "{:?}", scores.found());
}

#[test]
fn a_star_stands_for_any_ending() {
    assert_eq!(notes().found("deploym*"), ["b.md"]);
    assert_eq!(asked(&notes().0.view(), "deploym*"), ["deploym*"]);
    assert_eq!(notes().found("deploym"), [""; 0]);
    assert_eq!(notes().found("**deploys** *slowly*"), ["a.md", "b.md", "c.md"], "emphasis is no beginning");
}

#[test]
fn a_beginning_of_too_many_words_says_so_and_is_of_the_commit_alone() {
    let word = |n: usize| format!("word{n:04}");
    let many: Vec<String> = (0..300).map(word).collect();
    let mut world = World::of(&[("a.md", &many[..200].join(" ")), ("b.md", &many[200..].join(" "))]);
    let view = world.view();
    assert_eq!(scores(&view, "word*").notes(), ["text: `word*` stands for the first 256 words that begin so"]);
    world.land(&[("a.md", Some(b"none of them"))]);
    let view = world.view();
    let found = scores(&view, "word*");
    assert_eq!(found.notes(), [""; 0], "the index holds the words of other commits too");
    assert_eq!(names(&view, &found), ["b.md"]);
}

#[test]
fn a_hyphen_before_a_word_leaves_out_what_has_it() {
    assert_eq!(notes().found("queue -slowly"), ["b.md", "d.md"]);
    assert_eq!(notes().found("queue -\"worker queue\""), ["b.md"]);
    assert_eq!(notes().found("queue -deploym*"), ["a.md", "d.md"]);
    assert_eq!(notes().found("queue -worker-queue"), ["b.md"], "words joined by hyphens are a phrase");
}

#[test]
fn a_hyphen_within_words_or_by_itself_leaves_out_nothing() {
    let world = World::of(&[("a.md", "re-run it\n"), ("b.md", "run --force\n")]);
    assert_eq!(found(&world.view(), "re-run"), ["a.md", "b.md"]);
    assert_eq!(found(&world.view(), "run - it"), ["a.md", "b.md"]);
    assert_eq!(found(&world.view(), "run --force"), ["a.md", "b.md"]);
}

#[test]
fn a_question_of_nothing_but_refusals_asks_for_the_words() {
    assert_eq!(notes().found("-slowly"), ["a.md"]);
    assert_eq!(notes().found("-\"worker queue\""), ["a.md", "d.md"]);
}

#[test]
fn words_of_scripts_without_spaces_are_found_within_longer_runs() {
    let world = World::of(&[
        ("a.md", "東京都の記憶エンジン\n"),
        ("b.md", "京都の記録\n"),
        ("c.md", "ภาษาไทยน้ำ\n"),
        ("d.md", "猫がいる Rust言語\n"),
    ]);
    let view = world.view();
    assert_eq!(found(&view, "記憶"), ["a.md"]);
    assert_eq!(found(&view, "\"東京都\""), ["a.md"]);
    assert_eq!(found(&view, "น้ำ"), ["c.md"]);
    assert_eq!(found(&view, "猫"), ["d.md"]);
    assert_eq!(found(&view, "rust"), ["d.md"]);
}

#[test]
fn the_language_decides_which_forms_are_one_word() {
    let world = World::of(&[("a.md", "die Häuser der Stadt\n"), ("b.md", "das Haus\n"), ("c.md", "the cities\n")]);
    let view = world.view();
    let ask = |language: Language, text: &str| {
        let ranking = Ranking { language, ..built_in().ranking.clone() };
        names(&view, &view.scores(text, &ranking, None))
    };
    assert_eq!(ask(Language::German, "haus"), ["a.md", "b.md"]);
    assert_eq!(ask(Language::English, "haus"), ["b.md"]);
    assert_eq!(ask(Language::German, "die häuser"), ["a.md", "b.md"], "and which are too common to ask for");
    assert_eq!(ask(Language::None, "cities"), ["c.md"]);
    assert_eq!(ask(Language::None, "city"), [""; 0]);
    assert_eq!(ask(Language::English, "city"), ["c.md"]);
}

#[test]
fn of_a_body_kept_back_no_question_tells_anything() {
    let note = "---\nid: term:one\ntitle: Alpha\n---\nThe secret garden.\n";
    let world = World::of(&[("a.md", note), ("b.md", "alpha and a garden\n")]);
    let view = world.view();
    let shut = |entry: EntryId| if entry == EntryId(0) { Openness::Metadata } else { Openness::Open };
    let ask = |text: &str| names(&view, &view.scores(text, &built_in().ranking, Some(&shut)));
    assert_eq!(ask("alpha"), ["a.md", "b.md"]);
    for text in ["secret", "secr*", "\"secret garden\"", "\"secret\""] {
        assert_eq!(ask(text), [""; 0], "{text}");
    }
    assert_eq!(ask("alpha -secret"), ["a.md", "b.md"]);
    assert_eq!(ask("alpha -secr*"), ["a.md", "b.md"]);
}

#[test]
fn what_is_hidden_is_found_by_whole_words_alone_and_changes_no_beginning() {
    let world = World::of(&[("a.md", "alpha secret garden\n"), ("b.md", "alpha secluded\n")]);
    let view = world.view();
    let shut = |entry: EntryId| if entry == EntryId(0) { Openness::Hidden } else { Openness::Open };
    let ask = |text: &str| view.scores(text, &built_in().ranking, Some(&shut));
    assert_eq!(names(&view, &ask("secret")), ["a.md"], "so that it can be counted");
    for text in ["secr*", "\"secret garden\"", "gard*"] {
        assert_eq!(names(&view, &ask(text)), [""; 0], "{text}");
    }
    assert_eq!(names(&view, &ask("alpha -secret")), ["a.md", "b.md"]);
    let alone = World::of(&[("a.md", "alpha other garden\n"), ("b.md", "alpha secluded\n")]);
    let without = alone.view().scores("sec*", &built_in().ranking, Some(&shut));
    assert_eq!(ask("sec*").found(), without.found(), "how rare a beginning is does not tell of what is hidden");
}

#[test]
fn sections_come_best_first_and_those_beside_add_to_them() {
    let text = "# One\n\nzebra\n\n# Two\n\nzebra zebra lion\n\n# Three\n\nnothing\n\n# Four\n\nzebra\n";
    let view = World::of(&[("a.md", text), ("b.md", "filler\n")]).view();
    let scores = scores(&view, "zebra lion");
    let entry = scores.found()[0].0;
    let headings: Vec<&str> = scores
        .sections(entry, 9)
        .iter()
        .map(|(place, _)| view.entry(entry).sections[*place as usize].heading.unwrap() as usize)
        .map(|heading| view.entry(entry).headings[heading].as_str())
        .collect();
    assert_eq!(headings, ["Two", "One", "Four"]);
    assert_eq!(scores.sections(entry, 1).len(), 1);
    let lone = built_in().ranking.clone();
    let lone = Ranking { text: lorekeep::ontology::TextRanking { neighbours: 0.0, ..lone.text }, ..lone };
    let without = view.scores("zebra lion", &lone, None).sections(entry, 1)[0].1;
    assert!(scores.sections(entry, 1)[0].1 > without);
}

#[test]
fn a_long_question_is_cut_and_says_so() {
    let words: Vec<String> = (0..80).map(|n| format!("w{n}x")).collect();
    let view = World::of(&[("a.md", words[79].as_str()), ("b.md", words[0].as_str())]).view();
    let scores = scores(&view, &words.join(" "));
    assert_eq!(scores.notes(), ["text: only the first 64 terms were read"]);
    assert_eq!(names(&view, &scores), ["b.md"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_question_in_any_language(text in "(\\PC|[-\"* ]|猫){0,40}", language in 0..Language::ALL.len()) {
        let view = notes().0.view();
        let ranking = Ranking { language: Language::ALL[language], ..built_in().ranking.clone() };
        let scores = view.scores(&text, &ranking, None);
        for (entry, score) in scores.found() {
            let sum = scores.parts(*entry).iter().fold(0.0, |sum, part| sum + part.worth);
            prop_assert_eq!(sum.to_bits(), score.to_bits());
        }
    }
}
