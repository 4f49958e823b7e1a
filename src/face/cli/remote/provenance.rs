//! Where memory comes from and where it went, asked of a server: history, diff, blame, bisect, impact, signers.

use super::YES;
use super::client::{Answer, Client, escaped};
use super::reads::query_of;
use super::updates::raw;
use crate::engine::EngineError;
use crate::face::cli::args::{AtArgs, DiffArgs};
use crate::face::cli::provenance::{BisectArgs, BlameArgs, ImpactArgs, bisect_text, blame_text, impact_text};
use crate::face::cli::{Outcome, Verdict, answers, memory, print};
use crate::face::wire::{
    BisectAnswer, BlameAnswer, DiffAnswer, DiffBody, DiffCommit, DiffLimits, DiffSide, HistoryAnswer, ImpactAnswer,
    Signers,
};

/// How many snapshots a page of an impact is looked for in.
const IMPACT_PAGE: usize = 200;

pub fn history(client: &Client<'_>, name: &str, at: &AtArgs, limit: usize, json: bool) -> Outcome {
    let mut query = query_of(client, at)?;
    query.push(("limit", limit.to_string()));
    let path = client.memory(&format!("records/{}/history", escaped(name)));
    let answer: Answer<HistoryAnswer> = client.get(&path, &query)?;
    if json {
        raw(&answer)?;
    } else {
        print(&answer.value.items.iter().map(answers::history_text).collect::<String>())?;
    }
    Ok(Verdict::from_yes(!answer.value.items.is_empty()))
}

pub fn diff(client: &Client<'_>, args: DiffArgs) -> Outcome {
    let body = DiffBody {
        organization: None,
        memory_repository: client.server.repository.clone(),
        from: side(args.from)?,
        to: args.to.map(side).transpose()?,
        paths: args.paths,
        mode: args.full.then(|| "full".to_owned()),
    };
    let answer: Answer<DiffAnswer> = client.post(&client.memory("diff"), &body)?;
    if args.json {
        return raw(&answer);
    }
    let changes = &answer.value.changes;
    print(&answers::diff_text(changes))?;
    let DiffLimits { truncated, omitted_files, omitted_records, omitted_edges } = changes.limits;
    if truncated {
        eprintln!(
            "left out: {omitted_files} files, {omitted_records} records, {omitted_edges} edges; name a --path, or nearer commits"
        );
    }
    YES
}

fn side(text: String) -> Result<DiffSide, EngineError> {
    Ok(match memory::moment(&text)? {
        Some(at) => DiffSide::Commit(DiffCommit { at: Some(at), ..DiffCommit::default() }),
        None => DiffSide::Name(text),
    })
}

pub fn blame(client: &Client<'_>, args: BlameArgs) -> Outcome {
    let mut query = query_of(client, &args.at)?;
    query.push(("path", args.path));
    query.extend(args.lines.map(|lines| ("lines", lines)));
    let answer: Answer<BlameAnswer> = client.get(&client.memory("blame"), &query)?;
    if args.json { raw(&answer) } else { print(&blame_text(&answer.value)).and(YES) }
}

pub fn bisect(client: &Client<'_>, args: BisectArgs) -> Outcome {
    let json = args.json;
    let asked = args.params();
    let asked = [
        ("memoryRepository", client.server.repository.clone()),
        ("query", Some(asked.query)),
        ("expect", Some(asked.expect)),
        ("rank", asked.rank.map(|rank| rank.to_string())),
        ("good", asked.good),
        ("bad", asked.bad),
    ];
    let answer: Answer<BisectAnswer> = client.get(&client.memory("bisect"), &given(asked))?;
    if json { raw(&answer) } else { print(&bisect_text(&answer.value)).and(YES) }
}

/// Prints every page, and as JSON one of them.
pub fn impact(client: &Client<'_>, args: ImpactArgs) -> Outcome {
    let asked = [
        ("memoryRepository", client.server.repository.clone()),
        ("commit", args.of.commit),
        ("update", args.of.update),
        ("record", args.of.record),
        ("limit", Some(IMPACT_PAGE.to_string())),
    ];
    let (asked, mut cursor, mut found) = (given(asked), args.cursor, false);
    loop {
        let query: Vec<_> = asked.iter().cloned().chain(cursor.map(|cursor| ("cursor", cursor))).collect();
        let answer: Answer<ImpactAnswer> = client.get(&client.memory("impact"), &query)?;
        found |= !answer.value.items.is_empty();
        if args.json {
            raw(&answer)?;
            break;
        }
        print(&impact_text(&answer.value))?;
        cursor = answer.value.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok(Verdict::from_yes(found))
}

pub fn signers(client: &Client<'_>, json: bool) -> Outcome {
    let answer: Answer<Signers> = client.get(&client.memory("signers"), &[])?;
    if json { raw(&answer) } else { print(&answer.value.allowed_signers).and(YES) }
}

/// The parameters that have a value.
pub(super) fn given<const N: usize>(asked: [(&'static str, Option<String>); N]) -> Vec<(&'static str, String)> {
    asked.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
