//! Tests of `engine`: the real parts together, in a data directory of their own, under a clock that stands still.

#![allow(clippy::unwrap_used, reason = "a test that unwraps in vain fails, and says where")]

mod anchored;
mod approvals;
mod audited;
mod crash;
mod faults;
mod gate;
mod history;
mod keys;
mod lands;
mod life;
mod merges;
mod owners;
mod proposals;
mod provenance;
mod pushes;
mod races;
mod reads;
mod refs;
mod remarks;
mod retention;
mod reverts;
mod rows;
mod scopes;
mod snapshots;
mod state;
mod walks;
mod world;

use lorekeep::engine::{Code, EngineError};

/// The code of a refusal; panics where there is none.
fn code<T: std::fmt::Debug>(result: Result<T, EngineError>) -> Code {
    result.expect_err("it is refused").code
}

/// A note that the ontology takes.
fn note(id: &str, body: &str) -> String {
    let name = id.split_once(':').map_or(id, |(_, name)| name);
    format!(
        "---\nid: {id}\nkind: Term\ntitle: {name}\nstatus: approved\nowners: [team:platform]\n\
         updatedAt: 2026-05-01T00:00:00Z\n---\n# {name}\n\n{body}\n"
    )
}
