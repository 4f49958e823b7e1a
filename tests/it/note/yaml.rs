//! What YAML means here, where its parts stand, and what is refused.

use lorekeep::base::Span;
use lorekeep::note::yaml::{Budget, Parsed, ScalarKind, Yaml, YamlNode, parse};

const BUDGET: Budget = Budget { depth: 16, nodes: 1000, scalar_bytes: 65_536, problems: 100 };

fn whole(text: &str) -> Parsed {
    parse(text, Span::new(0, text.len()), &BUDGET)
}

/// The one document of a text.
fn document(text: &str) -> YamlNode {
    let mut parsed = whole(text);
    assert_eq!(parsed.problems, [], "{text:?}");
    assert_eq!(parsed.documents.len(), 1, "{text:?}");
    parsed.documents.remove(0)
}

/// The value of the key `k`, and the text at its span.
fn value(text: &str) -> (YamlNode, &str) {
    let node = document(text).as_map().unwrap().get("k").unwrap().clone();
    let Span { start, end } = node.span;
    (node, &text[start..end])
}

/// Why the only problem of a text was refused, and the text it points at.
fn refusal(text: &str) -> (String, &str) {
    let parsed = whole(text);
    let [problem] = parsed.problems.as_slice() else { panic!("{text:?}: {:?}", parsed.problems) };
    (problem.message.clone(), &text[problem.span.start..problem.span.end])
}

#[test]
fn plain_scalars_mean_what_the_strict_core_schema_says() {
    use ScalarKind::*;
    let cases = [
        ("", Null),
        ("~", Null),
        ("null", Null),
        ("Null", Str),
        ("NULL", Str),
        ("true", Bool(true)),
        ("false", Bool(false)),
        ("True", Str),
        ("yes", Str),
        ("off", Str),
        ("0", Int(0)),
        ("-0", Int(0)),
        ("-12", Int(-12)),
        ("+12", Int(12)),
        ("9223372036854775807", Int(i64::MAX)),
        ("-9223372036854775808", Int(i64::MIN)),
        ("9223372036854775808", Float(9_223_372_036_854_775_808.0)),
        ("007", Str),
        ("-01", Str),
        ("00.5", Str),
        ("0x1F", Str),
        ("0o17", Str),
        ("0b1", Str),
        ("1_000", Str),
        ("1.5", Float(1.5)),
        ("1.", Float(1.0)),
        (".5", Float(0.5)),
        ("-1.5e-3", Float(-0.0015)),
        ("1e3", Float(1000.0)),
        ("1e999", Str),
        ("1e", Str),
        (".", Str),
        ("+", Str),
        (".e1", Str),
        (".inf", Str),
        ("-.inf", Str),
        (".nan", Str),
        ("inf", Str),
        ("nan", Str),
        ("infinity", Str),
        ("1.2.3", Str),
        ("12:30:45", Str),
        ("2026-05-10", Str),
        ("2026-05-10T12:00:00Z", Str),
        ("=", Str),
        ("<<", Str),
    ];
    for (text, kind) in cases {
        let yaml = format!("k: {text}");
        let (node, shown) = value(&yaml);
        let Yaml::Scalar(scalar) = node.value else { panic!("{text}") };
        assert_eq!((scalar.kind, scalar.text.as_str(), shown), (kind, text, text));
    }
}

#[test]
fn what_is_quoted_is_text() {
    for text in ["true", "null", "~", "12", "1.5", ""] {
        for quoted in [format!("k: '{text}'"), format!("k: \"{text}\"")] {
            let (node, shown) = value(&quoted);
            let Yaml::Scalar(scalar) = node.value else { panic!("{text}") };
            assert_eq!((scalar.kind, scalar.text.as_str(), shown), (ScalarKind::Str, text, &quoted[3..]));
        }
    }
}

#[test]
fn block_scalars_span_from_their_indicator_to_their_last_line() {
    let cases = [
        ("a:\n  k: |\n    one\n    two\n  z: 1\n", "one\ntwo\n", "|\n    one\n    two"),
        ("a: 1\nk: >-\n  one\n  two\n\n\n# comment\n", "one two", ">-\n  one\n  two"),
        ("k: |+ # a | in a comment\n  é\n\n", "é\n\n", "|+ # a | in a comment\n  é"),
        ("k: # a > here\n  |2\n   one", " one\n", "|2\n   one"),
        ("k: |\r\n  one\r\n  two\r\nz: 1\r\n", "one\ntwo\n", "|\r\n  one\r\n  two"),
        ("k: |\nz: 1\n", "", "|"),
    ];
    for (yaml, text, shown) in cases {
        let parsed = document(yaml);
        let map = parsed.as_map().unwrap();
        let node = map.get("k").or_else(|| map.get("a")?.as_map()?.get("k")).unwrap();
        assert_eq!((node.text().unwrap(), &yaml[node.span.start..node.span.end]), (text, shown));
    }
}

