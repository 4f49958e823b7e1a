//! The pre-receive decision: each reference by right, then what the push brings by validation.

use super::note;
use super::world::{World, clone, commit, git_in, name, org, upsert};
use crate::screen::tokens::alphanumeric;
use crate::support::TestRepo;
use crate::support::repo::{git_command, run};
use lorekeep::base::CommitId;
use lorekeep::engine::{
    Caller, Code, EngineError, GitRequest, HookInput, HookVerdict, PAYLOAD_VARIABLE, PushTicket, RepositoryPolicy,
    Role, review_push,
};
use std::path::{Path, PathBuf};

const NULL: &str = "0000000000000000000000000000000000000000";

/// A push as it is when git asks its hook: objects in quarantine, references not moved.
pub(super) struct Push {
    pub(super) ticket: PushTicket,
    input: HookInput,
    _quarantine: tempfile::TempDir,
}

impl Push {
    /// What the server hands to git for a caller's push.
    pub(super) fn begin(world: &World, by: &Caller) -> Result<Self, EngineError> {
        let request = GitRequest {
            repository: "brain",
            push: true,
            advertise: false,
            protocol: None,
            correlation: "lk-5",
            door: None,
        };
        let process = world.as_engine().git(by, &request)?;
        let payload = process.command.get_envs().find(|(name, _)| *name == PAYLOAD_VARIABLE);
        let payload = payload.and_then(|(_, value)| value).unwrap().to_str().unwrap().to_owned();
        let quarantine = tempfile::tempdir().unwrap();
        let input = HookInput { git_dir: world.git_dir(), payload: Some(payload), ..HookInput::default() };
        Ok(Self { ticket: process.push.unwrap(), input, _quarantine: quarantine })
    }

    /// Brings what a clone has and the repository has not.
    pub(super) fn bring(mut self, world: &World, clone: &Path, revision: &str) -> Self {
        let mut pack = git_command(0);
        pack.current_dir(clone).args(["pack-objects", "--stdout", "--revs", "-q"]);
        let pack = run(&mut pack, format!("{revision}\n^refs/remotes/origin/main\n").as_bytes());
        assert!(pack.status.success(), "{}", String::from_utf8_lossy(&pack.stderr));
        let objects = world.git_dir().join("objects");
        let quarantine: PathBuf = self._quarantine.path().to_owned();
        let mut unpack = git_command(0);
        unpack.current_dir(world.git_dir()).args(["unpack-objects", "-q"]);
        unpack.env("GIT_OBJECT_DIRECTORY", &quarantine).env("GIT_ALTERNATE_OBJECT_DIRECTORIES", &objects);
        let unpacked = run(&mut unpack, &pack.stdout);
        assert!(unpacked.status.success(), "{}", String::from_utf8_lossy(&unpacked.stderr));
        self.input.object_directory = Some(quarantine);
        self.input.alternates = vec![objects];
        self
    }

    /// Moves a reference from one commit to another.
    pub(super) fn moving(mut self, old: &str, new: &str, name: &str) -> Self {
        self.input.lines.push_str(&format!("{old} {new} {name}\n"));
        self
    }

    pub(super) fn review(&self) -> Result<HookVerdict, EngineError> {
        review_push(&self.input)
    }

    /// The push as a repository that something else serves sees it.
    fn without_server(mut self) -> Self {
        self.input.payload = None;
        self
    }
}

/// A push of one file by somebody to a branch, with what the hook says.
fn push_file(world: &World, by: &Caller, branch: &str, path: &str, text: &str) -> HookVerdict {
    let dir = clone(world);
    let new = commit(world, dir.path(), path, text, "a push").to_string();
    let old = world.git(&["for-each-ref", "--format=%(objectname)", &format!("refs/heads/{branch}")]);
    let old = if old.is_empty() { NULL.to_owned() } else { old };
    let push = Push::begin(world, by).unwrap().bring(world, dir.path(), "HEAD");
    push.moving(&old, &new, &format!("refs/heads/{branch}")).review().unwrap()
}

/// A push of what a clone has at its HEAD to the default branch.
fn push_head(world: &World, by: &Caller, clone: &Path) -> HookVerdict {
    let (old, new) = (world.tip().to_string(), git_in(world, clone, &["rev-parse", "HEAD"]));
    let push = Push::begin(world, by).unwrap().bring(world, clone, "HEAD");
    push.moving(&old, &new, "refs/heads/main").review().unwrap()
}

