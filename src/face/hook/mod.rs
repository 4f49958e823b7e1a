//! Git hooks.