#[test]
fn collections_span_from_their_first_to_their_last_part() {
    assert_eq!(value("k:\n  - a\n  - b: é\n    c:\n# end\n").1, "- a\n  - b: é\n    c:");
    assert_eq!(value("k:\n- a\n-\nz: 1\n").1, "- a\n-");
    assert_eq!(value("k: {a: 1,\n  b: [x, y ] }   # end\n").1, "{a: 1,\n  b: [x, y ] }");
    assert_eq!(value("é: ü\r\nk:\r\n  ö:\t1\r\n  ä: 'two'\r\n\r\n").1, "ö:\t1\r\n  ä: 'two'");
}

#[test]
fn a_value_that_is_left_out_stands_after_its_colon() {
    for (yaml, at) in [("k:", 2), ("k:\nz: 1", 2), ("{k: , z: 1}", 3), ("{k}", 2), ("? k\n:\n", 5), ("k: # x\n", 2)] {
        let (node, shown) = value(yaml);
        assert!(node.is_null() && shown.is_empty(), "{yaml:?}");
        assert_eq!(node.span.start, at, "{yaml:?}");
    }
}

#[test]
fn spans_are_offsets_into_the_file_and_not_into_the_part() {
    let file = "é---\nk: v\n---\n";
    let parsed = parse(file, Span::new(6, 11), &BUDGET);
    let map = parsed.documents[0].as_map().unwrap();
    assert_eq!(map.key_span("k"), Some(Span::new(6, 7)));
    assert_eq!(map.get("k").unwrap().span, Span::new(9, 10));
    let refused = parse("é---\nk: *v\n---\n", Span::new(6, 12), &BUDGET);
    assert_eq!(refused.problems[0].span, Span::new(9, 11));
}

#[test]
fn null_documents_are_counted_and_left_out() {
    let parsed = whole("---\n---\n~\n---\nnull\n---\n# only a comment\n---\na: 1\n...\n");
    assert_eq!((parsed.documents.len(), parsed.count), (1, 5));
    assert_eq!(parsed.problems, []);
    assert_eq!(whole("").count, 0);
    assert_eq!(whole("# only a comment\n").count, 0);
}

#[test]
fn what_a_stranger_could_make_a_bomb_of_is_refused_at_its_place() {
    let cases = [
        ("a: &x [1]", "anchors (`&name`) are not taken", "&x"),
        ("&x a: 1", "anchors (`&name`) are not taken", "&x"),
        ("a: # &no\n  &yes 1", "anchors (`&name`) are not taken", "&yes"),
        ("a: 'x'\nb: *x", "aliases (`*name`) are not taken", "*x"),
        ("a: !t x", "tags (`!name`) are not taken", "!t"),
        ("é: !!str x", "tags (`!name`) are not taken", "!!str"),
        ("a: !<tag:yaml.org,2002:int> 1", "tags (`!name`) are not taken", "!<tag:yaml.org,2002:int>"),
        ("a: ! x", "tags (`!name`) are not taken", "!"),
        ("a: !!seq []", "tags (`!name`) are not taken", "!!seq"),
        ("<<: {a: 1}", "merge keys (`<<`) are not taken", "<<"),
        ("{a: 1, <<: {b: 2}}", "merge keys (`<<`) are not taken", "<<"),
        ("? {a: 1}\n: b", "a list or a map is used as a key", "{a: 1}"),
        ("[a]: b", "a list or a map is used as a key", "[a]"),
        ("'': b", "a key is empty", "''"),
        ("a:\n  b: 1\n  é: 2\n  b: 3", "the key `b` is given twice, on line 2 and on line 4", "b"),
        ("{1: a, '1': b}", "the key `1` is given twice, on line 1 and on line 1", "'1'"),
    ];
    for (yaml, message, shown) in cases {
        assert_eq!(refusal(yaml), (message.to_owned(), shown), "{yaml:?}");
    }
}

