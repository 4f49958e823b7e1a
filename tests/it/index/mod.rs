//! Tests of `index`.

mod exact;
mod facts;
mod grep;
mod pattern;
mod rank;
mod store;
mod world;
