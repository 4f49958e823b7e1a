//! What stands on disk: the names of the files, and what their frames hold.

use super::fields::Lengths;
use super::timeline::Step;
use super::version::{self, LineList, Version};
use crate::base::{CommitId, Oid, RepoPath};
use crate::note::FileClass;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The files of an index folder.
#[derive(Clone, Debug)]
pub(super) struct Layout(PathBuf);

impl Layout {
    pub(super) fn new(dir: &Path) -> Self {
        Self(dir.to_owned())
    }

    /// The folder.
    pub(super) fn dir(&self) -> &Path {
        &self.0
    }

    /// Held by the one process that writes.
    pub(super) fn lock(&self) -> PathBuf {
        self.0.join("index.lock")
    }

    /// Names what of the other files counts; replaced whole.
    pub(super) fn manifest(&self) -> PathBuf {
        self.0.join("manifest")
    }

    /// The distinct lines.
    pub(super) fn lines(&self) -> PathBuf {
        self.0.join("lines.log")
    }

    /// The versions.
    pub(super) fn versions(&self) -> PathBuf {
        self.0.join("versions.log")
    }

    /// The landings.
    pub(super) fn landings(&self) -> PathBuf {
        self.0.join("landings.log")
    }

    /// The postings.
    pub(super) fn terms(&self) -> PathBuf {
        self.0.join("terms")
    }
}

/// What counts of the files of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The version of the format.
    pub(super) format: u32,
    /// The last commit.
    pub(super) tip: Option<CommitId>,
    /// The length of `lines.log`.
    pub(super) lines: u64,
    /// The length of `versions.log`.
    pub(super) versions: u64,
    /// The length of `landings.log`.
    pub(super) landings: u64,
    /// The number after the last entry.
    pub(super) end_entry: u32,
}

/// A frame of `versions.log`.
#[derive(Serialize, Deserialize)]
pub(super) struct VersionFrame<'a> {
    path: &'a str,
    blob: [u8; 20],
    class: u8,
    first_entry: u32,
    lengths: Vec<Lengths>,
    runs: Option<&'a [u8]>,
    final_newline: bool,
    facts: &'a [u8],
}

/// A frame of `landings.log`.
#[derive(Serialize, Deserialize)]
pub(super) enum LandingFrame {
    /// The next landing.
    Landed {
        /// The commit.
        commit: [u8; 20],
        /// The versions that are live from now on.
        opened: Vec<u32>,
        /// The paths that are gone.
        closed: Vec<String>,
    },
    /// Only so many landings count from now on.
    Rewound(u32),
}

const CLASSES: [FileClass; 5] =
    [FileClass::Graph, FileClass::Markdown, FileClass::Ontology, FileClass::Generated, FileClass::Other];

impl<'a> VersionFrame<'a> {
    pub(super) fn of(version: &'a Version) -> Self {
        Self {
            path: version.path.as_str(),
            blob: *version.blob.as_bytes(),
            class: CLASSES.iter().position(|class| *class == version.class).expect("every class is listed") as u8,
            first_entry: version.first_entry,
            lengths: version.lengths.to_vec(),
            runs: version.text.as_ref().map(|list| &*list.runs),
            final_newline: version.text.as_ref().is_some_and(|list| list.final_newline),
            facts: &version.facts,
        }
    }

    /// The version; `None` where it is none.
    pub(super) fn into_version(self) -> Option<Version> {
        let final_newline = self.final_newline;
        Some(Version {
            path: RepoPath::parse(self.path).ok()?,
            blob: Oid::from_bytes(self.blob),
            class: *CLASSES.get(self.class as usize)?,
            text: self.runs.map(|runs| LineList { runs: runs.into(), final_newline }),
            first_entry: self.first_entry,
            lengths: self.lengths.into(),
            facts: self.facts.into(),
            decoded: Mutex::new(version::empty()),
        })
    }
}

impl LandingFrame {
    pub(super) fn of(step: &Step) -> Self {
        let closed = step.changes.iter().filter(|(_, version)| version.is_none());
        Self::Landed {
            commit: *step.commit.0.as_bytes(),
            opened: step.changes.iter().filter_map(|(_, version)| *version).collect(),
            closed: closed.map(|(path, _)| path.as_str().to_owned()).collect(),
        }
    }

    /// The landing; `None` where it names what there is not.
    pub(super) fn step(
        commit: [u8; 20],
        opened: Vec<u32>,
        closed: Vec<String>,
        versions: &[Arc<Version>],
    ) -> Option<Step> {
        let closed = closed.into_iter().map(|path| Some((RepoPath::parse(path).ok()?, None)));
        let opened = opened.into_iter().map(|number| Some((versions.get(number as usize)?.path.clone(), Some(number))));
        let changes = closed.chain(opened).collect::<Option<_>>()?;
        Some(Step { commit: CommitId(Oid::from_bytes(commit)), changes })
    }
}
