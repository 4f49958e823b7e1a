//! The command line as a client of a server.

use super::program::{Ran, Server, outcome, program, run, write};
use crate::support::repo::git_command;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// A server with the org `acme`, its repository `brain`, and a token file for each role.
struct World {
    dir: tempfile::TempDir,
    server: Server,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        run(dir.path(), &["org", "create", "acme", "--data-dir", "data"]).ok();
        run(dir.path(), &["repo", "create", "acme", "brain", "--data-dir", "data"]).ok();
        for role in ["reader", "proposer", "reviewer", "maintainer"] {
            let args = ["token", "create", "--org", "acme", "--name", role, "--role", role, "--data-dir", "data"];
            write(dir.path(), role, &run(dir.path(), &args).ok());
        }
        let server =
            Server::start(program(dir.path()).args(["serve", "--data-dir", "data", "--listen", "127.0.0.1:0"]));
        Self { dir, server }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The program as somebody calls it against the server.
    fn by(&self, who: &str, args: &[&str]) -> Command {
        let mut command = program(self.path());
        command.env("LOREKEEP_TOKEN_FILE", self.path().join(who)).env("LOREKEEP_ORG", "acme");
        command.args(args).args(["--server", &self.server.address]);
        command
    }

    fn run(&self, who: &str, args: &[&str]) -> Ran {
        outcome(&mut self.by(who, args))
    }

    fn json(&self, who: &str, args: &[&str]) -> Value {
        let ran = self.run(who, &[args, &["--json"]].concat());
        assert_eq!(ran.code, 0, "{args:?} {} {}", ran.stdout, ran.stderr);
        ran.json()
    }

    /// What the API answers.
    fn answer(&self, who: &str, path: &str) -> String {
        let token = std::fs::read_to_string(self.path().join(who)).expect("it is there");
        let address = self.server.address.trim_start_matches("http://").parse().expect("it is an address");
        let client = crate::support::Client::new(address);
        let path = format!("/api/orgs/acme/agents/memory/{path}");
        client.ask(token.trim(), "GET", &path, &[], b"").text
    }

    /// A clone of the memory.
    fn clone_memory(&self) -> std::path::PathBuf {
        let mut git = git_command(crate::support::START);
        let ran = outcome(git.current_dir(self.path()).args(["clone", "--quiet", "data/orgs/acme/brain.git", "clone"]));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        self.path().join("clone")
    }
}

const PATCH: &str = "diff --git a/notes/retry.md b/notes/retry.md\nnew file mode 100644\n--- /dev/null\n+++ b/notes/retry.md\n@@ -0,0 +1,3 @@\n+# Retry budget\n+\n+Three tries, then stop.\n";

#[test]
fn a_change_is_proposed_reviewed_and_landed_from_the_command_line() {
    let world = World::new();
    let clone = world.clone_memory();
    write(&clone, "notes/retry.md", "# Retry budget\n\nThree tries, then stop.\n");
    let propose = |json: &[&str]| {
        let args =
            ["propose", "--title", "Retry budget", "--reason", "an outage", "--repo", clone.to_str().expect("UTF-8")];
        world.run("proposer", &[&args, json].concat())
    };
    let update = propose(&["--json"]).json();
    let id = update["metadata"]["name"].as_str().expect("it has a name");
    assert_eq!(update["status"]["phase"], "AwaitingApproval", "{update}");
    assert_eq!(update["spec"]["changes"][0]["path"], "notes/retry.md");

    let listed = world.run("reader", &["update", "list", "--phase", "AwaitingApproval"]).ok();
    assert_eq!(listed, format!("{id}\tAwaitingApproval\tr1\tRetry budget\n"));
    assert!(world.run("reader", &["update", "diff", id]).ok().contains("+Three tries, then stop."));
    world.run("reviewer", &["update", "comment", id, "is it three?", "--path", "notes/retry.md", "--line", "3"]).ok();
    world.run("reviewer", &["update", "request-changes", id, "--comment", "say four"]).ok();
    write(&clone, "notes/retry.md", "# Retry budget\n\nFour tries, then stop.\n");
    let repo = clone.to_str().expect("UTF-8");
    let revised =
        world.json("proposer", &["update", "revise", id, "--title", "t", "--reason", "as asked", "--repo", repo]);
    assert_eq!(revised["status"]["revision"], 2);
    let shown = world.run("reviewer", &["update", "show", id]).ok();
    let digest = revised["status"]["diffDigest"].as_str().expect("it has a digest");
    assert!(shown.contains("is it three?") && shown.contains("+Four tries") && shown.contains(digest), "{shown}");
    assert!(shown.contains(" on notes/retry.md (line 3 of r1, which is another now): is it three?"), "{shown}");
    world.run("proposer", &["update", "refresh", id]).ok();
    world.run("reviewer", &["update", "approve", id, "--diff-digest", digest]).ok();
    let merged = world.json("reviewer", &["update", "merge", id]);
    assert_eq!(merged["status"]["phase"], "Merged");

    let reverting = world.json("maintainer", &["update", "revert", id]);
    assert_eq!(reverting["spec"]["changes"][0]["action"], "delete");

    let found = world.run("reader", &["query", "retry budget"]).ok();
    assert!(found.contains("Retry budget") && found.contains("notes/retry.md"), "{found}");
}

