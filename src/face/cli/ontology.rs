//! `lorekeep ontology`: infer, show, schema.

use super::args::{InferArgs, OntologyCommand};
use super::show::{plural, safe};
use super::{Outcome, Verdict, print, print_json};
use crate::engine::{InferredOntology, LeftOut, RefRequest};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

pub fn run(repo: &Path, command: &OntologyCommand) -> Outcome {
    match command {
        OntologyCommand::Infer(args) => infer(repo, args),
        _ => Ok(Verdict::No),
    }
}

fn infer(repo: &Path, args: &InferArgs) -> Outcome {
    let memory = super::open(repo)?;
    let inferred = memory.infer_ontology(args.rev.as_ref().map(named).as_ref())?;
    let mut written = Vec::new();
    if args.stdout {
        print(&inferred.files.iter().map(|(path, text)| format!("--- # {path}\n{text}")).collect::<String>())?;
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
