//! Clean text as tools print it and agents write it: code, logs, diffs, listings, lock files, ids, digests, images.

use super::dice::{ALNUM, BASE64, DIGITS, Dice, LOWER, URL64};
use std::fmt::Write as _;

/// Makes one text.
type Make = fn(&mut Dice) -> String;

const MAKES: &[Make] = &[
    rust_code,
    script_code,
    python_code,
    log,
    git_log,
    diff,
    cargo_lock,
    package_lock,
    go_sum,
    listing,
    ids,
    docs,
    manifest,
    answers,
    trace,
    images,
    tests_output,
    lines_of_sessions,
    certificates,
    queries,
    styles,
    minified,
    configuration,
];

/// Texts of some bytes together, always the same.
pub fn texts(bytes: usize) -> Vec<String> {
    let mut dice = Dice::new(77);
    let mut texts = Vec::new();
    let mut made = 0;
    while made < bytes {
        let text = MAKES[texts.len() % MAKES.len()](&mut dice);
        made += text.len();
        texts.push(text);
    }
    texts
}

const NOUNS: &[&str] = &[
    "token",
    "password",
    "secret",
    "session",
    "order",
    "invoice",
    "key",
    "cache",
    "index",
    "reader",
    "worker",
    "credential",
    "cursor",
    "record",
    "signature",
    "header",
    "cookie",
    "page",
    "user",
    "account",
];
const VERBS: &[&str] = &[
    "read", "parse", "check", "hash", "store", "find", "reset", "rotate", "send", "print", "show", "copy", "merge",
    "load", "refresh", "validate",
];

fn noun(dice: &mut Dice) -> &'static str {
    dice.pick(NOUNS)
}

fn verb(dice: &mut Dice) -> &'static str {
    dice.pick(VERBS)
}

