//! Ranking: what counts, what does not, and reasons that add up.

use super::world::World;
use lorekeep::index::{Matching, TextMatch, TextPart, TextQuery, View};

fn rank(view: &View, text: &str) -> Vec<TextMatch> {
    view.rank(&TextQuery { text: text.to_owned() }, &|_| true)
}

fn shown(part: &TextPart) -> String {
    match &part.what {
        Matching::Term(term) => format!("{}: {term}", part.field),
        Matching::Section(place) => format!("{}: {place}", part.field),
    }
}

fn paths(view: &View, text: &str) -> Vec<String> {
    rank(view, text).iter().map(|m| view.entry(m.entry).path.to_string()).collect()
}

fn library() -> World {
    World::of(&[
        ("a.md", "---\ntitle: Flaky browsers\n---\nSomething else entirely.\n"),
        ("b.md", "---\ntitle: Other\n---\nA browser, once, in a long text about how to restart workers and queues.\n"),
        ("c.md", "---\nid: runbook:deploy\ntitle: Deploying\nkind: Runbook\n---\nRoll out slowly.\n"),
        (
            "d.md",
            "---\nid: runbook:other\ntitle: runbook deploy runbook deploy\nkind: Runbook\ntags: [deploy]\n---\nrunbook deploy runbook deploy\n",
        ),
        ("e.md", "---\ntitle: E\ncustomField: zebra\nzebraName: horse\n---\nx\n"),
    ])
}

#[test]
fn a_title_counts_more_than_a_body_and_words_are_stemmed() {
    assert_eq!(paths(&library().view(), "browser"), ["a.md", "b.md"]);
    assert_eq!(paths(&library().view(), "Rolling SLOWLY"), ["c.md"]);
}

#[test]
fn an_id_in_the_question_ranks_above_every_attribute() {
    let view = library().view();
    assert_eq!(paths(&view, "runbook:deploy"), ["c.md", "d.md"]);
    assert_eq!(paths(&view, "what about `runbook:deploy`?"), ["c.md", "d.md"]);
    let first = &rank(&view, "runbook:deploy")[0];
    assert_eq!(shown(first.parts.last().unwrap()), "id: runbook:deploy");
}

#[test]
fn the_parts_add_up_to_the_score() {
    let view = library().view();
    for question in ["runbook deploy", "runbook:deploy slowly", "browser restart queue"] {
        let found = rank(&view, question);
        assert!(!found.is_empty());
        for m in found {
            let sum = m.parts.iter().fold(0.0, |sum, part| sum + part.worth);
            assert_eq!(sum.to_bits(), m.score.to_bits());
        }
    }
}

#[test]
fn a_part_names_its_field_and_the_word_as_asked() {
    let view = library().view();
    let found = rank(&view, "how are BROWSERS restarted");
    let parts: Vec<String> =
        found.iter().find(|m| view.entry(m.entry).path.as_str() == "b.md").unwrap().parts.iter().map(shown).collect();
    assert_eq!(parts, ["body: BROWSERS", "body: restarted", "section: 0"]);
}

#[test]
fn every_field_is_searched_and_names_of_keys_are_not() {
    let note = "---\nid: term:one\ntitle: two\naliases: [three]\ntags: [four]\nsummary: five\nextra: {deep: [six]}\n---\n# seven\n\neight\n";
    let view = World::of(&[("a.md", note), ("b.md", "nothing\n")]).view();
    let fields = |text: &str| -> Vec<&'static str> {
        rank(&view, text).iter().flat_map(|m| m.parts.iter().map(|p| p.field)).collect()
    };
    assert_eq!(fields("one"), ["id"]);
    assert_eq!(fields("two"), ["title"]);
    assert_eq!(fields("three"), ["aliases"]);
    assert_eq!(fields("four"), ["tags"]);
    assert_eq!(fields("five"), ["summary"]);
    assert_eq!(fields("six"), ["body", "section"]);
    assert_eq!(fields("seven"), ["headings", "body", "section"]);
    assert_eq!(fields("eight"), ["body", "section"]);
    assert_eq!(fields("deep extra aliases"), [""; 0]);
}

