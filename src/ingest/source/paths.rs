//! Paths as a run names them, relative to its working directory.

use super::text::one_line;

/// A path relative to a directory where it lies in it.
pub(super) fn relative(path: &str, root: Option<&str>) -> String {
    let inside = root.filter(|root| !root.is_empty()).and_then(|root| {
        let rest = path.strip_prefix(root.trim_end_matches(['/', '\\']))?;
        rest.strip_prefix(['/', '\\'])
    });
    one_line(inside.unwrap_or(path).trim_start_matches("./"))
}
