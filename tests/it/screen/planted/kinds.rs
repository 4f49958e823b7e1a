//! Kinds of secrets as the world makes them: by the published formats of providers, not by what is looked for.

use super::dice::{ALNUM, BASE64, CAPITAL, DIGITS, Dice, LOWER, SMALL, UPPER, URL64};

/// How a secret of a kind shows itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// By its form, wherever it stands.
    Form,
    /// By the name that it stands under.
    Name,
    /// By the line that it is a part of; `%` is where it stands.
    Line(&'static str),
    /// As a block of lines.
    Block,
}

/// A kind of secret.
pub struct Kind {
    pub name: &'static str,
    /// The variable or key that it is kept under.
    pub key: &'static str,
    pub shows: Shows,
    pub make: fn(&mut Dice) -> String,
}

/// A password as a manager of passwords makes it.
fn password(dice: &mut Dice) -> String {
    let marks = "!#%*+-.@^_~";
    format!("{}{}{}{}", dice.chars(ALNUM, 7), dice.chars(marks, 1), dice.chars(ALNUM, 5), dice.chars(DIGITS, 2))
}

fn pem(dice: &mut Dice, label: &str, lines: usize) -> String {
    let body: String = (0..lines).map(|_| dice.chars(BASE64, 64) + "\n").collect();
    format!("-----BEGIN {label}-----\n{body}{}=\n-----END {label}-----", dice.chars(BASE64, 43))
}

