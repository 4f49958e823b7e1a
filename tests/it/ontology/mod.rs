//! Tests of `ontology`.

#![allow(clippy::unwrap_used, reason = "a test says by panicking what it did not expect")]

mod default;
mod graph;
mod infer;
mod loading;
mod ranking;
mod schema;
mod suggest;
