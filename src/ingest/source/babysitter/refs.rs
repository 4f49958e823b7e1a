//! References of a run to files in its directory.

/// What a reference leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leads {
    /// To a path in the run's directory.
    Inside(String),
    /// Out of it.
    Outside,
}

/// Resolves a reference: relative to the run's directory, or absolute beneath it where that is known.
pub(super) fn resolve(reference: &str, run: Option<&str>) -> Leads {
    let reference = reference.strip_prefix("file://").unwrap_or(reference);
    let beneath = run
        .filter(|run| !run.is_empty())
        .and_then(|run| reference.strip_prefix(run.trim_end_matches('/'))?.strip_prefix('/'));
    let relative = beneath.unwrap_or(reference);
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
