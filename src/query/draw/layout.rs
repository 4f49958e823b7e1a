//! Where everything stands in a drawing: a column for each distance, ordered so that few edges cross.
//!
//! Every step is arithmetic in one order, repeated a fixed number of times, so the same graph stands the same everywhere.

use crate::query::neighbourhood::Neighbourhood;
use std::collections::BTreeMap;

/// How often the order of the columns is bettered, each time to the right and back.
const ORDERINGS: usize = 4;
/// How often heights are bettered.
const SETTLINGS: usize = 12;
/// From so many nodes in a column on, boxes are low.
const MANY: usize = 40;
/// The width of a box, and of the room between columns.
pub(super) const BOX_WIDTH: f64 = 220.0;
const COLUMN_ROOM: f64 = 150.0;
/// What is left free at each side, and above for the caption.
pub(super) const MARGIN: f64 = 24.0;
const HEAD: f64 = 48.0;
/// The most room between two ends of edges at a box.
const PORT_ROOM: f64 = 9.0;

/// Where everything stands.
pub(super) struct Layout {
    /// The left edge and the middle height of each node's box.
    pub(super) spots: Vec<(f64, f64)>,
    /// How high a box is.
    pub(super) box_height: f64,
    /// The edges, those from one node to the same other one as one line.
    pub(super) wires: Vec<Wire>,
    /// How wide the drawing is.
    pub(super) width: f64,
    /// Down to where it goes.
    pub(super) bottom: f64,
}

/// A line between two boxes.
pub(super) struct Wire {
    /// Its edges, by their places in the answer.
    pub(super) edges: Vec<usize>,
    /// Where it begins, the two points that bend it, and where it ends.
    pub(super) curve: [(f64, f64); 4],
    /// How far along it the label stands, from 0 to 1.
    pub(super) label_at: f64,
}

/// Lays a graph out.
pub(super) fn layout(graph: &Neighbourhood) -> Layout {
    let mut columns = Columns::new(graph);
    columns.order();
    let is_low = columns.columns.iter().any(|column| column.len() > MANY);
    let (box_height, gap) = if is_low { (22.0, 6.0) } else { (40.0, 16.0) };
    let heights = columns.settled(box_height + gap);
    let left = |at: usize| MARGIN + f64::from(graph.nodes[at].distance) * (BOX_WIDTH + COLUMN_ROOM);
    let top = heights.iter().copied().fold(f64::INFINITY, f64::min);
    let spots: Vec<(f64, f64)> = heights
        .iter()
        .enumerate()
        .map(|(at, height)| (left(at), (height - top + HEAD + box_height / 2.0 + MARGIN).round()))
        .collect();
    let right = spots.iter().map(|(x, _)| *x).fold(MARGIN, f64::max) + BOX_WIDTH;
    let bottom = spots.iter().map(|(_, y)| *y).fold(HEAD, f64::max) + box_height / 2.0;
    let wires = wires(graph, &spots, box_height);
    Layout { spots, box_height, wires, width: right + COLUMN_ROOM / 2.0 + MARGIN, bottom }
}

/// The nodes by distance, and who is joined to whom.
struct Columns {
    columns: Vec<Vec<usize>>,
    column_of: Vec<usize>,
    joined: Vec<Vec<usize>>,
}

impl Columns {
    fn new(graph: &Neighbourhood) -> Self {
        let column_of: Vec<usize> = graph.nodes.iter().map(|node| usize::from(node.distance)).collect();
        let mut columns = vec![Vec::new(); column_of.iter().max().map_or(0, |last| last + 1)];
        column_of.iter().enumerate().for_each(|(at, column)| columns[*column].push(at));
        let mut joined = vec![Vec::new(); graph.nodes.len()];
        for edge in graph.edges.iter().filter(|edge| edge.ends.0 != edge.ends.1) {
            joined[edge.ends.0].push(edge.ends.1);
            joined[edge.ends.1].push(edge.ends.0);
        }
        Self { columns, column_of, joined }
    }

    /// Orders each column by the mean place of what its nodes are joined to in the column beside it.
    fn order(&mut self) {
        let last = self.columns.len();
        for _ in 0..ORDERINGS {
            (1..last).for_each(|column| self.order_one(column, column - 1));
            (0..last.saturating_sub(1)).rev().for_each(|column| self.order_one(column, column + 1));
        }
    }

    fn order_one(&mut self, column: usize, beside: usize) {
        let mut place = vec![0.0; self.column_of.len()];
        self.columns[beside].iter().enumerate().for_each(|(n, at)| place[*at] = n as f64);
        let scale = self.columns[beside].len() as f64 / self.columns[column].len().max(1) as f64;
        let mut ordered: Vec<(f64, usize, usize)> = Vec::new();
        for (n, at) in self.columns[column].iter().enumerate() {
            let near = self.joined[*at].iter().filter(|other| self.column_of[**other] == beside);
            let mean = mean(near.map(|other| place[*other])).unwrap_or(n as f64 * scale);
            ordered.push((mean, n, *at));
        }
        ordered.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        self.columns[column] = ordered.into_iter().map(|(_, _, at)| at).collect();
    }

