//! Strings that are suspicious by what stands before them, and strings that are not.

use super::Case;

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for seed in 0..4 {
        let numbered = |text: &&str| text.replace('#', &seed.to_string());
        cases.extend(ASSIGNED.iter().map(|text| Case::new(true, "assigned", numbered(text))));
        cases.extend(NEAR.iter().map(|text| Case::new(true, "near a word", numbered(text))));
        cases.extend(ALONE.iter().map(|text| Case::new(true, "no word near", numbered(text))));
        cases.extend(HARMLESS.iter().map(|text| Case::new(false, "id or name", numbered(text))));
    }
    cases.extend(CODE.iter().map(|text| Case::new(false, "code and prose", *text)));
    cases
}

const ASSIGNED: &[&str] = &[
    "DB_PASSWORD={{pass:12:#}}x7\n",
    "export API_TOKEN={{alnum:32:#}}\n",
    "SECRET_KEY=\"{{base64:40:#}}\"\n",
    "{\"password\": \"{{alnum:14:#}}9\", \"user\": \"app\"}",
    "{\"clientSecret\": \"{{url64:34:#}}\"}",
    "password = '{{pass:14:#}}4'\n",
    "const apiKey = \"{{hex:32:#}}\";\n",
    "    secretKey: '{{alnum:28:#}}',\n",
    "config.auth_token = \"{{lower:30:#}}\"\n",
    "?access_token={{alnum:32:#}}&page=2",
    "docker run -e MYSQL_ROOT_PASSWORD=\"{{alnum:12:#}}5\" mysql",
    "set ENCRYPTION_KEY={{base64:43:#}}=\r\n",
    "Server=db;User Id=app;Password={{alnum:15:#}}3;",
    "webhook_secret => \"{{hex:48:#}}\"",
    "private_key: {{base64:60:#}}\n",
    "machine example.org login: app password: {{alnum:12:#}}8",
];

const NEAR: &[&str] = &[
    "The token for the mirror is {{alnum:32:#}}, ask before you use it.",
    "Use secret `{{alnum:40:#}}` until May.",
    "mysql --password {{alnum:24:#}} -h db",
    "Bearer {{url64:40:#}}",
    "| api key | {{alnum:36:#}} |",
    "# credentials (staging): app / {{alnum:22:#}}",
];

/// What needs another sort of reader.
const ALONE: &[&str] =
    &["{{alnum:40:#}}", "Take {{alnum:32:#}} for staging.", "the password of app # is tulip-orange-seven"];

const HARMLESS: &[&str] = &[
    "token at commit {{hex:40:#}}",
    "secret scan of {{hex:64:#}} is clean",
    "the token's digest is sha256:{{hex:64:#}}",
    "auth run {{ulid:#}} and {{uuid:#}}",
    "token: {{ulid:#}}",
    "secret: {{uuid:#}}",
    "\"token-bucket\": {\"integrity\": \"sha512-{{base64:86:#}}==\"}",
    "![auth flow](data:image/png;base64,{{base64:300:#}}=)",
    "see https://example.org/auth/{{alnum:30:#}}/page for the token exchange",
    "token-parser-{{digits:3:#}}.tar.gz",
    "secret-store = { version = \"1.2.#\", checksum = \"{{hex:64:#}}\" }",
    "password policy v#.{{digits:2:#}}.0 of 2026-01-0#",
];

const CODE: &[&str] = &[
    "pub const InheritPrivateKey: X509RequestInheritOptions = X509RequestInheritOptions(16);",
    "AccessToken: WBEM_128BITS,",
    "let PASS: D3DKMT_DEFRAG_ESCAPE_OPERATION;",
    "let token = parse_token_from_header(&request.headers)?;",
    "const secret = process.env.CLIENT_SECRET;",
    "password = getpass.getpass(\"Password: \")",
    "String apiKey = System.getenv(\"API_KEY\");",
    "token: ${{ secrets.GITHUB_TOKEN }}",
    "password: <your password>",
    "PASSWORD=$DB_PASSWORD",
    "PASSWORD=changeme",
    "API_KEY=your-api-key-here",
    "secretName: letsencrypt-production",
    "client_secret: some-secret",
    "if (tokenType == TokenType::Identifier) return tokenizeIdentifierOrKeyword(stream);",
    "class AuthenticationTokenValidatorFactoryBean extends AbstractFactoryBean2 {}",
    "The password must have 12 characters, among them one digit.",
    "contextWindowTokens=131072; maxCompletionTokens=8192",
    "publicKeyToken=\"{{hex:16:1}}\"",
    "CancellationToken cancellationToken = default(CancellationToken)",
    "virtual BOOL PASCAL SetDefaultPassword(LPCTSTR lpszPassword);",
    ";PWD= *lpszPassword*.",
    "auth = OAuth2ClientCredentialsGrantHandler2(scope)",
    "tokenization, secretary, compassion and passwordless are words",
    "GET /v1/tokens?limit=100&cursor=2026-01-01T00:00:00Z",
    "secretKeyRef: {name: database-credentials, key: password}",
    "password_hash VARCHAR(255) NOT NULL",
    "token_count: 131072, max_output_tokens: 16384",
    "path: src/auth/token/RefreshTokenRotationPolicyTest2.java",
    "apiKey: string | undefined",
    "\"token\": \"signed/unsigned\"",
    "PASSWORD=",
    "api-key=REPLACE_ME",
    "secret: vault:secret/data/billing#token",
    "credential: aws-secretsmanager",
    "access token lifetime: 3600s; refresh token lifetime: 30d",
    "token = lexer.next(); while token != EndOfFile { stack.push(token) }",
    "The key `secret` of `AzureKeyVaultSecretReferenceResolver` names the vault.",
];
