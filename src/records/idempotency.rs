//! Idempotency keys: the same request twice has one effect and one answer.

use super::words::BadWord;
use super::{RecordsError, Tx};
use crate::base::{Digest, OrgId, Principal, Timestamp};
use rusqlite::Row;

/// How long an answer is kept, in seconds: two days.
const KEPT: i64 = 2 * 24 * 3600;

/// A key that a client gave a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads a key: 1 to 200 visible ASCII characters.
    pub fn parse(text: &str) -> Result<Self, BadWord> {
        let good = (1..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        let bad = || BadWord { what: "idempotency key", text: text.chars().take(80).collect() };
        if good { Ok(Self(text.to_owned())) } else { Err(bad()) }
    }
}

/// What a key is a key of: one principal's requests to one route.
#[derive(Clone, Copy, Debug)]
pub struct IdempotentRequest<'a> {
    /// The org.
    pub org: &'a OrgId,
    /// Who asks.
    pub principal: &'a Principal,
    /// The method and the path with its ids, such as `POST /api/orgs/a5c/agents/memory/updates`.
    pub route: &'a str,
    /// The key.
    pub key: &'a IdempotencyKey,
}

/// The answer that a request got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// What to do with a request that carries a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Do it, then call [`Tx::finish_request`], or [`Tx::forget_request`] where it had no effect.
    Fresh,
    /// It was done by a try that gave no answer, and this is what it brought about: show how that is now, then call
    /// [`Tx::finish_request`].
    Done(String),
    /// Give this answer again.
    Replay(StoredAnswer),
    /// The key was used for another request.
    Mismatch,
    /// The first request is still being worked on.
    InProgress,
}

struct Seen {
    digest: Digest,
    owner: String,
    answer: Option<StoredAnswer>,
    effect: Option<String>,
    created_at: Timestamp,
}

impl Tx<'_> {
    /// Begins a request. A key that a process left half way is taken over by the next one: a crash blocks no retry.
    /// Keys are for the one server of a data directory.
    pub fn begin_request(
        &self,
        request: IdempotentRequest<'_>,
        digest: &Digest,
        now: Timestamp,
    ) -> Result<Begun, RecordsError> {
        let seen = self.seen(request)?.filter(|seen| now.seconds() - seen.created_at.seconds() < KEPT);
        match seen {
            Some(seen) if seen.digest != *digest => Ok(Begun::Mismatch),
            Some(Seen { answer: Some(answer), .. }) => Ok(Begun::Replay(answer)),
            Some(seen) if seen.owner == self.owner => Ok(Begun::InProgress),
            Some(Seen { effect: Some(effect), owner, .. }) => {
                self.hand_over(request, &owner, self.owner).map(|()| Begun::Done(effect))
            }
            _ => self.take(request, digest, now).map(|()| Begun::Fresh),
        }
    }

    /// Notes what a request brings about, in the transaction that does it. Where the key is not this process's any more
    /// the transaction has to fail with this.
    pub fn note_effect(&self, request: IdempotentRequest<'_>, effect: &str) -> Result<(), RecordsError> {
        let sql = "UPDATE idempotency SET effect = ?6
            WHERE org = ?1 AND principal = ?2 AND route = ?3 AND key = ?4 AND owner = ?5 AND status IS NULL";
        let IdempotentRequest { org, principal, route, key } = request;
        if self.run(sql, (org, principal, route, &key.0, self.owner, effect))? == 0 {
            return Err(RecordsError::conflict("idempotency key", &key.0, "it was not begun, or is finished"));
        }
        Ok(())
    }

    /// Keeps the answer of a request.
    pub fn finish_request(&self, request: IdempotentRequest<'_>, answer: &StoredAnswer) -> Result<(), RecordsError> {
        let sql = "UPDATE idempotency SET status = ?5, body = ?6
            WHERE org = ?1 AND principal = ?2 AND route = ?3 AND key = ?4 AND owner = ?7 AND status IS NULL";
        let IdempotentRequest { org, principal, route, key } = request;
        let row = (org, principal, route, &key.0, answer.status, &answer.body, self.owner);
        if self.run(sql, row)? == 0 {
            return Err(RecordsError::conflict("idempotency key", &key.0, "it was not begun, or is finished"));
        }
        Ok(())
    }

    /// Gives a key back whose request got no answer: a retry does the work, or where it was done, shows what it came to.
    pub fn forget_request(&self, request: IdempotentRequest<'_>) -> Result<(), RecordsError> {
        let sql = "DELETE FROM idempotency WHERE org = ?1 AND principal = ?2 AND route = ?3 AND key = ?4
            AND owner = ?5 AND status IS NULL AND effect IS NULL";
        let IdempotentRequest { org, principal, route, key } = request;
        self.run(sql, (org, principal, route, &key.0, self.owner))?;
        self.hand_over(request, self.owner, "")
    }

    /// Gives the key of a request without an answer from one owner to another.
    fn hand_over(&self, request: IdempotentRequest<'_>, from: &str, to: &str) -> Result<(), RecordsError> {
        let sql = "UPDATE idempotency SET owner = ?6
            WHERE org = ?1 AND principal = ?2 AND route = ?3 AND key = ?4 AND owner = ?5 AND status IS NULL";
        let IdempotentRequest { org, principal, route, key } = request;
        self.run(sql, (org, principal, route, &key.0, from, to)).map(drop)
    }

    /// Drops the keys that are too old to be answered again, and says how many there were.
    pub fn purge_requests(&self, now: Timestamp) -> Result<usize, RecordsError> {
        self.run("DELETE FROM idempotency WHERE created_at <= ?1", [now.seconds() - KEPT])
    }

    fn seen(&self, request: IdempotentRequest<'_>) -> Result<Option<Seen>, RecordsError> {
        let sql = "SELECT request_digest, owner, status, body, effect, created_at FROM idempotency
            WHERE org = ?1 AND principal = ?2 AND route = ?3 AND key = ?4";
        let IdempotentRequest { org, principal, route, key } = request;
        self.one(sql, (org, principal, route, &key.0), read)
    }

    fn take(&self, request: IdempotentRequest<'_>, digest: &Digest, now: Timestamp) -> Result<(), RecordsError> {
        let sql = "INSERT OR REPLACE INTO idempotency (org, principal, route, key, request_digest, owner, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let IdempotentRequest { org, principal, route, key } = request;
        self.run(sql, (org, principal, route, &key.0, digest, self.owner, now)).map(drop)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Seen> {
    let answer = match row.get("status")? {
        Some(status) => Some(StoredAnswer { status, body: row.get("body")? }),
        None => None,
    };
    Ok(Seen {
        digest: row.get("request_digest")?,
        owner: row.get("owner")?,
        answer,
        effect: row.get("effect")?,
        created_at: row.get("created_at")?,
    })
}
