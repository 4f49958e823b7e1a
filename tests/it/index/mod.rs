//! Tests of `index`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod exact;
mod facts;
mod grams;
mod grep;
mod pattern;
mod question;
mod rank;
mod scan;
mod store;
mod table;
mod weave;
mod world;
