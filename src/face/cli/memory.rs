//! The reads: query, grep, show, diff, history, resolve-ref, index.

use super::args::{AtArgs, DiffArgs, GrepArgs, ModeArg, QueryArgs, Render, ResolveArgs};
use super::{Outcome, Verdict, answers, at, open, print, print_json, progress, show, when};
use crate::base::Clock;
use crate::base::time::SystemClock;
use crate::engine::{
    Ask, AskDiff, Code, EngineError, Exported, GraphQuestion, GrepQuestion, LocalGrep, Memory, Mode, QueryLimits,
    Question, RefRequest,
};
use crate::face::wire;
use serde_json::json;
use std::path::{Path, PathBuf};

pub fn query(repo: &Path, args: QueryArgs) -> Outcome {
    let memory = open_indexed(repo, &at(&args.at)?)?;
    let (json, explain, prompt) = (args.json, args.explain, args.render == Some(Render::Prompt));
    let answer = memory.query(&ask(args)?)?;
    let commit = answers::commit_text(&answer.resolution);
    let answer = wire::QueryAnswer::from(answer);
    let found = Verdict::from_yes(!answer.records.is_empty() || !answer.excerpts.is_empty());
    if json {
        print_json(&answer)?;
    } else if prompt {
        print(answer.prompt.as_deref().unwrap_or_default())?;
    } else {
        print(&answers::answer_text(&answer, &commit, explain))?;
    }
    Ok(found)
}

/// Opens a repository and indexes what a read needs, with a bar where that takes a while.
pub fn open_indexed(repo: &Path, at: &RefRequest) -> Result<Memory, EngineError> {
    let memory = open(repo)?;
    progress::with_bar("indexing", |p| memory.prepare(at, p))?;
    Ok(memory)
}

pub fn ask(args: QueryArgs) -> Result<Ask, EngineError> {
    let mode = match args.mode {
        ModeArg::GraphOnly => Mode::GraphOnly,
        ModeArg::GrepOnly => Mode::GrepOnly,
        ModeArg::GraphAndGrep => Mode::GraphAndGrep,
        ModeArg::DocumentRead => Mode::DocumentRead,
    };
    let graph = GraphQuestion {
        kinds: args.kinds,
        statuses: args.statuses,
        owners: args.owners,
        tags: args.tags,
        repo_refs: args.repo_refs,
        edge_depth: args.depth,
        ..GraphQuestion::default()
    };
    let grep = GrepQuestion { paths: args.paths, ..GrepQuestion::default() };
    let question = Question {
        text: args.text,
        mode,
        select: args.select,
        associations: args.associations,
        graph,
        grep,
        sections: args.sections,
        ..Question::default()
    };
    Ok(Ask {
        repository: None,
        at: at(&args.at)?,
        question,
        limits: QueryLimits { max_bytes: args.max_bytes, max_records: args.limit },
        explain: args.explain || args.json,
        render_prompt: args.render == Some(Render::Prompt),
        max_tokens: None,
    })
}

pub fn grep(repo: &Path, args: &GrepArgs) -> Outcome {
    let at = at(&args.at)?;
    let memory = open_indexed(repo, &at)?;
    let question = LocalGrep {
        pattern: args.pattern.clone(),
        regex: args.regex,
        ignore_case: args.ignore_case,
        paths: args.paths.clone(),
        max_matches: args.max_matches,
        context: args.context,
        origins: args.origin,
    };
    if args.origin {
        // Where the index cannot be written, the lines come all the same, and what is not known is open.
        let _ = progress::with_bar("indexing", |p| memory.index(p));
    }
    let found = memory.grep(&question, &at)?;
    if args.json {
        let lines: Vec<_> = found.matches.iter().map(|line| answers::grep_json(line, args.origin)).collect();
        print_json(&json!({"commit": found.resolution.commit, "totalMatches": found.total, "matches": lines}))?;
    } else {
        print(&answers::grep_text(&found.matches, args.context > 0, args.origin))?;
        let left_out = found.total - found.matches.len();
        if left_out > 0 {
            eprintln!("{left_out} more matching lines were left out: raise --max-matches");
        }
    }
    Ok(Verdict::from_yes(found.total > 0))
}

