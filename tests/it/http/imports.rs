//! Imports of run memory through a real server: what is refused, what is told, what is done to one.

use super::server::{API, JSON, ORG, Reply, Server};
use crate::support::form::{self, Entry, FORM, PLANTED, asked, file, form, run_of, run_with, tar, tar_of};
use serde_json::{Value, json};

const RUN: &str = "01KRTEST0000000000000000001";

fn send(server: &Server, who: &str, request: &Value, run: &[u8]) -> Reply {
    let request = request.to_string();
    let body = form(&[("request", request.as_bytes()), ("run", run)]);
    server.ask(who, "POST", &format!("{API}/imports"), &[FORM], &body)
}

fn read(server: &Server, accepted: &Value) -> Value {
    server.get("reader", accepted["links"]["detail"].as_str().unwrap()).expect(200)
}

fn condition<'a>(answer: &'a Value, kind: &str) -> &'a Value {
    let found = answer["conditions"].as_array().unwrap().iter().find(|c| c["type"] == kind);
    found.unwrap_or_else(|| panic!("no {kind}: {answer}"))
}

/// The only import there is, whatever became of it.
fn only(server: &Server) -> Value {
    let all = server.get("reader", &format!("{API}/imports")).expect(200);
    let items = all["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{all}");
    let path = format!("{API}/imports/{}", items[0]["import"]["name"].as_str().unwrap());
    server.get("reader", &path).expect(200)
}

fn with(mut request: Value, field: &str, value: Value) -> Value {
    request[field] = value;
    request
}

fn act(server: &Server, who: &str, import: &Value, action: &str, body: Value) -> Reply {
    server.post(who, &format!("{API}/imports/{}/{action}", import["import"]["name"].as_str().unwrap()), body)
}

#[test]
fn what_has_to_be_so_is_refused_where_it_is_not() {
    let server = Server::start();
    let run = run_of(ORG, RUN);
    let cases = [
        ("RedactionRequired", with(asked(RUN), "validationPolicy", json!({"redactSecrets": false}))),
        ("InjectionScanRequired", with(asked(RUN), "validationPolicy", json!({"detectPromptInjection": false}))),
        ("TierTooLow", with(asked(RUN), "include", json!({"journal": "full"}))),
        ("TierTooLow", with(asked(RUN), "include", json!({"taskResults": "full"}))),
        ("Malformed", with(asked(RUN), "targetPath", json!("ontology/node-kinds.yaml"))),
        ("Malformed", with(asked(RUN), "targetPath", json!("babysitter/runs/../../ontology"))),
        ("OtherRun", asked("01KRTEST0000000000000000002")),
        ("OtherFormat", json!({"source": {"kind": "codex-session", "runId": RUN}})),
        ("HoldsSecret", asked(PLANTED)),
    ];
    for (reason, request) in cases {
        let reply = send(&server, "proposer", &request, &run);
        reply.refused(422, "INVALID_IMPORT");
        assert_eq!(reply.json()["error"]["reasons"][0]["code"], reason, "{reply:?}");
        assert!(!reply.text.contains(PLANTED), "{reply:?}");
    }
    send(&server, "reader", &asked(RUN), &run).refused(403, "POLICY_DENIED");
    assert_eq!(server.get("reader", &format!("{API}/updates")).expect(200)["items"], json!([]));
}

#[test]
fn a_run_of_another_org_is_denied_and_one_under_way_is_not_taken_yet() {
    let server = Server::start();
    send(&server, "proposer", &asked(RUN), &run_of("rival", RUN)).refused(403, "CROSS_ORG_REF_DENIED");
    let import = only(&server);
    assert_eq!(import["import"]["phase"], "Failed");
    assert_eq!(condition(&import, "OrgScopeVerified")["status"], "False");
    assert_eq!(condition(&import, "Ready")["reason"], condition(&import, "OrgScopeVerified")["reason"]);
    let of_theirs = json!({"source": {"repository": "rival/krate", "runId": RUN}});
    send(&server, "proposer", &of_theirs, &run_of(ORG, RUN)).refused(403, "CROSS_ORG_REF_DENIED");
    let memory = with(asked(RUN), "memoryRepository", json!("theirs"));
    send(&server, "proposer", &memory, &run_of(ORG, RUN)).refused(403, "CROSS_ORG_REF_DENIED");

    let active = run_with(ORG, RUN, json!({"status": "running"}), &[]);
    send(&server, "proposer", &asked(RUN), &active).refused(409, "RUN_ACTIVE");
    let policy = json!({"policy": {"allowPartialImports": true}});
    server
        .ask("admin", "PATCH", &format!("{API}/repositories/brain"), &JSON, policy.to_string().as_bytes())
        .expect(200);
    let taken = send(&server, "proposer", &asked(RUN), &active);
    assert_eq!(taken.status, 200, "the one that failed is done anew: {taken:?}");
    assert_eq!(taken.json()["phase"], "AwaitingReview");
}

