//! What an edge may lead to though no record of the memory has that id.

/// Prefixes of ids that may name what lives outside the memory.
const PLATFORM: &[&str] = &["org", "team", "user", "group", "repository", "agent-stack", "trigger", "skill-grant"];
/// Edge kinds that may lead outside the memory, and the prefixes of what they may lead to.
const OUTWARD: &[&str] = &["derived_from", "resolved_by"];
const OUTSIDE: &[&str] = &["issue", "pr", "dispatch-run", "artifact"];

/// Whether an id names a resource of the platform, which may live outside the memory.
pub fn names_platform(id: &str) -> bool {
    has_prefix(id, PLATFORM)
}

/// Whether an edge of a kind may lead to a target that no record has.
pub fn may_lie_outside(edge_kind: &str, target: &str) -> bool {
    names_platform(target) || (OUTWARD.contains(&edge_kind) && (has_prefix(target, OUTSIDE) || is_url(target)))
}

fn has_prefix(id: &str, prefixes: &[&str]) -> bool {
    id.split_once(':').is_some_and(|(prefix, slug)| prefixes.contains(&prefix) && !slug.is_empty())
}

fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}
