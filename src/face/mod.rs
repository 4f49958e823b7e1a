//! The outside world: command line, HTTP, git hooks; wire types; one error table.

pub mod cli;
pub mod errors;
pub mod http;
pub mod wire;
