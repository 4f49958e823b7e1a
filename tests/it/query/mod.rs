//! Tests of `query`.

mod context;
mod determinism;
mod document;
mod drawings;
mod graph;
mod grep;
mod limits;
mod mentions;
mod neighbourhood;
mod prompt;
mod ranking;
mod redaction;
mod report;
mod request;
mod sight;
mod support;
mod text;
