//! Every step of every writer: the process stops there, the next start reconciles, the client tries again, and all is
//! there once. Only debug builds can be stopped (`base::fault`).

use super::host::{API, Host, ORG, git};
use super::note;
use crate::support::TestRepo;
use crate::support::form::{FORM, asked, form, run_of};
use lorekeep::base::fault::STEPS;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// The signal by which a process ends itself.
const ABORTED: i32 = 6;
/// The step of a start that undoes what an earlier crash left.
const UNDO: &str = "undo.ref";

/// A server with people, that is stopped at one step after the other.
struct Stage {
    host: Host,
    proposer: String,
    reviewer: String,
    maintainer: String,
    clone: TestRepo,
}

/// Something that many steps belong to.
struct Writer {
    steps: &'static [&'static str],
    /// What has to be there before, for the try of this name.
    prepare: fn(&Stage, &str) -> Value,
    /// What a client does, and does again after a crash; `None` where the server went away. It keeps what it was told.
    act: fn(&Stage, &str, &Value, &mut Vec<String>) -> Option<()>,
    /// What is there when so many tries of it are through.
    check: fn(&Stage, usize),
}

const LIFE: Writer = Writer {
    steps: &[
        "request.begun",
        "propose.written",
        "propose.intent",
        "propose.ref",
        UNDO,
        "propose.recorded",
        "approve.recorded",
        "merge.written",
        "merge.intent",
        "merge.ref",
        "merge.recorded",
        "merge.indexed",
        "request.answered",
    ],
    prepare: |_, _| Value::Null,
    act: land,
    check: |stage, n| {
        let events =
            ["proposed", "approved", "merged"].map(|word| stage.audited(&format!("agent.memory.update.{word}")));
        assert_eq!((events, stage.audited("push.accepted")), ([n; 3], 0));
        let rows = ["updates", "decisions"].map(|table| stage.rows(table));
        assert_eq!((rows, stage.rows("landings"), stage.branches()), ([n; 2], 1 + n, n));
        assert_eq!(stage.count("SELECT count(*) FROM updates WHERE phase = 'Merged'"), n);
        assert_eq!(stage.count("SELECT count(*) FROM timeline WHERE kind = 'merged'"), n);
    },
};

const REVISION: Writer = Writer {
    steps: &["propose.intent", "propose.ref", UNDO, "propose.recorded"],
    prepare: |stage, name| {
        let path = format!("{API}/updates");
        stage.host.post(&stage.proposer, &path, proposal(name, "At first.")).expect(201)
    },
    act: |stage, name, update, told| {
        let path = format!("updates/{}/revisions", update["metadata"]["name"].as_str().unwrap());
        stage.ask(&stage.proposer, &path, name, &proposal(name, "At second."), told).map(drop)
    },
    check: |stage, n| {
        assert_eq!((stage.rows("updates"), stage.rows("revisions"), stage.branches()), (n, 2 * n, n));
        assert_eq!(stage.audited("agent.memory.update.revised"), n);
        let heads = stage.host.git(&["for-each-ref", "--format=%(objectname)", "refs/heads/krate/agent-memory"]);
        let recorded = "SELECT count(*) FROM revisions WHERE number = 2 AND head_commit = ?1";
        assert!(heads.lines().all(|head| stage.count_of(recorded, head) == 1), "{heads}");
    },
};

const PUSHED_PROPOSAL: Writer = Writer {
    steps: &["propose.intent", "propose.ref", UNDO, "propose.recorded", "propose.pushed"],
    prepare: |stage, name| {
        stage.clone.git(&["reset", "--quiet", "--hard", "origin/main"]);
        stage.commit(name)
    },
    act: |stage, _, _, told| stage.push(&stage.proposer, &["HEAD:refs/for/main"], told),
    check: |stage, n| {
        assert_eq!((stage.rows("updates"), stage.rows("revisions"), stage.branches()), (n, n, n));
        assert_eq!((stage.audited("agent.memory.update.proposed"), stage.audited("push.accepted")), (n, 0));
        assert_eq!(stage.reports(), 0);
    },
};

