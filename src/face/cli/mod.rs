//! The command line. Results go to standard output, everything else to standard error.
//!
//! Exit status: 0 done, 1 the answer is no, 2 bad usage or input, 3 the environment failed.

mod adopt;
mod answers;
mod args;
mod audit;
mod context;
mod demo;
mod doctor;
mod env;
mod findings;
pub mod github;
mod graph;
mod hook;
mod import;
mod keys;
mod log;
mod lsp;
mod memory;
mod merge_driver;
mod ontology;
mod operate;
mod order;
mod progress;
mod promote;
mod provenance;
mod remote;
mod report;
pub mod sarif;
mod serve;
mod settings;
mod show;
mod snapshot;
mod validate;
mod verify;
pub mod when;

use crate::base::time::SystemClock;
use crate::engine::{Code, EngineError, Memory, RefRequest};
use args::{AtArgs, Cli, Command, HERE, HookCommand};
use clap::{CommandFactory, Parser};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// What a command comes to.
type Outcome = Result<Verdict, EngineError>;

/// A command that ran: yes, or no (findings, no match, refused).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Yes,
    No,
}

impl Verdict {
    fn from_yes(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// The commands and flags, for documentation and completions.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    #[cfg(debug_assertions)]
    arm();
    if let Some(hook) = hook::called_by_git() {
        return hook();
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match run(cli) {
        Ok(Verdict::Yes) => ExitCode::SUCCESS,
        Ok(Verdict::No) => ExitCode::from(1),
        Err(error) => complain(&error),
    }
}

/// Has this process stop at the step that `LOREKEEP_FAULT` names: for tests of crashes, in debug builds only.
#[cfg(debug_assertions)]
fn arm() {
    if let Some(step) = env::get("LOREKEEP_FAULT") {
        crate::base::fault::arm(step.to_string_lossy().into_owned());
    }
}

fn run(cli: Cli) -> Outcome {
    let (repo, command) = (cli.repo, cli.command);
    // A repository at hand that is named goes before a server that only the environment names.
    let at_hand = repo != Path::new(HERE) || !remote::knows(&command);
    match cli.server.chosen() {
        Some((url, by_flag)) if by_flag || remote::needs(&command) || !at_hand => {
            remote::run(&repo, &cli.server.server(&url)?, command)
        }
        _ => run_here(repo, command),
    }
}

/// Runs a command on what is at hand.
fn run_here(repo: PathBuf, asked: Command) -> Outcome {
    match asked {
        Command::Import(args) => import::run(&repo, &args),
        Command::Promote(args) => promote::run(&repo, &args),
        Command::Propose(_) | Command::Update(_) | Command::Watch(_) | Command::Signers { .. } => {
            Err(remote::no_server())
        }
        Command::Init { dir, from: None, .. } => operate::init(&dir),
        Command::Init { dir, from: Some(from), json } => adopt::run(&from, &dir, json),
        Command::Validate(args) => validate::run(&repo, &args),
        Command::Ontology(command) => ontology::run(&repo, &command),
        Command::Query(args) => memory::query(&repo, args),
        Command::Context(args) => context::run(&repo, args),
        Command::Grep(args) => memory::grep(&repo, &args),
        Command::Show { name, at, json } => memory::show(&repo, &name, &at, json),
        Command::Graph(args) => graph::run(&repo, args),
        Command::Diff(args) => memory::diff(&repo, &args),
        Command::History { name, at, limit, json } => memory::history(&repo, &name, &at, limit, json),
        Command::Report(args) => report::run(&repo, &args),
        Command::Verify(args) => verify::run(&repo, args),
        Command::ResolveRef(args) => memory::resolve_ref(&repo, args),
        Command::Blame(args) => provenance::blame(&repo, &args),
        Command::Bisect(args) => provenance::bisect(&repo, args),
        Command::Impact(args) => provenance::impact(&repo, &args),
        Command::Snapshot(command) => snapshot::run(&repo, command),
        Command::Index { rebuild, verify, export, json } => memory::index(&repo, rebuild, verify, export, json),
        Command::Hook(HookCommand::Install { repository }) => hook::install(&repository),
        Command::Hook(HookCommand::PreReceive) => Ok(Verdict::from_yes(hook::pre_receive() == ExitCode::SUCCESS)),
        Command::Hook(HookCommand::ProcReceive) => Ok(Verdict::from_yes(hook::proc_receive() == ExitCode::SUCCESS)),
        Command::Hook(HookCommand::PostReceive) => hook::post_receive(),
        Command::MergeDriver(args) => merge_driver::run(&args),
        Command::Org(command) => operate::org(command),
        Command::Repo(command) => operate::repo(command),
        Command::Token(command) => operate::token(command),
        Command::Key(command) => keys::run(command),
        Command::Audit(command) => audit::run(command),
        Command::Serve(args) => serve::run(&args),
        Command::Demo { listen, data_dir } => demo::run(&listen, data_dir),
        Command::Lsp { stdio: _ } => lsp::run(),
        Command::Doctor { data, json } => doctor::run(&repo, &data, json),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command(), "lorekeep", &mut script);
            print(&String::from_utf8_lossy(&script)).map(|()| Verdict::Yes)
        }
    }
}

/// Says what went wrong, and how to mend it, on standard error.
fn complain(error: &EngineError) -> ExitCode {
    let row = super::errors::row(error.code);
    eprintln!("error: {}", show::safe_lines(&error.message));
    for reason in error.reasons.iter().filter(|r| !error.message.contains(&r.message)) {
        let field = reason.field.as_deref().map(|f| format!("{f}: ")).unwrap_or_default();
        eprintln!("  {}{}", show::safe(&field), show::safe(&reason.message));
    }
    let mut cause = std::error::Error::source(error);
    while let Some(below) = cause {
        let text = below.to_string();
        if !error.message.contains(&text) {
            eprintln!("  because: {}", show::safe(&text));
        }
        cause = below.source();
    }
    // Where input is wrong or the environment fails, the message itself says how to mend it.
    if row.exit == super::errors::EXIT_NO {
        eprintln!("  help: {}", row.hint);
    }
    ExitCode::from(row.exit)
}

/// The repository that reads are of.
fn open(repo: &Path) -> Result<Memory, EngineError> {
    Memory::local(repo, Arc::new(SystemClock))
}

/// A reference request from flags.
fn at(args: &AtArgs) -> Result<RefRequest, EngineError> {
    use crate::base::Clock;
    use crate::engine::ResolveMode;
    let moment = args.at.as_deref().map(|t| when::read(t, SystemClock.now())).transpose();
    let moment = moment.map_err(|e| EngineError::new(Code::BadTimestamp, e))?;
    Ok(RefRequest {
        mode: args.snapshot.is_some().then_some(ResolveMode::SnapshotTag),
        requested: args.snapshot.clone().or_else(|| args.rev.clone()),
        requested_at: moment.map(|m| m.to_string()),
        ..RefRequest::default()
    })
}

/// Prints to standard output. A reader that has gone away (`| head`) ends the program quietly.
fn print(text: &str) -> Result<(), EngineError> {
    let mut out = std::io::stdout().lock();
    let done = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match done {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(e) => Err(EngineError::new(Code::Unavailable, format!("standard output cannot be written: {e}"))),
        Ok(()) => Ok(()),
    }
}

/// Prints one JSON document.
fn print_json(value: &impl serde::Serialize) -> Result<(), EngineError> {
    let text = serde_json::to_string_pretty(value).expect("our types serialise to JSON with string keys");
    print(&(text + "\n"))
}
