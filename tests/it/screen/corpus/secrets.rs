//! Secrets that are known by their form, where people leave them, and what looks like them.

use super::super::tokens::{every, in_context};
use super::Case;

/// Where a token is left.
const PLACES: &[&str] = &[
    "{}",
    "The deploy key is {} and expires in May.",
    "token: \"{}\"\n",
    "- `{}`",
    "export TOKEN={}\n",
    "{\"value\": \"{}\"}",
    "fix: take {} out of the script\n\nSigned-off-by: a <a@example.org>",
    "notes/{}.md",
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut names: Vec<(&str, &str)> = every().into_iter().map(|(name, category, _)| (name, category)).collect();
    names.dedup();
    for (name, category) in names {
        for place in PLACES.iter().filter(|place| category != "private-key" || !place.starts_with("notes/")) {
            cases.push(Case::new(true, category, place.replace("{}", &format!("{{{{token:{name}}}}}"))));
        }
    }
    for (i, (category, ..)) in in_context().into_iter().enumerate() {
        cases.push(Case::new(true, category, format!("{{{{context:{i}}}}}")));
        cases.push(Case::new(true, category, format!("```sh\n{{{{context:{i}}}}}\n```\n")));
    }
    for seed in 0..6 {
        cases.extend(IDS.iter().map(|text| Case::new(false, "id", text.replace('#', &seed.to_string()))));
    }
    cases.extend(TALK.iter().map(|text| Case::new(false, "talk", *text)));
    for place in ["Authorization: Bearer {}", "X-Api-Key: {}", "curl -H 'Authorization: token {}' https://example.org"]
    {
        cases.extend(PLACEHOLDERS.iter().map(|value| Case::new(false, "placeholder", place.replace("{}", value))));
    }
    for place in ["https://user:{}@example.org/x.git", "postgres://app:{}@db:5432/app"] {
        cases.extend(PASSWORDS.iter().map(|value| Case::new(false, "placeholder", place.replace("{}", value))));
    }
    cases
}

/// Ids and digests: never secrets.
const IDS: &[&str] = &[
    "commit {{hex:40:#}}",
    "Merge: {{hex:7:#}} {{hex:7:4#}}",
    "sha256:{{hex:64:#}}",
    "blake3:{{hex:64:#}}",
    "\"integrity\": \"sha512-{{base64:86:#}}==\"",
    "checksum = \"{{hex:64:#}}\"",
    "run {{ulid:#}}",
    "request {{uuid:#}} failed",
    "image: ghcr.io/org/app@sha256:{{hex:64:#}}",
    "https://github.com/org/repo/blob/{{hex:40:#}}/src/lib.rs#L10",
    "![chart](data:image/png;base64,{{base64:200:#}}=)",
    "uses: actions/checkout@{{hex:40:#}} # v4",
    "etag: W/\"{{hex:32:#}}\"",
    "traceparent: 00-{{hex:32:#}}-{{hex:16:#}}-01",
];

/// Text that speaks of secrets.
const TALK: &[&str] = &[
    "Rotate the token every ninety days; never paste it into a ticket.",
    "The Authorization header carries the bearer token.",
    "GitHub tokens begin with ghp_ and have 36 characters behind it.",
    "An AWS access key id begins with AKIA or ASIA.",
    "Set `requires_secret: secret:billing-stripe` on the runbook.",
    "task-force, risk-assessment-for-the-whole-platform-team, desk-booking",
    "The file starts with -----BEGIN RSA PRIVATE KEY----- and is kept in the vault.",
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
    "-----BEGIN CERTIFICATE-----\n{{base64:64:1}}\n{{base64:64:2}}\n-----END CERTIFICATE-----",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{{base64:43:1}} alice@example.org",
    "git@github.com:org/repository.git and ssh://git@example.org/x.git",
    "https://example.org:8443/path/user@example.org?x=1",
    "https://api.example.org/v1/tokens/{id}/secrets?page=2",
    "npm_config_registry, hf_hub_download, secret_detected, SG.md, SKU, eyJ",
    "env:\n  - name: DB_PASSWORD\n    valueFrom:\n      secretKeyRef: {name: db, key: password}\n",
    "curl -H \"Authorization: Bearer $(gcloud auth print-access-token)\" https://example.org",
    "aws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}",
    "sk-learn, sk-toggleable, sk_test_helpers and pk_live are names.",
    "packages/web-console/src/components/repository-detail/tabs/artifact-list-section.test.tsx",
    "The sum of xoxb and xoxp tokens in the workspace is shown on the page.",
    "Use `glpat-` tokens for the mirror, `npm_` tokens for publishing.",
    "client-key-data: <base64 of the key>",
    "x-hub-signature-256: sha256=<hex digest of the body>",
    "MessageId: 01020304-0506-0708-090a-0b0c0d0e0f10",
    "AccountKey=<key>;EndpointSuffix=core.windows.net",
    "api_org and hf_ are prefixes of tokens; so is dop_v1_.",
    "eyJhbGciOi... is cut off and shows nothing.",
    "hooks.slack.com/services/... is where it posts.",
    "mailto:team@example.org?subject=token%20rotation",
    "Basic authentication over https://intranet.example.org is switched off.",
];

const PLACEHOLDERS: &[&str] = &[
    "<token>",
    "${TOKEN}",
    "$TOKEN",
    "$(cat token)",
    "{{ token }}",
    "{token}",
    "xxxxxxxxxxxxxxxx",
    "YOUR_TOKEN",
    "your-api-key-here",
    "...",
    "eyJhbGciOi...",
    "****",
    "token",
    "access_token",
    "my-secret-token",
    "x-auth-token",
    "[token]",
    "%TOKEN%",
    "REDACTED",
];

const PASSWORDS: &[&str] = &[
    "password",
    "<password>",
    "${PASSWORD}",
    "$PASS",
    "xxxx",
    "****",
    "...",
    "{{pass}}",
    "YOUR_PASSWORD",
    "secret",
    "pass",
    "pwd",
];
