//! Principals, roles, scopes, and decisions with reasons. Pure.
//!
//! A face makes a [`Caller`] out of a token; the engine asks [`decide()`] before an action, [`decide_paths`]
//! where paths are named, and [`decide_ref`] for each reference of a push. The answer is nothing or a
//! [`Denial`] with reasons. Nothing here reads, writes or knows the time.

mod action;
mod caller;
mod decide;
mod denial;
mod policy;
mod refs;
mod role;
mod scope;

pub use action::Action;
pub use caller::Caller;
pub use decide::{decide, decide_paths};
pub use denial::{Denial, Reason};
pub use policy::{BadPolicy, RepositoryPolicy};
pub use refs::{RefMove, decide_ref, is_proposal};
pub use role::{BadRole, Role};
pub use scope::{BadScope, SourceScope};
