//! The blocks above the leaves: read when they are first passed, then kept as long as the table is open.

use super::block::{Block, BlockWriter};
use super::bytes::RowBytes;
use super::error::BlockError;
use super::foot::{Link, decode};
use super::source::Source;
use std::sync::OnceLock;

/// The way from the top of a table to its leaves.
pub(super) struct Tree {
    /// A node of its own that links to the topmost block, which may be a leaf.
    top: Node,
}

/// A block above others.
struct Node {
    block: RowBytes,
    /// How many levels of blocks are below it.
    levels: u32,
    /// What was read of the blocks below; nothing where those are leaves.
    below: Box<[OnceLock<Node>]>,
}

/// What a node links to.
enum Below<'t> {
    Node(&'t Node),
    Leaf(Link),
}

impl Tree {
    /// The tree of so many levels of blocks. Nothing is read yet.
    pub(super) fn new(levels: u32, root: Link) -> Self {
        let mut top = BlockWriter::default();
        top.push(b"", &postcard::to_stdvec(&root).expect("a link can be coded"));
        Self { top: Node::new(RowBytes::whole(top.finish().1.into()), 1, levels) }
    }

    /// The leaf that holds a key, if any does.
    pub(super) fn leaf_of(&self, key: &[u8], source: &Source) -> Result<Option<Link>, BlockError> {
        let mut node = &self.top;
        loop {
            let Some(at) = Block::of(&node.block)?.partition(|first| first <= key)?.checked_sub(1) else {
                return Ok(None);
            };
            match node.below(at, source)? {
                Below::Node(below) => node = below,
                Below::Leaf(link) => return Ok(Some(link)),
            }
        }
    }

    /// The leaves from the one that holds the first key from a given one on.
    pub(super) fn leaves_from<'t>(&'t self, key: &[u8], source: &'t Source) -> Leaves<'t> {
        Leaves { source, from: key.to_vec(), passing: vec![(&self.top, 0)] }
    }
}

impl Node {
    fn new(block: RowBytes, count: usize, levels: u32) -> Self {
        let below = if levels > 1 { count } else { 0 };
        Self { block, levels, below: (0..below).map(|_| OnceLock::new()).collect() }
    }

    fn read(link: Link, levels: u32, source: &Source) -> Result<Self, BlockError> {
        let block = source.block(link)?;
        match Block::of(&block)?.len() {
            0 => Err(BlockError::Damaged("a block links to nothing")),
            count => Ok(Self::new(block, count, levels)),
        }
    }

    fn below(&self, at: usize, source: &Source) -> Result<Below<'_>, BlockError> {
        let kept = self.below.get(at);
        if let Some(node) = kept.and_then(OnceLock::get) {
            return Ok(Below::Node(node));
        }
        let link = decode(Block::of(&self.block)?.row(at)?)?;
        let Some(kept) = kept else { return Ok(Below::Leaf(link)) };
        let node = Self::read(link, self.levels - 1, source)?;
        Ok(Below::Node(kept.get_or_init(|| node)))
    }
}

/// The leaves of a table, one after the other.
pub(super) struct Leaves<'t> {
    source: &'t Source,
    from: Vec<u8>,
    /// The nodes from the top down to the leaf, each with which of the blocks below it comes next.
    passing: Vec<(&'t Node, usize)>,
}

impl Leaves<'_> {
    /// The next leaf; `None` behind the last.
    pub(super) fn next(&mut self) -> Result<Option<RowBytes>, BlockError> {
        while let Some((node, next)) = self.passing.last_mut() {
            let at = *next;
            if at == Block::of(&node.block)?.len() {
                self.passing.pop();
                continue;
            }
            *next += 1;
            match node.below(at, self.source)? {
                Below::Leaf(link) => return self.source.leaf(link).map(Some),
                Below::Node(below) => {
                    let first = Block::of(&below.block)?.partition(|first| *first <= *self.from)?;
                    self.passing.push((below, first.saturating_sub(1)));
                }
            }
        }
        Ok(None)
    }

    /// Makes the next leaf none.
    pub(super) fn end(&mut self) {
        self.passing.clear();
    }
}
