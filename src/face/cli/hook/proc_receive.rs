//! Git's proc-receive hook: what is pushed to `refs/for/` becomes a proposal of the server that serves the push, or without
//! one a branch of the repository. The conversation is described in githooks(5).

use super::super::{env, show};
use super::pkt::{read_section, write_section};
use crate::engine::{EngineError, PAYLOAD_VARIABLE, PushMessage, PushOutcome, hand_over, propose_unserved};
use std::io::{self, Read, Write};
use std::process::ExitCode;

/// What this side offers: version 1 with push options.
const GREETING: &str = "version=1\0push-options";

/// Proposes what git describes on standard input.
pub fn run() -> ExitCode {
    match converse(&mut io::stdin().lock(), &mut io::stdout().lock(), propose) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lorekeep: nothing was proposed: {}", show::safe(&error.to_string()));
            ExitCode::FAILURE
        }
    }
}

fn propose(message: &PushMessage) -> Result<Vec<PushOutcome>, EngineError> {
    match env::get(PAYLOAD_VARIABLE) {
        Some(payload) => hand_over(&payload.into_string().unwrap_or_default(), message),
        None => propose_unserved(&super::git_dir(), message),
    }
}

/// The whole conversation: greeting, commands, options, report.
fn converse(
    from: &mut impl Read,
    to: &mut impl Write,
    propose: impl Fn(&PushMessage) -> Result<Vec<PushOutcome>, EngineError>,
) -> io::Result<()> {
    let greeting = read_section(from)?;
    let greeting = greeting.first().map_or("", String::as_str);
    let (version, features) = greeting.split_once('\0').unwrap_or((greeting, ""));
    if version != "version=1" {
        return Err(io::Error::new(io::ErrorKind::Unsupported, "git speaks another version of this protocol"));
    }
    let with_options = features.split(' ').any(|feature| feature == "push-options");
    write_section(to, [if with_options { GREETING } else { "version=1" }])?;
    let commands = read_section(from)?;
    let options = if with_options { read_section(from)? } else { Vec::new() };
    let message = PushMessage { commands, options };
    let outcomes = propose(&message).unwrap_or_else(|error| message.all_refused(&error.message));
    for line in outcomes.iter().flat_map(|outcome| &outcome.said) {
        eprintln!("lorekeep: {}", show::safe(line));
    }
    let report: Vec<String> = outcomes.iter().flat_map(report).collect();
    write_section(to, report.iter().map(String::as_str))
}

/// The lines of git's report for one reference.
fn report(outcome: &PushOutcome) -> Vec<String> {
    let reference = &outcome.reference;
    match &outcome.result {
        Err(why) => vec![format!("ng {reference} {}", show::safe(why))],
        Ok(made) => {
            let mut lines = vec![format!("ok {reference}"), format!("option refname {}", made.branch)];
            lines.extend(made.old.map(|old| format!("option old-oid {old}")));
            lines.push(format!("option new-oid {}", made.new));
            lines.extend(made.old.filter(|old| *old != made.new).map(|_| "option forced-update".to_owned()));
            lines
        }
    }
}
