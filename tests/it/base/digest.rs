//! Digests and canonical JSON.

use lorekeep::base::Digest;
use lorekeep::base::digest::canonical_json;
use serde_json::json;

#[test]
fn a_digest_is_blake3_in_its_written_form() {
    let empty = "blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
    assert_eq!(Digest::of(b"").as_str(), empty);
    assert_eq!(Digest::parse(empty).unwrap(), Digest::of(b""));
}

#[test]
fn what_is_no_digest_is_refused() {
    let hex = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
    let bad = [
        String::new(),
        hex.to_owned(),
        format!("sha256:{hex}"),
        format!("blake3:{}", hex.to_uppercase()),
        format!("blake3:{hex}0"),
        format!("blake3:{}g", &hex[1..]),
    ];
    for text in bad {
        assert!(Digest::parse(&text).is_err(), "{text}");
        assert!(serde_json::from_value::<Digest>(json!(text)).is_err(), "{text}");
    }
}

#[test]
fn canonical_json_sorts_keys_and_writes_numbers_one_way() {
    let bytes = canonical_json(&json!({"b": 1.0, "a": [true, null, "é\n"], "A": 1e21}));
    assert_eq!(String::from_utf8(bytes).unwrap(), r#"{"A":1e+21,"a":[true,null,"é\n"],"b":1}"#);
}

#[test]
fn the_digest_of_a_value_does_not_depend_on_the_order_of_its_keys() {
    let one: serde_json::Value = serde_json::from_str(r#"{"a": 1, "b": {"c": 2, "d": 3}}"#).unwrap();
    let two: serde_json::Value = serde_json::from_str(r#"{"b": {"d": 3, "c": 2}, "a": 1}"#).unwrap();
    assert_eq!(Digest::of_json(&one), Digest::of_json(&two));
    assert_ne!(Digest::of_json(&one), Digest::of_json(&json!({"a": 1})));
}