fn codes(verdict: &HookVerdict) -> Vec<String> {
    verdict.validations.iter().flat_map(|(_, v)| &v.report.findings).map(|f| f.code.clone()).collect()
}

#[test]
fn a_maintainers_good_note_is_accepted_and_nobody_elses() {
    let world = World::new();
    let text = note("term:a", "one");
    let mia = world.caller("user:mia", Role::Maintainer);
    let verdict = push_file(&world, &mia, "main", "notes/a.md", &text);
    assert!(verdict.accepted, "{verdict:?}");
    for role in [Role::Proposer, Role::Reviewer] {
        let verdict = push_file(&world, &world.caller("user:x", role), "main", "notes/a.md", &text);
        assert!(!verdict.accepted && verdict.validations.is_empty(), "{verdict:?}");
        assert_eq!(verdict.refused[0].0, "refs/heads/main");
    }
    let refused = Push::begin(&world, &world.caller("user:x", Role::Reader)).map(drop).unwrap_err();
    assert_eq!(refused.code, Code::PolicyDenied);
}

#[test]
fn a_bad_note_is_refused_with_its_place() {
    let world = World::new();
    let mia = world.caller("user:mia", Role::Maintainer);
    let bad = note("term:a", "one").replace("kind: Term", "kind: Trem");
    let verdict = push_file(&world, &mia, "main", "notes/a.md", &bad);
    assert!(!verdict.accepted);
    let (name, validation) = &verdict.validations[0];
    let finding = &validation.report.findings[0];
    assert_eq!((name.as_str(), finding.place.path.as_str(), finding.place.line), ("refs/heads/main", "notes/a.md", 3));
    assert!(!finding.help.is_empty());
    assert_eq!(validation.sources[0].0, "notes/a.md");
    assert_eq!(&*validation.sources[0].1, bad.as_str());
}

#[test]
fn each_reference_of_a_push_is_decided_by_itself() {
    let world = World::new();
    let claude = world.caller("agent:claude", Role::Proposer);
    let dir = clone(&world);
    let new = commit(&world, dir.path(), "notes/a.md", &note("term:a", "one"), "a push").to_string();
    let tip = world.tip().to_string();
    let push = Push::begin(&world, &claude).unwrap().bring(&world, dir.path(), "HEAD");
    let verdict =
        push.moving(NULL, &new, "refs/heads/krate/mine").moving(&tip, &new, "refs/heads/main").review().unwrap();
    assert!(!verdict.accepted);
    let refused: Vec<_> = verdict.refused.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(refused, ["refs/heads/main"]);
    assert!(push_file(&world, &claude, "krate/mine", "notes/a.md", "x\n").accepted);
}

#[test]
fn what_was_wrong_before_is_not_held_against_a_push_unless_the_policy_says_so() {
    let world = World::bare();
    world.create_org(&org("a5c")).unwrap();
    let old = TestRepo::with_files(&[("graph/bad.yaml", "nodeKind: Nonsense\nid: nonsense:x\n")]);
    let source = old.path().to_string_lossy().into_owned();
    world.create_repository(&org("a5c"), &name("brain"), Some(&source), &mut |_, _| ()).unwrap();
    let root = world.caller("user:root", Role::Admin);
    assert!(push_file(&world, &root, "main", "notes/a.md", "# Good\n").accepted);
    let worse = push_file(&world, &root, "main", "graph/more.yaml", "nodeKind: Nonsense\nid: nonsense:y\n");
    assert!(!worse.accepted);
    assert!(worse.validations[0].1.report.findings.iter().all(|f| f.place.path == "graph/more.yaml"));
    world.set_policy(&root, "brain", RepositoryPolicy::new(1, true, true).unwrap()).unwrap();
    let verdict = push_file(&world, &root, "main", "notes/a.md", "# Good\n");
    assert!(
        !verdict.accepted && verdict.validations[0].1.report.findings.iter().any(|f| f.place.path == "graph/bad.yaml")
    );
    world.set_policy(&root, "brain", RepositoryPolicy::new(1, false, false).unwrap()).unwrap();
    let verdict = push_file(&world, &root, "main", "notes/a.md", "# Good\n");
    assert!(verdict.refused[0].1.contains("propose an update"), "{verdict:?}");
}

