//! `lorekeep update`: reads, reviews and lands updates on a server.

use super::YES;
use super::client::{Answer, Client, escaped};
use super::propose::{self, ProposeArgs};
use crate::engine::{Code, EngineError};
use crate::face::cli::show::{safe, safe_lines};
use crate::face::cli::{Outcome, Verdict, print};
use crate::face::wire::{
    Address, ApproveBody, Comment, CommentBody, DecisionBody, MergeBody, RevisionDiff, UpdateList, UpdateResource,
};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;

/// What is done with updates.
#[derive(Debug, Subcommand)]
pub enum UpdateCommand {
    /// Lists updates, newest first.
    #[command(after_help = "Example:\n  lorekeep update list --phase AwaitingApproval")]
    List {
        /// Only those in this phase.
        #[arg(long, value_name = "PHASE")]
        phase: Option<String>,
        /// Only those that change this file, or a file below this folder.
        #[arg(long, value_name = "PATH")]
        path: Option<String>,
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
    /// Shows one update: what it changes, what was found, who said what.
    #[command(after_help = "Example:\n  lorekeep update show amu-01hx5k3v6y8z")]
    Show(OneArgs),
    /// Prints the unified diff of an update.
    #[command(after_help = "Example:\n  lorekeep update diff amu-01hx5k3v6y8z --revision 1")]
    Diff {
        /// The update.
        id: String,
        /// Of this revision; none: the present one.
        #[arg(long, value_name = "N")]
        revision: Option<u32>,
        /// Prints exactly the API's answer.
        #[arg(long)]
        json: bool,
    },
    /// Approves one diff of an update.
    #[command(after_help = "Example:\n  lorekeep update approve amu-01hx5k3v6y8z --diff-digest blake3:9f...")]
    Approve(ApproveArgs),
    /// Rejects an update, which ends it.
    #[command(after_help = "Example:\n  lorekeep update reject amu-01hx5k3v6y8z --comment \"it is known already\"")]
    Reject(DecideArgs),
    /// Asks for another revision.
    #[command(
        after_help = "Example:\n  lorekeep update request-changes amu-01hx5k3v6y8z --comment \"name the service\""
    )]
    RequestChanges(DecideArgs),
    /// Says something about an update, a file of it, or a line.
    #[command(
        after_help = "Example:\n  lorekeep update comment amu-01hx5k3v6y8z \"is this still so?\" --path notes/a.md --line 3"
    )]
    Comment {
        /// The update.
        id: String,
        /// What.
        body: String,
        /// About which file.
        #[arg(long)]
        path: Option<String>,
        /// About which line of it.
        #[arg(long, requires = "path", value_name = "N")]
        line: Option<u32>,
        /// Prints exactly the API's answer.
        #[arg(long)]
        json: bool,
    },
    /// Lands an approved update as a signed commit.
    #[command(after_help = "Example:\n  lorekeep update merge amu-01hx5k3v6y8z")]
    Merge(DigestArgs),
    /// Validates an update again on the present tip.
    #[command(after_help = "Example:\n  lorekeep update refresh amu-01hx5k3v6y8z")]
    Refresh(OneArgs),
    /// Proposes the inverse of an update that landed, as a new update.
    #[command(after_help = "Example:\n  lorekeep update revert amu-01hx5k3v6y8z")]
    Revert(OneArgs),
    /// Proposes another revision of an update; approvals of the one before are dismissed.
    #[command(
        after_help = "Example:\n  lorekeep update revise amu-01hx5k3v6y8z --title \"Retry budget\" --reason \"as asked\" --patch fix.diff"
    )]
    Revise {
        /// The update.
        id: String,
        #[command(flatten)]
        propose: ProposeArgs,
    },
}

/// One update.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// The update.
    pub id: String,
    /// Prints exactly the API's answer.
    #[arg(long)]
    pub json: bool,
}

/// One update, and why.
#[derive(Debug, Args)]
pub struct DecideArgs {
    #[command(flatten)]
    pub one: OneArgs,
    /// Why, or what to change.
    #[arg(long)]
    pub comment: Option<String>,
}

