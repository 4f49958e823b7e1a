//! The ranking that a repository keeps: its defaults, what overrides them, and what stays true whatever it says.

use lorekeep::base::{LineIndex, RepoPath};
use lorekeep::ontology::{Language, Ontology, OntologyProblem, RANKING_KEYS, RankingKey, built_in, load};
use std::path::Path;

const PATH: &str = "ontology/ranking.yaml";

fn loaded(text: &str) -> (Ontology, Vec<OntologyProblem>) {
    load(&[(RepoPath::parse(PATH).unwrap(), text.as_bytes().to_vec())])
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn key(name: &str) -> &'static RankingKey {
    RANKING_KEYS.iter().find(|key| key.key == name).unwrap_or_else(|| panic!("{name} is a key"))
}

#[test]
fn the_project_s_own_file_names_every_number_within_its_bounds() {
    let text = read(PATH);
    let (ontology, problems) = loaded(&text);
    assert_eq!(problems, []);
    assert_eq!(ontology.ranking, built_in().ranking);
    for key in RANKING_KEYS {
        let name = key.key.rsplit('.').next().unwrap();
        assert!(text.contains(&format!("{name}:")), "{}", key.key);
        assert!((key.least..=key.most).contains(&key.of(&built_in().ranking)), "{}", key.key);
    }
    // Each key is read into a place of its own: no two numbers change together.
    for changed in RANKING_KEYS {
        let (ontology, problems) = loaded(&yaml(changed.key, &changed.most.to_string()));
        assert_eq!(problems, [], "{}", changed.key);
        for key in RANKING_KEYS {
            let expected = if key.key == changed.key { key.most } else { key.of(&built_in().ranking) };
            assert!((key.of(&ontology.ranking) - expected).abs() < 1e-12, "{} by {}", key.key, changed.key);
        }
    }
}

/// A file that sets one key.
fn yaml(key: &str, value: &str) -> String {
    let parts: Vec<&str> = key.split('.').collect();
    let (last, above) = parts.split_last().unwrap();
    let opened: String = above.iter().map(|part| format!("{part}: {{")).collect();
    let opened = opened.replacen(": {", ": ", usize::from(above.is_empty()));
    format!("version: 1\n{opened}{last}: {value}{}\n", "}".repeat(above.len()))
}

#[test]
fn the_manual_has_every_key_with_its_default_and_its_bounds() {
    let manual = read("docs/reference/ranking.md");
    for key in RANKING_KEYS {
        let row = format!("| `{}` | {} | {} to {} |", key.key, key.of(&built_in().ranking), key.least, key.most);
        assert!(manual.contains(&row), "docs/reference/ranking.md lacks\n{row}");
    }
    let table = manual.split_once("| key | default |").unwrap().1;
    let rows = table.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, RANKING_KEYS.len(), "and it has no other");
    for language in Language::ALL {
        assert!(manual.contains(&format!("`{}`", language.name())), "{}", language.name());
    }
}

#[test]
fn a_repository_overrides_what_it_names() {
    let (ontology, problems) =
        loaded("version: 1\nlanguage: german\ntext:\n  title: {weight: 7.5}\nrecency: {halfDays: 30}\n");
    assert_eq!(problems, []);
    let (own, usual) = (&ontology.ranking, &built_in().ranking);
    assert_eq!(own.language, Language::German);
    assert!((own.text.title.weight - 7.5).abs() < 1e-12 && (own.recency_half_days - 30.0).abs() < 1e-12);
    assert!((own.text.title.k1 - usual.text.title.k1).abs() < 1e-12 && (own.recency - usual.recency).abs() < 1e-12);
    assert_eq!(ontology.node_kinds, built_in().node_kinds);
    assert_ne!(ontology.digest, built_in().digest);
}

#[test]
fn what_is_wrong_is_said_where_it_stands_and_the_default_counts() {
    let text = "version: 1\ntext:\n  title: {weight: -1, k1: fast}\n  titl: {weight: 2}\n  most: 41\nladder: 5\npattern: .nan\nstatus: {approved: [1]}\nlanguage: klingon\nnew: 1\n";
    let (ontology, problems) = loaded(text);
    assert_eq!(ontology.ranking, built_in().ranking);
    let lines = LineIndex::new(text.as_bytes());
    let said: Vec<(u32, &str)> = problems.iter().map(|p| (lines.line(p.span.start), p.message.as_str())).collect();
    assert_eq!(
        said,
        [
            (3, "`text.title.weight` is no number from 0 to 100, and its default counts"),
            (3, "`text.title.k1` is no number from 0 to 10, and its default counts"),
            (4, "`text.titl` is no key that is understood here"),
            (5, "`text.most` is no number from 1 to 40, and its default counts"),
            (6, "`ladder` is not a mapping"),
            (7, "`pattern` is no number from 0 to 10, and its default counts"),
            (8, "`status.approved` is no number from -20 to 2, and its default counts"),
            (9, "`klingon` is no language that is known"),
            (10, "`new` is no key that is understood here"),
        ]
    );
    assert_eq!(problems[2].help, "did you mean `title`?");
    assert!(problems.iter().all(|problem| problem.path == PATH));
}

/// Whatever a repository chooses, each step of the ladder outweighs all that stands below it together.
#[test]
fn the_bounds_hold_the_ladder() {
    let most = |name: &str| key(name).most;
    let text_edge = most("text.most") * most("ladder.edgeText");
    let shares = ["linked.share", "linked.brings", "mentioned.share", "mentioned.brings"].map(most);
    let tied = shares.into_iter().fold(0.0, f64::max) * most("text.most");
    // Of what followed edges, links and mentions are worth to a record the most counts.
    let own = most("text.most") + text_edge.max(tied) + most("pattern") + 4.0 * most("scope") + most("recency.weight");
    let states = ["approved", "draft", "deprecated", "archived"].map(|status| most(&format!("status.{status}")));
    let below_edges = own + states.into_iter().fold(0.0, f64::max) + most("size.weight");
    let edges = [1, 2, 3, 4].map(|n| key(&format!("ladder.edge{n}")));
    assert!(edges.iter().all(|edge| edge.least > below_edges), "{below_edges}");
    let below_association = below_edges + edges.iter().map(|edge| edge.most).fold(0.0, f64::max);
    assert!(key("ladder.association").least > below_association, "{below_association}");
    let associations = most("ladder.association") + 63.0 * most("ladder.associationFurther");
    assert!(key("ladder.selection").least > below_association + associations, "{associations}");
    assert!(key("superseded.weight").most <= 0.0 && key("journalEvent").most <= 0.0);
    assert!(key("filter").most <= key("text.most").least, "filters alone bring what no text does");
}
