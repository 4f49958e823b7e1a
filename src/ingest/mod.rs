//! Run memory: from what a run left behind to the records of a reviewed proposal. Pure but for reading the source.
//!
//! ```text
//! files of a run -> Bundle -> Source (parse, screen, tell) -> Moments -> Story -> Drafts (by tier)
//! ```
//!
//! A [`Bundle`] is a set of files that was checked for climbing paths, links, devices and bombs. A source kind is one module
//! behind [`Source`]: it parses a file, has a [`Scrubber`](crate::screen::Scrubber) take out what must not be kept **before it looks at any of it**, and tells
//! what happened as [`Moment`]s, one after the other, so that a session of any size passes through. A [`Story`] is the
//! bounded sum of them: what may be kept, already screened. Files are made of a story and a tier, by rule.

mod model;
mod problem;
mod tier;

pub use model::{
    Artifact, Counts, Document, DocumentKind, Event, Moment, Outcome, Ran, RunHead, SourceKind, SourceRef, Step,
    StepKind, Task,
};
pub use problem::{Problem, ProblemKind};
pub use tier::{JournalChoice, RetentionTier, TaskChoice};
