//! Access tokens.

use super::{Store, later, now, org, other, principal, sort};
use lorekeep::access::Role;
use lorekeep::base::OrgId;
use lorekeep::records::{Actor, NewToken, Token, TokenRefusal};

fn new_token() -> NewToken {
    let scope = serde_json::from_str(r#"{"includePaths": ["teams/**"]}"#).unwrap();
    NewToken {
        name: "ci".to_owned(),
        principal: principal("agent:claude"),
        role: Role::Proposer,
        scope: Some(scope),
        expires_at: Some(later(100)),
    }
}

impl Store {
    fn token(&self, new: &NewToken) -> (Token, String) {
        let (token, text) = self.records.write(|tx| tx.create_token(&org(), new, &Actor::Operator, now())).unwrap();
        (token, text.reveal())
    }
}

#[test]
fn a_token_stands_for_its_caller() {
    let store = Store::new();
    let (token, text) = store.token(&new_token());
    let caller = store.records.authenticate(&text, later(99)).unwrap().unwrap();
    assert_eq!((caller.org, caller.principal, caller.role), (org(), principal("agent:claude"), Role::Proposer));
    assert_eq!((caller.token, caller.scope), (token.id, new_token().scope));
}

#[test]
fn a_token_is_letters_and_digits_after_its_prefix_and_never_the_same() {
    let store = Store::new();
    let texts: Vec<_> = (0..50).map(|_| store.token(&new_token()).1).collect();
    for text in &texts {
        let rest = text.strip_prefix("lkp_").unwrap();
        assert_eq!(rest.len(), 69);
        assert!(rest.bytes().all(|b| b.is_ascii_alphanumeric()), "{text}");
    }
    let secrets: std::collections::BTreeSet<_> = texts.iter().map(|text| &text[30..]).collect();
    assert_eq!(secrets.len(), texts.len());
}

#[test]
fn what_is_no_token_is_unknown() {
    let store = Store::new();
    let (_, text) = store.token(&new_token());
    let last = if text.ends_with('a') { 'b' } else { 'a' };
    let wrong_secret = format!("{}{last}", &text[..text.len() - 1]);
    let no_such_name = format!("lkp_{}{}", "0".repeat(26), &text[30..]);
    let cases =
        ["", "lkp_", &text[4..], &text[..72], &text.to_uppercase(), &wrong_secret, &no_such_name, &format!("{text}a")];
    for case in cases {
        let refusal = store.records.authenticate(case, now()).unwrap().err();
        assert_eq!(refusal, Some(TokenRefusal::Unknown), "{case}");
    }
}

#[test]
fn a_token_ends_when_it_expires_or_is_revoked() {
    let store = Store::new();
    let (token, text) = store.token(&new_token());
    let refusal = |moment| store.records.authenticate(&text, moment).unwrap().err();
    assert_eq!(refusal(later(99)), None);
    assert_eq!(refusal(later(100)), Some(TokenRefusal::Expired));
    let revoked = store.records.write(|tx| tx.revoke_token(&org(), &token.id, later(10))).unwrap();
    assert_eq!(revoked.revoked_at, Some(later(10)));
    assert_eq!(refusal(later(11)), Some(TokenRefusal::Revoked));
    let again = store.records.write(|tx| tx.revoke_token(&org(), &token.id, later(50))).unwrap();
    assert_eq!(again.revoked_at, Some(later(10)));
}

#[test]
fn a_token_without_an_end_does_not_expire() {
    let store = Store::new();
    let (_, text) = store.token(&NewToken { expires_at: None, scope: None, ..new_token() });
    let caller = store.records.authenticate(&text, later(10_000_000_000)).unwrap().unwrap();
    assert_eq!(caller.scope, None);
}

#[test]
fn a_token_is_seen_and_revoked_in_its_own_org_alone() {
    let store = Store::new();
    let (token, text) = store.token(&new_token());
    assert_eq!(sort(store.records.write(|tx| tx.revoke_token(&other(), &token.id, now()))), "not found");
    assert!(store.records.read(|view| view.tokens(&other())).unwrap().is_empty());
    assert!(store.records.authenticate(&text, now()).unwrap().is_ok());
    assert_eq!(store.records.read(|view| view.tokens(&org())).unwrap().len(), 1);
    let nowhere = OrgId::parse("nowhere").unwrap();
    let made = store.records.write(|tx| tx.create_token(&nowhere, &new_token(), &Actor::Operator, now()));
    assert_eq!(sort(made), "not found");
}

#[test]
fn the_last_use_is_kept_to_the_hour() {
    let store = Store::new();
    let (token, text) = store.token(&NewToken { expires_at: None, ..new_token() });
    let last_use = || store.records.read(|view| view.token(&org(), &token.id)).unwrap().unwrap().last_used_at;
    assert_eq!(last_use(), None);
    for (used, seen) in [(100, 0), (3599, 0), (3700, 3600), (50, 3600)] {
        store.records.authenticate(&text, later(used)).unwrap().unwrap();
        assert_eq!(last_use(), Some(later(seen)), "used at {used}");
    }
}

#[test]
fn the_secret_is_in_no_file_and_in_no_debug_text() {
    let store = Store::new();
    let (token, text) =
        store.records.write(|tx| tx.create_token(&org(), &new_token(), &Actor::Operator, now())).unwrap();
    let revealed = text.reveal();
    let secret = &revealed["lkp_".len() + 26..];
    assert!(!format!("{text:?} {token:?}").contains(secret));
    store.records.authenticate(&revealed, now()).unwrap().unwrap();
    let mut files = 0;
    for entry in std::fs::read_dir(store.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        files += usize::from(bytes.windows(26).any(|window| window == &token.id.as_str().as_bytes()[4..]));
    }
    assert!(files > 0, "the token itself was looked for where it is");
}
