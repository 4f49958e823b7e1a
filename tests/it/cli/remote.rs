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
