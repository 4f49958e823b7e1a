//! Idempotency keys: what a POST with a key gave the first time, it gives again.

use super::server::Engine;
use super::{Code, EngineError};
use crate::access::Caller;
use crate::base::Digest;
use crate::records::{Begun, IdempotencyKey, IdempotentRequest, StoredAnswer};

/// What an idempotency key says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once {
    /// The first time: do it, then [`Engine::finish_once`].
    Fresh,
    /// Done before: this was the answer.
    Replay {
        /// HTTP status.
        status: u16,
        /// JSON body.
        body: Vec<u8>,
    },
}

/// Keys are one space for all routes: the digest of a request covers its route.
const ANY_ROUTE: &str = "POST";

impl Engine {
    /// Begins a request with an idempotency key. `digest` is that of method, path and body.
    pub fn begin_once(&self, caller: &Caller, key: &str, digest: &Digest) -> Result<Once, EngineError> {
        let key = parse(key)?;
        match self
            .records
            .write(|tx| Ok::<_, EngineError>(tx.begin_request(request(caller, &key), digest, self.now())?))?
        {
            Begun::Fresh => Ok(Once::Fresh),
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

    /// Keeps the answer of a request begun with a key. Server failures (5xx) are not kept: the key is free again.
    pub fn finish_once(&self, caller: &Caller, key: &str, status: u16, body: &[u8]) -> Result<(), EngineError> {
        let key = parse(key)?;
        let answer = StoredAnswer { status, body: body.to_vec() };
        self.records.write(|tx| {
            let request = request(caller, &key);
            let done = if status >= 500 { tx.forget_request(request) } else { tx.finish_request(request, &answer) };
            Ok(done?)
        })
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
