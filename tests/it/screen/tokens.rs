//! Tokens made at test time, so that none stands in the repository.

const ALNUM: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HEX: &[u8] = b"0123456789abcdef";
const DIGITS: &[u8] = b"0123456789";

/// Characters in an order that is always the same, and looks like none.
fn chars(alphabet: &[u8], count: usize) -> String {
    let step = |state: u64| state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let states = std::iter::successors(Some(step(count as u64)), |state| Some(step(*state)));
    states.take(count).map(|state| char::from(alphabet[(state >> 33) as usize % alphabet.len()])).collect()
}

/// Letters and digits, always the same ones.
pub fn alphanumeric(count: usize) -> String {
    alnum(count)
}

fn alnum(count: usize) -> String {
    chars(ALNUM, count)
}

/// Every sort of secret that stands for itself: a name, its category, and one of it.
pub fn every() -> Vec<(&'static str, &'static str, String)> {
    let mut all = Vec::new();
    let mut add = |name, category, token: String| all.push((name, category, token));
    for prefix in ["ghp", "gho", "ghu", "ghs", "ghr"] {
        add("github", "provider-token:github", format!("{prefix}_{}", alnum(36)));
    }
    add("github-pat", "provider-token:github", format!("github_pat_{}_{}", alnum(22), alnum(59)));
    add("gitlab", "provider-token:gitlab", format!("glpat-{}", alnum(20)));
    add("aws", "provider-token:aws", format!("AKIA{}", chars(UPPER, 16)));
    add("aws-session", "provider-token:aws", format!("ASIA{}", chars(UPPER, 16)));
    add("google", "provider-token:google", format!("AIza{}", alnum(35)));
    add("google-oauth", "provider-token:google", format!("ya29.{}", alnum(60)));
    add("google-client", "provider-token:google", format!("GOCSPX-{}", alnum(28)));
    for prefix in ["xoxb", "xoxp", "xoxa", "xoxs"] {
        let token = format!("{prefix}-{}-{}-{}", chars(DIGITS, 12), chars(DIGITS, 13), alnum(24));
        add("slack", "provider-token:slack", token);
    }
    add("slack-app", "provider-token:slack", format!("xapp-1-A{}-{}", chars(UPPER, 10), chars(HEX, 64)));
    let hook = ["https://hooks.slack", ".com/services/T"].concat();
    add("slack-hook", "provider-token:slack", format!("{hook}{}/B{}/{}", chars(UPPER, 8), chars(UPPER, 8), alnum(24)));
    let hook = ["https://discord", ".com/api/webhooks/"].concat();
    add("discord-hook", "provider-token:discord", format!("{hook}{}/{}", chars(DIGITS, 18), alnum(68)));
    add("stripe", "provider-token:stripe", format!("sk_live_{}", alnum(24)));
    add("stripe-restricted", "provider-token:stripe", format!("rk_live_{}", alnum(24)));
    add("stripe-hook", "provider-token:stripe", format!("whsec_{}", alnum(32)));
    add("anthropic", "provider-token:anthropic", format!("sk-ant-api03-{}-{}AA", alnum(60), alnum(30)));
    add("openai", "provider-token:openai", format!("sk-{}", alnum(48)));
    add("openai-project", "provider-token:openai", format!("sk-proj-{}_{}", alnum(40), alnum(40)));
    add("openrouter", "provider-token:openrouter", format!("sk-or-v1-{}", chars(HEX, 64)));
    add("fixture", "provider-token:fixture", ["sk-test-fixture", "-redact-me"].concat());
    add("npm", "provider-token:npm", format!("npm_{}", alnum(36)));
    add("pypi", "provider-token:pypi", format!("pypi-AgEIcHlwaS5vcmc{}", alnum(70)));
    add("hugging-face", "provider-token:hugging-face", format!("hf_{}", alnum(34)));
    add("sendgrid", "provider-token:sendgrid", format!("SG.{}.{}", alnum(22), alnum(43)));
    add("twilio", "provider-token:twilio", format!("SK{}", chars(HEX, 32)));
    add("digitalocean", "provider-token:digitalocean", format!("dop_v1_{}", chars(HEX, 64)));
    add("doppler", "provider-token:doppler", format!("dp.pt.{}", alnum(43)));
    add("linear", "provider-token:linear", format!("lin_api_{}", alnum(40)));
    add("notion", "provider-token:notion", format!("ntn_{}{}", chars(DIGITS, 11), alnum(35)));
    add("notion-old", "provider-token:notion", format!("secret_{}", alnum(43)));
    add("vault", "provider-token:vault", format!("hvs.{}", alnum(90)));
    add("docker", "provider-token:docker", format!("dckr_pat_{}", alnum(27)));
    add("lorekeep", "provider-token:lorekeep", format!("lkp_{}", alnum(43)));
    add("jwt", "provider-token:jwt", format!("eyJ{}.eyJ{}.{}", alnum(33), alnum(70), alnum(43)));
    add("age", "private-key", format!("AGE-SECRET-KEY-1{}", chars(UPPER, 58)));
    for label in ["", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED "] {
        add("private-key", "private-key", pem(&format!("{label}PRIVATE KEY")));
    }
    add("pgp", "private-key", pem("PGP PRIVATE KEY BLOCK"));
    all
}

