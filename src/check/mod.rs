//! Validation: one rule, one file, one table. Pure.
//!
//! A rule looks at one file, at the whole tree or at a change, and leaves drafts: where, what, how to mend. What
//! the repository makes of the rule (severity, exceptions) and where a span stands is worked out
//! once, for all of them, when drafts become findings.

mod affected;
mod change;
mod circles;
mod cycles;
mod dates;
mod draft;
mod files;
mod fold;
mod incremental;
mod known;
mod manual;
mod outside;
mod places;
mod quote;
mod rules;
mod scalars;
mod some;
mod tree;
mod types;

pub use change::brought_by_change;
pub use fold::spelled;
pub use incremental::{KnownChange, brought_incrementally};
pub use known::{FileFacts, Known, KnownFiles, KnownRecord, Overlay, Spelling, Totals, content_digest};
pub use manual::{manual, reference};
pub use rules::broken_expectation::{asks_queries, broken_expectation};
pub use rules::stale_index::{INDEX_FILES, INDEX_FORMAT};
pub use some::{check_known, check_some};
pub use types::{CheckInput, Report, RuleInfo, Summary, TreeFile};

use crate::base::Finding;
use draft::{Drafts, finish};
use rules::{Change, RULES, Rule, Run};
use std::sync::LazyLock;
use tree::{FileView, Tree};

/// Every rule, in code order.
pub fn rules() -> &'static [RuleInfo] {
    static INFO: LazyLock<Vec<RuleInfo>> = LazyLock::new(|| RULES.iter().map(|rule| rule.info).collect());
    &INFO
}

/// Checks a whole tree. Findings are ordered by path, line, code; severities are the repository's own.
pub fn check(input: &CheckInput<'_>) -> Report {
    let tree = Tree::whole(input);
    let findings = finish(run(&tree, |_| true).make(&tree), &tree);
    report(&tree, findings)
}

/// Runs every rule that the repository has not turned off; the rules of single files on those asked for.
fn run(tree: &Tree<'_>, wanted: impl Fn(usize) -> bool) -> Drafts {
    let rules: Vec<&'static Rule> = RULES.iter().filter(|rule| tree.severity(&rule.info).is_some()).collect();
    let files: Vec<FileView<'_>> = (0..tree.files().len()).filter(|i| wanted(*i)).map(|i| tree.file(i)).collect();
    let mut drafts = files::run(&files, &rules);
    for rule in rules {
        if let Run::Tree(look) = rule.run {
            look(tree, &mut drafts.of(rule));
        }
    }
    drafts
}

/// Runs the rules of changes.
fn run_on_change(before: &Tree<'_>, after: &Tree<'_>, drafts: &mut Drafts) {
    for rule in RULES.iter().filter(|rule| after.severity(&rule.info).is_some()) {
        if let Run::Change(look) = rule.run {
            look(&Change { before, after }, &mut drafts.of(rule));
        }
    }
}

fn report(tree: &Tree<'_>, findings: Vec<Finding>) -> Report {
    let summary = Summary::of(&tree.totals(), &findings);
    Report { findings, summary }
}
