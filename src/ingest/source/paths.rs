//! Paths as a run names them. The screen has made those that lie in the working directory relative to it.

use super::text::one_line;

/// A path, without the dot that it may begin with.
pub(super) fn named(path: &str) -> String {
    one_line(path.trim_start_matches("./"))
}
