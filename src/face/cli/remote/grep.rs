//! `lorekeep grep` against a server: a query for lines, printed as those of a repository at hand are.

use super::client::{Answer, Client};
use super::reads::Place;
use super::updates::raw;
use crate::base::CommitId;
use crate::engine::{GrepLine, Introduced};
use crate::face::cli::args::GrepArgs;
use crate::face::cli::show::plural;
use crate::face::cli::{Outcome, Verdict, answers, print};
use crate::face::wire::{Excerpt, GraphBody, GrepBody, LimitsBody, LinesOrigin, QueryAnswer, QueryBody, QuestionBody};
use std::collections::BTreeMap;

/// The most matching lines, and bytes of text, that a server gives.
const MOST_MATCHES: usize = 1_000;
const MOST_BYTES: usize = 4 << 20;

pub fn run(client: &Client<'_>, args: GrepArgs) -> Outcome {
    let (json, context, origin, most) = (args.json, args.context, args.origin, args.max_matches);
    let answer: Answer<QueryAnswer> = client.post(&client.memory("query"), &body(client, args)?)?;
    let total = answer.value.plan.total_matches;
    if json {
        raw(&answer)?;
    } else {
        let mut lines = lines(&answer.value.excerpts, context);
        lines.truncate(most.unwrap_or(usize::MAX));
        print(&answers::grep_text(&lines, context > 0, origin))?;
        let left_out = total.saturating_sub(lines.len());
        if left_out > 0 {
            eprintln!("{} left out: name a --path, or raise --max-matches", plural(left_out, "matching line"));
        }
    }
    Ok(Verdict::from_yes(total > 0))
}

/// The server chooses the best lines, and here the first ones are wanted: where it is not its own answer that is
/// printed, as many as it gives are asked for.
fn body(client: &Client<'_>, args: GrepArgs) -> Result<QueryBody, crate::engine::EngineError> {
    let at = Place::of(&args.at)?;
    let grep = GrepBody {
        pattern: Some(args.pattern),
        regex: args.regex,
        case_sensitive: !args.ignore_case,
        paths: args.paths,
        max_matches: Some(args.max_matches.filter(|_| args.json).unwrap_or(MOST_MATCHES)),
        include_line_context: Some(args.context > 0),
        context_lines: Some(args.context),
        include_origins: args.origin,
        ..GrepBody::default()
    };
    let query = QuestionBody {
        query_mode: Some("grep-only".to_owned()),
        graph: GraphBody { include_archived: true, ..GraphBody::default() },
        grep,
        ..QuestionBody::default()
    };
    Ok(QueryBody {
        memory_repository: client.server.repository.clone(),
        requested_ref: at.rev,
        requested_at: at.time,
        snapshot: at.snapshot,
        query,
        limits: LimitsBody { max_bytes: Some(MOST_BYTES), max_records: None },
        ..QueryBody::default()
    })
}

/// The matching lines of excerpts in (path, line) order, each with the lines around it.
fn lines(excerpts: &[Excerpt], context: usize) -> Vec<GrepLine> {
    let mut texts: BTreeMap<(&str, u32), &str> = BTreeMap::new();
    let mut matching: BTreeMap<(&str, u32), Option<&LinesOrigin>> = BTreeMap::new();
    for excerpt in excerpts {
        let path = excerpt.path.as_str();
        for (line, text) in (excerpt.line_start..=excerpt.line_end).zip(excerpt.text.split('\n')) {
            texts.insert((path, line), text.trim_end_matches('\r'));
        }
        let origin = |line: u32| {
            excerpt.origins.iter().flatten().find(|origin| (origin.line_start..=origin.line_end).contains(&line))
        };
        matching.extend(excerpt.matches.iter().map(|[line, ..]| ((path, *line), origin(*line))));
    }
    let text = |path: &str, line: u32| texts.get(&(path, line)).map(|text| (*text).to_owned());
    let one = |((path, line), origin): ((&str, u32), Option<&LinesOrigin>)| {
        let mut before: Vec<String> = (1..line).rev().take(context).map_while(|line| text(path, line)).collect();
        before.reverse();
        let after = (line + 1..).take(context).map_while(|line| text(path, line)).collect();
        let (path, text) = (path.to_owned(), text(path, line).unwrap_or_default());
        GrepLine { path, line, text, spans: Vec::new(), before, after, introduced: origin.and_then(introduced) }
    };
    matching.into_iter().map(one).collect()
}

fn introduced(origin: &LinesOrigin) -> Option<Introduced> {
    let commit = CommitId::parse(origin.commit.as_deref()?).ok()?;
    Some(Introduced { commit, update: origin.update.clone(), approvers: origin.approvers.clone() })
}
