//! Validation: one rule, one file, one table. Pure.

mod types;

pub use types::{CheckInput, EntryProblem, Report, RuleInfo, Summary, TreeFile};

/// Every rule, in code order.
pub fn rules() -> &'static [RuleInfo] {
    todo!()
}

/// Checks a whole tree. Findings are ordered by path, line, code; severities are the repository's own.
pub fn check(input: &CheckInput<'_>) -> Report {
    todo!("{}", input.files.len())
}

/// The findings that a change brings: those of `after` whose file, record or edge is new or touched,
/// and those that `before` does not have. What was wrong before and is untouched is left out.
pub fn brought_by_change(before: &CheckInput<'_>, after: &CheckInput<'_>) -> Report {
    todo!("{} {}", before.files.len(), after.files.len())
}