fn jwt(dice: &mut Dice) -> String {
    use base64::Engine as _;
    let encode = |text: String| base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(text);
    let (head, claims) = (
        r#"{"alg":"HS256","typ":"JWT"}"#.to_owned(),
        format!(r#"{{"sub":"{}","iat":17{}}}"#, dice.uuid(), dice.chars(DIGITS, 8)),
    );
    format!("{}.{}.{}", encode(head), encode(claims), dice.chars(URL64, 43))
}

fn basic(dice: &mut Dice) -> String {
    use base64::Engine as _;
    base64::prelude::BASE64_STANDARD.encode(format!("deploy:{}", password(dice)))
}

const fn form(name: &'static str, key: &'static str, make: fn(&mut Dice) -> String) -> Kind {
    Kind { name, key, shows: Shows::Form, make }
}

const fn named(name: &'static str, key: &'static str, make: fn(&mut Dice) -> String) -> Kind {
    Kind { name, key, shows: Shows::Name, make }
}

const fn line(name: &'static str, line: &'static str, make: fn(&mut Dice) -> String) -> Kind {
    Kind { name, key: "line", shows: Shows::Line(line), make }
}

const fn block(name: &'static str, key: &'static str, make: fn(&mut Dice) -> String) -> Kind {
    Kind { name, key, shows: Shows::Block, make }
}

pub static KINDS: &[Kind] = &[
    form("github token", "GITHUB_TOKEN", |d| format!("{}_{}", d.pick(&["ghp", "gho", "ghs"]), d.chars(ALNUM, 36))),
    form("github fine-grained", "GH_PAT", |d| format!("github_pat_{}_{}", d.chars(ALNUM, 22), d.chars(ALNUM, 59))),
    form("gitlab token", "CI_JOB_TOKEN", |d| format!("glpat-{}", d.chars(URL64, 20))),
    form("aws key id", "AWS_ACCESS_KEY_ID", |d| {
        format!("{}{}", d.pick(&["AKIA", "ASIA"]), d.chars("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16))
    }),
    form("google api key", "GOOGLE_API_KEY", |d| format!("AIza{}", d.chars(URL64, 35))),
    form("google oauth", "GOOGLE_OAUTH", |d| format!("ya29.a0{}", d.chars(URL64, 120))),
    form("slack bot", "SLACK_BOT_TOKEN", |d| {
        format!("xoxb-{}-{}-{}", d.chars(DIGITS, 12), d.chars(DIGITS, 13), d.chars(ALNUM, 24))
    }),
    form("slack webhook", "SLACK_WEBHOOK_URL", |d| {
        ["https://hooks.slack", ".com/services/T"].concat()
            + &format!("{}/B{}/{}", d.chars(CAPITAL, 8), d.chars(CAPITAL, 10), d.chars(ALNUM, 24))
    }),
    form("discord webhook", "DISCORD_WEBHOOK", |d| {
        ["https://discord", ".com/api/webhooks/"].concat() + &format!("{}/{}", d.chars(DIGITS, 19), d.chars(URL64, 68))
    }),
    form("discord bot", "DISCORD_TOKEN", |d| {
        format!("MT{}.G{}.{}", d.chars(ALNUM, 24), d.chars(URL64, 5), d.chars(URL64, 38))
    }),
    form("telegram bot", "TELEGRAM_BOT_TOKEN", |d| format!("{}:AA{}", d.chars("123456789", 10), d.chars(URL64, 33))),
    form("stripe live", "STRIPE_SECRET_KEY", |d| format!("sk_live_{}", d.chars(ALNUM, 24))),
    form("anthropic", "ANTHROPIC_API_KEY", |d| format!("sk-ant-api03-{}AA", d.chars(URL64, 93))),
    form("openai project", "OPENAI_API_KEY", |d| {
        format!("sk-proj-{}T3BlbkFJ{}", d.chars(URL64, 74), d.chars(URL64, 74))
    }),
    form("openai legacy", "OPENAI_KEY", |d| format!("sk-{}T3BlbkFJ{}", d.chars(ALNUM, 20), d.chars(ALNUM, 20))),
    form("npm", "NPM_TOKEN", |d| format!("npm_{}", d.chars(ALNUM, 36))),
    form("pypi", "TWINE_PASSWORD", |d| format!("pypi-AgEIcHlwaS5vcmc{}", d.chars(URL64, 90))),
    form("hugging face", "HF_TOKEN", |d| format!("hf_{}", d.chars(&[UPPER, LOWER].concat(), 34))),
    form("sendgrid", "SENDGRID_API_KEY", |d| format!("SG.{}.{}", d.chars(URL64, 22), d.chars(URL64, 43))),
    form("twilio key", "TWILIO_API_KEY", |d| format!("SK{}", d.hex(32))),
    form("digitalocean", "DIGITALOCEAN_TOKEN", |d| format!("dop_v1_{}", d.hex(64))),
    form("doppler", "DOPPLER_TOKEN", |d| format!("dp.pt.{}", d.chars(ALNUM, 43))),
    form("linear", "LINEAR_API_KEY", |d| format!("lin_api_{}", d.chars(ALNUM, 40))),
    form("notion", "NOTION_TOKEN", |d| format!("ntn_{}{}", d.chars(DIGITS, 11), d.chars(ALNUM, 35))),
    form("vault", "VAULT_TOKEN", |d| format!("hvs.{}", d.chars(URL64, 95))),
    form("docker hub", "DOCKER_PAT", |d| format!("dckr_pat_{}", d.chars(URL64, 27))),
    form("atlassian", "JIRA_API_TOKEN", |d| format!("ATATT3xFfGF0{}={}", d.chars(URL64, 170), d.hex(8).to_uppercase())),
    form("databricks", "DATABRICKS_TOKEN", |d| format!("dapi{}", d.hex(32))),
    form("grafana", "GRAFANA_TOKEN", |d| format!("glsa_{}_{}", d.chars(ALNUM, 32), d.hex(8))),
    form("groq", "GROQ_API_KEY", |d| format!("gsk_{}", d.chars(ALNUM, 52))),
    form("hubspot", "HUBSPOT_TOKEN", |d| format!("pat-na1-{}", d.uuid())),
    form("shopify", "SHOPIFY_ADMIN_TOKEN", |d| format!("shpat_{}", d.hex(32))),
    form("square", "SQUARE_TOKEN", |d| format!("sq0atp-{}", d.chars(URL64, 22))),
    form("mailgun", "MAILGUN_KEY", |d| format!("key-{}", d.hex(32))),
    form("mailchimp", "MAILCHIMP_KEY", |d| format!("{}-us{}", d.hex(32), d.below(20) + 1)),
    form("new relic", "NEW_RELIC_API_KEY", |d| format!("NRAK-{}", d.chars(CAPITAL, 27))),
    form("postman", "POSTMAN_API_KEY", |d| format!("PMAK-{}-{}", d.hex(24), d.hex(34))),
    form("pulumi", "PULUMI_ACCESS_TOKEN", |d| format!("pul-{}", d.hex(40))),
    form("rubygems", "GEM_HOST_API_KEY", |d| format!("rubygems_{}", d.hex(48))),
    form("supabase", "SUPABASE_ACCESS_TOKEN", |d| format!("sbp_{}", d.hex(40))),
    form("tailscale", "TS_AUTHKEY", |d| format!("tskey-auth-k{}CNTRL-{}", d.chars(ALNUM, 10), d.chars(ALNUM, 32))),
    form("terraform cloud", "TF_TOKEN", |d| format!("{}.atlasv1.{}", d.chars(ALNUM, 14), d.chars(ALNUM, 67))),
    form("airtable", "AIRTABLE_PAT", |d| format!("pat{}.{}", d.chars(ALNUM, 14), d.hex(64))),
    form("planetscale", "PLANETSCALE_TOKEN", |d| format!("pscale_tkn_{}", d.chars(URL64, 43))),
    form("figma", "FIGMA_TOKEN", |d| format!("figd_{}", d.chars(URL64, 40))),
    form("azure client secret", "AZURE_CLIENT_SECRET", |d| format!("{}8Q~{}", d.chars(ALNUM, 3), d.chars(URL64, 34))),
    form("age key", "SOPS_AGE_KEY", |d| format!("AGE-SECRET-KEY-1{}", d.chars("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58))),
    form("jwt", "ID_TOKEN", jwt),
    form("fixture", "FIXTURE_KEY", |_| ["sk-test-fixture", "-redact-me"].concat()),
    named("database password", "DB_PASSWORD", password),
    named("postgres password", "PGPASSWORD", password),
    named("aws secret key", "AWS_SECRET_ACCESS_KEY", |d| d.chars(BASE64, 40)),
    named("datadog key", "DD_API_KEY", |d| d.hex(32)),
    named("algolia key", "ALGOLIA_ADMIN_API_KEY", |d| d.hex(32)),
    named("twilio auth token", "TWILIO_AUTH_TOKEN", |d| d.hex(32)),
    named("oauth client secret", "clientSecret", |d| d.chars(ALNUM, 32)),
    named("jwt signing secret", "JWT_SECRET", |d| d.chars(SMALL, 48)),
    named("refresh token", "refresh_token", |d| d.chars(URL64, 64)),
    named("heroku key", "HEROKU_API_KEY", |d| d.uuid()),
    named("completion secret", "completionSecret", |d| d.hex(32)),
    named("webhook secret", "webhookSecret", |d| d.hex(40)),
    named("encryption key", "ENCRYPTION_KEY", |d| d.hex(64)),
    line("bearer header", "Authorization: Bearer %", |d| d.chars(SMALL, 40)),
    line("basic header", "Authorization: Basic %", basic),
    line("api key header", "X-Api-Key: %", |d| d.chars(ALNUM, 36)),
    line("session cookie", "Cookie: theme=dark; sessionid=%; lang=en", |d| d.chars(SMALL, 32)),
    line("set-cookie", "Set-Cookie: connect.sid=s%3A%; Path=/; HttpOnly", |d| {
        format!("{}.{}", d.chars(URL64, 32), d.chars(ALNUM, 43))
    }),
    line("github signature", "X-Hub-Signature-256: sha256=%", |d| d.hex(64)),
    line("stripe signature", "Stripe-Signature: t=1760000000,v1=%", |d| d.hex(64)),
    line("slack signature", "X-Slack-Signature: v0=%", |d| d.hex(64)),
    line("postgres url", "postgres://app:%@db.internal:5432/app", |d| d.chars(ALNUM, 18)),
    line("amqp url", "amqps://worker:%@queue.example.net/vhost", |d| d.chars(ALNUM, 22)),
    line("git url", "https://x-access-token:%@github.com/acme/billing.git", |d| d.chars(ALNUM, 36)),
    line("access token query", "GET /v1/reports?access_token=%&page=2", |d| d.chars(ALNUM, 40)),
    line("azure sas", "https://acme.blob.core.windows.net/logs/1.txt?sv=2024-11-04&sp=r&sig=%", |d| {
        d.chars(ALNUM, 43) + "%3D"
    }),
    line("aws presigned", "https://acme.s3.amazonaws.com/a.zip?X-Amz-Expires=900&X-Amz-Signature=%", |d| d.hex(64)),
    line(
        "azure storage",
        "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=%;EndpointSuffix=core.windows.net",
        |d| d.chars(BASE64, 86) + "==",
    ),
    line("sql server", "Server=tcp:sql.acme.example,1433;User ID=sa;Password=%;Encrypt=True", |d| {
        d.chars(ALNUM, 16) + "!7"
    }),
    line("mysql flag", "mysql -h db.internal -u root -p% billing", |d| d.chars(ALNUM, 16)),
    line("password flag", "pg_dump-all --host db --password % --format custom", password),
    line("curl user", "curl -sS -u admin:% https://nexus.acme.example/service/rest", password),
    line("npmrc", "//registry.npmjs.org/:_authToken=%", |d| d.chars(SMALL, 36)),
    line("kubeconfig key", "    client-key-data: %", |d| d.chars(BASE64, 600)),
    line("kubeconfig token", "    token: %", |d| d.chars(SMALL, 54)),
    block("rsa key", "TLS_KEY", |d| pem(d, "RSA PRIVATE KEY", 12)),
    block("openssh key", "DEPLOY_KEY", |d| pem(d, "OPENSSH PRIVATE KEY", 6)),
    block("pkcs8 key", "private_key", |d| pem(d, "PRIVATE KEY", 20)),
    block("cut off key", "SIGNING_KEY", |d| {
        format!("-----BEGIN EC PRIVATE KEY-----\n{}\n{}", d.chars(BASE64, 64), d.chars(BASE64, 64))
    }),
];
