//! Tests of `base`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod digest;
mod glob;
mod id;
mod path;
mod place;
mod text;
mod time;
