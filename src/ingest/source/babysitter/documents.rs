//! The texts that a run wrote for people, and what else it made.

use super::super::telling::Telling;
use super::layout::Layout;
use crate::ingest::{Artifact, DocumentKind, Moment};
use std::io;

/// Files of a task that are read, and so are no artifacts.
const READ: &[&str] = &["task.json", "result.json", "input.json"];

/// Tells the texts.
pub(super) fn tell(layout: &Layout<'_>, telling: &mut Telling<'_>) -> io::Result<()> {
    let texts: Vec<_> = layout.files().filter_map(|(path, _)| Some((path, kind_of_text(path)?))).collect();
    for (path, kind) in texts {
        if let Some(bytes) = layout.bytes(path, telling)? {
            telling.document(kind, &bytes);
        }
    }
    Ok(())
}

fn kind_of_text(path: &str) -> Option<DocumentKind> {
    let lower = path.to_ascii_lowercase();
    let text = lower.strip_suffix(".md")?;
    match text {
        "memory" => Some(DocumentKind::MemoryMd),
        "retrospective" | "retrospectives" => Some(DocumentKind::Retrospective),
        "session" | "session-summary" | "session_summary" | "summary" => Some(DocumentKind::SessionSummary),
        _ if lower.starts_with("retrospectives/") => Some(DocumentKind::Retrospective),
        _ => None,
    }
}

/// Tells names, sizes and digests of what the run made.
pub(super) fn tell_artifacts(layout: &Layout<'_>, telling: &mut Telling<'_>) {
    for (path, file) in layout.files() {
        if let Some(kind) = kind_of_artifact(path) {
            let name = telling.name(path);
            let (kind, size, digest) = (kind.to_owned(), file.size, file.digest.clone());
            telling.tell(Moment::Artifact(Artifact { name, kind, size, digest }));
        }
    }
}

fn kind_of_artifact(path: &str) -> Option<&'static str> {
    let (folder, inner) = path.split_once('/')?;
    let name = inner.rsplit('/').next().unwrap_or(inner);
    match folder {
        "blobs" => Some("blob"),
        "artifacts" => Some("artifact"),
        "orphaned" => Some("orphaned"),
        "tasks" if READ.contains(&name) => None,
        "tasks" if name.starts_with("stdout") || name.starts_with("stderr") || name.ends_with(".log") => Some("log"),
        "tasks" => Some("output"),
        _ => None,
    }
}
