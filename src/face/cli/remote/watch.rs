//! `lorekeep watch`: what changes on a server, as it happens.

use super::YES;
use super::client::{Client, escaped};
use super::events::{Events, SentEvent};
use crate::engine::{Code, EngineError};
use crate::face::cli::show::safe;
use crate::face::cli::{Outcome, print};
use crate::face::wire::WatchEvent;
use clap::Args;
use serde_json::{Value, json};
use std::io::BufReader;
use std::time::Duration;

/// How long to wait before a connection is tried again, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What is watched.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// `agentmemoryupdates`, `agentmemorysnapshots` or `agentmemoryrepositories`.
    pub resource: String,
    /// Goes on after this cursor instead of beginning with what there is.
    #[arg(long, value_name = "CURSOR")]
    pub since: Option<String>,
    /// Only what is in this phase.
    #[arg(long, value_name = "PHASE")]
    pub phase: Option<String>,
    /// Only this one.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Ends after so many events; a sign of life is none.
    #[arg(long, value_name = "N")]
    pub count: Option<usize>,
    /// Prints one JSON document a line, with the cursor to go on from.
    #[arg(long)]
    pub json: bool,
}

/// A watch over as many connections as it takes.
struct Watch<'a> {
    client: &'a Client<'a>,
    args: &'a WatchArgs,
    /// The cursor of the last event that was printed.
    since: Option<String>,
    left: Option<usize>,
    pause: Duration,
}

pub fn run(client: &Client<'_>, args: &WatchArgs) -> Outcome {
    let mut watch = Watch { client, args, since: args.since.clone(), left: args.count, pause: FIRST_PAUSE };
    let mut connected = false;
    while watch.left != Some(0) {
        match watch.connect() {
            Ok(()) => connected = true,
            // What the server refuses it refuses again, and what was never there is not waited for.
            Err(error) if !connected || !passes(&error) => return Err(error),
            Err(_) => {}
        }
        if watch.left != Some(0) {
            std::thread::sleep(watch.pause);
            watch.pause = (watch.pause * 2).min(LONGEST_PAUSE);
        }
    }
    YES
}

/// Whether another try may find it otherwise.
fn passes(error: &EngineError) -> bool {
    matches!(error.code, Code::Unavailable | Code::RateLimited | Code::Internal)
}

impl Watch<'_> {
    /// Prints the events of one connection, until it ends.
    fn connect(&mut self) -> Result<(), EngineError> {
        let path = format!("/api/watch/orgs/{}/{}", escaped(&self.client.server.org), escaped(&self.args.resource));
        let filters =
            [("repository", &self.client.server.repository), ("phase", &self.args.phase), ("name", &self.args.name)];
        let query: Vec<_> = filters.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect();
        let response = self.client.stream(&path, &query, self.since.as_deref())?;
        let mut events = Events::new(BufReader::new(response.into_body().into_reader()));
        // A connection that breaks is made anew.
        while let Ok(Some(event)) = events.next() {
            self.pause = FIRST_PAUSE;
            self.take(&event)?;
            if self.left == Some(0) {
                break;
            }
        }
        Ok(())
    }

    fn take(&mut self, sent: &SentEvent) -> Result<(), EngineError> {
        let event: WatchEvent = serde_json::from_str(&sent.data)
            .map_err(|e| EngineError::new(Code::Unavailable, format!("the server sends what is no event: {e}")))?;
        let counts = event.sort != "BOOKMARK";
        if self.args.json {
            print(&format!("{}\n", line_of_json(sent, &event)))?;
        } else if counts {
            print(&text(&event))?;
        }
        self.since = sent.id.clone().or_else(|| self.since.take());
        self.left = self.left.map(|left| left - usize::from(counts));
        Ok(())
    }
}

fn line_of_json(sent: &SentEvent, event: &WatchEvent) -> Value {
    json!({"cursor": sent.id, "type": event.sort, "resource": event.resource, "object": event.object})
}

/// One line for each thing that an event tells of.
fn text(event: &WatchEvent) -> String {
    match event.object["items"].as_array().filter(|_| event.sort == "SYNC") {
        Some(items) => items.iter().map(|item| line(&event.sort, item)).collect(),
        None if event.sort == "GONE" => "GONE\tchanges were missed: what there is comes next\n".to_owned(),
        None => line(&event.sort, &event.object),
    }
}

fn line(sort: &str, object: &Value) -> String {
    let at = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or("-").to_owned();
    let (name, phase, title) = (at("/metadata/name"), at("/status/phase"), at("/spec/title"));
    format!("{sort}\t{}\t{}\t{}\n", safe(&name), safe(&phase), safe(&title))
}
