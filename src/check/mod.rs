//! Validation: one rule, one file, one table. Pure.
//!
//! A rule looks at one file or at the whole tree and leaves drafts: where, what, how to mend. What
//! the repository makes of the rule (severity, exceptions) and where a span stands is worked out
//! once, for all of them, when drafts become findings.

mod change;
mod draft;
mod manual;
mod places;
mod quote;
mod rules;
mod scalars;
mod tree;
mod types;

pub use change::brought_by_change;
pub use manual::{manual, reference};
pub use types::{CheckInput, Report, RuleInfo, Summary, TreeFile};

use draft::Drafts;
use rules::{RULES, Run};
use std::sync::LazyLock;
use tree::Tree;

/// Every rule, in code order.
pub fn rules() -> &'static [RuleInfo] {
    static INFO: LazyLock<Vec<RuleInfo>> = LazyLock::new(|| RULES.iter().map(|rule| rule.info).collect());
    &INFO
}

/// Checks a whole tree. Findings are ordered by path, line, code; severities are the repository's own.
pub fn check(input: &CheckInput<'_>) -> Report {
    let tree = Tree::new(input);
    let drafts = run(&tree, |_| true);
    let findings = drafts.into_findings(&tree).into_iter().map(|made| made.finding).collect();
    report(&tree, findings)
}

/// Runs every rule that the repository has not turned off; the rules of single files on those asked for.
fn run(tree: &Tree<'_>, wanted: impl Fn(usize) -> bool) -> Drafts {
    let mut drafts = Drafts::default();
    for rule in RULES.iter().filter(|rule| tree.severity(&rule.info).is_some()) {
        let mut notes = drafts.of(rule);
        match rule.run {
            Run::Tree(look) => look(tree, &mut notes),
            Run::File(look) => {
                (0..tree.files().len()).filter(|i| wanted(*i)).for_each(|i| look(&tree.file(i), &mut notes))
            }
        }
    }
    drafts
}

fn report(tree: &Tree<'_>, findings: Vec<crate::base::Finding>) -> Report {
    let unresolved = rules::dangling_edge::unresolved(tree);
    let summary = Summary::of(tree.files(), &findings, &unresolved);
    Report { findings, summary, unresolved }
}
