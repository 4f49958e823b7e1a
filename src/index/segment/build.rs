//! Builds a segment: paths are read on two threads, and put together in their order on a third.

use super::super::table::{Table, TableWriter};
use super::super::types::IndexError;
use super::assemble::Assembler;
use super::history::{self, Steps};
use super::prepare::{Prepared, Vocabulary};
use crate::base::{BlobStore, CommitId};
use std::hash::RandomState;
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

/// What a reader hands on: paths that are ready, and the words that are new in them.
type Batch = Result<(Vec<Box<str>>, Vec<Prepared>), IndexError>;

/// Builds the segment of a range of landings out of what becomes of each path in it, in path order. `progress` is called
/// with the number of paths that are done.
pub(in crate::index) fn build(
    range: &Range,
    steps: &[Steps],
    blobs: &dyn BlobStore,
    table: TableWriter,
    progress: &mut dyn FnMut(usize),
) -> Result<TableWriter, IndexError> {
    let mut assembler = Assembler::new(table, READERS);
    if steps.len() <= PATHS_AT_ONCE {
        let mut vocabulary = Vocabulary::new(RandomState::new());
        for (done, steps) in (1..).zip(steps) {
            let prepared = vocabulary.prepare(history::read(steps, blobs)?);
            assembler.learn(0, vocabulary.take_new());
            assembler.add(0, &prepared)?;
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
    let hasher = RandomState::new();
    std::thread::scope(|scope| {
        let readers: Vec<Receiver<Batch>> = (0..READERS)
            .map(|reader| {
                let (send, receive) = sync_channel(BATCHES);
                let mine: Vec<&[Steps]> = batches.iter().skip(reader).step_by(READERS).copied().collect();
                let vocabulary = Vocabulary::new(hasher.clone());
                scope.spawn(move || read_all(&mine, blobs, vocabulary, &send));
                receive
            })
            .collect();
        let mut done = 0;
        for batch in 0..batches.len() {
            let reader = batch % READERS;
            let (words, paths) = readers[reader].recv().expect("a reader sends every batch, or an error and ends")?;
            assembler.learn(reader, words);
            for path in &paths {
                assembler.add(reader, path)?;
            }
            done += paths.len();
            progress(done);
        }
        Ok(())
    })
}

/// Reads batches until there are no more, one fails, or nobody wants them.
fn read_all(batches: &[&[Steps]], blobs: &dyn BlobStore, mut vocabulary: Vocabulary, send: &SyncSender<Batch>) {
    for batch in batches {
        let paths: Result<Vec<Prepared>, IndexError> =
            batch.iter().map(|steps| Ok(vocabulary.prepare(history::read(steps, blobs)?))).collect();
        let failed = paths.is_err();
        if send.send(paths.map(|paths| (vocabulary.take_new(), paths))).is_err() || failed {
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
