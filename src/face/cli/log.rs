//! The log of a server, on standard error.

use crate::engine::{Code, EngineError};
use clap::ValueEnum;
use serde::Deserialize;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// What is logged when nobody says otherwise.
const USUAL: &str = "info";

/// What is logged, and how.
#[derive(Debug, Default)]
pub struct Log {
    /// Such as `info` or `lorekeep=debug,warn`.
    pub filter: Option<String>,
    /// How a line looks.
    pub format: LogFormat,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// Starts the log of this process.
pub fn start(log: &Log) -> Result<(), EngineError> {
    let filter = EnvFilter::try_new(log.filter.as_deref().unwrap_or(USUAL));
    let filter = filter.map_err(|e| EngineError::new(Code::BadRequest, format!("the log's filter: {e}")))?;
    let colour = std::io::stderr().is_terminal() && !super::env::is_set("NO_COLOR");
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colour);
    let started = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    started.map_err(|e| EngineError::new(Code::Internal, format!("the log cannot start: {e}")))
}
