//! The wire types against examples of the specification.

use lorekeep::base::id::UpdateId;
use lorekeep::base::{CommitId, Digest, Finding, Oid, OrgId, Place, Principal, RepositoryName, Severity, Timestamp};
use lorekeep::engine::{
    Answer, ApprovalView, Code, CommentView, ConditionView, EngineError, Resolution, ResolveMode, Told, UpdateAction,
    UpdateView,
};
use lorekeep::face::wire::{
    ApproveBody, Commit, DocumentParams, ErrorBody, ProposeBody, QueryAnswer, QueryBody, RecordsParams, ResolveBody,
    Resolved, Signers, UpdateResource,
};
use lorekeep::query::{
    Counted, DeniedScope, Excerpt, Hit, LimitsTaken, Mode, Plan, QueryOutcome, Reason, RedactionSummary,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::path::Path;

fn fixture(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/wire").join(name);
    serde_json::from_str(&std::fs::read_to_string(&path).expect("the fixture is there")).expect("it is JSON")
}

/// The JSON of a value is a fixture, byte for byte but for white space, and reads back as the same value.
fn check<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T, name: &str) {
    let written = serde_json::to_value(value).unwrap();
    let expected = fixture(name);
    assert_eq!(written.to_string(), expected.to_string(), "{name}");
    assert_eq!(&serde_json::from_value::<T>(expected).unwrap(), value, "{name}");
}

fn digest(digit: char) -> Digest {
    Digest::parse(&format!("blake3:{}", digit.to_string().repeat(64))).unwrap()
}

