//! What several tests share.

pub mod repo;

pub use repo::{START, TestRepo};
