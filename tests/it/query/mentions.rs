//! What a good match names without linking it: what is a name, what it lends, and what it never tells.

use super::support::*;
use lorekeep::query::{GraphQuestion, QueryOutcome, QueryRequest, Visibility};

fn note(id: &str, front: &str, text: &str) -> String {
    format!("---\nid: runbook:{id}\nkind: Runbook\n{front}\n---\n{text}\n")
}

/// A match that says something, and two that match less, of which it may name the one that comes last by its path.
fn memory(says: &str) -> Memory {
    Memory::default()
        .with("a.md", note("a", "title: Grey Goose", "zebra here"))
        .with("best.md", note("best", "title: Zebra", &format!("zebra zebra zebra. {says}")))
        .with("heron.md", note("heron", "title: Blue Heron\naliases: [The Wader, Ibis]", "zebra here"))
}

fn zebra() -> QueryRequest {
    graph(Some("zebra"), GraphQuestion::default())
}

fn ask(memory: &Memory) -> QueryOutcome {
    memory.asking().ask(&zebra())
}

fn mentioned<'a>(outcome: &'a QueryOutcome, id: &str) -> Vec<&'a str> {
    details(hit(outcome, id), "mentioned")
}

/// The ids of what is mentioned.
fn named(memory: &Memory) -> Vec<String> {
    let outcome = ask(memory);
    let is_named = |id: &&str| !mentioned(&outcome, id).is_empty();
    let mut named: Vec<String> = ids(&outcome).into_iter().filter(is_named).map(str::to_owned).collect();
    named.sort();
    named
}

#[test]
fn a_match_gains_by_a_better_one_that_names_it() {
    let outcome = ask(&memory("Nothing."));
    assert_eq!(ids(&outcome), ["runbook:best", "runbook:a", "runbook:heron"]);
    let outcome = ask(&memory("Ask Blue Heron first."));
    assert_eq!(ids(&outcome).last(), Some(&"runbook:a"));
    assert_eq!(mentioned(&outcome, "runbook:heron"), ["mentioned by runbook:best"]);
    let worth = |id: &str, reason: &str| -> f64 {
        hit(&outcome, id).why.iter().filter(|why| why.reason == reason).map(|why| why.weight).sum()
    };
    assert!((worth("runbook:heron", "mentioned") - 0.25 * worth("runbook:best", "text")).abs() < 1e-4);
    for hit in &outcome.records {
        let sum: f64 = hit.why.iter().map(|why| why.weight).sum();
        assert!((sum - hit.score).abs() < 1e-9, "{}", hit.id);
    }
}

#[test]
fn a_name_is_all_words_of_a_title_or_an_alias_in_any_case() {
    for says in ["ask blue heron", "ask BLUE\nHeron's keeper", "ask **Blue** Heron", "ask the wader", "Ibis knows"] {
        assert_eq!(named(&memory(says)), ["runbook:heron"], "{says}");
    }
    for says in ["ask Blue", "blue herons", "Blue -- and then Heron", "an ibis", "the Blueheron", "Blue\n\n\n\nHeron"] {
        assert!(named(&memory(says)).is_empty(), "{says}");
    }
    let one_word = |title: &str| memory("The queue is full").with("q.md", note("q", title, "zebra here"));
    assert!(named(&one_word("title: The")).is_empty(), "a stop word is no name");
    assert!(named(&one_word("title: Queue")).is_empty(), "nor is a single word that is not written as one");
}

#[test]
fn what_stands_within_a_longer_name_is_not_named() {
    let longer = memory("Blue Heron Lake").with("lake.md", note("lake", "title: Blue Heron Lake", "zebra here"));
    assert_eq!(named(&longer), ["runbook:lake"]);
    let both =
        memory("Blue Heron Lake and Blue Heron").with("lake.md", note("lake", "title: Heron Lake", "zebra here"));
    assert_eq!(named(&both), ["runbook:heron"], "what begins first is read first");
}

#[test]
fn what_several_are_called_means_none_and_a_qualifier_is_no_part_of_a_name() {
    let twin = memory("Ask Blue Heron.").with("twin.md", note("twin", "title: Blue Heron", "zebra here"));
    assert!(named(&twin).is_empty());
    let film = note("film", "title: Blue Heron (film)", "zebra here");
    assert_eq!(
        named(&memory("Ask Blue Heron.").with("film.md", film)),
        ["runbook:heron"],
        "the whole title goes first"
    );
    let film = note("film", "title: Snow Owl (film)", "zebra here");
    assert_eq!(named(&memory("See Snow Owl.").with("film.md", film)), ["runbook:film"]);
}

#[test]
fn a_mention_that_is_a_link_too_counts_once() {
    let outcome = ask(&memory("Ask [[runbook:heron|Blue Heron]]."));
    let heron = hit(&outcome, "runbook:heron");
    assert_eq!(details(heron, "linked"), ["one edge from runbook:best"]);
    assert!(mentioned(&outcome, "runbook:heron").is_empty());
}

