//! Notices whether a body was read to its end: a connection with an unread body cannot carry another request.

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

/// A body that remembers, for others, whether its end was reached.
pub(super) struct Watched {
    body: Body,
    ended: Arc<AtomicBool>,
}

/// Whether the end of a body was reached.
pub(super) struct Ended(Arc<AtomicBool>);

/// Watches a body.
pub(super) fn watch(body: Body) -> (Body, Ended) {
    let ended = Arc::new(AtomicBool::new(body.is_end_stream()));
    (Body::new(Watched { body, ended: ended.clone() }), Ended(ended))
}

impl Ended {
    /// Whether it was, by now.
    pub(super) fn reached(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let watched = self.get_mut();
        let frame = ready!(Pin::new(&mut watched.body).poll_frame(cx));
        if frame.is_none() || watched.body.is_end_stream() {
            watched.ended.store(true, Ordering::Release);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
