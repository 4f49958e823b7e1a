//! What holds for any bytes at all.

use lorekeep::base::{RepoPath, Span};
use lorekeep::note::{Limits, Record, SourceFile, Yaml, YamlMap, YamlNode, read};
use proptest::prelude::*;

/// Every class that is parsed, and one that is not.
const PATHS: [&str; 4] = ["graph/a.yaml", "notes/a.md", "ontology/a.yaml", "other/a.txt"];

/// Text that is mostly made of what the grammars know.
fn grammar() -> impl Strategy<Value = String> {
    let words = [
        "---\n",
        "...\n",
        "---",
        "\n",
        "\r\n",
        "\n  ",
        "\n    ",
        " ",
        "\t",
        "- ",
        "-\n",
        ": ",
        ":\n",
        "? ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "&a ",
        "*a",
        "!t ",
        "!!str ",
        "<<: ",
        "|\n",
        ">-\n",
        "|2+\n",
        "'",
        "\"",
        "\\",
        "\\n",
        "\\u00e9",
        "\\x",
        "#",
        " # ",
        "%YAML 1.2\n",
        "%TAG ! x\n",
        "@",
        "`",
        "~",
        "null",
        "true",
        "1.5",
        "é",
        "漢",
        "🦀",
        "\u{feff}",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "id: ",
        "nodeKind: ",
        "kind: NodeDocument\n",
        "nodes:\n",
        "edges:\n",
        "attributes:\n",
        "extendsNode: ",
        "patch: true\n",
        "owners: ",
        "related:\n",
        "target: ",
        "# ",
        "## ",
        "[[",
        "]]",
        "](",
        ")",
        "<",
        ">",
        "![",
        "```\n",
        "|",
        "**",
        "[a]: b\n",
        "a",
        "b",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..60).prop_map(|words| words.concat())
}

fn read_all(bytes: &[u8]) -> Vec<SourceFile> {
    PATHS.iter().map(|path| read(&RepoPath::parse(path).unwrap(), bytes, &Limits::default())).collect()
}

/// Fails unless the span is in bounds and on character boundaries.
fn check_span(text: &str, span: Span) {
    assert!(text.get(span.start..span.end).is_some(), "{span:?} is no part of {text:?}");
}

fn check_within(text: &str, outer: Span, inner: Span) {
    check_span(text, inner);
    assert!(outer.start <= inner.start && inner.end <= outer.end, "{inner:?} is not within {outer:?} of {text:?}");
}

fn check_map(text: &str, outer: Span, map: &YamlMap) {
    for (_, key, value) in &map.entries {
        check_within(text, outer, *key);
        check_node(text, outer, value);
    }
}

fn check_node(text: &str, outer: Span, node: &YamlNode) {
    check_within(text, outer, node.span);
    match &node.value {
        Yaml::List(items) => items.iter().for_each(|item| check_node(text, node.span, item)),
        Yaml::Map(map) => check_map(text, node.span, map),
        Yaml::Scalar(_) => {}
    }
}

fn check_record(text: &str, record: &Record) {
    check_span(text, record.span);
    check_within(text, record.span, record.head);
    check_within(text, record.span, record.id.span);
    record.kind.iter().for_each(|kind| check_within(text, record.span, kind.span));
    check_map(text, record.span, &record.fields);
    for edge in &record.edges {
        check_within(text, record.span, edge.kind.span);
        check_within(text, record.span, edge.target.span);
        check_map(text, record.span, &edge.attributes);
    }
}

fn check_file(file: &SourceFile, bytes: &[u8]) {
    for diagnostic in &file.diagnostics {
        let Span { start, end } = diagnostic.span;
        assert!(start <= end && end <= bytes.len(), "{diagnostic:?}");
        assert!(!diagnostic.message.chars().any(char::is_control), "{diagnostic:?}");
    }
    let Some(text) = file.text.as_deref() else {
        assert!(file.records.is_empty() && file.markdown.is_none());
        return;
    };
    assert_eq!(text.as_bytes(), bytes);
    file.diagnostics.iter().for_each(|diagnostic| check_span(text, diagnostic.span));
    for (ordinal, record) in file.records.iter().enumerate() {
        assert_eq!(record.ordinal as usize, ordinal);
        check_record(text, record);
    }
    if let Some(markdown) = &file.markdown {
        let body = Span::new(markdown.body_start, text.len());
        check_span(text, body);
        markdown.headings.iter().for_each(|heading| check_within(text, body, heading.span));
        markdown.links.iter().for_each(|link| check_within(text, body, link.span));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic_and_with_spans_in_bounds(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes).iter().for_each(|file| check_file(file, &bytes));
    }

    #[test]
    fn any_words_of_the_grammars_are_read_with_spans_in_bounds(text in grammar()) {
        read_all(text.as_bytes()).iter().for_each(|file| check_file(file, text.as_bytes()));
    }

    #[test]
    fn any_front_matter_is_read_with_spans_in_bounds(yaml in grammar(), body in grammar()) {
        let text = format!("---\nid: a:b\n{yaml}\n---\n{body}");
        read_all(text.as_bytes()).iter().for_each(|file| check_file(file, text.as_bytes()));
    }

    #[test]
    fn any_valid_file_that_is_cut_off_is_read_with_spans_in_bounds(at in any::<prop::sample::Index>(), which in any::<prop::sample::Index>()) {
        let fixtures = super::corpus::fixtures("valid");
        let bytes = &which.get(&fixtures).1;
        let cut = &bytes[..at.index(bytes.len() + 1)];
        read_all(cut).iter().for_each(|file| check_file(file, cut));
    }

    #[test]
    fn reading_twice_gives_the_same(text in grammar()) {
        prop_assert_eq!(format!("{:?}", read_all(text.as_bytes())), format!("{:?}", read_all(text.as_bytes())));
    }
}
