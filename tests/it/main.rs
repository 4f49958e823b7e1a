//! The one test binary: every test of the project is a module of it.

mod access;
mod artifact;
mod base;
mod change;
mod check;
mod cli;
mod engine;
mod git;
mod hook;
mod http;
mod index;
mod ingest;
mod lsp;
mod note;
mod ontology;
mod query;
mod records;
mod screen;
mod server;
mod support;
mod tidy;
