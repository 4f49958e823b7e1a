//! Many imports, one after the other: a failure of one does not stop the others, and a table at the end says what became of
//! them.

use super::args::ImportArgs;
use super::find::{self, Source};
use crate::base::Clock;
use crate::base::Timestamp;
use crate::base::time::SystemClock;
use crate::engine::{Code, EngineError};
use crate::face::cli::show::safe;
use crate::face::cli::{Verdict, print, print_json, progress, when};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

/// What became of one of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is imported, or would be.
    Imported,
    /// It was imported before.
    Unchanged,
    /// It has not ended.
    Active,
    /// It was not imported.
    Failed,
}

/// One of many imports.
pub struct Row {
    pub path: String,
    pub state: State,
    /// What is told of it as JSON.
    pub told: Value,
    /// Why it was not imported.
    pub reason: Option<String>,
}

/// Imports all that is below a folder, and tells what became of each. The verdict is no where any failed.
pub fn each(
    folder: &Path,
    args: &ImportArgs,
    mut import: impl FnMut(&Path) -> Result<(State, Value), EngineError>,
) -> Result<(Vec<Row>, Verdict), EngineError> {
    let sources = sources(folder, args)?;
    let rows: Vec<Row> = progress::with_bar("importing", |progress| {
        let mut rows = Vec::new();
        for (n, source) in sources.iter().enumerate() {
            progress(n, sources.len());
            let shown = source.path.strip_prefix(folder).unwrap_or(&source.path).display().to_string();
            rows.push(row(shown, import(&source.path)));
        }
        rows
    });
    let failed = rows.iter().any(|row| row.state == State::Failed);
    Ok((rows, Verdict::from_yes(!failed)))
}

/// Prints what became of many imports, and what more there is to say.
pub fn tell(rows: &[Row], json: bool, more: &Value, text: &str) -> Result<(), EngineError> {
    if json {
        let items: Vec<Value> = rows.iter().map(Row::json).collect();
        let mut all = json!({"imports": items, "summary": summary(rows)});
        for (name, value) in more.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        return print_json(&all);
    }
    print(&(table(rows) + text))
}

fn sources(folder: &Path, args: &ImportArgs) -> Result<Vec<Source>, EngineError> {
    let since = args.since.as_deref().map(since).transpose()?;
    let failed = |e| EngineError::new(Code::BadRequest, format!("{} cannot be looked through: {e}", folder.display()));
    let mut sources = find::below(folder).map_err(failed)?;
    sources.retain(|source| since.is_none_or(|since| source.changed >= since));
    Ok(sources)
}

/// A time; a date means its first second.
fn since(text: &str) -> Result<Timestamp, EngineError> {
    if let Ok(moment) = Timestamp::parse(&format!("{}T00:00:00Z", text.trim())) {
        return Ok(moment);
    }
    when::read(text, SystemClock.now()).map_err(|e| EngineError::new(Code::BadTimestamp, e))
}

fn row(path: String, done: Result<(State, Value), EngineError>) -> Row {
    match done {
        Ok((state, told)) => Row { path, state, told, reason: None },
        Err(error) => {
            let state = if error.code == Code::RunActive { State::Active } else { State::Failed };
            Row { path, state, told: json!({"code": error.code.as_str()}), reason: Some(error.message) }
        }
    }
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Imported => "imported",
            Self::Unchanged => "unchanged",
            Self::Active => "active",
            Self::Failed => "failed",
        }
    }
}

impl Row {
    fn json(&self) -> Value {
        let mut all = json!({"path": self.path, "state": self.state.name(), "reason": self.reason});
        for (name, value) in self.told.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        all
    }
}

const STATES: [(State, &str); 4] = [
    (State::Imported, ""),
    (State::Unchanged, "were imported before"),
    (State::Active, "skipped: they have not ended (--allow-active imports them)"),
    (State::Failed, ""),
];

fn summary(rows: &[Row]) -> Value {
    STATES.iter().map(|(state, _)| (state.name().to_owned(), json!(count(rows, *state)))).collect()
}

fn count(rows: &[Row], state: State) -> usize {
    rows.iter().filter(|row| row.state == state).count()
}

/// What was not imported with its reason, then a line for each state.
fn table(rows: &[Row]) -> String {
    let mut out = String::new();
    for row in rows {
        if let Some(reason) = row.reason.as_deref() {
            let _ = writeln!(out, "{}  {}: {}", row.state.name(), safe(&row.path), safe(reason));
        }
    }
    if rows.is_empty() {
        out.push_str("there is no run and no session below this folder\n");
    }
    for (state, note) in STATES {
        let _ = writeln!(out, "{}", format!("{:9} {:>6}  {note}", state.name(), count(rows, state)).trim_end());
    }
    out
}
