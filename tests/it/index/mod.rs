//! Tests of `index`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod exact;
mod facts;
mod grep;
mod pattern;
mod question;
mod rank;
mod store;
mod table;
mod world;
