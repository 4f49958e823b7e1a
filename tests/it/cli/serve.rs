//! `lorekeep serve`: when it is ready, what it is told, how it ends.

use super::program::{Server, ask, outcome, program, run};
use std::path::Path;
use std::process::Command;

fn data() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    run(dir.path(), &["org", "create", "acme", "--data-dir", "data"]).ok();
    dir
}

fn serve(folder: &Path) -> Command {
    let mut command = program(folder);
    command.args(["serve", "--data-dir", "data", "--listen", "127.0.0.1:0"]);
    command
}

#[test]
fn it_says_where_it_listens_and_answers_there() {
    let dir = data();
    let server = Server::start(&mut serve(dir.path()));
    let (status, _) = ask("GET", &format!("{}/healthz", server.address), "", None);
    assert_eq!(status, 200);
}

#[test]
fn it_ends_by_signal_without_failing() {
    for signal in ["TERM", "INT"] {
        let dir = data();
        let ended = Server::start(&mut serve(dir.path())).stop(signal);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(ended.stderr.contains("stopping"), "{}", ended.stderr);
    }
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let dir = data();
    let _first = Server::start(&mut serve(dir.path()));
    let second = outcome(&mut serve(dir.path()));
    assert_eq!((second.code, second.stdout.as_str()), (3, ""));
    assert!(second.stderr.contains("another server is serving"), "{}", second.stderr);
}

#[test]
fn the_operator_works_beside_a_running_server() {
    let dir = data();
    let server = Server::start(&mut serve(dir.path()));
    run(dir.path(), &["repo", "create", "acme", "brain", "--data-dir", "data"]).ok();
    let args = ["token", "create", "--org", "acme", "--name", "rita", "--role", "reader", "--data-dir", "data"];
    let token = run(dir.path(), &args).ok();
    let url = format!("{}/api/orgs/acme/agents/memory/repositories", server.address);
    let (status, body) = ask("GET", &url, token.trim(), None);
    assert_eq!((status, &body["items"][0]["metadata"]["name"]), (200, &"brain".into()), "{body}");
}

#[test]
fn an_address_that_is_taken_is_three() {
    let dir = data();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it is bound").to_string();
    let ran = outcome(program(dir.path()).args(["serve", "--data-dir", "data", "--listen", &address]));
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains(&format!("cannot listen on `{address}`")), "{}", ran.stderr);
}

#[test]
fn an_unknown_key_of_the_file_is_named() {
    let dir = data();
    std::fs::write(dir.path().join("data/lorekeep.toml"), "[limits]\nmax_request = 3\n").expect("it can be written");
    let ran = outcome(&mut serve(dir.path()));
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("unknown field `max_request`"), "{}", ran.stderr);
}

#[test]
fn flags_go_before_the_environment_before_the_file() {
    let dir = data();
    // None of these can be listened on, so whoever wins shows in the message.
    std::fs::write(dir.path().join("data/lorekeep.toml"), "listen = \"from-the-file\"\n").expect("it can be written");
    let from_file = outcome(program(dir.path()).args(["serve", "--data-dir", "data"]));
    assert!(from_file.stderr.contains("`from-the-file`"), "{}", from_file.stderr);
    let mut by_environment = program(dir.path());
    by_environment.env("LOREKEEP_LISTEN", "from-the-environment").args(["serve", "--data-dir", "data"]);
    let from_environment = outcome(&mut by_environment);
    assert!(from_environment.stderr.contains("`from-the-environment`"), "{}", from_environment.stderr);
    let mut by_flag = serve(dir.path());
    by_flag.env("LOREKEEP_LISTEN", "from-the-environment");
    assert!(Server::start(&mut by_flag).address.starts_with("http://127.0.0.1:"));
}

#[test]
fn the_file_names_the_data_and_the_log() {
    let dir = data();
    let text = "data_dir = \"data\"\nlisten = \"127.0.0.1:0\"\n[log]\nfilter = \"info\"\nformat = \"json\"\n";
    std::fs::write(dir.path().join("server.toml"), text).expect("it can be written");
    let server = Server::start(program(dir.path()).args(["serve", "--config", "server.toml"]));
    let ended = server.stop("TERM");
    let line = ended.stderr.lines().find(|l| l.contains("stopping")).expect("it is logged");
    let line: serde_json::Value = serde_json::from_str(line).expect("it is JSON");
    assert_eq!(line["fields"]["signal"], "SIGTERM");
}

#[test]
fn a_bad_filter_of_the_log_is_bad_usage() {
    let dir = data();
    let ran = outcome(serve(dir.path()).env("LOREKEEP_LOG", "lorekeep=loud"));
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}
