//! Reads one setting of the person who runs us, as git would: their own configuration counts, beside the repository's.

use super::program::user_git;
use super::types::GitError;
use std::path::{Path, PathBuf};

/// The longest path that is taken from a setting, in bytes.
const LONGEST: usize = 4096;

/// The value of a setting that is a path, with `~` and `%(prefix)` resolved; `None` where it is not set.
pub fn user_path(git_dir: &Path, name: &str) -> Result<Option<PathBuf>, GitError> {
    let mut command = user_git();
    command.arg("--git-dir").arg(git_dir).args(["config", "--type=path", "--get", name]);
    let failed = |reason: String| GitError::Program { operation: "config", reason };
    let done = command.output().map_err(|error| failed(error.to_string()))?;
    let printed = String::from_utf8(done.stdout).map_err(|_| failed(format!("the setting {name} is not UTF-8")))?;
    let value = printed.trim_end_matches('\n');
    // git says 1 for a setting that is not there.
    match done.status.code() {
        Some(0) if value.len() <= LONGEST => Ok(Some(PathBuf::from(value))),
        Some(0) => Err(failed(format!("the setting {name} has more than {LONGEST} bytes"))),
        Some(1) => Ok(None),
        _ => Err(failed(format!("the setting {name} cannot be read"))),
    }
}