/// One update, and the diff that was read.
#[derive(Debug, Args)]
pub struct DigestArgs {
    #[command(flatten)]
    pub decide: DecideArgs,
    /// The digest of the diff that was read, as `update show` prints it; none: the present one.
    #[arg(long, value_name = "DIGEST")]
    pub diff_digest: Option<String>,
}

#[derive(Debug, Args)]
pub struct ApproveArgs {
    #[command(flatten)]
    pub of: DigestArgs,
    /// The file of your SSH signature over `status.approvalStatement`, as `ssh-keygen -Y sign -n lorekeep-approval` writes it.
    #[arg(long, value_name = "FILE")]
    pub signature: Option<std::path::PathBuf>,
}

pub fn run(repo: &Path, client: &Client<'_>, command: UpdateCommand) -> Outcome {
    match command {
        UpdateCommand::List { phase, path, limit, cursor, json } => {
            let query = [("phase", phase), ("path", path), ("limit", Some(limit.to_string())), ("cursor", cursor)];
            list(client, query, json)
        }
        UpdateCommand::Show(one) => {
            let answer = read(client, &one.id)?;
            if one.json { raw(&answer) } else { print(&shown(&answer.value)).and(YES) }
        }
        UpdateCommand::Diff { id, revision, json } => diff(client, &id, revision, json),
        UpdateCommand::Approve(args) => {
            let expected_diff_digest = digest(client, &args.of)?;
            let signature = signature_in(args.signature.as_deref())?;
            let comment = args.of.decide.comment;
            let body = ApproveBody { organization: None, expected_diff_digest, comment, signature };
            act(client, &args.of.decide.one, "approve", &body)
        }
        UpdateCommand::Merge(args) => {
            let expected_diff_digest = digest(client, &args)?;
            act(client, &args.decide.one, "merge", &MergeBody { organization: None, expected_diff_digest })
        }
        UpdateCommand::Reject(args) => {
            act(client, &args.one, "reject", &DecisionBody { organization: None, comment: args.comment })
        }
        UpdateCommand::RequestChanges(args) => {
            act(client, &args.one, "request-changes", &DecisionBody { organization: None, comment: args.comment })
        }
        UpdateCommand::Comment { id, body, path, line, json } => {
            act(client, &OneArgs { id, json }, "comment", &CommentBody { organization: None, path, line, body })
        }
        UpdateCommand::Refresh(one) => act(client, &one, "refresh", &Address::default()),
        UpdateCommand::Revert(one) => act(client, &one, "revert", &Address::default()),
        UpdateCommand::Revise { id, propose } => {
            let one = OneArgs { id, json: propose.json };
            act(client, &one, "revisions", &propose::body(repo, client, propose)?)
        }
    }
}

/// The signature in a file.
pub fn signature_in(file: Option<&Path>) -> Result<Option<String>, EngineError> {
    let unreadable = |e| EngineError::new(Code::BadRequest, format!("the signature cannot be read: {e}"));
    file.map(std::fs::read_to_string).transpose().map_err(unreadable)
}

fn list(client: &Client<'_>, query: [(&'static str, Option<String>); 4], json: bool) -> Outcome {
    let of = ("memoryRepository", client.server.repository.clone());
    let query: Vec<_> = query.into_iter().chain([of]).filter_map(|(name, value)| Some((name, value?))).collect();
    let answer: Answer<UpdateList> = client.get(&client.memory("updates"), &query)?;
    if json {
        return raw(&answer);
    }
    print(&answer.value.items.iter().map(line).collect::<String>())?;
    if let Some(cursor) = &answer.value.next_cursor {
        eprintln!("there are more: --cursor {cursor}");
    }
    Ok(Verdict::from_yes(!answer.value.items.is_empty()))
}

fn read(client: &Client<'_>, id: &str) -> Result<Answer<UpdateResource>, EngineError> {
    client.get(&client.memory(&format!("updates/{}", escaped(id))), &[])
}

