//! The one error table: what each code of the engine is to HTTP, to a shell, and to whoever has to mend it.

use crate::engine::Code;

/// The exit status of a command whose answer is no: findings, no match, refused.
pub const EXIT_NO: u8 = 1;
/// The exit status of a command that was used wrongly, or given bad input.
pub const EXIT_USAGE: u8 = 2;
/// The exit status of a command whose environment failed it.
pub const EXIT_ENVIRONMENT: u8 = 3;

/// What a code is outside the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The code.
    pub code: Code,
    /// The HTTP status.
    pub status: u16,
    /// The exit status of the command line.
    pub exit: u8,
    /// How to mend it, in one sentence.
    pub hint: &'static str,
}

/// The row of a code.
pub fn row(code: Code) -> Row {
    let (status, exit, hint) = meaning(code);
    Row { code, status, exit, hint }
}

/// Every row, in the order of the codes.
pub fn table() -> impl Iterator<Item = Row> {
    Code::ALL.iter().map(|code| row(*code))
}

fn meaning(code: Code) -> (u16, u8, &'static str) {
    match code {
        Code::BadRequest => (400, EXIT_USAGE, "mend the field that the message names"),
        Code::BadTimestamp => (400, EXIT_USAGE, "write the time as RFC 3339, such as 2026-05-10T12:00:00Z"),
        Code::OrgRequired => (400, EXIT_USAGE, "name the org in the path, or as `organization`"),
        Code::Unauthenticated => (401, EXIT_USAGE, "give a token that is neither expired nor revoked"),
        Code::PolicyDenied => (403, EXIT_NO, "ask someone whose role allows it"),
        Code::SelfApprovalDenied => (403, EXIT_NO, "ask another reviewer"),
        Code::ScopedToken => (403, EXIT_NO, "read through the API, or use a token without scopes"),
        Code::CrossOrgRefDenied => (403, EXIT_NO, "name only what belongs to the org of the request"),
        Code::OrgNotFound => (404, EXIT_NO, "check the name of the org and the org of the token"),
        Code::OrgNamespaceMismatch => (409, EXIT_USAGE, "name one org only"),
        Code::NotFound => (404, EXIT_NO, "check the name"),
        Code::RefNotFound => (404, EXIT_NO, "check the name of the branch, tag or commit"),
        Code::RefBeforeHistory => (404, EXIT_NO, "ask for a time at or after the first landing"),
        Code::RefAmbiguous => (409, EXIT_NO, "give the full name, or more digits of the commit"),
        Code::RefNotApproved => (409, EXIT_NO, "name a commit of the approved line"),
        Code::OntologyInvalid => (409, EXIT_NO, "name a valid commit, or mend the findings first"),
        Code::AlreadyExists => (409, EXIT_NO, "choose another name"),
        Code::Conflict => (409, EXIT_NO, "read it again, then decide again"),
        Code::DigestMismatch => (409, EXIT_NO, "read the present revision and name its diff digest"),
        Code::IdempotencyMismatch => (422, EXIT_USAGE, "use a new key for a new request"),
        Code::InvalidQuery => (422, EXIT_USAGE, "mend the fields that the reasons name"),
        Code::InvalidPattern => (422, EXIT_USAGE, "mend the pattern, or search for it as a literal"),
        Code::LimitExceeded => (422, EXIT_USAGE, "ask for less"),
        Code::InvalidUpdate => (422, EXIT_USAGE, "mend the change as the reasons say"),
        Code::InvalidImport => (422, EXIT_USAGE, "mend the request or the source as the reasons say"),
        Code::RunActive => (409, EXIT_NO, "wait until the run has ended, or allow partial imports in the policy"),
        Code::ImportRedactionBlocked => {
            (422, EXIT_NO, "read the redaction counts, and take the secrets out of the source")
        }
        Code::ImportValidationFailed => {
            (422, EXIT_NO, "read the findings of the update, mend them, and rerun the import")
        }
        Code::TooLarge => (413, EXIT_USAGE, "send less at once"),
        Code::UnsupportedMediaType => (415, EXIT_USAGE, "send `Content-Type: application/json`"),
        Code::RateLimited => (429, EXIT_ENVIRONMENT, "wait as long as `Retry-After` says, then try again"),
        Code::Unavailable => (503, EXIT_ENVIRONMENT, "try again later; `/readyz` says which part is missing"),
        Code::Internal => (500, EXIT_ENVIRONMENT, "look up the correlation id in the server's log"),
    }
}
