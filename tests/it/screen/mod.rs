//! Tests of `screen`.

#![allow(clippy::unwrap_used, reason = "a test says by panicking what it did not expect")]

mod benign;
mod cost;
mod found;
mod redaction;
pub mod tokens;