/// One secret by name; `random-28` is 28 letters and digits that only what stands before them makes a secret.
pub fn token(name: &str) -> String {
    if let Some(count) = name.strip_prefix("random-") {
        return alnum(count.parse().expect("it is a number"));
    }
    let found = every().into_iter().find(|(known, _, _)| *known == name);
    found.unwrap_or_else(|| panic!("no secret is called {name}")).2
}

/// A private key block of a label.
pub fn pem(label: &str) -> String {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    format!("{begin}\n{}\n{}\n{end}", alnum(64), alnum(63))
}

/// Secrets that are told by what stands around them: the category, what stands before, the secret, what follows.
pub fn in_context() -> Vec<(&'static str, String, String, String)> {
    let mut all = Vec::new();
    let mut add = |category, before: &str, secret: String, after: &str| {
        all.push((category, before.to_owned(), secret, after.to_owned()));
    };
    let header = "auth-header";
    add(header, "Authorization: Bearer ", alnum(30), "\r\n");
    add(header, "authorization: basic ", format!("{}==", alnum(22)), "\n");
    add(header, "curl -H 'Authorization: token ", alnum(40), "' https://example.org");
    add(header, r#"{"Authorization": "Bearer "#, alnum(24), r#""}"#);
    add(header, r#""{\"authorization\":\"Bearer "#, alnum(24), r#"\"}""#);
    add(header, "Proxy-Authorization: Basic ", alnum(24), "\n");
    add(header, "X-Api-Key: ", alnum(24), "\n");
    add(header, "x-gitlab-token: ", alnum(24), "\n");
    add(header, "X-Hub-Signature-256: ", format!("sha256={}", chars(HEX, 64)), "\n");
    add(header, "X-Hub-Signature: ", format!("sha1={}", chars(HEX, 40)), "\n");
    let url = "url-credentials";
    add(url, "clone https://alice:", alnum(12), "@example.org/x.git");
    add(url, "postgres://app:", "s3cr3t-pa55".to_owned(), "@db.internal:5432/app");
    add(url, "redis://:", alnum(20), "@cache:6379");
    add("provider-token:aws", "aws_secret_access_key = ", format!("{}/{}", alnum(20), alnum(19)), "\n");
    add("provider-token:aws", r#""SecretAccessKey": ""#, alnum(40), "\"");
    add("provider-token:azure", "DefaultEndpointsProtocol=https;AccountKey=", format!("{}==", alnum(86)), ";x");
    add("kubeconfig", "    client-key-data: ", format!("{}=", alnum(87)), "\n");
    all
}