#[test]
fn where_edges_are_followed_the_better_of_both_counts() {
    let depth = GraphQuestion { edge_depth: 1, ..GraphQuestion::default() };
    let ask = |says: &str| memory(says).asking().ask(&graph(Some("zebra"), depth.clone()));
    let outcome = ask("Ask Blue Heron.");
    assert_eq!(mentioned(&outcome, "runbook:heron"), ["mentioned by runbook:best"]);
    let outcome = ask("Ask [[runbook:heron|Blue Heron]].");
    let heron = hit(&outcome, "runbook:heron");
    assert_eq!((details(heron, "edge-distance").len(), details(heron, "mentioned").len()), (1, 0));
}

#[test]
fn what_does_not_match_comes_where_the_ranking_brings_it_and_the_filters_let_it() {
    let memory = memory("Ask Silent Owl.").with("owl.md", note("owl", "title: Silent Owl", "Nothing."));
    assert!(!ids(&ask(&memory)).contains(&"runbook:owl"));
    let asking = memory.asking().ranking(|ranking| ranking.mentioned_brings = 0.2);
    assert_eq!(mentioned(&asking.ask(&zebra()), "runbook:owl"), ["mentioned by runbook:best"]);
    let only = GraphQuestion { kinds: strings(&["Runbook"]), ..GraphQuestion::default() };
    let owl = "---\nid: term:owl\nkind: Term\ntitle: Silent Owl\n---\nNothing.\n";
    let asking = memory.with("owl.md", owl).asking().ranking(|ranking| ranking.mentioned_brings = 0.2);
    assert!(ids(&asking.ask(&zebra())).contains(&"term:owl"));
    assert!(!ids(&asking.ask(&graph(Some("zebra"), only))).contains(&"term:owl"));
    let asking = self::memory("Ask Blue Heron.").asking().ranking(|ranking| ranking.mentioned_share = 0.0);
    assert!(mentioned(&asking.ask(&zebra()), "runbook:heron").is_empty());
}

#[test]
fn what_is_hidden_neither_names_nor_is_named_nor_stands_in_the_way() {
    let hiding = |path: &str| Visibility { exclude_paths: globs(&[path]), ..Visibility::default() };
    let told = |memory: &Memory, path: &str| {
        let outcome = memory.asking().seeing(hiding(path)).ask(&zebra());
        ids(&outcome).into_iter().flat_map(|id| mentioned(&outcome, id)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(told(&memory("Ask Blue Heron."), "best.md").is_empty());
    assert!(told(&memory("Ask Blue Heron."), "heron.md").is_empty());
    let twin = memory("Ask Blue Heron.").with("twin.md", note("twin", "title: Blue Heron", "zebra"));
    assert_eq!(told(&twin, "twin.md"), ["mentioned by runbook:best"]);
    let longer = memory("Blue Heron Lake").with("lake.md", note("lake", "title: Blue Heron Lake", "zebra"));
    assert_eq!(told(&longer, "lake.md"), ["mentioned by runbook:best"]);
}

#[test]
fn what_a_sidecar_calls_a_record_counts_where_it_is_seen() {
    let patch = "patch: true\nnodeKind: Runbook\nid: runbook:heron\nattributes:\n  aliases: [Long Legs]\n";
    let memory = memory("Ask Long Legs.").with("graph/patch.yaml", patch);
    assert_eq!(named(&memory), ["runbook:heron"]);
    let sight = Visibility { exclude_paths: globs(&["graph/**"]), ..Visibility::default() };
    let outcome = memory.asking().seeing(sight).ask(&zebra());
    assert!(mentioned(&outcome, "runbook:heron").is_empty());
}

#[test]
fn a_body_that_is_kept_back_names_nothing_nor_does_a_file_with_secrets() {
    let kept = note("best", "title: zebra\nsensitivity: secret-metadata", "zebra zebra. Ask Blue Heron.");
    assert!(named(&memory("").with("best.md", kept)).is_empty());
    let token = format!("ghp{}{}", "_", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8");
    assert!(named(&memory(&format!("Ask Blue Heron with {token}."))).is_empty());
}

#[test]
fn only_the_beginning_of_the_best_section_is_read() {
    let far = "Words and words. ".repeat(200);
    assert!(named(&memory(&format!("{far} Ask Blue Heron."))).is_empty());
    assert!(named(&memory(&format!("{} Blue Heron", "\n".repeat(60)))).is_empty());
    assert!(named(&memory("\n\n## Other\n\nAsk Blue Heron.")).is_empty(), "another section");
}

#[test]
fn of_many_names_the_first_twenty_count() {
    let names: String = (10..40).map(|n| format!("Bird Number {n}, ")).collect();
    let memory = (10..40).fold(memory(&names), |memory, n| {
        memory.with(&format!("n{n}.md"), note(&format!("n{n}"), &format!("title: Bird Number {n}"), "zebra here"))
    });
    let expected: Vec<String> = (10..30).map(|n| format!("runbook:n{n}")).collect();
    assert_eq!(named(&memory), expected);
}

#[test]
fn names_are_those_of_the_commit_whatever_landed_before() {
    let old = note("heron", "title: Green Heron", "zebra here");
    let before = memory("Ask Blue Heron.").with("heron.md", old);
    assert!(named(&before).is_empty());
    let memory = memory("Ask Blue Heron.");
    let answer = |asking: &Asking| serde_json::to_string(&asking.ask(&zebra())).unwrap();
    let landings = [strings(&["heron.md"]), strings(&["best.md"]), strings(&["a.md"])];
    assert_eq!(answer(&memory.landed(&landings)), answer(&memory.asking()));
}
