//! The open documents, as the editor has them.

use super::position::{Encoding, Lines};
use crate::base::RepoPath;
use gen_lsp_types::TextDocumentContentChangeEvent as Change;

/// An open document.
#[derive(Debug)]
pub struct Document {
    /// Its URI, as the editor writes it.
    pub uri: String,
    /// The editor's number of this text.
    pub version: i32,
    /// The text.
    pub text: String,
    /// Its place in a memory: which one, and the path; `None` for what belongs to none.
    pub home: Option<(usize, RepoPath)>,
}

impl Document {
    /// Takes changes, one after the other.
    pub fn change(&mut self, changes: Vec<Change>, encoding: Encoding) {
        for change in changes {
            match change {
                Change::TextDocumentContentChangeWholeDocument(whole) => self.text = whole.text,
                Change::TextDocumentContentChangePartial(part) => {
                    let span = Lines::new(&self.text, encoding).span(part.range);
                    self.text.replace_range(span.start..span.end, &part.text);
                }
            }
        }
    }
}
