//! Runs of babysitter, in the three shapes in which they are found: the layout of its SDK, flat events, and the plain fixture.

mod checksum;
mod cost;
mod documents;
mod effects;
mod events;
mod head;
mod journal;
mod layout;
mod refs;
mod results;
mod tasks;

use super::telling::Telling;
use super::{ReadError, Source};
use crate::ingest::{Bundle, RunHead, SourceKind};
use layout::Layout;

/// Runs of babysitter.
pub(super) struct Babysitter;

impl Source for Babysitter {
    fn kind(&self) -> SourceKind {
        SourceKind::BabysitterRun
    }

    fn fits(&self, bundle: &Bundle) -> bool {
        Layout::of(bundle).is_some()
    }

    fn read(&self, bundle: &Bundle, telling: &mut Telling<'_>) -> Result<RunHead, ReadError> {
        let layout = Layout::of(bundle).ok_or(ReadError::NotThere("run (`run.json` or a `journal`)"))?;
        let mut run = events::Run::begin(layout, telling)?;
        journal::read(&mut run, telling)?;
        run.tell_rest(telling)?;
        documents::tell(run.layout(), telling)?;
        documents::tell_artifacts(run.layout(), telling);
        Ok(run.finish())
    }
}
