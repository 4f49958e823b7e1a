//! What records may mean: kinds, edge kinds, vocabulary, rule settings; and the typed graph.
//! The only user of petgraph. Pure.

mod types;

pub use types::{
    Allowance, Direction, EdgeKind, Field, FieldType, GraphEdge, GraphNode, NodeKind, Ontology, OntologyProblem,
    PathPolicy, RuleSetting, Step, TypedGraph, Vocabulary, Walk,
};

use crate::base::RepoPath;

/// The default ontology, compiled in from the project's top-level `ontology/` folder.
pub fn built_in() -> &'static Ontology {
    todo!()
}

/// The files of the default ontology, as `init` writes them: path and text.
pub fn built_in_files() -> &'static [(&'static str, &'static str)] {
    todo!()
}

/// Loads an ontology from the files below `ontology/` of one commit. With no file at all it is the default one.
/// What is malformed is left out and reported (LK702).
pub fn load(files: &[(RepoPath, Vec<u8>)]) -> (Ontology, Vec<OntologyProblem>) {
    todo!("{}", files.len())
}
