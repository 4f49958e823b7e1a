//! A part of the graph: what is around a record, or the shortest path between two.

use super::address::addressed;
use super::answer::{DeniedScope, Permission, Redaction};
use super::query::direction;
use super::reference::read_at;
use crate::engine::{self, AskGraph, Code, EngineError, GraphRequest, GraphView};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The parameters of a read of the graph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct GraphParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// The record to begin at, by id, path or alias; or a name that records refer to, such as `repository:krate`.
    pub root: Option<String>,
    /// Where a shortest path begins; given with `to`, and instead of `root`.
    pub from: Option<String>,
    /// Where a shortest path leads.
    pub to: Option<String>,
    /// How many edges at most: 0 to 8 around a root, 2 when left out; 0 to 32 of a path, 32 when left out.
    pub depth: Option<u32>,
    /// Only records of these kinds, with commas between them, are given and passed; the ends always are.
    pub kinds: Option<String>,
    /// Only these kinds of edges, with commas between them, are followed and given.
    pub edge_kinds: Option<String>,
    /// `out`, `in` or `both` (the default): which way edges are followed.
    pub direction: Option<String>,
    /// How many records come back, 1 to 500, nearest first; 100 when left out.
    pub limit: Option<usize>,
    /// `json` (the default), `dot` or `svg`.
    pub format: Option<String>,
    /// A branch, tag or commit.
    pub r#ref: Option<String>,
    /// A time, RFC 3339.
    pub at: Option<String>,
    /// A snapshot.
    pub snapshot: Option<String>,
}
addressed!(GraphParams);

/// How a graph is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphFormat {
    /// As JSON.
    Json,
    /// In the DOT language.
    Dot,
    /// As a picture.
    Svg,
}

impl GraphParams {
    /// The question in the engine's words.
    pub fn ask(&self) -> Result<AskGraph, EngineError> {
        let (root, to) = match (&self.root, &self.from, &self.to) {
            (Some(root), None, None) => (root, None),
            (None, Some(from), Some(to)) => (from, Some(to.clone())),
            _ => return Err(invalid("root", "give `root`, or `from` and `to` for a path")),
        };
        let depth = self.depth.map(|depth| u8::try_from(depth).unwrap_or(u8::MAX));
        let graph = GraphRequest {
            root: root.clone(),
            to,
            kinds: listed(self.kinds.as_deref()),
            edge_kinds: listed(self.edge_kinds.as_deref()),
            direction: self
                .direction
                .as_deref()
                .map_or(Ok(engine::Direction::default()), |d| direction("direction", d))?,
            depth,
            limit: self.limit,
        };
        Ok(AskGraph { at: read_at(&self.r#ref, &self.at, &self.snapshot)?, graph })
    }

    /// How the answer is to be written.
    pub fn format(&self) -> Result<GraphFormat, EngineError> {
        match self.format.as_deref() {
            None | Some("json") => Ok(GraphFormat::Json),
            Some("dot") => Ok(GraphFormat::Dot),
            Some("svg") => Ok(GraphFormat::Svg),
            Some(_) => Err(invalid("format", "a format is one of json, dot, svg")),
        }
    }
}

fn listed(text: Option<&str>) -> Vec<String> {
    text.into_iter().flat_map(|text| text.split(',')).map(|item| item.trim().to_owned()).collect()
}

fn invalid(field: &str, message: &str) -> EngineError {
    EngineError::new(Code::InvalidQuery, format!("{field}: {message}")).because("Invalid", Some(field), message)
}

/// A part of the graph of one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GraphAnswer {
    /// The org; `local` without a server.
    pub organization: String,
    /// The repository.
    pub memory_repository: String,
    /// The commit.
    pub resolved_commit: String,
    /// The tip of the default branch.
    pub current_commit: String,
    /// Seconds between the landings of the commit and the tip.
    pub stale_by_seconds: i64,
    /// The digest of the commit's ontology.
    pub ontology_digest: String,
    /// The digest of the commit's files.
    pub index_digest: String,
    /// Where it begins.
    pub root: String,
    /// Where the path leads, where one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The shortest path; null where there is none. Left out where none was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "serde_with_null")]
    pub path: Option<Option<Vec<GraphStep>>>,
    /// The records, nearest first, then by id; of a path those on it, in order.
    pub nodes: Vec<GraphNode>,
    /// Every edge between two of the records; of a path those on it.
    pub edges: Vec<GraphEdge>,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// What the caller may not see, counted.
    pub permission: Permission,
    /// What was hidden.
    pub redaction: Redaction,
    /// What was cut.
    pub limits: GraphLimits,
}

/// A record of the graph, or a name that records refer to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GraphNode {
    /// Its id.
    pub id: String,
    /// Its kind; null for a name that is no record here.
    pub kind: Option<String>,
    /// Its title, at most 200 characters of it.
    pub title: String,
    /// Its status.
    pub status: Option<String>,
    /// Where it is; null for a name that is no record here.
    pub path: Option<String>,
    /// How many edges away.
    pub distance: u8,
    /// The way there from the root.
    pub breadcrumbs: Vec<GraphStep>,
}

/// One edge of a way, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GraphStep {
    /// The edge's kind.
    pub edge: String,
    /// Whether the edge is followed from its source to its target.
    pub outgoing: bool,
    /// The record it leads to.
    pub id: String,
}

