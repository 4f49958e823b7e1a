//! Tests of `index`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod exact;
mod facts;
mod grep;
mod pattern;
mod rank;
mod store;
mod table;
mod weave;
mod world;
