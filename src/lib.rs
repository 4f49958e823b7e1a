//! Lorekeep: a git-native memory engine for organizations of AI agents.
//!
//! Reading flows one way: git objects, notes, ontology graph, index, query, faces. Changing flows
//! the other way round: faces, screen and check, change, a signed commit, and then reading again.
//! The modules stand in reading order; `tests/it/tidy.rs` holds which may import which.

pub mod access;
pub mod artifact;
pub mod base;
pub mod change;
pub mod check;
pub mod engine;
pub mod face;
pub mod git;
pub mod index;
pub mod ingest;
pub mod note;
pub mod ontology;
pub mod query;
pub mod records;
pub mod screen;
