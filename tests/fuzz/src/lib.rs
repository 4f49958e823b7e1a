//! The folders that read what strangers send, built alone and watched: what must hold of any input.
//!
//! The sources are those of the crate, by path: without git, the database and the server a target is built in a minute,
//! and every branch of it is a branch that input can reach.

#![allow(dead_code, unused_imports, missing_docs, reason = "the crate uses what the targets do not")]

#[path = "../../../src/base/mod.rs"]
pub mod base;
#[path = "../../../src/check/mod.rs"]
pub mod check;
pub mod cli;
#[path = "../../../src/ingest/mod.rs"]
pub mod ingest;
#[path = "../../../src/note/mod.rs"]
pub mod note;
#[path = "../../../src/ontology/mod.rs"]
pub mod ontology;
#[path = "../../../src/screen/mod.rs"]
pub mod screen;

pub mod holds;

/// What the command line is handed to show.
pub mod engine {
    pub use crate::check::{RuleInfo, manual as rule_manual, rules};

    use crate::base::CommitId;
    use std::sync::Arc;

    /// The words of `engine::Validation`.
    pub struct Validation {
        pub commit: Option<CommitId>,
        pub base: Option<CommitId>,
        pub root: String,
        pub report: crate::check::Report,
        pub sources: Vec<(String, Arc<str>)>,
    }
}
