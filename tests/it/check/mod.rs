//! Tests of `check`.

#![allow(clippy::unwrap_used, reason = "a test says by panicking what it did not expect")]

mod change;
mod fixtures;
mod incremental;
mod manual;
mod policy;
pub mod random;
mod some;
mod stale_index;
pub mod tree;
mod whole;
