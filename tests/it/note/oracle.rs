//! Our YAML and front matter beside the parsers that others use: the same on well-formed input, and
//! where not, on purpose and written down here.

use super::corpus::fixtures;
use super::generate::{Document, documents, maps};
use lorekeep::base::Span;
use lorekeep::note::yaml::{Budget, Parsed, Scalar, ScalarKind, Yaml, YamlNode, parse};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

fn ours(text: &str) -> Parsed {
    let budget = Budget { depth: 16, nodes: 10_000, scalar_bytes: 1 << 20, problems: 100 };
    parse(text, Span::new(0, text.len()), &budget)
}

/// Our documents as JSON values.
fn our_values(text: &str) -> Vec<Value> {
    let parsed = ours(text);
    assert_eq!(parsed.problems, [], "{text}");
    parsed.documents.iter().map(to_json).collect()
}

fn to_json(node: &YamlNode) -> Value {
    match &node.value {
        Yaml::List(items) => items.iter().map(to_json).collect(),
        Yaml::Map(map) => {
            Value::Object(map.entries.iter().map(|(key, _, value)| (key.clone(), to_json(value))).collect())
        }
        Yaml::Scalar(Scalar { text, kind }) => match kind {
            ScalarKind::Null => Value::Null,
            ScalarKind::Bool(value) => (*value).into(),
            ScalarKind::Int(value) => (*value).into(),
            ScalarKind::Float(value) => (*value).into(),
            ScalarKind::Str => text.as_str().into(),
        },
    }
}

/// The documents as serde_yaml reads them, null ones left out. It takes no byte order mark.
fn serde_yaml_values(text: &str) -> Vec<Value> {
    let documents = serde_yaml::Deserializer::from_str(text.trim_start_matches('\u{feff}'));
    let values = documents.map(|document| Value::deserialize(document).unwrap_or_else(|e| panic!("{e}: {text}")));
    values.filter(|value| !value.is_null()).collect()
}

/// The documents as serde-saphyr reads them, null ones left out.
fn serde_saphyr_values(text: &str) -> Vec<Value> {
    let values: Vec<Value> = serde_saphyr::from_multiple(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    values.into_iter().filter(|value| !value.is_null()).collect()
}

#[test]
fn valid_fixtures_are_read_as_both_oracles_read_them() {
    // `scalars.yaml` holds what is read otherwise on purpose: see the table below.
    let yaml = fixtures("valid").into_iter().filter(|(name, ..)| name.ends_with(".yaml") && name != "scalars.yaml");
    for (name, bytes, _) in yaml {
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(our_values(&text), serde_yaml_values(&text), "{name}");
        assert_eq!(our_values(&text), serde_saphyr_values(&text), "{name}");
    }
}

#[test]
fn scalars_are_read_otherwise_than_by_the_oracles_only_where_this_table_says() {
    let same =
        ["", "~", "null", "true", "false", "0", "-12", "1.5", ".5", "-1.5e-3", "1e3", "2026-05-10", "a b", "12:30"];
    for text in same {
        let yaml = format!("k: {text}\n");
        assert_eq!(our_values(&yaml), serde_yaml_values(&yaml), "{text}");
        assert_eq!(our_values(&yaml), serde_saphyr_values(&yaml), "{text}");
    }
    // What serde_yaml takes for a boolean, null, or a number, and we for the text that it is.
    for text in ["True", "TRUE", "False", "Null", "NULL", "0x1F", "0o17", "0b11", ".inf", "-.inf", ".nan"] {
        let yaml = format!("k: {text}\n");
        assert_eq!(our_values(&yaml), [serde_json::json!({ "k": text })], "{text}");
        assert_ne!(serde_yaml_values(&yaml), our_values(&yaml), "{text}");
    }
}

#[test]
fn what_we_refuse_and_serde_yaml_takes_is_refused_on_purpose() {
    for text in ["a: &x 1\nb: *x\n", "a: !!str 1\n", "<<: {a: 1}\n", "? [a]\n: b\n"] {
        assert!(serde_yaml::from_str::<serde_yaml::Value>(text).is_ok(), "{text}");
        assert_eq!(ours(text).documents, [], "{text}");
    }
}

proptest! {
    #[test]
    fn generated_yaml_is_read_as_written_and_as_both_oracles_read_it(Document { yaml, value } in documents()) {
        let values = our_values(&yaml);
        prop_assert_eq!(&values, &[value], "{}", yaml);
        prop_assert_eq!(&values, &serde_yaml_values(&yaml), "{}", yaml);
        prop_assert_eq!(&values, &serde_saphyr_values(&yaml), "{}", yaml);
    }

    #[test]
    fn generated_front_matter_is_divided_as_gray_matter_divides_it(
        Document { yaml, value } in maps(),
        body in "[a-z#*\\[\\] \n]{0,80}",
    ) {
        let text = format!("---\n{yaml}---\n{body}");
        let file = super::read_text("a.md", &text);
        let markdown = file.markdown.unwrap();
        let theirs = gray_matter::Matter::<gray_matter::engine::YAML>::new().parse::<Value>(&text).unwrap();
        let fields = markdown.front_matter.unwrap();
        let span = Span::new(0, 0);
        let ours = to_json(&YamlNode { value: Yaml::Map(fields), span });
        prop_assert_eq!(&ours, &value);
        prop_assert_eq!(Some(ours), theirs.data);
        prop_assert_eq!(&text[markdown.body_start..], body.as_str());
        prop_assert_eq!(body.trim(), theirs.content.trim());
    }
}

/// What gray_matter gives as the body.
fn gray_body(text: &str) -> String {
    gray_matter::Matter::<gray_matter::engine::YAML>::new().parse::<Value>(text).unwrap().content
}

#[test]
fn front_matter_is_divided_otherwise_than_by_gray_matter_where_that_loses_bytes() {
    let body = |text: &str| {
        let file = super::read_text("a.md", text);
        text[file.markdown.unwrap().body_start..].to_owned()
    };
    let lost = [
        ("---\na: 1\n---\n\n\nleading blank lines\n", "\n\nleading blank lines\n"),
        ("---\na: 1\n---\nlast line break\n", "last line break\n"),
        ("---\r\na: 1\r\n---\r\none\r\ntwo\r\n", "one\r\ntwo\r\n"),
        ("\u{feff}---\na: 1\n---\nafter a byte order mark", "after a byte order mark"),
        ("---\na: 1\n...\nclosed by dots", "closed by dots"),
    ];
    for (text, expected) in lost {
        assert_eq!(body(text), expected);
        assert_ne!(gray_body(text), expected, "{text:?}");
    }
    let unclosed = "---\na: 1\n\nnever closed\n";
    assert_eq!(super::read_text("a.md", unclosed).diagnostics.len(), 1);
    assert!(gray_matter::Matter::<gray_matter::engine::YAML>::new().parse::<Value>(unclosed).is_ok());
}
