//! Values under keys: secrets that only the key tells, and what stands under such keys without being one.

use super::Case;

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (k, key) in TOKEN_KEYS.iter().enumerate() {
        for (v, value) in TOKENS.iter().enumerate() {
            cases.push(case(true, "token", key, &value.replace('#', &(k * 10 + v).to_string())));
        }
    }
    for (k, key) in PASSWORD_KEYS.iter().enumerate() {
        for (v, value) in PASSWORDS.iter().enumerate() {
            cases.push(case(true, "password", key, &value.replace('#', &(k * 10 + v).to_string())));
        }
    }
    for (i, value) in STAND_INS.iter().enumerate() {
        let keys = [TOKEN_KEYS[i % TOKEN_KEYS.len()], TOKEN_KEYS[(i * 7 + 3) % TOKEN_KEYS.len()]];
        cases.extend(keys.map(|key| case(false, "stand-in", key, value)));
        cases.push(case(false, "stand-in", PASSWORD_KEYS[i % PASSWORD_KEYS.len()], value));
    }
    for (k, key) in OTHER_KEYS.iter().enumerate() {
        for value in ["{{hex:40:#}}", "{{alnum:32:#}}", "{{base64:43:#}}="] {
            cases.push(case(false, "other key", key, &value.replace('#', &k.to_string())));
        }
    }
    cases
}

fn case(bad: bool, family: &str, key: &str, value: &str) -> Case {
    Case { key: Some(key.to_owned()), ..Case::new(bad, family, value) }
}

const TOKEN_KEYS: &[&str] = &[
    "secret",
    "clientSecret",
    "client_secret",
    "completionSecret",
    "webhook-secret",
    "token",
    "api_token",
    "accessToken",
    "refresh_token",
    "BOT_TOKEN",
    "apikey",
    "apiKey",
    "api_key",
    "OPENAI_API_KEY",
    "X-API-Key",
    "private_key",
    "privateKey",
    "client-key-data",
    "encryptionKey",
    "signing_key",
    "AWS_SECRET_ACCESS_KEY",
    "secret_key",
    "SecretKey",
    "credentials",
    "sharedSecret",
    "token_value",
    "secretValue",
    "jwt",
    "master_key",
    "auth_token",
];

const TOKENS: &[&str] = &[
    "{{hex:32:#}}",
    "{{hex:64:#}}",
    "{{alnum:24:#}}",
    "{{alnum:40:#}}",
    "{{base64:43:#}}=",
    "{{url64:32:#}}",
    "{{lower:28:#}}",
    "{{hex:40:#}}",
];

const PASSWORD_KEYS: &[&str] = &[
    "password",
    "db_password",
    "DB_PASSWORD",
    "adminPassword",
    "passwd",
    "passphrase",
    "root-pwd",
    "smtp_pass",
    "MYSQL_ROOT_PASSWORD",
    "userPassword",
    "password2",
];

const PASSWORDS: &[&str] = &[
    "{{pass:14:#}}a1",
    "Summer2024!",
    "hunter2hunter2!",
    "{{alnum:16:#}}",
    "s3cr3t-pa55",
    "Tr0ub4dor&3",
    "correct-horse-battery-9!",
    "{{base64:22:#}}==",
];

/// What stands for a secret, or is none.
const STAND_INS: &[&str] = &[
    "",
    "null",
    "true",
    "none",
    "required",
    "optional",
    "bearer",
    "string",
    "int",
    "3600",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "<token>",
    "<your-api-key>",
    "${TOKEN}",
    "$TOKEN",
    "$(cat /run/secrets/token)",
    "{{ vault.token }}",
    "%TOKEN%",
    "${{ secrets.NPM_TOKEN }}",
    "YOUR_API_KEY",
    "your-api-key-here",
    "changeme",
    "CHANGE_ME",
    "REPLACE_ME",
    "xxxxxxxxxxxxxxxx",
    "****************",
    "[REDACTED:secret]",
    "redacted",
    "secret:billing-stripe",
    "secret:db-password-2024",
    "vault:secret/data/app#token",
    "op://vault/item/field",
    "env:GITHUB_TOKEN",
    "file:/run/secrets/token",
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:app",
    "GITHUB_TOKEN",
    "CODEX_API_KEY",
    "DB_PASSWORD_2",
    "process.env.TOKEN",
    "os.environ['TOKEN']",
    "config.auth.token",
    "/run/secrets/token",
    "./secrets/api-key.txt",
    "~/.ssh/id_ed25519",
    "secrets/production/billing.enc",
    "https://vault.example.org/v1/secret/app",
    "https://example.org/tokens",
    "letsencrypt",
    "github-token",
    "github-token-v2",
    "my-app-secret",
    "short-lived-server-token",
    "ChatGPT access token",
    "kept in the vault under billing",
    "ask the platform team",
    "kubernetes",
    "environment-variable",
    "argon2id",
    "bcrypt",
    "pbkdf2-sha256",
    "ed25519",
    "oauth2-client-credentials",
    "{{ulid:1}}",
    "{{ulid:2}}",
    "{{uuid:3}}",
    "{{uuid:4}}",
    "sha256:{{hex:64:5}}",
    "blake3:{{hex:64:6}}",
    "example-token-1234567890",
    "abcdefghijklmnop",
    "0123456789abcdef",
    "1234567890",
    "dummy-token-000",
    "min 12 characters, one digit",
    "string | null",
    "SecretKeySelector",
    "AzureKeyVaultSecretReference",
    "azureKeyVaultSecretReference",
    "platform/billing/stripe",
    "aws-secretsmanager",
    "v1.2.3",
    "tokens.read",
    "repo:read",
];

const OTHER_KEYS: &[&str] = &[
    "token_count",
    "tokenizer",
    "maxTokens",
    "max_output_tokens",
    "contextWindowTokens",
    "secret-metadata",
    "secretName",
    "secretRef",
    "secret_name",
    "requires_secret",
    "requiresSecret",
    "hasPassword",
    "password_policy",
    "passwordHash",
    "tokenType",
    "token_url",
    "tokenEndpoint",
    "api_key_env",
    "apiKeyRegistrationEnv",
    "publicKey",
    "public_key",
    "publicKeyToken",
    "ssh_public_key",
    "primaryKey",
    "foreign_key",
    "partition_key",
    "sort_key",
    "cacheKey",
    "key",
    "keyId",
    "access_key_id",
    "nextPageToken",
    "continuation_token",
    "cancellationToken",
    "resume_token",
    "syncToken",
    "commit",
    "digest",
    "sha256",
    "checksum",
    "integrity",
    "etag",
    "id",
    "title",
    "author",
    "authMethods",
    "authoredAt",
    "credentialType",
    "stop_token",
    "pad_token",
    "invocationToken",
    "passed",
    "compass",
    "bypass",
    "monkey",
    "turkey",
    "keyboard",
];
