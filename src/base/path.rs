//! Paths inside a repository.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest path taken, in bytes.
const MAX_BYTES: usize = 4096;
/// The most components a path may have.
const MAX_DEPTH: usize = 64;

/// A relative, `/`-separated UTF-8 path inside a repository that no component can lead out of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepoPath(String);

/// Why bytes are not a path that a repository may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPath {
    /// Nothing at all, or an empty component.
    #[error("a path has no empty component")]
    Empty,
    /// Not UTF-8.
    #[error("a path is UTF-8")]
    NotUtf8,
    /// Begins with `/`.
    #[error("a path is relative to the repository")]
    Absolute,
    /// `.` or `..`.
    #[error("a path has no `.` or `..` component")]
    Dots,
    /// `.git` in any case, or a name that some file systems take for it.
    #[error("a path has no `.git` component")]
    DotGit,
    /// A control character, or one that turns the direction of text around or shows as nothing.
    #[error("a path has no control character")]
    Control,
    /// A backslash, which some systems take for a separator.
    #[error("a path has no backslash")]
    Backslash,
    /// A component beginning with `-`, which a program could take for an option.
    #[error("a path has no component that begins with `-`")]
    LeadingDash,
    /// A name that Windows reserves for a device, a trailing dot or space, or a colon.
    #[error(
        "a path has no component that Windows refuses (a device name, a trailing dot or space, or one of `<>:\"|?*`)"
    )]
    Windows,
    /// Too long or too deep.
    #[error("a path has at most 4096 bytes and 64 components")]
    TooLong,
}

impl RepoPath {
    /// Parses a path, refusing what could name anything but an ordinary file below the root.
    pub fn parse(bytes: impl AsRef<[u8]>) -> Result<Self, BadPath> {
        let bytes = bytes.as_ref();
        if bytes.len() > MAX_BYTES {
            return Err(BadPath::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| BadPath::NotUtf8)?;
        if text.starts_with('/') {
            return Err(BadPath::Absolute);
        }
        if text.split('/').count() > MAX_DEPTH {
            return Err(BadPath::TooLong);
        }
        text.split('/').try_for_each(check_component)?;
        Ok(Self(text.to_owned()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last component.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The extension of the last component, without its dot.
    pub fn extension(&self) -> Option<&str> {
        self.file_name().rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, ext)| ext)
    }

    /// The folder the path is in, `None` at the top.
    pub fn parent(&self) -> Option<&str> {
        self.0.rsplit_once('/').map(|(parent, _)| parent)
    }
}

fn check_component(part: &str) -> Result<(), BadPath> {
    if part.is_empty() {
        return Err(BadPath::Empty);
    }
    if part == "." || part == ".." {
        return Err(BadPath::Dots);
    }
    if part.chars().any(|c| c.is_control() || misleads(c)) {
        return Err(BadPath::Control);
    }
    if part.contains('\\') {
        return Err(BadPath::Backslash);
    }
    if part.starts_with('-') {
        return Err(BadPath::LeadingDash);
    }
    if is_dot_git(part) {
        return Err(BadPath::DotGit);
    }
    if windows_refuses(part) { Err(BadPath::Windows) } else { Ok(()) }
}

/// Bidirectional controls, and the tag characters that spell words nobody sees.
fn misleads(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a file system may take the name for `.git`: by case, NTFS short names and streams, or
/// the code points HFS+ ignores.
fn is_dot_git(part: &str) -> bool {
    let visible: String = part.chars().filter(|c| !hfs_ignores(*c)).collect::<String>().to_lowercase();
    let stem = visible.split(':').next().unwrap_or(&visible).trim_end_matches(['.', ' ']);
    stem == ".git" || stem == "git~1"
}

fn hfs_ignores(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

fn windows_refuses(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_ascii_uppercase();
    let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && matches!(stem.as_bytes()[3], b'1'..=b'9'));
    device || part.ends_with(['.', ' ']) || part.contains(['<', '>', ':', '"', '|', '?', '*'])
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for RepoPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RepoPath {
    type Error = BadPath;
    fn try_from(text: String) -> Result<Self, BadPath> {
        Self::parse(text)
    }
}

impl From<RepoPath> for String {
    fn from(path: RepoPath) -> String {
        path.0
    }
}