#[test]
fn a_patch_is_proposed_from_a_file_or_from_standard_input() {
    let world = World::new();
    write(world.path(), "fix.diff", PATCH);
    let from_file = world.json("proposer", &["propose", "--title", "t", "--reason", "r", "--patch", "fix.diff"]);
    assert_eq!(from_file["spec"]["changes"][0]["path"], "notes/retry.md");
    let mut command = world.by("proposer", &["propose", "--title", "t", "--reason", "r", "--patch", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it can be started");
    child.stdin.take().expect("it is piped").write_all(PATCH.as_bytes()).expect("it reads");
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn reads_print_what_they_print_of_the_repository_itself() {
    let world = World::new();
    let repo = world.path().join("data/orgs/acme/brain.git");
    let repo = repo.to_str().expect("UTF-8");
    for args in [
        &["query", "company brain"][..],
        &["query", "company brain", "--explain", "--limit", "2"],
        &["query", "company brain", "--render", "prompt"],
        &["context", "company brain", "--max-tokens", "500"],
        &["show", "README.md"],
        &["report", "--as-of", "2027-01-01"],
        &["resolve-ref", "main"],
        &["graph", "README.md", "--format", "dot"],
    ] {
        let (here, there) = (run(world.path(), &[args, &["--repo", repo]].concat()), world.run("reader", args));
        assert_eq!(there.code, here.code, "{args:?} {}", there.stderr);
        assert_eq!(there.stdout, here.stdout, "{args:?}");
    }
    let (here, there) = (
        run(world.path(), &["query", "brain", "--json", "--repo", repo]),
        world.run("reader", &["query", "brain", "--json"]),
    );
    assert_eq!(here.json()["records"], there.json()["records"]);
    assert_eq!(there.json()["organization"], "acme");
}

/// Lands a patch; gives the id of its update.
fn land(world: &World, patch: &str) -> String {
    write(world.path(), "landing.diff", patch);
    let proposed = world.json("proposer", &["propose", "--title", "t", "--reason", "r", "--patch", "landing.diff"]);
    let id = proposed["metadata"]["name"].as_str().expect("it has a name").to_owned();
    world.run("reviewer", &["update", "approve", &id]).ok();
    world.run("reviewer", &["update", "merge", &id]).ok();
    id
}

const EDIT: &str = "diff --git a/notes/retry.md b/notes/retry.md\n--- a/notes/retry.md\n+++ b/notes/retry.md\n@@ -1,3 +1,5 @@\n # Retry budget\n \n-Three tries, then stop.\n+Four tries, then stop.\n+\n+Then say so, and stop.\n";

#[test]
fn what_tells_where_memory_comes_from_is_printed_alike_of_a_server() {
    let world = World::new();
    let first = land(&world, PATCH);
    land(&world, EDIT);
    let repo = world.path().join("data/orgs/acme/brain.git");
    let repo = repo.to_str().expect("UTF-8");
    for args in [
        &["grep", "stop"][..],
        &["grep", "STOP"],
        &["grep", "-i", "STOP", "-C", "1"],
        &["grep", "--regex", "t(ries|hen)", "-C", "3", "--path", "notes/**"],
        &["grep", "stop", "--max-matches", "1"],
        &["grep", "stop", "--origin", "-C", "1"],
        &["grep", "Three", "--rev", "main~1"],
        &["grep", "e"],
        &["history", "notes/retry.md"],
        &["history", "notes/retry.md", "--limit", "1", "--rev", "main"],
        &["history", "notes/nothing.md"],
        &["diff", "main~1"],
        &["diff", "main~1", "main", "--full", "--path", "notes/**"],
        &["diff", "main~2", "@now"],
        &["blame", "notes/retry.md"],
        &["blame", "notes/retry.md", "--lines", "3-5"],
        &["bisect", "--query", "say so", "--expect", "notes/retry.md"],
        &["bisect", "--query", "retry budget", "--expect", "notes/retry.md", "--rank", "5", "--bad", "main"],
        &["bisect", "--query", "retry", "--expect", "notes/nothing.md"],
    ] {
        let (here, there) = (run(world.path(), &[args, &["--repo", repo]].concat()), world.run("reader", args));
        assert_eq!(there.code, here.code, "{args:?} {} {}", there.stderr, here.stderr);
        assert_eq!(there.stdout, here.stdout, "{args:?}");
    }
    assert!(world.run("reader", &["blame", "notes/retry.md"]).ok().contains(&first), "the first line is of it");
    assert!(world.run("reader", &["grep", "Then say so"]).ok().starts_with("notes/retry.md:5:"));
    for (args, path) in [
        (&["history", "notes/retry.md"][..], "records/notes%2Fretry.md/history?limit=50"),
        (&["blame", "notes/retry.md"], "blame?path=notes/retry.md"),
        (&["bisect", "--query", "say so", "--expect", "notes/retry.md"], "bisect?query=say%20so&expect=notes/retry.md"),
        (&["impact", "--record", "notes/retry.md"], "impact?record=notes/retry.md&limit=200"),
        (&["signers"], "signers"),
        (&["snapshot", "list"], "snapshots"),
    ] {
        let printed = world.run("reader", &[args, &["--json"]].concat()).stdout;
        assert_eq!(printed, format!("{}\n", world.answer("reader", path)), "{args:?}");
    }
    let query = world.json("reader", &["grep", "stop"]);
    assert_eq!((&query["plan"]["totalMatches"], &query["organization"]), (&2.into(), &"acme".into()));
    let diff = world.json("reader", &["diff", "main~1"]);
    assert_eq!(diff["files"][0]["path"], "notes/retry.md");
}

#[test]
fn snapshots_of_a_server_are_made_listed_replayed_marked_and_searched_for() {
    let world = World::new();
    let update = land(&world, PATCH);
    let repo = world.path().join("data/orgs/acme/brain.git");
    let repo = repo.to_str().expect("UTF-8");
    let made = world.run("reader", &["snapshot", "create", "retry budget", "--name", "run-1", "--source-run", "run-1"]);
    let unnamed = world.json("reader", &["snapshot", "create", "--rev", "main"]);
    assert_eq!(unnamed["spec"].get("query"), None);
    land(&world, EDIT);
    let alike = |args: &[&str]| {
        let (here, there) = (run(world.path(), &[args, &["--repo", repo]].concat()), world.run("reader", args));
        assert_eq!((there.code, &there.stdout), (here.code, &here.stdout), "{args:?} {} {}", there.stderr, here.stderr);
        there.stdout
    };
    let shown = alike(&["snapshot", "show", "run-1"]);
    assert_eq!(shown.replace("1 landing behind the tip", "at the tip"), made.ok());
    assert_eq!(alike(&["snapshot", "replay", "run-1"]).lines().filter(|line| line.starts_with("same ")).count(), 5);
    assert!(alike(&["impact", "--update", &update]).starts_with("run-1  ams-"));
    assert_eq!(alike(&["impact", "--commit", "main"]), "");
    assert!(alike(&["query", "retry budget", "--snapshot", "run-1"]).contains("notes/retry.md"));
    assert!(alike(&["context", "retry budget", "--snapshot", "run-1"]).contains("Three tries"));

    let denied = world.run("reader", &["snapshot", "mark", "run-1", "--reason", "it was three"]);
    assert!(denied.code == 1 && denied.stderr.contains("POLICY_DENIED"), "{}", denied.stderr);
    let marked = world.run("maintainer", &["snapshot", "mark", "run-1", "--reason", "it was three"]).ok();
    assert!(marked.contains("known to be bad: it was three (user:maintainer, "), "{marked}");
    let impact = world.run("reader", &["impact", "--update", &update]).ok();
    let line = impact.lines().next().expect("one is reached");
    assert!(line.starts_with("run-1  ams-") && line.ends_with("  run run-1  known bad"), "{line}");
    let listed = world.run("reader", &["snapshot", "list"]).ok();
    assert_eq!(listed.lines().count(), 2);
    let bad = world.run("reader", &["snapshot", "list", "--phase", "KnownBad", "--source-run", "run-1"]).ok();
    assert!(bad.lines().count() == 1 && bad.ends_with("  run run-1  known bad\n"), "{bad}");
    let page = world.run("reader", &["snapshot", "list", "--limit", "1"]);
    assert!(page.stdout.lines().count() == 1 && page.stderr.contains("--cursor "), "{}", page.stderr);
    let here = run(world.path(), &["snapshot", "mark", "run-1", "--reason", "x", "--repo", repo]);
    assert!(here.code == 2 && here.stderr.contains("--server"), "{}", here.stderr);
}

#[test]
fn a_proposal_takes_the_place_of_another() {
    let world = World::new();
    write(world.path(), "fix.diff", PATCH);
    let propose = ["propose", "--title", "t", "--reason", "r", "--patch", "fix.diff"];
    let old = world.json("proposer", &propose);
    let old = old["metadata"]["name"].as_str().expect("it has a name");
    world.run("proposer", &[&propose[..], &["--supersedes", old]].concat()).ok();
    assert_eq!(world.json("reader", &["update", "show", old])["status"]["phase"], "Superseded");
}

#[test]
fn the_signers_of_a_server_verify_a_clone() {
    let world = World::new();
    land(&world, PATCH);
    let clone = world.clone_memory();
    let signers = world.run("reader", &["signers"]).ok();
    write(world.path(), "allowed", &signers);
    let allowed = world.path().join("allowed");
    let verified = run(&clone, &["verify", "--allowed-signers", allowed.to_str().expect("UTF-8")]);
    assert_eq!(verified.code, 0, "{} {}", verified.stdout, verified.stderr);
    assert!(verified.stdout.contains("1 merge"), "{}", verified.stdout);
    assert_eq!(run(world.path(), &["signers"]).code, 2, "this is for a server alone");
}

#[test]
fn watching_prints_what_there_is_and_goes_on_over_another_connection() {
    let world = World::new();
    write(world.path(), "fix.diff", PATCH);
    let propose = || world.json("proposer", &["propose", "--title", "t", "--reason", "r", "--patch", "fix.diff"]);
    let first = propose();
    let synced = world.run("reader", &["watch", "agentmemoryupdates", "--count", "1"]).ok();
    let id = first["metadata"]["name"].as_str().expect("it has a name");
    assert_eq!(synced, format!("SYNC\t{id}\tAwaitingApproval\tt\n"));
    let sync = world.run("reader", &["watch", "agentmemoryupdates", "--count", "1", "--json"]).json();
    let cursor = sync["cursor"].as_str().expect("a list ends with a cursor");
    let second = propose();
    let next =
        world.run("reader", &["watch", "agentmemoryupdates", "--since", cursor, "--count", "1", "--json"]).json();
    assert_eq!((&next["type"], &next["object"]["metadata"]["name"]), (&"ADDED".into(), &second["metadata"]["name"]));
}

#[test]
fn a_watch_outlives_its_connection_and_its_server() {
    let mut world = World::new();
    write(world.path(), "fix.diff", PATCH);
    // A port that the second server can have again.
    let address = world.server.address.trim_start_matches("http://").to_owned();
    let mut watch = world.by("reader", &["watch", "agentmemoryupdates", "--count", "2", "--json"]);
    let mut watch = watch.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it can be started");
    let mut lines = BufReader::new(watch.stdout.take().expect("it is piped"));
    let mut line = String::new();
    lines.read_line(&mut line).expect("it is text");
    assert!(line.contains("SYNC"), "{line}");
    let serve =
        |folder: &Path| Server::start(program(folder).args(["serve", "--data-dir", "data", "--listen", &address]));
    let old = std::mem::replace(
        &mut world.server,
        Server::start(program(world.dir.path()).args(["demo", "--listen", "127.0.0.1:0"])),
    );
    assert_eq!(old.stop("TERM").code, 0);
    world.server = serve(world.dir.path());
    let update = world.json("proposer", &["propose", "--title", "t", "--reason", "r", "--patch", "fix.diff"]);
    line.clear();
    lines.read_line(&mut line).expect("it is text");
    let event: Value = serde_json::from_str(&line).expect("it is JSON");
    assert_eq!((&event["type"], &event["object"]["metadata"]["name"]), (&"ADDED".into(), &update["metadata"]["name"]));
    let mut said = String::new();
    watch.stderr.take().expect("it is piped").read_to_string(&mut said).expect("it is text");
    assert!(watch.wait().expect("it ends").success(), "{said}");
}

#[test]
fn what_the_server_refuses_is_printed_with_its_code_and_correlation_id() {
    let world = World::new();
    let missing = world.run("reader", &["update", "show", "amu-00000000000000000000000000"]);
    assert_eq!(missing.code, 1, "{}", missing.stderr);
    assert!(missing.stderr.contains("NOT_FOUND") && missing.stderr.contains("lk-"), "{}", missing.stderr);
    write(world.path(), "fix.diff", PATCH);
    let denied = world.run("reader", &["propose", "--title", "t", "--reason", "r", "--patch", "fix.diff"]);
    assert_eq!(denied.code, 1);
    assert!(denied.stderr.contains("POLICY_DENIED"), "{}", denied.stderr);
    assert_eq!(world.run("reader", &["watch", "agentsecrets"]).code, 1);
    assert_eq!(world.run("reader", &["validate"]).code, 2, "this is not for a server");
    write(world.path(), "wrong", "lkt_nobody\n");
    let wrong = world.run("wrong", &["update", "list"]);
    assert_eq!(wrong.code, 2);
    assert!(!wrong.stderr.contains("lkt_nobody"), "a token is never repeated");
}

#[test]
fn a_server_that_is_down_is_three_and_bad_settings_are_two() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write(dir.path(), "token", "lkt_something\n");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nobody = format!("http://{}", free.local_addr().expect("it is bound"));
    drop(free);
    let list = |settings: &[&str]| run(dir.path(), &[&["update", "list"], settings].concat());
    let down = list(&["--server", &nobody, "--token-file", "token", "--org", "acme"]);
    assert_eq!(down.code, 3, "{}", down.stderr);
    assert_eq!(
        run(
            dir.path(),
            &["watch", "agentmemoryupdates", "--server", &nobody, "--token-file", "token", "--org", "acme"]
        )
        .code,
        3
    );
    for settings in [
        &[][..],
        &["--server", &nobody],
        &["--server", &nobody, "--org", "acme"],
        &["--server", &nobody, "--token-file", "token"],
        &["--server", "http://memory.example.com", "--token-file", "token", "--org", "acme"],
        &["--server", "ftp://memory.example.com", "--token-file", "token", "--org", "acme"],
        &["--server", "https://me:word@memory.example.com", "--token-file", "token", "--org", "acme"],
        &["--server", &nobody, "--token-file", "nowhere", "--org", "acme"],
    ] {
        let ran = list(settings);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{settings:?} {}", ran.stderr);
    }
}

#[test]
fn the_environment_names_the_server_where_no_repository_at_hand_is_named() {
    let world = World::new();
    let repo = world.path().join("data/orgs/acme/brain.git");
    let by_environment = |args: &[&str]| {
        let mut command = program(world.path());
        command.env("LOREKEEP_SERVER", &world.server.address).env("LOREKEEP_ORG", "acme").args(args);
        let token = std::fs::read_to_string(world.path().join("reader")).expect("it is there");
        outcome(command.env("LOREKEEP_TOKEN", token.trim()))
    };
    assert_eq!(by_environment(&["query", "brain", "--json"]).json()["organization"], "acme");
    let here = by_environment(&["query", "brain", "--json", "--repo", repo.to_str().expect("UTF-8")]);
    assert_eq!(here.json()["organization"], "local");
    assert_eq!(by_environment(&["update", "list"]).code, 1, "there is none yet");
}