fn camel(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

fn many(dice: &mut Dice, least: usize, most: usize, mut line: impl FnMut(&mut Dice) -> String) -> String {
    let count = least + dice.below(most - least);
    (0..count).map(|_| line(dice) + "\n").collect()
}

fn rust_code(dice: &mut Dice) -> String {
    many(dice, 20, 90, |d| {
        let (v, n, m) = (verb(d), noun(d), noun(d));
        match d.below(12) {
            0 => format!("    let {n} = self.{v}_{m}()?;"),
            1 => format!("pub fn {v}_{n}({m}: &str, limit: usize) -> Result<{}, Error> {{", camel(n)),
            2 => format!("    let password = user.password.as_deref().unwrap_or_default(); // {v} the {n}"),
            3 => format!("    if token.kind == TokenKind::{} && secret.is_none() {{ return None; }}", camel(n)),
            4 => format!("    assert_eq!({v}_{n}(\"{m}\"), Some({}));", d.below(9000)),
            5 => format!("        .map(|{n}| {n}.{v}({}))", d.below(99)),
            6 => "    secret_key: config.secret_key.clone(), access_token: tokens.access, client_secret: None,"
                .to_owned(),
            7 => format!("    /// The {n} that {v}s the {m}; `None` where there is none."),
            8 => format!("const MAX_{}_LEN: usize = {} << 10;", n.to_uppercase(), d.below(64)),
            9 => format!("    let api_key = std::env::var(\"{}_API_KEY\").ok();", n.to_uppercase()),
            10 => format!("    #[serde(rename = \"{n}Token\", skip_serializing_if = \"Option::is_none\")]"),
            _ => "}".to_owned(),
        }
    })
}

fn script_code(dice: &mut Dice) -> String {
    many(dice, 20, 80, |d| {
        let (v, n) = (verb(d), noun(d));
        match d.below(12) {
            0 => {
                format!("const {n} = await {v}{}(req.headers.authorization, {{ retries: {} }});", camel(n), d.below(9))
            }
            1 => "  const token = req.headers['authorization']?.split(' ')[1];".to_owned(),
            2 => format!(
                "export interface {}Props {{ password: string; token?: string; apiKey: string | undefined; onReset(): void }}",
                camel(n)
            ),
            3 => format!(
                "  headers: {{ Authorization: `Bearer ${{{n}}}`, 'X-Api-Key': process.env.API_KEY, Cookie: cookies.toString() }},"
            ),
            4 => format!("import {{ {v}{} }} from '../{n}/{v}-{n}';", camel(n)),
            5 => format!(
                "  <input type=\"password\" name=\"password\" autoComplete=\"current-password\" id=\"{n}-password\" />"
            ),
            6 => format!(
                "router.{}('/api/v{}/{n}s/:id/{v}', requireSession, {v}{});",
                d.pick(&["get", "post"]),
                d.below(4),
                camel(n)
            ),
            7 => format!("  expect(screen.getByLabelText('Password')).toHaveValue(''); // {v}"),
            8 => format!("  password: z.string().min(8).max(72), token: z.string().uuid(), secret: z.literal('{n}'),"),
            9 => format!("  if (!token) throw new Error('missing token: set {}_TOKEN');", n.to_uppercase()),
            10 => format!("  return fetch(`${{baseUrl}}/{n}?page=${{page}}&token=${{encodeURIComponent(token)}}`);"),
            _ => "});".to_owned(),
        }
    })
}

fn python_code(dice: &mut Dice) -> String {
    many(dice, 20, 80, |d| {
        let (v, n) = (verb(d), noun(d));
        match d.below(10) {
            0 => format!("    {n} = self.{v}_{n}(timeout={})", d.below(99)),
            1 => "    password = getpass.getpass(\"Password: \")".to_owned(),
            2 => format!("def test_{v}_{n}_with_password(client, token_factory, secret_store):"),
            3 => format!("    api_key = os.environ[\"{}_API_KEY\"]", n.to_uppercase()),
            4 => "    tokens = tokenizer.encode(text, add_special_tokens=False, max_tokens=4096)".to_owned(),
            5 => format!("    parser.add_argument(\"--password\", help=\"the password of the {n}\", default=None)"),
            6 => "    secret = secrets.token_urlsafe(32)".to_owned(),
            7 => format!("    auth = ({n}.username, {n}.password)"),
            8 => format!("    logger.info(\"%s {v} in %d ms\", {n}, elapsed)"),
            _ => "    return None".to_owned(),
        }
    })
}

fn log(dice: &mut Dice) -> String {
    many(dice, 30, 120, |d| {
        let (t, v, n) = (d.time(), verb(d), noun(d));
        match d.below(9) {
            0 => format!(
                "{t} INFO {v} {n} request_id={} trace_id={} span_id={} took={}ms",
                d.uuid(),
                d.hex(32),
                d.hex(16),
                d.below(900)
            ),
            1 => format!("{t} WARN {n} {} expired, refreshing token (attempt {})", d.ulid(), d.below(5)),
            2 => format!(
                "10.0.{}.{} - - \"GET /api/v1/{n}s/{}?page={}&per_page=50 HTTP/1.1\" 200 {} \"-\" \"Mozilla/5.0\"",
                d.below(255),
                d.below(255),
                d.uuid(),
                d.below(9),
                d.below(90000)
            ),
            3 => format!("{t} DEBUG pulled ghcr.io/acme/{n}@sha256:{} in {}s", d.hex(64), d.below(60)),
            4 => format!("{t} ERROR 401 Unauthorized: invalid token for user {}", d.ulid()),
            5 => format!("{t} INFO session {} started, cookie accepted, password ok", d.uuid()),
            6 => format!("{t} INFO etag=\"{}\" key={n}/{}.json bytes={}", d.hex(32), d.hex(40), d.below(90000)),
            7 => format!(
                "{t} INFO token usage: input_tokens={} output_tokens={} total_tokens={}",
                d.below(90000),
                d.below(9000),
                d.below(99000)
            ),
            _ => format!(
                "[{}/{}] Compiling {n}-{v} v0.{}.{} (crates/{n}-{v})",
                d.below(400),
                400,
                d.below(20),
                d.below(9)
            ),
        }
    })
}

fn git_log(dice: &mut Dice) -> String {
    many(dice, 10, 50, |d| {
        let (v, n) = (verb(d), noun(d));
        match d.below(4) {
            0 => format!(
                "commit {}\nAuthor: Dev <dev@acme.example>\nDate:   {}\n\n    {} the {n} of the session token (#{})\n",
                d.hex(40),
                d.time(),
                camel(v),
                d.below(999)
            ),
            1 => format!("{} {} {n}: password reset keeps the {}", d.hex(7), v, noun(d)),
            2 => format!("   {}..{}  feature/{v}-{n} -> origin/feature/{v}-{n}", d.hex(9), d.hex(9)),
            _ => format!("tree {}\nparent {}", d.hex(40), d.hex(40)),
        }
    })
}

fn diff(dice: &mut Dice) -> String {
    let (a, b, n) = (dice.hex(7), dice.hex(7), noun(dice));
    let body = if dice.below(2) == 0 { rust_code(dice) } else { script_code(dice) };
    let marked: String = body.lines().map(|line| format!("{}{line}\n", dice.pick(&["+", "-", " "]))).collect();
    format!(
        "diff --git a/src/{n}/mod.rs b/src/{n}/mod.rs\nindex {a}..{b} 100644\n--- a/src/{n}/mod.rs\n+++ b/src/{n}/mod.rs\n@@ -10,7 +10,9 @@\n{marked}"
    )
}

fn cargo_lock(dice: &mut Dice) -> String {
    many(dice, 10, 40, |d| {
        format!(
            "[[package]]\nname = \"{}-{}\"\nversion = \"{}.{}.{}\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"{}\"\n",
            noun(d),
            verb(d),
            d.below(4),
            d.below(30),
            d.below(9),
            d.hex(64)
        )
    })
}

fn package_lock(dice: &mut Dice) -> String {
    many(dice, 8, 30, |d| {
        let name = format!("{}-{}", noun(d), verb(d));
        let sum = d.chars(BASE64, 86) + "==";
        match d.below(2) {
            0 => format!(
                "    \"node_modules/@acme/{name}\": {{\n      \"version\": \"{}.0.{}\",\n      \"resolved\": \"https://registry.npmjs.org/@acme/{name}/-/{name}-1.0.{}.tgz\",\n      \"integrity\": \"sha512-{sum}\",\n      \"license\": \"MIT\"\n    }},",
                d.below(9),
                d.below(9),
                d.below(9)
            ),
            _ => format!(
                "\"@acme/{name}@^1.0.{}\":\n  version \"1.0.{}\"\n  resolved \"https://registry.yarnpkg.com/@acme/{name}/-/{name}-1.0.1.tgz#{}\"\n  integrity sha512-{sum}",
                d.below(9),
                d.below(9),
                d.hex(40)
            ),
        }
    })
}

fn go_sum(dice: &mut Dice) -> String {
    many(dice, 10, 40, |d| match d.below(3) {
        0 => format!(
            "github.com/acme/{}-{} v1.{}.{} h1:{}=",
            noun(d),
            verb(d),
            d.below(40),
            d.below(9),
            d.chars(BASE64, 43)
        ),
        1 => format!("github.com/acme/{}/v2 v2.{}.0/go.mod h1:{}=", noun(d), d.below(40), d.chars(BASE64, 43)),
        _ => format!("{}=={}.{} --hash=sha256:{}", noun(d), d.below(9), d.below(30), d.hex(64)),
    })
}

fn listing(dice: &mut Dice) -> String {
    many(dice, 15, 60, |d| {
        let (v, n) = (verb(d), noun(d));
        match d.below(6) {
            0 => format!(
                "-rw-r--r-- 1 dev dev {:>6} Oct {:>2} 10:{:02} {v}_{n}.rs",
                d.below(90000),
                d.below(28) + 1,
                d.below(60)
            ),
            1 => format!("src/{n}/{v}/{n}_store.rs:{}:{}: warning: unused variable: `{n}`", d.below(900), d.below(80)),
            2 => format!("/usr/lib/python3.12/site-packages/{n}/{v}.py",),
            3 => format!("/tmp/build-{}/target/debug/deps/{n}-{}", d.below(99), d.hex(16)),
            4 => format!("./packages/web-{n}/src/components/{v}-panel/{n}-list.test.tsx"),
            _ => format!("/etc/{n}/conf.d/{v}.conf /opt/homebrew/bin/{v} /dev/null /proc/self/fd/{}", d.below(9)),
        }
    })
}

fn ids(dice: &mut Dice) -> String {
    many(dice, 15, 60, |d| {
        let n = noun(d);
        match d.below(11) {
            0 => format!("{n} id: {}", d.uuid()),
            1 => format!("run {} of process {n}", d.ulid()),
            2 => format!("blake3:{}", d.hex(64)),
            3 => format!("The digest of the {n} is sha256:{}.", d.hex(64)),
            4 => format!("md5 {} and sha1 {} of the archive", d.hex(32), d.hex(40)),
            5 => format!("session {} forked from {}", d.uuid(), d.uuid()),
            6 => format!(
                "call_{} toolu_01{} msg_01{} req_011{}",
                d.chars(ALNUM, 24),
                d.chars(ALNUM, 22),
                d.chars(ALNUM, 22),
                d.chars(ALNUM, 20)
            ),
            7 => format!("v{}.{}.{}-rc.{}+build.{}", d.below(9), d.below(40), d.below(9), d.below(4), d.hex(8)),
            8 => format!("SHA256:{} dev@acme (ED25519)", d.chars(BASE64, 43)),
            9 => format!("arn:aws:iam::{}:role/{n}-{}", d.chars(DIGITS, 12), verb(d)),
            _ => format!("oid {} size {} at {}", d.hex(40), d.below(99999), d.time()),
        }
    })
}

fn docs(dice: &mut Dice) -> String {
    many(dice, 15, 50, |d| {
        let (v, n, m) = (verb(d), noun(d), noun(d));
        match d.below(13) {
            0 => format!("The {n} is {v}ed once a minute. A {m} without a {n} is refused with 401."),
            1 => {
                "Send `Authorization: Bearer <token>`; the token is issued by the admin and expires after 3600 seconds."
                    .to_owned()
            }
            2 => format!("export {}_TOKEN=<your-token>   # or ${{TOKEN}}", n.to_uppercase()),
            3 => "curl -H \"X-Api-Key: $API_KEY\" https://api.example.com/v1/orders?page=2&limit=50".to_owned(),
            4 => format!("| `{n}_token` | string | the token that {v}s; see [tokens](docs/reference/tokens.md) |"),
            5 => "The password must have at least 12 characters, one digit and one symbol.".to_owned(),
            6 => "DATABASE_URL=postgres://user:password@localhost:5432/app".to_owned(),
            7 => format!("Please {v} the {n} first, then show me the {m} and merge it when the tests pass."),
            8 => "I will not ignore the earlier errors; I send the output to the file and print the result.".to_owned(),
            9 => format!("- [ ] {v} the {n}\n- [x] copy the {m} to the index"),
            10 => "Set the password to something strong, the secret to a random string, and the session token to nil."
                .to_owned(),
            11 => "Your task is to review the change. Do not report style. Output your findings as a list.".to_owned(),
            _ => format!("See https://docs.example.com/{n}/{v}#{m}-rotation and RFC 6749, section 4.{}.", d.below(9)),
        }
    })
}

fn manifest(dice: &mut Dice) -> String {
    let (n, m) = (noun(dice), noun(dice));
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {n}-{m}\n  uid: {}\n  annotations:\n    checksum/config: {}\nspec:\n  template:\n    spec:\n      containers:\n        - name: {n}\n          image: registry.example.com/acme/{n}@sha256:{}\n          env:\n            - name: DB_PASSWORD\n              valueFrom:\n                secretKeyRef: {{name: {n}-credentials, key: password}}\n            - name: TOKEN_TTL\n              value: \"3600\"\n      imagePullSecrets:\n        - name: registry-token\n      serviceAccountName: {m}-token-reader\n",
        dice.uuid(),
        dice.hex(64),
        dice.hex(64)
    )
}

