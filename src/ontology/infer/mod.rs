//! From a repository as it is to the ontology that describes it.
//!
//! What at least 99 % of a kind's records have is taken for the rule; what a handful of them do otherwise is an
//! exception, and is said. The same files give the same ontology, byte for byte. Pure.

mod edges;
mod fields;
mod kinds;
mod notes;
mod survey;
mod words;

pub use notes::{LeftOut, Reason};
pub(super) use words::is_name;

use super::types::{EdgeKind, NodeKind, Vocabulary};
use crate::note::SourceFile;

/// The most places that are named for one thing that was left out.
const MAX_PLACES: usize = 5;
/// From how many records on a kind's habits are taken for rules.
const FEW: usize = 5;

/// What a repository's records say about its ontology.
#[derive(Clone, Debug, Default)]
pub struct Inference {
    /// Node kinds in use, by name. Empty where no record has a kind.
    pub node_kinds: Vec<InUse<NodeKind>>,
    /// Edge kinds in use, by name.
    pub edge_kinds: Vec<InUse<EdgeKind>>,
    /// Tags and owners, where they are a closed set; sensitivities.
    pub vocabulary: Vocabulary,
    /// What was left out, and why.
    pub left_out: Vec<LeftOut>,
    /// How many records declare an id.
    pub records: usize,
    /// How many edges were written.
    pub edges: usize,
    /// Notes without an id that say their `type`: concepts of an OKF bundle.
    pub concepts: usize,
    /// Entry points of an agent's memory (`MEMORY.md`) that are no records.
    pub entry_points: usize,
}

/// A kind, its name, and how often it is used.
#[derive(Clone, Debug, PartialEq)]
pub struct InUse<T> {
    /// The name.
    pub name: String,
    /// How many records or edges are of it.
    pub count: usize,
    /// What it is.
    pub kind: T,
}

/// Infers an ontology from the files of one tree, in path order.
pub fn infer(files: &[&SourceFile]) -> Inference {
    let survey = survey::Survey::of(files);
    let mut left_out = survey.unreadable();
    let node_kinds = kinds::infer(&survey, &mut left_out);
    let edge_kinds = edges::infer(&survey, &node_kinds, &mut left_out);
    let vocabulary = words::infer(&survey, &mut left_out);
    notes::sort(&mut left_out);
    Inference {
        node_kinds,
        edge_kinds,
        vocabulary,
        left_out,
        records: survey.records,
        edges: survey.edges.values().map(|edge| edge.count).sum(),
        concepts: survey.concepts,
        entry_points: survey.entry_points,
    }
}

/// Whether so many of all are at least 99 %.
fn nearly_all(some: usize, all: usize) -> bool {
    some * 100 >= all * 99
}
