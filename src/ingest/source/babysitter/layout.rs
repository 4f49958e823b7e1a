//! Where things lie in the directory of a run.

use super::super::parse::TOO_LONG;
use super::super::telling::Telling;
use crate::ingest::{Bundle, BundleFile};
use serde_json::Value;
use std::io::{self, Read};

/// The largest file that is read as one structure or text.
const LARGEST: u64 = 4 << 20;

/// The directory of a run in a bundle.
#[derive(Clone)]
pub(super) struct Layout<'b> {
    bundle: &'b Bundle,
    /// What stands before each path: nothing, or a folder that the whole run lies in.
    base: String,
}

impl<'b> Layout<'b> {
    /// Finds the directory of a run: at the top, or in the one folder that has a `run.json`.
    pub(super) fn of(bundle: &'b Bundle) -> Option<Self> {
        let at_top = bundle.file("run.json").is_some()
            || bundle.files().any(|file| file.path.starts_with("journal/") && file.path.ends_with(".json"))
            || EVENTS.iter().any(|name| bundle.file(name).is_some());
        if at_top {
            return Some(Self { bundle, base: String::new() });
        }
        let mut inner = bundle.files().filter_map(|file| {
            let folder = file.path.strip_suffix("/run.json")?;
            (!folder.contains('/')).then_some(folder)
        });
        match (inner.next(), inner.next()) {
            (Some(folder), None) => Some(Self { bundle, base: format!("{folder}/") }),
            _ => None,
        }
    }

    /// The files of the run, each with its path in the run's directory.
    pub(super) fn files(&self) -> impl Iterator<Item = (&'b str, &'b BundleFile)> {
        self.bundle.files().filter_map(|file| Some((file.path.strip_prefix(self.base.as_str())?, file)))
    }

    /// A file of the run.
    pub(super) fn file(&self, path: &str) -> Option<&'b BundleFile> {
        self.bundle.file(&format!("{}{path}", self.base))
    }

    /// Opens a file of the run, and says that what follows is of it.
    pub(super) fn open(&self, path: &str, telling: &mut Telling<'_>) -> io::Result<crate::ingest::Part> {
        let whole = format!("{}{path}", self.base);
        telling.begin_file(&whole);
        self.bundle.open(&whole)
    }

    /// The bytes of a file that is there and not too large.
    pub(super) fn bytes(&self, path: &str, telling: &mut Telling<'_>) -> io::Result<Option<Vec<u8>>> {
        let Some(file) = self.file(path) else { return Ok(None) };
        let mut bytes = Vec::new();
        let part = self.open(path, telling)?;
        if file.size > LARGEST {
            telling.unfit(TOO_LONG);
            return Ok(None);
        }
        part.take(LARGEST).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// The structure in a file, screened, where it is there and one.
    pub(super) fn json(&self, path: &str, telling: &mut Telling<'_>) -> io::Result<Option<Value>> {
        Ok(self.bytes(path, telling)?.and_then(|bytes| telling.json(&bytes)))
    }
}

/// Where flat events stand in one file, a line each.
pub(super) const EVENTS: &[&str] = &["journal.jsonl", "events.jsonl", "journal/journal.jsonl", "journal/events.jsonl"];
