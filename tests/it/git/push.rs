//! Pushes: the processes behind them, and the quarantine a hook looks into.

use super::{commit, engine, open, small_history};
use crate::support::repo::run;
use crate::support::{START, TestRepo};
use lorekeep::base::RepoPath;
use lorekeep::git::{GitError, ReadRepository, Repository, SmartRequest, SmartService};
use std::path::{Path, PathBuf};

fn request(service: SmartService, git_dir: &Path, advertise: bool) -> SmartRequest {
    SmartRequest {
        service,
        git_dir: git_dir.to_owned(),
        advertise,
        protocol: None,
        who: engine(START),
        hooks: None,
        hook_env: Vec::new(),
    }
}

fn pkt(text: &str) -> String {
    format!("{:04x}{text}", text.len() + 4)
}

#[test]
fn the_listing_of_references_hides_those_of_the_server() {
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join("brain.git");
    let test = small_history();
    let source = lorekeep::git::Source::parse(&test.path().to_string_lossy()).expect("is a path");
    let repo = Repository::adopt(&source, &path).expect("adopts");
    let main = repo.tip().expect("reads").expect("is there");
    let keep = lorekeep::git::RefEdit { name: "refs/lorekeep/keep".into(), expected: None, new: Some(main.0) };
    lorekeep::git::WriteRepository::update_refs(&repo, &[keep], &engine(START), "keep").expect("moves");
    for service in [SmartService::UploadPack, SmartService::ReceivePack] {
        let output = run(&mut request(service, &path, true).command(), b"");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains("refs/heads/main") && !text.contains("refs/lorekeep"), "{text}");
    }
}

#[test]
fn the_preamble_names_the_service_unless_a_fetch_speaks_version_2() {
    let path = PathBuf::from("x.git");
    let mut fetch = request(SmartService::UploadPack, &path, true);
    let mut push = request(SmartService::ReceivePack, &path, true);
    assert_eq!(fetch.preamble(), b"001e# service=git-upload-pack\n0000");
    assert_eq!(push.preamble(), b"001f# service=git-receive-pack\n0000");
    fetch.protocol = Some("version=2".to_owned());
    push.protocol = Some("version=2".to_owned());
    assert_eq!(fetch.preamble(), b"");
    assert_eq!(push.preamble(), b"001f# service=git-receive-pack\n0000");
    assert_eq!(request(SmartService::UploadPack, &path, false).preamble(), b"");
    for name in ["git-upload-pack", "git-receive-pack"] {
        assert_eq!(SmartService::from_name(name).map(SmartService::name), Some(name));
    }
    assert_eq!(SmartService::from_name("git-upload-archive"), None);
}

#[test]
fn a_process_is_given_nothing_but_what_is_named() {
    let mut asked = request(SmartService::UploadPack, Path::new("x.git"), false);
    asked.hook_env.push(("LOREKEEP_ORG".to_owned(), "a5c".into()));
    let env = |asked: &SmartRequest| {
        let command = asked.command();
        let mut names: Vec<String> = command
            .get_envs()
            .filter(|(_, value)| value.is_some())
            .map(|(name, _)| name.to_string_lossy().into_owned())
            .collect();
        names.sort();
        names.join(" ")
    };
    let always = "GIT_COMMITTER_DATE GIT_COMMITTER_EMAIL GIT_COMMITTER_NAME GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM \
        GIT_NO_REPLACE_OBJECTS GIT_OPTIONAL_LOCKS";
    assert_eq!(env(&asked), format!("{always} GIT_TERMINAL_PROMPT LC_ALL LOREKEEP_ORG PATH"));
    for hostile in ["version=2\nX", "version=2;id", &"a".repeat(101), "$(id)"] {
        asked.protocol = Some(hostile.to_owned());
        assert!(!env(&asked).contains("GIT_PROTOCOL"), "{hostile}");
    }
    asked.protocol = Some("version=2".to_owned());
    assert!(env(&asked).contains("GIT_PROTOCOL"));
}

