//! Idempotency keys.

use super::{Store, digest, later, now, org, other, principal, sort};
use lorekeep::records::{Begun, IdempotencyKey, IdempotentRequest, Records, StoredAnswer};

const ROUTE: &str = "POST /api/orgs/a5c/agents/memory/updates";

fn begin(records: &Records, request: IdempotentRequest<'_>, body: &str, at: i64) -> Begun {
    records.write(|tx| tx.begin_request(request, &digest(body), later(at))).unwrap()
}

fn answer() -> StoredAnswer {
    StoredAnswer { status: 201, body: b"{\"made\": true}".to_vec() }
}

#[test]
fn the_first_answer_is_given_again_for_the_same_body_and_refused_for_another() {
    let store = Store::new();
    let (org, who, key) = (org(), principal("user:mira"), IdempotencyKey::parse("k-1").unwrap());
    let request = IdempotentRequest { org: &org, principal: &who, route: ROUTE, key: &key };
    assert_eq!(begin(&store.records, request, "a", 0), Begun::Fresh);
    assert_eq!(begin(&store.records, request, "a", 1), Begun::InProgress);
    assert_eq!(begin(&store.records, request, "b", 1), Begun::Mismatch);
    store.records.write(|tx| tx.finish_request(request, &answer())).unwrap();
    assert_eq!(begin(&store.records, request, "a", 2), Begun::Replay(answer()));
    assert_eq!(begin(&store.records, request, "b", 2), Begun::Mismatch);
    assert_eq!(sort(store.records.write(|tx| tx.finish_request(request, &answer()))), "conflict");
}

#[test]
fn a_key_belongs_to_one_principal_of_one_org_on_one_route() {
    let store = Store::new();
    let (a5c, other, key) = (org(), other(), IdempotencyKey::parse("k-1").unwrap());
    let (mira, claude) = (principal("user:mira"), principal("agent:claude"));
    let first = IdempotentRequest { org: &a5c, principal: &mira, route: ROUTE, key: &key };
    for request in [
        first,
        IdempotentRequest { org: &other, ..first },
        IdempotentRequest { principal: &claude, ..first },
        IdempotentRequest { route: "POST /elsewhere", ..first },
    ] {
        assert_eq!(begin(&store.records, request, "a", 0), Begun::Fresh);
    }
}

#[test]
fn a_key_that_a_dead_process_left_half_way_is_taken_over() {
    let store = Store::new();
    let (org, who, key) = (org(), principal("user:mira"), IdempotencyKey::parse("k-1").unwrap());
    let request = IdempotentRequest { org: &org, principal: &who, route: ROUTE, key: &key };
    assert_eq!(begin(&store.records, request, "a", 0), Begun::Fresh);

    let next = Records::open(&store.path()).unwrap();
    assert_eq!(begin(&next, request, "b", 1), Begun::Mismatch);
    assert_eq!(begin(&next, request, "a", 1), Begun::Fresh);
    assert_eq!(begin(&next, request, "a", 2), Begun::InProgress);
    assert_eq!(sort(store.records.write(|tx| tx.finish_request(request, &answer()))), "conflict");
    next.write(|tx| tx.finish_request(request, &answer())).unwrap();
    assert_eq!(begin(&store.records, request, "a", 3), Begun::Replay(answer()));
}

#[test]
fn a_request_without_effect_gives_its_key_back() {
    let store = Store::new();
    let (org, who, key) = (org(), principal("user:mira"), IdempotencyKey::parse("k-1").unwrap());
    let request = IdempotentRequest { org: &org, principal: &who, route: ROUTE, key: &key };
    begin(&store.records, request, "a", 0);
    store.records.write(|tx| tx.forget_request(request)).unwrap();
    assert_eq!(begin(&store.records, request, "b", 1), Begun::Fresh);
    store.records.write(|tx| tx.finish_request(request, &answer())).unwrap();
    store.records.write(|tx| tx.forget_request(request)).unwrap();
    assert_eq!(begin(&store.records, request, "b", 1), Begun::Replay(answer()), "an answer is not forgotten");
}

#[test]
fn an_answer_is_kept_for_more_than_a_day_and_purged_after_two() {
    let store = Store::new();
    let (org, who, key) = (org(), principal("user:mira"), IdempotencyKey::parse("k-1").unwrap());
    let request = IdempotentRequest { org: &org, principal: &who, route: ROUTE, key: &key };
    begin(&store.records, request, "a", 0);
    store.records.write(|tx| tx.finish_request(request, &answer())).unwrap();
    let day = 24 * 3600;
    assert_eq!(store.records.write(|tx| tx.purge_requests(later(day))).unwrap(), 0);
    assert_eq!(begin(&store.records, request, "a", day + 3600), Begun::Replay(answer()));
    assert_eq!(begin(&store.records, request, "b", 2 * day), Begun::Fresh);
    assert_eq!(store.records.write(|tx| tx.purge_requests(later(4 * day))).unwrap(), 1);
}

#[test]
fn the_answer_and_the_effect_are_kept_together_or_not_at_all() {
    let store = Store::new();
    let (org, who, key) = (org(), principal("user:mira"), IdempotencyKey::parse("k-1").unwrap());
    let request = IdempotentRequest { org: &org, principal: &who, route: ROUTE, key: &key };
    begin(&store.records, request, "a", 0);
    let failed = store.records.write(|tx| {
        tx.finish_request(request, &answer())?;
        tx.create_org(request.org, now())
    });
    assert_eq!(sort(failed), "already exists");
    assert_eq!(begin(&store.records, request, "a", 1), Begun::InProgress);
}

#[test]
fn a_key_is_short_and_visible() {
    for bad in ["", "a b", "a\n", "ä", &"k".repeat(201)] {
        assert!(IdempotencyKey::parse(bad).is_err(), "{bad}");
    }
    assert!(IdempotencyKey::parse(&"k".repeat(200)).is_ok());
}

#[test]
fn what_was_brought_about_without_an_answer_is_handed_to_the_next_try() {
    let store = Store::new();
    let (org, who, key) = (org(), principal("user:mira"), IdempotencyKey::parse("k-1").unwrap());
    let request = IdempotentRequest { org: &org, principal: &who, route: ROUTE, key: &key };
    begin(&store.records, request, "a", 0);
    store.records.write(|tx| tx.note_effect(request, "amu-1")).unwrap();
    assert_eq!(begin(&store.records, request, "a", 1), Begun::InProgress);

    let next = Records::open(&store.path()).unwrap();
    assert_eq!(begin(&next, request, "b", 2), Begun::Mismatch);
    assert_eq!(begin(&next, request, "a", 2), Begun::Done("amu-1".to_owned()));
    assert_eq!(sort(store.records.write(|tx| tx.note_effect(request, "late"))), "conflict", "a late effect is undone");
    next.write(|tx| tx.forget_request(request)).unwrap();
    assert_eq!(begin(&store.records, request, "a", 3), Begun::Done("amu-1".to_owned()), "no failure does it again");
    store.records.write(|tx| tx.finish_request(request, &answer())).unwrap();
    assert_eq!(begin(&next, request, "a", 4), Begun::Replay(answer()));
}