#[test]
fn a_quoted_merge_key_is_a_key_like_any_other() {
    assert_eq!(document("'<<': 1").as_map().unwrap().text("<<"), Some("1"));
}

#[test]
fn the_first_of_several_repeated_keys_is_reported() {
    assert_eq!(refusal("z: 1\nz: 2\na: 1\na: 2\n").0, "the key `z` is given twice, on line 1 and on line 2");
}

#[test]
fn nesting_is_taken_up_to_the_limit_and_refused_beyond_it() {
    let nested: [fn(usize) -> String; 5] = [
        |n| format!("{}x{}", "[".repeat(n), "]".repeat(n)),
        |n| format!("{}x{}", "{k: ".repeat(n), "}".repeat(n)),
        |n| format!("{}x", "- ".repeat(n)),
        |n| (0..n).map(|i| format!("{}k:\n", "  ".repeat(i))).collect(),
        |n| format!("{}{}x{}", "- ".repeat(n / 2), "[".repeat(n - n / 2), "]".repeat(n - n / 2)),
    ];
    for nest in nested {
        assert_eq!(whole(&nest(16)).problems, [], "{}", nest(16));
        assert_eq!(refusal(&nest(17)).0, "the YAML is nested more than 16 levels deep", "{}", nest(17));
    }
}

#[test]
fn a_list_in_the_column_of_its_key_counts_as_a_level() {
    let budget = Budget { depth: 2, ..BUDGET };
    let of = |text: &str| parse(text, Span::new(0, text.len()), &budget).problems.len();
    assert_eq!((of("a:\n- b\n"), of("a:\n- b: c\n")), (0, 1));
}

#[test]
fn nodes_are_counted_over_all_documents() {
    let text = "---\n[a, b]\n".repeat(3);
    let of = |nodes| parse(&text, Span::new(0, text.len()), &Budget { nodes, ..BUDGET });
    assert_eq!((of(9).documents.len(), of(9).stopped), (3, false));
    let stopped = of(8);
    assert_eq!((stopped.documents.len(), stopped.stopped), (2, true));
    assert_eq!(stopped.problems[0].message, "there are more than 8 YAML nodes");
}

#[test]
fn a_scalar_is_measured_after_its_escapes_are_resolved() {
    let budget = Budget { scalar_bytes: 9, ..BUDGET };
    let of = |text: &str| parse(text, Span::new(0, text.len()), &budget).problems.len();
    assert_eq!((of(r#""\L\L\L""#), of(r#""\L\L\L\L""#)), (0, 1));
}

#[test]
fn a_refused_document_hides_neither_what_precedes_nor_what_follows() {
    for bad in ["a: [1", "a: \"x", "a: b: c", "a: *x", "a: 1\na: 2", "a:\n\tb: 1", "- a\nb: 1", "a: \u{1}", "%x\n"] {
        let text = format!("first: 1\n---\n{bad}\n---\nlast: 1\n");
        let parsed = whole(&text);
        let keys: Vec<_> = parsed.documents.iter().map(|d| d.as_map().unwrap().entries[0].0.as_str()).collect();
        assert_eq!(keys, ["first", "last"], "{bad:?}");
        assert!(!parsed.problems.is_empty() && !parsed.stopped, "{bad:?}");
    }
}

#[test]
fn reading_stops_at_the_most_problems() {
    let text = "---\n*x\n".repeat(10);
    let parsed = parse(&text, Span::new(0, text.len()), &Budget { problems: 3, ..BUDGET });
    assert_eq!((parsed.problems.len(), parsed.stopped), (3, true));
}

#[test]
fn a_syntax_error_points_at_the_place_and_says_how_to_mend_it() {
    let cases = [
        ("é: ü: x", "ü", "quotes"),
        ("a:\n\tb: 1", "\t", "spaces"),
        ("é: [1", "[", "`]`"),
        ("é: \"x", "\"", "`\"`"),
        ("a: \u{0}", "\u{0}", "double quotes"),
        ("a: \"\\q\"", "\"", "backslash"),
    ];
    for (yaml, shown, help) in cases {
        let parsed = whole(yaml);
        let problem = &parsed.problems[0];
        assert!(problem.help.contains(help), "{yaml:?}: {problem:?}");
        assert!(yaml[problem.span.start..problem.span.end].starts_with(shown), "{yaml:?}: {problem:?}");
    }
}