    /// The height of each node: near the mean of what it is joined to, at least so far from the next of its column.
    fn settled(&self, room: f64) -> Vec<f64> {
        let mut heights = vec![0.0; self.column_of.len()];
        for column in &self.columns {
            let middle = (column.len() as f64 - 1.0) / 2.0;
            column.iter().enumerate().for_each(|(n, at)| heights[*at] = (n as f64 - middle) * room);
        }
        for round in 0..SETTLINGS {
            for n in 0..self.columns.len() {
                let column = if round % 2 == 0 { n } else { self.columns.len() - 1 - n };
                self.settle(&self.columns[column], room, &mut heights);
            }
        }
        heights
    }

    fn settle(&self, column: &[usize], room: f64, heights: &mut [f64]) {
        let wanted: Vec<f64> = column
            .iter()
            .map(|at| {
                let near = self.joined[*at].iter().filter(|other| self.column_of[**other] != self.column_of[*at]);
                mean(near.map(|other| heights[*other])).unwrap_or(heights[*at])
            })
            .collect();
        // As high as wanted and below the one above; as low as wanted and above the one below: between the two both hold.
        let mut down = wanted.clone();
        (1..down.len()).for_each(|n| down[n] = down[n].max(down[n - 1] + room));
        let mut up = wanted;
        (0..up.len().saturating_sub(1)).rev().for_each(|n| up[n] = up[n].min(up[n + 1] - room));
        for (n, at) in column.iter().enumerate() {
            heights[*at] = (down[n] + up[n]) / 2.0;
        }
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// A side of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Left,
    Right,
}

fn wires(graph: &Neighbourhood, spots: &[(f64, f64)], box_height: f64) -> Vec<Wire> {
    let mut grouped: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    graph.edges.iter().enumerate().for_each(|(at, edge)| grouped.entry(edge.ends).or_default().push(at));
    let ports = ports(grouped.keys().copied(), spots, box_height);
    let wire = |(ends, edges): ((usize, usize), Vec<usize>)| {
        let (from, to) = (ports[&(ends, false)], ports[&(ends, true)]);
        let (curve, label_at) = curve(from, to, sides(ends, spots));
        Wire { edges, curve, label_at }
    };
    grouped.into_iter().map(wire).collect()
}

/// An end of a wire: how high its other end is, the nodes it joins, and whether it enters here.
type End = (f64, (usize, usize), bool);

/// Where each wire leaves its box and where it enters the other, `true`: spread over the side, so that they cross little.
fn ports(
    wires: impl Iterator<Item = (usize, usize)>,
    spots: &[(f64, f64)],
    box_height: f64,
) -> BTreeMap<((usize, usize), bool), (f64, f64)> {
    let mut at_side: BTreeMap<(usize, Side), Vec<End>> = BTreeMap::new();
    for ends in wires {
        let (leaves, enters) = sides(ends, spots);
        at_side.entry((ends.0, leaves)).or_default().push((spots[ends.1].1, ends, false));
        at_side.entry((ends.1, enters)).or_default().push((spots[ends.0].1, ends, true));
    }
    let mut ports = BTreeMap::new();
    for ((node, side), mut wires) in at_side {
        wires.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        let between = (wires.len() as f64 - 1.0).max(1.0);
        let room = ((box_height - 10.0) / between).min(PORT_ROOM);
        let x = spots[node].0 + if side == Side::Right { BOX_WIDTH } else { 0.0 };
        for (n, (_, ends, enters)) in wires.iter().enumerate() {
            let offset = (n as f64 - (wires.len() as f64 - 1.0) / 2.0) * room;
            ports.insert((*ends, *enters), (x, spots[node].1 + offset));
        }
    }
    ports
}

/// Where a wire leaves and where it enters.
fn sides(ends: (usize, usize), spots: &[(f64, f64)]) -> (Side, Side) {
    let (from, to) = (spots[ends.0].0, spots[ends.1].0);
    if from < to {
        (Side::Right, Side::Left)
    } else if from > to {
        (Side::Left, Side::Right)
    } else {
        (Side::Right, Side::Right)
    }
}

/// A curve between two points; its label stands a little nearer to the end that is further from the root, where the fewest meet.
fn curve(from: (f64, f64), to: (f64, f64), sides: (Side, Side)) -> ([(f64, f64); 4], f64) {
    if sides.0 == sides.1 {
        let bend = 34.0 + ((from.1 - to.1).abs() / 12.0).min(COLUMN_ROOM / 3.0);
        return ([from, (from.0 + bend, from.1), (to.0 + bend, to.1), to], 0.5);
    }
    let bend = (to.0 - from.0) * 0.45;
    let label_at = if from.0 < to.0 { 0.56 } else { 0.44 };
    ([from, (from.0 + bend, from.1), (to.0 - bend, to.1), to], label_at)
}
