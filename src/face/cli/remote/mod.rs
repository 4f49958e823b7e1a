//! The command line as a client of a server.

mod client;
mod events;
mod grep;
mod imports;
mod promote;
mod propose;
mod provenance;
mod reads;
mod server;
mod snapshots;
mod updates;
mod watch;

pub use imports::ImportCommand;
pub use propose::ProposeArgs;
pub use server::{Server, ServerArgs};
pub use updates::UpdateCommand;
pub use watch::WatchArgs;

use super::args::Command;
use super::{Outcome, Verdict};
use crate::engine::{Code, EngineError};
use client::Client;
use std::path::Path;

/// Runs a command against a server. `--server` was given, or the command is of no use without one.
pub fn run(repo: &Path, server: &Server, command: Command) -> Outcome {
    let client = Client::new(server);
    match command {
        Command::Propose(args) => propose::run(repo, &client, args),
        Command::Update(command) => updates::run(repo, &client, command),
        Command::Watch(args) => watch::run(&client, &args),
        Command::Import(args) if args.is_at_hand() => super::import::run(repo, &args),
        Command::Import(args) => imports::run(&client, &args),
        Command::Promote(args) => promote::run(&client, &args),
        Command::Query(args) => reads::query(&client, args),
        Command::Context(args) => reads::context(&client, args),
        Command::Show { name, at, json } => reads::show(&client, &name, &at, json),
        Command::Graph(args) => reads::graph(&client, args),
        Command::Report(args) => reads::report(&client, &args),
        Command::ResolveRef(args) => reads::resolve_ref(&client, args),
        Command::Grep(args) => grep::run(&client, args),
        Command::History { name, at, limit, json } => provenance::history(&client, &name, &at, limit, json),
        Command::Diff(args) => provenance::diff(&client, args),
        Command::Blame(args) => provenance::blame(&client, args),
        Command::Bisect(args) => provenance::bisect(&client, args),
        Command::Impact(args) => provenance::impact(&client, args),
        Command::Signers { json } => provenance::signers(&client, json),
        Command::Snapshot(command) => snapshots::run(&client, command),
        _ => Err(EngineError::new(
            Code::BadRequest,
            "this command works on data at hand and not against a server: leave `--server` out",
        )),
    }
}

/// Whether a command can be run against a server that the environment names.
pub fn knows(command: &Command) -> bool {
    needs(command)
        || matches!(
            command,
            Command::Query(_)
                | Command::Context(_)
                | Command::Show { .. }
                | Command::Graph(_)
                | Command::Report(_)
                | Command::ResolveRef(_)
                | Command::Import(_)
                | Command::Promote(_)
                | Command::Grep(_)
                | Command::History { .. }
                | Command::Diff(_)
                | Command::Blame(_)
                | Command::Bisect(_)
                | Command::Impact(_)
                | Command::Snapshot(_)
        )
}

/// Whether a command is for a server alone.
pub fn needs(command: &Command) -> bool {
    match command {
        Command::Propose(_) | Command::Update(_) | Command::Watch(_) | Command::Signers { .. } => true,
        Command::Import(args) => args.needs_server(),
        _ => false,
    }
}

/// The refusal of a command that needs a server and has none.
pub fn no_server() -> EngineError {
    EngineError::new(Code::BadRequest, "no server: give --server URL, or set LOREKEEP_SERVER")
}

/// Done.
const YES: Outcome = Ok(Verdict::Yes);