const PUSH: Writer = Writer {
    steps: &["push.ended", "push.settled", "push.audited", "push.removed"],
    prepare: |stage, name| stage.commit(name),
    act: |stage, name, _, told| {
        let aside = format!("HEAD:refs/heads/krate/{name}");
        stage.push(&stage.maintainer, &["HEAD:main", &aside], told)
    },
    check: |stage, n| {
        assert_eq!(stage.host.tip(), stage.clone.git(&["rev-parse", "HEAD"]));
        assert_eq!((stage.rows("landings"), stage.audited("push.accepted"), stage.reports()), (1 + n, 2 * n, 0));
        let landed = "SELECT count(*) FROM audit WHERE event = 'push.accepted' AND entry ->> 'resolvedCommit' NOT NULL";
        assert_eq!(stage.count(landed), n, "each push has one entry for what landed, and one for the other branch");
    },
};

const REFUSED_PUSH: Writer = Writer {
    steps: &["push.ended", "push.audited", "push.removed"],
    prepare: |stage, name| stage.commit(name),
    act: |stage, _, _, _| {
        let (pushed, said) = git(&stage.clone, &["push", "--quiet", &stage.host.url(&stage.proposer), "HEAD:main"]);
        assert!(!pushed, "a proposer has pushed to the default branch: {said}");
        Some(())
    },
    check: |stage, n| {
        assert_eq!((stage.audited("push.refused"), stage.reports()), (2 * n, 0), "once when it crashed, once again");
        assert_eq!(stage.rows("landings"), 1);
    },
};

const SNAPSHOT: Writer = Writer {
    steps: &["snapshot.written", "snapshot.intent", "snapshot.ref", "snapshot.recorded"],
    prepare: |_, _| Value::Null,
    act: |stage, name, _, told| {
        let body = json!({"requestedRef": "main", "name": name, "query": {"text": "memory"}});
        stage.ask(&stage.proposer, "snapshots", name, &body, told).map(drop)
    },
    check: |stage, n| {
        let tags = stage.host.git(&["for-each-ref", "--format=%(objectname)", "refs/tags/memory/snapshots"]);
        let recorded = "SELECT count(*) FROM snapshots WHERE tag = ?1";
        assert!(tags.lines().all(|tag| stage.count_of(recorded, tag) == 1), "{tags}");
        assert_eq!((tags.lines().count(), stage.rows("snapshots")), (n, n));
        assert_eq!(stage.audited("agent.memory.snapshot.created"), n);
    },
};

const IMPORT: Writer = Writer {
    steps: &["import.collected", "import.stored", "propose.ref", UNDO, "propose.recorded", "import.proposed"],
    prepare: |_, _| Value::Null,
    act: |stage, name, _, told| {
        let request = asked(name).to_string();
        let body = form(&[("request", request.as_bytes()), ("run", &run_of(ORG, name))]);
        let headers = [FORM, ("idempotency-key", name)];
        let path = format!("{API}/imports");
        let reply = stage.host.client().try_ask(&stage.proposer, "POST", &path, &headers, &body).ok()?;
        assert!(reply.status == 201 || reply.status == 200, "{name}: {reply:?}");
        told.push(reply.text.clone());
        Some(())
    },
    check: |stage, n| {
        let rows = ["imports", "updates", "revisions"].map(|table| stage.rows(table));
        assert_eq!((rows, stage.branches_below("krate/memory-import")), ([n; 3], n));
        assert_eq!(stage.audited("agent.memory.import.proposed"), n);
        assert_eq!(stage.count("SELECT count(*) FROM import_phases WHERE shown = 'AwaitingReview'"), n);
        assert_eq!(stage.count("SELECT count(*) FROM import_objects"), 2 * n);
        let kept = stage.host.data_dir().join("artifacts").join(ORG);
        let left = std::fs::read_dir(kept).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert!(left.into_iter().all(|name| name.len() == 2), "something unfinished is left in the artifact store");
    },
};