fn commit(byte: u8) -> CommitId {
    CommitId(Oid::from_bytes([byte; 20]))
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn resolution() -> Resolution {
    Resolution {
        mode: ResolveMode::RefAtTime,
        requested: None,
        requested_at: Some(time("2026-05-09T08:00:00Z")),
        commit: commit(0x11),
        resolved_ref: Some("refs/heads/main".to_owned()),
        resolved_at: time("2026-05-11T08:00:00Z"),
        landed_at: Some(time("2026-05-08T08:00:00Z")),
        approved: true,
        current_commit: commit(0x22),
        stale_by_seconds: 172_800,
        stale_by_commits: 14,
        ontology_digest: digest('a'),
        index_digest: digest('b'),
        snapshot: None,
    }
}

#[test]
fn a_resolution_is_written_as_specified() {
    let org = OrgId::parse("a5c").unwrap();
    let repository = RepositoryName::parse("org-company-brain").unwrap();
    check(&Resolved::new(&org, &repository, resolution()), "resolved.json");
}

#[test]
fn an_answer_is_written_as_specified() {
    let why = |reason, detail: &str, weight| Reason { reason, detail: detail.to_owned(), weight };
    let hit = Hit {
        kind: "Runbook".to_owned(),
        id: "runbook:ci-playwright-flake".to_owned(),
        path: "runbooks/ci-playwright-flake.md".to_owned(),
        place: (1, 29),
        title: "Playwright flake triage".to_owned(),
        status: Some("approved".to_owned()),
        owners: vec!["team:platform".to_owned()],
        tags: vec![],
        updated_at: Some("2026-05-10T12:00:00Z".to_owned()),
        summary: "What to do when a check flakes.".to_owned(),
        digest: digest('f'),
        score: 11.2,
        why: vec![
            why("association", "applies_to_repo repository:krate", 4.0),
            why("text", "title: playwright", 6.1),
            why("edge-distance", "repository:krate -applies_to_repo- (1)", 1.1),
        ],
        edges: vec![Counted { kind: "applies_to_repo".to_owned(), target: "repository:krate".to_owned() }],
        sections: None,
        text: None,
        lines: None,
    };
    let excerpt = Excerpt {
        path: "runbooks/ci-playwright-flake.md".to_owned(),
        record_id: None,
        line_start: 18,
        line_end: 24,
        text: "a playwright check".to_owned(),
        matches: vec![(20, 3, 13)],
        digest: digest('9'),
        commit: commit(0x11),
        why: vec![],
        origins: None,
    };
    let outcome = QueryOutcome {
        query_manifest_digest: digest('c'),
        selected_records_digest: digest('d'),
        selected_excerpts_digest: digest('e'),
        index_digest: digest('b'),
        plan: Plan {
            modes: vec!["graph", "grep"],
            candidates: 412,
            grep_scope: "graph-candidates",
            total_matches: 1,
            notes: vec![],
        },
        records: vec![hit],
        excerpts: vec![excerpt],
        denied_scopes: vec![DeniedScope { kind: "path", scope: "incidents/security/**".to_owned(), omitted: 3 }],
        redaction: RedactionSummary {
            status: "clean",
            replacement: "[REDACTED:secret]",
            ..RedactionSummary::default()
        },
        limits: LimitsTaken { bytes: 18_340, ..LimitsTaken::default() },
        prompt: None,
    };
    let answer = Answer {
        organization: "a5c".to_owned(),
        repository: "org-company-brain".to_owned(),
        resolution: Resolution { requested: Some("main".to_owned()), ..resolution() },
        outcome,
        validation: None,
        diff: None,
    };
    check(&QueryAnswer::from(answer), "answer.json");
}

#[test]
fn an_update_is_written_as_specified() {
    let at = time("2026-05-10T12:00:00Z");
    let view = UpdateView {
        id: UpdateId::parse("amu-01hx0000000000000000000000").unwrap(),
        organization: OrgId::parse("a5c").unwrap(),
        repository: RepositoryName::parse("org-company-brain").unwrap(),
        generation: 1,
        created_at: at,
        base_commit: commit(0x11),
        title: "Note the flake".to_owned(),
        reason: "It cost a day".to_owned(),
        source_run: Some("adr-01hx".to_owned()),
        artifact: None,
        proposer: Principal::parse("agent:claude").unwrap(),
        changes: vec![("runbooks/flake.md".to_owned(), "upsert".to_owned(), Some("what was learned".to_owned()))],
        phase: "AwaitingApproval".to_owned(),
        revision: 1,
        branch: "krate/agent-memory/amu-01hx0000000000000000000000".to_owned(),
        head_commit: commit(0x22),
        diff_digest: digest('a'),
        validation_digest: Some(digest('b')),
        findings: vec![Finding {
            code: "LK302".to_owned(),
            name: "unknown-tag".to_owned(),
            severity: Severity::Warning,
            place: Place { path: "runbooks/flake.md".to_owned(), line: 5, column: 8, end_line: 5, end_column: 13 },
            message: "`flaky` is not a tag of the vocabulary".to_owned(),
            help: "use a tag of the vocabulary, or add this one to it".to_owned(),
            related: vec![],
            subject: String::new(),
            text_digest: None,
        }],
        conflicts: vec![],
        risks: vec!["a record is deleted".to_owned()],
        approvals: vec![ApprovalView {
            principal: "user:ada".to_owned(),
            decision: "approve".to_owned(),
            diff_digest: digest('a'),
            revision: 1,
            at: time("2026-05-10T13:00:00Z"),
            comment: None,
            dismissed: false,
        }],
        comments: vec![CommentView {
            principal: "user:ada".to_owned(),
            at: time("2026-05-10T12:30:00Z"),
            path: Some("runbooks/flake.md".to_owned()),
            line: Some(5),
            revision: 1,
            present_line: Some(5),
            body: "good".to_owned(),
        }],
        timeline: vec![Told { at, by: "agent:claude".to_owned(), what: "proposed".to_owned(), update: None }],
        merge_commit: None,
        conditions: vec![ConditionView {
            kind: "MergesCleanly".to_owned(),
            status: "True".to_owned(),
            reason: "NoConflict".to_owned(),
            message: "it merges into the tip".to_owned(),
        }],
        approval_statement: None,
        diff: None,
        record_changes: None,
        queries: None,
    };
    check(&UpdateResource::from(view), "update.json");
}

#[test]
fn errors_and_signers_are_written_as_specified() {
    let error = EngineError::new(Code::PolicyDenied, "approving an update needs the role reviewer")
        .because("MissingRole", Some("role"), "this token has reader")
        .about("AgentMemoryUpdate/krate-org-a5c/amu-01hx0000000000000000000000");
    check(&ErrorBody::new(&error, "lk-01hx"), "error.json");
    let allowed_signers = "lorekeep@a5c ssh-ed25519 AAAA\n".to_owned();
    check(&Signers { organization: "a5c".to_owned(), allowed_signers }, "signers.json");
}

#[test]
fn the_query_of_the_specification_is_read() {
    let ask = serde_json::from_value::<QueryBody>(fixture("query.json")).unwrap().ask().unwrap();
    assert_eq!(ask.repository.as_deref(), Some("org-company-brain"));
    assert_eq!(ask.at.requested.as_deref(), Some("main"));
    assert!(ask.explain && !ask.render_prompt);
    let question = serde_json::to_value(&ask.question).unwrap();
    let mut expected = fixture("query.json")["query"].clone();
    let object = expected.as_object_mut().unwrap();
    object.remove("modes");
    object.insert("mode".to_owned(), json!("graph-and-grep"));
    object.insert("task".to_owned(), Value::Null);
    object.insert("sections".to_owned(), json!(0));
    assert_eq!(question, expected);
}

#[test]
fn an_empty_query_has_every_default() {
    let ask = serde_json::from_str::<QueryBody>("{}").unwrap().ask().unwrap();
    let (question, grep) = (ask.question, serde_json::to_value(lorekeep::query::GrepQuestion::default()).unwrap());
    assert_eq!(question.mode, Mode::GraphAndGrep);
    assert_eq!(question.graph.edge_depth, 1);
    assert_eq!(serde_json::to_value(&question.grep).unwrap(), grep);
    assert_eq!((ask.limits.max_bytes, ask.limits.max_records), (64_000, 40));
    assert_eq!(ask.at, Default::default());
}

fn query(query: Value) -> Result<Mode, EngineError> {
    let body: QueryBody = serde_json::from_value(json!({ "query": query })).unwrap();
    body.ask().map(|ask| ask.question.mode)
}

#[test]
fn modes_are_taken_by_either_name() {
    for (asked, mode) in [
        (json!({"modes": ["graph", "grep"]}), Mode::GraphAndGrep),
        (json!({"modes": ["grep", "graph", "grep"]}), Mode::GraphAndGrep),
        (json!({"modes": ["graph"]}), Mode::GraphOnly),
        (json!({"modes": ["grep-only"]}), Mode::GrepOnly),
        (json!({"modes": []}), Mode::GraphAndGrep),
        (json!({"queryMode": "graph-only"}), Mode::GraphOnly),
        (json!({"queryMode": "grep-only"}), Mode::GrepOnly),
        (json!({"queryMode": "graph-and-grep"}), Mode::GraphAndGrep),
        (json!({"queryMode": "document-read"}), Mode::DocumentRead),
        (json!({"queryMode": "ontology-validation"}), Mode::OntologyValidation),
        (json!({"modes": ["diff-ref"]}), Mode::DiffRef),
        (json!({"queryMode": "grep-only", "modes": ["grep"]}), Mode::GrepOnly),
    ] {
        assert_eq!(query(asked.clone()).unwrap(), mode, "{asked}");
    }
}

#[test]
fn what_a_query_cannot_mean_is_refused_with_its_field() {
    for (asked, field) in [
        (json!({"queryMode": "telepathy"}), "query.queryMode"),
        (json!({"modes": ["graph", "document-read"]}), "query.modes"),
        (json!({"modes": ["graph"], "queryMode": "grep-only"}), "query.queryMode"),
        (json!({"graph": {"direction": "sideways"}}), "query.graph.direction"),
        (json!({"graph": {"edgeDepth": 300}}), "query.graph.edgeDepth"),
    ] {
        let error = query(asked.clone()).unwrap_err();
        assert_eq!(error.code, Code::InvalidQuery, "{asked}");
        assert_eq!(error.reasons[0].field.as_deref(), Some(field), "{asked}");
    }
}

#[test]
fn a_commit_is_named_in_one_way_only() {
    let name = || Some("x".to_owned());
    let error = Commit { requested_ref: name(), snapshot: name(), ..Commit::default() }.request().unwrap_err();
    assert_eq!(error.code, Code::InvalidQuery);
    let snapshot = Commit { snapshot: name(), ..Commit::default() }.request().unwrap();
    assert_eq!((snapshot.mode, snapshot.requested), (Some(ResolveMode::SnapshotTag), name()));
    let short = Commit { resolved_commit: name(), ..Commit::default() }.request().unwrap_err();
    assert_eq!(short.code, Code::BadRequest);
}

#[test]
fn the_modes_of_resolving_are_those_of_the_specification() {
    let read = |mode: &str| serde_json::from_value::<ResolveBody>(json!({ "mode": mode })).unwrap().request();
    for (text, mode) in [
        ("current", ResolveMode::Current),
        ("explicit-ref", ResolveMode::ExplicitRef),
        ("ref-at-time", ResolveMode::RefAtTime),
        ("snapshot-tag", ResolveMode::SnapshotTag),
    ] {
        assert_eq!(read(text).unwrap().mode, Some(mode));
    }
    assert_eq!(read("yesterday").unwrap_err().code, Code::BadRequest);
    let policy: ResolveBody = serde_json::from_value(json!({"resolutionPolicy": "newest"})).unwrap();
    assert_eq!(policy.request().unwrap_err().reasons[0].field.as_deref(), Some("resolutionPolicy"));
}

#[test]
fn an_unknown_field_is_refused_at_every_depth() {
    fn refused<T: DeserializeOwned>(value: Value) {
        let error = serde_json::from_value::<T>(value.clone()).err().unwrap_or_else(|| panic!("{value} was taken"));
        assert!(error.to_string().contains("unknown field `surprise`"), "{error}");
    }
    refused::<QueryBody>(json!({"surprise": 1}));
    refused::<QueryBody>(json!({"query": {"surprise": 1}}));
    refused::<QueryBody>(json!({"query": {"graph": {"surprise": 1}}}));
    refused::<QueryBody>(json!({"query": {"grep": {"surprise": 1}}}));
    refused::<QueryBody>(json!({"limits": {"surprise": 1}}));
    refused::<ResolveBody>(json!({"surprise": 1}));
    refused::<ProposeBody>(json!({"title": "t", "reason": "r", "surprise": 1}));
    refused::<ProposeBody>(
        json!({"title": "t", "reason": "r", "changes": [{"path": "p", "action": "a", "surprise": 1}]}),
    );
    refused::<ApproveBody>(json!({"expectedDiffDigest": "d", "surprise": 1}));
}

#[test]
fn a_proposal_and_an_approval_reach_the_engine_whole() {
    let body: ProposeBody = serde_json::from_value(json!({
        "memoryRepository": "brain", "baseCommit": "main", "title": "t", "reason": "r", "sourceRun": "adr-1",
        "artifact": {"id": "x"},
        "changes": [{"path": "b.md", "action": "rename", "from": "a.md", "content": "c", "reason": "why"}]
    }))
    .unwrap();
    let revises = UpdateId::fresh();
    let update = body.update(Some(revises.clone()), Some("k".to_owned()));
    assert_eq!((update.revises, update.idempotency_key), (Some(revises), Some("k".to_owned())));
    assert_eq!(update.repository.as_deref(), Some("brain"));
    assert_eq!(update.artifact, Some(json!({"id": "x"})));
    let change = &update.changes[0];
    assert_eq!(
        (change.path.as_str(), change.from.as_deref(), change.content.as_deref()),
        ("b.md", Some("a.md"), Some("c"))
    );
    let body = ApproveBody {
        organization: None,
        expected_diff_digest: "d".to_owned(),
        comment: Some("ok".to_owned()),
        signature: None,
    };
    let expected =
        UpdateAction::Approve { expected_diff_digest: "d".to_owned(), comment: Some("ok".to_owned()), signature: None };
    assert_eq!(UpdateAction::from(body), expected);
}

#[test]
fn lines_and_pages_are_bounded() {
    let lines = |text: &str| DocumentParams {
        organization: None,
        memory_repository: None,
        path: "a.md".to_owned(),
        lines: Some(text.to_owned()),
        r#ref: None,
        at: None,
        snapshot: None,
    };
    assert_eq!(lines("18-24").range().unwrap(), Some((18, 24)));
    assert_eq!(lines("18").range().unwrap(), Some((18, 18)));
    for wrong in ["", "0-3", "4-3", "a-b", "1-2-3", "-1", "99999999999"] {
        assert_eq!(lines(wrong).range().unwrap_err().code, Code::BadRequest, "{wrong}");
    }
    let page = |limit| RecordsParams { limit, ..RecordsParams::default() }.page_length();
    assert_eq!(page(None).unwrap(), 50);
    assert_eq!(page(Some(200)).unwrap(), 200);
    assert_eq!(page(Some(0)).unwrap_err().code, Code::LimitExceeded);
    assert_eq!(page(Some(201)).unwrap_err().code, Code::LimitExceeded);
}
