//! The formats of runs, one module each behind one trait.
//!
//! A source is read as a stream: memory is bounded whatever its size. Every text and structure passes the scrubber right behind the
//! parser, before anything looks at what it says; what is wrong with a part of it is told as a problem, and the rest is read.

mod babysitter;
mod calls;
mod claude;
mod codex;
mod lines;
mod look;
mod named;
mod parse;
mod patch;
mod paths;
mod telling;
mod text;
mod when;

use super::{Bundle, Counts, Moment, Problem, RunHead, SourceKind, SourceRef};
use crate::screen::Scrubber;
use std::io;
use telling::Telling;

/// The formats, in the order in which a bundle is tried for them.
static SOURCES: &[&dyn Source] = &[&babysitter::Babysitter, &codex::Codex, &claude::Claude];

/// A format of runs.
trait Source: Sync {
    /// Its name.
    fn kind(&self) -> SourceKind;
    /// Whether a bundle looks like one.
    fn fits(&self, bundle: &Bundle) -> bool;
    /// Tells what happened, in order, and what is to be said of the whole.
    fn read(&self, bundle: &Bundle, telling: &mut Telling<'_>) -> Result<RunHead, ReadError>;
}

/// Why a bundle cannot be read as a kind of source.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no file of that kind in it.
    #[error("there is no {0} in what was given")]
    NotThere(&'static str),
    /// A file of it could not be read.
    #[error("the source could not be read: {0}")]
    Io(#[from] io::Error),
}

/// What a bundle looks like.
pub fn detect(bundle: &Bundle) -> Option<SourceKind> {
    SOURCES.iter().find(|source| source.fits(bundle)).map(|source| source.kind())
}

/// Tells what happened in a run, one moment after the other, each screened.
pub fn read(
    bundle: &Bundle,
    kind: SourceKind,
    scrubber: &mut Scrubber,
    sink: &mut dyn FnMut(Moment),
) -> Result<(RunHead, Counts), ReadError> {
    let source = SOURCES.iter().find(|source| source.kind() == kind).expect("each kind has a source");
    let mut telling = Telling::new(bundle, scrubber, sink);
    for Problem { kind, at: SourceRef { file, line }, message } in bundle.problems() {
        let file = telling.name(file);
        telling.tell(Moment::Problem(Problem {
            kind: *kind,
            at: SourceRef { file, line: *line },
            message: message.clone(),
        }));
    }
    let head = source.read(bundle, &mut telling)?;
    Ok((head, telling.finish()))
}
