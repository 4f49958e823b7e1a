//! `lorekeep context`.

use super::answers::commit_text;
use super::args::AtArgs;
use super::show::plural;
use super::{Outcome, Verdict, at, memory, print, print_json};
use crate::engine::{Answer, Ask, EngineError, GraphQuestion, GrepQuestion, QueryLimits, Question, USUAL_TOKENS};
use crate::face::wire;
use clap::Args;
use std::path::Path;

/// What is asked, and how large the section may be.
#[derive(Debug, Args)]
pub struct ContextArgs {
    /// What to look for; may be left out with filters.
    pub text: Option<String>,
    /// How many tokens the section is at most, by an estimate that asks no model.
    #[arg(long, default_value_t = USUAL_TOKENS, value_name = "N")]
    pub max_tokens: usize,
    /// Only records of this kind.
    #[arg(long = "kind", value_name = "K")]
    pub kinds: Vec<String>,
    /// Only lines in these paths.
    #[arg(long = "path", value_name = "GLOB")]
    pub paths: Vec<String>,
    /// Takes this record or path, whatever its rank.
    #[arg(long = "select", value_name = "ID")]
    pub select: Vec<String>,
    /// Prefers what is linked with this record.
    #[arg(long = "associate", value_name = "ID")]
    pub associations: Vec<String>,
    /// How many edges to follow, 0 to 4.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub depth: u8,
    /// How many records at most.
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub limit: usize,
    /// Prints exactly the API's answer.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub at: AtArgs,
}

pub fn run(repo: &Path, args: ContextArgs) -> Outcome {
    let memory = memory::open_indexed(repo, &at(&args.at)?)?;
    let json = args.json;
    let answer = memory.query(&ask(args)?)?;
    let found = Verdict::from_yes(!answer.outcome.records.is_empty() || !answer.outcome.excerpts.is_empty());
    if json {
        print_json(&wire::ContextAnswer::from(answer))?;
    } else {
        print(answer.outcome.prompt.as_ref().map_or("", |section| &section.text))?;
        eprintln!("{}", foot(&answer));
    }
    Ok(found)
}

fn ask(args: ContextArgs) -> Result<Ask, EngineError> {
    let graph = GraphQuestion { kinds: args.kinds, edge_depth: args.depth, ..GraphQuestion::default() };
    let question = Question {
        text: args.text,
        select: args.select,
        associations: args.associations,
        graph,
        grep: GrepQuestion { paths: args.paths, ..GrepQuestion::default() },
        ..Question::default()
    };
    Ok(Ask {
        at: at(&args.at)?,
        question,
        limits: QueryLimits { max_records: args.limit, ..QueryLimits::default() },
        render_prompt: true,
        max_tokens: Some(args.max_tokens),
        ..Ask::default()
    })
}

fn foot(answer: &Answer) -> String {
    let outcome = &answer.outcome;
    let tokens = outcome.prompt.as_ref().map_or(0, |section| section.tokens);
    let (records, excerpts) = (plural(outcome.records.len(), "record"), plural(outcome.excerpts.len(), "excerpt"));
    let cut = if outcome.limits.truncated { "; more was left out by the limits" } else { "" };
    format!("{records}, {excerpts}, about {} at {}{cut}", plural(tokens, "token"), commit_text(&answer.resolution))
}
