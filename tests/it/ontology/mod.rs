//! Tests of `ontology`.