#[test]
fn a_run_of_which_too_little_is_left_is_blocked_and_the_condition_says_so() {
    let server = Server::start();
    let memory: String = (0..40).map(|n| format!("ghp_{}{n:02}\n", "aB3dE5gH7jK9mN1pQ3sT5vW7xY9zA1bC3d")).collect();
    let run = run_with(ORG, RUN, json!({"status": "completed"}), &[("MEMORY.md", &memory)]);
    let reply = send(&server, "proposer", &asked(RUN), &run);
    reply.refused(422, "MEMORY_IMPORT_REDACTION_BLOCKED");
    let import = only(&server);
    assert_eq!(condition(&import, "SecretsRedacted")["reason"], "RedactionTooBroad");
    assert_eq!((&import["import"]["phase"], &import["import"]["update"]), (&json!("Failed"), &Value::Null));
    assert_eq!(condition(&import, "Ready")["reason"], "RedactionTooBroad");
    assert!(!import.to_string().contains("aB3dE5gH7"), "{import}");
}

#[test]
fn the_same_is_the_same_import_and_other_content_is_another() {
    let server = Server::start();
    let run = run_of(ORG, RUN);
    let first = send(&server, "proposer", &asked(RUN), &run).expect(201);
    let packed = zstd::encode_all(&run[..], 1).unwrap();
    let again = send(&server, "maintainer", &asked(RUN), &packed).expect(200);
    assert_eq!((&again["import"], &again["sourceDigest"]), (&first["import"], &first["sourceDigest"]));
    let more = run_with(ORG, RUN, json!({"status": "failed"}), &[]);
    let other = send(&server, "proposer", &asked(RUN), &more).expect(201);
    assert_ne!(other["import"], first["import"]);
    let of_run = |query: &str| server.get("reader", &format!("{API}/imports?{query}")).expect(200)["items"].clone();
    assert_eq!(of_run(&format!("run={RUN}")).as_array().unwrap().len(), 2);
    assert_eq!(of_run("run=other"), json!([]));
    assert_eq!(of_run("phase=AwaitingReview").as_array().unwrap().len(), 2);
    assert_eq!(of_run("phase=Merged"), json!([]));
    server.get("reader", &format!("{API}/imports?phase=Odd")).refused(400, "BAD_REQUEST");
}

#[test]
fn a_key_repeats_the_answer_and_the_boundary_of_a_form_does_not_count() {
    let server = Server::start();
    let (request, run) = (asked(RUN).to_string(), run_of(ORG, RUN));
    let keyed = |parts: &[(&str, &[u8])]| {
        server.ask("proposer", "POST", &format!("{API}/imports"), &[FORM, ("idempotency-key", "one")], &form(parts))
    };
    let first = keyed(&[("request", request.as_bytes()), ("run", &run)]);
    first.expect(201);
    let again = keyed(&[("run", &run), ("request", request.as_bytes())]);
    assert_eq!((again.status, &again.text), (201, &first.text));
    assert_eq!(again.header("idempotent-replay"), Some("true"));
    keyed(&[("request", request.as_bytes()), ("run", &run_of(ORG, "other"))]).refused(422, "IDEMPOTENCY_MISMATCH");
}