/// A server's repository, a clone with one new commit, and the body of a push of it to `main`.
struct Push {
    _home: tempfile::TempDir,
    server: PathBuf,
    old: String,
    new: String,
    body: Vec<u8>,
}

fn push() -> Push {
    let test = small_history();
    let home = tempfile::tempdir().expect("a directory");
    let server = home.path().join("brain.git");
    let source = lorekeep::git::Source::parse(&test.path().to_string_lossy()).expect("is a path");
    Repository::adopt(&source, &server).expect("adopts");
    let old = test.git(&["rev-parse", "main"]);
    let new = test.commit_files(&[("pushed.md", "pushed\n")], "pushed");
    let capabilities = "report-status object-format=sha1";
    let mut body = pkt(&format!("{old} {new} refs/heads/main\0{capabilities}")).into_bytes();
    body.extend_from_slice(b"0000");
    let pack = run(
        test.command().args(["pack-objects", "--revs", "--stdout", "--quiet"]),
        format!("{new}\n^{old}\n").as_bytes(),
    );
    assert!(pack.status.success());
    body.extend_from_slice(&pack.stdout);
    Push { _home: home, server, old, new, body }
}

/// A folder with one hook of `sh`.
fn hook(folder: &Path, script: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let hooks = folder.join("hooks-of-the-test");
    std::fs::create_dir(&hooks).expect("is made");
    let file = hooks.join("pre-receive");
    std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("writes");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("can be set");
    hooks
}

#[test]
fn an_accepted_push_moves_the_branch_and_its_log_says_who() {
    let push = push();
    let mut asked = request(SmartService::ReceivePack, &push.server, false);
    asked.who.name = "user:ada".to_owned();
    let output = run(&mut asked.command(), &push.body);
    assert!(String::from_utf8_lossy(&output.stdout).contains("ok refs/heads/main"), "{output:?}");
    let repo = Repository::open(&push.server).expect("opens");
    assert_eq!(repo.tip().expect("reads"), Some(commit(&push.new)));
    let log = repo.reflog("refs/heads/main").expect("reads");
    let last = log.last().expect("was moved");
    assert_eq!((last.by.name.as_str(), last.by.at.seconds()), ("user:ada", START));
    assert_eq!(repo.fsck().expect("runs"), Vec::<String>::new());
}

#[test]
fn a_hook_sees_the_push_in_quarantine_and_a_refusal_leaves_no_trace() {
    let push = push();
    let place = push.server.parent().expect("has one").to_owned();
    // The hook says where the quarantine is, keeps a copy for the test to look into, and refuses.
    let script = format!(
        "cp -r \"$GIT_OBJECT_DIRECTORY\" '{0}/copy'; printf %s \"$GIT_ALTERNATE_OBJECT_DIRECTORIES\" > '{0}/alternates'; \
         printf %s \"$LOREKEEP_ORG\" > '{0}/org'; echo no >&2; exit 1",
        place.display()
    );
    let mut asked = request(SmartService::ReceivePack, &push.server, false);
    asked.hooks = Some(hook(&place, &script));
    asked.hook_env.push(("LOREKEEP_ORG".to_owned(), "a5c".into()));
    let output = run(&mut asked.command(), &push.body);
    assert!(String::from_utf8_lossy(&output.stdout).contains("pre-receive hook declined"), "{output:?}");
    assert_eq!(std::fs::read_to_string(place.join("org")).expect("the hook ran"), "a5c");

    let (old, new) = (commit(&push.old), commit(&push.new));
    let plain = Repository::open(&push.server).expect("opens");
    assert!(plain.commit(new).is_err(), "a refused push leaves no object");
    assert_eq!(plain.tip().expect("reads"), Some(old));

    let alternates = std::fs::read_to_string(place.join("alternates")).expect("the hook ran");
    let alternates: Vec<PathBuf> = alternates.split(':').map(PathBuf::from).collect();
    let seen = Repository::open_quarantined(&push.server, &place.join("copy"), &alternates).expect("opens");
    assert_eq!(seen.commit(new).expect("sees the push").message, "pushed\n");
    let changes = seen.changes(Some(old.into()), new.into()).expect("diffs across both stores");
    assert_eq!(changes.iter().map(|change| change.path.as_slice()).collect::<Vec<_>>(), [b"pushed.md".as_slice()]);
    let file =
        seen.entry(new.into(), &RepoPath::parse("pushed.md").expect("a path")).expect("reads").expect("is there");
    assert_eq!(lorekeep::base::BlobStore::blob(&seen, file.oid, 100).expect("reads"), b"pushed\n");
    assert!(seen.is_ancestor(old, new).expect("answers"));
    assert_eq!(seen.new_commits(new, 10).expect("walks"), [new]);
    assert_eq!(seen.new_commits(old, 10).expect("walks"), []);
}

