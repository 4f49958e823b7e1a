//! A reader that stops at so many bytes, and remembers why it stopped.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Why a reader gave no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// What it reads from failed: the network, the disk.
    Input,
    /// It gave as many bytes as it may.
    Limit,
}

/// Gives at most so many bytes, then an error.
pub(super) struct Limited<R> {
    inner: R,
    left: u64,
    stopped: Rc<Cell<Option<Stop>>>,
    /// What an error of `inner` means.
    meaning: Option<Stop>,
}

impl<R: Read> Limited<R> {
    /// Reads what comes from outside.
    pub(super) fn input(inner: R, bytes: u64, stopped: &Rc<Cell<Option<Stop>>>) -> Self {
        Self { inner, left: bytes, stopped: stopped.clone(), meaning: Some(Stop::Input) }
    }

    /// Reads what a decoder makes of it: an error of it says nothing about the input.
    pub(super) fn decoded(inner: R, bytes: u64, stopped: &Rc<Cell<Option<Stop>>>) -> Self {
        Self { inner, left: bytes, stopped: stopped.clone(), meaning: None }
    }

    fn stop(&self, why: Stop) {
        self.stopped.set(self.stopped.get().or(Some(why)));
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into).inspect_err(|_| {
            if let Some(meaning) = self.meaning {
                self.stop(meaning);
            }
        })?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => {
                self.stop(Stop::Limit);
                return Err(io::Error::other("more bytes than the limit"));
            }
        }
        Ok(read)
    }
}