#[test]
fn nothing_is_found_for_nothing() {
    let view = library().view();
    assert_eq!(rank(&view, ""), []);
    assert_eq!(rank(&view, "- -- \"\" * \" "), []);
    assert_eq!(rank(&view, "unheardof"), []);
    assert_eq!(rank(&World::of(&[]).view(), "browser"), []);
}

#[test]
fn question_words_are_asked_for_only_where_there_is_nothing_else() {
    let view = World::of(&[("a.md", "who does what\n"), ("b.md", "browser\n")]).view();
    assert_eq!(paths(&view, "who does the browser"), ["b.md"]);
    assert_eq!(paths(&view, "who"), ["a.md"]);
    assert_eq!(paths(&library().view(), "the of and"), ["b.md"]);
}

#[test]
fn what_is_not_kept_changes_no_score() {
    let view = library().view();
    let all = rank(&view, "runbook deploy");
    let last = all.last().unwrap().entry;
    let kept = view.rank(&TextQuery { text: "runbook deploy".into() }, &|id| id == last);
    assert_eq!(kept, [all.last().unwrap().clone()]);
}

#[test]
fn a_score_is_bm25_with_the_statistics_of_the_commit() {
    let mut files: Vec<(String, String)> =
        (0..30).map(|n| (format!("n{n}.md"), "filler words here".to_owned())).collect();
    files.push(("x.md".into(), "zebra zebra filler".into()));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let found = rank(&World::of(&files).view(), "zebra");
    let (entries, having, frequency, length, mean) = (31.0f64, 1.0, 2.0, 3.0, 3.0);
    let rarity = (1.0 + (entries - having + 0.5) / (having + 0.5)).ln();
    let expected = rarity * frequency * 1.9 / (frequency + 0.9 * (1.0 - 0.4 + 0.4 * length / mean));
    // Each note is one section, so that the sections have the statistics of the notes, and saturate sooner.
    let section = rarity * frequency * 1.6 / (frequency + 0.6 * (1.0 - 0.2 + 0.2 * length / mean));
    let worths: Vec<f64> = found[0].parts.iter().map(|part| part.worth).collect();
    assert!((worths[0] - expected).abs() < 1e-12, "{worths:?} does not begin with {expected}");
    assert!((worths[1] - 0.2 * section).abs() < 1e-12, "{worths:?} does not end with 0.2 of {section}");
}

#[test]
fn ties_are_in_entry_order() {
    let view = World::of(&[("b.md", "same words"), ("a.md", "same words"), ("c.md", "same words")]).view();
    let found = rank(&view, "words");
    assert_eq!(found[0].score.to_bits(), found[2].score.to_bits());
    assert_eq!(paths(&view, "words"), ["a.md", "b.md", "c.md"]);
}

#[test]
fn scores_do_not_depend_on_how_the_index_came_to_be() {
    let mut world = library();
    for n in 0..40 {
        let text = format!("browser deploy {n} queue");
        world.land(&[("noise.md", Some(text.as_bytes())), ("a2.md", Some(b"restart the browser"))]);
    }
    world.land(&[("noise.md", None)]);
    let last = world.landings.len() - 1;
    let one_by_one = lorekeep::index::Index::in_memory();
    (0..=last).for_each(|n| world.advance(&one_by_one, n..n + 1));
    let scores = |index: &lorekeep::index::Index| -> Vec<u64> {
        let view = index.view(world.commit(last)).unwrap().unwrap();
        rank(&view, "browser deploy queue restart").iter().map(|m| m.score.to_bits()).collect()
    };
    assert_eq!(scores(&one_by_one), scores(&world.alone(last)));
    assert_eq!(scores(&world.index()), scores(&world.alone(last)));
}
