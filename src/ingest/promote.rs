//! Promotion: from a note to a record of a kind, which keeps where it was derived from.

use super::drafts::DraftFile;
use super::names::slug;
use super::text::one_line;
use super::yaml::Fields;
use crate::base::{RepoPath, Timestamp};
use crate::note::{self, FileClass, Record, Scalar, ScalarKind, SourceFile, Yaml, YamlMap, YamlNode};
use crate::ontology::{NodeKind, Ontology, nearest};
use serde_json::Value;
use std::collections::BTreeMap;

/// The folders of kinds; a kind that has none of its own lies in `pages/`.
const FOLDERS: &[(&str, &str)] = &[
    ("Runbook", "runbooks"),
    ("Decision", "decisions"),
    ("Incident", "incidents"),
    ("Repository", "repositories"),
    ("AgentPractice", "agents/practices"),
    ("AgentStack", "agents/stacks"),
    ("Skill", "agents/skills"),
    ("Tool", "agents/tools"),
    ("Subagent", "agents/subagents"),
    ("PromptFragment", "agents/prompts"),
    ("RunRetrospective", "babysitter/retrospectives"),
];
const FOLDER: &str = "pages";
/// Fields of a note that its record takes over.
const TAKEN_OVER: &[&str] = &["summary", "tags", "repoRefs", "sensitivity"];

/// What makes a record of a note.
pub struct Promotion<'a> {
    /// Where the note is.
    pub path: &'a RepoPath,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The kind of the record.
    pub kind: &'a str,
    /// Its id, as `runbook:deploy-rollback`; else one made of the title.
    pub id: Option<&'a str>,
    /// What it is to be called; else the note's own title.
    pub title: Option<&'a str>,
    /// Who answers for it; else the note's own owners.
    pub owners: &'a [String],
    /// Further fields, by name: the kind may require some.
    pub fields: &'a BTreeMap<String, String>,
    /// When it is promoted.
    pub at: Timestamp,
    /// The ontology of the memory.
    pub ontology: &'a Ontology,
    /// Whether the memory has a record of an id.
    pub exists: &'a dyn Fn(&str) -> bool,
}

/// Why no record is made of a note.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PromoteError {
    /// It is no Markdown that can be read.
    #[error("`{0}` is no Markdown file that can be read: promote a note whose name ends in `.md`")]
    NoNote(RepoPath),
    /// The ontology has no such kind.
    #[error("`{kind}` is no kind of the ontology{}", .near.as_ref().map(|near| format!(": did you mean `{near}`?")).unwrap_or_default())]
    UnknownKind {
        /// The kind.
        kind: String,
        /// The nearest one that there is.
        near: Option<String>,
    },
    /// The note is a record of the kind already.
    #[error("the note is a record of kind `{kind}` already: `{id}`")]
    AlreadyOne {
        /// The kind.
        kind: String,
        /// Its id.
        id: String,
    },
    /// A record of this id is there.
    #[error("the memory has a record `{0}` already: give the new one another title")]
    Exists(String),
    /// The id is none of the kind.
    #[error("an id of this kind is `{prefix}:` and a name of `a-z 0-9 -`, such as `{prefix}:deploy-rollback`")]
    BadId {
        /// What ids of the kind begin with.
        prefix: String,
    },
    /// Nothing gives the record a name.
    #[error("the note has no title that a record could be named by: give it one")]
    Nameless,
    /// Required fields of which nobody gives a value.
    #[error("a `{kind}` needs {}: give values for them", listed(.missing))]
    Missing {
        /// The kind.
        kind: String,
        /// The fields.
        missing: Vec<String>,
    },
}

/// Makes a record of a note. The note itself stays.
pub fn promote(promotion: &Promotion<'_>) -> Result<DraftFile, PromoteError> {
    let note = read(promotion)?;
    let kind = kind(promotion)?;
    let source = note.records.first();
    check_kind(promotion, source)?;
    let own = note.markdown.as_ref().map_or("", |markdown| markdown.title.as_str());
    let title = one_line(promotion.title.unwrap_or(own), 200);
    let name = match promotion.id {
        Some(id) => name_in(id, &kind.id_prefix)?,
        None => slug(&title, 80),
    };
    if name.is_empty() || title.is_empty() {
        return Err(PromoteError::Nameless);
    }
    let id = format!("{}:{name}", kind.id_prefix);
    if (promotion.exists)(&id) {
        return Err(PromoteError::Exists(id));
    }
    let fields = fields(promotion, kind, &note, (&id, &title))?;
    let folder = FOLDERS.iter().find(|(known, _)| *known == promotion.kind).map_or(FOLDER, |(_, folder)| folder);
    let path = RepoPath::parse(format!("{folder}/{name}.md")).expect("a slug is a plain name");
    let content = format!("---\n{}---\n\n{}", fields.text(), body(&note, &title));
    Ok(DraftFile { path, content })
}

/// The name in an id that was asked for.
fn name_in(id: &str, prefix: &str) -> Result<String, PromoteError> {
    let name = id.strip_prefix(prefix).and_then(|rest| rest.strip_prefix(':'));
    let name = name.filter(|name| !name.is_empty() && slug(name, 80) == *name);
    name.map(str::to_owned).ok_or_else(|| PromoteError::BadId { prefix: prefix.to_owned() })
}

fn read(promotion: &Promotion<'_>) -> Result<SourceFile, PromoteError> {
    let note = note::read(promotion.path, promotion.bytes, &promotion.ontology.limits);
    let readable = note.class == FileClass::Markdown && note.text.is_some();
    if readable { Ok(note) } else { Err(PromoteError::NoNote(promotion.path.clone())) }
}

