//! The words that a tree and its ontology have for each sort of place.

use super::names::{Found, records, sources};
use super::suggest::{Suggestion, SuggestionKind};
use crate::base::RepoPath;
use crate::change::LoadedTree;
use crate::note::{FRONT_MATTER_KEYS, FileClass, SourceFile, class_of};
use crate::ontology::{FieldType, NodeKind};
use std::collections::BTreeSet;

/// The keys of a graph document.
const GRAPH_KEYS: &[&str] = &["nodeKind", "id", "attributes", "edges", "extendsNode", "patch"];
/// The keys of a record's attributes.
const ATTRIBUTES: &[&str] =
    &["title", "status", "owners", "updatedAt", "summary", "tags", "aliases", "repoRefs", "sensitivity"];

/// What may be offered at one place of one file.
pub(super) struct Offers<'t> {
    tree: &'t LoadedTree,
    path: &'t RepoPath,
    kind: Option<&'t NodeKind>,
    /// What is being written: its own text says nothing of what is in use.
    word: &'t str,
}

impl<'t> Offers<'t> {
    pub(super) fn new(tree: &'t LoadedTree, path: &'t RepoPath, text: &str, offset: usize) -> Self {
        let kind = kind_near(text, offset).and_then(|kind| tree.ontology.node_kinds.get(kind));
        Self { tree, path, kind, word: "" }
    }

    /// The offers for a word.
    pub(super) fn of_word(mut self, word: &'t str) -> Self {
        self.word = word;
        self
    }

    /// The keys of a record at the top.
    pub(super) fn fields(&self) -> Vec<Suggestion> {
        if class_of(self.path) == FileClass::Graph {
            return Self::keys(GRAPH_KEYS);
        }
        self.with_own(FRONT_MATTER_KEYS)
    }

    /// The keys of `attributes`.
    pub(super) fn attributes(&self) -> Vec<Suggestion> {
        self.with_own(ATTRIBUTES)
    }

    /// Keys of a map.
    pub(super) fn keys(keys: &[&str]) -> Vec<Suggestion> {
        keys.iter().map(|key| suggestion(SuggestionKind::Field, key, "")).collect()
    }

    /// The kinds of records.
    pub(super) fn kinds(&self) -> Vec<Suggestion> {
        let kinds = self.tree.ontology.node_kinds.iter();
        let ranked = |(name, kind): (&String, &NodeKind)| Suggestion {
            rank: u8::from(kind.deprecated),
            ..suggestion(SuggestionKind::Kind, name, &kind.description)
        };
        kinds.map(ranked).collect()
    }

    /// The kinds of edges, those first that may start here.
    pub(super) fn edge_kinds(&self) -> Vec<Suggestion> {
        let own = self.kind_name();
        let starts_here = |from: &[String]| from.is_empty() || own.is_some_and(|own| from.iter().any(|k| k == own));
        let kinds = self.tree.ontology.edge_kinds.iter();
        let ranked = kinds.map(|(name, kind)| Suggestion {
            rank: u8::from(!starts_here(&kind.from)),
            ..suggestion(SuggestionKind::EdgeKind, name, &kind.description)
        });
        ranked.collect()
    }

    /// Where an edge of a kind may lead: records, those of the right kinds first, and what such edges lead to elsewhere.
    pub(super) fn targets(&self, edge_kind: &str) -> Vec<Suggestion> {
        let to = self.tree.ontology.edge_kinds.get(edge_kind).map_or(&[][..], |kind| &kind.to);
        let mut list = self.ids_of(to);
        let edges = records(self.tree).filter_map(|found| found.record).flat_map(|record| &record.edges);
        let used: BTreeSet<&str> =
            edges.filter(|edge| edge.kind.value == edge_kind).map(|edge| edge.target.value.as_str()).collect();
        let known: BTreeSet<&str> = records(self.tree).filter_map(|found| found.id()).collect();
        let elsewhere = used.difference(&known).filter(|id| **id != self.word);
        list.extend(elsewhere.map(|id| suggestion(SuggestionKind::Id, id, "not in this memory")));
        list
    }

    /// The ids of all records.
    pub(super) fn ids(&self) -> Vec<Suggestion> {
        self.ids_of(&[])
    }

    /// What a wiki link may name: ids, aliases, and pages without an id.
    pub(super) fn names(&self) -> Vec<Suggestion> {
        let mut list = self.ids();
        for found in records(self.tree) {
            list.extend(
                found.texts("aliases").iter().map(|alias| suggestion(SuggestionKind::Page, alias, found.title())),
            );
        }
        let pages = sources(self.tree).filter(|source| source.records.is_empty() && self.is_other_page(source));
        list.extend(pages.map(|source| {
            let path = source.path.as_str();
            let name = path.strip_suffix(".md").unwrap_or(path);
            suggestion(SuggestionKind::Page, name, Found { source, record: None }.title())
        }));
        list
    }

