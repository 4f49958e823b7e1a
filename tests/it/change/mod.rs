//! Tests of `change`, on repositories that the real git made.

mod diff;
mod history;
mod known;
mod merge;
mod message;
mod phase;
mod proposal;
mod push;
mod tree;
mod verdict;
mod weld;

use crate::support::{START, TestRepo};
use lorekeep::base::id::UpdateId;
use lorekeep::base::{CommitId, RepoPath, Timestamp};
use lorekeep::change::{
    ChangeSpec, Checked, FileAction, FileChange, MergeVerdict, ParseCache, Proposal, ProposeError, Proposed,
    ValidationPolicy, propose, validate_merge,
};
use lorekeep::git::{At, ReadRepository, Repository, Signature};

/// A memory repository and both ways to look at it.
struct Memory {
    test: TestRepo,
    repo: Repository,
    cache: ParseCache,
}

impl Memory {
    fn of(files: &[(&str, &str)]) -> Self {
        Self::around(TestRepo::with_files(files))
    }

    fn around(test: TestRepo) -> Self {
        let repo = Repository::open(test.path()).expect("the repository opens");
        Self { test, repo, cache: ParseCache::default() }
    }

    fn tip(&self) -> CommitId {
        commit(&self.test.git(&["rev-parse", "main"]))
    }

    fn propose(&self, spec: ChangeSpec) -> Result<Proposed, ProposeError> {
        self.propose_on(self.tip(), spec)
    }

    fn propose_on(&self, base: CommitId, spec: ChangeSpec) -> Result<Proposed, ProposeError> {
        let proposal = Proposal {
            update: &update_id(),
            base,
            spec: &spec,
            title: "A title",
            reason: "A reason",
            author: signature("Claude", 0),
            committer: signature("Lorekeep", 0),
        };
        propose(&self.repo, &proposal, None)
    }

    /// The refusal of a proposal: its field and its message.
    fn refusal(&self, spec: ChangeSpec) -> (String, String) {
        match self.propose(spec) {
            Err(ProposeError::Refused { field, refusal }) => (field, refusal.to_string()),
            other => panic!("not refused: {other:?}"),
        }
    }

    fn verdict(&self, head: CommitId) -> MergeVerdict {
        self.verdict_under(head, &ValidationPolicy::default())
    }

    fn verdict_under(&self, head: CommitId, policy: &ValidationPolicy) -> MergeVerdict {
        validate_merge(&self.repo, (self.tip(), head), policy, None, &self.cache).expect("the verdict can be had")
    }

    fn checked(&self, head: CommitId) -> Checked {
        checked(self.verdict(head))
    }

    fn text(&self, at: impl Into<At>, path: &str) -> Option<String> {
        let entry = self.repo.entry(at.into(), &self::path(path)).expect("the tree reads")?;
        Some(self.test.git(&["cat-file", "blob", &entry.oid.to_string()]))
    }
}

fn checked(verdict: MergeVerdict) -> Checked {
    match verdict {
        MergeVerdict::Checked(checked) => *checked,
        MergeVerdict::Conflicted(conflicts) => panic!("it conflicts: {conflicts:?}"),
    }
}

/// `code path` of each error finding.
fn errors(checked: &Checked) -> Vec<String> {
    let errors = checked.report.findings.iter().filter(|f| f.severity == lorekeep::base::Severity::Error);
    errors.map(|f| format!("{} {}", f.code, f.place.path)).collect()
}

fn commit(text: &str) -> CommitId {
    CommitId::parse(text).expect("git prints full ids")
}

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).expect("a good path")
}

fn update_id() -> UpdateId {
    UpdateId::parse("amu-01hxaaaaaaaaaaaaaaaaaaaaaa").expect("a good id")
}

/// A signature some seconds after the tests' first commit.
fn signature(name: &str, after: i64) -> Signature {
    let email = format!("{}@example.org", name.to_lowercase());
    Signature { name: name.to_owned(), email, at: Timestamp::from_seconds(START + after) }
}

fn upsert(at: &str, content: impl AsRef<[u8]>) -> FileChange {
    change(at, FileAction::Upsert { content: content.as_ref().to_vec() })
}

fn delete(at: &str) -> FileChange {
    change(at, FileAction::Delete)
}

fn rename(from: &str, to: &str, content: Option<&str>) -> FileChange {
    change(to, FileAction::Rename { from: path(from), content: content.map(|text| text.as_bytes().to_vec()) })
}

fn change(at: &str, action: FileAction) -> FileChange {
    FileChange { path: path(at), action, reason: "because".to_owned() }
}

fn changes(changes: Vec<FileChange>) -> ChangeSpec {
    ChangeSpec::Changes(changes)
}

/// A valid Markdown record, with more front matter where it is given.
fn runbook(id: &str, title: &str, more: &str) -> String {
    format!(
        "---\nid: runbook:{id}\nkind: Runbook\ntitle: {title}\nstatus: approved\nowners: [team:platform]\n\
         updatedAt: 2026-05-10T12:00:00Z\n{more}---\n# {title}\n\nSome text.\n"
    )
}
