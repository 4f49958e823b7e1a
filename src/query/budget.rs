//! The bytes of text an answer may hold.

/// Counts UTF-8 bytes down.
pub(super) struct Budget {
    left: usize,
    used: usize,
}

impl Budget {
    /// A budget of bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self { left: bytes, used: 0 }
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
}
