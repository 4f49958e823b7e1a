//! The one error of the facade. A face maps its code to an exit status, an HTTP status and a hint in one table.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        /// What went wrong, by its stable name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $name),* }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as it is written in answers.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

codes! {
    /// A body, field or parameter cannot be read.
    BadRequest = "BAD_REQUEST",
    /// A time is not RFC 3339.
    BadTimestamp = "BAD_TIMESTAMP",
    /// No org was named where one is needed.
    OrgRequired = "ORG_REQUIRED",
    /// Credentials are missing, unknown, expired or revoked.
    Unauthenticated = "UNAUTHENTICATED",
    /// The caller's role does not allow it.
    PolicyDenied = "POLICY_DENIED",
    /// The proposer cannot approve.
    SelfApprovalDenied = "SELF_APPROVAL_DENIED",
    /// A token narrowed by scopes cannot use git.
    ScopedToken = "SCOPED_TOKEN",
    /// A reference in a body does not resolve inside the org.
    CrossOrgRefDenied = "CROSS_ORG_REF_DENIED",
    /// There is no such org, or the caller may not see it.
    OrgNotFound = "ORG_NOT_FOUND",
    /// The org of the path and the org of the body differ.
    OrgNamespaceMismatch = "ORG_NAMESPACE_MISMATCH",
    /// There is no such thing in this org.
    NotFound = "NOT_FOUND",
    /// A name resolves to no commit.
    RefNotFound = "REF_NOT_FOUND",
    /// Nothing had landed by the time asked for.
    RefBeforeHistory = "REF_BEFORE_HISTORY",
    /// A name could mean more than one commit.
    RefAmbiguous = "REF_AMBIGUOUS",
    /// The commit is not on the approved line.
    RefNotApproved = "REF_NOT_APPROVED",
    /// The commit's validation has errors.
    OntologyInvalid = "ONTOLOGY_INVALID",
    /// It exists already.
    AlreadyExists = "ALREADY_EXISTS",
    /// The thing changed since it was read, or is in a state that does not allow this.
    Conflict = "CONFLICT",
    /// The diff digest is not that of the present revision.
    DigestMismatch = "DIGEST_MISMATCH",
    /// The same idempotency key came with another body.
    IdempotencyMismatch = "IDEMPOTENCY_MISMATCH",
    /// The query's fields are wrong.
    InvalidQuery = "INVALID_QUERY",
    /// The pattern cannot be read.
    InvalidPattern = "INVALID_PATTERN",
    /// More is asked than is given.
    LimitExceeded = "LIMIT_EXCEEDED",
    /// The proposed change cannot be made.
    InvalidUpdate = "INVALID_UPDATE",
    /// The import cannot be made of what was sent.
    InvalidImport = "INVALID_IMPORT",
    /// The run has not ended.
    RunActive = "RUN_ACTIVE",
    /// Too little is left of the run once secrets are taken out.
    ImportRedactionBlocked = "MEMORY_IMPORT_REDACTION_BLOCKED",
    /// The records of the import are not valid in the memory.
    ImportValidationFailed = "MEMORY_IMPORT_VALIDATION_FAILED",
    /// The body is larger than is taken.
    TooLarge = "TOO_LARGE",
    /// The body is of a type that is not taken.
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE",
    /// Too many requests at once.
    RateLimited = "RATE_LIMITED",
    /// A part is not available now.
    Unavailable = "UNAVAILABLE",
    /// The engine failed; the log says why.
    Internal = "INTERNAL",
}

/// One reason of an error: a code, the field it is about, a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorReason {
    /// A short code such as `MissingRole`.
    pub code: String,
    /// The field, where there is one.
    pub field: Option<String>,
    /// One sentence.
    pub message: String,
}

/// Why the facade refused or failed. Never names anything of another org.
#[derive(Debug)]
pub struct EngineError {
    /// The stable code.
    pub code: Code,
    /// One sentence for the caller.
    pub message: String,
    /// What it is about, such as `AgentMemoryUpdate/krate-org-a5c/amu-...`.
    pub resource: Option<String>,
    /// Each reason.
    pub reasons: Vec<ErrorReason>,
    /// The cause, for the log; never shown to a caller.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl EngineError {
    /// An error with a code and a sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), resource: None, reasons: Vec::new(), source: None }
    }

    /// Adds a reason.
    #[must_use]
    pub fn because(mut self, code: &str, field: Option<&str>, message: impl Into<String>) -> Self {
        self.reasons.push(ErrorReason {
            code: code.to_owned(),
            field: field.map(str::to_owned),
            message: message.into(),
        });
        self
    }

    /// Says what it is about.
    #[must_use]
    pub fn about(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EngineError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|e| e.as_ref() as _)
    }
}
