//! Access tokens, and who a token stands for.

use super::columns::{Json, json_or_null};
use super::token_text::{TokenText, same_digest};
use super::words::Actor;
use super::{Records, RecordsError, Tx, View};
use crate::access::{Caller, Role, SourceScope};
use crate::base::id::TokenId;
use crate::base::{Digest, OrgId, Principal, Timestamp};
use rusqlite::Row;

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What people call it.
    pub name: String,
    /// Whose it is.
    pub principal: Principal,
    /// What it may do.
    pub role: Role,
    /// What it is narrowed to.
    pub scope: Option<SourceScope>,
    /// From when on it is not taken any more.
    pub expires_at: Option<Timestamp>,
}

/// What is known about a token. Its secret is not.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Its org.
    pub org: OrgId,
    /// What people call it.
    pub name: String,
    /// Whose it is.
    pub principal: Principal,
    /// What it may do.
    pub role: Role,
    /// What it is narrowed to.
    pub scope: Option<SourceScope>,
    /// Who made it.
    pub created_by: Actor,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is not taken any more.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the hour.
    pub last_used_at: Option<Timestamp>,
}

/// Why a token is not taken. Whoever presents it is told one and the same for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// It is no token, or none of this server, or its secret is wrong.
    #[error("the token is unknown")]
    Unknown,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Somebody took it back.
    #[error("the token is revoked")]
    Revoked,
}

const COLUMNS: &str = "SELECT id, org, name, principal, role, scope, created_by, created_at, expires_at, revoked_at,
    last_used_at, secret_digest FROM tokens";
/// How exact the time of the last use is, in seconds.
const USE_GRAIN: i64 = 3600;

impl Records {
    /// Who a presented token stands for.
    pub fn authenticate(&self, text: &str, now: Timestamp) -> Result<Result<Caller, TokenRefusal>, RecordsError> {
        let token = match self.read(|view| view.check_token(text, now))? {
            Ok(token) => token,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if token.last_used_at.is_none_or(|at| now.seconds() - at.seconds() >= USE_GRAIN) {
            // A disk that takes no writes keeps nobody from reading.
            let _noted: Result<(), RecordsError> = self.write(|tx| tx.note_token_use(&token.id, now));
        }
        let Token { id, org, principal, role, scope, .. } = token;
        Ok(Ok(Caller { org, principal, role, token: id, scope }))
    }
}

impl Tx<'_> {
    /// Makes a token. Its text is given once, here.
    pub fn create_token(
        &self,
        org: &OrgId,
        new: &NewToken,
        created_by: &Actor,
        now: Timestamp,
    ) -> Result<(Token, TokenText), RecordsError> {
        self.org(org)?.ok_or_else(|| RecordsError::not_found("org", org))?;
        let text = TokenText::mint(TokenId::fresh())?;
        let sql = "INSERT INTO tokens (id, org, name, principal, role, scope, secret_digest, created_by, created_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        let (NewToken { name, principal, role, expires_at, .. }, scope) = (new, new.scope.as_ref().map(Json));
        let digest = text.digest();
        self.run(sql, (text.id(), org, name, principal, role, scope, digest, created_by, now, expires_at))?;
        let token = self.token(org, text.id())?.ok_or_else(|| RecordsError::not_found("token", text.id()))?;
        Ok((token, text))
    }

    /// Takes a token back from now on. One that is revoked stays as it is.
    pub fn revoke_token(&self, org: &OrgId, id: &TokenId, now: Timestamp) -> Result<Token, RecordsError> {
        self.run("UPDATE tokens SET revoked_at = coalesce(revoked_at, ?3) WHERE org = ?1 AND id = ?2", (org, id, now))?;
        self.token(org, id)?.ok_or_else(|| RecordsError::not_found("token", id))
    }

    fn note_token_use(&self, id: &TokenId, now: Timestamp) -> Result<(), RecordsError> {
        let hour = now.seconds() - now.seconds().rem_euclid(USE_GRAIN);
        self.run("UPDATE tokens SET last_used_at = max(coalesce(last_used_at, ?2), ?2) WHERE id = ?1", (id, hour))?;
        Ok(())
    }
}

impl View<'_> {
    /// A token of an org.
    pub fn token(&self, org: &OrgId, id: &TokenId) -> Result<Option<Token>, RecordsError> {
        self.one(&format!("{COLUMNS} WHERE org = ?1 AND id = ?2"), (org, id), read)
    }

    /// The tokens of an org, oldest first.
    pub fn tokens(&self, org: &OrgId) -> Result<Vec<Token>, RecordsError> {
        self.all(&format!("{COLUMNS} WHERE org = ?1 ORDER BY id"), [org], read)
    }

    fn check_token(&self, text: &str, now: Timestamp) -> Result<Result<Token, TokenRefusal>, RecordsError> {
        let Some(text) = TokenText::parse(text) else { return Ok(Err(TokenRefusal::Unknown)) };
        let row = |row: &Row<'_>| Ok((read(row)?, row.get::<_, Digest>("secret_digest")?));
        let found = self.one(&format!("{COLUMNS} WHERE id = ?1"), [text.id()], row)?;
        let presented = text.digest();
        let good = found.filter(|(_, stored)| same_digest(stored, &presented));
        Ok(good.map_or(Err(TokenRefusal::Unknown), |(token, _)| in_force(token, now)))
    }
}

fn in_force(token: Token, now: Timestamp) -> Result<Token, TokenRefusal> {
    match token {
        Token { revoked_at: Some(_), .. } => Err(TokenRefusal::Revoked),
        Token { expires_at: Some(end), .. } if end <= now => Err(TokenRefusal::Expired),
        _ => Ok(token),
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Token> {
    Ok(Token {
        id: row.get("id")?,
        org: row.get("org")?,
        name: row.get("name")?,
        principal: row.get("principal")?,
        role: row.get("role")?,
        scope: json_or_null(row, "scope")?,
        created_by: row.get("created_by")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        revoked_at: row.get("revoked_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}
