//! The settings of a server: flags, else the environment, else `lorekeep.toml`, else the defaults.

use super::args::ServeArgs;
use super::log::{Log, LogFormat};
use crate::engine::{Code, EngineError};
use crate::face::http::ServeOptions;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where a server listens when nobody says otherwise.
pub const LISTEN: &str = "127.0.0.1:8420";
/// The name of the configuration file in a data directory.
const FILE: &str = "lorekeep.toml";

/// All that a server has to know.
pub struct Settings {
    pub data_dir: PathBuf,
    pub listen: String,
    pub log: Log,
    pub options: ServeOptions,
}

/// What `lorekeep.toml` may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    data_dir: Option<PathBuf>,
    listen: Option<String>,
    log: LogTable,
    limits: Limits,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LogTable {
    filter: Option<String>,
    format: Option<LogFormat>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Limits {
    request_timeout_seconds: Option<u64>,
    header_timeout_seconds: Option<u64>,
    drain_seconds: Option<u64>,
    git_idle_seconds: Option<u64>,
    max_json_bytes: Option<usize>,
    max_import_bytes: Option<u64>,
    max_imports: Option<usize>,
    import_timeout_seconds: Option<u64>,
    max_requests: Option<usize>,
    max_connections: Option<usize>,
    max_push_bytes: Option<u64>,
    max_fetch_request_bytes: Option<u64>,
    max_git_per_repository: Option<usize>,
    max_watchers: Option<usize>,
    watch_heartbeat_seconds: Option<u64>,
    write_stall_seconds: Option<u64>,
}

/// The settings that a `serve` command comes to. The flags already hold what the environment says.
pub fn of(args: &ServeArgs) -> Result<Settings, EngineError> {
    let file = file(args)?;
    let data_dir = args.data.data_dir.clone().or(file.data_dir).ok_or_else(no_data_dir)?;
    let log = Log {
        filter: args.log.clone().or(file.log.filter),
        format: args.log_format.or(file.log.format).unwrap_or_default(),
    };
    let listen = args.listen.clone().or(file.listen).unwrap_or_else(|| LISTEN.to_owned());
    Ok(Settings { data_dir, listen, log, options: file.limits.applied() })
}

fn file(args: &ServeArgs) -> Result<File, EngineError> {
    if let Some(path) = &args.config {
        return read(path);
    }
    match args.data.data_dir.as_ref().map(|dir| dir.join(FILE)) {
        Some(path) if path.exists() => read(&path),
        _ => Ok(File::default()),
    }
}

fn read(path: &Path) -> Result<File, EngineError> {
    let wrong = |why: String| EngineError::new(Code::BadRequest, format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
    toml::from_str(&text).map_err(|e| wrong(e.to_string().trim_end().to_owned()))
}

fn no_data_dir() -> EngineError {
    let mend = "give --data-dir DIR, set LOREKEEP_DATA_DIR, or write `data_dir` into the file of --config";
    EngineError::new(Code::BadRequest, format!("no data directory: {mend}"))
}

impl Limits {
    fn applied(&self) -> ServeOptions {
        let usual = ServeOptions::default();
        let time = |seconds: Option<u64>, usual| seconds.map_or(usual, Duration::from_secs);
        ServeOptions {
            request_timeout: time(self.request_timeout_seconds, usual.request_timeout),
            header_timeout: time(self.header_timeout_seconds, usual.header_timeout),
            drain: time(self.drain_seconds, usual.drain),
            git_idle: time(self.git_idle_seconds, usual.git_idle),
            max_json_bytes: self.max_json_bytes.unwrap_or(usual.max_json_bytes),
            max_import_bytes: self.max_import_bytes.unwrap_or(usual.max_import_bytes),
            max_imports: self.max_imports.unwrap_or(usual.max_imports),
            import_timeout: time(self.import_timeout_seconds, usual.import_timeout),
            max_requests: self.max_requests.unwrap_or(usual.max_requests),
            max_connections: self.max_connections.unwrap_or(usual.max_connections),
            max_push_bytes: self.max_push_bytes.unwrap_or(usual.max_push_bytes),
            max_fetch_request_bytes: self.max_fetch_request_bytes.unwrap_or(usual.max_fetch_request_bytes),
            max_git_per_repository: self.max_git_per_repository.unwrap_or(usual.max_git_per_repository),
            max_watchers: self.max_watchers.unwrap_or(usual.max_watchers),
            watch_heartbeat: time(self.watch_heartbeat_seconds, usual.watch_heartbeat),
            write_stall: time(self.write_stall_seconds, usual.write_stall),
        }
    }
}
