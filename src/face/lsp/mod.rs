//! The language server: an editor's requests over standard input and output, answered from its unsaved text.
//!
//! One thread reads messages, one answers them in order. What an editor has sent meanwhile is taken first: findings
//! are worked out when nothing waits, so that fast typing costs one validation and not one for each key.

mod actions;
mod answers;
mod diagnostics;
mod documents;
mod messages;
mod position;
mod queue;
mod server;
mod start;
mod uri;
mod wire;
mod workspace;

pub use server::serve;
