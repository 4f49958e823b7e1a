//! `lorekeep import`: the memory of runs, into the repository at hand or to a server.

mod all;
mod args;
mod find;
mod here;
mod sweep;
mod told;

pub use all::{State, each, tell};
pub use args::{ImportArgs, SweepArgs, TierArg};
pub use find::open;

use super::{Outcome, remote};
use crate::face::cli::remote::ImportCommand;
use std::path::Path;

/// Runs what needs no server.
pub fn run(repo: &Path, args: &ImportArgs) -> Outcome {
    match (&args.command, &args.path) {
        (Some(ImportCommand::Sweep(args)), _) => sweep::run(args),
        (None, Some(path)) if args.all => here::all(repo, path, args),
        (None, Some(path)) => here::one(repo, path, args),
        _ => Err(remote::no_server()),
    }
}
