//! What one comparison works on: the folder that `run.sh` filled, and what was drawn for it.

use lorekeep::base::Timestamp;
use lorekeep::base::time::FixedClock;
use lorekeep::engine::{Memory, RefRequest};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A folder with `memory.git` (the whole line), `tip.git` (the tip alone), `checkout/` (the tip's files), and
/// `drawn.json` once it is drawn.
pub struct Setup {
    folder: PathBuf,
    /// Fewer runs, for a first look.
    pub quick: bool,
}

/// What is asked, and of which commits.
#[derive(Serialize, Deserialize)]
pub struct Drawn {
    /// The tip.
    pub tip: String,
    /// Older commits of the approved line.
    pub old: Vec<String>,
    /// Literals to find.
    pub literals: Vec<String>,
    /// Regular expressions to find, which mean the same to git, ripgrep and us.
    pub regexes: Vec<String>,
    /// Questions in words.
    pub questions: Vec<String>,
}

impl Setup {
    /// The folder that `run.sh` filled.
    pub fn open(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), quick: std::env::var_os("LOREKEEP_COMPARE_QUICK").is_some() }
    }

    /// Something in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What was drawn.
    pub fn drawn(&self) -> Drawn {
        let text = std::fs::read(self.path("drawn.json")).expect("the questions are drawn first");
        serde_json::from_slice(&text).expect("it was written by this program")
    }

    /// Keeps what was drawn.
    pub fn keep(&self, drawn: &Drawn) {
        let text = serde_json::to_vec_pretty(drawn).expect("it is JSON");
        std::fs::write(self.path("drawn.json"), text).expect("the folder can be written");
    }

    /// Opens a repository of the folder.
    pub fn memory(&self, name: &str) -> Memory {
        let now = Timestamp::parse("2026-11-01T00:00:00Z").expect("it is a time");
        Memory::local(&self.path(name), Arc::new(FixedClock::at(now))).expect("the repository opens")
    }

    /// How often something is done: so often, or in a quick run seldom.
    pub fn times(&self, often: usize, seldom: usize) -> usize {
        if self.quick { seldom } else { often }
    }
}

/// A commit by its id.
pub fn at(commit: &str) -> RefRequest {
    RefRequest { requested: Some(commit.to_owned()), ..RefRequest::default() }
}
