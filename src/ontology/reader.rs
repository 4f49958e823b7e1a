//! Typed reading of an ontology file: what has another shape is left out and reported.

use super::suggest::nearest;
use super::types::OntologyProblem;
use crate::base::{GlobSet, Span};
use crate::note::{ScalarKind, Yaml, YamlMap, YamlNode};

static EMPTY: YamlMap = YamlMap { entries: Vec::new() };

/// Reads one file and collects what is wrong with it.
pub(super) struct Reader<'a> {
    path: &'a str,
    problems: Vec<OntologyProblem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(path: &'a str) -> Self {
        Self { path, problems: Vec::new() }
    }

    pub(super) fn into_problems(self) -> Vec<OntologyProblem> {
        self.problems
    }

    /// Notes a problem at a place.
    pub(super) fn problem(&mut self, span: Span, message: String, help: impl Into<String>) {
        self.problems.push(OntologyProblem { path: self.path.to_owned(), span, message, help: help.into() });
    }

    /// Reports the keys of a mapping that mean nothing there.
    pub(super) fn only_keys(&mut self, map: &YamlMap, known: &[&str]) {
        for (key, span, _) in &map.entries {
            if !known.contains(&key.as_str()) {
                self.problem(*span, format!("`{key}` is no key that is understood here"), meant(key, known));
            }
        }
    }

    /// The entries of a mapping under a key: name, the name's span, value.
    pub(super) fn entries<'m>(&mut self, map: &'m YamlMap, key: &str) -> &'m [(String, Span, YamlNode)] {
        map.get(key).map_or(&[], |node| self.mapping(node, key).entries.as_slice())
    }

    /// The mapping that a value should be; nothing at all is an empty one.
    pub(super) fn mapping<'m>(&mut self, node: &'m YamlNode, what: &str) -> &'m YamlMap {
        if node.as_map().is_none() && !node.is_null() {
            self.problem(node.span, format!("`{what}` is not a mapping"), "write `key: value` pairs below it");
        }
        node.as_map().unwrap_or(&EMPTY)
    }

    /// The text under a key.
    pub(super) fn text<'m>(&mut self, map: &'m YamlMap, key: &str) -> Option<&'m str> {
        let node = map.get(key)?;
        if node.text().is_none() {
            self.problem(node.span, format!("`{key}` is not a text"), "write one value");
        }
        node.text()
    }

    /// `true` or `false` under a key; absent: `false`.
    pub(super) fn flag(&mut self, map: &YamlMap, key: &str) -> bool {
        let Some(node) = map.get(key) else { return false };
        match &node.value {
            Yaml::Scalar(scalar) if let ScalarKind::Bool(flag) = scalar.kind => flag,
            _ => {
                self.problem(node.span, format!("`{key}` is neither `true` nor `false`"), "write `true` or `false`");
                false
            }
        }
    }

    /// A whole number within bounds under a key.
    pub(super) fn number(&mut self, map: &YamlMap, key: &str, least: usize, most: usize) -> Option<usize> {
        let node = map.get(key)?;
        let number = node.text().and_then(|text| text.parse().ok()).filter(|n| (least..=most).contains(n));
        if number.is_none() {
            self.problem(
                node.span,
                format!("`{key}` is no whole number from {least} to {most}"),
                "write such a number",
            );
        }
        number
    }

    /// The list of texts under a key, each with its place; `None` where there is no list.
    pub(super) fn texts<'m>(&mut self, map: &'m YamlMap, key: &str) -> Option<Vec<(&'m str, Span)>> {
        let node = map.get(key)?;
        let Some(items) = node.as_list() else {
            self.problem(node.span, format!("`{key}` is not a list"), format!("write `{key}: [one, two]`"));
            return None;
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item.text() {
                Some(text) => texts.push((text, item.span)),
                None => {
                    self.problem(item.span, format!("`{key}` holds something that is no text"), "write plain values")
                }
            }
        }
        Some(texts)
    }

    /// The list of texts under a key, without their places.
    pub(super) fn words(&mut self, map: &YamlMap, key: &str) -> Option<Vec<String>> {
        let texts = self.texts(map, key)?;
        Some(texts.into_iter().map(|(text, _)| text.to_owned()).collect())
    }

    /// The globs under a key. One that cannot be read is left out.
    pub(super) fn globs(&mut self, map: &YamlMap, key: &str) -> GlobSet {
        let single = map.get(key).filter(|node| node.text().is_some());
        let texts = match single {
            Some(node) => node.text().map(|text| (text, node.span)).into_iter().collect(),
            None => self.texts(map, key).unwrap_or_default(),
        };
        let mut good = Vec::new();
        for (glob, span) in texts {
            match GlobSet::new(&[glob]) {
                Ok(_) => good.push(glob),
                Err(bad) => self.problem(
                    span,
                    bad.to_string(),
                    "mend the glob: `*` and `?` stay within a folder, `**` crosses folders",
                ),
            }
        }
        GlobSet::new(&good).unwrap_or_else(|bad| {
            let span = map.key_span(key).unwrap_or_default();
            self.problem(span, bad.to_string(), "name fewer globs");
            GlobSet::default()
        })
    }
}

/// The sentence that says which of the known words was meant.
pub(super) fn meant(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "delete it".to_owned(),
        None => format!("use one of: {}", known.join(", ")),
    }
}
