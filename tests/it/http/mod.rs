//! The HTTP face: its wire types, its error table, and the server on a loopback port.

#![allow(clippy::unwrap_used, reason = "a test that unwraps in vain fails, and says where")]

mod access;
mod bodies;
mod codes;
mod context;
mod description;
mod errors;
mod git;
mod graph;
mod headers;
mod history;
mod imports;
mod log;
mod memory;
mod once;
mod open;
mod reports;
mod server;
mod snapshots;
mod superseding;
mod watch;
mod wire;
