//! Who asks, for what, under which id.

use super::correlation::Correlation;
use crate::engine::{Attempt, Caller};
use axum::extract::{MatchedPath, Request};

/// Whoever a request is from. It travels with the request once its token is known.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    /// Whose token it is.
    pub(super) caller: Caller,
    /// The id of the request.
    pub(super) correlation: Correlation,
    /// What is asked for, in the words of the audit log: the method and the pattern of the path.
    pub(super) target: String,
    /// The request with its idempotency key, where it has one.
    pub(super) attempt: Option<Attempt>,
}

impl Asker {
    /// The asker of a request.
    pub(super) fn new(caller: Caller, correlation: Correlation, request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
        Self { caller, correlation, target: format!("{} {route}", request.method()), attempt: None }
    }
}
