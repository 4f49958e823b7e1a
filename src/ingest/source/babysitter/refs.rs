//! References of a run to files in its directory.

/// What a reference leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leads {
    /// To a path in the run's directory.
    Inside(String),
    /// Out of it.
    Outside,
}

/// Resolves a reference in the run's directory.
pub(super) fn resolve(reference: &str) -> Leads {
    let relative = reference.strip_prefix("file://").unwrap_or(reference);
    if relative.starts_with(['/', '\\', '~']) || relative.contains(['\0', '\\']) || relative.contains("://") {
        return Leads::Outside;
    }
    let mut parts = Vec::new();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return Leads::Outside,
            ".." => {}
            part => parts.push(part),
        }
    }
    Leads::Inside(parts.join("/"))
}
