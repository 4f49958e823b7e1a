//! What the key of a structure says of a value.

use super::tokens::alphanumeric;
use lorekeep::screen::secret_in_field;

#[test]
fn a_key_is_read_as_words_whatever_its_case() {
    for key in [
        "clientSecret",
        "client_secret",
        "CLIENT_SECRET",
        "client-secret",
        "Client Secret",
        "clientSecret2",
        "app.client.secret",
    ] {
        assert_eq!(secret_in_field(key, &alphanumeric(24)), Some("secret-field:token"), "{key}");
    }
    for key in ["dbPassword", "DB_PASSWORD", "passwd", "root-pwd"] {
        assert_eq!(secret_in_field(key, &alphanumeric(12)), Some("secret-field:password"), "{key}");
    }
}

#[test]
fn what_is_said_of_a_secret_is_none() {
    for key in [
        "token_count",
        "tokenizer",
        "maxTokens",
        "secret-metadata",
        "secretName",
        "requires_secret",
        "publicKey",
        "nextPageToken",
    ] {
        assert_eq!(secret_in_field(key, &alphanumeric(24)), None, "{key}");
    }
}

#[test]
fn a_long_key_and_a_long_value_are_no_secrets() {
    assert_eq!(secret_in_field(&"secret_".repeat(100_000), &alphanumeric(24)), None);
    assert_eq!(secret_in_field("secret", &alphanumeric(1 << 20)), None);
}

#[test]
fn a_number_a_sentence_and_a_reference_are_no_secrets() {
    for value in
        ["1234567890123456", "kept in the vault under billing", "secret:billing-stripe", "${CLIENT_SECRET}", "true", ""]
    {
        assert_eq!(secret_in_field("client_secret", value), None, "{value}");
        assert_eq!(secret_in_field("password", value), None, "{value}");
    }
}
