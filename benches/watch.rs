//! What streams of changes cost: many readers of one server, half of which never read.
//!
//! `cargo bench --bench watch` opens 1,000 streams (`LOREKEEP_BENCH_READERS` chooses another number, up to 10,000), changes the
//! policy of a repository so often (`LOREKEEP_BENCH_CHANGES`, 100), and prints the memory of the server process, whether every
//! reading stream got each change once and in order, and how long it took from the answer of a change until the streams had it.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use lorekeep::base::time::SystemClock;
use lorekeep::base::{OrgId, Principal, RepositoryName};
use lorekeep::engine::{Engine, EngineConfig, Role};
use lorekeep::face::http::{ServeOptions, serve};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// The role of the process that is the server: it is measured by itself.
const SERVE: &str = "LOREKEEP_BENCH_SERVE";

fn main() {
    // `cargo test --benches` only asks whether it runs.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    raise_file_limit();
    match std::env::var_os(SERVE) {
        Some(folder) => run_server(Path::new(&folder)),
        None => run_readers(),
    }
}

fn number(name: &str, usual: usize) -> usize {
    std::env::var_os(name).and_then(|text| text.to_str()?.parse().ok()).unwrap_or(usual)
}

fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let most = getrlimit(Resource::Nofile).maximum;
    let raised = setrlimit(Resource::Nofile, Rlimit { current: most, maximum: most });
    raised.expect("a process may raise its soft limit");
}

fn engine(folder: &Path, serving: bool) -> Engine {
    let hook_program = std::env::current_exe().expect("this program has a path");
    let config = EngineConfig { data_dir: folder.to_owned(), hook_program, clock: Arc::new(SystemClock) };
    let engine = if serving { Engine::serve(config) } else { Engine::operate(config) };
    engine.expect("the data directory opens")
}

/// Serves until standard input ends, and prints where.
fn run_server(folder: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        println!("{}", listener.local_addr().expect("it is bound"));
        let options = ServeOptions {
            max_watchers: 20_000,
            max_connections: 30_000,
            max_requests: 20_000,
            ..ServeOptions::default()
        };
        let ended = async {
            let _ = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await;
        };
        serve(Arc::new(engine(folder, true)), listener, options, ended).await.expect("it serves");
    });
}

