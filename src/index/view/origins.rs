//! The lines of a file, and the landings that brought them.

use super::super::lines_at::LineReader;
use super::super::types::IndexError;
use super::super::weave;
use super::{LiveFile, View};
use crate::base::CommitId;

/// Lines in a row that one landing brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineOrigin {
    /// First line.
    pub first: u32,
    /// Last line.
    pub last: u32,
    /// The landing; `None` where history is not filled in that far.
    pub commit: Option<CommitId>,
}

impl View {
    /// The text of a live file.
    pub(super) fn text_of(&self, place: u32) -> Result<Option<String>, IndexError> {
        let live = self.live[place as usize];
        let Some(ends_with_newline) = self.file_row(&live).text else { return Ok(None) };
        let mut text = String::new();
        let mut reader = LineReader::new(&self.parts[live.part as usize].segment);
        self.each_run(live, &mut |ids, _| reader.append(ids, &mut text))?;
        if !ends_with_newline {
            text.pop();
        }
        Ok(Some(text))
    }

    /// The lines of a live file from one to another, each with a line break.
    pub(super) fn lines_of(&self, place: u32, first: u32, last: u32) -> Result<Option<String>, IndexError> {
        let live = self.live[place as usize];
        if self.file_row(&live).text.is_none() {
            return Ok(None);
        }
        let (mut text, mut before) = (String::new(), 0);
        let mut reader = LineReader::new(&self.parts[live.part as usize].segment);
        self.each_run(live, &mut |ids, _| {
            let skipped = first.saturating_sub(before + 1).min(ids.len() as u32);
            let taken = last.saturating_sub(before).min(ids.len() as u32);
            before += ids.len() as u32;
            if skipped < taken { reader.append(ids.start + skipped..ids.start + taken, &mut text) } else { Ok(()) }
        })?;
        Ok(Some(text))
    }

    /// The origins of the lines of a live file.
    pub(super) fn origins_of(&self, place: u32) -> Result<Option<Vec<LineOrigin>>, IndexError> {
        let live = self.live[place as usize];
        if self.file_row(&live).text.is_none() {
            return Ok(None);
        }
        let mut origins: Vec<LineOrigin> = Vec::new();
        let mut before = 0;
        self.each_run(live, &mut |ids, from| {
            let (first, last, commit) = (before + 1, before + ids.len() as u32, self.landing(from));
            before = last;
            match origins.last_mut().filter(|run| run.commit == commit) {
                Some(run) => run.last = last,
                None => origins.push(LineOrigin { first, last, commit }),
            }
            Ok(())
        })?;
        Ok(Some(origins))
    }

    /// The lines of a file, each with the position of the landing that brought it; none where it is no text.
    pub(in crate::index) fn lines_with_positions(&self, path: &str) -> Result<Vec<(String, u32)>, IndexError> {
        let Some(place) = self.place_of_file(path) else { return Ok(Vec::new()) };
        let live = self.live[place as usize];
        let mut lines = Vec::new();
        let mut reader = LineReader::new(&self.parts[live.part as usize].segment);
        self.each_run(live, &mut |ids, from| {
            for id in ids {
                lines.push((reader.line(id)?, from));
            }
            Ok(())
        })?;
        Ok(lines)
    }

    /// The commit at a position, where it is known to have brought what is said to come from there: what was there when
    /// the index began may be older. What is newer than the line is of the commit itself, where it is off the line.
    fn landing(&self, from: u32) -> Option<CommitId> {
        if from >= self.line.end() {
            return self.is_new.then_some(self.commit);
        }
        let known = from > self.line.first() || from == 0;
        known.then(|| self.line.commit(from)).flatten()
    }

    /// Calls with each run of lines of a file, in order.
    pub(super) fn each_run(
        &self,
        live: LiveFile,
        run: &mut dyn FnMut(std::ops::Range<u32>, u32) -> Result<(), IndexError>,
    ) -> Result<(), IndexError> {
        let part = &self.parts[live.part as usize];
        let Some(row) = part.segment.weave(live.path)? else { return Ok(()) };
        weave::live_in(&row, part.at).try_for_each(|(ids, from)| run(ids, from))
    }
}
