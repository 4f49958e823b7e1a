//! The files that a patch names: `*** Add File: x`, `*** Update File: x`, `*** Delete File: x`.

/// So many files of one patch are told.
const FILES: usize = 500;

/// The paths of a patch, and whether each was made anew.
pub(super) fn files(patch: &str) -> Vec<(String, bool)> {
    let named = patch.lines().filter_map(|line| {
        let line = line.strip_prefix("*** ")?;
        let added = line.strip_prefix("Add File: ").map(|path| (path, true));
        let other = ["Update File: ", "Delete File: ", "Move to: "].iter().find_map(|word| line.strip_prefix(word));
        added.or(other.map(|path| (path, false)))
    });
    named.map(|(path, created)| (path.trim().to_owned(), created)).take(FILES).collect()
}