const ANCHOR: Writer = Writer {
    steps: &["anchor.written", "anchor.ref"],
    prepare: |stage, name| json!(stage.host.token(&format!("user:{name}"), "reader")),
    // What is new in the chain is anchored when the server is told to stop, which is how each try ends.
    act: |_, _, _, _| Some(()),
    check: |stage, n| {
        let anchors = stage.host.git(&["log", "--format=%s", "refs/lorekeep/audit"]);
        let head = stage.count("SELECT max(sequence) FROM audit");
        assert!(anchors.starts_with(&format!("Anchor the audit chain at entry {head}")), "{anchors}");
        let each: BTreeSet<&str> = anchors.lines().collect();
        assert_eq!((anchors.lines().count(), each.len()), (n, n), "{anchors}");
    },
};

/// The steps of the operator's commands: what is run, and whether it is done when it stops there.
const COMMANDS: [(&str, [&str; 2], bool); 8] = [
    ("org.key", ["org", "create"], false),
    ("org.recorded", ["org", "create"], true),
    ("repository.row", ["repo", "create"], false),
    ("repository.made", ["repo", "create"], false),
    ("repository.recorded", ["repo", "create"], true),
    ("rotate.key", ["org", "rotate-key"], false),
    ("rotate.recorded", ["org", "rotate-key"], true),
    ("rotate.renamed", ["org", "rotate-key"], true),
];

#[test]
fn each_step_has_a_writer_that_is_stopped_there() {
    let writers = [&LIFE, &REVISION, &PUSHED_PROPOSAL, &PUSH, &REFUSED_PUSH, &SNAPSHOT, &IMPORT, &ANCHOR];
    let mut stopped: BTreeSet<&str> = writers.iter().flat_map(|writer| writer.steps).copied().collect();
    stopped.extend(COMMANDS.map(|(step, ..)| step));
    assert_eq!(stopped, STEPS.iter().copied().collect());
}

#[test]
fn an_update_lands_once_wherever_the_server_stops() {
    Stage::new().go_through(&LIFE);
}

#[test]
fn a_revision_is_made_once_wherever_the_server_stops() {
    Stage::new().go_through(&REVISION);
}

#[test]
fn a_pushed_proposal_is_one_update_wherever_the_server_stops() {
    Stage::new().go_through(&PUSHED_PROPOSAL);
}

#[test]
fn a_push_lands_and_is_audited_once_wherever_the_server_stops() {
    Stage::new().go_through(&PUSH);
}

#[test]
fn a_refused_push_is_audited_wherever_the_server_stops() {
    Stage::new().go_through(&REFUSED_PUSH);
}

#[test]
fn a_snapshot_is_made_once_wherever_the_server_stops() {
    Stage::new().go_through(&SNAPSHOT);
}

#[test]
fn a_run_is_imported_once_wherever_the_server_stops() {
    Stage::new().go_through(&IMPORT);
}

#[test]
fn a_chain_is_anchored_once_wherever_the_server_stops() {
    Stage::new().go_through(&ANCHOR);
}

#[test]
fn an_operators_command_is_made_good_wherever_it_stops() {
    let mut stage = Stage::new();
    let (mut orgs, mut repositories, mut keys) = (1, 1, 1);
    for (step, command, is_done) in COMMANDS {
        let name = name_of(step);
        let args = match command[0..2] {
            ["repo", "create"] => vec!["repo", "create", ORG, &name],
            ["org", "create"] => vec!["org", "create", &name],
            _ => vec!["org", "rotate-key", ORG],
        };
        let ended = stage.host.operator().env("LOREKEEP_FAULT", step).args(&args).output().unwrap();
        assert_stopped(step, ended.status);
        stage.host.kill();
        stage.host.restart();
        stage.assert_sound(step);
        let again = stage.host.operator().args(&args).output().unwrap();
        let said = String::from_utf8_lossy(&again.stderr).into_owned();
        match command {
            // A second try is told of the first rotation, whoever finished it.
            ["org", "rotate-key"] => keys += 1,
            ["org", _] => orgs += 1,
            _ => repositories += 1,
        }
        assert_eq!(again.status.success(), !is_done || command[1] == "rotate-key", "{step}: {said}");
        assert!(again.status.success() || said.contains("already"), "{step}: {said}");
        stage.assert_sound(step);
        let events = ["org.created", "agent.memory.repository.created", "org.key.rotated"].map(|e| stage.audited(e));
        assert_eq!(events, [orgs, repositories, keys - 1], "{step}");
        let active = "SELECT count(*) FROM repositories WHERE status = 'active'";
        assert_eq!((stage.rows("orgs"), stage.count(active)), (orgs, repositories), "{step}");
        assert_eq!(stage.count_of("SELECT count(*) FROM signers WHERE org = ?1", ORG), keys, "{step}");
        // Whatever signs now is what counts now.
        stage.land_in_first(&name);
        stage.assert_sound(step);
    }
}

