//! Repositories without a server: a new one, and hooks for one that something else serves.

use super::convert::{io, not_a_repository};
use super::{Code, EngineError, layout};
use crate::base::{Clock, CommitId};
use crate::git::Repository;
use std::path::{Path, PathBuf};

/// Makes a new memory repository in a folder: default layout, ontology, README, first commit.
pub fn init(folder: &Path, clock: &dyn Clock) -> Result<CommitId, EngineError> {
    must_be_free(folder)?;
    let now = clock.now();
    Ok(Repository::init_worktree(folder, &layout::files(now), "Begin the company brain", now)?)
}

/// A new repository begins in a folder that is new or empty.
pub(super) fn must_be_free(folder: &Path) -> Result<(), EngineError> {
    if folder.read_dir().is_ok_and(|mut inside| inside.next().is_some()) {
        let message = format!("{} is not empty: choose a new folder", folder.display());
        return Err(EngineError::new(Code::AlreadyExists, message));
    }
    Ok(())
}

/// Puts the hooks into a bare repository that is served by something else; says what was written.
pub fn install_hooks(repository: &Path, program: &Path) -> Result<Vec<PathBuf>, EngineError> {
    let repo = Repository::open(repository).map_err(not_a_repository)?;
    let hooks = repo.git_dir().join("hooks");
    std::fs::create_dir_all(&hooks).map_err(|e| io("the hooks folder cannot be made", e))?;
    let hook = hooks.join("pre-receive");
    let text = format!(
        "#!/bin/sh\n# Written by `lorekeep hook install`: validates what a push would land.\nexec {} hook pre-receive\n",
        quoted(program)
    );
    if std::fs::read_to_string(&hook).is_ok_and(|before| before == text) {
        return Ok(vec![hook]);
    }
    if hook.exists() {
        let message = format!("{} exists: move it away, or call `lorekeep hook pre-receive` from it", hook.display());
        return Err(EngineError::new(Code::AlreadyExists, message));
    }
    write_executable(&hook, &text)?;
    Ok(vec![hook])
}

/// A path as one word of a shell script.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

fn write_executable(path: &Path, text: &str) -> Result<(), EngineError> {
    use std::os::unix::fs::PermissionsExt;
    let fresh = path.with_extension("new");
    let done = std::fs::write(&fresh, text)
        .and_then(|()| std::fs::set_permissions(&fresh, std::fs::Permissions::from_mode(0o755)))
        .and_then(|()| std::fs::rename(&fresh, path));
    done.map_err(|e| io(format_args!("{} cannot be written", path.display()), e))
}
