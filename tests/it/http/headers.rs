//! What is read out of headers.

use axum::http::{HeaderMap, HeaderValue};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use lorekeep::face::http::{Correlation, token_of};

fn sent(id: &str) -> HeaderMap {
    HeaderMap::from_iter([("x-correlation-id".parse().unwrap(), HeaderValue::from_str(id).unwrap())])
}

#[test]
fn a_well_formed_correlation_id_is_taken() {
    for id in ["a", "run.17_b-C", &"x".repeat(128)] {
        assert_eq!(Correlation::of(&sent(id)).as_str(), id);
    }
}

#[test]
fn anything_else_is_replaced_by_a_new_one() {
    for id in ["", "has space", "semi;colon", "slash/", "\"quoted\"", &"x".repeat(129)] {
        let made = Correlation::of(&sent(id));
        let ulid = made.as_str().strip_prefix("lk-").unwrap_or_else(|| panic!("{id:?} gave {made}"));
        assert_eq!(ulid.len(), 26);
    }
    assert_ne!(Correlation::of(&HeaderMap::new()), Correlation::of(&HeaderMap::new()));
}

#[test]
fn bearer_and_basic_give_the_same_token() {
    let basic = |pair: &str| format!("Basic {}", BASE64_STANDARD.encode(pair));
    for value in ["Bearer lkt_abc", "bearer lkt_abc", "BEARER  lkt_abc ", &basic("git:lkt_abc"), &basic(":lkt_abc")] {
        assert_eq!(token_of(value).as_deref(), Some("lkt_abc"), "{value}");
    }
    assert_eq!(token_of(&basic("user:with:colons")).as_deref(), Some("with:colons"));
}

#[test]
fn what_is_no_credential_gives_no_token() {
    let long = format!("Bearer {}", "x".repeat(5000));
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "lkt_abc",
        "Digest lkt_abc",
        "Basic %%%",
        "Basic bm9jb2xvbg==",
        "Basic OjpA/w==",
        "Basic dXNlcjo=",
        &long,
    ] {
        assert_eq!(token_of(value), None, "{value}");
    }
}