#[test]
fn forms_that_are_none_are_refused() {
    let server = Server::start();
    let (request, run) = (asked(RUN).to_string(), run_of(ORG, RUN));
    let (request, run) = (request.as_bytes(), &run[..]);
    let post = |body: &[u8]| server.ask("proposer", "POST", &format!("{API}/imports"), &[FORM], body);
    let good = form(&[("request", request), ("run", run)]);
    for body in [
        form(&[("run", run)]),
        form(&[("request", request), ("run", run), ("run", run)]),
        form(&[("request", request), ("request", request)]),
        form(&[("request", request), ("other", b"x")]),
        good[..good.len() / 2].to_vec(),
        [b"preamble".as_slice(), &good].concat(),
        [b"--aBoundaryThatNobodyWrites\r\nX: ".as_slice(), &vec![b'x'; 20 << 10]].concat(),
        b"--aBoundaryThatNobodyWrites\r\n\r\n\r\n--aBoundaryThatNobodyWrites--\r\n".to_vec(),
        Vec::new(),
    ] {
        post(&body).refused(400, "BAD_REQUEST");
    }
    post(&form(&[("request", &vec![b' '; (1 << 20) + 1]), ("run", run)])).refused(413, "TOO_LARGE");
    let no_boundary = [("content-type", "multipart/form-data")];
    server.ask("proposer", "POST", &format!("{API}/imports"), &no_boundary, &good).refused(400, "BAD_REQUEST");
    // A form is for imports alone.
    server.ask("proposer", "POST", &format!("{API}/updates"), &[FORM], &good).refused(415, "UNSUPPORTED_MEDIA_TYPE");
    let nothing = server.post("proposer", &format!("{API}/imports"), asked(RUN));
    nothing.refused(422, "INVALID_IMPORT");
    post(&good).expect(201);
}

#[test]
fn hostile_archives_are_refused_or_what_is_hostile_in_them_is_left_out() {
    let server = Server::start();
    let deep = format!("{{\"a\": {}1{}}}", "[".repeat(200), "]".repeat(200));
    let good = |title: &str, more: Vec<Entry<'static>>| {
        let run = json!({"id": RUN, "organizationRef": ORG, "status": "completed", "process": "p", "title": title,
            "startedAt": "2026-05-10T12:00:00Z", "completedAt": "2026-05-10T12:30:00Z"})
        .to_string();
        let mut entries = vec![file("run.json", run.as_bytes())];
        entries.extend(more);
        tar_of(&entries)
    };
    let link = |sort, link| Entry { path: "journal/000009.json", sort, link: Some(link), bytes: b"" };
    let deep: &'static [u8] = deep.into_bytes().leak();
    let cases = [
        ("OutsideRun", good("case 1", vec![file("../outside.json", b"{}")])),
        ("OutsideRun", good("case 2", vec![file("/etc/outside.json", b"{}")])),
        ("Link", good("case 3", vec![link(tar::EntryType::Symlink, "/etc/passwd")])),
        ("Link", good("case 4", vec![link(tar::EntryType::Link, "run.json")])),
        (
            "SpecialFile",
            good("case 5", vec![Entry { path: "dev", sort: tar::EntryType::Char, link: None, bytes: b"" }]),
        ),
        (
            "SpecialFile",
            good("case 6", vec![Entry { path: "pipe", sort: tar::EntryType::Fifo, link: None, bytes: b"" }]),
        ),
        ("TooDeep", good("case 7", vec![file("journal/000009.json", deep)])),
        ("InvalidUtf8", good("case 8", vec![file("journal/000009.json", b"{\"eventType\": \"\xff\xfe\"}")])),
        ("Malformed", good("case 9", vec![file("journal/000009.json", b"{\"eventType\": ")])),
    ];
    for (problem, run) in cases {
        let reply = send(&server, "proposer", &asked(RUN), &run);
        assert!(reply.status == 201 || reply.status == 200, "{problem}: {reply:?}");
        let import = read(&server, &reply.json());
        let told = &import["summary"]["problems"];
        assert!(told[problem].as_u64().unwrap_or(0) >= 1, "{problem}: {import:#}");
        assert_eq!(condition(&import, "SourceResolved")["reason"], "CollectedWithProblems", "{problem}");
        assert!(!import.to_string().contains("root:"), "{problem}");
    }
    let many: Vec<String> = (0..20_001).map(|n| format!("blobs/{n}")).collect();
    let many: Vec<_> = many.iter().map(|path| file(path, b"")).collect();
    let bomb = zstd::encode_all(std::io::Read::take(std::io::repeat(0), 3 << 30), 1).unwrap();
    for (name, run) in [("many", tar_of(&many)), ("bomb", bomb), ("noise", vec![7; 4096]), ("nothing", Vec::new())] {
        send(&server, "proposer", &asked(RUN), &run).refused(422, "INVALID_IMPORT");
        assert!(server.get("reader", &format!("{API}/imports")).status == 200, "{name}");
    }
}

