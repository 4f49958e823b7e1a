//! `lorekeep lsp`.

use super::{Outcome, Verdict};
use crate::engine::{Code, EngineError};
use crate::face::lsp::serve;

/// Serves the editor at the other end of standard input and output.
pub fn run() -> Outcome {
    let ended = serve(std::io::stdin(), &mut std::io::stdout());
    let gone = |error| EngineError::new(Code::Unavailable, format!("the editor cannot be answered: {error}"));
    ended.map(Verdict::from_yes).map_err(gone)
}
