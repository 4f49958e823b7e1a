//! `lorekeep demo`: a seeded server of two organizations, and commands to try.

mod files;
mod guide;
mod seed;

use super::log::{self, Log};
use super::{Outcome, Verdict, env, operate, print, serve};
use crate::base::time::SystemClock;
use crate::engine::{Code, Engine, EngineConfig, EngineError};
use crate::face::http::ServeOptions;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub fn run(listen: &str, data_dir: Option<PathBuf>) -> Outcome {
    log::start(&Log { filter: Some(filter()), ..Log::default() })?;
    let folder = Folder::choose(data_dir)?;
    let demo = seed::prepare(folder.path(), &operate::program()?)?;
    let (data_dir, hook_program) = (folder.path().to_owned(), operate::program()?);
    let engine = Arc::new(Engine::serve(EngineConfig { data_dir, hook_program, clock: Arc::new(SystemClock) })?);
    serve::until_stopped(Arc::clone(&engine), listen, ServeOptions::default(), |address| {
        let waiting = seed::waiting(&engine, &demo)?;
        print(&format!("listening on http://{address}\n"))?;
        print(&guide::text(&demo, address, waiting.as_ref(), &folder.told()))
    })?;
    Ok(Verdict::Yes)
}

/// What the log says: little, so that the commands stay in sight.
fn filter() -> String {
    env::get("LOREKEEP_LOG").and_then(|f| f.into_string().ok()).unwrap_or_else(|| "warn".to_owned())
}

/// Where the data are: a folder that was given, or one that goes away at the end.
enum Folder {
    Given(PathBuf),
    Passing(tempfile::TempDir),
}

impl Folder {
    fn choose(given: Option<PathBuf>) -> Result<Self, EngineError> {
        let made = |e| EngineError::new(Code::Unavailable, format!("a temporary folder cannot be made: {e}"));
        given.map_or_else(|| tempfile::tempdir().map(Self::Passing).map_err(made), |dir| Ok(Self::Given(dir)))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Given(path) => path,
            Self::Passing(dir) => dir.path(),
        }
    }

    fn told(&self) -> String {
        match self {
            Self::Given(path) => format!("The data stay in {}.", path.display()),
            Self::Passing(dir) => format!("The data are in {} until the server stops.", dir.path().display()),
        }
    }
}
