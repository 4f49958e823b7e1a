//! The lines that a fork begins with: those of the session that it was forked from.
//!
//! A fork writes its own `session_meta`, then the lines of its parent, that one's `session_meta` first, either with their own times or
//! with that of the fork. What is later than the moment of the fork, and a breath, is its own.

use super::super::when::When;

/// So long, in milliseconds, copying may take.
const BREATH: i64 = 1_000;

/// Where the copied lines of a file end.
#[derive(Debug, Default)]
pub(super) struct Copied {
    own: Option<String>,
    /// When the session of the file began.
    began: Option<When>,
    forked: bool,
}

impl Copied {
    /// Takes in a `session_meta`; the id of the parent, where it says of one.
    pub(super) fn meta(&mut self, id: Option<&str>, forked_from: Option<&str>, began: Option<When>) -> Option<String> {
        let Some(own) = &self.own else {
            self.own = Some(id.unwrap_or("").to_owned());
            self.began = began;
            self.forked = forked_from.is_some();
            return forked_from.map(str::to_owned);
        };
        let other = id.filter(|id| id != own)?.to_owned();
        self.forked = true;
        Some(other)
    }

    /// Whether a line of a moment is the parent's; one without a moment is where the one before it was.
    pub(super) fn holds(&mut self, when: Option<When>) -> bool {
        if self.forked
            && let (Some(began), Some(when)) = (self.began, when)
            && when.ms > began.ms.saturating_add(BREATH)
        {
            self.forked = false;
        }
        self.forked && self.began.is_some()
    }
}
