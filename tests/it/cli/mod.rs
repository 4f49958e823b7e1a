//! Tests of the command line: the real program, run in folders of its own.

mod demo;
mod flow;
mod guide;
mod mistakes;
mod operate;
pub mod program;
mod serve;
mod usage;
mod validate;
mod when;
