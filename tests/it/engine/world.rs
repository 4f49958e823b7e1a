//! A data directory with an engine over it.

use crate::support::repo::{git_command, run};
use lorekeep::base::id::UpdateId;
use lorekeep::base::time::FixedClock;
use lorekeep::base::{Clock, CommitId, OrgId, Principal, RepositoryName, Timestamp};
use lorekeep::engine::{
    Ask, Caller, Engine, EngineConfig, EngineError, NewChange, NewUpdate, Question, RefRequest, Role, SourceScope,
    UpdateAction, UpdateView,
};
use lorekeep::records::{Records, Repository};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// When the clock of a world starts: 2026-06-01T00:00:00Z.
pub(super) const NOW: i64 = 1_780_272_000;

/// A data directory of its own, with the org `a5c` and its repository `brain`, and an engine that serves it.
pub(super) struct World {
    engine: Option<Engine>,
    pub(super) clock: Arc<FixedClock>,
    dir: tempfile::TempDir,
}

impl Deref for World {
    type Target = Engine;
    fn deref(&self) -> &Engine {
        self.engine.as_ref().expect("the world is up")
    }
}

impl World {
    /// A world with the org `a5c` and a new repository `brain`.
    pub(super) fn new() -> Self {
        let world = Self::bare();
        world.create_org(&org("a5c")).unwrap();
        world.create_repository(&org("a5c"), &name("brain"), None, &mut |_, _| ()).unwrap();
        world
    }

