//! The graph of one commit: what is around a record, and the shortest path between two.

use super::memory::Memory;
use super::reading::not_here;
use super::server::Engine;
use super::types::{RefRequest, Resolution};
use super::{Code, EngineError};
use crate::access::{Action, Caller, decide};
use crate::base::RepositoryName;
use crate::query::{GraphError, GraphRequest, Neighbourhood, Visibility};

/// A question to the graph as a face hands it over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskGraph {
    /// Which commit.
    pub at: RefRequest,
    /// What is asked.
    pub graph: GraphRequest,
}

/// A part of the graph with the commit it is of.
#[derive(Clone, Debug)]
pub struct GraphView {
    /// The repository.
    pub repository: String,
    /// The commit.
    pub resolution: Resolution,
    /// The part itself.
    pub graph: Neighbourhood,
}

impl GraphView {
    /// The graph in the DOT language.
    pub fn dot(&self) -> String {
        crate::query::dot(&self.graph, &self.caption())
    }

    /// The graph as an SVG picture.
    pub fn svg(&self) -> String {
        crate::query::svg(&self.graph, &self.caption())
    }

    fn caption(&self) -> String {
        let to = self.graph.to.as_deref().map(|to| format!(" to {to}")).unwrap_or_default();
        format!("{}{to} in {} at {}", self.graph.root, self.repository, self.resolution.commit.short())
    }
}

impl Memory {
    /// Gives a part of the graph of a commit, seeing everything.
    pub fn graph(&self, ask: &AskGraph) -> Result<GraphView, EngineError> {
        self.graph_as(ask, &Visibility::default())
    }

    fn graph_as(&self, ask: &AskGraph, visibility: &Visibility) -> Result<GraphView, EngineError> {
        let resolution = self.resolve(&ask.at)?;
        let graph = self.with_view(resolution.commit, |view| {
            crate::query::neighbourhood(view, visibility, &ask.graph).map_err(|e| refused(e, &resolution))
        })?;
        Ok(GraphView { repository: self.name().to_owned(), resolution, graph })
    }
}

impl Engine {
    /// Gives a part of the graph of a commit, as far as the caller sees it.
    pub fn graph(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        ask: &AskGraph,
    ) -> Result<(RepositoryName, GraphView), EngineError> {
        decide(caller, &Action::ReadGraph)?;
        let (row, served) = self.named(caller, repository)?;
        Ok((row.name, served.memory.graph_as(ask, &super::reads::visibility(caller))?))
    }
}

fn refused(error: GraphError, resolution: &Resolution) -> EngineError {
    let message = error.to_string();
    match error {
        GraphError::Unknown { field, name } => not_here("record", &name, resolution).because(
            "Unknown",
            Some(field),
            "name a record by id, path or alias, or something that records refer to; a query for a word of it finds its id",
        ),
        GraphError::Invalid { field, message: why } => {
            EngineError::new(Code::InvalidQuery, message).because("Invalid", Some(field), why)
        }
        GraphError::Limit { field, most } => {
            EngineError::new(Code::LimitExceeded, message).because("TooMuch", Some(field), format!("at most {most}"))
        }
    }
}
