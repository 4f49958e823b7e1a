//! The limits of a server, each with a default that suits one machine.

use std::time::Duration;

/// How much a server takes on, and how long it waits.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// How long one request of the API may take. Git has its own: see `git_idle`.
    pub request_timeout: Duration,
    /// How long a connection may take to send the head of a request, and may idle between two.
    pub header_timeout: Duration,
    /// How long requests that are under way at the end may take to finish.
    pub drain: Duration,
    /// The most bytes of a JSON body, after decompression.
    pub max_json_bytes: usize,
    /// The most bytes of the archive of a run, as it is sent.
    pub max_import_bytes: u64,
    /// The most imports at once; more get 429.
    pub max_imports: usize,
    /// How long an import may take, from the first byte of the run to the answer.
    pub import_timeout: Duration,
    /// The most requests of the API at once; more get 429.
    pub max_requests: usize,
    /// The most connections at once; more wait to be accepted.
    pub max_connections: usize,
    /// The most bytes of a push, after decompression.
    pub max_push_bytes: u64,
    /// The most bytes of a fetch's request, after decompression.
    pub max_fetch_request_bytes: u64,
    /// The most git processes at once for one repository; more get 429.
    pub max_git_per_repository: usize,
    /// How long a git stream may stand still.
    pub git_idle: Duration,
    /// The most streams of changes at once; more get 429. Each holds a connection.
    pub max_watchers: usize,
    /// How long a stream of changes is silent before it shows that it lives.
    pub watch_heartbeat: Duration,
    /// How long a client may take nothing of what is written to it before its connection is dropped.
    pub write_stall: Duration,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(30),
            header_timeout: Duration::from_secs(10),
            drain: Duration::from_secs(10),
            max_json_bytes: 8 << 20,
            max_import_bytes: 512 << 20,
            max_imports: 4,
            import_timeout: Duration::from_secs(600),
            max_requests: 256,
            max_connections: 1024,
            max_push_bytes: 512 << 20,
            max_fetch_request_bytes: 32 << 20,
            max_git_per_repository: 16,
            git_idle: Duration::from_secs(120),
            max_watchers: 512,
            watch_heartbeat: Duration::from_secs(15),
            write_stall: Duration::from_secs(120),
        }
    }
}
