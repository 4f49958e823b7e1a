//! Where the files of a run lie.

use crate::base::RepoPath;
use crate::base::path::BadPath;
use crate::ingest::names::component;
use crate::ingest::story::Story;

/// The folder that everything an import writes lies below, but for lessons.
const ROOT: &str = "babysitter";
/// The folder whose YAML files are read as records of runs.
const RUNS: &str = "babysitter/runs/";

/// The most bytes of a folder that is asked for, and how deep it may lie: names have to fit below it.
const LONGEST: usize = 500;
const DEEPEST: usize = 16;

/// The folder of a run: `babysitter/runs/<run>` unless a request says otherwise.
///
/// It stands for `runs/<run>` in the table of what becomes what. Sessions, retrospectives and `MEMORY.md` are not the run's
/// alone: they lie in `babysitter/` whatever the folder of the run is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    folder: String,
}

/// The folder is none that files of a run may lie in.
#[derive(Debug, thiserror::Error)]
pub enum BadTarget {
    /// It is no path.
    #[error("the target path is not usable: {0}")]
    Path(#[from] BadPath),
    /// Records there would not be read.
    #[error("the target path must lie below `{RUNS}`, where records of runs are read")]
    Elsewhere,
    /// What lies below it would have too long a name.
    #[error("the target path has more than {LONGEST} bytes or {DEEPEST} components: name a shorter one")]
    TooLong,
}

impl Target {
    /// The folder that a run has where nobody asks for another.
    pub fn of(story: &Story) -> Self {
        Self::named(story.run().unwrap_or_else(|| story.session()))
    }

    /// The folder that a run of this name has.
    pub fn named(run: &str) -> Self {
        Self { folder: format!("{RUNS}{}", component(run)) }
    }

    /// The folder that was asked for.
    pub fn parse(folder: &str) -> Result<Self, BadTarget> {
        let folder = folder.strip_suffix('/').unwrap_or(folder);
        RepoPath::parse(folder)?;
        if !folder.starts_with(RUNS) {
            Err(BadTarget::Elsewhere)
        } else if folder.len() > LONGEST || folder.split('/').count() > DEEPEST {
            Err(BadTarget::TooLong)
        } else {
            Ok(Self { folder: folder.to_owned() })
        }
    }

    /// The folder.
    pub fn as_str(&self) -> &str {
        &self.folder
    }

    /// A file in the folder of the run.
    pub(super) fn in_run(&self, name: &str) -> RepoPath {
        RepoPath::parse(format!("{}/{name}", self.folder)).expect("names of parts are short and plain")
    }

    /// A file beside the runs.
    pub(super) fn beside(name: &str) -> RepoPath {
        RepoPath::parse(format!("{ROOT}/{name}")).expect("names of parts are short and plain")
    }
}
