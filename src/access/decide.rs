//! The decision about an action.

use super::{Action, Caller, Denial, Reason};

/// Whether a caller may do something in their own org.
///
/// That the resource belongs to the caller's org is for the engine to establish first: what does not,
/// does not exist.
pub fn decide(caller: &Caller, action: &Action<'_>) -> Result<(), Denial> {
    if caller.scope.is_some() && !action.can_be_narrowed() {
        let message = format!("{} is not for a token that is narrowed by scopes", action.in_words());
        return Err(Denial::scoped("scope", message));
    }
    let missing = Reason::missing_role(caller.role, action.needs(), action.in_words());
    if approves_own(caller, action) {
        return Err(Denial::self_approval().and(missing));
    }
    missing.map_or(Ok(()), |reason| Err(Denial::policy(reason)))
}

/// Whether all of the paths that a caller names are within what their token is narrowed to.
pub fn decide_paths<'p>(caller: &Caller, paths: impl IntoIterator<Item = &'p str>) -> Result<(), Denial> {
    let outside = paths.into_iter().find(|path| !caller.sees_path(path));
    outside.map_or(Ok(()), |path| {
        Err(Denial::scoped("path", format!("`{}` is outside the scopes of this token", path.escape_debug())))
    })
}

/// Names that differ in case alone count as one principal: two tokens must not make two people of one.
fn approves_own(caller: &Caller, action: &Action<'_>) -> bool {
    let Action::Approve { proposers, .. } = action else { return false };
    let me = &caller.principal;
    proposers.iter().any(|p| p.kind() == me.kind() && p.name().eq_ignore_ascii_case(me.name()))
}
