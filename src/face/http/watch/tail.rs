//! The newest changes of each org that somebody watches, in memory: read from the log once, by one task.

use super::shown::Entry;
use crate::base::OrgId;
use crate::engine::{Change, Engine, EngineError};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, Semaphore, watch};

/// How many changes of an org are kept in memory.
const MOST_ENTRIES: usize = 1024;
/// How many bytes of what they are shown as.
const MOST_BYTES: usize = 8 << 20;
/// How many changes are read at once.
const BATCH: u32 = 500;
/// How often the log is looked at for what other processes wrote.
const LOOK: Duration = Duration::from_secs(1);
/// How often changes that are too old are dropped from the log.
const TEND: Duration = Duration::from_secs(60);
/// How many streams may have things read for them at once.
const READERS: usize = 8;

/// The newest changes of a server.
pub(in crate::face::http) struct Tail {
    orgs: Mutex<Orgs>,
    wake: Arc<Notify>,
    /// Room for streams.
    pub(super) room: Arc<Semaphore>,
    /// Room for reading things for streams.
    pub(super) readers: Semaphore,
    stop: watch::Sender<bool>,
    begun: AtomicBool,
}

struct Orgs {
    /// Up to where the log was read.
    position: i64,
    by_id: HashMap<OrgId, Arc<OrgTail>>,
}

/// The newest changes of one org.
pub(super) struct OrgTail {
    ring: Mutex<Ring>,
    /// Up to where its changes are known.
    head: watch::Sender<i64>,
}

struct Ring {
    /// Every change after this position, up to the head, is here.
    floor: i64,
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
}

impl Tail {
    /// Nothing of what is after a position in the log; room for so many streams.
    pub(in crate::face::http) fn new(position: i64, most: usize) -> Self {
        Self {
            orgs: Mutex::new(Orgs { position, by_id: HashMap::new() }),
            wake: Arc::default(),
            room: Arc::new(Semaphore::new(most)),
            readers: Semaphore::new(READERS),
            stop: watch::Sender::new(false),
            begun: AtomicBool::new(false),
        }
    }

    /// Whether nobody asked this before: whoever is told so reads the log.
    pub(in crate::face::http) fn begins(&self) -> bool {
        !self.begun.swap(true, Ordering::AcqRel)
    }

    /// Reads the log until the server stops.
    pub(in crate::face::http) async fn follow(self: Arc<Self>, engine: Arc<Engine>) {
        let wake = self.wake.clone();
        engine.on_change(move || wake.notify_one());
        let mut stopped = self.stop.subscribe();
        let mut tended: Option<Instant> = None;
        while !*stopped.borrow_and_update() {
            let tend = tended.is_none_or(|at| at.elapsed() >= TEND);
            let (tail, log) = (self.clone(), engine.clone());
            let read = tokio::task::spawn_blocking(move || tail.read(&log, tend)).await;
            match read {
                Ok(Ok(())) if tend => tended = Some(Instant::now()),
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "the log of changes cannot be read; it is tried again"),
                Err(error) => tracing::error!(%error, "the log of changes was not read; it is tried again"),
            }
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
                _ = stopped.changed() => {}
            }
        }
    }

    /// Ends every stream.
    pub(in crate::face::http) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Tells when the server stops.
    pub(super) fn stopped(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// The changes of an org. A stream takes them before it reads where it begins.
    pub(super) fn org(&self, org: &OrgId) -> Arc<OrgTail> {
        let mut orgs = locked(&self.orgs);
        let floor = orgs.position;
        orgs.by_id.entry(org.clone()).or_insert_with(|| Arc::new(OrgTail::new(floor))).clone()
    }

    /// Reads on in the log from where it was left.
    fn read(&self, engine: &Engine, tend: bool) -> Result<(), EngineError> {
        loop {
            let position = locked(&self.orgs).position;
            let changes = engine.changes_after(position, BATCH)?;
            let all = changes.len() < BATCH as usize;
            self.take(changes);
            if all {
                break;
            }
        }
        if tend { engine.tend_changes() } else { Ok(()) }
    }

    fn take(&self, changes: Vec<Change>) {
        let mut orgs = locked(&self.orgs);
        // Of an org that nobody watches any more nothing is kept.
        orgs.by_id.retain(|_, tail| Arc::strong_count(tail) > 1);
        for change in changes {
            orgs.position = change.position;
            if let Some(tail) = orgs.by_id.get(&change.org) {
                tail.push(Entry::new(change));
            }
        }
        orgs.by_id.values().for_each(|tail| tail.announce());
    }
}

impl OrgTail {
    fn new(floor: i64) -> Self {
        let ring = Mutex::new(Ring { floor, entries: VecDeque::new(), bytes: 0 });
        Self { ring, head: watch::Sender::new(floor) }
    }

    /// Tells when there is more.
    pub(super) fn head(&self) -> watch::Receiver<i64> {
        self.head.subscribe()
    }

    /// The changes after a position, at most so many; `None` where they are not all in memory any more.
    pub(super) fn after(&self, position: i64, most: usize) -> Option<Vec<Arc<Entry>>> {
        let ring = locked(&self.ring);
        if position < ring.floor {
            return None;
        }
        let first = ring.entries.partition_point(|entry| entry.change.position <= position);
        Some(ring.entries.range(first..).take(most).cloned().collect())
    }

    /// Counts what an entry that was just shown takes, and lets go of the oldest where it is too much.
    pub(super) fn account(&self, entry: &Entry) {
        let mut ring = locked(&self.ring);
        if entry.change.position > ring.floor {
            let (bytes, counted) = (entry.kept_bytes(), entry.counted.swap(entry.kept_bytes(), Ordering::Relaxed));
            ring.bytes += bytes - counted;
        }
        while ring.bytes > MOST_BYTES && ring.entries.len() > 1 {
            ring.let_go();
        }
    }

    fn push(&self, entry: Arc<Entry>) {
        let mut ring = locked(&self.ring);
        ring.entries.push_back(entry);
        if ring.entries.len() > MOST_ENTRIES {
            ring.let_go();
        }
    }

    fn announce(&self) {
        let ring = locked(&self.ring);
        let newest = ring.entries.back().map_or(ring.floor, |entry| entry.change.position);
        self.head.send_if_modified(|head| std::mem::replace(head, newest) != newest);
    }
}

impl Ring {
    fn let_go(&mut self) {
        if let Some(oldest) = self.entries.pop_front() {
            self.floor = oldest.change.position;
            self.bytes -= oldest.counted.load(Ordering::Relaxed);
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
