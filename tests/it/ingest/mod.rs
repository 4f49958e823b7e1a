//! Tests of `ingest`: run memory.

#![allow(clippy::unwrap_used, reason = "a test says by panicking what it did not expect")]

mod source;
mod story;
