//! Finds lines: the blocks that may have them, the distinct lines in those, and the files that hold them at the commit.

use super::super::lines_at::LineReader;
use super::super::scan;
use super::super::segment::damaged;
use super::super::types::{FileMatches, GrepPattern, IndexError, IndexedFile, LineMatch};
use super::super::weave;
use super::finder::Finder;
use super::{NOWHERE, Part, View};
use crate::base::RepoPath;
use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};

/// The place of a live file, and a line that it has or had.
type Hit = (u32, u32);

/// From so many blocks on two threads scan them.
const MANY_BLOCKS: usize = 256;

impl View {
    /// The matching lines of the files in scope, at most `most` of them, and how many there are in all.
    pub(super) fn find_lines(
        &self,
        pattern: &GrepPattern,
        scope: &dyn Fn(&IndexedFile) -> bool,
        most: usize,
    ) -> Result<(Vec<FileMatches>, usize), IndexError> {
        let mut hits: Vec<Hit> = Vec::new();
        self.parts.iter().try_for_each(|part| add_hits(part, pattern, &mut hits))?;
        hits.sort_unstable();
        let mut readers: HashMap<u32, LineReader<'_>> = HashMap::new();
        let (mut found, mut total) = (Vec::new(), 0);
        for hits in hits.chunk_by(|a, b| a.0 == b.0) {
            let live = self.live[hits[0].0 as usize];
            let file = self.indexed_file(&live);
            if !file.searchable || !scope(&file) {
                continue;
            }
            let part = &self.parts[live.part as usize];
            let lines = hit_lines(part, live.path, hits)?;
            let room = most.saturating_sub(total).min(lines.len());
            total += lines.len();
            if room > 0 {
                let reader = readers.entry(live.part).or_insert_with(|| LineReader::new(&part.segment));
                let matches = lines[..room].iter().map(|(line, id)| Ok(line_match(pattern, *line, reader.line(*id)?)));
                found.push(FileMatches { path: file.path, lines: matches.collect::<Result<_, IndexError>>()? });
            }
        }
        Ok((found, total))
    }

    /// The matching lines of the files at some paths: those of each path, in order.
    pub(super) fn find_lines_in(
        &self,
        pattern: &GrepPattern,
        paths: &[&RepoPath],
    ) -> Result<Vec<Vec<LineMatch>>, IndexError> {
        let mut finders: HashMap<u32, Finder<'_>> = HashMap::new();
        let mut find = |path: &&RepoPath| {
            let (mut found, mut before) = (Vec::new(), 0);
            let Some(place) = self.place_of_file(path.as_str()) else { return Ok(found) };
            let live = self.live[place as usize];
            let finder = match finders.entry(live.part) {
                Occupied(known) => known.into_mut(),
                Vacant(free) => free.insert(Finder::new(&self.parts[live.part as usize].segment, pattern)?),
            };
            self.each_run(live, &mut |ids, _| {
                let first = before;
                before += ids.len() as u32;
                finder.find(ids, first, &mut found)
            })?;
            Ok(found)
        };
        paths.iter().map(&mut find).collect()
    }
}

fn line_match(pattern: &GrepPattern, line: u32, text: String) -> LineMatch {
    LineMatch { line, spans: pattern.spans(&text), text }
}

/// The lines of a file that are hits: number from 1, id.
fn hit_lines(part: &Part, path: u32, hits: &[Hit]) -> Result<Vec<(u32, u32)>, IndexError> {
    let Some(row) = part.segment.weave(path)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let mut before = 0;
    for (ids, _) in weave::live_in(&row, part.at) {
        let first = hits.partition_point(|(_, line)| *line < ids.start);
        let within = hits[first..].iter().take_while(|(_, line)| *line < ids.end);
        found.extend(within.map(|(_, line)| (before + 1 + line - ids.start, *line)));
        before += ids.end - ids.start;
    }
    Ok(found)
}

/// Adds the lines of a part that match and stood in a file that is live, whenever they did.
fn add_hits(part: &Part, pattern: &GrepPattern, hits: &mut Vec<Hit>) -> Result<(), IndexError> {
    let firsts = part.segment.blocks()?;
    let count = firsts.len() as u32 - 1;
    let candidates = pattern.plan.blocks(&mut |bucket| part.segment.blocks_of_gram(bucket))?;
    let blocks = candidates.unwrap_or_else(|| (0..count).collect());
    if blocks.iter().any(|block| *block >= count) {
        return Err(damaged("a block of lines is missing"));
    }
    for (block, lines) in scan_all(part, pattern, &blocks)? {
        let first = firsts[block as usize];
        part.segment.paths_of_lines(block, &lines, &mut |line, path| {
            let place = part.file_places[path as usize];
            if place != NOWHERE {
                hits.push((place, first + line));
            }
        })?;
    }
    Ok(())
}

/// The blocks with matching lines, and the places of these in each, in order.
fn scan_all(part: &Part, pattern: &GrepPattern, blocks: &[u32]) -> Result<Vec<(u32, Vec<u32>)>, IndexError> {
    if blocks.len() < MANY_BLOCKS {
        return scan_some(part, pattern, blocks);
    }
    let (left, right) = blocks.split_at(blocks.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| scan_some(part, pattern, right));
        let mut found = scan_some(part, pattern, left)?;
        found.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        Ok(found)
    })
}

fn scan_some(part: &Part, pattern: &GrepPattern, blocks: &[u32]) -> Result<Vec<(u32, Vec<u32>)>, IndexError> {
    let mut found = Vec::new();
    for block in blocks {
        let row = part.segment.lines(*block)?;
        let mut lines = Vec::new();
        scan::scan(&*row, pattern, &mut |line, _| lines.push(line as u32));
        if !lines.is_empty() {
            found.push((*block, lines));
        }
    }
    Ok(found)
}