#[test]
fn an_archive_that_is_too_large_is_refused_while_it_is_received() {
    let options = lorekeep::face::http::ServeOptions { max_import_bytes: 4096, ..Default::default() };
    let server = Server::with(options);
    send(&server, "proposer", &asked(RUN), &vec![0; 5000]).refused(413, "TOO_LARGE");
}

#[test]
fn a_run_is_found_below_an_import_root_and_never_outside() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| json!({"source": {"kind": "babysitter-run", "runId": RUN, "a5cRunPath": path}});
    let post = |path: &str| server.post("proposer", &format!("{API}/imports"), at(path));
    let unset = post(".a5c/runs/one");
    unset.refused(422, "INVALID_IMPORT");
    assert!(unset.text.contains("ImportRootUnset") && unset.text.contains("import-root add"), "{unset:?}");
    let root = folder.path().join("root");
    let run = root.join(".a5c/runs/one");
    std::fs::create_dir_all(&run).unwrap();
    tar::Archive::new(&run_of(ORG, RUN)[..]).unpack(&run).unwrap();
    std::fs::create_dir_all(folder.path().join("outside")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("outside"), root.join("way-out")).unwrap();
    let org = lorekeep::base::OrgId::parse(ORG).unwrap();
    server.operator().add_import_root(&org, &root).unwrap();
    for path in ["../outside", "/etc", "way-out", "way-out/x", ".a5c/../../outside", "", "nowhere"] {
        post(path).refused(422, "INVALID_IMPORT");
    }
    let accepted = post(".a5c/runs/one").expect(201);
    let sent = send(&server, "proposer", &asked(RUN), &run_of(ORG, RUN)).expect(200);
    assert_eq!(sent["import"], accepted["import"], "a folder and an archive of the same files are the same source");
    let import = read(&server, &accepted);
    let again = act(&server, "proposer", &import, "rerun", json!({})).expect(200);
    assert_eq!(again["import"]["update"], import["import"]["update"]);
    std::fs::write(
        run.join("journal/000003.json"),
        json!({"sequence": 3, "eventType": "run_end", "timestamp": "2026-05-10T12:30:00Z"}).to_string(),
    )
    .unwrap();
    let other = act(&server, "proposer", &import, "rerun", json!({})).expect(200);
    assert_ne!(other["import"]["name"], import["import"]["name"], "other content is another import");
}

#[test]
fn a_tier_is_lowered_and_never_raised_and_a_rejected_import_is_made_again() {
    let server = Server::start();
    let full = with(asked(RUN), "retentionTier", json!("full-journal-redacted"));
    let accepted = send(&server, "proposer", &full, &run_of(ORG, RUN)).expect(201);
    let import = read(&server, &accepted);
    let journal = |import: &Value| import["generatedFiles"].to_string().matches("/journal/").count();
    assert_eq!(journal(&import), 2, "{import:#}");
    let tier = |tier: &str| json!({"retentionTier": tier});
    act(&server, "proposer", &import, "lower-tier", tier("artifact-bytes-retained")).refused(422, "INVALID_IMPORT");
    act(&server, "proposer", &import, "lower-tier", tier("full-journal-redacted")).refused(422, "INVALID_IMPORT");
    let lower = act(&server, "proposer", &import, "lower-tier", tier("summary-only")).expect(200);
    assert_eq!((journal(&lower), &lower["import"]["retentionTier"]), (0, &json!("summary-only")));
    assert_eq!(lower["import"]["update"], import["import"]["update"]);
    let update = server.get("reader", &format!("{API}/updates/{}", import["import"]["update"].as_str().unwrap()));
    assert_eq!(update.expect(200)["status"]["revision"], 2);

    let rejected = act(&server, "reviewer", &lower, "reject", json!({"comment": "not now"})).expect(200);
    assert_eq!(rejected["import"]["phase"], "Rejected");
    assert_eq!(condition(&rejected, "MemoryMerged")["reason"], "Rejected");
    act(&server, "proposer", &lower, "lower-tier", tier("artifact-manifest-only")).refused(409, "CONFLICT");
    let again = act(&server, "proposer", &lower, "rerun", json!({})).expect(200);
    assert_eq!(again["import"]["phase"], "AwaitingReview");
    assert_ne!(again["import"]["update"], lower["import"]["update"]);
    assert_ne!(again["import"]["targetBranch"], lower["import"]["targetBranch"]);
}

