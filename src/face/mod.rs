//! The outside world: command line, HTTP, git hooks, editors; wire types; one error table.

pub mod cli;
pub mod errors;
pub mod http;
pub mod lsp;
pub mod wire;
