//! The outside world: command line, HTTP, git hooks; wire types; one error table.

// pub mod cli;
pub mod hook;
pub mod http;
