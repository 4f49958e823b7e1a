//! What file systems that ignore case and Unicode form make of paths.

use unicode_normalization::UnicodeNormalization;

/// The components of a path: what each falls together with, by its folder and its name, and how it is spelled.
///
/// `Notes/Plan.md` gives `notes` spelled `Notes`, and `notes/plan.md` spelled `Plan.md`.
pub fn spelled(path: &[u8]) -> impl Iterator<Item = (String, &[u8])> {
    let mut folder = String::new();
    path.split(|byte| *byte == b'/').enumerate().map(move |(depth, name)| {
        if depth > 0 {
            folder.push('/');
        }
        folder.push_str(&folded(name));
        (folder.clone(), name)
    })
}

/// What a name falls together with.
pub(super) fn folded(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfc().flat_map(char::to_lowercase).nfc().collect()
}
