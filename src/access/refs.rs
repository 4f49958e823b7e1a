//! The decision about one reference of a push.

use super::{Caller, Denial, Reason, RepositoryPolicy, Role};

/// What a push does to a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefMove {
    /// Makes it.
    Create,
    /// Moves it to a descendant of where it is.
    FastForward,
    /// Moves it anywhere else.
    Force,
    /// Removes it.
    Delete,
}

impl RefMove {
    /// Every move.
    pub const ALL: [Self; 4] = [Self::Create, Self::FastForward, Self::Force, Self::Delete];

    /// The move that a line of a push stands for.
    pub fn of(old_is_null: bool, new_is_null: bool, fast_forward: bool) -> Self {
        match (old_is_null, new_is_null) {
            (_, true) => Self::Delete,
            (true, false) => Self::Create,
            (false, false) if fast_forward => Self::FastForward,
            (false, false) => Self::Force,
        }
    }
}

/// Whether a caller may move one reference by a push. Each reference of a push is decided on its own.
///
/// `name` and `default_branch` are full names, such as `refs/heads/main`.
pub fn decide_ref(
    caller: &Caller,
    name: &str,
    change: RefMove,
    policy: &RepositoryPolicy,
    default_branch: &str,
) -> Result<(), Denial> {
    if caller.scope.is_some() {
        return Err(Denial::scoped(
            "scope",
            "pushing with git is not for a token that is narrowed by scopes".to_owned(),
        ));
    }
    match rule(Place::of(name, default_branch), change, policy) {
        Ok(needs) => {
            let what = format!("this push to `{}`", name.escape_debug());
            Reason::missing_role(caller.role, needs, &what).map_or(Ok(()), |reason| Err(Denial::policy(reason)))
        }
        Err((code, field, message)) => {
            let message = format!("`{}`: {message}", name.escape_debug());
            Err(Denial::policy(Reason { code, field, message }))
        }
    }
}

/// The sorts of references that rules tell apart.
#[derive(Clone, Copy)]
enum Place {
    DefaultBranch,
    Proposal,
    ForNoBranch,
    EngineBranch,
    KrateBranch,
    Branch,
    SnapshotTag,
    Tag,
    Server,
    Other,
}

/// Names below which only the engine makes references. The names themselves are kept free too:
/// a reference there would leave no room below it.
const ENGINE_BRANCHES: [&str; 2] = ["refs/heads/krate/agent-memory", "refs/heads/krate/memory-import"];
const SNAPSHOT_TAGS: &str = "refs/tags/memory/snapshots";

impl Place {
    fn of(name: &str, default_branch: &str) -> Self {
        if !name.starts_with("refs/") || name.split('/').any(is_odd) {
            return Self::Other;
        }
        if name == default_branch {
            return Self::DefaultBranch;
        }
        if ENGINE_BRANCHES.iter().any(|engine| covers(engine, name)) {
            return Self::EngineBranch;
        }
        match name {
            _ if covers(SNAPSHOT_TAGS, name) => Self::SnapshotTag,
            _ if is_proposal(name, default_branch) => Self::Proposal,
            _ if covers("refs/for", name) => Self::ForNoBranch,
            _ if covers("refs/lorekeep", name) => Self::Server,
            _ if name.starts_with("refs/heads/krate/") => Self::KrateBranch,
            _ if name.starts_with("refs/heads/") => Self::Branch,
            _ if name.starts_with("refs/tags/") => Self::Tag,
            _ => Self::Other,
        }
    }
}

/// Whether a name is the prefix, below it, or one of the folders that lead to it.
fn covers(prefix: &str, name: &str) -> bool {
    let below = |folder: &str, name: &str| name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    name == prefix || below(prefix, name) || below(name, prefix)
}

/// Whether a push to this name proposes an update of the default branch: `refs/for/` and the branch's own name.
pub fn is_proposal(name: &str, default_branch: &str) -> bool {
    let branch = default_branch.strip_prefix("refs/heads/");
    branch.is_some_and(|branch| name.strip_prefix("refs/for/") == Some(branch))
}

/// A component that no honest name has: empty, an option to some program, or one that hides what it is.
fn is_odd(part: &str) -> bool {
    part.is_empty() || part.starts_with('-') || part.chars().any(char::is_control)
}

/// The least role for a move, or why nobody may.
fn rule(
    place: Place,
    change: RefMove,
    policy: &RepositoryPolicy,
) -> Result<Role, (&'static str, &'static str, &'static str)> {
    let protected = |message| Err(("ProtectedRef", "ref", message));
    match (place, change) {
        (Place::DefaultBranch, RefMove::Delete) => protected("the default branch is never deleted"),
        (Place::DefaultBranch, RefMove::Force) => {
            protected("the default branch only moves forward; revert what was wrong")
        }
        (Place::DefaultBranch, _) if !policy.allow_direct_push() => {
            let message = "the policy of this repository lets nobody push the default branch; propose an update";
            Err(("DirectPushNotAllowed", "policy.allowDirectPush", message))
        }
        (Place::DefaultBranch, _) => Ok(Role::Maintainer),
        (Place::Proposal, RefMove::Create) => Ok(Role::Proposer),
        (Place::Proposal, _) => protected("there is nothing to move or delete; reject the update instead"),
        (Place::ForNoBranch, _) => {
            protected("updates are proposed for the default branch: push to refs/for/<its name>")
        }
        (Place::EngineBranch, _) => protected("the server alone writes the branches of updates and imports"),
        (Place::KrateBranch, RefMove::Create | RefMove::FastForward) => Ok(Role::Proposer),
        (Place::KrateBranch | Place::Branch, _) => Ok(Role::Maintainer),
        (Place::SnapshotTag, _) => protected("the server alone makes snapshot tags, and they never move"),
        (Place::Tag, RefMove::Create) => Ok(Role::Maintainer),
        (Place::Tag, _) => protected("a tag is neither moved nor deleted; make another one"),
        (Place::Server, _) => protected("what is below refs/lorekeep/ belongs to the server"),
        (Place::Other, _) => protected("only branches and tags with ordinary names are taken by a push"),
    }
}
