//! What a command of a task printed: in its result, or in files that the result refers to.

use super::super::look;
use super::super::parse::TOO_LONG;
use super::super::telling::Telling;
use super::super::text::tail;
use super::layout::Layout;
use super::refs::{Leads, resolve};
use crate::ingest::ProblemKind;
use serde_json::Value;
use std::io::{self, Read};

/// So many bytes at the end of an output are read: what is kept of it, and enough before to know a secret that begins there.
const LAST: u64 = 512 << 10;

/// The end of what was printed; of a failure the errors last.
pub(super) fn printed(
    layout: &Layout<'_>,
    root: Option<&str>,
    result: &Value,
    ok: Option<bool>,
    telling: &mut Telling<'_>,
) -> io::Result<String> {
    let out = stream(layout, root, result, ["stdout", "stdoutRef"], telling)?;
    let errors = stream(layout, root, result, ["stderr", "stderrRef"], telling)?;
    Ok(match (ok, errors.trim().is_empty()) {
        (Some(true), _) | (_, true) => tail(&out),
        _ => tail(&format!("{out}\n{errors}")),
    }
    .trim_start()
    .to_owned())
}

fn stream(
    layout: &Layout<'_>,
    root: Option<&str>,
    result: &Value,
    [inline, by_ref]: [&str; 2],
    telling: &mut Telling<'_>,
) -> io::Result<String> {
    let places = [Some(result), result.get("result"), result.get("value")];
    for place in places.into_iter().flatten() {
        if let Some(text) = look::text(place, &[inline]) {
            return Ok(text.to_owned());
        }
        if let Some(reference) = look::text(place, &[by_ref]) {
            return follow(layout, root, reference, telling);
        }
    }
    Ok(String::new())
}

fn follow(layout: &Layout<'_>, root: Option<&str>, reference: &str, telling: &mut Telling<'_>) -> io::Result<String> {
    let path = match resolve(reference, root) {
        Leads::Inside(path) if layout.file(&path).is_some() => path,
        Leads::Inside(_) => {
            telling.problem(ProblemKind::Missing, "a reference leads to a file that is not there");
            return Ok(String::new());
        }
        Leads::Outside => {
            telling.problem(ProblemKind::OutsideRun, "a reference leaves the run and is not followed");
            return Ok(String::new());
        }
    };
    let here = telling.here();
    let mut part = layout.open(&path, telling)?;
    let mut bytes = Vec::new();
    if part.keep_last(LAST) {
        telling.problem(TOO_LONG.kind, "only the end of an output is read");
    }
    part.take(LAST).read_to_end(&mut bytes)?;
    let text = telling.screened(&String::from_utf8_lossy(&bytes));
    telling.return_to(here);
    Ok(text)
}