fn digest(client: &Client<'_>, args: &DigestArgs) -> Result<String, EngineError> {
    match &args.diff_digest {
        Some(digest) => Ok(digest.clone()),
        None => Ok(read(client, &args.decide.one.id)?.value.status.diff_digest),
    }
}

fn diff(client: &Client<'_>, id: &str, revision: Option<u32>, json: bool) -> Outcome {
    let revision = match revision {
        Some(revision) => revision,
        None => read(client, id)?.value.status.revision,
    };
    let path = client.memory(&format!("updates/{}/revisions/{revision}/diff", escaped(id)));
    let answer: Answer<RevisionDiff> = client.get(&path, &[])?;
    if json { raw(&answer) } else { print(&safe_lines(&answer.value.diff)).and(YES) }
}

fn act(client: &Client<'_>, one: &OneArgs, action: &str, body: &impl Serialize) -> Outcome {
    let path = client.memory(&format!("updates/{}/{action}", escaped(&one.id)));
    print_update(&client.post(&path, body)?, one.json)
}

/// Prints an update that something was done to.
pub fn print_update(answer: &Answer<UpdateResource>, json: bool) -> Outcome {
    if json { raw(answer) } else { print(&line(&answer.value)).and(YES) }
}

/// Prints what the server answered, as it did.
pub fn raw<T>(answer: &Answer<T>) -> Outcome {
    print(&format!("{}\n", answer.text.trim_end())).and(YES)
}

fn line(update: &UpdateResource) -> String {
    let (name, status) = (&update.metadata.name, &update.status);
    format!("{}\t{}\tr{}\t{}\n", safe(name), safe(&status.phase), status.revision, safe(&update.spec.title))
}

fn shown(update: &UpdateResource) -> String {
    let (spec, status) = (&update.spec, &update.status);
    let mut out = line(update);
    let _ = writeln!(out, "by {} in {}, on {}", safe(&spec.proposer), safe(&spec.memory_repository), spec.base_commit);
    let _ = writeln!(out, "diff digest {}\n", status.diff_digest);
    if !spec.reason.trim().is_empty() {
        let _ = writeln!(out, "{}", safe_lines(&spec.reason).trim_end());
    }
    for change in &spec.changes {
        let _ = writeln!(out, "  {} {}", safe(&change.action), safe(&change.path));
    }
    for f in &status.findings {
        let _ =
            writeln!(out, "{}:{}:{}: {} {}: {}", safe(&f.path), f.line, f.column, f.severity, f.code, safe(&f.message));
    }
    for conflict in &status.conflicts {
        let _ = writeln!(out, "conflict: {}", safe(&conflict.path));
    }
    for risk in &status.risks {
        let _ = writeln!(out, "risk: {}", safe(risk));
    }
    for a in &status.approvals {
        let void = if a.dismissed { " (dismissed)" } else { "" };
        let comment = a.comment.as_deref().map(|c| format!(": {c}")).unwrap_or_default();
        let _ =
            writeln!(out, "{} {} r{} at {}{void}{}", safe(&a.principal), a.decision, a.revision, a.at, safe(&comment));
    }
    for c in &status.comments {
        let _ = writeln!(out, "{}{}: {}", safe(&c.principal), place(c), safe(&c.body));
    }
    if let Some(diff) = &status.diff {
        let _ = write!(out, "\n{}", safe_lines(diff));
    }
    out
}

/// What a comment is about: the line where it is now, and where it was remarked on.
fn place(comment: &Comment) -> String {
    let Some(path) = comment.path.as_deref().map(safe) else { return String::new() };
    match (comment.line, comment.present_line) {
        (None, _) => format!(" on {path}"),
        (Some(then), Some(now)) if then == now => format!(" on {path}:{now}"),
        (Some(then), Some(now)) => format!(" on {path}:{now} (line {then} of r{})", comment.revision),
        (Some(then), None) => format!(" on {path} (line {then} of r{}, which is another now)", comment.revision),
    }
}