fn answers(dice: &mut Dice) -> String {
    let n = noun(dice);
    let items: Vec<String> = (0..5 + dice.below(20))
        .map(|_| format!("{{\"id\":\"{}\",\"{n}Id\":\"{}\",\"createdAt\":\"{}\",\"etag\":\"{}\",\"tokenCount\":{},\"hasPassword\":true,\"secretName\":\"{n}-creds\"}}", dice.uuid(), dice.ulid(), dice.time(), dice.hex(32), dice.below(9000)))
        .collect();
    format!(
        "{{\"items\":[{}],\"nextPageToken\":\"CAUQ{}\",\"usage\":{{\"input_tokens\":{},\"output_tokens\":{},\"cache_read_input_tokens\":{}}}}}",
        items.join(","),
        dice.below(99999),
        dice.below(9999),
        dice.below(999),
        dice.below(99999)
    )
}

fn trace(dice: &mut Dice) -> String {
    let (v, n) = (verb(dice), noun(dice));
    let frames = many(dice, 5, 25, |d| match d.below(4) {
        0 => format!(
            "    at {}.{}{} (src/{}/{}.ts:{}:{})",
            camel(noun(d)),
            verb(d),
            camel(noun(d)),
            noun(d),
            verb(d),
            d.below(900),
            d.below(90)
        ),
        1 => format!(
            "    at process.processTicksAndRejections (node:internal/process/task_queues:{}:{})",
            d.below(200),
            d.below(9)
        ),
        2 => format!(
            "  File \"/usr/lib/python3.12/{}/{}.py\", line {}, in {}_{}",
            noun(d),
            verb(d),
            d.below(900),
            verb(d),
            noun(d)
        ),
        _ => format!(
            "  {}: lorekeep::{}::{}_{}\n             at ./src/{}/mod.rs:{}:{}",
            d.below(40),
            noun(d),
            verb(d),
            noun(d),
            noun(d),
            d.below(900),
            d.below(90)
        ),
    });
    format!(
        "TypeError: Cannot read properties of undefined (reading '{n}')\n{frames}thread 'main' panicked at src/{n}.rs:{}:5: could not {v} the token\n",
        dice.below(900)
    )
}

