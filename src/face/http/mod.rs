//! The HTTP server: routes, access, limits, and git's smart protocol.
//!
//! A request passes, from the outside in: `trace` (correlation id, log, count, the body of every error),
//! for the API `limits` (room and time), `auth` (whose token, which org), `once` (body or `upload`, idempotency),
//! and then its handler in `routes`, which calls the engine through `call::Call`. Git's routes have `auth`
//! and limits of their own.

mod api;
mod app;
mod asker;
mod auth;
mod body;
mod call;
mod correlation;
mod docs;
mod fail;
mod git;
mod limits;
mod metrics;
mod once;
mod options;
mod patience;
mod routes;
mod serve;
mod tasks;
mod trace;
mod unread;
mod upload;
mod watch;

pub use api::description;
pub use auth::token_of;
pub use correlation::Correlation;
pub use options::ServeOptions;
pub use serve::{router, serve};
