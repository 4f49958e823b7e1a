//! The verdict on a merge: whether it merges, and what the merged tree brings.

use super::ParseCache;
use super::compare::{FilePair, changed_files, declared_among, declared_by};
use super::conflict::ConflictView;
use super::joined::{Joined, join};
use super::known::{KnownTree, judge_known};
use super::merge::MergeError;
use super::phase::Standing;
use super::risk::{RiskNote, is_ontology, risks, secrets};
use super::scope::out_of_scope;
use super::tree::{LoadedTree, load_pair};
use crate::base::store::ShownBytes;
use crate::base::{CommitId, Digest, Finding, GlobSet, Oid};
use crate::check::{Report, brought_by_change, check};
use crate::git::{At, WriteRepository};
use std::collections::{BTreeMap, BTreeSet};

/// What the repository's policy asks of a validation.
#[derive(Clone, Debug, Default)]
pub struct ValidationPolicy {
    /// Whether an update answers for what was wrong before it, too.
    pub require_clean: bool,
    /// Paths whose change is a risk.
    pub restricted: GlobSet,
}

/// What merging would give.
#[derive(Clone, Debug)]
pub enum MergeVerdict {
    /// It does not merge: the paths, with both sides.
    Conflicted(Vec<ConflictView>),
    /// It merges, and the merged tree was checked.
    Checked(Box<Checked>),
}

/// What is known of a merged tree.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The merged tree.
    pub tree: Oid,
    /// What the merge brings compared with the tip; everything, where the policy requires a clean tree.
    pub report: Report,
    /// The digest of the report and the merged tree: a function of content alone.
    pub validation_digest: Digest,
    /// What a reviewer should look at twice.
    pub risks: Vec<RiskNote>,
    /// How many secrets of each category the changed files hold.
    pub secrets: BTreeMap<String, usize>,
    /// Whether anything below `ontology/` changes.
    pub touches_ontology: bool,
    /// The paths that differ from the tip, for people. Empty: the tip holds all of it already.
    pub changed_paths: Vec<String>,
}

impl Checked {
    /// Adds what the saved queries of the merged tree lose; the digest says from then on that they were asked.
    pub fn answered(&mut self, findings: Vec<Finding>) {
        self.report = std::mem::take(&mut self.report).with(findings);
        self.validation_digest = digest_of(2, self.tree, &self.report);
    }
}

impl MergeVerdict {
    /// Where the verdict leaves the update.
    pub fn standing(&self) -> Standing {
        match self {
            Self::Conflicted(_) => Standing::Conflicted,
            Self::Checked(checked) if checked.report.summary.errors > 0 => Standing::Invalid,
            Self::Checked(_) => Standing::Valid,
        }
    }
}

/// Merges a head into a tip, three ways, and checks the tree that gives. Moves no reference.
///
/// By what is known of the tip it costs what the merge changes. Where nothing or not enough is known, the whole trees are
/// looked at, with the same verdict.
pub fn validate_merge(
    repo: &dyn WriteRepository,
    (tip, head): (CommitId, CommitId),
    policy: &ValidationPolicy,
    known: Option<&KnownTree<'_>>,
    cache: &ParseCache,
) -> Result<MergeVerdict, MergeError> {
    if repo.merge_base(tip, head)?.is_none() {
        return Err(MergeError::Unrelated { tip, head });
    }
    match join(repo, tip, head)? {
        Joined::Conflicted(conflicts) => Ok(MergeVerdict::Conflicted(conflicts)),
        Joined::Tree(tree) => {
            let beside = out_of_scope(repo, tip, tree)?;
            let trees = (At::Commit(tip), At::Tree(tree));
            let judged = match known.filter(|_| !policy.require_clean) {
                Some(known) => judge_known(repo, trees, known, cache)?,
                None => None,
            };
            let checked = match judged {
                Some(judged) => checked(tree, &judged.pairs(), judged.report.clone(), &judged.kept(), beside, policy),
                None => {
                    let (before, after) = load_pair(repo, trees.0, trees.1, cache)?;
                    checked_whole(tree, &before, &after, beside, policy)
                }
            };
            Ok(MergeVerdict::Checked(Box::new(checked)))
        }
    }
}

fn checked_whole(
    tree: Oid,
    before: &LoadedTree,
    after: &LoadedTree,
    beside: Option<Finding>,
    policy: &ValidationPolicy,
) -> Checked {
    let pairs = changed_files(before, after);
    let were: BTreeSet<&str> = pairs.iter().flat_map(|pair| declared_by(pair.before)).collect();
    let kept = declared_among(after, &were);
    checked(tree, &pairs, report(before, after, policy.require_clean), &kept, beside, policy)
}

fn checked(
    tree: Oid,
    pairs: &[FilePair<'_>],
    mut report: Report,
    kept: &BTreeSet<&str>,
    beside: Option<Finding>,
    policy: &ValidationPolicy,
) -> Checked {
    report.summary.errors += usize::from(beside.is_some());
    report.findings.splice(0..0, beside);
    Checked {
        tree,
        validation_digest: validation_digest(tree, &report),
        risks: risks(pairs, kept, &policy.restricted),
        secrets: secrets(pairs),
        touches_ontology: pairs.iter().any(|pair| is_ontology(pair.path)),
        changed_paths: pairs.iter().map(|pair| ShownBytes(pair.path).to_string()).collect(),
        report,
    }
}

/// What a change answers for: what it brings, or all that is wrong after it.
pub(super) fn report(before: &LoadedTree, after: &LoadedTree, require_clean: bool) -> Report {
    if require_clean {
        check(&after.check_input())
    } else {
        brought_by_change(&before.check_input(), &after.check_input())
    }
}

fn validation_digest(tree: Oid, report: &Report) -> Digest {
    digest_of(1, tree, report)
}

/// Format 1 is of what the rules of trees find; format 2 of a report that also holds what saved queries find.
fn digest_of(format: u32, tree: Oid, report: &Report) -> Digest {
    Digest::of_json(&serde_json::json!({ "format": format, "tree": tree, "report": report }))
}