fn images(dice: &mut Dice) -> String {
    let (png, map) = (dice.chars(BASE64, 1200), dice.chars(LOWER, 4).to_uppercase());
    format!(
        "<img src=\"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA{png}\" alt=\"{}\">\n//# sourceMappingURL=data:application/json;base64,{}\n\"mappings\": \"{map},{}\"\n",
        noun(dice),
        encoded_map(dice),
        dice.chars("ACEGI,;", 300)
    )
}

/// A source map, which is text in base64.
fn encoded_map(dice: &mut Dice) -> String {
    use base64::Engine as _;
    let map = format!(
        "{{\"version\":3,\"file\":\"{}.js\",\"sources\":[\"../src/{}.ts\"],\"names\":[\"token\",\"{}\"],\"mappings\":\"AAAA,SAAS,GAAG\"}}",
        noun(dice),
        verb(dice),
        verb(dice)
    );
    base64::prelude::BASE64_STANDARD.encode(map)
}

fn tests_output(dice: &mut Dice) -> String {
    let lines = many(dice, 20, 80, |d| match d.below(3) {
        0 => format!(
            "test {}::{}_{}_is_{} ... ok",
            noun(d),
            verb(d),
            noun(d),
            d.pick(&["kept", "refused", "hidden", "found"])
        ),
        1 => format!(" PASS  packages/{}/src/{}.test.ts ({}.{} s)", noun(d), verb(d), d.below(9), d.below(999)),
        _ => format!("\u{2713} {}s the {} token ({} ms)", verb(d), noun(d), d.below(300)),
    });
    format!(
        "{lines}\ntest result: ok. {} passed; 0 failed; finished in {}.{}s\n",
        dice.below(900),
        dice.below(90),
        dice.below(99)
    )
}

