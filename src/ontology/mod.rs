//! What records may mean: kinds, edge kinds, vocabulary, rule settings; and the typed graph.
//! The only user of petgraph. Pure.

mod adopt;
mod edge_kinds;
mod graph;
mod infer;
mod json;
mod language;
mod load;
mod node_kinds;
mod outside;
mod owners;
mod ranking;
mod reader;
mod rule_names;
pub mod schema;
mod settings;
mod suggest;
mod types;
mod vocabulary;
pub mod write;

pub use adopt::{Adopted, MEMORY_KIND, adopt};
pub use graph::{Direction, GraphEdge, GraphNode, Step, TypedGraph, Walk};
pub use infer::{InUse, Inference, LeftOut, Reason, infer};
pub use json::to_json;
pub use language::Language;
pub use load::{built_in, built_in_files, load};
pub use outside::{may_lie_outside, names_platform};
pub use owners::{OwnerRule, PathOwners};
pub use ranking::{FieldRanking, RANKING_KEYS, Ranking, RankingKey, TextRanking};
pub use rule_names::{RULE_NAMES, RuleName};
pub use suggest::nearest;
pub use types::{
    Allowance, COMMON_FIELDS, EdgeKind, Field, FieldType, NodeKind, Ontology, OntologyProblem, PathPolicy, RuleSetting,
    Vocabulary,
};
