//! Repositories without a server: a new one, and hooks for one that something else serves.

use super::answers::queries_at;
use super::convert::{io, not_a_repository};
use super::memory::Memory;
use super::{Code, EngineError, RefRequest, driver, layout, state};
use crate::base::{Clock, CommitId};
use crate::git::{At, ReadRepository, Repository};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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

/// Puts the hooks into a bare repository that is served by something else, with the merge driver and the state that
/// makes them quick; says what was written. Where one of the other two hooks is somebody else's it is left alone: pushes are checked
/// more slowly then, or nothing is proposed by them.
pub fn install_hooks(repository: &Path, program: &Path, clock: Arc<dyn Clock>) -> Result<Vec<PathBuf>, EngineError> {
    let repo = Repository::open(repository).map_err(not_a_repository)?;
    let hooks = repo.git_dir().join("hooks");
    std::fs::create_dir_all(&hooks).map_err(|e| io("the hooks folder cannot be made", e))?;
    let path_of_program = program;
    let program = quoted(program);
    let before = hooks.join("pre-receive");
    if !write_hook(&before, &pre_receive(&program))? {
        let message = format!("{} exists: move it away, or call `lorekeep hook pre-receive` from it", before.display());
        return Err(EngineError::new(Code::AlreadyExists, message));
    }
    let mut written = vec![before];
    let after = hooks.join("post-receive");
    if write_hook(&after, &post_receive(&program))? {
        written.push(after);
    }
    let proposals = hooks.join("proc-receive");
    if write_hook(&proposals, &proc_receive(&program))? {
        repo.configure(&[("receive.advertisePushOptions", "true")])?;
        repo.configure_also("receive.procReceiveRefs", "refs/for")?;
        written.push(proposals);
    }
    written.push(driver::install(&repo, path_of_program)?);
    after_push(repo.git_dir(), clock)?;
    Ok(written)
}

/// What follows a push that went through, in a repository that something else serves: the validation state, and the index
/// where there are saved queries, which the next push is asked.
pub fn after_push(git_dir: &Path, clock: Arc<dyn Clock>) -> Result<(), EngineError> {
    let repo = Repository::open(git_dir)?;
    state::keep_up(&repo, &state::local_folder(&repo))?;
    let Some(tip) = repo.tip()? else { return Ok(()) };
    if queries_at(&repo, At::Commit(tip))?.is_empty() {
        return Ok(());
    }
    Memory::local(git_dir, clock)?.prepare(&RefRequest::default(), &mut |_, _| ())
}

fn pre_receive(program: &str) -> String {
    format!(
        "#!/bin/sh\n# Written by `lorekeep hook install`: validates what a push would land.\nexec {program} hook pre-receive\n"
    )
}

fn proc_receive(program: &str) -> String {
    format!(
        "#!/bin/sh\n# Written by `lorekeep hook install`: what is pushed to refs/for/ becomes a branch to be reviewed.\n\
         exec {program} hook proc-receive\n"
    )
}

/// It goes on after git has answered: whoever pushes does not wait for it.
fn post_receive(program: &str) -> String {
    format!(
        "#!/bin/sh\n# Written by `lorekeep hook install`: keeps what makes the next validation quick.\n\
         {program} hook post-receive </dev/null >/dev/null 2>&1 &\n"
    )
}

/// Writes a hook; says whether it is there now, which it is not where another one was.
fn write_hook(hook: &Path, text: &str) -> Result<bool, EngineError> {
    match std::fs::read_to_string(hook) {
        Ok(before) => Ok(before == text),
        Err(_) if hook.exists() => Ok(false),
        Err(_) => write_executable(hook, text).map(|()| true),
    }
}

/// A path as one word of a shell script.
pub(super) fn quoted(path: &Path) -> String {
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
