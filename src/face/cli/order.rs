//! The order in which people want findings: what stops them first, and what causes others before what follows from it.

use crate::base::{Finding, Severity};

/// Rules whose findings keep others from being seen, or make them: an ontology or a file that cannot be read.
const CAUSES: [&str; 4] = ["LK702", "LK001", "LK002", "LK003"];

/// Findings, most useful first: errors before warnings, causes before what they cause, then by place.
pub fn by_use(findings: &[Finding]) -> Vec<&Finding> {
    let mut all: Vec<&Finding> = findings.iter().collect();
    all.sort_by_key(|f| (f.severity == Severity::Warning, cause(f)));
    all
}

fn cause(finding: &Finding) -> usize {
    CAUSES.iter().position(|code| *code == finding.code).unwrap_or(CAUSES.len())
}
