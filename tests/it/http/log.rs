//! What the log holds of a request, and what it never does.

use super::server::{API, JSON, Server};
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};
use tracing_subscriber::fmt::MakeWriter;

/// A log in memory, of every test that runs beside this one too.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Memory {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn log() -> &'static Memory {
    static LOG: OnceLock<Memory> = OnceLock::new();
    LOG.get_or_init(|| {
        let memory = Memory::default();
        let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(memory.clone());
        tracing::subscriber::set_global_default(subscriber.finish()).expect("no other test sets the log");
        memory
    })
}

#[test]
fn a_line_names_the_request_and_never_its_token_or_its_body() {
    let log = log();
    let server = Server::start();
    let asked = |id: &str, who: &str, path: &str, body: &str| {
        server.ask(who, "POST", path, &[JSON[0], ("x-correlation-id", id)], body.as_bytes())
    };
    asked("log-good", "reader", &format!("{API}/query"), "{\"query\": {\"text\": \"swordfish-1\"}}").expect(200);
    asked("log-bad", "reader", &format!("{API}/query"), "{\"limits\": {\"maxBytes\": \"swordfish-2\"}}")
        .refused(400, "BAD_REQUEST");
    asked("log-denied", "reader", &format!("{API}/updates"), "{\"title\": \"swordfish-3\", \"reason\": \"r\"}")
        .refused(403, "POLICY_DENIED");
    let unknown = [("authorization", "Bearer swordfish-4")];
    assert_eq!(server.ask("", "GET", &format!("{API}/records?kind=swordfish-5"), &unknown, b"").status, 401);
    let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    for id in ["log-good", "log-bad", "log-denied"] {
        assert!(text.lines().any(|line| line.contains(id) && line.contains("answered")), "no line of {id}");
    }
    assert!(text.lines().any(|line| line.contains("log-denied") && line.contains("POLICY_DENIED")));
    assert!(!text.contains("swordfish"), "the log holds what was sent");
    assert!(!text.contains(server.token("reader")), "the log holds a token");
}
