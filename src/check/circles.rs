//! The files whose edges lie on cycles with given records, found without reading them.

use super::cycles::components;
use super::known::{Known, KnownRecord};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The most records and edges that are walked.
const MAX_WALKED: usize = 20_000;

/// The paths of files with an edge on a cycle, along one acyclic kind, through a record of one of these ids.
/// `None`: too many edges, or what is known does not say.
pub(super) fn circles<'a>(known: &dyn Known, ids: impl Iterator<Item = &'a str>) -> Option<BTreeSet<Vec<u8>>> {
    let mut walk = Walk { known, numbers: HashMap::new(), nodes: Vec::new(), next: Vec::new(), edges: 0 };
    let mut seeds = HashSet::new();
    for id in ids.collect::<BTreeSet<&str>>() {
        let kinds = known.records(id)?.into_iter().flat_map(|record| record.acyclic).map(|(kind, _)| kind);
        for kind in kinds.collect::<BTreeSet<String>>() {
            seeds.insert(walk.number(&kind, id));
        }
    }
    walk.go()?;
    let component = components(&walk.next);
    let reached: HashSet<usize> = seeds.into_iter().map(|seed| component[seed]).collect();
    let members = (0..walk.nodes.len()).filter(|node| reached.contains(&component[*node]));
    let mut paths = BTreeSet::new();
    for member in members {
        let (kind, id) = &walk.nodes[member];
        let along = |record: &KnownRecord| record.acyclic.iter().any(|(other, _)| other == kind);
        paths.extend(known.records(id)?.into_iter().filter(along).map(|record| record.path));
    }
    Some(paths)
}

/// What is reached from the first nodes: ids, each along one kind.
struct Walk<'k> {
    known: &'k dyn Known,
    numbers: HashMap<(String, String), usize>,
    nodes: Vec<(String, String)>,
    next: Vec<Vec<usize>>,
    edges: usize,
}

impl Walk<'_> {
    fn number(&mut self, kind: &str, id: &str) -> usize {
        let node = (kind.to_owned(), id.to_owned());
        *self.numbers.entry(node.clone()).or_insert_with(|| {
            self.nodes.push(node);
            self.nodes.len() - 1
        })
    }

    fn go(&mut self) -> Option<()> {
        while let Some((kind, id)) = self.nodes.get(self.next.len()).cloned() {
            let edges = self.known.records(&id)?.into_iter().flat_map(|record| record.acyclic);
            let targets: Vec<String> = edges.filter(|(other, _)| *other == kind).map(|(_, target)| target).collect();
            self.edges += targets.len() + 1;
            if self.edges > MAX_WALKED {
                return None;
            }
            let next = targets.iter().map(|target| self.number(&kind, target)).collect();
            self.next.push(next);
        }
        Some(())
    }
}
