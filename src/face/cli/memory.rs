//! The reads: query, grep, show, diff, history, resolve-ref, index.

use super::args::{AtArgs, DiffArgs, GrepArgs, ModeArg, QueryArgs, Render};
use super::{Outcome, Verdict, at, open, print, print_json, progress, show, when};
use crate::base::Clock;
use crate::base::time::SystemClock;
use crate::engine::{
    Answer, Ask, Code, Document, EngineError, GraphQuestion, GrepLine, GrepQuestion, HistoryLine, LocalGrep, Memory,
    Mode, QueryLimits, Question, RefRequest, Resolution,
};
use crate::face::wire;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

pub fn query(repo: &Path, args: QueryArgs) -> Outcome {
    let memory = open_indexed(repo)?;
    let (json, explain, prompt) = (args.json, args.explain, args.render == Some(Render::Prompt));
    let answer = memory.query(&ask(args)?)?;
    let found = Verdict::from_yes(!answer.outcome.records.is_empty() || !answer.outcome.excerpts.is_empty());
    if json {
        print_json(&wire::QueryAnswer::from(answer))?;
        return Ok(found);
    } else if prompt {
        print(answer.outcome.prompt.as_deref().unwrap_or_default())?;
    } else {
        print(&answer_text(&answer, explain))?;
    }
    Ok(found)
}

/// Opens a repository and brings its index up to its tip, with a bar where that takes a while.
fn open_indexed(repo: &Path) -> Result<Memory, EngineError> {
    let memory = open(repo)?;
    progress::with_bar("indexing", |p| memory.index(false, p))?;
    Ok(memory)
}

fn ask(args: QueryArgs) -> Result<Ask, EngineError> {
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
        ..Question::default()
    };
    Ok(Ask {
        repository: None,
        at: at(&args.at)?,
        question,
        limits: QueryLimits { max_bytes: args.max_bytes, max_records: args.limit },
        explain: args.explain || args.json,
        render_prompt: args.render == Some(Render::Prompt),
    })
}

fn answer_text(answer: &Answer, explain: bool) -> String {
    let mut out = String::new();
    let o = &answer.outcome;
    for (n, hit) in o.records.iter().enumerate() {
        let status = hit.status.as_deref().unwrap_or("-");
        let _ = writeln!(
            out,
            "{}. {}  [{} {}]  {}",
            n + 1,
            show::safe(&hit.title),
            show::safe(&hit.kind),
            show::safe(status),
            show::safe(&hit.id)
        );
        let _ = writeln!(out, "   {}  score {:.2}", show::safe(&hit.path), hit.score);
        if !hit.summary.is_empty() {
            let _ = writeln!(out, "   {}", show::safe(&hit.summary));
        }
        for why in hit.why.iter().filter(|_| explain) {
            let _ = writeln!(out, "     {:+.2} {}: {}", why.weight, why.reason, show::safe(&why.detail));
        }
        if let Some(text) = &hit.text {
            let _ = write!(out, "\n{}\n", show::safe_lines(text));
        }
    }
    for excerpt in &o.excerpts {
        let _ = write!(
            out,
            "\n{}:{}-{}\n{}\n",
            show::safe(&excerpt.path),
            excerpt.line_start,
            excerpt.line_end,
            indent(&excerpt.text)
        );
    }
    for note in &o.plan.notes {
        let _ = writeln!(out, "\nnote: {}", show::safe(note));
    }
    let _ = writeln!(out, "\n{}", foot(&answer.resolution, o.records.len(), o.excerpts.len(), o.limits.truncated));
    out
}

fn indent(text: &str) -> String {
    show::safe_lines(text).lines().map(|l| format!("    {l}\n")).collect::<String>().trim_end().to_owned()
}

fn foot(resolution: &Resolution, records: usize, excerpts: usize, truncated: bool) -> String {
    let landed = resolution.landed_at.map_or_else(|| "not on the approved line".to_owned(), |t| format!("landed {t}"));
    let stale = if resolution.stale_by_commits == 0 {
        String::new()
    } else {
        format!(", {} landings behind the tip", resolution.stale_by_commits)
    };
    let cut = if truncated { "; more was left out by the limits" } else { "" };
    format!("{records} records, {excerpts} excerpts at commit {} ({landed}{stale}){cut}", resolution.commit.short())
}

pub fn grep(repo: &Path, args: &GrepArgs) -> Outcome {
    let memory = open_indexed(repo)?;
    let question = LocalGrep {
        pattern: args.pattern.clone(),
        regex: args.regex,
        ignore_case: args.ignore_case,
        paths: args.paths.clone(),
        max_matches: args.max_matches,
        context: args.context,
    };
    let found = memory.grep(&question, &at(&args.at)?)?;
    if args.json {
        let lines: Vec<_> = found.matches.iter().map(grep_json).collect();
        print_json(&json!({"commit": found.resolution.commit, "totalMatches": found.total, "matches": lines}))?;
    } else {
        print(&grep_text(&found.matches, args.context > 0))?;
        let left_out = found.total - found.matches.len();
        if left_out > 0 {
            eprintln!("{left_out} more matching lines were left out: raise --max-matches");
        }
    }
    Ok(Verdict::from_yes(found.total > 0))
}

fn grep_json(line: &GrepLine) -> Value {
    let columns = |(from, to): &(usize, usize)| {
        let column = |byte: usize| line.text.char_indices().take_while(|(at, _)| *at < byte).count() + 1;
        json!([column(*from), column(*to)])
    };
    let spans: Vec<Value> = line.spans.iter().map(columns).collect();
    json!({"path": line.path, "line": line.line, "text": line.text, "columns": spans, "before": line.before, "after": line.after})
}