/// The resident memory of a process, in MiB.
fn memory_of(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or("VmRSS: 0 kB");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

fn run_readers() {
    let (readers, changes) = (number("LOREKEEP_BENCH_READERS", 1000), number("LOREKEEP_BENCH_CHANGES", 100));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = engine(folder.path(), false);
    let org = OrgId::parse("bench").expect("it is a name");
    engine.create_org(&org).expect("an org is made");
    let name = RepositoryName::parse("brain").expect("it is a name");
    engine.create_repository(&org, &name, None, &mut |_, _| ()).expect("a repository is made");
    let who = Principal::parse("user:bench").expect("it is a principal");
    let token = engine.create_token(&org, "bench", &who, Role::Admin, None, None).expect("a token is made").token;
    drop(engine);

    let program = std::env::current_exe().expect("this program has a path");
    let mut server = std::process::Command::new(program);
    server.env(SERVE, folder.path()).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut server = server.spawn().expect("the server starts");
    let mut line = String::new();
    let mut out = std::io::BufReader::new(server.stdout.take().expect("it is piped"));
    std::io::BufRead::read_line(&mut out, &mut line).expect("it says where it listens");
    let address: SocketAddr = line.trim().parse().expect("it is an address");
    let process = server.id();

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        println!("{readers} streams, {} of which read; {changes} changes\n", readers / 2);
        println!("memory of the server before: {:.1} MiB", memory_of(process));
        let began = Instant::now();
        let (told, mut heard) = mpsc::unbounded_channel();
        let mut deaf = Vec::new();
        for n in 0..readers {
            let stream = open(address, &token).await;
            if n % 2 == 0 {
                tokio::spawn(read(stream, changes, told.clone()));
            } else {
                deaf.push(stream);
            }
        }
        drop(told);
        for _ in 0..readers.div_ceil(2) {
            let Some(Heard::Synced) = heard.recv().await else { panic!("a stream did not begin with what there is") };
        }
        println!("opened in {:.1} s; memory: {:.1} MiB", began.elapsed().as_secs_f64(), memory_of(process));

        let mut at = Vec::new();
        let began = Instant::now();
        for n in 0..changes {
            change(address, &token, n);
            at.push(Instant::now());
        }
        println!("{changes} changes made in {:.1} s", began.elapsed().as_secs_f64());
        let (mut complete, mut broken, mut delays, mut most) = (0, 0, Vec::new(), 0.0_f64);
        while let Some(heard) = heard.recv().await {
            most = most.max(memory_of(process));
            match heard {
                Heard::All(times) => {
                    complete += 1;
                    delays.extend(times.iter().zip(&at).map(|(got, made)| got.saturating_duration_since(*made)));
                }
                Heard::Broken => broken += 1,
                Heard::Synced => {}
            }
        }
        delays.sort_unstable();
        let percentile =
            |p: usize| delays.get(delays.len() * p / 100).unwrap_or(&Duration::ZERO).as_secs_f64() * 1000.0;
        println!("complete and in order: {complete} streams; not: {broken}");
        println!("delivered after: p50 {:.1} ms, p99 {:.1} ms", percentile(50), percentile(99));
        println!("memory of the server at most: {:.1} MiB; at the end: {:.1} MiB", most, memory_of(process));
        drop(deaf);
    });
    drop(server.stdin.take());
    server.wait().expect("the server ends");
}

/// Changes the policy of the repository.
fn change(address: SocketAddr, token: &str, n: usize) {
    let body = serde_json::json!({"policy": {"requiredApprovals": n % 20 + 1}}).to_string();
    let path = format!("http://{address}/api/orgs/bench/agents/memory/repositories/brain");
    let request = ureq::http::Request::builder().method("PATCH").uri(path);
    let request = request.header("authorization", format!("Bearer {token}")).header("content-type", "application/json");
    let agent = ureq::Agent::new_with_defaults();
    let answer = agent.run(request.body(body).expect("the request is well-formed")).expect("the server answers");
    assert_eq!(answer.status(), 200);
}

async fn open(address: SocketAddr, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("the server accepts");
    let path = "/api/watch/orgs/bench/agentmemoryrepositories";
    let head = format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("the server reads");
    stream
}

/// What became of one stream.
enum Heard {
    /// It has the list at the beginning.
    Synced,
    /// It has every change, in order: when each came.
    All(Vec<Instant>),
    /// It ended before, or had something twice or out of order.
    Broken,
}

/// Reads a stream until it has so many changes: the positions in their cursors rise.
async fn read(stream: TcpStream, changes: usize, told: mpsc::UnboundedSender<Heard>) {
    let (mut lines, mut times, mut last, mut next) = (BufReader::new(stream).lines(), Vec::new(), 0, 0);
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(cursor) = line.strip_prefix("id: ") {
            next = position(cursor);
        } else if line.contains("\"type\":\"SYNC\"") {
            last = next;
            let _ = told.send(Heard::Synced);
        } else if line.contains("\"type\":\"MODIFIED\"") {
            times.push(Instant::now());
            if next <= last {
                break;
            }
            last = next;
            if times.len() == changes {
                let _ = told.send(Heard::All(times));
                return;
            }
        }
    }
    let _ = told.send(Heard::Broken);
}

/// The position that a cursor holds.
fn position(cursor: &str) -> u64 {
    let plain = BASE64_URL_SAFE_NO_PAD.decode(cursor).unwrap_or_default();
    let plain = String::from_utf8(plain).unwrap_or_default();
    plain.split_once('.').and_then(|(position, _)| position.parse().ok()).unwrap_or(0)
}
