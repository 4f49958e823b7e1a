//! Pages of lists, and the cursors that lead from one to the next.

use super::RecordsError;
use crate::base::{Digest, OrgId};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// What is on it, in the order of the list.
    pub items: Vec<T>,
    /// The cursor of the next page, where there is one.
    pub next: Option<String>,
}

/// The most items of one page.
pub const MAX_PAGE: u32 = 200;

/// Which page is wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageRequest<'a> {
    /// The cursor that the page before came with; `None`: the first page.
    pub cursor: Option<&'a str>,
    /// At most so many items; brought into 1 to [`MAX_PAGE`]. Zero: 50.
    pub limit: u32,
}

impl PageRequest<'_> {
    /// How many items the page may have.
    pub(super) fn items(&self) -> usize {
        let limit = if self.limit == 0 { 50 } else { self.limit.min(MAX_PAGE) };
        limit as usize
    }

    /// How many rows to ask for: one more than the page has, which shows whether another page follows.
    pub(super) fn rows(&self) -> i64 {
        self.items() as i64 + 1
    }

    /// The position after which the page begins in a list that falls from the highest.
    pub(super) fn below(&self, org: &OrgId, list: &str) -> Result<i64, RecordsError> {
        self.cursor.map_or(Ok(i64::MAX), |text| open(org, list, text).ok_or(RecordsError::BadCursor))
    }

    /// Makes a page of rows that were asked for with [`Self::rows`].
    pub(super) fn page<T>(&self, org: &OrgId, list: &str, mut rows: Vec<T>, position: impl Fn(&T) -> i64) -> Page<T> {
        let more = rows.len() > self.items();
        rows.truncate(self.items());
        let next = if more { rows.last().map(|last| seal(org, list, position(last))) } else { None };
        Page { items: rows, next }
    }
}

/// A position and what it is a position of. The check keeps a cursor from being used by mistake in
/// another list or org; every query is bound to its org on its own.
pub(super) fn seal(org: &OrgId, list: &str, position: i64) -> String {
    let check = Digest::of_json(&("cursor", org, list, position));
    BASE64.encode(format!("{position}.{}", &check.as_str()["blake3:".len()..][..16]))
}

/// The position of a cursor that [`seal`] made for this list of this org.
pub(super) fn open(org: &OrgId, list: &str, text: &str) -> Option<i64> {
    let plain = String::from_utf8(BASE64.decode(text.get(..text.len().min(100))?).ok()?).ok()?;
    let position = plain.split_once('.')?.0.parse().ok()?;
    (seal(org, list, position) == text).then_some(position)
}
