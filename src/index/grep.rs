//! Finds lines: one scan of the distinct lines that are live, then a walk of the files in scope.

use super::bits::Bits;
use super::lines::{Chunk, Lines};
use super::runs;
use super::types::{FileMatches, GrepPattern, IndexedFile, LineMatch};
use super::version::Version;
use std::sync::Arc;

/// Dead lines fewer than this between live ones are scanned with them: cheaper than starting again.
const SMALL_GAP: usize = 256;

/// What a grep may read: lines, and which of them are live.
pub(super) struct Haystack<'a> {
    pub(super) lines: &'a Lines,
    pub(super) live: &'a Bits,
    pub(super) files: &'a [IndexedFile],
    pub(super) versions: &'a [Arc<Version>],
}

/// The lines that some version holds.
pub(super) fn live_lines(lines: &Lines, versions: &[Arc<Version>]) -> Bits {
    let mut live = Bits::new(lines.len());
    let lists = versions.iter().filter_map(|version| version.text.as_ref());
    lists.flat_map(|list| runs::decode(&list.runs)).for_each(|run| live.insert_range(run));
    live
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
            let lines: Vec<(u32, u32)> = numbered(version).filter(|(_, id)| hits.contains(*id)).collect();
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
        for chunk in self.lines.chunks() {
            for (start, end) in self.live_stretches(chunk) {
                scan_stretch(chunk, start, end, pattern, |index| {
                    hits.get_or_insert_with(|| Bits::new(self.lines.len())).insert(chunk.first + index as u32);
                });
            }
        }
        hits
    }

    /// The stretches of a chunk that hold live lines, as ranges of line indexes.
    fn live_stretches(&self, chunk: &Chunk) -> Vec<(usize, usize)> {
        let mut stretches: Vec<(usize, usize)> = Vec::new();
        for index in (0..chunk.len()).filter(|index| self.live.contains(chunk.first + *index as u32)) {
            match stretches.last_mut() {
                Some(last) if index - last.1 < SMALL_GAP => last.1 = index + 1,
                _ => stretches.push((index, index + 1)),
            }
        }
        stretches
    }
}

/// Calls `hit` with each matching line once. A pattern never matches across lines, so after a match the next line is next.
fn scan_stretch(chunk: &Chunk, start: usize, end: usize, pattern: &GrepPattern, mut hit: impl FnMut(usize)) {
    let text = &chunk.text[chunk.start(start)..chunk.start(end)];
    let mut at = 0;
    while let Some(found) = pattern.regex.find_at(text, at).filter(|found| found.start() < text.len()) {
        let index = chunk.index_at(chunk.start(start) + found.start());
        hit(index);
        at = chunk.start(index + 1) - chunk.start(start);
    }
}

/// The lines of a version: number from 1, id.
fn numbered(version: &Version) -> impl Iterator<Item = (u32, u32)> + '_ {
    let ids = version.text.iter().flat_map(|list| runs::decode(&list.runs).flatten());
    (1..).zip(ids)
}
