//! Takes in a repository that exists elsewhere: its branches and tags, and nothing else of it.

use super::convert::shown;
use super::create::publish;
use super::program::Git;
use super::repository::Repository;
use super::types::GitError;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a fetch may take.
const PATIENCE: Duration = Duration::from_secs(1800);
/// Flaws of old histories that harm nobody, and that git's own hosts let pass too.
const FORGIVEN: &[&str] = &[
    "fetch.fsck.badTimezone=ignore",
    "fetch.fsck.missingSpaceBeforeDate=ignore",
    "fetch.fsck.zeroPaddedFilemode=ignore",
];

/// A place to take a repository from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A repository or a bundle on this machine.
    Local(PathBuf),
    /// `http://`, `https://`, `ssh://` or `user@host:path`.
    Remote(String),
}

impl Source {
    /// Reads a place, or says what would be one. No other transport is taken: `ext::` runs commands.
    pub fn parse(text: &str) -> Result<Self, GitError> {
        let refused =
            |why: &str| GitError::Other { what: "reading where to take a repository from", reason: why.into() };
        if text.is_empty() || text.starts_with('-') || text.chars().any(char::is_control) {
            return Err(refused("it is no path and no URL"));
        }
        let remote = ["http://", "https://", "ssh://"].iter().any(|scheme| text.starts_with(scheme));
        if remote && !text.contains("::") {
            return Ok(Self::Remote(text.to_owned()));
        }
        if Path::new(text).exists() {
            let path = std::path::absolute(text).map_err(|error| refused(&error.to_string()))?;
            return Ok(Self::Local(path));
        }
        if is_scp_like(text) {
            return Ok(Self::Remote(text.to_owned()));
        }
        Err(refused("give a path that exists, or an http, https or ssh URL"))
    }

    /// What git is given, after `--`.
    fn argument(&self) -> std::ffi::OsString {
        match self {
            Self::Local(path) => path.into(),
            Self::Remote(url) => url.into(),
        }
    }

    fn transports(&self) -> &'static [&'static str] {
        match self {
            Self::Local(_) => &["protocol.file.allow=always"],
            Self::Remote(_) => {
                &["protocol.http.allow=always", "protocol.https.allow=always", "protocol.ssh.allow=always"]
            }
        }
    }

    fn call(&self, git: Git) -> Git {
        self.transports()
            .iter()
            .fold(git, |git, setting| git.setting(*setting))
            .setting("http.followRedirects=false")
            .env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
            .patience(PATIENCE)
    }
}

/// `user@host:path` with nothing in user or host that ssh could take for an option or a command.
fn is_scp_like(text: &str) -> bool {
    let Some((place, path)) = text.split_once(':') else { return false };
    let Some((user, host)) = place.split_once('@') else { return false };
    let plain = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    plain(user) && plain(host) && !path.is_empty() && !path.starts_with([':', '-'])
}

impl Repository {
    /// Takes the branches and tags of another repository into a new bare one. It appears whole or not at all.
    ///
    /// Nothing remembers where they came from. The default branch is the other's, or `main` where that is not to be found.
    pub fn adopt(source: &Source, path: &Path) -> Result<Self, GitError> {
        publish(path, |draft| {
            fetch(source, draft)?;
            let branch = default_branch(source, draft)?;
            Git::at(draft, "symbolic-ref").args(["HEAD", &branch]).run().map(drop)
        })?;
        Self::open(path)
    }
}

fn fetch(source: &Source, draft: &Path) -> Result<(), GitError> {
    let call = FORGIVEN.iter().fold(Git::at(draft, "fetch"), |git, setting| git.setting(*setting));
    let args = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance"];
    let call = source.call(call).args(args).arg("--end-of-options").arg(source.argument());
    call.args(["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]).run().map(drop)
}

/// The branch the other's `HEAD` names; else one at the commit it stands on; else `main`, `master`, or the only one.
fn default_branch(source: &Source, draft: &Path) -> Result<String, GitError> {
    let fetched = branches(draft)?;
    let call = source.call(Git::new("ls-remote")).args(["--symref", "--end-of-options"]);
    let listed = call.arg(source.argument()).arg("HEAD").run()?;
    let listed = String::from_utf8_lossy(&listed);
    let named = listed.lines().find_map(|line| line.strip_prefix("ref: ")?.strip_suffix("\tHEAD"));
    let at = listed.lines().find_map(|line| line.strip_suffix("\tHEAD").filter(|id| !id.starts_with("ref: ")));
    let is_there = |name: &&str| fetched.iter().any(|(_, branch)| branch == name);
    if let Some(named) = named.filter(is_there) {
        return Ok(named.to_owned());
    }
    let usual = ["refs/heads/main", "refs/heads/master"];
    let standing: Vec<&str> =
        fetched.iter().filter(|(id, _)| Some(id.as_str()) == at).map(|(_, name)| name.as_str()).collect();
    let candidate = usual.into_iter().find(|name| standing.contains(name)).or(standing.first().copied());
    let candidate = candidate.or_else(|| usual.into_iter().find(is_there));
    let candidate = candidate.or_else(|| fetched.first().filter(|_| fetched.len() == 1).map(|(_, name)| name.as_str()));
    Ok(candidate.unwrap_or("refs/heads/main").to_owned())
}

/// Each branch of a repository, after the id it stands at.
fn branches(git_dir: &Path) -> Result<Vec<(String, String)>, GitError> {
    let call = Git::at(git_dir, "for-each-ref").args(["--format=%(objectname) %(refname)", "refs/heads/"]);
    let printed = call.most_stdout(64 << 20).run()?;
    let text = String::from_utf8(printed)
        .map_err(|error| GitError::Program { operation: "for-each-ref", reason: shown(&error.to_string()) })?;
    Ok(text.lines().filter_map(|line| line.split_once(' ')).map(|(id, name)| (id.into(), name.into())).collect())
}
