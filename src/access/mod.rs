//! Principals, roles, scopes, and decisions with reasons. Pure.
