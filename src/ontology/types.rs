//! The words of an ontology.

use super::owners::PathOwners;
use super::ranking::Ranking;
use crate::base::{Digest, GlobSet, Severity, Span};
use crate::note::Limits;
use std::collections::BTreeMap;

/// What a repository's records may mean.
#[derive(Clone, Debug)]
pub struct Ontology {
    /// Whether the repository declares it; otherwise it is the built-in one.
    pub declared: bool,
    /// Node kinds by name.
    pub node_kinds: BTreeMap<String, NodeKind>,
    /// Edge kinds by name.
    pub edge_kinds: BTreeMap<String, EdgeKind>,
    /// Controlled vocabulary.
    pub vocabulary: Vocabulary,
    /// Severity settings by rule name.
    pub rules: BTreeMap<String, RuleSetting>,
    /// Path policy.
    pub paths: PathPolicy,
    /// Size limits, with the parser's own budgets.
    pub limits: Limits,
    /// Findings let through by name.
    pub allow: Vec<Allowance>,
    /// What counts in the order of an answer.
    pub ranking: Ranking,
    /// Who has to approve a change of which paths.
    pub owners: PathOwners,
    /// The digest of the ontology files' paths and contents; a function of the commit's content alone.
    pub digest: Digest,
}

/// A kind of record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeKind {
    /// What it is, for people.
    pub description: String,
    /// The id prefix; by default the kind in kebab case.
    pub id_prefix: String,
    /// Further prefixes that ids of the kind have: real repositories changed their mind.
    pub further_prefixes: Vec<String>,
    /// Characters and ranges that the slug of an id may hold besides `a-z 0-9 . _ : / -`, such as `A-Z`.
    pub id_characters: String,
    /// Required fields.
    pub required: Vec<String>,
    /// Allowed statuses.
    pub statuses: Vec<String>,
    /// Typed fields.
    pub fields: BTreeMap<String, Field>,
    /// Whether new records should not use it.
    pub deprecated: bool,
}

impl NodeKind {
    /// Whether ids of the kind may have this prefix.
    pub fn takes_prefix(&self, prefix: &str) -> bool {
        self.id_prefix == prefix || self.further_prefixes.iter().any(|further| further == prefix)
    }
}

/// A typed field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its type.
    pub kind: FieldType,
    /// The values of an enum, the kinds a ref may point to.
    pub values: Vec<String>,
}

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// One line of text.
    String,
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// RFC 3339.
    DateTime,
    /// One of `values`.
    Enum,
    /// A record id.
    Ref,
    /// A list of scalars.
    List,
}

/// A kind of edge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EdgeKind {
    /// What it says, for people.
    pub description: String,
    /// Kinds it may start from; empty: any.
    pub from: Vec<String>,
    /// Kinds it may lead to; empty: any.
    pub to: Vec<String>,
    /// Whether both ends have one kind.
    pub same_kind: bool,
    /// Whether it may form no cycle.
    pub acyclic: bool,
    /// The name of the edge read the other way.
    pub inverse: Option<String>,
}

/// Controlled vocabulary.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vocabulary {
    /// Allowed tags; `None`: any.
    pub tags: Option<Vec<String>>,
    /// Allowed owners; `None`: any `team:`, `user:` or `group:` id.
    pub owners: Option<Vec<String>>,
    /// Allowed sensitivities.
    pub sensitivity: Vec<String>,
}

/// What a repository makes of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleSetting {
    /// Reported with this severity.
    Severity(Severity),
    /// Not reported.
    Off,
}

/// Which paths a repository takes.
#[derive(Clone, Debug, Default)]
pub struct PathPolicy {
    /// Where it is not empty, only these.
    pub allow: GlobSet,
    /// Never these.
    pub deny: GlobSet,
}

/// A finding let through by name: the rule, the paths, and the digest of the offending text.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// The rule's code.
    pub rule: String,
    /// The paths.
    pub path: GlobSet,
    /// The digest of the offending text.
    pub digest: Digest,
    /// Why it is right here.
    pub reason: String,
}

/// What is wrong with an ontology file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OntologyProblem {
    /// Which file.
    pub path: String,
    /// Where in it.
    pub span: Span,
    /// One sentence: what is wrong.
    pub message: String,
    /// One sentence: how to mend it.
    pub help: String,
}

/// The types of the fields that every record may have.
pub const COMMON_FIELDS: &[(&str, FieldType)] = &[
    ("title", FieldType::Text),
    ("status", FieldType::Text),
    ("summary", FieldType::Text),
    ("sensitivity", FieldType::Text),
    ("updatedAt", FieldType::DateTime),
    ("owners", FieldType::List),
    ("tags", FieldType::List),
    ("aliases", FieldType::List),
    ("repoRefs", FieldType::List),
];
