//! Tests of `screen`.

#![allow(clippy::unwrap_used, reason = "a test says by panicking what it did not expect")]

mod benign;
mod corpus;
mod corpus_kept;
mod cost;
mod fields;
mod found;
mod hostile;
mod imports;
mod injections;
pub mod planted;
mod redaction;
mod rules;
mod scrubbing;
mod suspects;
pub mod tokens;