    /// The pages, by their paths from this file's folder.
    pub(super) fn paths(&self) -> Vec<Suggestion> {
        let pages = sources(self.tree).filter(|source| self.is_other_page(source));
        let named = pages.map(|source| {
            let path = relative(self.path.parent().unwrap_or_default(), source.path.as_str());
            suggestion(SuggestionKind::Page, &path, Found { source, record: source.records.first() }.title())
        });
        named.collect()
    }

    /// The values of a field.
    pub(super) fn values(&self, field: &str) -> Vec<Suggestion> {
        let vocabulary = &self.tree.ontology.vocabulary;
        match field {
            "status" => words(self.kind.map_or(&[][..], |kind| &kind.statuses)),
            "owners" => vocabulary.owners.as_deref().map_or_else(|| self.targets("owned_by"), words),
            "tags" => vocabulary.tags.as_deref().map_or_else(|| self.in_use("tags"), words),
            "sensitivity" => words(&vocabulary.sensitivity),
            "repoRefs" => self.targets("applies_to_repo"),
            "id" => self.own_id().into_iter().collect(),
            field => self.typed_values(field),
        }
    }

    fn typed_values(&self, field: &str) -> Vec<Suggestion> {
        let Some(field) = self.kind.and_then(|kind| kind.fields.get(field)) else { return Vec::new() };
        match field.kind {
            FieldType::Enum => words(&field.values),
            FieldType::Ref => self.ids_of(&field.values),
            FieldType::Boolean => words(&["true", "false"]),
            _ => Vec::new(),
        }
    }

    /// The id that goes with the kind and the file's name.
    fn own_id(&self) -> Option<Suggestion> {
        let name = self.path.file_name();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
        let slug: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        Some(suggestion(SuggestionKind::Id, &format!("{}:{slug}", self.kind?.id_prefix), "from the file's name"))
    }

    fn in_use(&self, field: &str) -> Vec<Suggestion> {
        let used: BTreeSet<&str> = records(self.tree).flat_map(|found| found.texts(field)).collect();
        used.into_iter()
            .filter(|word| *word != self.word)
            .map(|word| suggestion(SuggestionKind::Word, word, ""))
            .collect()
    }

    /// The ids of all records, those of some kinds first.
    fn ids_of(&self, kinds: &[String]) -> Vec<Suggestion> {
        let declared = records(self.tree).filter_map(|found| Some((found, found.record?)));
        let declared = declared.filter(|(_, record)| record.form.declares() && !record.id.value.is_empty());
        let ranked = declared.map(|(found, record)| {
            let kind = record.kind.as_ref().map_or("", |kind| &kind.value);
            let fits = kinds.is_empty() || kinds.iter().any(|wanted| wanted == kind);
            let detail = if found.title() == record.id.value { kind } else { found.title() };
            Suggestion { rank: u8::from(!fits), ..suggestion(SuggestionKind::Id, &record.id.value, detail) }
        });
        ranked.collect()
    }

    /// Keys, and the fields of the record's own kind.
    fn with_own(&self, keys: &[&str]) -> Vec<Suggestion> {
        let own = self.kind.iter().flat_map(|kind| kind.fields.keys()).map(String::as_str);
        let keys: BTreeSet<&str> = keys.iter().copied().chain(own).collect();
        Self::keys(&keys.into_iter().collect::<Vec<_>>())
    }

    fn is_other_page(&self, source: &SourceFile) -> bool {
        source.markdown.is_some() && source.path != *self.path
    }

    fn kind_name(&self) -> Option<&'t str> {
        let own = self.kind?;
        self.tree.ontology.node_kinds.iter().find(|(_, kind)| std::ptr::eq(*kind, own)).map(|(name, _)| name.as_str())
    }
}

fn suggestion(kind: SuggestionKind, text: &str, detail: &str) -> Suggestion {
    Suggestion { rank: 0, text: text.to_owned(), kind, detail: detail.to_owned() }
}

fn words(words: &[impl AsRef<str>]) -> Vec<Suggestion> {
    words.iter().map(|word| suggestion(SuggestionKind::Word, word.as_ref(), "")).collect()
}

/// The kind that is written last before a place, or first behind it: in half-typed text, that of the record there.
fn kind_near(text: &str, offset: usize) -> Option<&str> {
    let (before, after) = text.split_at(offset);
    let before = &before[before.rfind("\n---").map_or(0, |at| at + 1)..];
    let after = &after[..after.find("\n---").unwrap_or(after.len())];
    before.lines().rev().find_map(kind_in).or_else(|| after.lines().find_map(kind_in))
}

/// The kind that a line gives.
fn kind_in(line: &str) -> Option<&str> {
    let key = line.trim_start_matches([' ', '-', '{']);
    let value = key.strip_prefix("nodeKind:").or_else(|| key.strip_prefix("kind:"))?;
    let word = value.trim().trim_matches(['"', '\'', '}']);
    (!word.is_empty()).then_some(word)
}

/// A path as it is written from a folder.
fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = path.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    up.chain(to[shared..].iter().copied()).collect::<Vec<_>>().join("/")
}