impl Stage {
    fn new() -> Self {
        let host = Host::new();
        let [proposer, reviewer, maintainer] =
            [("agent:scribe", "proposer"), ("user:rae", "reviewer"), ("user:mia", "maintainer")]
                .map(|(who, role)| host.token(who, role));
        let clone = host.clone(&maintainer);
        Self { host, proposer, reviewer, maintainer, clone }
    }

    /// Stops the server at each step of a writer, tries again on the next server, and looks at what came of it.
    fn go_through(mut self, writer: &Writer) {
        for (n, step) in writer.steps.iter().enumerate() {
            let name = name_of(step);
            let given = (writer.prepare)(&self, &name);
            let told = self.stop_at(step, |stage, told| (writer.act)(stage, &name, &given, told));
            self.host.restart();
            self.assert_sound(step);
            let mut again = Vec::new();
            (writer.act)(&self, &name, &given, &mut again).unwrap_or_else(|| panic!("{step}: the server went away"));
            assert!(again.starts_with(&told), "{step}: what was acknowledged is not so: {told:#?} {again:#?}");
            assert!(self.host.stop().success(), "{step}: the server did not end well");
            self.host.restart();
            self.assert_sound(step);
            (writer.check)(&self, n + 1);
        }
    }

    /// Works with a server until it stops at a step, and gives what it has acknowledged by then.
    fn stop_at(&mut self, step: &str, act: impl Fn(&Self, &mut Vec<String>) -> Option<()>) -> Vec<String> {
        let first = if step == UNDO { "propose.ref" } else { step };
        self.host.restart_armed(first);
        let mut told = Vec::new();
        _ = act(self, &mut told);
        assert_stopped(first, self.host.stop());
        if step == UNDO {
            assert_stopped(step, self.host.start_in_vain(step));
        }
        told
    }

    /// Asks with a key; `None` where the server went away.
    fn ask(&self, token: &str, path: &str, key: &str, body: &Value, told: &mut Vec<String>) -> Option<Value> {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        let path = format!("{API}/{path}");
        let reply = self.host.client().try_ask(token, "POST", &path, &headers, body.to_string().as_bytes()).ok()?;
        assert!(reply.status < 300, "{path}: {reply:?}");
        told.push(reply.text.clone());
        Some(reply.json())
    }

    /// Pushes from the clone; `None` where the server went away.
    fn push(&self, token: &str, refs: &[&str], told: &mut Vec<String>) -> Option<()> {
        let url = self.host.url(token);
        let (pushed, _) = git(&self.clone, &[&["push", "--quiet", &url], refs].concat());
        pushed.then(|| told.push(format!("{refs:?}")))
    }

    /// Commits a new note in the clone.
    fn commit(&self, name: &str) -> Value {
        let (path, text) = (format!("terms/{name}.md"), note(&format!("term:{name}"), "Pushed."));
        json!(self.clone.commit_files(&[(&path, &text)], &format!("Learn {name}")))
    }

    fn land_in_first(&self, name: &str) {
        let text = note(&format!("term:{name}"), "Merged.");
        self.host.land_in(
            ORG,
            super::host::BRAIN,
            [&self.proposer, &self.reviewer],
            &format!("terms/{name}.md"),
            &text,
        );
    }

