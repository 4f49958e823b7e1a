//! `lorekeep import` against a server: sends runs, and reads, reviews and lands imports.

use super::YES;
use super::client::{Answer, Client, Parcel, escaped};
use super::updates::{ApproveArgs, DecideArgs, DigestArgs, OneArgs, raw, signature_in};
use crate::base::Digest;
use crate::engine::{Bundle, Code, EngineError, NewImport};
use crate::face::cli::import::{self, ImportArgs, State, SweepArgs, TierArg};
use crate::face::cli::show::safe;
use crate::face::cli::{Outcome, Verdict, print};
use crate::face::wire::{
    Address, ApproveBody, DecisionBody, ImportAccepted, ImportAnswer, ImportBody, ImportList, LowerTierBody, MergeBody,
};
use clap::Subcommand;
use serde::Serialize;
use serde_json::json;
use std::fmt::Write;
use std::fs::File;
use std::path::Path;

/// What is done with imports.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Lists imports, newest first.
    #[command(after_help = "Example:\n  lorekeep import list --phase AwaitingReview")]
    List {
        /// Only those in this phase.
        #[arg(long, value_name = "PHASE")]
        phase: Option<String>,
        /// Only those of this run.
        #[arg(long, value_name = "RUN")]
        run: Option<String>,
        /// How many at most, 1 to 200.
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: usize,
        /// Goes on where a page before ended.
        #[arg(long, value_name = "CURSOR")]
        cursor: Option<String>,
        /// Prints exactly the API's answer.
        #[arg(long)]
        json: bool,
    },
    /// Shows one import: its files, what was taken out, what was wrong with the source, its conditions.
    #[command(after_help = "Example:\n  lorekeep import show ami-01hx5k3v6y8z")]
    Show(OneArgs),
    /// Approves the diff of an import's update.
    #[command(after_help = "Example:\n  lorekeep import approve ami-01hx5k3v6y8z --diff-digest blake3:9f...")]
    Approve(ApproveArgs),
    /// Rejects an import's update, which ends it.
    #[command(after_help = "Example:\n  lorekeep import reject ami-01hx5k3v6y8z --comment \"nothing to remember\"")]
    Reject(DecideArgs),
    /// Lands an import's approved update as a signed commit.
    #[command(after_help = "Example:\n  lorekeep import merge ami-01hx5k3v6y8z")]
    Merge(DigestArgs),
    /// Makes the files of an import again, on the present tip.
    #[command(after_help = "Example:\n  lorekeep import rerun ami-01hx5k3v6y8z")]
    Rerun(OneArgs),
    /// Makes the files of an import of a lower tier, as another revision of its update.
    #[command(after_help = "Example:\n  lorekeep import lower-tier ami-01hx5k3v6y8z --tier summary-only")]
    LowerTier {
        #[command(flatten)]
        one: OneArgs,
        /// Which tier.
        #[arg(long, value_enum, value_name = "TIER")]
        tier: TierArg,
    },
    /// Removes from a data directory the bytes of artifacts whose time is over, and what imports that ended keep no longer.
    #[command(
        after_help = "Examples:\n  lorekeep import sweep --data-dir ./data --dry-run\n  lorekeep import sweep --data-dir ./data --json"
    )]
    Sweep(SweepArgs),
}

pub fn run(client: &Client<'_>, args: &ImportArgs) -> Outcome {
    match (&args.command, &args.path) {
        (Some(command), _) => act(client, command),
        (None, Some(path)) if args.all => all(client, path, args),
        (None, Some(path)) => one(client, path, args),
        (None, None) => Err(EngineError::new(Code::BadRequest, "nothing to import: name a run")),
    }
}

