//! The same commit and request give the same bytes; the digests name what was asked and given.

use super::support::*;
use lorekeep::base::Digest;
use lorekeep::ontology::Direction;
use lorekeep::query::{GraphQuestion, GrepQuestion, Mode, QueryRequest, Question};
use proptest::prelude::*;
use std::sync::LazyLock;

static AT_ONCE: LazyLock<Asking> = LazyLock::new(|| Memory::fixture().asking());
static IN_TWO: LazyLock<Asking> = LazyLock::new(|| {
    let memory = Memory::fixture();
    let (late, early) = memory.paths().into_iter().partition(|path| path.len() % 2 == 0);
    memory.landed(&[early, late])
});

fn json(asking: &Asking, request: &QueryRequest) -> String {
    serde_json::to_string(&asking.ask(request)).expect("an answer is JSON")
}

#[test]
fn the_manifest_is_of_the_request_with_its_defaults_and_the_commit() {
    let asked = about("queue");
    let mut manifest = serde_json::to_value(&asked).expect("a request is JSON");
    manifest["resolvedCommit"] = serde_json::json!(commit(1).to_string());
    assert_eq!(manifest["query"]["graph"]["edgeDepth"], 0);
    assert_eq!(Memory::fixture().asking().ask(&asked).query_manifest_digest, Digest::of_json(&manifest));
}

#[test]
fn the_manifest_changes_with_the_question_and_the_selections_with_the_answer() {
    let asking = Memory::fixture().asking();
    let (one, two) = (asking.ask(&about("queue")), asking.ask(&about("playwright")));
    assert_ne!(one.query_manifest_digest, two.query_manifest_digest);
    assert_ne!(one.selected_records_digest, two.selected_records_digest);
    assert_ne!(one.selected_excerpts_digest, two.selected_excerpts_digest);
    let nothing = asking.ask(&about("hippopotamus"));
    assert_eq!(nothing.selected_records_digest, Digest::of(b"[]"));
}

#[test]
fn the_answer_is_the_same_whatever_landed_before() {
    let memory = Memory::fixture();
    let paths = memory.paths();
    let mut asked = about("playwright queue flaky deploy");
    asked.query.associations = strings(&["repository:krate", "service:disk"]);
    asked.query.graph.edge_depth = 3;
    let (first, rest) = paths.split_at(paths.len() / 2);
    let at_once = json(&memory.asking(), &asked);
    assert_eq!(at_once, json(&memory.landed(&[rest.to_vec(), first.to_vec()]), &asked));
    assert_eq!(at_once, json(&memory.landed(&[first.to_vec(), rest.to_vec()]), &asked));
}

#[test]
fn an_answer_has_the_field_names_of_the_wire() {
    let mut asked = about("quarantine");
    asked.query.graph.edge_depth = 1;
    let outcome = Memory::fixture().asking().ask(&asked);
    let json = serde_json::to_value(&outcome).expect("an answer is JSON");
    let keys =
        |value: &serde_json::Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(
        keys(&json),
        "queryManifestDigest selectedRecordsDigest selectedExcerptsDigest indexDigest plan records excerpts \
         deniedScopes redaction limits"
    );
    assert_eq!(keys(&json["plan"]), "modes candidates grepScope totalMatches notes");
    assert_eq!(
        keys(&json["records"][0]),
        "kind id path title status owners tags updatedAt summary digest score why edges"
    );
    assert_eq!(keys(&json["excerpts"][0]), "path recordId lineStart lineEnd text matches digest commit why");
    assert_eq!(keys(&json["limits"]), "truncated bytes omittedRecords omittedExcerpts");
}

fn requests() -> impl Strategy<Value = QueryRequest> {
    let words = prop::collection::vec(
        prop::sample::select(vec![
            "playwright",
            "queue",
            "flaky",
            "deploy",
            "the",
            "vault",
            "Überläufe",
            "service:queue",
            "\u{0}",
        ]),
        0..5,
    );
    let names = || {
        let known = [
            "runbook:ci-old",
            "repository:krate",
            "service:disk",
            "graph/services.yaml:3-20",
            "notes/standup.md",
            "no",
        ];
        prop::collection::vec(prop::sample::select(known.to_vec()), 0..3)
    };
    let modes = prop::sample::select(vec![Mode::GraphOnly, Mode::GrepOnly, Mode::GraphAndGrep, Mode::DocumentRead]);
    let directions = prop::sample::select(vec![Direction::Out, Direction::In, Direction::Both]);
    let pattern = prop::option::of(prop::sample::select(vec!["e", "queue", "[a-z]+", "ü", "$", "^"]));
    let sizes = (0u8..5, 0usize..30, 0usize..5, 0usize..3_000, 0usize..12);
    (words, names(), names(), modes, directions, (pattern, any::<bool>()), sizes).prop_map(
        |(
            words,
            select,
            associations,
            mode,
            direction,
            (pattern, regex),
            (edge_depth, max_matches, context_lines, max_bytes, max_records),
        )| {
            let mut request = question(Question {
                text: Some(words.join(" ")),
                mode,
                select: strings(&select),
                associations: strings(&associations),
                graph: GraphQuestion { direction, edge_depth, include_archived: regex, ..GraphQuestion::default() },
                grep: GrepQuestion {
                    pattern: pattern.map(str::to_owned),
                    regex,
                    max_matches,
                    context_lines,
                    ..GrepQuestion::default()
                },
                task: None,
                sections: max_records,
            });
            request.limits.max_bytes = max_bytes;
            request.limits.max_records = max_records;
            request.render_prompt = true;
            request
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn the_same_question_has_the_same_bytes_within_its_limits(asked in requests()) {
        let (one, two) = (AT_ONCE.try_ask(&asked), IN_TWO.try_ask(&asked));
        let (Ok(one), Ok(two)) = (one, two) else { return Ok(()) };
        prop_assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&two).unwrap());
        prop_assert!(one.limits.bytes <= asked.limits.max_bytes);
        prop_assert!(one.records.len() <= asked.limits.max_records);
        if asked.query.mode == Mode::DocumentRead {
            return Ok(());
        }
        let matching: std::collections::BTreeSet<(&str, u32)> =
            one.excerpts.iter().flat_map(|e| e.matches.iter().map(|m| (e.path.as_str(), m.0))).collect();
        prop_assert!(matching.len() <= asked.query.grep.max_matches);
        prop_assert!(matching.len() <= one.plan.total_matches);
        for hit in &one.records {
            let sum: f64 = hit.why.iter().map(|why| why.weight).sum();
            prop_assert!((sum - hit.score).abs() < 1e-9);
        }
        for excerpt in &one.excerpts {
            let lines: Vec<&str> = excerpt.text.split('\n').collect();
            prop_assert_eq!(lines.len() as u32, excerpt.line_end - excerpt.line_start + 1);
            for (line, from, to) in &excerpt.matches {
                let width = lines[(line - excerpt.line_start) as usize].chars().count() as u32;
                prop_assert!(1 <= *from && from < to && *to <= width + 1);
            }
        }
    }
}
