//! Tests of `access`.

#![allow(clippy::unwrap_used, reason = "a test that unwraps in vain fails, and says where")]

mod actions;
mod docs;
mod policy;
mod refs;
mod scope;

use lorekeep::access::{Caller, Role, SourceScope};
use lorekeep::base::id::TokenId;
use lorekeep::base::{OrgId, Principal};

/// A caller of one org with a role, not narrowed.
fn caller(role: Role) -> Caller {
    Caller {
        org: OrgId::parse("a5c").unwrap(),
        principal: Principal::parse("user:mira").unwrap(),
        role,
        token: TokenId::parse("tok-01hx0000000000000000000000").unwrap(),
        scope: None,
    }
}

/// The same, narrowed to `teams/**` without `teams/secret/**`.
fn narrowed(role: Role) -> Caller {
    let scope = r#"{"includePaths": ["teams/**"], "excludePaths": ["teams/secret/**"], "excludeKinds": ["Person"]}"#;
    Caller { scope: Some(serde_json::from_str::<SourceScope>(scope).unwrap()), ..caller(role) }
}