fn one(client: &Client<'_>, path: &Path, args: &ImportArgs) -> Outcome {
    let sent = send(client, path, &args.what.import(), args)?;
    if args.json {
        return raw(&sent.import);
    }
    let import = &sent.import.value;
    let mut out = line(import);
    let _ = writeln!(out, "{}", safe(&sent.links.detail));
    if let Some(update) = &import.import.update {
        let _ = writeln!(out, "update {}", safe(update));
    }
    print(&out)?;
    if !sent.is_new {
        eprintln!("unchanged: it was imported before");
    } else if import.import.phase == "AwaitingReview" {
        eprintln!(
            "next: lorekeep import show {0}; lorekeep import approve {0}; lorekeep import merge {0}",
            import.import.name
        );
    }
    Ok(Verdict::from_yes(import.import.phase != "Failed"))
}

fn all(client: &Client<'_>, folder: &Path, args: &ImportArgs) -> Outcome {
    let new = args.what.import();
    let (rows, verdict) = import::each(folder, args, |path| {
        let sent = send(client, path, &new, args)?;
        let state = if sent.is_new { State::Imported } else { State::Unchanged };
        Ok((state, json!(sent.import.value.import)))
    })?;
    import::tell(&rows, args.json, &json!({}), "")?;
    Ok(verdict)
}

/// An import as it stands after it was asked for.
struct Sent {
    import: Answer<ImportAnswer>,
    links: crate::face::wire::ImportLinks,
    is_new: bool,
}

fn send(client: &Client<'_>, path: &Path, new: &NewImport, args: &ImportArgs) -> Result<Sent, EngineError> {
    if args.allow_active {
        let message = "a server imports runs that have not ended where the policy `allowPartialImports` says so: leave --allow-active out";
        return Err(EngineError::new(Code::BadRequest, message));
    }
    let bundle = import::open(path)?;
    let body = ImportBody { memory_repository: client.server.repository.clone(), ..ImportBody::of(new) };
    let request = serde_json::to_string(&body).expect("our types serialise to JSON");
    let key = format!("import-{}", &Digest::of_json(&(&request, bundle.digest())).as_str()["blake3:".len()..]);
    let (archive, size) = packed(&bundle)?;
    let parcel = Parcel { request: &request, archive, size, key: &key };
    let (accepted, is_new): (Answer<ImportAccepted>, bool) = client.send(&client.memory("imports"), &parcel)?;
    let import = read(client, &accepted.value.import)?;
    Ok(Sent { import, links: accepted.value.links, is_new })
}

/// A run as a compressed archive in a file without a name, and its size.
fn packed(bundle: &Bundle) -> Result<(File, u64), EngineError> {
    let failed = |e: std::io::Error| EngineError::new(Code::Unavailable, format!("the run cannot be packed: {e}"));
    let file = bundle.pack_small(tempfile::tempfile().map_err(failed)?).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    Ok((file, size))
}

fn act(client: &Client<'_>, command: &ImportCommand) -> Outcome {
    match command {
        ImportCommand::List { phase, run, limit, cursor, json } => {
            let query = [
                ("phase", phase.clone()),
                ("run", run.clone()),
                ("limit", Some(limit.to_string())),
                ("cursor", cursor.clone()),
            ];
            list(client, query, *json)
        }
        ImportCommand::Show(one) => {
            let answer = read(client, &one.id)?;
            if one.json { raw(&answer) } else { print(&shown(&answer.value)).and(YES) }
        }
        ImportCommand::Approve(args) => {
            let expected_diff_digest = digest(client, &args.of)?;
            let (signature, comment) = (signature_in(args.signature.as_deref())?, args.of.decide.comment.clone());
            let body = ApproveBody { organization: None, expected_diff_digest, comment, signature };
            post(client, &args.of.decide.one, "approve", &body)
        }
        ImportCommand::Merge(args) => {
            let expected_diff_digest = digest(client, args)?;
            post(client, &args.decide.one, "merge", &MergeBody { organization: None, expected_diff_digest })
        }
        ImportCommand::Reject(args) => {
            post(client, &args.one, "reject", &DecisionBody { organization: None, comment: args.comment.clone() })
        }
        ImportCommand::Rerun(one) => post(client, one, "rerun", &Address::default()),
        ImportCommand::LowerTier { one, tier } => {
            post(client, one, "lower-tier", &LowerTierBody { organization: None, retention_tier: tier.tier() })
        }
        ImportCommand::Sweep(_) => {
            Err(EngineError::new(Code::BadRequest, "sweeping is for a data directory: give --data-dir DIR"))
        }
    }
}

