//! `lorekeep snapshot` against a server.

use super::YES;
use super::client::{Answer, Client, escaped};
use super::provenance::given;
use super::reads::query_body;
use super::updates::raw;
use crate::engine::EngineError;
use crate::face::cli::snapshot::{CreateArgs, ListArgs, SnapshotCommand, asks_something, line, replay_text, text};
use crate::face::cli::{Outcome, Verdict, print};
use crate::face::wire::{KnownBadBody, QueryBody, ReplayBody, Replayed, SnapshotBody, SnapshotList, SnapshotResource};

pub fn run(client: &Client<'_>, command: SnapshotCommand) -> Outcome {
    match command {
        SnapshotCommand::Create(args) => {
            let json = args.query.json;
            give(&client.post(&client.memory("snapshots"), &body(client, *args)?)?, json)
        }
        SnapshotCommand::List(args) => list(client, args),
        SnapshotCommand::Show { name, json } => {
            let of = given([("memoryRepository", client.server.repository.clone())]);
            give(&client.get(&path(client, &name, ""), &of)?, json)
        }
        SnapshotCommand::Replay { name, json } => replay(client, &name, json),
        SnapshotCommand::Mark { name, reason, json } => {
            let memory_repository = client.server.repository.clone();
            let body = KnownBadBody { organization: None, memory_repository, reason };
            give(&client.post(&path(client, &name, "/known-bad"), &body)?, json)
        }
    }
}

fn path(client: &Client<'_>, name: &str, rest: &str) -> String {
    client.memory(&format!("snapshots/{}{rest}", escaped(name)))
}

/// The request: a commit, with a query where anything is asked.
fn body(client: &Client<'_>, args: CreateArgs) -> Result<SnapshotBody, EngineError> {
    let asks = asks_something(&args.query);
    let query = query_body(client, args.query)?;
    let QueryBody { memory_repository, requested_ref, requested_at, snapshot, query, limits, explain, render, .. } =
        query;
    Ok(SnapshotBody {
        memory_repository,
        requested_ref,
        requested_at,
        snapshot,
        query: asks.then_some(query),
        limits,
        explain,
        render,
        name: args.name,
        source_run: args.source_run,
        reason: args.reason,
        ..SnapshotBody::default()
    })
}

fn list(client: &Client<'_>, args: ListArgs) -> Outcome {
    let asked = given([
        ("memoryRepository", client.server.repository.clone()),
        ("sourceRun", args.source_run),
        ("phase", args.phase),
        ("limit", args.limit.map(|limit| limit.to_string())),
        ("cursor", args.cursor),
    ]);
    let answer: Answer<SnapshotList> = client.get(&client.memory("snapshots"), &asked)?;
    if args.json {
        return raw(&answer);
    }
    print(&answer.value.items.iter().map(line).collect::<String>())?;
    if let Some(cursor) = &answer.value.next_cursor {
        eprintln!("there are more: --cursor {cursor}");
    }
    YES
}

fn replay(client: &Client<'_>, name: &str, json: bool) -> Outcome {
    let body = ReplayBody { organization: None, memory_repository: client.server.repository.clone() };
    let answer: Answer<Replayed> = client.post(&path(client, name, "/replay"), &body)?;
    if json {
        raw(&answer)?
    } else {
        print(&replay_text(&answer.value)).map(|()| Verdict::Yes)?
    };
    Ok(Verdict::from_yes(answer.value.same))
}

fn give(answer: &Answer<SnapshotResource>, json: bool) -> Outcome {
    if json { raw(answer) } else { print(&text(&answer.value)).and(YES) }
}