pub fn show(repo: &Path, name: &str, at_args: &AtArgs, json: bool) -> Outcome {
    let at = at(at_args)?;
    let memory = open_indexed(repo, &at)?;
    let document = memory.show(name, &at)?;
    if json {
        print_json(&wire::DocumentAnswer::new("local", Some(memory.name().to_owned()), document))?;
    } else {
        print(&answers::document_text(&document))?;
    }
    Ok(Verdict::Yes)
}

pub fn diff(repo: &Path, args: &DiffArgs) -> Outcome {
    let side = |text: &str| -> Result<RefRequest, EngineError> {
        Ok(match moment(text)? {
            Some(at) => RefRequest { requested_at: Some(at), ..RefRequest::default() },
            None => RefRequest { requested: Some(text.to_owned()), ..RefRequest::default() },
        })
    };
    let (from, to) = (side(&args.from)?, args.to.as_deref().map(side).transpose()?.unwrap_or_default());
    let memory = open(repo)?;
    let view = memory.diff(&AskDiff { from, to, full: args.full, paths: args.paths.clone() })?;
    let answer = wire::DiffAnswer::new("local", memory.name(), view);
    if args.json {
        print_json(&answer)?
    } else {
        print(&answers::diff_text(&answer.changes))?
    }
    Ok(Verdict::Yes)
}

/// The time that a side of a comparison names, as `@TIME`.
pub fn moment(side: &str) -> Result<Option<String>, EngineError> {
    let Some(time) = side.strip_prefix('@').filter(|time| !time.is_empty()) else { return Ok(None) };
    let moment = when::read(time, SystemClock.now()).map_err(|e| EngineError::new(Code::BadTimestamp, e))?;
    Ok(Some(moment.to_string()))
}

pub fn history(repo: &Path, name: &str, at_args: &AtArgs, limit: usize, json: bool) -> Outcome {
    let memory = open(repo)?;
    let versions = memory.history(name, &at(at_args)?, limit)?;
    let repository = Some(memory.name().to_owned());
    let answer = wire::HistoryAnswer::new("local", repository, name.to_owned(), versions);
    if json {
        print_json(&answer)?;
    } else {
        print(&answer.items.iter().map(answers::history_text).collect::<String>())?;
    }
    Ok(Verdict::from_yes(!answer.items.is_empty()))
}

pub fn resolve_ref(repo: &Path, args: ResolveArgs) -> Outcome {
    let mut request = at(&args.at)?;
    if args.requested.is_some() && (request.requested.is_some() || request.requested_at.is_some()) {
        let message = "name the commit once: as an argument, or by --rev, --at or --snapshot";
        return Err(EngineError::new(Code::BadRequest, message));
    }
    request.requested = request.requested.or(args.requested);
    request.require_approved_commit = args.require_approved;
    request.require_valid_ontology = args.require_valid;
    let memory = open_indexed(repo, &request)?;
    let resolution = memory.resolve(&request)?;
    if args.json {
        let local = wire::Resolved::local("local", resolution);
        print_json(&wire::Resolved { memory_repository: memory.name().to_owned(), ..local })?;
    } else {
        print(&format!("{}\n", resolution.commit))?;
        eprintln!("{}", answers::commit_text(&resolution));
    }
    Ok(Verdict::Yes)
}

pub fn index(repo: &Path, rebuild: bool, verify: bool, export: Option<Option<PathBuf>>, json: bool) -> Outcome {
    if rebuild {
        Memory::forget_index(repo)?;
    }
    let memory = open(repo)?;
    let report = progress::with_bar("indexing", |p| memory.index(p))?;
    memory.keep_state()?;
    let problems = if verify { memory.verify_index()? } else { Vec::new() };
    let exported = export.map(|folder| memory.export(folder.as_deref())).transpose()?;
    if json {
        let mut all = json!({"index": report, "verified": verify, "problems": problems});
        if let Some(exported) = exported {
            all["exported"] = json!(exported);
        }
        print_json(&all)?;
    } else {
        eprintln!(
            "{} commits indexed ({} now), {} entries in {} files at the tip",
            report.commits, report.added, report.entries, report.files
        );
        if let Some(exported) = exported {
            say_exported(&exported);
        }
        print(&problems.iter().map(|p| format!("{}\n", show::safe(p))).collect::<String>())?;
    }
    Ok(Verdict::from_yes(problems.is_empty()))
}

fn say_exported(exported: &Exported) {
    if exported.written.is_empty() {
        eprintln!("the exported indexes are of these files already");
    }
    for path in &exported.written {
        eprintln!("wrote {}", path.display());
    }
}
