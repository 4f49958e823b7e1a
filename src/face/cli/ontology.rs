//! `lorekeep ontology`: infer, show, schema.

use super::show::{plural, safe};
use super::{Outcome, Verdict, print, print_json};
use crate::engine::{InferredOntology, LeftOut, RefRequest};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub enum OntologyCommand {
    /// Reads a repository as it is, and writes the ontology that describes it.
    #[command(
        after_help = "Examples:\n  lorekeep ontology infer                  writes ontology/*.yaml in the working tree\n  lorekeep ontology infer --dry-run        only says what it found and left out\n  lorekeep ontology infer --rev v1.0 --out /tmp/ontology"
    )]
    Infer(InferArgs),
    /// Shows the ontology that counts: the repository's own, or the built-in one.
    #[command(after_help = "Examples:\n  lorekeep ontology show\n  lorekeep ontology show --rev main~10 --json")]
    Show {
        /// A branch, tag or commit; none: the working tree, or the default branch.
        #[arg(long, value_name = "REV")]
        rev: Option<String>,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prints a JSON Schema of records, so that an editor completes and checks them.
    #[command(
        after_help = "Examples:\n  lorekeep ontology schema > graph.schema.json\n  lorekeep ontology schema --kind front-matter > note.schema.json"
    )]
    Schema {
        /// What it is for.
        #[arg(long, value_enum, default_value_t = SchemaKind::Graph)]
        kind: SchemaKind,
        /// A branch, tag or commit; none: the working tree, or the default branch.
        #[arg(long, value_name = "REV")]
        rev: Option<String>,
    },
}

/// What a JSON Schema is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaKind {
    /// The front matter of Markdown records.
    FrontMatter,
    /// The YAML documents below `graph/`.
    Graph,
}

#[derive(Debug, Args)]
pub struct InferArgs {
    /// Reads a commit; none: the working tree, or the default branch of a bare repository.
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,
    /// Writes the files to this folder; none: `ontology/` of the working tree.
    #[arg(long, value_name = "DIR", group = "where")]
    pub out: Option<PathBuf>,
    /// Prints the files instead.
    #[arg(long, group = "where", conflicts_with = "json")]
    pub stdout: bool,
    /// Writes nothing.
    #[arg(long, group = "where")]
    pub dry_run: bool,
    /// Replaces files that are there already.
    #[arg(long)]
    pub force: bool,
    /// Prints the report as JSON.
    #[arg(long)]
    pub json: bool,
}

pub fn run(repo: &Path, command: &OntologyCommand) -> Outcome {
    match command {
        OntologyCommand::Infer(args) => infer(repo, args),
        OntologyCommand::Show { rev, json } => show(repo, rev.as_ref(), *json),
        OntologyCommand::Schema { kind, rev } => {
            let shown = super::open(repo)?.shown_ontology(rev.as_ref().map(named).as_ref())?;
            print_json(&shown.schema(*kind == SchemaKind::FrontMatter))?;
            Ok(Verdict::Yes)
        }
    }
}

fn show(repo: &Path, rev: Option<&String>, json: bool) -> Outcome {
    let shown = super::open(repo)?.shown_ontology(rev.map(named).as_ref())?;
    if json {
        print_json(&shown.json())?;
        return Ok(Verdict::Yes);
    }
    print(&pages(&shown.files()))?;
    let whose = if shown.ontology.declared { "the repository's own" } else { "the built-in one" };
    eprintln!("{whose}, {}", shown.ontology.digest);
    for problem in &shown.problems {
        eprintln!("left out of {}: {}", safe(&problem.path), safe(&problem.message));
    }
    Ok(Verdict::Yes)
}

