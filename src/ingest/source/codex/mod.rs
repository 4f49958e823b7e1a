//! Sessions of Codex: JSON lines `{timestamp, type, payload}`, or bare items in old ones.

mod calling;
mod copied;
mod light;
mod output;
mod session;
mod twice;

use super::lines::{Line, Lines};
use super::parse::TOO_LONG;
use super::telling::Telling;
use super::{ReadError, Source, parse};
use crate::ingest::{Bundle, RunHead, SourceKind};
use serde_json::Value;
use session::Session;

/// So many lines at the beginning say what a file is.
const LOOKED_AT: u64 = 10;
/// The types that a line has.
const LINES: &[&str] = &["session_meta", "response_item", "turn_context", "event_msg", "compacted"];

/// Sessions of Codex.
pub(super) struct Codex;

impl Source for Codex {
    fn kind(&self) -> SourceKind {
        SourceKind::CodexSession
    }

    fn fits(&self, bundle: &Bundle) -> bool {
        sessions(bundle).any(|path| begins_like_one(bundle, path))
    }

    fn read(&self, bundle: &Bundle, telling: &mut Telling<'_>) -> Result<RunHead, ReadError> {
        let mut session = Session::default();
        let mut any = false;
        for path in sessions(bundle) {
            any = true;
            telling.begin_file(path);
            session.begin_file(path);
            let mut lines = Lines::new(bundle.open(path)?);
            while let Some((number, line)) = lines.next()? {
                telling.begin_line(number);
                match line {
                    Line::TooLong => telling.unfit(TOO_LONG),
                    Line::Whole(b"") => {}
                    Line::Whole(line) => {
                        if let Some(value) = telling.lightened(line, light::drop_unused) {
                            session.line(&value, telling);
                        }
                    }
                }
            }
            session.end_file(telling);
        }
        if any { Ok(session.finish()) } else { Err(ReadError::NotThere("session file (`rollout-NAME.jsonl`)")) }
    }
}

fn sessions(bundle: &Bundle) -> impl Iterator<Item = &str> {
    bundle.files().map(|file| file.path.as_str()).filter(|path| path.ends_with(".jsonl"))
}

fn begins_like_one(bundle: &Bundle, path: &str) -> bool {
    let Ok(file) = bundle.open(path) else { return false };
    let mut lines = Lines::new(file);
    while let Ok(Some((number, line))) = lines.next() {
        if let Line::Whole(line) = line
            && let Ok(value) = parse::json(line)
            && is_one(&value)
        {
            return true;
        }
        if number >= LOOKED_AT {
            break;
        }
    }
    false
}

fn is_one(line: &Value) -> bool {
    let kind = line.get("type").and_then(Value::as_str);
    let wrapped = line.get("payload").is_some() && kind.is_some_and(|kind| LINES.contains(&kind));
    let bare = line.get("record_type").is_some() || (line.get("instructions").is_some() && line.get("id").is_some());
    wrapped || bare
}