    /// A world with nothing in it.
    pub(super) fn bare() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::at(Timestamp::from_seconds(NOW)));
        let engine = Engine::serve(config(dir.path(), clock.clone())).unwrap();
        Self { engine: Some(engine), clock, dir }
    }

    /// The engine itself, where the world has a method of the same name.
    pub(super) fn as_engine(&self) -> &Engine {
        self
    }

    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(super) fn config(&self) -> EngineConfig {
        config(self.path(), self.clock.clone())
    }

    /// Ends the server, as a crash would between two requests.
    pub(super) fn stop(&mut self) {
        self.engine = None;
    }

    /// Starts the server again.
    pub(super) fn start(&mut self) {
        self.engine = None;
        self.engine = Some(Engine::serve(self.config()).unwrap());
    }

    /// Lets time pass.
    pub(super) fn later(&self, seconds: i64) {
        self.clock.advance(seconds);
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Somebody of the org `a5c` with a token.
    pub(super) fn caller(&self, who: &str, role: Role) -> Caller {
        self.caller_of("a5c", who, role, None)
    }

    /// Somebody of `a5c` whose token is narrowed; the scope is given as JSON.
    pub(super) fn narrowed(&self, who: &str, role: Role, scope: &str) -> Caller {
        let scope: SourceScope = serde_json::from_str(scope).unwrap();
        self.caller_of("a5c", who, role, Some(scope))
    }

    pub(super) fn caller_of(&self, of: &str, who: &str, role: Role, scope: Option<SourceScope>) -> Caller {
        let token = self.create_token(&org(of), "test", &principal(who), role, scope, None).unwrap();
        self.authenticate(&token.token).unwrap()
    }

    /// Where git keeps the repository `brain`.
    pub(super) fn git_dir(&self) -> PathBuf {
        self.git_dir_of("brain")
    }

    pub(super) fn git_dir_of(&self, name: &str) -> PathBuf {
        self.path().join(format!("orgs/a5c/{name}.git"))
    }

    /// Runs git in the repository `brain`; panics where it fails.
    pub(super) fn git(&self, args: &[&str]) -> String {
        let mut command = git_command(self.now().seconds());
        let output = run(command.current_dir(self.git_dir()).args(args), b"");
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned()
    }

    /// The tip of the default branch of `brain`.
    pub(super) fn tip(&self) -> CommitId {
        CommitId::parse(&self.git(&["rev-parse", "refs/heads/main"])).unwrap()
    }

    /// The records database, opened beside the engine.
    pub(super) fn database(&self) -> Records {
        Records::open(&self.path().join("records.sqlite3")).unwrap()
    }

    /// The row of the repository `brain`.
    pub(super) fn row(&self) -> Repository {
        let found = self.database().read(|view| view.repository(&org("a5c"), &name("brain")));
        found.unwrap().unwrap()
    }

    /// Proposes, and gives the update as it is then.
    pub(super) fn proposed(&self, by: &Caller, update: NewUpdate) -> UpdateView {
        self.propose(by, &update).unwrap()
    }

    pub(super) fn approve(&self, by: &Caller, update: &UpdateView) -> Result<UpdateView, EngineError> {
        let expected_diff_digest = update.diff_digest.to_string();
        self.act(by, &update.id, &UpdateAction::Approve { expected_diff_digest, comment: None, signature: None })
    }

    pub(super) fn merge(&self, by: &Caller, update: &UpdateView) -> Result<UpdateView, EngineError> {
        let expected_diff_digest = update.diff_digest.to_string();
        self.act(by, &update.id, &UpdateAction::Merge { expected_diff_digest })
    }

    /// Proposes, approves and merges one file; gives the update.
    pub(super) fn land(&self, path: &str, content: &str) -> UpdateView {
        self.land_in("brain", path, content)
    }

    pub(super) fn land_in(&self, repository: &str, path: &str, content: &str) -> UpdateView {
        let (proposer, reviewer) =
            (self.caller("agent:claude", Role::Proposer), self.caller("user:rae", Role::Reviewer));
        let update = NewUpdate { repository: Some(repository.to_owned()), ..upsert(path, content) };
        let update = self.proposed(&proposer, update);
        self.approve(&reviewer, &update).unwrap();
        self.merge(&reviewer, &update).unwrap()
    }

    /// Asserts that the audit chain of `a5c` holds, and gives the names of its events in order.
    pub(super) fn audited(&self) -> Vec<String> {
        let records = self.database();
        let report = records.read(|view| view.verify_audit(&org("a5c"), &[])).unwrap();
        assert!(report.problems.is_empty(), "{:?}", report.problems);
        events(self, "a5c")
    }

    /// How many landings of `brain` are recorded.
    pub(super) fn landings(&self) -> u64 {
        let id = self.row().id;
        self.database().read(|view| view.landing_count(&id)).unwrap()
    }

    /// How many intents are open.
    pub(super) fn open_intents(&self) -> usize {
        let open: Result<_, lorekeep::records::RecordsError> = self.database().read(|view| view.open_intents());
        open.unwrap().len()
    }

    /// The texts of the records that a question finds at the tip.
    pub(super) fn finds(&self, by: &Caller, text: &str) -> Vec<String> {
        let answer = self.query(by, &ask(text, RefRequest::default())).unwrap();
        answer.outcome.records.iter().map(|hit| hit.id.clone()).collect()
    }
}

fn events(world: &World, of: &str) -> Vec<String> {
    let file = world.path().join("records.sqlite3");
    let db = rusqlite::Connection::open(file).unwrap();
    let mut rows = db.prepare("SELECT event FROM audit WHERE org = ?1 ORDER BY sequence").unwrap();
    let events = rows.query_map([of], |row| row.get(0)).unwrap();
    events.collect::<Result<_, _>>().unwrap()
}

pub(super) fn config(dir: &Path, clock: Arc<dyn Clock>) -> EngineConfig {
    EngineConfig { data_dir: dir.to_owned(), hook_program: PathBuf::from(env!("CARGO_BIN_EXE_lorekeep")), clock }
}

pub(super) fn org(text: &str) -> OrgId {
    OrgId::parse(text).unwrap()
}

pub(super) fn name(text: &str) -> RepositoryName {
    RepositoryName::parse(text).unwrap()
}

pub(super) fn principal(text: &str) -> Principal {
    Principal::parse(text).unwrap()
}

pub(super) fn ask(text: &str, at: RefRequest) -> Ask {
    Ask { at, question: Question { text: Some(text.to_owned()), ..Question::default() }, ..Ask::default() }
}

