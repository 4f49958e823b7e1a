//! Tests of stories, summaries, drafts, lessons and promotion.

mod collecting;
mod drafting;
mod hostile;
mod lessons;
mod memory;
mod promoting;
mod summing;
mod told;
