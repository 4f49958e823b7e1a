//! What an answer may hold: bytes of text, or of a section the bytes and tokens of all that is rendered.

use super::prompt;
use super::tokens;
use super::types::{Excerpt, Hit};

/// Counts UTF-8 bytes down.
pub(super) struct Budget {
    left: usize,
    used: usize,
    section: Option<Room>,
}

/// The room that is left in a section.
struct Room {
    left: Size,
    /// What is kept for excerpts while records are taken.
    kept: Size,
    /// Whether not even an empty section fits.
    is_shut: bool,
}

/// How large a text is.
#[derive(Clone, Copy, Default)]
struct Size {
    bytes: usize,
    /// Twelfths of an estimated token.
    tokens: usize,
}

impl Budget {
    /// A budget of bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self { left: bytes, used: 0, section: None }
    }

    /// A budget of bytes and tokens for a section as it is rendered, of which a part is needed whatever it holds.
    pub(super) fn of_section(bytes: usize, tokens: usize, needed: &str) -> Self {
        let all = Size { bytes, tokens: tokens::parts_of(tokens) };
        let left = all.less(Size::of(needed));
        let room = Room { left: left.unwrap_or_default(), kept: Size::default(), is_shut: left.is_none() };
        Self { left: 0, used: 0, section: Some(room) }
    }

    /// Whether what does not fit is passed over, and what comes after it is tried.
    pub(super) fn passes_over(&self) -> bool {
        self.section.is_some()
    }

    /// Whether not even an empty section fits.
    pub(super) fn is_shut(&self) -> bool {
        self.section.as_ref().is_some_and(|room| room.is_shut)
    }

    /// Keeps half of a section for what comes after the records.
    pub(super) fn keep_half(&mut self) {
        if let Some(room) = &mut self.section {
            room.kept = Size { bytes: room.left.bytes / 2, tokens: room.left.tokens / 2 };
        }
    }

    /// Gives what was kept.
    pub(super) fn keep_nothing(&mut self) {
        if let Some(room) = &mut self.section {
            room.kept = Size::default();
        }
    }

    /// Takes a record, whole or not at all.
    pub(super) fn take_hit(&mut self, hit: &Hit) -> bool {
        let text = hit.text.as_ref().filter(|_| self.section.is_some()).map_or(0, String::len);
        let headings = hit.sections.iter().flatten().filter_map(|section| section.heading.as_ref());
        let headings: usize = headings.map(String::len).sum();
        self.take_item(hit.title.len() + hit.summary.len() + headings + text, || prompt::record(hit))
    }

    /// Takes an excerpt, whole or not at all.
    pub(super) fn take_excerpt(&mut self, excerpt: &Excerpt) -> bool {
        self.take_item(excerpt.text.len(), || prompt::excerpt(excerpt))
    }

    /// Takes bytes, all of them or none.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        let fits = bytes <= self.left;
        if fits {
            self.left -= bytes;
            self.used += bytes;
        }
        fits
    }

    /// Takes the whole of a text or its beginning: whole lines where one fits, whole characters always.
    pub(super) fn take_beginning(&mut self, text: &str) -> String {
        let cut = text.floor_char_boundary(self.left);
        let end = if cut == text.len() { cut } else { text[..cut].rfind('\n').map_or(cut, |at| at + 1) };
        self.take(end);
        text[..end].to_owned()
    }

    /// How many bytes were taken.
    pub(super) fn used(&self) -> usize {
        self.used
    }

    fn take_item(&mut self, bytes: usize, rendered: impl FnOnce() -> String) -> bool {
        let Some(room) = &mut self.section else { return self.take(bytes) };
        let fits = !room.is_shut && room.take(Size::of(&rendered()));
        self.used += if fits { bytes } else { 0 };
        fits
    }
}

impl Room {
    fn take(&mut self, size: Size) -> bool {
        let left = self.left.less(size).filter(|left| left.less(self.kept).is_some());
        if let Some(left) = left {
            self.left = left;
        }
        left.is_some()
    }
}

impl Size {
    fn of(text: &str) -> Self {
        Self { bytes: text.len(), tokens: tokens::parts(text) }
    }

    fn less(self, other: Self) -> Option<Self> {
        let (bytes, tokens) = (self.bytes.checked_sub(other.bytes)?, self.tokens.checked_sub(other.tokens)?);
        Some(Self { bytes, tokens })
    }
}