#[test]
fn no_policy_lands_by_itself_what_a_reviewer_has_to_see() {
    let server = Server::start();
    let policy = json!({"policy": {"autoMerge": ["babysitter/**"]}});
    server
        .ask("admin", "PATCH", &format!("{API}/repositories/brain"), &JSON, policy.to_string().as_bytes())
        .expect(200);
    let ask = |tier: &str, review: bool, run: &str| {
        let asked =
            with(with(asked(run), "retentionTier", json!(tier)), "validationPolicy", json!({"requireReview": review}));
        read(&server, &send(&server, "proposer", &asked, &run_of(ORG, run)).expect(201))
    };
    assert_eq!(ask("summary-only", true, "run-1")["import"]["phase"], "AwaitingReview");
    assert_eq!(ask("full-journal-redacted", false, "run-2")["import"]["phase"], "AwaitingReview");
    assert_eq!(ask("summary-only", false, "run-3")["import"]["phase"], "Merged");
    // Bytes are kept where a maintainer asks for it, and somebody else looks at it.
    let bytes = with(asked("run-4"), "retentionTier", json!("artifact-bytes-retained"));
    send(&server, "proposer", &bytes, &run_of(ORG, "run-4")).refused(403, "POLICY_DENIED");
    let bytes = read(&server, &send(&server, "maintainer", &bytes, &run_of(ORG, "run-4")).expect(201));
    assert_eq!(bytes["import"]["phase"], "AwaitingReview");
    let digest = json!({"expectedDiffDigest": bytes["import"]["diffDigest"]});
    act(&server, "maintainer", &bytes, "approve", digest.clone()).refused(403, "SELF_APPROVAL_DENIED");
    act(&server, "reviewer", &bytes, "approve", digest).expect(200);
}

#[test]
fn what_is_not_valid_is_kept_to_be_seen_and_not_merged() {
    let server = Server::start();
    let at = |folder: &str| with(asked(RUN), "targetPath", json!(format!("babysitter/runs/{folder}")));
    let first = read(&server, &send(&server, "proposer", &at("one"), &run_of(ORG, RUN)).expect(201));
    let digest = json!({"expectedDiffDigest": first["import"]["diffDigest"]});
    act(&server, "reviewer", &first, "approve", digest.clone()).expect(200);
    act(&server, "reviewer", &first, "merge", digest).expect(200);
    // The records of one run have one place: a second one would give their ids twice.
    let refused = send(&server, "proposer", &at("two"), &run_of(ORG, RUN));
    refused.refused(422, "MEMORY_IMPORT_VALIDATION_FAILED");
    let resource = refused.json()["error"]["resource"].as_str().unwrap().to_owned();
    let id = resource.rsplit('/').next().unwrap();
    let import = server.get("reader", &format!("{API}/imports/{id}")).expect(200);
    assert_eq!(import["import"]["phase"], "Failed");
    assert_eq!(condition(&import, "OntologyValid")["reason"], "MEMORY_IMPORT_VALIDATION_FAILED");
    assert!(import["import"]["targetBranch"].is_string() && import["import"]["validationReportDigest"].is_string());
    let digest = json!({"expectedDiffDigest": import["import"]["diffDigest"]});
    act(&server, "reviewer", &import, "merge", digest).refused(422, "MEMORY_IMPORT_VALIDATION_FAILED");
}

