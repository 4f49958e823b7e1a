//! What type a field has, by the values it is given.

use super::nearly_all;
use crate::base::Timestamp;
use crate::note::{ScalarKind, Yaml, YamlNode};
use crate::ontology::types::{Field, FieldType};
use std::collections::{BTreeMap, BTreeSet};

/// The most different values of a field that are told apart.
const MAX_VALUES: usize = 64;
/// The most values of an enum, and the longest one, in characters.
const MAX_ENUM: usize = 12;
const MAX_ENUM_CHARS: usize = 40;
/// How often an enum is used at least, in all and for each of its values on average.
const LEAST_ENUM_USES: usize = 20;
const LEAST_USES_EACH: usize = 5;
/// The most kinds that a ref lists.
const MAX_REF_KINDS: usize = 8;

/// The values that a field is given.
#[derive(Default)]
pub(super) struct FieldUse<'a> {
    /// How often it is given something, null aside.
    pub(super) seen: usize,
    shapes: BTreeMap<Shape, usize>,
    values: BTreeMap<&'a str, usize>,
    many_values: bool,
    refs: usize,
    ref_kinds: BTreeSet<&'a str>,
}

/// The shape of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Bool,
    Int,
    Float,
    Moment,
    Line,
    Text,
    List,
    /// A list that does not hold single values only.
    Structure,
    Map,
}

/// What the values of a field have in common.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Inferred {
    /// They are of one type.
    Typed(Field),
    /// They are maps, or lists of maps: the ontology has no type for that.
    Structured,
    /// They are now this, now that; a sentence about it.
    Mixed(String),
}

impl<'a> FieldUse<'a> {
    /// Adds a value; `kinds_of` knows the ids that records declare.
    pub(super) fn add<'k>(&mut self, node: &'a YamlNode, kinds_of: impl FnOnce(&str) -> Option<&'k BTreeSet<&'a str>>)
    where
        'a: 'k,
    {
        if node.is_null() {
            return;
        }
        self.seen += 1;
        *self.shapes.entry(Shape::of(node)).or_default() += 1;
        let Some(text) = node.text() else { return };
        if self.values.len() < MAX_VALUES || self.values.contains_key(text) {
            *self.values.entry(text).or_default() += 1;
        } else {
            self.many_values = true;
        }
        if let Some(kinds) = kinds_of(text).filter(|_| text.contains(':')) {
            self.refs += 1;
            self.ref_kinds.extend(kinds);
        }
    }

    /// The type of nearly all values.
    pub(super) fn infer(&self) -> Inferred {
        use Shape::{Bool, Float, Int, Line, List, Map, Moment, Structure, Text};
        let of = |shapes: &[Shape]| -> usize { shapes.iter().filter_map(|shape| self.shapes.get(shape)).sum() };
        let nearly = |shapes: &[Shape]| nearly_all(of(shapes), self.seen);
        let plain = |kind| Inferred::Typed(Field { kind, values: Vec::new() });
        if nearly(&[List]) {
            plain(FieldType::List)
        } else if nearly(&[Bool]) {
            plain(FieldType::Boolean)
        } else if nearly(&[Int]) {
            plain(FieldType::Integer)
        } else if nearly(&[Int, Float]) {
            plain(FieldType::Number)
        } else if nearly(&[Moment]) {
            plain(FieldType::DateTime)
        } else if nearly(&[Bool, Int, Float, Moment, Line, Text]) {
            self.infer_text()
        } else if nearly(&[Map, Structure, List]) {
            Inferred::Structured
        } else {
            Inferred::Mixed(self.shapes_shown())
        }
    }

    fn infer_text(&self) -> Inferred {
        let scalars: usize = self.shapes.iter().filter(|(shape, _)| shape.is_scalar()).map(|(_, n)| n).sum();
        let typed = |kind, values| Inferred::Typed(Field { kind, values });
        if self.refs == scalars {
            let few = self.ref_kinds.len() <= MAX_REF_KINDS;
            let kinds = self.ref_kinds.iter().filter(|_| few).map(|kind| (*kind).to_owned()).collect();
            return typed(FieldType::Ref, kinds);
        }
        if let Some(values) = self.closed_set(scalars) {
            return typed(FieldType::Enum, values);
        }
        let lines = !self.shapes.contains_key(&Shape::Text);
        typed(if lines { FieldType::String } else { FieldType::Text }, Vec::new())
    }

    /// The values, where they are few and each is used often.
    fn closed_set(&self, uses: usize) -> Option<Vec<String>> {
        let few = !self.many_values && (2..=MAX_ENUM).contains(&self.values.len());
        let often = uses >= LEAST_ENUM_USES && uses >= self.values.len() * LEAST_USES_EACH;
        let word = |value: &&str| !value.trim().is_empty() && value.chars().count() <= MAX_ENUM_CHARS;
        let words = self.values.keys().all(|value| word(value) && !value.contains('\n'));
        (few && often && words).then(|| self.values.keys().map(|value| (*value).to_owned()).collect())
    }

    fn shapes_shown(&self) -> String {
        let shapes = self.shapes.iter().map(|(shape, count)| format!("{count} times {}", shape.shown()));
        shapes.collect::<Vec<_>>().join(", ")
    }
}

impl Shape {
    fn of(node: &YamlNode) -> Self {
        match &node.value {
            Yaml::Map(_) => Self::Map,
            Yaml::List(items) if items.iter().all(|item| matches!(item.value, Yaml::Scalar(_))) => Self::List,
            Yaml::List(_) => Self::Structure,
            Yaml::Scalar(scalar) => match scalar.kind {
                ScalarKind::Bool(_) => Self::Bool,
                ScalarKind::Int(_) => Self::Int,
                ScalarKind::Float(_) => Self::Float,
                _ if Timestamp::parse(&scalar.text).is_ok() => Self::Moment,
                _ if scalar.text.contains('\n') => Self::Text,
                _ => Self::Line,
            },
        }
    }

    fn is_scalar(self) -> bool {
        !matches!(self, Self::List | Self::Structure | Self::Map)
    }

    fn shown(self) -> &'static str {
        match self {
            Self::Bool => "a boolean",
            Self::Int => "a whole number",
            Self::Float => "a number",
            Self::Moment => "a moment",
            Self::Line => "a line of text",
            Self::Text => "a text of several lines",
            Self::List => "a list of values",
            Self::Structure => "a list of maps or lists",
            Self::Map => "a map",
        }
    }
}

/// Whether a value says nothing.
pub(super) fn is_empty(node: &YamlNode) -> bool {
    match &node.value {
        Yaml::Scalar(scalar) => node.is_null() || scalar.text.trim().is_empty(),
        Yaml::List(items) => items.iter().all(is_empty),
        Yaml::Map(map) => map.is_empty(),
    }
}
