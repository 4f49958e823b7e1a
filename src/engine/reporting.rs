//! Reports: what of a memory wants somebody's care.

use super::memory::Memory;
use super::server::Engine;
use super::types::{RefRequest, Resolution};
use super::{Code, EngineError};
use crate::access::{Action, Caller, decide};
use crate::base::{RepositoryName, Timestamp};
use crate::query::{MemoryReport, ReportRequest, Visibility};

/// After how many days without an update an approved record is stale where nobody says otherwise.
pub const USUAL_STALE_DAYS: u32 = 180;
/// How many items of each list come back where nobody says otherwise, and at most.
pub const USUAL_REPORT_ITEMS: usize = 100;
/// The most items of each list.
pub const MOST_REPORT_ITEMS: usize = 1_000;
/// The longest time after which a record can be called stale, in days: a hundred years.
const MOST_STALE_DAYS: u32 = 36_500;
/// Seconds in a day.
const DAY: i64 = 86_400;

/// A report as a face asks for it.
#[derive(Clone, Debug, Default)]
pub struct AskReport {
    /// Which commit.
    pub at: RefRequest,
    /// The moment as of which records are stale, RFC 3339; `None`: now.
    pub as_of: Option<String>,
    /// After how many days without an update an approved record is stale.
    pub stale_after_days: Option<u32>,
    /// How many items of each list at most.
    pub limit: Option<usize>,
}

/// A report with what it depends on.
#[derive(Clone, Debug)]
pub struct ReportView {
    /// The commit.
    pub resolution: Resolution,
    /// The moment.
    pub as_of: Timestamp,
    /// Days without an update after which an approved record is stale.
    pub stale_after_days: u32,
    /// The most items of each list.
    pub limit: usize,
    /// The report.
    pub report: MemoryReport,
}

impl Memory {
    /// Reports on a commit, seeing everything.
    pub fn report(&self, ask: &AskReport) -> Result<ReportView, EngineError> {
        self.report_as(ask, &Visibility::default())
    }

    fn report_as(&self, ask: &AskReport, visibility: &Visibility) -> Result<ReportView, EngineError> {
        let as_of = ask.as_of.as_deref().map_or(Ok(self.clock.now()), moment)?;
        let stale_after_days = days(ask.stale_after_days)?;
        let limit = items(ask.limit)?;
        let resolution = self.resolve(&ask.at)?;
        let request = ReportRequest { as_of, stale_after: i64::from(stale_after_days) * DAY, limit };
        let report = self.with_view(resolution.commit, |view| Ok(crate::query::report(view, visibility, &request)))?;
        Ok(ReportView { resolution, as_of, stale_after_days, limit, report })
    }
}

impl Engine {
    /// Reports on a commit, as far as the caller sees it.
    pub fn report(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        ask: &AskReport,
    ) -> Result<(RepositoryName, ReportView), EngineError> {
        decide(caller, &Action::ReadReport)?;
        let (row, served) = self.named(caller, repository)?;
        Ok((row.name, served.memory.report_as(ask, &super::reads::visibility(caller))?))
    }
}

fn moment(text: &str) -> Result<Timestamp, EngineError> {
    Timestamp::parse(text).map_err(|e| {
        let mend = "write a time such as 2026-05-10T12:00:00Z";
        EngineError::new(Code::BadTimestamp, e.to_string()).because("Malformed", Some("asOf"), mend)
    })
}

fn days(asked: Option<u32>) -> Result<u32, EngineError> {
    let days = asked.unwrap_or(USUAL_STALE_DAYS);
    if days <= MOST_STALE_DAYS {
        return Ok(days);
    }
    Err(too_much("staleAfterDays", format!("a record is stale after at most {MOST_STALE_DAYS} days")))
}

fn items(asked: Option<usize>) -> Result<usize, EngineError> {
    let limit = asked.unwrap_or(USUAL_REPORT_ITEMS);
    if (1..=MOST_REPORT_ITEMS).contains(&limit) {
        return Ok(limit);
    }
    Err(too_much("limit", format!("a list of a report has 1 to {MOST_REPORT_ITEMS} items")))
}

fn too_much(field: &str, message: String) -> EngineError {
    EngineError::new(Code::LimitExceeded, message.clone()).because("TooMuch", Some(field), message)
}
