//! Tests of `screen`.

mod benign;
mod cost;
mod found;
mod redaction;
pub mod tokens;