fn kind<'a>(promotion: &Promotion<'a>) -> Result<&'a NodeKind, PromoteError> {
    let kinds = &promotion.ontology.node_kinds;
    kinds.get(promotion.kind).ok_or_else(|| {
        let near = nearest(promotion.kind, kinds.keys().map(String::as_str)).map(str::to_owned);
        PromoteError::UnknownKind { kind: one_line(promotion.kind, 80), near }
    })
}

fn check_kind(promotion: &Promotion<'_>, source: Option<&Record>) -> Result<(), PromoteError> {
    match source.filter(|source| source.kind.as_ref().is_some_and(|kind| kind.value == promotion.kind)) {
        Some(source) => {
            Err(PromoteError::AlreadyOne { kind: promotion.kind.to_owned(), id: one_line(&source.id.value, 200) })
        }
        None => Ok(()),
    }
}

/// The front matter of the record.
fn fields(
    promotion: &Promotion<'_>,
    kind: &NodeKind,
    note: &SourceFile,
    (id, title): (&str, &str),
) -> Result<Fields, PromoteError> {
    let own = note.markdown.as_ref().and_then(|markdown| markdown.front_matter.as_ref());
    let mut fields = Fields::default();
    let status = if kind.statuses.iter().any(|status| status == "draft") { Some("draft") } else { None };
    let status = status.or_else(|| kind.statuses.first().map(String::as_str)).unwrap_or("draft");
    fields.put("id", id).put("kind", promotion.kind).put("title", title).put("status", status);
    fields.put("owners", owners(promotion, own)).put("updatedAt", promotion.at.to_string());
    for name in TAKEN_OVER.iter().copied().chain(kind.required.iter().map(String::as_str)) {
        if !fields.has(name)
            && let Some(node) = own.and_then(|own| own.get(name))
        {
            fields.put(name, value_of(node));
        }
    }
    for (name, value) in promotion.fields {
        fields.put(name, value_for(kind, name, value));
    }
    derived_from(promotion, note, &mut fields);
    let named = |field: &&String| matches!(field.as_str(), "id" | "kind" | "nodeKind") || fields.has(field);
    let missing: Vec<String> = kind.required.iter().filter(|field| !named(field)).cloned().collect();
    if missing.is_empty() {
        Ok(fields)
    } else {
        Err(PromoteError::Missing { kind: promotion.kind.to_owned(), missing })
    }
}

fn owners(promotion: &Promotion<'_>, own: Option<&YamlMap>) -> Vec<String> {
    let own = || own.map(|own| own.texts("owners")).unwrap_or_default().into_iter().map(str::to_owned).collect();
    if promotion.owners.is_empty() { own() } else { promotion.owners.to_vec() }
}

/// Where the record comes from: an edge to the note where it is a record, else its path; and what that came from.
fn derived_from(promotion: &Promotion<'_>, note: &SourceFile, fields: &mut Fields) {
    let mut refs = vec![promotion.path.to_string()];
    if let Some(source) = note.records.first().filter(|source| (promotion.exists)(&source.id.value)) {
        let mut related = Fields::default();
        related.link("derived_from", source.id.value.as_str());
        fields.put("related", related);
        refs = vec![promotion.path.to_string()];
    }
    let own = note.markdown.as_ref().and_then(|markdown| markdown.front_matter.as_ref());
    refs.extend(own.map(|own| own.texts("sourceRefs")).unwrap_or_default().into_iter().map(str::to_owned));
    let mut seen = std::collections::BTreeSet::new();
    refs.retain(|reference| seen.insert(reference.clone()));
    fields.put("sourceRefs", refs);
}

/// The body of the note, with a title where it has none.
fn body(note: &SourceFile, title: &str) -> String {
    let start = note.markdown.as_ref().map_or(0, |markdown| markdown.body_start);
    let text = note.text.as_deref().unwrap_or_default();
    let text = text[start..].trim_matches('\n');
    let titled =
        note.markdown.as_ref().is_some_and(|markdown| markdown.headings.iter().any(|heading| heading.level == 1));
    if titled { format!("{text}\n") } else { format!("# {}\n\n{text}\n", super::markdown::plain(title)) }
}

/// A field that was given as text, as its type wants it.
fn value_for(kind: &NodeKind, name: &str, text: &str) -> Value {
    use crate::ontology::FieldType;
    let common = crate::ontology::COMMON_FIELDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    match kind.fields.get(name).map(|field| field.kind).or(common) {
        Some(FieldType::List) => text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect(),
        Some(FieldType::Integer | FieldType::Number | FieldType::Boolean) => {
            serde_json::from_str(text.trim()).unwrap_or_else(|_| Value::String(text.to_owned()))
        }
        _ => Value::String(text.to_owned()),
    }
}

fn value_of(node: &YamlNode) -> Value {
    match &node.value {
        Yaml::Scalar(Scalar { text, kind }) => match kind {
            ScalarKind::Null => Value::Null,
            ScalarKind::Bool(value) => Value::Bool(*value),
            ScalarKind::Int(value) => (*value).into(),
            ScalarKind::Float(value) => (*value).into(),
            ScalarKind::Str => Value::String(text.clone()),
        },
        Yaml::List(items) => items.iter().map(value_of).collect(),
        Yaml::Map(map) => map.entries.iter().map(|(key, _, node)| (key.clone(), value_of(node))).collect(),
    }
}

fn listed(fields: &[String]) -> String {
    fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ")
}