    /// Git is whole, nothing is half way, git and the records agree, the chain and the signatures are good.
    fn assert_sound(&self, step: &str) {
        let host = &self.host;
        assert_eq!(host.git(&["fsck", "--full", "--strict", "--no-dangling"]), "", "{step}");
        assert_eq!(host.operate(&["doctor"]), "", "{step}");
        assert_eq!(self.count("SELECT count(*) FROM intents WHERE outcome IS NULL"), 0, "{step}");
        let line = host.git(&["rev-list", "--first-parent", "main"]);
        let landed = "SELECT count(*) FROM landings WHERE commit_id = ?1";
        assert!(line.lines().all(|commit| self.count_of(landed, commit) == 1), "{step}: {line}");
        let audit = host.operate(&["audit", "verify", "--org", ORG]);
        assert!(audit.contains(": whole"), "{step}: {audit}");
        let signers = host.get(&self.reviewer, &format!("{API}/signers")).expect(200);
        let file = host.data_dir().join("allowed-signers");
        std::fs::write(&file, signers["allowedSigners"].as_str().unwrap()).unwrap();
        let [repo, file] = [host.git_dir(), file].map(|path| path.to_string_lossy().into_owned());
        let found = host.operate(&["--repo", &repo, "verify", "--allowed-signers", &file]);
        assert!(found.contains(": sound"), "{step}: {found}");
    }

    fn audited(&self, event: &str) -> usize {
        self.count_of("SELECT count(*) FROM audit WHERE event = ?1", event)
    }

    fn rows(&self, table: &str) -> usize {
        self.count(&format!("SELECT count(*) FROM {table}"))
    }

    fn count(&self, sql: &str) -> usize {
        let count = self.records().query_row(sql, [], |row| row.get::<_, i64>(0));
        count.unwrap().try_into().unwrap()
    }

    fn count_of(&self, sql: &str, what: &str) -> usize {
        let count = self.records().query_row(sql, [what], |row| row.get::<_, i64>(0));
        count.unwrap().try_into().unwrap()
    }

    fn records(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.host.data_dir().join("records.sqlite3")).unwrap()
    }

    /// How many branches of updates there are.
    fn branches(&self) -> usize {
        self.branches_below("krate/agent-memory")
    }

    fn branches_below(&self, folder: &str) -> usize {
        self.host.git(&["for-each-ref", &format!("refs/heads/{folder}")]).lines().count()
    }

    /// How many reports of hooks are left.
    fn reports(&self) -> usize {
        let left = std::fs::read_dir(self.host.data_dir().join("hooks")).unwrap();
        left.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().starts_with("report-")).count()
    }
}

fn name_of(step: &str) -> String {
    step.replace('.', "-")
}

fn assert_stopped(step: &str, ended: ExitStatus) {
    assert_eq!(ended.signal(), Some(ABORTED), "nothing has come to the step `{step}`: {ended}");
}

fn proposal(name: &str, body: &str) -> Value {
    let text = note(&format!("term:{name}"), body);
    let changes = json!([{"path": format!("terms/{name}.md"), "action": "upsert", "content": text}]);
    json!({"title": format!("Learn {name}"), "reason": "It was missing.", "changes": changes})
}

/// Proposes, approves and merges, each with a key of its own.
fn land(stage: &Stage, name: &str, _: &Value, told: &mut Vec<String>) -> Option<()> {
    let Stage { proposer, reviewer, .. } = stage;
    let update = stage.ask(proposer, "updates", &format!("propose-{name}"), &proposal(name, "Learned."), told)?;
    let id = update["metadata"]["name"].as_str().unwrap();
    let digest = json!({"expectedDiffDigest": update["status"]["diffDigest"]});
    let mut act = |action: &str| {
        stage.ask(reviewer, &format!("updates/{id}/{action}"), &format!("{action}-{name}"), &digest, told)
    };
    act("approve")?;
    let merged = act("merge")?;
    let tip = stage.host.tip();
    assert_eq!((&merged["status"]["phase"], &merged["status"]["mergeCommit"]), (&json!("Merged"), &json!(tip)));
    Some(())
}
