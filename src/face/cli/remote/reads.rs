//! The reads, asked of a server: they print what they print of data at hand.

use super::YES;
use super::client::{Answer, Client, escaped};
use super::updates::raw;
use crate::base::Clock;
use crate::base::time::SystemClock;
use crate::engine::{Code, EngineError, RefRequest};
use crate::face::cli::args::{AtArgs, ModeArg, QueryArgs, Render, ReportArgs, ResolveArgs};
use crate::face::cli::context::ContextArgs;
use crate::face::cli::graph::{DirectionArg, FormatArg, GraphArgs};
use crate::face::cli::show::plural;
use crate::face::cli::{Outcome, Verdict, answers, at, print, when};
use crate::face::wire::{
    ContextAnswer, ContextBody, DocumentAnswer, GraphAnswer, GraphBody, GrepBody, LimitsBody, QueryAnswer, QueryBody,
    QuestionBody, ReportAnswer, ResolveBody, Resolved,
};

pub fn query(client: &Client<'_>, args: QueryArgs) -> Outcome {
    let (json, explain, prompt) = (args.json, args.explain, args.render == Some(Render::Prompt));
    let answer: Answer<QueryAnswer> = client.post(&client.memory("query"), &query_body(client, args)?)?;
    let found = Verdict::from_yes(!answer.value.records.is_empty() || !answer.value.excerpts.is_empty());
    if json {
        raw(&answer)?;
    } else if prompt {
        print(answer.value.prompt.as_deref().unwrap_or_default())?;
    } else {
        let commit = commit_text(client, &answer.value.snapshot_preview.resolved_commit)?;
        print(&answers::answer_text(&answer.value, &commit, explain))?;
    }
    Ok(found)
}

pub(super) fn query_body(client: &Client<'_>, args: QueryArgs) -> Result<QueryBody, EngineError> {
    let mode = match args.mode {
        ModeArg::GraphOnly => "graph-only",
        ModeArg::GrepOnly => "grep-only",
        ModeArg::GraphAndGrep => "graph-and-grep",
        ModeArg::DocumentRead => "document-read",
    };
    let graph = GraphBody {
        kinds: args.kinds,
        statuses: args.statuses,
        owners: args.owners,
        tags: args.tags,
        repo_refs: args.repo_refs,
        edge_depth: Some(u32::from(args.depth)),
        ..GraphBody::default()
    };
    let query = QuestionBody {
        text: args.text,
        query_mode: Some(mode.to_owned()),
        select: args.select,
        associations: args.associations,
        graph,
        grep: GrepBody { paths: args.paths, ..GrepBody::default() },
        sections: args.sections,
        ..QuestionBody::default()
    };
    let at = Place::of(&args.at)?;
    Ok(QueryBody {
        memory_repository: client.server.repository.clone(),
        requested_ref: at.rev,
        requested_at: at.time,
        snapshot: at.snapshot,
        query,
        limits: LimitsBody { max_bytes: Some(args.max_bytes), max_records: Some(args.limit) },
        explain: args.explain || args.json,
        render: args.render.map(|_| "prompt".to_owned()),
        ..QueryBody::default()
    })
}

pub fn context(client: &Client<'_>, args: ContextArgs) -> Outcome {
    let json = args.json;
    let answer: Answer<ContextAnswer> = client.post(&client.memory("context"), &context_body(client, args)?)?;
    let section = &answer.value;
    let found = Verdict::from_yes(!section.records.is_empty() || !section.excerpts.is_empty());
    if json {
        raw(&answer)?;
    } else {
        print(&section.prompt)?;
        let commit = commit_text(client, &section.snapshot_preview.resolved_commit)?;
        let (records, excerpts) = (plural(section.records.len(), "record"), plural(section.excerpts.len(), "excerpt"));
        let cut = if section.limits.truncated { "; more was left out by the limits" } else { "" };
        eprintln!("{records}, {excerpts}, about {} at {commit}{cut}", plural(section.prompt_tokens, "token"));
    }
    Ok(found)
}

fn context_body(client: &Client<'_>, args: ContextArgs) -> Result<ContextBody, EngineError> {
    let query = QuestionBody {
        text: args.text,
        select: args.select,
        associations: args.associations,
        graph: GraphBody { kinds: args.kinds, edge_depth: Some(u32::from(args.depth)), ..GraphBody::default() },
        grep: GrepBody { paths: args.paths, ..GrepBody::default() },
        ..QuestionBody::default()
    };
    let at = Place::of(&args.at)?;
    Ok(ContextBody {
        memory_repository: client.server.repository.clone(),
        requested_ref: at.rev,
        requested_at: at.time,
        snapshot: at.snapshot,
        query,
        limits: LimitsBody { max_bytes: None, max_records: Some(args.limit) },
        max_tokens: Some(args.max_tokens),
        ..ContextBody::default()
    })
}

/// Shows a record by its id or, where there is none, a document by its path.
pub fn show(client: &Client<'_>, name: &str, at_args: &AtArgs, json: bool) -> Outcome {
    let query = query_of(client, at_args)?;
    let record = client.get(&client.memory(&format!("records/{}", escaped(name))), &query);
    let answer: Answer<DocumentAnswer> = match record {
        Err(error) if error.code == Code::NotFound => {
            let path = ("path", name.to_owned());
            client.get(&client.memory("documents"), &query.into_iter().chain([path]).collect::<Vec<_>>())?
        }
        other => other?,
    };
    if json {
        return raw(&answer);
    }
    let document = &answer.value.document;
    let incoming = document.incoming.iter().map(|edge| (edge.kind.as_str(), edge.target.as_str()));
    print(&answers::text_and_incoming(&document.text, incoming)).and(YES)
}

