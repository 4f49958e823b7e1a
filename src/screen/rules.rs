//! Which rules this program looks for secrets by: whoever keeps what was found under other rules looks again.

use crate::base::Digest;
use std::sync::LazyLock;

/// The source of every rule, and of the search itself: what a text is judged by is this and nothing else.
const SOURCES: [&str; 14] = [
    include_str!("detectors.rs"),
    include_str!("hidden.rs"),
    include_str!("injection.rs"),
    include_str!("keys.rs"),
    include_str!("mod.rs"),
    include_str!("pem.rs"),
    include_str!("phrases.rs"),
    include_str!("placeholder.rs"),
    include_str!("rules.rs"),
    include_str!("scan.rs"),
    include_str!("scripts.rs"),
    include_str!("starts.rs"),
    include_str!("suspects.rs"),
    include_str!("value.rs"),
];

static DIGEST: LazyLock<Digest> = LazyLock::new(|| Digest::of(SOURCES.join("\0").as_bytes()));

/// The digest of the rules. It is another one where any rule is, and may be where none is.
pub fn rules_digest() -> &'static Digest {
    &DIGEST
}
