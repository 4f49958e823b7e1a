//! A question over graph and text at one commit: plan, rank with reasons, excerpts, digests. Pure.

mod types;

pub use crate::ontology::Direction;
pub use types::{
    Counted, DeniedScope, Excerpt, GraphQuestion, GrepQuestion, Hit, LimitsTaken, Mode, Plan, QueryContext, QueryError,
    QueryLimits, QueryOutcome, QueryRequest, Question, Reason, RedactionSummary, Visibility,
};

use crate::index::View;

/// Answers a question at the commit of a view. The same view, context and request give the same bytes.
pub fn run(view: &View, context: &QueryContext<'_>, request: &QueryRequest) -> Result<QueryOutcome, QueryError> {
    todo!("{} {} {request:?}", view.commit(), context.organization)
}
