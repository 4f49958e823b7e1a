//! What is no secret is left alone.

use super::tokens::alphanumeric;
use lorekeep::screen::find_secrets;
use proptest::prelude::*;
use std::path::Path;

#[track_caller]
fn clean(text: &str) {
    let hits = find_secrets(text);
    assert!(hits.is_empty(), "{text:?}: {hits:?}");
}

#[test]
fn names_of_things_are_no_secrets() {
    for text in [
        "commit 0123456789abcdef0123456789abcdef01234567",
        "blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "01KH45VA2ZEEE8XDMEVMKCGA35",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "packages/web-console/src/components/repository-detail/tabs/artifact-list-section.test.tsx",
        "task-force, risk-assessment-for-the-whole-platform-team, desk-booking",
        "https://example.org:8443/path/user@example.org?x=1",
        "git@github.com:org/repository.git and ssh://git@example.org/x.git",
        "npm_config_registry, hf_hub_download, secret_detected, SG.md, SKU, eyJ",
        "Send the Authorization header; authorization: see below; token authentication",
    ] {
        clean(text);
    }
}

#[test]
fn placeholders_in_headers_and_urls_are_no_secrets() {
    let headers = ["Authorization: Bearer ", "authorization: token ", "X-Api-Key: ", "\"Authorization\": \"Bearer "];
    let placeholders = [
        "<token>",
        "${TOKEN}",
        "$TOKEN",
        "$(cat token)",
        "{{ token }}",
        "{token}",
        "xxxxxxxxxxxxxxxx",
        "XXXXXXXX",
        "YOUR_TOKEN",
        "your-api-key-here",
        "...",
        "eyJhbGciOi...",
        "****",
        "abc********",
        "token",
        "access_token",
        "my-secret-token",
        "x-auth-token",
        "api-key",
    ];
    for placeholder in placeholders {
        for header in headers {
            clean(&format!("{header}{placeholder}"));
        }
    }
    let passwords =
        ["password", "<password>", "${PASSWORD}", "$PASS", "xxxx", "****", "...", "{{pass}}", "YOUR_PASSWORD"];
    for password in passwords {
        clean(&format!("https://user:{password}@example.org/x.git"));
    }
}

#[test]
fn tokens_filled_up_with_one_character_are_no_secrets() {
    clean(&format!("ghp_{}", "x".repeat(36)));
    clean(&format!("sk-ant-{}", "X".repeat(40)));
    clean(&format!("AKIA{}", "0".repeat(16)));
}

#[test]
fn a_key_block_that_is_only_named_is_no_secret() {
    let begin = "-----BEGIN RSA PRIVATE KEY-----";
    clean(&format!("The file starts with `{begin}` and is kept elsewhere."));
    clean(&format!("{begin}\n...\n-----END RSA PRIVATE KEY-----"));
    clean(&format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----", alphanumeric(64)));
    clean("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----");
}

#[test]
fn what_this_folder_keeps_holds_no_secret() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in [
        "src/screen",
        "src/check",
        "ontology",
        "fixtures/check",
        "fixtures/screen",
        "tests/it/screen",
        "tests/it/check",
    ] {
        scan_folder(&root.join(folder));
    }
}

fn scan_folder(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            scan_folder(&path);
        } else {
            let hits = find_secrets(&std::fs::read_to_string(&path).unwrap());
            assert!(hits.is_empty(), "{}: {hits:?}", path.display());
        }
    }
}

proptest! {
    #[test]
    fn hexadecimal_and_uuids_are_never_secrets(id in "[0-9a-f]{7,64}", uuid in "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}") {
        clean(&format!("{id} {uuid} sha256:{id} commit/{id}"));
    }

    #[test]
    fn ulids_are_never_secrets(ulid in "0[0-9][0-9A-HJKMNP-TV-Z]{24}") {
        clean(&format!("run {ulid} runs/{ulid}/run.yaml {}", ulid.to_lowercase()));
    }
}