fn list(client: &Client<'_>, query: [(&'static str, Option<String>); 4], json: bool) -> Outcome {
    let of = ("memoryRepository", client.server.repository.clone());
    let query: Vec<_> = query.into_iter().chain([of]).filter_map(|(name, value)| Some((name, value?))).collect();
    let answer: Answer<ImportList> = client.get(&client.memory("imports"), &query)?;
    if json {
        return raw(&answer);
    }
    let row = |item: &crate::face::wire::ImportItem| head(&item.import);
    print(&answer.value.items.iter().map(row).collect::<String>())?;
    if let Some(cursor) = &answer.value.next_cursor {
        eprintln!("there are more: --cursor {cursor}");
    }
    Ok(Verdict::from_yes(!answer.value.items.is_empty()))
}

fn read(client: &Client<'_>, id: &str) -> Result<Answer<ImportAnswer>, EngineError> {
    client.get(&client.memory(&format!("imports/{}", escaped(id))), &[])
}

/// The diff that was read, or that there is now.
fn digest(client: &Client<'_>, args: &DigestArgs) -> Result<String, EngineError> {
    if let Some(digest) = &args.diff_digest {
        return Ok(digest.clone());
    }
    let import = read(client, &args.decide.one.id)?.value.import;
    let message = format!("the import is {} and has no diff: `lorekeep import show` says why", import.phase);
    import.diff_digest.ok_or_else(|| EngineError::new(Code::Conflict, message))
}

fn post(client: &Client<'_>, one: &OneArgs, action: &str, body: &impl Serialize) -> Outcome {
    let path = client.memory(&format!("imports/{}/{action}", escaped(&one.id)));
    let answer: Answer<ImportAnswer> = client.post(&path, body)?;
    if one.json { raw(&answer) } else { print(&line(&answer.value)).and(YES) }
}

fn line(answer: &ImportAnswer) -> String {
    head(&answer.import)
}

fn head(import: &crate::face::wire::ImportHead) -> String {
    let (name, phase, run) = (safe(&import.name), safe(&import.phase), safe(&import.source_run));
    format!("{name}\t{phase}\t{}\t{run}\n", safe(&import.retention_tier))
}

fn shown(answer: &ImportAnswer) -> String {
    let import = &answer.import;
    let mut out = head(import);
    let (by, into) = (safe(&import.proposer), safe(&import.memory_repository));
    let _ = writeln!(out, "by {by} in {into}, into {}", safe(&import.target_path));
    let _ = writeln!(out, "source {}", import.source_digest);
    if let Some((update, digest)) = import.update.as_ref().zip(import.diff_digest.as_ref()) {
        let _ = writeln!(out, "update {}, diff digest {digest}", safe(update));
    }
    for file in &answer.generated_files {
        let _ = writeln!(out, "  {}", safe(&file.path));
    }
    let _ = writeln!(out, "taken out: {}", answer.redaction.total);
    for (rule, count) in &answer.redaction.by_rule {
        let _ = writeln!(out, "  {}  {count}", safe(rule));
    }
    for problem in &answer.problems {
        let _ = writeln!(out, "problem: {} {}: {}", safe(&problem.kind), safe(&problem.at), safe(&problem.message));
    }
    for condition in &answer.conditions {
        let said = if condition.message.is_empty() { String::new() } else { format!(": {}", safe(&condition.message)) };
        let _ = writeln!(out, "{} {} {}{said}", condition.kind, condition.status, safe(&condition.reason));
    }
    out
}
