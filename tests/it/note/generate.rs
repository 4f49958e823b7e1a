//! Well-formed YAML and the value it stands for, in every style that people write.

use proptest::prelude::*;
use serde_json::{Map, Value};

/// A document and what it says.
#[derive(Clone, Debug)]
pub struct Document {
    /// The document, its last line break included.
    pub yaml: String,
    /// What it says.
    pub value: Value,
}

/// Documents whose root is a list or a map.
pub fn documents() -> impl Strategy<Value = Document> {
    prop_oneof![maps(), prop::collection::vec(node(), 1..6).prop_map(Node::List).prop_map(Document::of)]
}

/// Documents whose root is a map.
pub fn maps() -> impl Strategy<Value = Document> {
    prop::collection::vec((key(), node()), 1..6).prop_map(|entries| Document::of(Node::map(entries, false)))
}

fn node() -> impl Strategy<Value = Node> {
    scalar().prop_recursive(4, 40, 5, |inner| {
        let entries = prop::collection::vec((key(), inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Node::List),
            (entries, any::<bool>()).prop_map(|(entries, flow)| Node::map(entries, flow)),
        ]
    })
}

impl Document {
    fn of(node: Node) -> Self {
        let mut yaml = String::new();
        node.block(&mut yaml, 0);
        Self { yaml, value: node.value() }
    }
}

/// A value with the style it is written in.
#[derive(Clone, Debug)]
enum Node {
    Scalar { written: String, value: Value },
    Literal(String),
    List(Vec<Node>),
    Map { entries: Vec<(String, Node)>, flow: bool },
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z][a-zA-Z0-9_-]{0,8}", "[a-z]{1,5} [a-z]{1,5}", "[а-я]{1,4}"].prop_filter("a word of YAML", |key| {
        !matches!(key.as_str(), "null" | "true" | "false" | "y" | "n" | "yes" | "no" | "on" | "off")
    })
}

fn scalar() -> impl Strategy<Value = Node> {
    let plain = |written: String, value: Value| Node::Scalar { written, value };
    prop_oneof![
        Just(plain("null".into(), Value::Null)),
        Just(plain("~".into(), Value::Null)),
        any::<bool>().prop_map(move |b| plain(b.to_string(), b.into())),
        any::<i64>().prop_map(move |n| plain(n.to_string(), n.into())),
        (-9999i32..9999, 1u32..99).prop_map(move |(a, b)| {
            let written = format!("{a}.{b:02}");
            let value: f64 = written.parse().unwrap();
            plain(written, value.into())
        }),
        key().prop_map(move |word| plain(word.clone(), word.into())),
        "[a-z]{1,3}:[a-z/@.]{1,9}[a-z]".prop_map(move |id| plain(id.clone(), id.into())),
        text().prop_map(move |t| plain(format!("'{}'", t.replace('\'', "''")), t.into())),
        text().prop_map(move |t| plain(Value::from(t.as_str()).to_string(), t.into())),
        "[a-zé'\"#:{-][a-zé '\"#:{-]{0,12}[a-z](\n[a-zé:# -]{0,8}[a-z]){0,3}".prop_map(|t| Node::Literal(t + "\n")),
    ]
}

/// One line of printable text.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,20}", "[ -~éüЖ漢字🦀]{0,12}"]
}

impl Node {
    /// A map whose keys are made unique.
    fn map(entries: Vec<(String, Node)>, flow: bool) -> Self {
        let mut unique: Vec<(String, Node)> = Vec::new();
        for (key, node) in entries {
            if unique.iter().all(|(other, _)| *other != key) {
                unique.push((key, node));
            }
        }
        let flow = flow && unique.iter().all(|(_, node)| node.fits_flow());
        Self::Map { entries: unique, flow }
    }

    fn fits_flow(&self) -> bool {
        match self {
            Self::Scalar { .. } => true,
            Self::Literal(_) => false,
            Self::List(items) => items.iter().all(Self::fits_flow),
            Self::Map { entries, .. } => entries.iter().all(|(_, node)| node.fits_flow()),
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Scalar { value, .. } => value.clone(),
            Self::Literal(text) => text.as_str().into(),
            Self::List(items) => items.iter().map(Self::value).collect(),
            Self::Map { entries, .. } => {
                Value::Object(entries.iter().map(|(key, node)| (key.clone(), node.value())).collect::<Map<_, _>>())
            }
        }
    }

    /// Writes the node as lines of their own, indented.
    fn block(&self, out: &mut String, indent: usize) {
        let pad = " ".repeat(indent);
        match self {
            Self::List(items) if !items.is_empty() => {
                for item in items {
                    out.push_str(&format!("{pad}-"));
                    item.after_indicator(out, indent + 2);
                }
            }
            Self::Map { entries, flow: false } if !entries.is_empty() => {
                for (key, node) in entries {
                    out.push_str(&format!("{pad}{key}:"));
                    node.after_indicator(out, indent + 2);
                }
            }
            _ => {
                out.push_str(&pad);
                self.flow(out);
                out.push('\n');
            }
        }
    }

    /// Writes the node after a `-` or a `:`.
    fn after_indicator(&self, out: &mut String, indent: usize) {
        match self {
            Self::Literal(text) => {
                out.push_str(" |\n");
                text.lines().for_each(|line| out.push_str(&format!("{}{line}\n", " ".repeat(indent))));
            }
            Self::List(items) if !items.is_empty() => {
                out.push('\n');
                self.block(out, indent);
            }
            Self::Map { entries, flow: false } if !entries.is_empty() => {
                out.push_str(" # a comment\n");
                self.block(out, indent);
            }
            _ => {
                out.push(' ');
                self.flow(out);
                out.push('\n');
            }
        }
    }

    /// Writes the node on one line.
    fn flow(&self, out: &mut String) {
        match self {
            Self::Scalar { written, .. } => out.push_str(written),
            Self::Literal(text) => out.push_str(&Value::from(text.as_str()).to_string()),
            Self::List(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i > 0 { ", " } else { "" });
                    item.flow(out);
                }
                out.push(']');
            }
            Self::Map { entries, .. } => {
                out.push('{');
                for (i, (key, node)) in entries.iter().enumerate() {
                    out.push_str(if i > 0 { ", " } else { "" });
                    out.push_str(&format!("{key}: "));
                    node.flow(out);
                }
                out.push('}');
            }
        }
    }
}