/// A proposal of one new content of one file.
pub(super) fn upsert(path: &str, content: &str) -> NewUpdate {
    NewUpdate {
        changes: vec![change(path, "upsert", Some(content))],
        title: format!("Write {path}"),
        reason: "It was missing.".to_owned(),
        ..NewUpdate::default()
    }
}

pub(super) fn change(path: &str, action: &str, content: Option<&str>) -> NewChange {
    NewChange {
        path: path.to_owned(),
        action: action.to_owned(),
        content: content.map(str::to_owned),
        from: None,
        reason: None,
    }
}

/// A request for a name.
pub(super) fn named(requested: &str) -> RefRequest {
    RefRequest { requested: Some(requested.to_owned()), ..RefRequest::default() }
}

/// A request for a moment.
pub(super) fn at(moment: Timestamp) -> RefRequest {
    RefRequest { requested_at: Some(moment.to_string()), ..RefRequest::default() }
}

/// A commit of another worktree pushed into `brain` while nothing serves it, as git's own push does it: with a name
/// and an address in the reflog, and no hook.
pub(super) fn push_by_hand(world: &World, clone: &Path, refspec: &str, who: &str, correlation: &str) {
    let mut command = git_command(world.now().seconds());
    command.env("GIT_COMMITTER_NAME", who).env("GIT_COMMITTER_EMAIL", format!("{correlation}@push.lorekeep.invalid"));
    let target = world.git_dir();
    let output = run(command.current_dir(clone).arg("push").arg("--quiet").arg(target).arg(refspec), b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A clone of `brain` in a folder of its own, with its branch checked out.
pub(super) fn clone(world: &World) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut command = git_command(world.now().seconds());
    let output = run(command.args(["clone", "--quiet"]).arg(world.git_dir()).arg(dir.path()), b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    dir
}

/// Commits one file in a clone, and gives the commit.
pub(super) fn commit(world: &World, clone: &Path, path: &str, content: &str, message: &str) -> CommitId {
    let full = clone.join(path);
    std::fs::create_dir_all(full.parent().unwrap()).unwrap();
    std::fs::write(full, content).unwrap();
    git_in(world, clone, &["add", "--all"]);
    git_in(world, clone, &["commit", "--quiet", "-m", message]);
    CommitId::parse(&git_in(world, clone, &["rev-parse", "HEAD"])).unwrap()
}

/// Runs git in a folder; panics where it fails.
pub(super) fn git_in(world: &World, folder: &Path, args: &[&str]) -> String {
    let output = run(git_command(world.now().seconds()).current_dir(folder).args(args), b"");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned()
}

/// The id of an update that a retry with this key has.
pub(super) fn with_key(mut update: NewUpdate, key: &str) -> NewUpdate {
    update.idempotency_key = Some(key.to_owned());
    update
}

/// A further revision of an update.
pub(super) fn revising(id: &UpdateId, mut update: NewUpdate) -> NewUpdate {
    update.revises = Some(id.clone());
    update
}

/// A clock that fails whoever asks it for the nth time: a crash of the process at that step.
pub(super) struct Failing {
    at: Timestamp,
    left: AtomicI64,
}

impl Failing {
    pub(super) fn after(questions: i64, at: Timestamp) -> Arc<Self> {
        Arc::new(Self { at, left: questions.into() })
    }

    /// One that fails only after it is told to.
    pub(super) fn never(at: Timestamp) -> Arc<Self> {
        Self::after(-1, at)
    }

    pub(super) fn fail_after(&self, questions: i64) {
        self.left.store(questions, Ordering::SeqCst);
    }
}

impl Clock for Failing {
    fn now(&self) -> Timestamp {
        assert!(self.left.fetch_sub(1, Ordering::SeqCst) != 0, "the process dies here");
        self.at
    }
}

/// What work gives, unless it dies on its way.
pub(super) fn unless_it_dies<T>(work: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).ok()
}
