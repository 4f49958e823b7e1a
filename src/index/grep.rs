//! Finds lines: one scan of the distinct lines that are live, then a walk of the files in scope.

use super::bits::Bits;
use super::lines::{Chunk, Lines};
use super::runs;
use super::types::{FileMatches, GrepPattern, IndexedFile, LineMatch};
use super::version::Version;
use std::ops::Range;
use std::sync::Arc;

/// Dead lines fewer than this between live ones are scanned with them: cheaper than starting again.
const SMALL_GAP: u32 = 256;

/// Where the live lines stand: a chunk, and a range of its lines.
pub(super) struct Stretch {
    chunk: usize,
    lines: Range<usize>,
}

/// What a grep may read: lines, and where the live ones stand.
pub(super) struct Haystack<'a> {
    pub(super) lines: &'a Lines,
    pub(super) live: &'a [Stretch],
    pub(super) files: &'a [IndexedFile],
    pub(super) versions: &'a [Arc<Version>],
}

/// Where the lines stand that some version holds, in id order.
pub(super) fn live_stretches(lines: &Lines, versions: &[Arc<Version>]) -> Vec<Stretch> {
    let mut live = Bits::new(lines.len());
    let lists = versions.iter().filter_map(|version| version.text.as_ref());
    lists.flat_map(|list| runs::decode(&list.runs)).for_each(|run| live.insert_range(run));
    let within = |(chunk, at): (usize, &Arc<Chunk>)| {
        let ids = at.first..at.first + at.len() as u32;
        let first = at.first;
        let local = move |ids: Range<u32>| (ids.start - first) as usize..(ids.end - first) as usize;
        live.stretches(ids, SMALL_GAP).into_iter().map(move |ids| Stretch { chunk, lines: local(ids) })
    };
    lines.chunks().iter().enumerate().flat_map(within).collect()
}

impl Haystack<'_> {
    /// The matching lines of the files in scope, at most `most` of them, and how many there are in all.
    pub(super) fn grep(
        &self,
        pattern: &GrepPattern,
        scope: &dyn Fn(&IndexedFile) -> bool,
        most: usize,
    ) -> (Vec<FileMatches>, usize) {
        let Some(hits) = self.scan(pattern) else { return (Vec::new(), 0) };
        let (mut found, mut total) = (Vec::new(), 0);
        for (file, version) in self.files.iter().zip(self.versions).filter(|(file, _)| file.searchable && scope(file)) {
            let lines = hit_lines(version, &hits);
            let room = most.saturating_sub(total).min(lines.len());
            total += lines.len();
            if room > 0 {
                let lines = lines[..room].iter().map(|(line, id)| self.line_match(pattern, *line, *id)).collect();
                found.push(FileMatches { path: file.path.clone(), lines });
            }
        }
        (found, total)
    }

    fn line_match(&self, pattern: &GrepPattern, line: u32, id: u32) -> LineMatch {
        let text = self.lines.line(id).to_owned();
        let spans = pattern.regex.find_iter(&text).filter(|m| !m.is_empty()).map(|m| (m.start(), m.end())).collect();
        LineMatch { line, text, spans }
    }

    /// The ids of the lines that match; `None` where there is none.
    fn scan(&self, pattern: &GrepPattern) -> Option<Bits> {
        let mut hits = None;
        for stretch in self.live {
            let chunk = &self.lines.chunks()[stretch.chunk];
            scan_lines(chunk, &stretch.lines, pattern, |index| {
                hits.get_or_insert_with(|| Bits::new(self.lines.len())).insert(chunk.first + index as u32);
            });
        }
        hits
    }
}

/// Calls `hit` with each matching line once. A pattern never matches across lines, so after a match the next line is next.
fn scan_lines(chunk: &Chunk, lines: &Range<usize>, pattern: &GrepPattern, mut hit: impl FnMut(usize)) {
    let start = chunk.start(lines.start);
    let text = &chunk.text[start..chunk.start(lines.end)];
    let mut at = 0;
    while let Some(found) = pattern.regex.find_at(text, at).filter(|found| found.start() < text.len()) {
        let index = chunk.index_at(start + found.start());
        hit(index);
        at = chunk.start(index + 1) - start;
    }
}

/// The lines of a version that are hits: number from 1, id.
fn hit_lines(version: &Version, hits: &Bits) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    let mut before = 0;
    for run in version.text.iter().flat_map(|list| runs::decode(&list.runs)) {
        found.extend(hits.within(run.clone()).map(|id| (before + 1 + id - run.start, id)));
        before += run.end - run.start;
    }
    found
}
