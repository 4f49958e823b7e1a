//! What several tests share.

pub mod client;
pub mod form;
pub mod repo;

pub use client::{Client, JSON, Reply};
pub use repo::{START, TestRepo};
