//! Ids are parsed, or refused with what they should look like.

use lorekeep::base::id::{TokenId, UpdateId, fresh_ulid};
use lorekeep::base::{CommitId, Oid, OrgId, Principal, PrincipalKind, RepositoryName};

#[test]
fn org_names_are_slugs_and_no_system_namespace() {
    for good in ["a", "acme", "acme-2", "0", &"a".repeat(63)] {
        assert_eq!(OrgId::parse(good).unwrap().as_str(), good);
    }
    let bad = [
        "",
        "Acme",
        "a_b",
        "a.b",
        "-a",
        "a-",
        "a b",
        "é",
        "../x",
        "a/b",
        "system",
        "default",
        "krate-system",
        "krate-org-x",
        "kube-x",
        "metrics",
        "mcp",
        &"a".repeat(64),
    ];
    bad.iter().for_each(|text| assert!(OrgId::parse(text).is_err(), "{text}"));
}

#[test]
fn repository_names_cannot_leave_their_folder_or_look_like_git_files() {
    for good in ["memory", "a.b_c-d", "0", &"a".repeat(100)] {
        assert!(RepositoryName::parse(good).is_ok(), "{good}");
    }
    for bad in ["", ".", "..", "a..b", ".git", "a.git", "a.lock", "A", "a/b", "-a", "a-", "a\0", &"a".repeat(101)] {
        assert!(RepositoryName::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn fresh_ids_parse_and_differ() {
    let (one, two) = (UpdateId::fresh(), UpdateId::fresh());
    assert_ne!(one, two);
    assert_eq!(UpdateId::parse(one.as_str()).unwrap(), one);
    assert!(TokenId::parse(TokenId::fresh().as_str()).is_ok());
    assert!(UpdateId::parse(TokenId::fresh().as_str()).is_err());
    assert!(UpdateId::parse(&format!("amu-{}", fresh_ulid().to_uppercase())).is_err());
}

#[test]
fn a_refused_id_says_what_it_should_be_and_shows_no_control_characters() {
    let message = OrgId::parse("a\u{1b}[31m\u{202e}").unwrap_err().to_string();
    assert!(
        message.contains("an org name") && !message.chars().any(|c| c.is_control() || c == '\u{202e}'),
        "{message}"
    );
    assert!(OrgId::parse(&"x".repeat(100_000)).unwrap_err().to_string().len() < 300);
}

#[test]
fn principals_are_a_kind_and_a_name() {
    for (text, kind, name) in [
        ("user:Ada.L", PrincipalKind::User, "Ada.L"),
        ("agent:bot-1", PrincipalKind::Agent, "bot-1"),
        ("service:x@y", PrincipalKind::Service, "x@y"),
    ] {
        let principal = Principal::parse(text).unwrap();
        assert_eq!((principal.kind(), principal.name(), principal.to_string().as_str()), (kind, name, text));
    }
    for bad in ["", "user", "user:", "team:a", "User:a", "user:a b", "user:a:b", "user:-a", "user:é", "user:a\n"] {
        assert!(Principal::parse(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn object_ids_are_forty_hexadecimal_digits() {
    let text = "0123456789abcdef0123456789abcdef01234567";
    let oid = Oid::parse(text).unwrap();
    assert_eq!(oid.to_string(), text);
    assert_eq!(Oid::parse(&text.to_uppercase()).unwrap(), oid);
    assert_eq!(CommitId::parse(text).unwrap().short(), "0123456789");
    let bad = [
        "",
        &text[1..],
        "+f23456789abcdef0123456789abcdef012345670",
        "é123456789abcdef0123456789abcdef0123456",
        "HEAD",
        "main",
    ];
    bad.iter().for_each(|bad| assert!(Oid::parse(bad).is_err(), "{bad}"));
}

#[test]
fn ids_are_parsed_on_their_way_in() {
    assert!(serde_json::from_str::<OrgId>(r#""acme""#).is_ok());
    assert!(serde_json::from_str::<OrgId>(r#""../acme""#).is_err());
    assert!(serde_json::from_str::<Principal>(r#""root""#).is_err());
    assert!(serde_json::from_str::<CommitId>(r#""HEAD""#).is_err());
}
