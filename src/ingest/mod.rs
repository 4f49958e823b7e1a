//! Run memory: from what a run left behind to the records of a reviewed proposal. Pure but for reading the source.
//!
//! ```text
//! files of a run -> Bundle -> Source (parse, screen, tell) -> Moments -> Story -> Drafts (by tier)
//! ```
//!
//! A [`Bundle`] is a set of files that was checked for climbing paths, links, devices and bombs. A source kind is one module
//! behind the trait of [`source`]: it parses a file, has a [`Scrubber`](crate::screen::Scrubber) take out what must not be kept **before it looks at any of it**, and tells
//! what happened as [`Moment`]s, one after the other, so that a session of any size passes through. A [`Story`] is the
//! bounded sum of them: what may be kept, already screened. Files are made of a story and a tier, by rule.

mod bundle;
mod drafts;
mod lessons;
mod markdown;
mod model;
mod names;
mod problem;
mod promote;
pub mod source;
pub mod story;
mod summary;
mod tally;
mod text;
mod tier;
mod yaml;

pub use bundle::{Bundle, BundleError, BundleFile, BundleLimits, Part};
pub use drafts::{BadTarget, DraftChoice, DraftFile, KeptBytes, MEMORY_PATH, Target, drafts, merge_memory};
pub use lessons::{Lesson, lessons};
pub use model::{
    Artifact, Counts, Document, DocumentKind, Event, Moment, Outcome, Ran, RunHead, SourceKind, SourceRef, Step,
    StepKind, Task,
};
pub use problem::{Problem, ProblemKind};
pub use promote::{PromoteError, Promotion, promote};
pub use story::{Collector, Story, StoryError};
pub use summary::{Summary, summarize};
pub use tier::{JournalChoice, RetentionTier, TaskChoice};
