//! Tests of `check`.

mod change;
mod fixtures;
mod manual;
mod policy;
mod tree;
mod whole;
