//! Lists of line ids as runs of consecutive ids: new lines of a file get ids in a row, so a whole file is a few bytes.

use super::columns::{Bytes, push_varint};
use std::ops::Range;

/// Writes line ids as `(distance from the end of the last run, length)` pairs of variable-length integers.
pub(super) fn encode(ids: &[u32]) -> Box<[u8]> {
    let mut out = Vec::new();
    let mut end = 0i64;
    for run in ids.chunk_by(|a, b| a.wrapping_add(1) == *b) {
        let start = i64::from(run[0]);
        push_varint(&mut out, zigzag(start - end));
        push_varint(&mut out, run.len() as u64);
        end = start + run.len() as i64;
    }
    out.into_boxed_slice()
}

/// Reads the runs back, in file order. Stops at bytes that are no run.
pub(super) fn decode(bytes: &[u8]) -> impl Iterator<Item = Range<u32>> + '_ {
    let mut rest = Bytes::new(bytes);
    let mut end = 0i64;
    std::iter::from_fn(move || {
        let start = end.checked_add(unzigzag(rest.varint()?))?;
        end = start.checked_add(i64::try_from(rest.varint()?).ok()?)?;
        Some(u32::try_from(start).ok()?..u32::try_from(end).ok()?)
    })
}

/// Whether bytes are whole runs of ids below `count`.
pub(super) fn is_valid(bytes: &[u8], count: u32) -> bool {
    let mut rest = Bytes::new(bytes);
    let mut end = 0i64;
    while !rest.rest().is_empty() {
        let (Some(step), Some(len)) = (rest.varint(), rest.varint()) else { return false };
        let Some(start) = end.checked_add(unzigzag(step)) else { return false };
        let Some(next) = i64::try_from(len).ok().and_then(|len| start.checked_add(len)) else { return false };
        if start < 0 || next > i64::from(count) {
            return false;
        }
        end = next;
    }
    true
}

fn zigzag(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)) as u64
}

fn unzigzag(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}
