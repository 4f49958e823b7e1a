//! Messages that wait, in order; and which requests were taken back while they did.

use super::messages::{Incoming, incoming};
use super::wire;
use gen_lsp_types::json_rpc::Id;
use std::collections::{HashSet, VecDeque};
use std::io::{BufReader, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// How many messages are read ahead.
const MOST_AHEAD: usize = 256;
/// How an editor takes back a request.
const CANCEL: &str = "$/cancelRequest";

/// The messages of an editor.
pub struct Queue {
    from: Receiver<Incoming>,
    waiting: VecDeque<Incoming>,
    cancelled: HashSet<Id>,
}

impl Queue {
    /// Reads a stream in a thread of its own, which ends with the stream or with the queue.
    pub fn reading(input: impl Read + Send + 'static) -> Self {
        let (to, from) = sync_channel(MOST_AHEAD);
        std::thread::spawn(move || read_all(input, &to));
        Self { from, waiting: VecDeque::new(), cancelled: HashSet::new() }
    }

    /// The next message, waiting for one; `None` at the end.
    pub fn next(&mut self) -> Option<Incoming> {
        if let Some(message) = self.next_now() {
            return Some(message);
        }
        let message = self.from.recv().ok()?;
        self.keep(message);
        self.next_now()
    }

    /// The next message that is there already.
    pub fn next_now(&mut self) -> Option<Incoming> {
        while self.waiting.len() < MOST_AHEAD {
            let Ok(message) = self.from.try_recv() else { break };
            self.keep(message);
        }
        let message = self.waiting.pop_front()?;
        if let Some(id) = cancels(&message) {
            // What it takes back was before it.
            self.cancelled.remove(&id);
        }
        Some(message)
    }

    /// Whether a request was taken back.
    pub fn is_cancelled(&self, id: &Id) -> bool {
        self.cancelled.contains(id)
    }

    fn keep(&mut self, message: Incoming) {
        self.cancelled.extend(cancels(&message));
        self.waiting.push_back(message);
    }
}

fn cancels(message: &Incoming) -> Option<Id> {
    match message {
        Incoming::Notification(method, params) if method == CANCEL => serde_json::from_value(params["id"].clone()).ok(),
        _ => None,
    }
}

fn read_all(input: impl Read, to: &SyncSender<Incoming>) {
    let mut input = BufReader::new(input);
    while let Ok(Some(frame)) = wire::read(&mut input) {
        if to.send(incoming(frame)).is_err() {
            return;
        }
    }
}
