//! Tests of `query`.

mod determinism;
mod document;
mod graph;
mod grep;
mod limits;
mod prompt;
mod ranking;
mod redaction;
mod report;
mod request;
mod sight;
mod support;
mod text;