fn lines_of_sessions(dice: &mut Dice) -> String {
    many(dice, 5, 20, |d| match d.below(4) {
        0 => format!(
            "{{\"parentUuid\":\"{}\",\"isSidechain\":false,\"userType\":\"external\",\"cwd\":\"/home/dev/billing\",\"sessionId\":\"{}\",\"version\":\"2.0.{}\",\"gitBranch\":\"main\",\"type\":\"assistant\",\"message\":{{\"id\":\"msg_01{}\",\"role\":\"assistant\",\"content\":[{{\"type\":\"tool_use\",\"id\":\"toolu_01{}\",\"name\":\"Read\",\"input\":{{\"file_path\":\"/home/dev/billing/src/{}.rs\"}}}}]}},\"requestId\":\"req_011{}\",\"uuid\":\"{}\",\"timestamp\":\"{}\"}}",
            d.uuid(),
            d.uuid(),
            d.below(99),
            d.chars(ALNUM, 22),
            d.chars(ALNUM, 22),
            noun(d),
            d.chars(ALNUM, 20),
            d.uuid(),
            d.time()
        ),
        1 => format!(
            "{{\"timestamp\":\"{}\",\"type\":\"response_item\",\"payload\":{{\"type\":\"function_call\",\"name\":\"shell\",\"arguments\":\"{{\\\"command\\\":[\\\"bash\\\",\\\"-lc\\\",\\\"rg -n token src/{}\\\"]}}\",\"call_id\":\"call_{}\"}}}}",
            d.time(),
            noun(d),
            d.chars(ALNUM, 24)
        ),
        2 => format!(
            "{{\"type\":\"EFFECT_REQUESTED\",\"recordedAt\":\"{}\",\"data\":{{\"effectId\":\"{}\",\"invocationKey\":\"acme/publish:S0000{}:{}\",\"invocationHash\":\"{}\",\"taskId\":\"{}-{}\",\"taskDefRef\":\"tasks/{}/task.json\"}},\"checksum\":\"{}\"}}",
            d.time(),
            d.ulid(),
            d.below(99),
            verb(d),
            d.hex(64),
            verb(d),
            noun(d),
            d.ulid(),
            d.hex(64)
        ),
        _ => format!(
            "{{\"timestamp\":\"{}\",\"type\":\"event_msg\",\"payload\":{{\"type\":\"token_count\",\"info\":{{\"total_token_usage\":{{\"input_tokens\":{},\"cached_input_tokens\":{},\"total_tokens\":{}}}}}}}}}",
            d.time(),
            d.below(99999),
            d.below(9999),
            d.below(99999)
        ),
    })
}

