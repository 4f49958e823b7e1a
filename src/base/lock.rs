//! Locks on files, tried for a moment.

use std::fs::{File, TryLockError};
use std::time::Duration;

/// How often a lock that is held is tried again, and how long between.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// Takes the lock of a file, or says that it is held.
///
/// A process that another thread has just forked holds a copy of every lock of this one until it starts its
/// program, so a lock that was given up a moment ago may look held: only one that stays held is.
pub fn try_lock(file: &File) -> Result<(), TryLockError> {
    for _ in 1..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            other => return other,
        }
    }
    file.try_lock()
}
