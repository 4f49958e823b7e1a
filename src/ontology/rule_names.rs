//! The names by which `validation-rules.yaml` speaks of rules.
//!
//! The list is the whole vocabulary of the file's format, so that one file serves every version of
//! the program: a setting for a rule that this version does not run is read, and changes nothing.

/// A rule as settings name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleName {
    /// The stable code, such as `LK204`.
    pub code: &'static str,
    /// The stable name, such as `dangling-edge`.
    pub name: &'static str,
    /// Whether a repository may weaken it or turn it off.
    pub adjustable: bool,
}

/// Every rule name, in code order.
pub const RULE_NAMES: &[RuleName] = &[
    fixed("LK001", "invalid-utf8"),
    fixed("LK002", "invalid-yaml"),
    fixed("LK003", "invalid-front-matter"),
    adjustable("LK101", "missing-field"),
    adjustable("LK102", "wrong-type"),
    adjustable("LK103", "invalid-status"),
    adjustable("LK104", "invalid-timestamp"),
    adjustable("LK105", "invalid-id"),
    adjustable("LK106", "id-prefix-mismatch"),
    adjustable("LK107", "unknown-sensitivity"),
    adjustable("LK201", "unknown-node-kind"),
    adjustable("LK202", "unknown-edge-kind"),
    adjustable("LK203", "edge-endpoint"),
    adjustable("LK204", "dangling-edge"),
    adjustable("LK205", "duplicate-id"),
    adjustable("LK206", "edge-cycle"),
    adjustable("LK207", "deprecated-kind"),
    adjustable("LK301", "unknown-owner"),
    adjustable("LK302", "unknown-tag"),
    adjustable("LK401", "forbidden-status-transition"),
    adjustable("LK402", "id-changed"),
    adjustable("LK403", "referenced-record-deleted"),
    fixed("LK501", "secret-detected"),
    adjustable("LK502", "high-entropy-string"),
    adjustable("LK503", "prompt-injection"),
    fixed("LK601", "path-policy"),
    adjustable("LK602", "file-too-large"),
    fixed("LK603", "unsafe-entry"),
    adjustable("LK701", "stale-index"),
    adjustable("LK702", "ontology-version"),
    adjustable("LK703", "broken-expectation"),
];

const fn fixed(code: &'static str, name: &'static str) -> RuleName {
    RuleName { code, name, adjustable: false }
}

const fn adjustable(code: &'static str, name: &'static str) -> RuleName {
    RuleName { code, name, adjustable: true }
}
