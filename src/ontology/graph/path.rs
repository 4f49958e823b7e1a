//! Shortest paths of the typed graph: the same one whatever order its edges came in.

use super::{Direction, GraphEdge, Seen, TypedGraph};
use petgraph::algo::dijkstra;
use petgraph::graph::NodeIndex;
use petgraph::visit::{Reversed, UndirectedAdaptor};
use std::collections::HashMap;

impl TypedGraph {
    /// A path between two nodes with the fewest edges, each with whether it is followed from source to target. Of
    /// several the first by (edge kind, id) at the first node where they part. `None` where no path leads there.
    pub fn shortest_path(&self, from: &str, to: &str, direction: Direction) -> Option<Vec<(GraphEdge, bool)>> {
        let (mut at, to) = (*self.by_id.get(from)?, *self.by_id.get(to)?);
        let left = self.edges_to(to, direction);
        let mut path = Vec::new();
        for next in (0..*left.get(&at)?).rev() {
            let edges = self.seen_from(at, direction);
            let edge: Seen<'_> = edges.into_iter().find(|edge| left.get(&edge.other) == Some(&next))?;
            path.push((self.as_written(at, &edge), edge.outgoing));
            at = edge.other;
        }
        Some(path)
    }

    /// How many edges lead from each node to one, where any do.
    fn edges_to(&self, to: NodeIndex, direction: Direction) -> HashMap<NodeIndex, usize> {
        let left = match direction {
            Direction::Out => dijkstra(Reversed(&self.graph), to, None, |_| 1),
            Direction::In => dijkstra(&self.graph, to, None, |_| 1),
            Direction::Both => dijkstra(UndirectedAdaptor(&self.graph), to, None, |_| 1),
        };
        left.into_iter().collect()
    }
}
