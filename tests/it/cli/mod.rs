//! Tests of the command line: the real program, run in folders of its own.

mod adopt;
mod context;
mod demo;
mod flow;
mod formats;
mod graph;
mod guide;
mod imports;
mod mistakes;
mod ontology;
mod operate;
pub mod program;
mod remote;
mod reports;
mod serve;
mod snapshots;
mod usage;
mod validate;
mod when;
mod workflow;
