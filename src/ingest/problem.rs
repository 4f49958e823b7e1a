//! What was wrong with a source, and did not keep the rest from being imported.

use super::SourceRef;
use serde::{Deserialize, Serialize};

/// Something in a source that was left out or is doubtful. It never quotes what stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// What sort of thing.
    pub kind: ProblemKind,
    /// Where.
    pub at: SourceRef,
    /// What is wrong, for people; screened.
    pub message: String,
}

/// The sorts of problems. Their names are the reasons of conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProblemKind {
    /// A line or file that is not what its format asks for.
    Malformed,
    /// A line, file or list that is longer than the limit.
    TooLarge,
    /// Bytes that are not UTF-8.
    InvalidUtf8,
    /// JSON nested deeper than the limit.
    TooDeep,
    /// A checksum that does not fit its event.
    ChecksumMismatch,
    /// A path or reference that leaves the run's directory.
    OutsideRun,
    /// A symbolic or hard link.
    Link,
    /// A device, a fifo, a socket.
    SpecialFile,
    /// A file that something refers to and that is not there.
    Missing,
    /// A type that is not known, and is kept by name and counted only.
    UnknownType,
    /// A source that ends in the middle.
    Truncated,
    /// Bytes in which there is a secret, or which cannot be looked into: they are not kept.
    NotKept,
}
