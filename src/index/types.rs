//! What goes into the index, and what comes out of it.

use super::gram_plan::Plan;
use super::scores::TextPart;
use crate::base::{CommitId, Digest, Oid, RepoPath};
use crate::note::{FileClass, RecordForm};
use serde::{Deserialize, Serialize};

/// A commit of the approved line and the paths it changed against the one before.
#[derive(Clone, Debug)]
pub struct Landing {
    /// The commit.
    pub commit: CommitId,
    /// Its position on the approved line, from 0.
    pub position: u32,
    /// The changed ordinary files; a path that became a symlink or submodule is gone.
    pub changes: Vec<PathChange>,
}

/// A path and what it holds now.
#[derive(Clone, Debug)]
pub struct PathChange {
    /// The path from the memory root.
    pub path: RepoPath,
    /// Its blob; `None` where the path is gone.
    pub blob: Option<Oid>,
}

/// An entry of the index: a record, or a note without an id. Ids stay what they are while an index is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub u32);

/// What is known of a record or note without reading it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Where it is.
    pub path: RepoPath,
    /// Which record of its file, from 0.
    pub ordinal: u32,
    /// How it was written; `None` for a note without an id.
    #[serde(with = "form_code")]
    pub form: Option<RecordForm>,
    /// Its id, where it is a record.
    pub id: Option<String>,
    /// Its kind.
    pub kind: Option<String>,
    /// Its title: never empty (the id or the file name at worst).
    pub title: String,
    /// Its status.
    pub status: Option<String>,
    /// Its owners, of the field and of `owned_by` edges, without repeats.
    pub owners: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The repositories it applies to, of the field and of `applies_to_repo` edges, without repeats.
    pub repo_refs: Vec<String>,
    /// Its other names.
    pub aliases: Vec<String>,
    /// Its sensitivity.
    pub sensitivity: Option<String>,
    /// `updatedAt`, as it is written.
    pub updated_at: Option<String>,
    /// Its summary: the field, else the first paragraph of the body, at most 400 characters.
    pub summary: String,
    /// Its headings, in order.
    pub headings: Vec<String>,
    /// Its sections, in order: the units that a text is matched with.
    pub sections: Vec<Section>,
    /// Its typed edges: kind, target, in file order.
    pub edges: Vec<(String, String)>,
    /// What its body links to, resolved to a path from the memory root where it is a relative path.
    pub links: Vec<String>,
    /// First line.
    pub line_start: u32,
    /// Last line.
    pub line_end: u32,
    /// Its other fields as text: key, value.
    pub fields: Vec<(String, String)>,
    /// The digest of its source text.
    pub digest: Digest,
}

/// A run of lines of an entry that is matched as one: a Markdown body is cut at its headings, and a graph record is one section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// First line.
    pub first: u32,
    /// Last line.
    pub last: u32,
    /// The heading it stands under, as a place in the entry's headings.
    pub heading: Option<u32>,
}

mod form_code {
    use super::RecordForm;
    use serde::{Deserialize, Deserializer, Serializer};

    const FORMS: [RecordForm; 5] =
        [RecordForm::Node, RecordForm::Extends, RecordForm::Patch, RecordForm::Item, RecordForm::Markdown];

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde fixes the signature")]
    pub fn serialize<S: Serializer>(form: &Option<RecordForm>, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_u8(form.map_or(0, |form| form as u8 + 1))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<RecordForm>, D::Error> {
        let code = u8::deserialize(d)?;
        match code {
            0 => Ok(None),
            n => FORMS
                .get(n as usize - 1)
                .copied()
                .map(Some)
                .ok_or_else(|| serde::de::Error::custom("unknown record form")),
        }
    }
}

/// A file that is live at a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedFile {
    /// Where it is.
    pub path: RepoPath,
    /// Its blob.
    pub blob: Oid,
    /// Its class.
    pub class: FileClass,
    /// Whether its text can be searched: UTF-8 without NUL, within the size limit.
    pub searchable: bool,
    /// Whether its text holds what the scan takes for secrets.
    pub has_secrets: bool,
}

/// A full-text question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextQuery {
    /// What was asked, as it was written.
    pub text: String,
}

/// How well an entry answers a text question. The parts add up to the score.
#[derive(Clone, Debug, PartialEq)]
pub struct TextMatch {
    /// Which entry.
    pub entry: EntryId,
    /// Its score.
    pub score: f64,
    /// What it is made of, in a fixed order.
    pub parts: Vec<TextPart>,
}

/// How much of an entry the one who asks may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Openness {
    /// Everything.
    Open,
    /// Only its title, aliases, id and tags.
    Metadata,
    /// Nothing, but that it has a word that was asked for.
    Hidden,
}

/// A pattern to find in lines. Linear time, size bounded.
#[derive(Clone, Debug)]
pub struct GrepPattern {
    /// The compiled expression.
    pub(super) regex: regex::bytes::Regex,
    /// The text, where the expression is just one.
    pub(super) literal: Option<memchr::memmem::Finder<'static>>,
    /// What a text must hold to hold a match.
    pub(super) plan: Plan,
}

/// A pattern that cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the pattern cannot be read at character {position}: {reason}")]
pub struct PatternError {
    /// The 1-based character where it goes wrong.
    pub position: usize,
    /// What is wrong.
    pub reason: String,
}

/// The matching lines of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileMatches {
    /// Which file.
    pub path: RepoPath,
    /// Its matching lines, in order.
    pub lines: Vec<LineMatch>,
}

/// A matching line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineMatch {
    /// The line, from 1.
    pub line: u32,
    /// Its text without `\n`; a carriage return before that is part of the line, as it is for git.
    pub text: String,
    /// What matched, as byte offsets into `text`; nothing for a match of no width.
    pub spans: Vec<(usize, usize)>,
}

/// Why the index cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// What is on disk is not what was written there: it is thrown away and made anew.
    #[error("the index is damaged: {0}")]
    Damaged(String),
    /// The folder cannot be read or written.
    #[error("the index at {path} cannot be used")]
    Io {
        /// Where it is.
        path: std::path::PathBuf,
        /// What happened.
        #[source]
        source: std::io::Error,
    },
    /// Another process is writing this index.
    #[error("the index at {0} is being written by another process")]
    Locked(std::path::PathBuf),
    /// A blob of the line cannot be read.
    #[error(transparent)]
    Blob(#[from] crate::base::store::BlobError),
    /// tantivy failed.
    #[error("the text index failed: {0}")]
    Text(String),
}