/// Files one after the other, as one YAML stream.
fn pages(files: &[(&'static str, String)]) -> String {
    files.iter().map(|(path, text)| format!("--- # {path}\n{text}")).collect()
}

fn infer(repo: &Path, args: &InferArgs) -> Outcome {
    let memory = super::open(repo)?;
    let inferred = memory.infer_ontology(args.rev.as_ref().map(named).as_ref())?;
    let mut written = Vec::new();
    if args.stdout {
        print(&pages(&inferred.files))?;
    } else if !args.dry_run {
        let folder = args.out.clone().map_or_else(|| memory.ontology_folder(), Ok)?;
        written = inferred.write(&folder, args.force)?;
    }
    if args.json {
        print_json(&report_json(&inferred))?;
    } else {
        eprint!("{}", report_text(&inferred));
    }
    for path in written {
        eprintln!("wrote {}", path.display());
    }
    Ok(Verdict::Yes)
}

fn named(rev: &String) -> RefRequest {
    RefRequest { requested: Some(rev.clone()), ..RefRequest::default() }
}

/// What was inferred and left out, for machines.
pub fn report_json(inferred: &InferredOntology) -> Value {
    let inference = &inferred.inference;
    let files: Vec<Value> = inferred.files.iter().map(|(path, text)| json!({"path": path, "text": text})).collect();
    let kinds: serde_json::Map<String, Value> =
        inference.node_kinds.iter().map(|used| (used.name.clone(), used.count.into())).collect();
    let edge_kinds: serde_json::Map<String, Value> =
        inference.edge_kinds.iter().map(|used| (used.name.clone(), used.count.into())).collect();
    json!({
        "commit": inferred.commit,
        "records": inference.records,
        "edges": inference.edges,
        "concepts": inference.concepts,
        "entryPoints": inference.entry_points,
        "nodeKinds": kinds,
        "edgeKinds": edge_kinds,
        "leftOut": inference.left_out,
        "exceptions": inferred.exceptions,
        "weakenedRules": inferred.weakened,
        "remaining": inferred.remaining,
        "files": files,
    })
}

/// What was inferred and left out, for people.
pub fn report_text(inferred: &InferredOntology) -> String {
    let inference = &inferred.inference;
    let mut out = format!(
        "{} of {}, {} of {}\n",
        plural(inference.records, "record"),
        plural(inference.node_kinds.len(), "kind"),
        plural(inference.edges, "edge"),
        plural(inference.edge_kinds.iter().filter(|used| used.count > 0).count(), "kind"),
    );
    if inference.concepts > 0 {
        let _ = writeln!(
            out,
            "{} say a `type` and have no id: `lorekeep init NEW --from HERE` makes records of them",
            plural(inference.concepts, "note")
        );
    }
    if inference.entry_points > 0 {
        out.push_str("MEMORY.md is an agent's memory: `lorekeep init NEW --from HERE` makes records of it\n");
    }
    if inference.node_kinds.is_empty() {
        out.push_str("no record has a kind: the built-in kinds count\n");
    }
    for left_out in &inference.left_out {
        write_left_out(&mut out, left_out);
    }
    for (rule, count) in &inferred.exceptions {
        let _ = writeln!(out, "let through by name: {count} of {rule}, listed under `allow` in validation-rules.yaml");
    }
    for rule in &inferred.weakened {
        let _ = writeln!(out, "only a warning from now on: {rule}, which too many records break");
    }
    out.push_str(if inferred.remaining.is_empty() { "with it validation finds no error\n" } else { "left to mend:\n" });
    for (rule, count) in &inferred.remaining {
        let _ = writeln!(out, "  {count:>6} {rule}");
    }
    out
}

fn write_left_out(out: &mut String, left_out: &LeftOut) {
    let reason = serde_json::to_value(left_out.reason).unwrap_or_default();
    let subject = if left_out.subject.is_empty() { String::new() } else { format!(" {}", safe(&left_out.subject)) };
    let _ = writeln!(out, "{}{subject}: {}", reason.as_str().unwrap_or_default(), safe(&left_out.message));
    if !left_out.places.is_empty() {
        let _ = writeln!(out, "    {}", safe(&left_out.places.join(" ")));
    }
}