pub fn graph(client: &Client<'_>, args: GraphArgs) -> Outcome {
    let format = match (args.json, args.format) {
        (true, _) | (_, FormatArg::Json) => "json",
        (_, FormatArg::Dot) => "dot",
        (_, FormatArg::Svg) => "svg",
        (_, FormatArg::Human) => {
            let message = "a server draws no tree: give --format json, dot or svg";
            return Err(EngineError::new(Code::BadRequest, message));
        }
    };
    let query = graph_query(client, args, format)?;
    if format != "json" {
        return print(&client.text(&client.memory("graph"), &query)?).and(YES);
    }
    let answer: Answer<GraphAnswer> = client.get(&client.memory("graph"), &query)?;
    raw(&answer)?;
    Ok(Verdict::from_yes(answer.value.to.is_none() || answer.value.path.as_ref().is_some_and(Option::is_some)))
}

fn graph_query(client: &Client<'_>, args: GraphArgs, format: &str) -> Result<Vec<(&'static str, String)>, EngineError> {
    let direction = match args.direction {
        DirectionArg::Out => "out",
        DirectionArg::In => "in",
        DirectionArg::Both => "both",
    };
    let listed = |list: Vec<String>| (!list.is_empty()).then(|| list.join(","));
    let root = if args.to.is_some() { "from" } else { "root" };
    let asked = [
        (root, Some(args.root)),
        ("to", args.to),
        ("depth", args.depth.map(|depth| depth.to_string())),
        ("kinds", listed(args.kinds)),
        ("edgeKinds", listed(args.edge_kinds)),
        ("direction", Some(direction.to_owned())),
        ("limit", args.limit.map(|limit| limit.to_string())),
        ("format", Some(format.to_owned())),
    ];
    let asked = asked.into_iter().filter_map(|(name, value)| Some((name, value?)));
    Ok(query_of(client, &args.at)?.into_iter().chain(asked).collect())
}

pub fn report(client: &Client<'_>, args: &ReportArgs) -> Outcome {
    let bad = |message| EngineError::new(Code::BadRequest, message);
    let days = when::read_length(&args.stale_after).map_err(bad)? / 86_400;
    let moment = args.as_of.as_deref().map(|text| when::read(text, SystemClock.now())).transpose();
    let moment = moment.map_err(|message| EngineError::new(Code::BadTimestamp, message))?;
    let mut query = query_of(client, &args.at)?;
    query.extend([("staleAfterDays", days.to_string()), ("limit", args.limit.to_string())]);
    query.extend(moment.map(|moment| ("asOf", moment.to_string())));
    let answer: Answer<ReportAnswer> = client.get(&client.memory("report"), &query)?;
    if args.json {
        return raw(&answer);
    }
    print(&crate::face::cli::report::text(&answer.value))?;
    eprintln!("{}", commit_text(client, &answer.value.resolved_commit)?);
    YES
}

pub fn resolve_ref(client: &Client<'_>, args: ResolveArgs) -> Outcome {
    let RefRequest { requested, requested_at, mode, .. } = at(&args.at)?;
    let body = ResolveBody {
        memory_repository: client.server.repository.clone(),
        mode: mode.map(|_| "snapshot-tag".to_owned()),
        requested: requested.or(args.requested),
        requested_at,
        require_approved_commit: args.require_approved,
        require_valid_ontology: args.require_valid,
        ..ResolveBody::default()
    };
    let answer: Answer<Resolved> = client.post(&client.memory("resolve-ref"), &body)?;
    if args.json {
        return raw(&answer);
    }
    print(&format!("{}\n", answer.value.resolved_commit))?;
    eprintln!("{}", line_of(&answer.value));
    YES
}

/// Which commit a read is of.
pub(super) struct Place {
    pub(super) rev: Option<String>,
    pub(super) time: Option<String>,
    pub(super) snapshot: Option<String>,
}

impl Place {
    pub(super) fn of(args: &AtArgs) -> Result<Self, EngineError> {
        Ok(Self { rev: args.rev.clone(), time: at(args)?.requested_at, snapshot: args.snapshot.clone() })
    }
}

pub(super) fn query_of(client: &Client<'_>, args: &AtArgs) -> Result<Vec<(&'static str, String)>, EngineError> {
    let Place { rev, time, snapshot } = Place::of(args)?;
    let repository = client.server.repository.clone();
    let all = [("memoryRepository", repository), ("ref", rev), ("at", time), ("snapshot", snapshot)];
    Ok(all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}

/// The line that says which commit an answer is of.
fn commit_text(client: &Client<'_>, commit: &str) -> Result<String, EngineError> {
    let body = ResolveBody {
        memory_repository: client.server.repository.clone(),
        requested: Some(commit.to_owned()),
        ..ResolveBody::default()
    };
    let answer: Answer<Resolved> = client.post(&client.memory("resolve-ref"), &body)?;
    Ok(line_of(&answer.value))
}

fn line_of(resolved: &Resolved) -> String {
    let short = resolved.resolved_commit.get(..10).unwrap_or(&resolved.resolved_commit);
    answers::commit_line(short, resolved.landed_at.as_deref(), resolved.stale_by_commits)
}
