//! Sessions of Claude Code: a JSON line for each message, those of subagents in files beside it.

mod answer;
mod asked;
mod session;
mod spent;
mod tools;

use super::lines::{Line, Lines};
use super::parse::TOO_LONG;
use super::telling::Telling;
use super::{ReadError, Source, parse};
use crate::ingest::{Artifact, Bundle, Moment, RunHead, SourceKind};
use session::Session;

/// So many lines at the beginning say what a file is.
const LOOKED_AT: u64 = 40;

/// Sessions of Claude Code.
pub(super) struct Claude;

impl Source for Claude {
    fn kind(&self) -> SourceKind {
        SourceKind::ClaudeCodeSession
    }

    fn fits(&self, bundle: &Bundle) -> bool {
        sessions(bundle).iter().any(|path| begins_like_one(bundle, path))
    }

    fn read(&self, bundle: &Bundle, telling: &mut Telling<'_>) -> Result<RunHead, ReadError> {
        let paths = sessions(bundle);
        if paths.is_empty() {
            return Err(ReadError::NotThere("session file (`NAME.jsonl`)"));
        }
        let mut session = Session::default();
        for path in paths {
            telling.begin_file(path);
            session.begin_file(path, path.contains("subagents/"));
            let mut lines = Lines::new(bundle.open(path)?);
            while let Some((number, line)) = lines.next()? {
                telling.begin_line(number);
                match line {
                    Line::TooLong => telling.unfit(TOO_LONG),
                    Line::Whole(b"") => {}
                    Line::Whole(line) => {
                        if let Some(value) = telling.json(line) {
                            session.line(value, telling);
                        }
                    }
                }
            }
            session.end_file(telling);
        }
        tell_results(bundle, telling);
        Ok(session.finish())
    }
}

/// The files of a session: its own first, then those of its subagents.
fn sessions(bundle: &Bundle) -> Vec<&str> {
    let lines = bundle.files().map(|file| file.path.as_str()).filter(|path| path.ends_with(".jsonl"));
    let (aside, mut own): (Vec<_>, Vec<_>) = lines.partition(|path| path.contains("subagents/"));
    own.extend(aside);
    own
}

fn begins_like_one(bundle: &Bundle, path: &str) -> bool {
    let Ok(file) = bundle.open(path) else { return false };
    let mut lines = Lines::new(file);
    while let Ok(Some((number, line))) = lines.next() {
        if let Line::Whole(line) = line
            && let Ok(value) = parse::json(line)
            && value.get("payload").is_none()
            && ["sessionId", "leafUuid", "parentUuid"].iter().any(|key| value.get(key).is_some())
        {
            return true;
        }
        if number >= LOOKED_AT {
            break;
        }
    }
    false
}

/// Large results that were put into files of their own.
fn tell_results(bundle: &Bundle, telling: &mut Telling<'_>) {
    for file in bundle.files().filter(|file| file.path.contains("tool-results/")) {
        let (name, kind) = (telling.name(&file.path), "tool-result".to_owned());
        telling.tell(Moment::Artifact(Artifact { name, kind, size: file.size, digest: file.digest.clone() }));
    }
}
