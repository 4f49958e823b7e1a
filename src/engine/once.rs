//! Idempotency keys: what a POST with a key gave the first time, it gives again.
//!
//! What a request brings about is noted with its key in the transaction that does it ([`note`]). A try that dies between
//! that and its answer leaves the note behind: the next try finds it ([`done`]) and shows what it came to.

use super::server::Engine;
use super::{Code, EngineError};
use crate::access::Caller;
use crate::base::{Digest, OrgId, Principal, fault};
use crate::records::{Begun, IdempotencyKey, IdempotentRequest, StoredAnswer, Tx};
use std::cell::RefCell;

/// What an idempotency key says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once {
    /// To be done, or shown where an earlier try did it: work within [`Engine::attempt`], then
    /// [`Engine::finish_once`].
    Begun(Attempt),
    /// Done before: this was the answer.
    Replay {
        /// HTTP status.
        status: u16,
        /// JSON body.
        body: Vec<u8>,
    },
}

/// A request with a key that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    key: IdempotencyKey,
    done: Option<String>,
}

impl Attempt {
    /// What an earlier try brought about that gave no answer.
    pub fn done(&self) -> Option<&str> {
        self.done.as_deref()
    }
}

/// Whose attempt a thread works on.
struct Running {
    org: OrgId,
    principal: Principal,
    attempt: Attempt,
}

thread_local! {
    static RUNNING: RefCell<Option<Running>> = const { RefCell::new(None) };
}

/// Puts back what a thread worked on before, however the work ends.
struct Restore(Option<Running>);

impl Drop for Restore {
    fn drop(&mut self) {
        RUNNING.with(|running| *running.borrow_mut() = self.0.take());
    }
}

/// What an earlier try of the request that this thread works on brought about.
pub(super) fn done() -> Option<String> {
    RUNNING.with(|running| running.borrow().as_ref().and_then(|running| running.attempt.done.clone()))
}

/// Notes what the request that this thread works on brings about; nothing where it has no key. It belongs into the
/// transaction that does it.
pub(super) fn note(tx: &Tx<'_>, effect: impl std::fmt::Display) -> Result<(), EngineError> {
    RUNNING.with(|running| {
        let running = running.borrow();
        let Some(Running { org, principal, attempt }) = running.as_ref() else { return Ok(()) };
        let request = IdempotentRequest { org, principal, route: ANY_ROUTE, key: &attempt.key };
        Ok(tx.note_effect(request, &effect.to_string())?)
    })
}

/// Keys are one space for all routes: the digest of a request covers its route.
const ANY_ROUTE: &str = "POST";

impl Engine {
    /// Begins a request with an idempotency key. `digest` is that of method, path and body.
    pub fn begin_once(&self, caller: &Caller, key: &str, digest: &Digest) -> Result<Once, EngineError> {
        let key = parse(key)?;
        let begun = self
            .records
            .write(|tx| Ok::<_, EngineError>(tx.begin_request(request(caller, &key), digest, self.now())?))?;
        fault::reached("request.begun");
        match begun {
            Begun::Fresh => Ok(Once::Begun(Attempt { key, done: None })),
            Begun::Done(effect) => Ok(Once::Begun(Attempt { key, done: Some(effect) })),
            Begun::Replay(StoredAnswer { status, body }) => Ok(Once::Replay { status, body }),
            Begun::Mismatch => {
                Err(EngineError::new(Code::IdempotencyMismatch, "the idempotency key was used for another request"))
            }
            Begun::InProgress => Err(EngineError::new(
                Code::Conflict,
                "the first request with this idempotency key is still being worked on",
            )),
        }
    }

    /// Works on a request. What it brings about is noted with its key, where it has one.
    pub fn attempt<T>(&self, caller: &Caller, attempt: Option<&Attempt>, work: impl FnOnce() -> T) -> T {
        let running = attempt.map(|attempt| Running {
            org: caller.org.clone(),
            principal: caller.principal.clone(),
            attempt: attempt.clone(),
        });
        let _restored = Restore(RUNNING.with(|now| now.replace(running)));
        work()
    }

    /// Keeps the answer of a request begun with a key. Server failures (5xx) are not kept: the key is free again, and
    /// what was brought about is not done again.
    pub fn finish_once(&self, caller: &Caller, key: &str, status: u16, body: &[u8]) -> Result<(), EngineError> {
        let key = parse(key)?;
        let answer = StoredAnswer { status, body: body.to_vec() };
        self.records.write(|tx| {
            let request = request(caller, &key);
            let done = if status >= 500 { tx.forget_request(request) } else { tx.finish_request(request, &answer) };
            Ok::<_, EngineError>(done?)
        })?;
        fault::reached("request.answered");
        Ok(())
    }
}

fn parse(key: &str) -> Result<IdempotencyKey, EngineError> {
    IdempotencyKey::parse(key).map_err(|e| {
        EngineError::new(Code::BadRequest, e.to_string()).because(
            "Malformed",
            Some("Idempotency-Key"),
            "1 to 200 visible ASCII characters",
        )
    })
}

fn request<'a>(caller: &'a Caller, key: &'a IdempotencyKey) -> IdempotentRequest<'a> {
    IdempotentRequest { org: &caller.org, principal: &caller.principal, route: ANY_ROUTE, key }
}
