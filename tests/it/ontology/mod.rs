//! Tests of `ontology`.

mod default;
mod graph;
mod loading;
mod suggest;
