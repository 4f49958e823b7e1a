//! Streams of changes, by Server-Sent Events.
//!
//! One task per server reads the log of changes (`tail`) and keeps the newest of each org that somebody watches in memory.
//! Each stream (`stream`) goes along them at its own speed. What a change is shown as is made when the first stream sends
//! it, once for all that see the whole org (`shown`). A stream that fell behind what is in memory reads from the log.

mod event;
mod resources;
mod shown;
mod stream;
mod tail;

pub(super) use resources::{Filter, Resource};
pub(super) use stream::open;
pub(super) use tail::Tail;
