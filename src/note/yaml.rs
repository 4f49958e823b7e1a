//! YAML values with spans, read under budgets.
//!
//! [`parse()`] takes what people and agents write by hand: plain, quoted and block scalars, lists and
//! maps. Anchors, aliases, tags, merge keys and repeated keys are refused; a bomb costs nothing.

mod brackets;
mod build;
mod lines;
mod parse;
mod problem;
mod quotes;
mod scalar;
mod slip;

pub use parse::{Budget, Parsed, parse};
pub use problem::Problem;
pub use quotes::misquoted;

use super::shown::shown;
use crate::base::Span;

/// A YAML value and where it stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct YamlNode {
    /// The value.
    pub value: Yaml,
    /// Where it stands.
    pub span: Span,
}

/// A YAML value.
#[derive(Clone, Debug, PartialEq)]
pub enum Yaml {
    /// A scalar.
    Scalar(Scalar),
    /// A sequence.
    List(Vec<YamlNode>),
    /// A mapping.
    Map(YamlMap),
}

/// A scalar: its text as written (after quotes and folding are resolved), and what it means.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// The text. An id is taken from here, so that an unquoted `1234567e12` stays what it is.
    pub text: String,
    /// What the text means under the core schema, with strict booleans and no octal or underscore numbers.
    pub kind: ScalarKind,
}

/// What a scalar means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScalarKind {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A decimal integer.
    Int(i64),
    /// A decimal number.
    Float(f64),
    /// Anything else, and everything quoted.
    Str,
}

/// A mapping in file order, with unique keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct YamlMap {
    /// Key, the key's span, value.
    pub entries: Vec<(String, Span, YamlNode)>,
}

impl YamlMap {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&YamlNode> {
        self.entries.iter().find(|(k, _, _)| k == key).map(|(_, _, v)| v)
    }

    /// Takes a key and its value out of the map.
    pub fn take(&mut self, key: &str) -> Option<YamlNode> {
        let at = self.entries.iter().position(|(k, _, _)| k == key)?;
        Some(self.entries.remove(at).2)
    }

    /// The span of a key.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        self.entries.iter().find(|(k, _, _)| k == key).map(|(_, span, _)| *span)
    }

    /// The text of a key whose value is a scalar other than null.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(YamlNode::text)
    }

    /// The texts of a key whose value is a list of scalars, or one scalar. Other items are left out.
    pub fn texts(&self, key: &str) -> Vec<&str> {
        match self.get(key).map(|node| &node.value) {
            Some(Yaml::List(items)) => items.iter().filter_map(YamlNode::text).collect(),
            Some(Yaml::Scalar(_)) => self.text(key).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl YamlNode {
    /// Whether it is nothing, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Yaml::Scalar(scalar) if scalar.kind == ScalarKind::Null)
    }

    /// The text of a scalar other than null.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Yaml::Scalar(scalar) if scalar.kind != ScalarKind::Null => Some(&scalar.text),
            _ => None,
        }
    }

    /// The boolean, where it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Yaml::Scalar(Scalar { kind: ScalarKind::Bool(value), .. }) => Some(*value),
            _ => None,
        }
    }

    /// The mapping, where it is one.
    pub fn as_map(&self) -> Option<&YamlMap> {
        match &self.value {
            Yaml::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The items, where it is a sequence.
    pub fn as_list(&self) -> Option<&[YamlNode]> {
        match &self.value {
            Yaml::List(items) => Some(items),
            _ => None,
        }
    }
}