#[test]
fn what_a_run_wants_remembered_is_merged_with_what_landed_since_its_snapshot() {
    let server = Server::start();
    let memory = |text: &str, run: &str, fields: Value| {
        let mut all = json!({"status": "completed"});
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let run_files = run_with(ORG, run, all, &[("MEMORY.md", text)]);
        let import = read(&server, &send(&server, "proposer", &asked(run), &run_files).expect(201));
        let digest = json!({"expectedDiffDigest": import["import"]["diffDigest"]});
        act(&server, "reviewer", &import, "approve", digest.clone()).expect(200);
        act(&server, "reviewer", &import, "merge", digest).expect(200);
        server.get("reader", &format!("{API}/documents?path=babysitter/MEMORY.md")).expect(200)["document"]["text"]
            .clone()
    };
    let first = memory("# Memory\n\n## Feed\n\n- The feed is slow at noon.\n", "run-1", json!({}));
    assert!(first.as_str().unwrap().contains("slow at noon"), "{first}");
    let second = memory("# Memory\n\n## Roster\n\n- Names are unique by club.\n", "run-2", json!({}));
    assert!(second.as_str().unwrap().contains("slow at noon"), "nothing is removed: {second}");
    assert!(second.as_str().unwrap().contains("unique by club"), "{second}");
}

#[test]
fn an_import_is_watched_with_what_becomes_of_its_update() {
    let server = Server::start();
    let import = read(&server, &send(&server, "proposer", &asked(RUN), &run_of(ORG, RUN)).expect(201));
    let records = lorekeep::records::Records::open(&server.data_dir().join("records.sqlite3")).unwrap();
    let org = lorekeep::base::OrgId::parse(ORG).unwrap();
    let told = || {
        let all = records.read(|view| view.changes_of(&org, 0, 1000)).unwrap();
        let of = all.into_iter().filter(|change| change.resource == "agentrunmemoryimports");
        of.map(|change| (change.kind.as_str(), change.was)).collect::<Vec<_>>()
    };
    let begun = told();
    assert_eq!(begun[0], ("ADDED", None));
    let digest = json!({"expectedDiffDigest": import["import"]["diffDigest"]});
    act(&server, "reviewer", &import, "approve", digest.clone()).expect(200);
    act(&server, "reviewer", &import, "merge", digest).expect(200);
    let after = told();
    assert!(after.len() >= begun.len() + 2, "{after:?}");
    assert_eq!(after.last().unwrap(), &("MODIFIED", Some("AwaitingReview".to_owned())));
    server
        .get("scoped", &format!("{API}/imports/{}", import["import"]["name"].as_str().unwrap()))
        .refused(404, "NOT_FOUND");
    assert_eq!(server.get("scoped", &format!("{API}/imports")).expect(200)["items"], json!([]));
}

#[test]
fn every_step_is_audited_with_digests_and_without_content() {
    let server = Server::start();
    send(&server, "proposer", &asked(RUN), &run_of(ORG, RUN)).expect(201);
    let audit = server.get("admin", &format!("/api/orgs/{ORG}/agents/audit?limit=100")).expect(200);
    let text = audit.to_string();
    for step in ["requested", "collected", "redacted", "proposed"] {
        assert!(text.contains(&format!("agent.memory.import.{step}")), "{step}: {audit:#}");
    }
    assert!(text.contains("sourceDigest") && text.contains("redactionDigest"), "{audit:#}");
    assert!(!text.contains("roster") && !text.contains(PLANTED), "{audit:#}");
}

#[test]
fn an_archive_of_files_that_are_no_run_is_told_so() {
    let server = Server::start();
    let reply = send(&server, "proposer", &json!({"source": {"runId": RUN}}), &tar(&[("README.md", "# Hello\n")]));
    reply.refused(422, "INVALID_IMPORT");
    assert!(reply.text.contains("UnknownFormat"), "{reply:?}");
    assert_eq!(form::asked(RUN)["source"]["runId"], RUN);
}
