//! Which nodes of a directed graph lie on cycles together. Nothing here recurses: a stranger decides how deep the graph is.

use std::collections::VecDeque;

/// The strongly connected components of a graph that is given as each node's next ones: for each node the number of its component.
pub(super) fn components(next: &[Vec<usize>]) -> Vec<usize> {
    let mut walk = Walk { next, found: vec![None; next.len()], component: vec![None; next.len()], ..Walk::default() };
    for root in 0..next.len() {
        if walk.found[root].is_none() {
            walk.from(root);
        }
    }
    walk.component.into_iter().map(|number| number.expect("the walk reaches every node")).collect()
}

/// The steps of a shortest way from one node to another, as indices into each node's next ones; only nodes that `within` takes.
pub(super) fn shortest(
    next: &[Vec<usize>],
    from: usize,
    to: usize,
    within: impl Fn(usize) -> bool,
) -> Option<Vec<(usize, usize)>> {
    let mut came: Vec<Option<(usize, usize)>> = vec![None; next.len()];
    let mut queue = VecDeque::from([from]);
    while let Some(node) = queue.pop_front() {
        if node == to {
            return Some(way_back(&came, from, to));
        }
        for (step, target) in next[node].iter().enumerate().filter(|(_, target)| within(**target)) {
            if *target != from && came[*target].is_none() {
                came[*target] = Some((node, step));
                queue.push_back(*target);
            }
        }
    }
    None
}

fn way_back(came: &[Option<(usize, usize)>], from: usize, to: usize) -> Vec<(usize, usize)> {
    let mut way = Vec::new();
    let mut node = to;
    while let Some(step) = came[node].filter(|_| node != from) {
        way.push(step);
        node = step.0;
    }
    way.reverse();
    way
}

/// Tarjan's walk, with its own stack.
#[derive(Default)]
struct Walk<'a> {
    next: &'a [Vec<usize>],
    /// When each node was found.
    found: Vec<Option<usize>>,
    /// The earliest node that each one leads back to, by when it was found; meaningful where it was found.
    low: Vec<usize>,
    component: Vec<Option<usize>>,
    open: Vec<usize>,
    components: usize,
    order: usize,
}

impl Walk<'_> {
    fn from(&mut self, root: usize) {
        self.low.resize(self.next.len(), 0);
        let mut path = vec![(root, 0)];
        self.find(root);
        while let Some((node, step)) = path.last_mut() {
            let node = *node;
            let Some(target) = self.next[node].get(*step).copied() else {
                path.pop();
                self.leave(node, path.last().map(|(parent, _)| *parent));
                continue;
            };
            *step += 1;
            match self.found[target] {
                None => {
                    self.find(target);
                    path.push((target, 0));
                }
                Some(found) if self.component[target].is_none() => self.low[node] = self.low[node].min(found),
                Some(_) => {}
            }
        }
    }

    fn find(&mut self, node: usize) {
        self.found[node] = Some(self.order);
        self.low[node] = self.order;
        self.order += 1;
        self.open.push(node);
    }

    /// Leaves a node whose next ones were all walked; where it leads back to none before it, it closes a component.
    fn leave(&mut self, node: usize, parent: Option<usize>) {
        if let Some(parent) = parent {
            self.low[parent] = self.low[parent].min(self.low[node]);
        }
        if self.found[node] == Some(self.low[node]) {
            while let Some(member) = self.open.pop() {
                self.component[member] = Some(self.components);
                if member == node {
                    break;
                }
            }
            self.components += 1;
        }
    }
}
