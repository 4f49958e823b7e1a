//! One stream: where it begins, and what it tells of the changes that come.

use super::event::Event;
use super::resources::{Filter, Resource};
use super::shown::{Entry, Shown, fitting};
use super::tail::OrgTail;
use crate::engine::{Caller, Change, ChangeKind, Code, Engine, EngineError, Page, WatchStart};
use crate::face::http::app::App;
use crate::face::http::asker::Asker;
use crate::face::http::fail::{Failure, Result};
use axum::body::{Body, Bytes, HttpBody};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use serde_json::Value;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

/// How many things one event of the list at the beginning holds.
const PAGE: usize = 20;
/// How many changes a stream takes at once.
const BATCH: usize = 64;

/// Opens a stream. What may not be watched is refused here; later failures end the stream.
pub(in crate::face::http) async fn open(
    app: App,
    asker: Asker,
    resource: &'static Resource,
    filter: Filter,
    since: Option<String>,
) -> Result<Response> {
    let place = app.tail.room.clone().try_acquire_owned();
    let place = place.map_err(|_| Failure::new(Code::RateLimited, "too many streams are open: try again"))?;
    app.follow_changes();
    let tail = app.tail.org(&asker.caller.org);
    let (wanted, had_cursor) = (filter.clone(), since.is_some());
    let begin = move |engine: &Engine, caller: &Caller| {
        let start = engine.watch_start(caller, resource.name, since.as_deref())?;
        let first = (resource.list)(engine, caller, &wanted, None, if start.resumed { 1 } else { PAGE })?;
        Ok((start, first))
    };
    let (start, first) = app.ask(&asker, begin).await?;
    let (events, receiver) = mpsc::channel(1);
    let mut stream = Stream { app, asker, resource, filter, tail, position: start.position, start, events };
    tokio::spawn(async move { stream.run(first, had_cursor).await });
    let body = Body::new(Frames { events: receiver, parts: VecDeque::new(), _place: place });
    let headers = [(header::CONTENT_TYPE.as_str(), "text/event-stream"), ("x-accel-buffering", "no")];
    Ok((headers, body).into_response())
}

/// Why a stream ends: its client is gone, its token does not hold any more, or something failed.
struct Over;

impl From<Failure> for Over {
    fn from(failure: Failure) -> Self {
        tracing::debug!(code = failure.code().as_str(), "a stream ends");
        Self
    }
}

/// A stream that somebody reads, or does not.
struct Stream {
    app: App,
    asker: Asker,
    resource: &'static Resource,
    filter: Filter,
    tail: Arc<OrgTail>,
    start: WatchStart,
    /// Every change up to here was told of.
    position: i64,
    events: mpsc::Sender<Event>,
}

