//! Holds a clone against what its history says of itself: no server, no network, nothing written.

use super::convert::{io, not_a_repository};
use super::{Code, EngineError, Progress};
use crate::base::CommitId;
use crate::change;
pub use crate::change::{FaultyCommit, LineAsks, LineCounts, LineFault, LineReport};
use crate::git::{AllowedSigners, ReadRepository, RefSpec, Repository};
use serde::Serialize;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The largest allowed-signers file that is read, in bytes.
const LARGEST_FILE: u64 = 4 << 20;
/// The setting of git that names the file.
const SETTING: &str = "gpg.ssh.allowedSignersFile";

/// What is to be verified.
#[derive(Clone, Debug, Default)]
pub struct AskLine {
    /// The commit to begin at; none: the tip of the default branch.
    pub rev: Option<String>,
    /// A commit that is trusted: it and what is below are not looked at.
    pub base: Option<String>,
    /// The allowed-signers file; none: the one that git is set to.
    pub allowed_signers: Option<PathBuf>,
    /// What is asked beyond the memory's own file.
    pub asks: LineAsks,
}

/// What verifying a clone found.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifiedLine {
    /// The commit that it began at.
    pub commit: CommitId,
    /// The commit that is trusted.
    pub base: Option<CommitId>,
    /// Whether nothing makes the line unsound.
    pub sound: bool,
    /// What there is.
    #[serde(flatten)]
    pub counts: LineCounts,
    /// What is wrong: the most serious first, then the newest.
    pub faults: Vec<FaultyCommit>,
}

/// Walks the approved line of the repository around a folder.
pub fn verify_line(folder: &Path, ask: &AskLine, progress: Progress<'_>) -> Result<VerifiedLine, EngineError> {
    let found = Repository::discover(folder).map_err(not_a_repository)?;
    let repo = Repository::open_unchanged(found.git_dir())?;
    if repo.git_dir().join("shallow").exists() {
        let message =
            "this clone is shallow, so the line cannot be walked to its first commit: run `git fetch --unshallow`";
        return Err(EngineError::new(Code::BadRequest, message));
    }
    let tip = match &ask.rev {
        Some(rev) => named(&repo, rev)?,
        None => repo.tip()?.ok_or_else(|| EngineError::new(Code::RefNotFound, "the repository has no commit yet"))?,
    };
    let base = ask.base.as_deref().map(|base| named(&repo, base)).transpose()?;
    if let Some(base) = base {
        require_on_line(&repo, tip, base)?;
    }
    let signers = signers(&repo, ask.allowed_signers.as_deref())?;
    let report = change::check_line(&repo, (tip, base), &signers, ask.asks, progress)?;
    let sound = report.is_sound();
    Ok(VerifiedLine { commit: tip, base, sound, counts: report.counts, faults: report.faults })
}

fn named(repo: &Repository, name: &str) -> Result<CommitId, EngineError> {
    let found = repo.resolve(&RefSpec::Named(name.to_owned())).map_err(EngineError::from);
    // Here "no" means that the line is not sound: a name that says nothing is a wrong use.
    Ok(found.map_err(|error| EngineError { code: Code::BadRequest, ..error })?.0)
}

/// A base beside the line would leave nothing out, and seem to.
fn require_on_line(repo: &Repository, tip: CommitId, base: CommitId) -> Result<(), EngineError> {
    let above = repo.first_parents(tip, Some(base))?;
    let below = above.last().map(|oldest| repo.commit(oldest.id)).transpose()?;
    if below.is_none_or(|oldest| oldest.parents.first() == Some(&base)) {
        return Ok(());
    }
    let message = format!("{} is not on the first-parent line of {}", base.short(), tip.short());
    Err(EngineError::new(Code::BadRequest, message + ": name a commit that landed before it as --base"))
}

/// The signers that git is set to in a repository; none where it is set to none.
pub(super) fn signers_of(repo: &Repository) -> Result<AllowedSigners, EngineError> {
    match crate::git::user_path(repo.git_dir(), SETTING)? {
        Some(path) => read_signers(&path),
        None => Ok(AllowedSigners::default()),
    }
}

fn signers(repo: &Repository, given: Option<&Path>) -> Result<AllowedSigners, EngineError> {
    let set = || crate::git::user_path(repo.git_dir(), SETTING);
    let path = given.map_or_else(set, |path| Ok(Some(path.to_owned())))?.ok_or_else(|| {
        let mend = "give --allowed-signers FILE, or set gpg.ssh.allowedSignersFile in git: the file is what GET .../signers of the server gives";
        EngineError::new(Code::BadRequest, format!("it is not known whose signatures count: {mend}"))
    })?;
    read_signers(&path)
}

/// Reads an allowed-signers file.
pub(super) fn read_signers(path: &Path) -> Result<AllowedSigners, EngineError> {
    let unreadable = |e| {
        let unread = io(format_args!("the allowed-signers file {} cannot be read", path.display()), e);
        EngineError { code: Code::BadRequest, ..unread }
    };
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(LARGEST_FILE + 1).read_to_string(&mut text).map_err(unreadable)?;
    AllowedSigners::parse(&text)
        .map_err(|e| EngineError::new(Code::BadRequest, format!("{}: {e}", path.display())).caused_by(e))
}
