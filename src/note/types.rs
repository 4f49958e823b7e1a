//! What a file says, with the byte span of everything it says.

use super::yaml::YamlMap;
use crate::base::{LineIndex, RepoPath, Span};
use std::sync::Arc;

/// A value and where in the file it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// What sort of file a path names (spec: the class table of the memory repository).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileClass {
    /// `graph/**/*.yaml|yml` and `babysitter/runs/**/*.yaml|yml`: documents, each a record.
    Graph,
    /// `**/*.md`: a record when its front matter has an `id`, a free-form note otherwise.
    Markdown,
    /// `ontology/**/*.yaml|yml`.
    Ontology,
    /// `indexes/**`: generated, never authoritative.
    Generated,
    /// Anything else: stored, not parsed.
    Other,
}

/// Bounds on what is parsed. A file's own limits come from the ontology's `limits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of a file that are parsed.
    pub max_file_bytes: usize,
    /// The most bytes of a front matter block.
    pub max_front_matter_bytes: usize,
    /// The deepest nesting of YAML.
    pub max_depth: usize,
    /// The most YAML nodes in a front matter block.
    pub max_front_matter_nodes: usize,
    /// The most YAML nodes in a graph file.
    pub max_graph_nodes: usize,
    /// The most findings a single file gives.
    pub max_diagnostics: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_file_bytes: 1 << 20,
            max_front_matter_bytes: 64 << 10,
            max_depth: 16,
            max_front_matter_nodes: 5_000,
            max_graph_nodes: 200_000,
            max_diagnostics: 100,
        }
    }
}

/// What kind of thing went wrong while reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiagnosticKind {
    /// The bytes are not UTF-8 (LK001).
    InvalidUtf8,
    /// The YAML does not parse, repeats a key, or is over a limit (LK002).
    InvalidYaml,
    /// The front matter does not parse, is not a map, or is not closed (LK003).
    InvalidFrontMatter,
    /// The file is larger than the limit, and was not read (LK602).
    TooLarge,
    /// A document or an edge is of no form that is understood, so that something was not read.
    /// `check` reports it by the rule the message belongs to (LK102).
    WrongShape,
}

/// Something that could not be read, where, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of thing went wrong.
    pub kind: DiagnosticKind,
    /// Where.
    pub span: Span,
    /// One sentence: what is wrong.
    pub message: String,
    /// One sentence: how to mend it.
    pub help: String,
    /// Another place that matters, and what is there.
    pub related: Option<(Span, String)>,
}

/// How a record was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordForm {
    /// A graph document with `nodeKind`, `id`, `attributes`, `edges`.
    Node,
    /// A graph document with `extendsNode: {nodeKind, id}`: adds edges to a record declared elsewhere.
    Extends,
    /// A graph document with `patch: true`: overrides fields of a record declared elsewhere.
    Patch,
    /// An item of a `kind: NodeDocument` document's `nodes` list.
    Item,
    /// A Markdown file with an `id` in its front matter.
    Markdown,
}

impl RecordForm {
    /// Whether the record declares its id (and does not add to one declared elsewhere).
    pub fn declares(self) -> bool {
        matches!(self, Self::Node | Self::Item | Self::Markdown)
    }
}

/// One record: a graph document, an item of a node document, or a Markdown file's front matter.
#[derive(Clone, Debug)]
pub struct Record {
    /// How it was written.
    pub form: RecordForm,
    /// Which record of its file this is, from 0.
    pub ordinal: u32,
    /// Its id, as raw text. Empty where it is missing.
    pub id: Spanned<String>,
    /// Its kind (`nodeKind`, or `kind` in front matter), as raw text.
    pub kind: Option<Spanned<String>>,
    /// Its fields: `attributes` of a graph record, the whole front matter of a Markdown record.
    pub fields: YamlMap,
    /// Its edges, in file order, declared and implied.
    pub edges: Vec<Edge>,
    /// All of the record: the document, the item, or the front matter block.
    pub span: Span,
    /// Where to point when something is missing: the record's first line.
    pub head: Span,
}

/// Where an edge comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeOrigin {
    /// `edges` of a graph record.
    Declared,
    /// `related` in front matter.
    Related,
    /// `owners`: an edge of kind `owned_by`.
    Owners,
    /// `repoRefs`: an edge of kind `applies_to_repo`.
    RepoRefs,
}

/// A typed edge to a target id, from the record that holds it.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The edge kind.
    pub kind: Spanned<String>,
    /// The target's id, as raw text.
    pub target: Spanned<String>,
    /// The edge's own attributes; empty where it has none.
    pub attributes: YamlMap,
    /// Where the edge comes from.
    pub origin: EdgeOrigin,
}

/// A heading of a Markdown body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its plain text.
    pub text: String,
    /// Where it stands in the file.
    pub span: Span,
}

/// How a link was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkForm {
    /// `[[target]]` or `[[target|text]]`.
    Wiki,
    /// `[text](target)`.
    Markdown,
}

/// A link of a Markdown body. It becomes an edge of kind `mentions` where its target names a
/// record's id, path or alias.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What is named, without a fragment or a query; a relative path is as it was written.
    pub target: String,
    /// How it was written.
    pub form: LinkForm,
    /// Where it stands in the file.
    pub span: Span,
}

/// What a Markdown file says besides its record.
#[derive(Clone, Debug, Default)]
pub struct Markdown {
    /// Its front matter, where there is one that parses.
    pub front_matter: Option<YamlMap>,
    /// Where the body begins, in bytes.
    pub body_start: usize,
    /// Front matter `title`, else the first level-one heading, else the file name without extension.
    pub title: String,
    /// Its headings, in order.
    pub headings: Vec<Heading>,
    /// Its links, in order.
    pub links: Vec<Link>,
}

/// A file as it was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Where it is.
    pub path: RepoPath,
    /// What sort of file it is.
    pub class: FileClass,
    /// Its bytes as text; `None` where they are not UTF-8 or larger than the limit, or where its class is not parsed.
    pub text: Option<Arc<str>>,
    /// Where its lines begin.
    pub lines: LineIndex,
    /// Its records, in file order.
    pub records: Vec<Record>,
    /// What it says as Markdown, for that class.
    pub markdown: Option<Markdown>,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
}