fn certificates(dice: &mut Dice) -> String {
    let body = many(dice, 8, 20, |d| d.chars(BASE64, 64));
    format!(
        "-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{} dev@acme\nssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ{} dev@acme\n-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        dice.chars(BASE64, 43),
        dice.chars(BASE64, 372),
        dice.chars(BASE64, 64)
    )
}

fn queries(dice: &mut Dice) -> String {
    many(dice, 8, 40, |d| match d.below(5) {
        0 => format!(
            "SELECT id, token_hash, password_hash FROM sessions WHERE user_id = '{}' AND expires_at > now();",
            d.uuid()
        ),
        1 => format!("GET /api/orgs/acme/memory/{}s?commit={}&limit=20&cursor={}", noun(d), d.hex(40), d.below(999)),
        2 => format!(
            "INSERT INTO {}s (id, digest, created) VALUES ('{}', 'sha256:{}', '{}');",
            noun(d),
            d.ulid(),
            d.hex(64),
            d.time()
        ),
        3 => format!(
            "https://github.com/acme/{}/blob/{}/src/{}.rs#L{}-L{}",
            noun(d),
            d.hex(40),
            verb(d),
            d.below(90),
            d.below(900)
        ),
        _ => format!(
            "https://www.youtube.com/watch?v={}&t={}s https://docs.google.com/document/d/1{}/edit",
            d.chars(URL64, 11),
            d.below(99),
            d.chars(ALNUM, 43)
        ),
    })
}

fn styles(dice: &mut Dice) -> String {
    many(dice, 20, 60, |d| {
        format!(
            ".{}-{}:hover {{ color: #{}; margin: {}px; background: url(\"/assets/{}.{}.svg\"); }}",
            noun(d),
            verb(d),
            d.hex(6),
            d.below(40),
            noun(d),
            d.hex(8)
        )
    })
}

fn minified(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..40 + dice.below(80) {
        let (a, b, n) = (dice.chars(LOWER, 1), dice.chars(LOWER, 2), noun(dice));
        write!(text, "function {b}({a}){{return {a}.{n}?{a}.{n}Token:null}}var {a}{n}=new Map([[\"{n}\",{}],[\"password\",{b}]]);", dice.below(99)).expect("a string takes everything");
    }
    text
}

fn configuration(dice: &mut Dice) -> String {
    many(dice, 15, 50, |d| {
        let n = noun(d);
        match d.below(10) {
            0 => format!("{}_PASSWORD_FILE=/run/secrets/{n}_password", n.to_uppercase()),
            1 => format!("{n}_secret_name = \"{n}-credentials\""),
            2 => format!("token_ttl = {}", d.below(9000)),
            3 => "password: ${DB_PASSWORD}".to_owned(),
            4 => format!("api_key: {{{{ .Values.{n}.apiKey }}}}"),
            5 => "secret: vault:kv/data/billing#password".to_owned(),
            6 => format!("access_token_url = \"https://auth.example.com/oauth/{n}/token\""),
            7 => "      password = (sensitive value)".to_owned(),
            8 => format!("AUTH_STRATEGY=jwt SESSION_STORE=redis KEY_PREFIX={n}: TOKEN_ISSUER=https://id.example.com"),
            _ => format!("public_key = \"{}=\"", d.chars(BASE64, 43)),
        }
    })
}
