//! Git's smart protocol: each request is one process of git, fed and heard out as a stream.

mod door;
mod exchange;
mod process;
pub(super) mod routes;
mod slots;

pub(super) use slots::Slots;