#[test]
fn what_belongs_to_the_server_or_to_history_is_moved_by_no_push() {
    let world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    let update = world.proposed(&proposer, upsert("notes/a.md", "x\n"));
    world.land("notes/b.md", "x\n");
    world.git(&["tag", "memory/snapshots/one"]);
    let root = world.caller("user:root", Role::Admin);
    let (tip, below) = (world.tip().to_string(), world.git(&["rev-parse", "main~1"]));
    let head = update.head_commit.to_string();
    let branch = format!("refs/heads/{}", update.branch);
    for (old, new, name) in [
        (tip.as_str(), NULL, "refs/heads/main"),
        (&tip, &below, "refs/heads/main"),
        (&head, NULL, &branch),
        (&head, &tip, &branch),
        (NULL, &tip, "refs/heads/krate/agent-memory/amu-mine"),
        (NULL, &tip, "refs/heads/krate/agent-memory"),
        (&tip, NULL, "refs/tags/memory/snapshots/one"),
        (&tip, &below, "refs/tags/memory/snapshots/one"),
        (NULL, &tip, "refs/tags/memory/snapshots/two"),
        (NULL, &tip, "refs/lorekeep/audit"),
        (NULL, &tip, "refs/for/other"),
        (NULL, &tip, "refs/heads/--exec=x"),
        (NULL, &tip, "HEAD"),
    ] {
        let verdict = Push::begin(&world, &root).unwrap().moving(old, new, name).review().unwrap();
        assert!(!verdict.accepted && verdict.refused.len() == 1, "{name}: {verdict:?}");
    }
}