#[test]
fn what_a_quarantined_handle_writes_stays_in_memory() {
    let push = push();
    let objects = push.server.join("objects");
    let seen = Repository::open_quarantined(&push.server, &objects, &[]).expect("opens");
    let blob = lorekeep::git::WriteRepository::write_blob(&seen, b"not kept").expect("writes");
    assert!(lorekeep::base::BlobStore::blob(&Repository::open(&push.server).expect("opens"), blob, 100).is_err());
}

#[test]
fn too_many_new_commits_are_refused() {
    let server = TestRepo::bare();
    let pushed = small_history();
    let objects = pushed.git_dir().join("objects");
    let seen = Repository::open_quarantined(server.path(), &objects, &[]).expect("opens");
    let tip = commit(&pushed.git(&["rev-parse", "main"]));
    assert_eq!(seen.new_commits(tip, 5).expect("walks").len(), 5);
    assert!(matches!(seen.new_commits(tip, 4), Err(GitError::Object { .. })));
}

#[test]
fn the_commit_graph_of_the_repository_serves_a_quarantine_too() {
    let push = push();
    let repo = Repository::open(&push.server).expect("opens");
    repo.maintain().expect("maintains");
    let seen = Repository::open_quarantined(&push.server, &push.server.join("objects"), &[]).expect("opens");
    let tip = commit(&push.old);
    assert_eq!(seen.first_parents(tip, None).expect("walks"), repo.first_parents(tip, None).expect("walks"));
}

#[test]
fn a_push_that_fsck_refuses_is_refused() {
    let push = push();
    let evil = TestRepo::bare();
    let blob = evil.blob(b"x");
    let tree = evil.raw_tree(&[("100644", b".git", &blob)]);
    let id = evil.commit_tree(&tree, &[], "evil");
    let mut body = pkt(&format!("{} {id} refs/heads/evil\0report-status", "0".repeat(40))).into_bytes();
    body.extend_from_slice(b"0000");
    body.extend(run(evil.command().args(["pack-objects", "--revs", "--stdout", "--quiet"]), id.as_bytes()).stdout);
    let output = run(&mut request(SmartService::ReceivePack, &push.server, false).command(), &body);
    assert!(!String::from_utf8_lossy(&output.stdout).contains("ok refs/heads/evil"), "{output:?}");
    assert!(open_path(&push.server).reference("refs/heads/evil").expect("reads").is_none());
}

fn open_path(path: &Path) -> Repository {
    Repository::open(path).expect("opens")
}

#[test]
fn a_name_with_a_dash_in_front_is_no_option() {
    let server = TestRepo::bare();
    let mut asked = request(SmartService::UploadPack, Path::new("--exec=true"), true);
    let output = run(asked.command().current_dir(server.path()), b"");
    assert!(!output.status.success());
    asked.git_dir = server.path().to_owned();
    assert!(run(&mut asked.command(), b"").status.success());
    assert!(open(&server).tip().expect("reads").is_none());
}
