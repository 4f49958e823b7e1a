//! What names mean in a tree: ids, paths and aliases, in the order that links are read in.

use crate::base::{RepoPath, Span};
use crate::change::LoadedTree;
use crate::check::TreeFile;
use crate::index::resolve_link;
use crate::note::{FileClass, Link, Record, SourceFile};
use std::collections::HashMap;

/// A place in a file of the memory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The file.
    pub path: RepoPath,
    /// Where in it.
    pub span: Span,
}

/// What a name means: a record, or a page without one.
#[derive(Clone, Copy)]
pub(super) struct Found<'t> {
    pub(super) source: &'t SourceFile,
    pub(super) record: Option<&'t Record>,
}

/// The names of a tree.
pub(super) struct Names<'t> {
    tree: &'t LoadedTree,
    ids: HashMap<&'t str, Vec<Found<'t>>>,
    aliases: HashMap<&'t str, Found<'t>>,
}

/// Every file of a tree that was read.
pub(super) fn sources(tree: &LoadedTree) -> impl Iterator<Item = &SourceFile> {
    tree.files.iter().filter_map(|file| file.source.as_deref())
}

/// Every record of a tree.
pub(super) fn records(tree: &LoadedTree) -> impl Iterator<Item = Found<'_>> {
    sources(tree).flat_map(|source| source.records.iter().map(move |record| Found { source, record: Some(record) }))
}

impl<'t> Names<'t> {
    pub(super) fn new(tree: &'t LoadedTree) -> Self {
        let mut names = Self { tree, ids: HashMap::new(), aliases: HashMap::new() };
        for source in sources(tree) {
            for record in &source.records {
                names.add_record(Found { source, record: Some(record) }, record);
            }
            if source.records.is_empty() {
                names.add_aliases(Found { source, record: None });
            }
        }
        names
    }

    /// What a name means, seen from a file: an id, a path from the root or from the file's folder, an alias.
    /// An id that is declared more than once means each of its records.
    pub(super) fn meaning(&self, name: &str, from: &RepoPath) -> Vec<Found<'t>> {
        if let Some(found) = self.ids.get(name) {
            return found.clone();
        }
        let at = |path: &str| self.at_path(path);
        let found = at(name).or_else(|| at(&resolve_link(from.parent(), name)?));
        found.or_else(|| self.aliases.get(name).copied()).into_iter().collect()
    }

    /// What a link means.
    pub(super) fn of_link(&self, link: &Link, from: &RepoPath) -> Option<Found<'t>> {
        self.meaning(&link.target, from).first().copied()
    }

    fn add_record(&mut self, found: Found<'t>, record: &'t Record) {
        if record.form.declares() && !record.id.value.is_empty() {
            self.ids.entry(&record.id.value).or_default().push(found);
        }
        self.add_aliases(found);
    }

    fn add_aliases(&mut self, found: Found<'t>) {
        for alias in found.texts("aliases") {
            self.aliases.entry(alias).or_insert(found);
        }
    }

    /// The file at a path, which may be written without `.md`.
    fn at_path(&self, path: &str) -> Option<Found<'t>> {
        let found = self.file(path.as_bytes()).or_else(|| self.file(format!("{path}.md").as_bytes()))?;
        let source = found.source.as_deref()?;
        let record = source.records.first().filter(|_| source.class == FileClass::Markdown);
        Some(Found { source, record })
    }

    fn file(&self, path: &[u8]) -> Option<&'t TreeFile> {
        let at = self.tree.files.binary_search_by(|file| file.path.as_slice().cmp(path)).ok()?;
        Some(&self.tree.files[at])
    }
}

impl<'t> Found<'t> {
    /// Where it is declared: the id of a record, the title of a page.
    pub(super) fn spot(&self) -> Spot {
        let title = || self.source.markdown.as_ref()?.headings.iter().find(|heading| heading.level == 1);
        let span = self.record.map(|record| record.id.span).or_else(|| Some(title()?.span));
        Spot { path: self.source.path.clone(), span: span.unwrap_or_default() }
    }

    /// Its id, where it is a record.
    pub(super) fn id(&self) -> Option<&'t str> {
        self.record.map(|record| record.id.value.as_str())
    }

    /// What it is called.
    pub(super) fn title(&self) -> &'t str {
        let page = || self.source.markdown.as_ref().map(|page| page.title.as_str());
        let own = self.record.and_then(|record| record.fields.text("title"));
        own.or_else(page).or(self.id()).unwrap_or_else(|| self.source.path.file_name())
    }

    /// A field's text.
    pub(super) fn text(&self, field: &str) -> Option<&'t str> {
        self.fields()?.text(field)
    }

    /// A field's texts.
    pub(super) fn texts(&self, field: &str) -> Vec<&'t str> {
        self.fields().map(|fields| fields.texts(field)).unwrap_or_default()
    }

    /// Whether both are one thing.
    pub(super) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.source, other.source) && self.record.map(|r| r.ordinal) == other.record.map(|r| r.ordinal)
    }

    fn fields(&self) -> Option<&'t crate::note::YamlMap> {
        let page = || self.source.markdown.as_ref()?.front_matter.as_ref();
        self.record.map(|record| &record.fields).or_else(page)
    }
}