fn grep_text(matches: &[GrepLine], context: bool) -> String {
    let mut out = String::new();
    for (n, line) in matches.iter().enumerate() {
        if context && n > 0 {
            out.push_str("--\n");
        }
        let path = show::safe(&line.path);
        let first = line.line - line.before.len() as u32;
        for (at, text) in line.before.iter().enumerate() {
            let _ = writeln!(out, "{path}-{}-{}", first + at as u32, show::safe(text));
        }
        let _ = writeln!(out, "{path}:{}:{}", line.line, show::safe(&line.text));
        for (at, text) in line.after.iter().enumerate() {
            let _ = writeln!(out, "{path}-{}-{}", line.line + 1 + at as u32, show::safe(text));
        }
    }
    out
}

pub fn show(repo: &Path, name: &str, at_args: &AtArgs, json: bool) -> Outcome {
    let memory = open_indexed(repo)?;
    let document = memory.show(name, &at(at_args)?)?;
    if json {
        print_json(&wire::DocumentAnswer::new("local", Some(memory.name().to_owned()), document))?;
    } else {
        print(&document_text(&document))?;
    }
    Ok(Verdict::Yes)
}

fn document_text(document: &Document) -> String {
    let mut out = show::safe_lines(&document.text);
    if !out.ends_with('\n') {
        out.push('\n');
    }
    for (kind, from) in &document.incoming {
        let _ = writeln!(out, "# {} {} this", show::safe(from), show::safe(kind));
    }
    out
}

pub fn diff(repo: &Path, args: &DiffArgs) -> Outcome {
    let side = |text: &str| -> Result<RefRequest, EngineError> {
        let Some(time) = text.strip_prefix('@').filter(|t| !t.is_empty()) else {
            return Ok(RefRequest { requested: Some(text.to_owned()), ..RefRequest::default() });
        };
        let moment = when::read(time, SystemClock.now()).map_err(|e| EngineError::new(Code::BadTimestamp, e))?;
        Ok(RefRequest { requested_at: Some(moment.to_string()), ..RefRequest::default() })
    };
    let to = args.to.as_deref().map_or_else(|| Ok(RefRequest::default()), side)?;
    let diff = open(repo)?.diff(&side(&args.from)?, &to, args.full, &args.paths)?;
    if args.json {
        print_json(&diff.json)?;
    } else {
        print(&show::safe_lines(&diff.text))?;
    }
    Ok(Verdict::Yes)
}

pub fn history(repo: &Path, name: &str, at_args: &AtArgs, limit: usize, json: bool) -> Outcome {
    let versions = open(repo)?.history(name, &at(at_args)?, limit)?;
    if json {
        print_json(&versions)?;
    } else {
        print(&versions.iter().map(history_text).collect::<String>())?;
    }
    Ok(Verdict::from_yes(!versions.is_empty()))
}

fn history_text(v: &HistoryLine) -> String {
    let approved =
        if v.approvers.is_empty() { String::new() } else { format!(", approved by {}", v.approvers.join(", ")) };
    let update = v.update.as_deref().map(|u| format!(" {u}")).unwrap_or_default();
    format!(
        "{} {} {} {}\n    {}{}{}\n",
        v.commit.short(),
        v.landed_at,
        show::safe(&v.change),
        show::safe(&v.path),
        show::safe(&v.subject),
        show::safe(&update),
        { format!(" by {}{}", show::safe(&v.author), show::safe(&approved)) }
    )
}

pub fn resolve_ref(
    repo: &Path,
    requested: Option<String>,
    at_args: &AtArgs,
    approved: bool,
    valid: bool,
    json: bool,
) -> Outcome {
    let mut request = at(at_args)?;
    if requested.is_some() && (request.requested.is_some() || request.requested_at.is_some()) {
        return Err(EngineError::new(
            Code::BadRequest,
            "name the commit once: as an argument, or by --rev, --at or --snapshot",
        ));
    }
    request.requested = request.requested.or(requested);
    request.require_approved_commit = approved;
    request.require_valid_ontology = valid;
    let memory = open_indexed(repo)?;
    let resolution = memory.resolve(&request)?;
    if json {
        print_json(&wire::Resolved {
            memory_repository: memory.name().to_owned(),
            ..wire::Resolved::local("local", resolution)
        })?;
    } else {
        print(&format!("{}\n", resolution.commit))?;
        eprintln!("{}", foot(&resolution, 0, 0, false).replace("0 records, 0 excerpts at ", ""));
    }
    Ok(Verdict::Yes)
}

pub fn index(repo: &Path, rebuild: bool, verify: bool, json: bool) -> Outcome {
    let memory = open(repo)?;
    let report = progress::with_bar("indexing", |p| memory.index(rebuild, p))?;
    let problems = if verify { memory.verify_index()? } else { Vec::new() };
    if json {
        print_json(&json!({"index": report, "verified": verify, "problems": problems}))?;
    } else {
        eprintln!(
            "{} commits indexed ({} now), {} entries in {} files at the tip",
            report.commits, report.added, report.entries, report.files
        );
        print(&problems.iter().map(|p| format!("{}\n", show::safe(p))).collect::<String>())?;
    }
    Ok(Verdict::from_yes(problems.is_empty()))
}