#[test]
fn a_push_keeps_what_landed_on_the_approved_line() {
    let world = World::new();
    let mia = world.caller("user:mia", Role::Maintainer);
    let dir = clone(&world);
    commit(&world, dir.path(), "notes/mine.md", "mine\n", "mine");
    world.land("notes/theirs.md", "theirs\n");
    git_in(&world, dir.path(), &["fetch", "--quiet"]);
    git_in(&world, dir.path(), &["merge", "--quiet", "--no-edit", "origin/main"]);
    let verdict = push_head(&world, &mia, dir.path());
    assert!(!verdict.accepted && verdict.refused[0].1.contains("git pull --rebase"), "{verdict:?}");
    git_in(&world, dir.path(), &["reset", "--quiet", "--hard", "origin/main"]);
    git_in(&world, dir.path(), &["cherry-pick", "ORIG_HEAD^1"]);
    assert!(push_head(&world, &mia, dir.path()).accepted);
    git_in(&world, dir.path(), &["reset", "--quiet", "--hard", "origin/main"]);
    git_in(&world, dir.path(), &["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    commit(&world, dir.path(), "notes/side.md", "side\n", "side");
    git_in(&world, dir.path(), &["checkout", "--quiet", "main"]);
    git_in(&world, dir.path(), &["merge", "--quiet", "--no-ff", "--no-edit", "side"]);
    assert!(push_head(&world, &mia, dir.path()).accepted, "a branch merged into main goes on from main");
}

#[test]
fn secrets_are_refused_on_any_branch_and_anywhere_in_what_is_pushed() {
    let world = World::new();
    let mia = world.caller("user:mia", Role::Maintainer);
    let claude = world.caller("agent:claude", Role::Proposer);
    let secret = format!("ghp_{}", alphanumeric(36));
    let leak = format!("# Leak\n\n{secret}\n");
    for (by, branch) in [(&mia, "main"), (&mia, "feature"), (&claude, "krate/mine")] {
        let verdict = push_file(&world, by, branch, "notes/a.md", &leak);
        assert!(!verdict.accepted, "{branch}");
        assert_eq!(codes(&verdict), ["LK501"], "{branch}");
        assert!(!format!("{:?}", verdict.validations[0].1.report).contains(&secret));
    }
    let dir = clone(&world);
    commit(&world, dir.path(), "notes/a.md", &leak, "by mistake");
    commit(&world, dir.path(), "notes/a.md", "# Gone\n", "and gone");
    let verdict = push_head(&world, &mia, dir.path());
    assert!(!verdict.accepted && verdict.refused[0].1.contains("notes/a.md:3:1"), "{verdict:?}");
    assert!(!format!("{verdict:?}").contains(&secret));
    let dir = clone(&world);
    commit(&world, dir.path(), "notes/a.md", "# Good\n", &format!("the key is {secret}"));
    let verdict = push_head(&world, &mia, dir.path());
    assert!(!verdict.accepted && verdict.refused[0].1.contains("message"), "{verdict:?}");
    assert!(!format!("{:?}", verdict.refused).contains(&secret));
}

#[test]
fn a_tag_brings_no_secret_either_and_names_a_commit() {
    let world = World::new();
    let mia = world.caller("user:mia", Role::Maintainer);
    let dir = clone(&world);
    let leak = format!("ghp_{}\n", alphanumeric(36));
    commit(&world, dir.path(), "notes/a.md", &leak, "a leak");
    git_in(&world, dir.path(), &["tag", "-a", "-m", "annotated", "v1"]);
    let tag = git_in(&world, dir.path(), &["rev-parse", "v1"]);
    let verdict = Push::begin(&world, &mia).unwrap().bring(&world, dir.path(), "v1").moving(NULL, &tag, "refs/tags/v1");
    let verdict = verdict.review().unwrap();
    assert!(!verdict.accepted);
    assert_eq!(codes(&verdict), ["LK501"]);
    let tree = world.git(&["rev-parse", "main^{tree}"]);
    let verdict = Push::begin(&world, &mia).unwrap().moving(NULL, &tree, "refs/tags/v2").review().unwrap();
    assert!(!verdict.accepted && verdict.refused[0].1.contains("names no commit"), "{verdict:?}");
    let tip = world.tip().to_string();
    assert!(Push::begin(&world, &mia).unwrap().moving(NULL, &tip, "refs/tags/v3").review().unwrap().accepted);
}

#[test]
fn an_unfinished_note_may_be_pushed_to_a_branch_that_lands_nothing() {
    let world = World::new();
    let claude = world.caller("agent:claude", Role::Proposer);
    let verdict = push_file(&world, &claude, "krate/mine", "notes/a.md", "---\nid: term:a\nkind: Nonsense\n---\n");
    assert!(verdict.accepted && codes(&verdict).is_empty(), "{verdict:?}");
    let dir = clone(&world);
    std::os::unix::fs::symlink("/etc/passwd", dir.path().join("link")).unwrap();
    let new = commit(&world, dir.path(), "notes/x.md", "x\n", "a link").to_string();
    let push = Push::begin(&world, &claude).unwrap().bring(&world, dir.path(), "HEAD");
    let verdict = push.moving(NULL, &new, "refs/heads/krate/link").review().unwrap();
    assert!(!verdict.accepted);
    assert_eq!(codes(&verdict), ["LK603"]);
}

#[test]
fn a_push_without_new_objects_needs_no_quarantine() {
    let world = World::new();
    world.land("notes/a.md", "x\n");
    let mia = world.caller("user:mia", Role::Maintainer);
    let below = world.git(&["rev-parse", "main~1"]);
    world.git(&["branch", "old", "main~1"]);
    let tip = world.tip().to_string();
    let begin = || Push::begin(&world, &mia).unwrap();
    assert!(begin().moving(&below, NULL, "refs/heads/old").review().unwrap().accepted);
    assert!(begin().moving(&below, &tip, "refs/heads/old").review().unwrap().accepted);
    assert!(begin().moving(NULL, &tip, "refs/heads/new").review().unwrap().accepted);
}

#[test]
fn input_that_cannot_be_read_is_refused() {
    let world = World::new();
    let mia = world.caller("user:mia", Role::Maintainer);
    let tip = world.tip().to_string();
    let begin = || Push::begin(&world, &mia).unwrap();
    assert!(begin().moving("x", &tip, "refs/heads/a").review().is_err());
    assert!(begin().moving(&tip, "", "").review().is_err());
    assert!(begin().moving(&tip, &"12".repeat(20), "refs/heads/main").review().map_or(true, |v| !v.accepted));
    let many = (0..1_001).fold(begin(), |push, n| push.moving(NULL, &tip, &format!("refs/heads/b{n}")));
    assert_eq!(super::code(many.review()), Code::LimitExceeded);
    let mut garbled = begin().moving(NULL, &tip, "refs/heads/a");
    garbled.input.payload = Some("{}".to_owned());
    assert_eq!(super::code(garbled.review()), Code::Internal);
}

#[test]
fn a_repository_served_elsewhere_is_validated_by_the_same_hook() {
    let world = World::new();
    let mia = world.caller("user:mia", Role::Maintainer);
    let dir = clone(&world);
    let bad: CommitId = commit(&world, dir.path(), "notes/a.md", "---\nid: term:a\nkind: Nonsense\n---\n", "bad");
    let tip = world.tip().to_string();
    let push = Push::begin(&world, &mia).unwrap().bring(&world, dir.path(), "HEAD").without_server();
    let verdict = push.moving(&tip, &bad.to_string(), "refs/heads/main").review().unwrap();
    assert!(!verdict.accepted && !codes(&verdict).is_empty());
}
