//! The files that a story becomes, by tier: records that validate, and nothing that the tier does not keep.
//!
//! Everything here is a function of the story and the choice alone. What stands in a file was screened when the source was
//! read; here it is quoted, so that no text of a source becomes markup or front matter.

mod choice;
mod journal;
mod manifest;
mod memory;
mod names;
mod retrospective;
mod run;
mod session;
mod target;
mod tasks;

pub use choice::{DraftChoice, KeptBytes};
pub use memory::{MEMORY_PATH, merge_memory};
pub use target::{BadTarget, Target};

use super::lessons::{self, Lesson};
use super::story::Story;
use super::yaml::Fields;
use crate::base::RepoPath;
use names::Names;

/// A file to be proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftFile {
    /// Where.
    pub path: RepoPath,
    /// What, as UTF-8.
    pub content: String,
}

/// All that the parts of a draft are made from.
pub(super) struct Context<'a> {
    pub(super) story: &'a Story,
    pub(super) choice: &'a DraftChoice<'a>,
    pub(super) names: Names,
    /// The lessons that are written.
    lessons: Vec<Lesson>,
}

/// Makes the files of a story, in path order.
pub fn drafts(story: &Story, choice: &DraftChoice<'_>) -> Vec<DraftFile> {
    let lessons = if choice.keeps_lessons() { lessons::lessons(story) } else { Vec::new() };
    let context = Context { story, choice, names: Names::of(story, choice), lessons };
    let mut files = Vec::new();
    if context.names.run.is_some() {
        files.extend(journal::files(&context));
        files.extend(tasks::files(&context));
        files.push(run::file(&context));
    }
    files.extend(manifest::file(&context));
    files.extend(session::file(&context));
    files.extend(retrospective::file(&context));
    files.extend(memory::file(&context));
    files.extend(context.lessons.iter().filter_map(|lesson| lessons::file(lesson, &context)));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    files
}

/// A record as a graph document.
fn graph_file(path: RepoPath, kind: &str, id: &str, attributes: Fields, edges: Fields) -> DraftFile {
    let mut record = Fields::default();
    record.put("nodeKind", kind).put("id", id).put("attributes", attributes).put("edges", edges);
    DraftFile { path, content: record.text() }
}

/// A record as Markdown: front matter, a title, a body.
pub(super) fn markdown_file(path: RepoPath, front_matter: &Fields, title: &str, body: &str) -> DraftFile {
    let title = super::markdown::plain(title);
    DraftFile {
        path,
        content: format!("---\n{}---\n\n# {title}\n\n{}", front_matter.text(), body.trim_start_matches('\n')),
    }
}

impl Context<'_> {
    /// The edge kind to use where the memory's ontology may not have the better one.
    fn edge_kind(&self, better: &'static str, common: &'static str) -> &'static str {
        if self.choice.ontology.edge_kinds.contains_key(better) { better } else { common }
    }

    /// Whether an id is there: in the memory, or among what is written.
    pub(super) fn is_there(&self, id: &str) -> bool {
        (self.choice.exists)(id)
    }

    /// What every record of the run says of where it comes from.
    pub(super) fn origin(&self, fields: &mut Fields) {
        fields.put("organization", self.choice.organization).put("sourceKind", source_kind(self.story));
        fields.put("sourceDigest", self.choice.source_digest.as_str());
    }

    /// The records that the source names, where they are in the memory.
    fn records_read(&self) -> Vec<String> {
        let mut ids: Vec<String> =
            self.story.head.records_read.iter().filter(|id| self.is_there(id)).cloned().collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// When the run was last known to do something.
    pub(super) fn updated_at(&self) -> crate::base::Timestamp {
        let (head, times) = (&self.story.head.ran, &self.story.times);
        head.ended.or(times.last).or(head.started).unwrap_or(self.choice.known_at)
    }

    /// When the run began.
    fn began_at(&self) -> crate::base::Timestamp {
        let (head, times) = (&self.story.head.ran, &self.story.times);
        head.started.or(times.first).unwrap_or_else(|| self.updated_at())
    }
}

fn source_kind(story: &Story) -> String {
    match serde_json::to_value(story.kind) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The name of an outcome, which is a status of run records.
fn status(outcome: super::Outcome) -> &'static str {
    match outcome {
        super::Outcome::Running => "running",
        super::Outcome::Completed => "completed",
        super::Outcome::Failed => "failed",
        super::Outcome::Cancelled => "cancelled",
    }
}
