//! Updates: proposed changes and patches, the merged tree and its validation, approvals, signed merges.