impl Stream {
    async fn run(&mut self, first: Page<Value>, had_cursor: bool) {
        let (gone, mut stopped) = (self.events.clone(), self.app.tail.stopped());
        tokio::select! {
            _ = self.tell(first, had_cursor) => {}
            () = gone.closed() => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
    }

    async fn tell(&mut self, first: Page<Value>, had_cursor: bool) -> std::result::Result<(), Over> {
        if !self.start.resumed {
            if had_cursor {
                self.send(Event::gone(self.resource.name)).await?;
            }
            self.sync(first).await?;
        }
        let mut head = self.tail.head();
        loop {
            let known = *head.borrow_and_update();
            let entries = self.next().await?;
            if self.has_ended() || entries.iter().any(|entry| entry.change.revokes(&self.asker.caller.token)) {
                return Err(Over);
            }
            if entries.is_empty() {
                self.position = self.position.max(known);
                tokio::select! {
                    _ = head.changed() => {}
                    () = tokio::time::sleep(self.pause()) => self.bookmark().await?,
                }
            }
            for entry in entries {
                self.tell_of(&entry).await?;
                self.position = entry.change.position;
            }
        }
    }

    /// Tells what there is, page by page. The cursor comes with the last: whoever leaves before begins again.
    async fn sync(&mut self, mut page: Page<Value>) -> std::result::Result<(), Over> {
        loop {
            let items: Vec<Value> = std::mem::take(&mut page.items).into_iter().map(fitting).collect();
            let Some(cursor) = page.next_cursor.take() else {
                return self.send(Event::sync(self.resource.name, Some(&self.cursor()), &items)).await;
            };
            self.send(Event::sync(self.resource.name, None, &items)).await?;
            let (resource, filter) = (self.resource, self.filter.clone());
            page =
                self.look(move |engine, caller| (resource.list)(engine, caller, &filter, Some(&cursor), PAGE)).await?;
        }
    }

    /// The changes that come next: from memory, or where the stream is too far behind from the log.
    async fn next(&mut self) -> std::result::Result<Vec<Arc<Entry>>, Over> {
        if let Some(entries) = self.tail.after(self.position, BATCH) {
            return Ok(entries);
        }
        let position = self.position;
        let found = self.look(move |engine, caller| engine.changes_of(&caller.org, position, BATCH as u32)).await?;
        if found.complete {
            return Ok(found.changes.into_iter().map(Entry::new).collect());
        }
        self.begin_again().await?;
        Ok(Vec::new())
    }

    /// Tells that changes were missed, and what there is now.
    async fn begin_again(&mut self) -> std::result::Result<(), Over> {
        self.send(Event::gone(self.resource.name)).await?;
        let (resource, filter) = (self.resource, self.filter.clone());
        let begin = move |engine: &Engine, caller: &Caller| {
            let start = engine.watch_start(caller, resource.name, None)?;
            Ok((start, (resource.list)(engine, caller, &filter, None, PAGE)?))
        };
        let (start, first) = self.look(begin).await?;
        self.position = start.position;
        self.sync(first).await
    }

    async fn tell_of(&self, entry: &Entry) -> std::result::Result<(), Over> {
        let change = &entry.change;
        if !self.is_about(change) {
            return Ok(());
        }
        let Some(shown) = self.shown(entry).await? else { return Ok(()) };
        let Some(sort) = self.sort(change, &shown) else { return Ok(()) };
        let cursor = Change::cursor(&change.org, self.resource.name, change.position);
        self.send(Event::new(sort.as_str(), self.resource.name, Some(&cursor), shown.object)).await
    }

    fn is_about(&self, change: &Change) -> bool {
        let Filter { repository, name, .. } = &self.filter;
        change.resource == self.resource.name
            && name.as_ref().is_none_or(|name| *name == change.name)
            && (repository.is_none() || *repository == change.repository)
    }

    /// What a change is to this stream. One that asks for a phase sees things come into it and go out of it.
    fn sort(&self, change: &Change, shown: &Shown) -> Option<ChangeKind> {
        let Some(phase) = &self.filter.phase else { return Some(change.kind) };
        match (change.was.as_ref() == Some(phase), shown.phase.as_ref() == Some(phase)) {
            (false, true) => Some(ChangeKind::Added),
            (true, true) => Some(ChangeKind::Modified),
            (true, false) => Some(ChangeKind::Deleted),
            (false, false) => None,
        }
    }

    /// The thing as this caller sees it now. Those who see the whole org share one look.
    async fn shown(&self, entry: &Entry) -> std::result::Result<Option<Shown>, Over> {
        if self.asker.caller.scope.is_some() {
            return self.read(&entry.change).await;
        }
        let shown = entry.whole.get_or_try_init(|| self.read(&entry.change)).await?.clone();
        self.tail.account(entry);
        Ok(shown)
    }

    async fn read(&self, change: &Change) -> std::result::Result<Option<Shown>, Over> {
        let (resource, change) = (self.resource, change.clone());
        self.look(move |engine, caller| Shown::of(engine, caller, resource, &change)).await
    }

    /// Has the engine look at something, as long as the token holds. Few streams at a time do.
    async fn look<T, F>(&self, look: F) -> std::result::Result<T, Over>
    where
        T: Send + 'static,
        F: FnOnce(&Engine, &Caller) -> std::result::Result<T, EngineError> + Send + 'static,
    {
        let _turn = self.app.tail.readers.acquire().await.expect("the semaphore is never closed");
        let resource = self.resource.name;
        let held = move |engine: &Engine, caller: &Caller| {
            engine.watch_start(caller, resource, None)?;
            look(engine, caller)
        };
        Ok(self.app.ask(&self.asker, held).await?)
    }

    async fn bookmark(&self) -> std::result::Result<(), Over> {
        if self.has_ended() {
            return Err(Over);
        }
        self.send(Event::bookmark(self.resource.name, &self.cursor())).await
    }

    async fn send(&self, event: Event) -> std::result::Result<(), Over> {
        self.events.send(event).await.map_err(|_| Over)
    }

    fn cursor(&self) -> String {
        Change::cursor(&self.asker.caller.org, self.resource.name, self.position)
    }

    /// Whether the time of the token is over.
    fn has_ended(&self) -> bool {
        self.start.expires_at.is_some_and(|end| end <= self.app.engine.time())
    }

    /// How long to wait for a change before a sign of life: not longer than the token holds.
    fn pause(&self) -> Duration {
        let left = self.start.expires_at.map(|end| end.seconds() - self.app.engine.time().seconds());
        let left = left.map_or(Duration::MAX, |left| Duration::from_secs(u64::try_from(left).unwrap_or(0)));
        self.app.options.watch_heartbeat.min(left)
    }
}

/// The body of the answer: what the stream tells, one event at a time.
struct Frames {
    events: mpsc::Receiver<Event>,
    parts: VecDeque<Bytes>,
    _place: OwnedSemaphorePermit,
}

impl HttpBody for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, Infallible>>> {
        let frames = self.get_mut();
        if frames.parts.is_empty() {
            match ready!(frames.events.poll_recv(cx)) {
                Some(event) => frames.parts.extend(event.parts()),
                None => return Poll::Ready(None),
            }
        }
        Poll::Ready(frames.parts.pop_front().map(|part| Ok(Frame::data(part))))
    }
}