/// An edge of the graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GraphEdge {
    /// Its kind.
    pub kind: String,
    /// The id of its source.
    pub from: String,
    /// The id of its target.
    pub to: String,
    /// Whether a link in a text makes it, and no declaration.
    pub derived: bool,
}

/// What was cut of a graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GraphLimits {
    /// Whether anything was.
    pub truncated: bool,
    /// How many records within reach were left out.
    pub omitted_nodes: usize,
    /// How many edges between the records given were left out.
    pub omitted_edges: usize,
}

impl GraphAnswer {
    /// The answer about a repository.
    pub fn new(organization: &str, view: GraphView) -> Self {
        let GraphView { repository, resolution, graph } = view;
        let path = graph.to.is_some().then(|| graph.path.map(|path| path.into_iter().map(GraphStep::from).collect()));
        Self {
            organization: organization.to_owned(),
            memory_repository: repository,
            resolved_commit: resolution.commit.to_string(),
            current_commit: resolution.current_commit.to_string(),
            stale_by_seconds: resolution.stale_by_seconds,
            ontology_digest: resolution.ontology_digest.to_string(),
            index_digest: resolution.index_digest.to_string(),
            root: graph.root,
            to: graph.to,
            path,
            nodes: graph.nodes.into_iter().map(GraphNode::from).collect(),
            edges: graph.edges.into_iter().map(GraphEdge::from).collect(),
            notes: graph.notes,
            permission: Permission::leaving_out(graph.denied_scopes.into_iter().map(DeniedScope::from).collect()),
            redaction: graph.redaction.into(),
            limits: GraphLimits {
                truncated: graph.omitted_nodes + graph.omitted_edges > 0,
                omitted_nodes: graph.omitted_nodes,
                omitted_edges: graph.omitted_edges,
            },
        }
    }
}

/// Writes what was asked for and is not there as null, and leaves out what was not asked for.
mod serde_with_null {
    use super::GraphStep;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    type Path = Option<Option<Vec<GraphStep>>>;

    pub(super) fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
        path.as_ref().and_then(Option::as_ref).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Path, D::Error> {
        Option::deserialize(deserializer).map(Some)
    }
}

impl From<engine::NearNode> for GraphNode {
    fn from(node: engine::NearNode) -> Self {
        Self {
            id: node.id,
            kind: node.kind,
            title: node.title,
            status: node.status,
            path: node.path,
            distance: node.distance,
            breadcrumbs: node.breadcrumbs.into_iter().map(GraphStep::from).collect(),
        }
    }
}

impl From<engine::Crumb> for GraphStep {
    fn from(crumb: engine::Crumb) -> Self {
        Self { edge: crumb.edge, outgoing: crumb.outgoing, id: crumb.id }
    }
}

impl From<engine::NearEdge> for GraphEdge {
    fn from(edge: engine::NearEdge) -> Self {
        Self { kind: edge.kind, from: edge.from, to: edge.to, derived: edge.derived }
    }
}
