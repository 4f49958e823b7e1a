//! What a caller may see, and the count of what was left out because of it.

use super::types::{DeniedScope, Visibility};
use std::collections::{BTreeMap, BTreeSet};

/// The kind under which a note without a kind goes.
pub(super) const NOTE: &str = "Note";

/// The line of a policy that hides something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Denial {
    kind: &'static str,
    scope: String,
}

impl Visibility {
    /// Whether nothing is hidden.
    pub(super) fn is_open(&self) -> bool {
        self.include_paths.is_none()
            && self.exclude_paths.is_empty()
            && self.include_kinds.is_none()
            && self.exclude_kinds.is_empty()
    }

    /// What hides a path. Exclusion is looked at first: it wins.
    pub(super) fn path_denial(&self, path: &str) -> Option<Denial> {
        let excluded = self.exclude_paths.matching(path).first().map(|glob| (*glob).to_owned());
        let outside = || {
            let included = self.include_paths.as_ref()?;
            (!included.matches(path)).then(|| outside_of(included.patterns()))
        };
        excluded.or_else(outside).map(|scope| Denial { kind: "path", scope })
    }

    /// What hides records of a kind; `None` is the kind of what is no record and no note.
    pub(super) fn kind_denial(&self, kind: Option<&str>) -> Option<Denial> {
        let excluded = kind.filter(|kind| self.exclude_kinds.iter().any(|k| k == kind)).map(str::to_owned);
        let outside = || {
            let included = self.include_kinds.as_ref()?;
            (!kind.is_some_and(|kind| included.iter().any(|k| k == kind))).then(|| outside_of(included))
        };
        excluded.or_else(outside).map(|scope| Denial { kind: "kind", scope })
    }

    /// The most specific allow-list glob that lets a path be seen, and how many literal components it begins with.
    pub(super) fn allowing_glob(&self, path: &str) -> Option<(&str, usize)> {
        let globs = self.include_paths.as_ref()?.matching(path);
        globs.into_iter().map(|glob| (glob, literal_components(glob))).max_by_key(|(_, n)| *n)
    }
}

/// What was left out, by the line of the policy that hid it.
#[derive(Default)]
pub(super) struct Denied(BTreeMap<Denial, BTreeSet<String>>);

impl Denied {
    /// Counts a file (hidden by its path) or a record (hidden by its kind) once.
    pub(super) fn add(&mut self, denial: Denial, path: &str, ordinal: u32) {
        let what = if denial.kind == "path" { path.to_owned() } else { format!("{path}#{ordinal}") };
        self.0.entry(denial).or_default().insert(what);
    }

    /// The counts, in order.
    pub(super) fn scopes(self) -> Vec<DeniedScope> {
        self.0
            .into_iter()
            .map(|(denial, what)| DeniedScope { kind: denial.kind, scope: denial.scope, omitted: what.len() })
            .collect()
    }
}

fn outside_of(allowed: &[String]) -> String {
    format!("outside {}", allowed.join(", "))
}

fn literal_components(glob: &str) -> usize {
    glob.split('/').take_while(|part| !part.contains(['*', '?', '[', '{'])).count()
}
