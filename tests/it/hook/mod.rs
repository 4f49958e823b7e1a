//! The hooks of repositories that something else serves, with the real git.

mod merge_driver;
mod pre_commit;
mod proposals;
mod standalone;
mod state;
