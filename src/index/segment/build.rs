//! Builds a segment: paths are read on two threads, and put together in their order on a third.

use super::super::table::{Table, TableWriter};
use super::super::types::IndexError;
use super::assemble::Assembler;
use super::history::{self, PathFacts, Steps};
use crate::base::{BlobStore, CommitId};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// How many threads read paths.
const READERS: usize = 2;
/// So many paths are read before they are handed on.
const PATHS_AT_ONCE: usize = 16;
/// So many such batches may wait for each reader.
const BATCHES: usize = 4;

/// The landings that a segment covers.
#[derive(Clone, Debug)]
pub(in crate::index) struct Range {
    /// The position of the first.
    pub(in crate::index) low: u32,
    /// The landings, oldest first.
    pub(in crate::index) commits: Vec<CommitId>,
}

type Batch = Result<Vec<PathFacts>, IndexError>;

/// Builds the segment of a range of landings out of what becomes of each path in it, in path order. `progress` is called
/// with the number of paths that are done.
pub(in crate::index) fn build(
    range: &Range,
    steps: &[Steps],
    blobs: &dyn BlobStore,
    table: TableWriter,
    progress: &mut dyn FnMut(usize),
) -> Result<TableWriter, IndexError> {
    let mut assembler = Assembler::new(table);
    if steps.len() <= PATHS_AT_ONCE {
        for (done, steps) in (1..).zip(steps) {
            assembler.add(&history::read(steps, blobs)?)?;
            progress(done);
        }
    } else {
        assemble_all(&mut assembler, steps, blobs, progress)?;
    }
    let commits: Vec<[u8; 20]> = range.commits.iter().map(|commit| *commit.0.as_bytes()).collect();
    Ok(assembler.finish(&(range.low, commits))?)
}

fn assemble_all(
    assembler: &mut Assembler,
    steps: &[Steps],
    blobs: &dyn BlobStore,
    progress: &mut dyn FnMut(usize),
) -> Result<(), IndexError> {
    let batches: Vec<&[Steps]> = steps.chunks(PATHS_AT_ONCE).collect();
    std::thread::scope(|scope| {
        let readers: Vec<Receiver<Batch>> = (0..READERS)
            .map(|reader| {
                let (send, receive) = sync_channel(BATCHES);
                let mine: Vec<&[Steps]> = batches.iter().skip(reader).step_by(READERS).copied().collect();
                scope.spawn(move || read_all(&mine, blobs, &send));
                receive
            })
            .collect();
        let mut done = 0;
        for batch in 0..batches.len() {
            let facts = readers[batch % READERS].recv().expect("a reader sends every batch, or an error and ends")?;
            for facts in &facts {
                assembler.add(facts)?;
            }
            done += facts.len();
            progress(done);
        }
        Ok(())
    })
}

/// Reads batches until there are no more, one fails, or nobody wants them.
fn read_all(batches: &[&[Steps]], blobs: &dyn BlobStore, send: &SyncSender<Batch>) {
    for batch in batches {
        let facts: Batch = batch.iter().map(|steps| history::read(steps, blobs)).collect();
        let failed = facts.is_err();
        if send.send(facts).is_err() || failed {
            return;
        }
    }
}

/// Builds a segment in memory.
pub(in crate::index) fn build_in_memory(
    range: &Range,
    steps: &[Steps],
    blobs: &dyn BlobStore,
    progress: &mut dyn FnMut(usize),
) -> Result<Table, IndexError> {
    let table = build(range, steps, blobs, TableWriter::in_memory(), progress)?;
    Ok(table.finish_in_memory(&())?)
}
