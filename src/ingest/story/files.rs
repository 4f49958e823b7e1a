//! The files that were changed.

use super::Kept;
use crate::ingest::SourceRef;
use crate::ingest::text::one_line;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many files are kept by name.
const MOST: usize = 2_000;
/// The most characters of a path.
const LONGEST: usize = 300;

/// The files that were changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Files {
    /// By path; the count is that of the files kept.
    pub touched: Vec<Touched>,
    /// Changes that worked, or of which nothing says that they did not.
    pub changes: u64,
    /// Of these, changes of files that are not kept by name.
    pub changes_beyond: u64,
    /// Changes that failed.
    pub failed: u64,
}

/// A file that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// Its path.
    pub path: String,
    /// Whether it was made anew.
    pub created: bool,
    /// How often it was changed.
    pub changes: u64,
    /// Where it was changed first.
    pub at: SourceRef,
}

/// Notes the files that are changed.
#[derive(Debug, Default)]
pub(super) struct Desk {
    touched: BTreeMap<String, Touched>,
    files: Files,
}

impl Desk {
    /// A file was changed. Gives its path as it is kept and whether it had been changed before; nothing where the change failed.
    pub(super) fn edit(
        &mut self,
        path: &str,
        created: bool,
        ok: Option<bool>,
        at: &SourceRef,
    ) -> Option<(String, bool)> {
        if ok == Some(false) {
            self.files.failed += 1;
            return None;
        }
        self.files.changes += 1;
        let path = one_line(path, LONGEST);
        let room = self.touched.len() < MOST;
        match self.touched.get_mut(&path) {
            Some(file) => {
                file.changes += 1;
                Some((path, true))
            }
            None if room => {
                let file = Touched { path: path.clone(), created, changes: 1, at: at.clone() };
                self.touched.insert(path.clone(), file);
                Some((path, false))
            }
            None => {
                self.files.changes_beyond += 1;
                Some((path, true))
            }
        }
    }

    pub(super) fn finish(self) -> Files {
        Files { touched: self.touched.into_values().collect(), ..self.files }
    }
}

impl Files {
    /// The files that were made anew, and those that were changed.
    pub fn split(&self) -> (Vec<&Touched>, Vec<&Touched>) {
        self.touched.iter().partition(|file| file.created)
    }

    /// Whether no file was changed.
    pub fn is_empty(&self) -> bool {
        self.touched.is_empty()
    }
}

/// The paths of a list, with how many there were.
pub(super) fn note_path(list: &mut Kept<String>, path: &str, most: usize) {
    if !list.items.iter().any(|known| known == path) {
        list.push(path.to_owned(), most);
    }
}
