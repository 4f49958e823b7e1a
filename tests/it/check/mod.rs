//! Tests of `check`.

#![allow(clippy::unwrap_used, reason = "a test says by panicking what it did not expect")]

mod change;
mod fixtures;
mod manual;
mod policy;
pub mod tree;
mod whole;
