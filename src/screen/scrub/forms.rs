//! More forms of secrets, which are taken out of what is imported and do not refuse a push.
//!
//! The tokens are published formats of providers. What is recognised by its surroundings (headers, cookies, flags of
//! commands, queries of addresses) is less sure than what refuses a push: to take out too much of a transcript costs little.

use crate::screen::detectors::{After, Detector, Find};

/// Tokens that their form alone tells.
pub(super) static TOKENS: &[Detector] = &[
    token("provider-token:alibaba", &["LTAI"], r"LTAI[A-Za-z0-9]{16,}"),
    token(
        "provider-token:atlassian",
        &["ATATT3", "ATCTT3", "ATBB"],
        r"AT(?:[AC]TT3[A-Za-z0-9_=-]{60,}|BB[A-Za-z0-9]{28,})",
    ),
    token("provider-token:aws-bedrock", &["ABSK"], r"ABSK[A-Za-z0-9+/]{100,}={0,2}"),
    tail("provider-token:azure-client", &["Q~"], r"Q~[A-Za-z0-9_~.-]{31,34}"),
    token("provider-token:buildkite", &["bkua_"], r"bkua_[a-f0-9]{40}"),
    token("provider-token:circleci", &["CCIPAT_"], r"CCIPAT_[A-Za-z0-9]{20,}_[a-f0-9]{40}"),
    token("provider-token:clojars", &["CLOJARS_"], r"CLOJARS_[a-z0-9]{60}"),
    token("provider-token:cloudflare", &["v1.0-"], r"v1\.0-[a-f0-9]{24}-[a-f0-9]{146}"),
    token("provider-token:contentful", &["CFPAT-"], r"CFPAT-[A-Za-z0-9_-]{40,}"),
    token("provider-token:databricks", &["dapi"], r"dapi[a-f0-9]{32}(?:-[0-9])?"),
    token("provider-token:duffel", &["duffel_"], r"duffel_(?:test|live)_[A-Za-z0-9_=-]{43}"),
    token("provider-token:dynatrace", &["dt0c01."], r"dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    token("provider-token:easypost", &["EZAK", "EZTK"], r"EZ[AT]K[A-Za-z0-9]{54}"),
    token("provider-token:facebook", &["EAA"], r"EAA[A-Za-z0-9]{60,}"),
    token("provider-token:figma", &["figd_"], r"figd_[A-Za-z0-9_-]{36,}"),
    token("provider-token:flutterwave", &["FLWSECK"], r"FLWSECK(?:_TEST)?-[A-Za-z0-9]{12,}-X"),
    token("provider-token:fly", &["fo1_", "fm1r_", "fm1a_", "fm2_"], r"f(?:o1|m1[ar]|m2)_[A-Za-z0-9_+/-]{40,}={0,2}"),
    token("provider-token:frameio", &["fio-u-"], r"fio-u-[A-Za-z0-9_=-]{64}"),
    token(
        "provider-token:grafana",
        &["glc_", "glsa_"],
        r"gl(?:c_[A-Za-z0-9+/]{32,}={0,2}|sa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8})",
    ),
    token("provider-token:groq", &["gsk_"], r"gsk_[A-Za-z0-9]{40,}"),
    token("provider-token:harness", &["pat.", "sat."], r"[ps]at\.[A-Za-z0-9_-]{22}\.[a-f0-9]{24}\.[A-Za-z0-9]{20}"),
    tail("provider-token:terraform", &[".atlasv1."], r"\.atlasv1\.[A-Za-z0-9_=-]{60,}"),
    token("provider-token:heroku", &["HRKU-"], r"HRKU-[A-Za-z0-9_-]{36,}"),
    token("provider-token:hubspot", &["pat-na", "pat-eu"], r"pat-(?:na|eu)[0-9]-[a-f0-9]{8}-[a-f0-9-]{27}"),
    token("provider-token:infracost", &["ico-"], r"ico-[A-Za-z0-9]{32}"),
    token("provider-token:jfrog", &["AKCp", "cmVmdGtu"], r"(?:AKCp[A-Za-z0-9]{60,}|cmVmdGtu[A-Za-z0-9]{50,})"),
    token("provider-token:langsmith", &["lsv2_"], r"lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}"),
    token(
        "provider-token:launchdarkly",
        &["api-", "sdk-"],
        r"(?:api|sdk)-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
    ),
    token("provider-token:lob", &["live_"], r"live_[a-f0-9]{35}\b"),
    token("provider-token:mailgun", &["key-"], r"key-[a-f0-9]{32}\b"),
    token("provider-token:mapbox", &["sk.eyJ"], r"sk\.eyJ[A-Za-z0-9_-]{40,}\.[A-Za-z0-9_-]{20,}"),
    token("provider-token:netlify", &["nfp_"], r"nfp_[A-Za-z0-9]{36,}"),
    token("provider-token:new-relic", &["NRAK-", "NRII-", "NRJS-", "NRRA-"], r"NR(?:AK|II|JS|RA)-[A-Za-z0-9_-]{19,}"),
    token("provider-token:octopus", &["API-"], r"API-[A-Z0-9]{26}\b"),
    token("provider-token:onepassword", &["ops_eyJ"], r"ops_eyJ[A-Za-z0-9+/]{200,}={0,3}"),
    token("provider-token:perplexity", &["pplx-"], r"pplx-[A-Za-z0-9]{40,}"),
    token("provider-token:planetscale", &["pscale_"], r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_=.-]{32,}"),
    token("provider-token:postman", &["PMAK-"], r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    token("provider-token:prefect", &["pnu_", "pnb_"], r"pn[ub]_[A-Za-z0-9]{36}"),
    token("provider-token:pulumi", &["pul-"], r"pul-[a-f0-9]{40}"),
    token("provider-token:readme", &["rdme_"], r"rdme_[a-z0-9]{70}"),
    token("provider-token:render", &["rnd_"], r"rnd_[A-Za-z0-9]{32}"),
    token("provider-token:replicate", &["r8_"], r"r8_[A-Za-z0-9]{37,}"),
    token("provider-token:resend", &["re_"], r"re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}"),
    token("provider-token:rubygems", &["rubygems_"], r"rubygems_[a-f0-9]{48}"),
    token("provider-token:scalingo", &["tk-us-"], r"tk-us-[A-Za-z0-9_-]{48}"),
    token("provider-token:brevo", &["xkeysib-"], r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),
    token("provider-token:sentry", &["sntrys_", "sntryu_"], r"sntry[su]_[A-Za-z0-9+/=_]{60,}"),
    token("provider-token:shippo", &["shippo_"], r"shippo_(?:live|test)_[a-f0-9]{40}"),
    token(
        "provider-token:shopify",
        &["shpat_", "shpca_", "shppa_", "shpss_", "shptka_"],
        r"shp(?:at|ca|pa|ss|tka)_[A-Fa-f0-9]{32}",
    ),
    token("provider-token:sonar", &["squ_", "sqp_", "sqa_"], r"sq[upa]_[a-f0-9]{40}"),
    token("provider-token:sourcegraph", &["sgp_"], r"sgp_(?:(?:local|[a-f0-9]{16})_)?[a-f0-9]{40}"),
    token(
        "provider-token:square",
        &["sq0atp-", "sq0csp-", "EAAA"],
        r"(?:sq0[ac][ts]p-[A-Za-z0-9_-]{22,}|EAAA[A-Za-z0-9_-]{56,60})",
    ),
    token("provider-token:supabase", &["sbp_", "sb_secret_"], r"(?:sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{20,})"),
    token("provider-token:tailscale", &["tskey-"], r"tskey-[a-z]{3,10}-[A-Za-z0-9]{6,}(?:CNTRL)?-[A-Za-z0-9]{20,}"),
    token("provider-token:typeform", &["tfp_"], r"tfp_[A-Za-z0-9_.=-]{40,}"),
    token("provider-token:twitch", &["oauth:"], r"oauth:[a-z0-9]{30}\b"),
    token("provider-token:dropbox", &["sl."], r"sl\.(?:u\.)?[A-Za-z0-9_=-]{120,}"),
    token("provider-token:xai", &["xai-"], r"xai-[A-Za-z0-9]{70,}"),
    token("provider-token:yandex", &["AQVN", "y0_"], r"(?:AQVN[A-Za-z0-9_-]{35,38}|y0_[A-Za-z0-9_-]{50,})"),
    tail("provider-token:firebase", &[":APA91b"], r":APA91b[A-Za-z0-9_-]{100,}"),
    tail("provider-token:telegram", &[":AA"], r":AA[A-Za-z0-9_-]{33}\b"),
    tail("provider-token:mailchimp", &["-us"], r"-us[0-9]{1,2}\b"),
    token("provider-token:cursor", &["crsr_"], r"crsr_[a-f0-9]{64}"),
    token("provider-token:slack", &["xoxe.xox"], r"xoxe\.xox[bp]-[0-9]-[A-Za-z0-9]{60,}"),
];

/// Whether a byte belongs to a token.
pub(super) type Belongs = fn(u8) -> bool;

/// What stands before a token of [`TOKENS`] and belongs to it, by the start of its name: the token begins earlier than what was found.
pub(super) const LEADS: &[(&str, usize, Belongs)] = &[
    ("provider-token:azure-client", 4, |byte| byte.is_ascii_alphanumeric() || b"_~.".contains(&byte)),
    ("provider-token:terraform", 14, |byte| byte.is_ascii_alphanumeric()),
    ("provider-token:telegram", 10, |byte| byte.is_ascii_digit()),
    ("provider-token:firebase", 22, |byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)),
    ("provider-token:mailchimp", 32, |byte| byte.is_ascii_hexdigit()),
];

/// What its surroundings tell, where the value itself looks as if it was made to be secret.
pub(super) static JUDGED: &[Detector] = &[
    form("auth-header", &["bearer "], r"bearer +([A-Za-z0-9._~+/-]{16,}={0,2})"),
    form(
        "auth-header",
        &["authorization"],
        r#"authorization(?:\\*["'])?\s{0,4}[:=,]\s{0,4}(?:\\*["'])?([A-Za-z0-9._~+/=-]{16,})"#,
    ),
    form(
        "auth-header",
        &["authorization"],
        r#"authorization(?:\\*["'])?\s{0,4}[:=,]\s{0,4}(?:\\*["'])?[a-z][a-z0-9-]{2,24} +([A-Za-z0-9._~+/=:-]{12,})"#,
    ),
    form(
        "auth-header",
        &[
            "x-api-key",
            "x-auth-token",
            "api-key:",
            "x-access-token",
            "x-csrf-token",
            "x-xsrf-token",
            "x-functions-key",
            "x-goog-api-key",
            "dd-api-key",
            "ocp-apim-subscription-key",
            "x-amz-security-token",
            "x-shopify-access-token",
            "x-figma-token",
            "x-session-token",
            "x-refresh-token",
            "circle-token",
        ],
        r#"[a-z-]{8,30}(?:\\*["'])?\s{0,4}[:=,]\s{0,4}(?:\\*["'])?([A-Za-z0-9._~+/=-]{8,})"#,
    ),
    form(
        "webhook-signature",
        &["-signature", "-hmac-sha256"],
        r#"-(?:signature(?:-[a-z0-9]{1,12})?|hmac-sha256)(?:\\*["'])?\s{0,4}[:=,]\s{0,4}(?:\\*["'])?([A-Za-z0-9+/=_.,:-]{16,})"#,
    ),
    form("url-signature", &["sig=", "signature=", "hmac=", "credential="], r"[a-z]{3,10}=([A-Za-z0-9%+/=_.-]{16,})"),
    form(
        "url-key",
        &["?key=", "&key=", "?auth=", "&auth=", "?code=", "&code=", "?apikey=", "&sas="],
        r"[?&][a-z]{3,6}=([A-Za-z0-9%+/=_.-]{16,})",
    ),
    form(
        "session-id",
        &["sessid", "sessionid", "connect.sid", "session_id=", "session=", "sid="],
        r#"(?:sessid|session_?(?:id)?|connect\.sid|sid)(?:\\*["'])?\s{0,2}[:=]\s{0,2}(?:\\*["'])?([A-Za-z0-9%._~+/=-]{16,})"#,
    ),
    form("url-credentials", &["://"], r"://([A-Za-z0-9_-]{20,128})(?::[a-z-]{0,24})?@[A-Za-z0-9\[]"),
    form(
        "command-flag",
        &["mysql ", "mysqldump ", "mariadb ", "mysqladmin "],
        r#"[a-z]{5,9} [^\n|;&]{0,200}? -p["']?([^\s"'\\]{6,128})"#,
    ),
    form("command-flag", &["sshpass "], r#"sshpass +-p *["']?([^\s"'\\]{4,128})"#),
    form("command-flag", &["redis-cli "], r#"redis-cli [^\n|;&]{0,200}? ?-a +["']?([^\s"'\\]{6,128})"#),
    form("command-flag", &[" login "], r#" login [^\n|;&]{0,200}? ?(?:-p|--password) +["']?([^\s"'\\]{6,128})"#),
    form(
        "command-flag",
        &["curl ", "wget "],
        r#"[a-z]{4} [^\n|;&]{0,400}? ?(?:-u|--user|-a) *=?["']?[^\s"':]{1,64}:([^\s"'\\]{4,128})"#,
    ),
    form("command-flag", &["--user "], r#"--user +["']?[^\s"':]{1,64}:([^\s"'\\]{6,128})"#),
    form("command-flag", &["--from-literal"], r#"--from-literal[ =]["']?[A-Za-z0-9_.-]{1,64}=["']?([^\s"'\\]{6,256})"#),
    form("netrc", &["machine "], r"machine +\S{1,128}\s+login +\S{1,64}\s+password +(\S{4,128})"),
    form(
        "env-secret",
        &["_pat=", "_pat:", "_creds=", "_auth=", "_pw=", "_pw:", "_sk=", "_dsn=", "_salt="],
        r#"_[a-z]{2,5}(?:\\*["'])?\s{0,2}[:=]\s{0,2}(?:\\*["'])?([A-Za-z0-9!@#$%^*._~+/=-]{8,})"#,
    ),
    // Cookies: what follows a header's name, up to the end of the header.
    form(
        "cookie",
        &["cookie"],
        r#"cookie(?:\\*["'])?\s{0,4}[:,]\s{0,4}(?:\\*["'])?([A-Za-z0-9_.%-]{1,64}=[^\n\r"'\\]{8,4096})"#,
    ),
    form(
        "cookie",
        &["--cookie", "curl -b", " -b "],
        r#"(?:--cookie|-b)[ =]["']?([A-Za-z0-9_.%-]{1,64}=[^\n\r"'\\\s][^\n\r"'\\]{7,4096})"#,
    ),
];

const fn token(category: &'static str, starts: &'static [&'static str], pattern: &'static str) -> Detector {
    Detector { category, starts, any_case: false, after: After::Word, find: Find::Pattern(pattern) }
}

/// A token of which more stands before its start (`LEADS`).
const fn tail(category: &'static str, starts: &'static [&'static str], pattern: &'static str) -> Detector {
    Detector { category, starts, any_case: false, after: After::Any, find: Find::Pattern(pattern) }
}

const fn form(category: &'static str, starts: &'static [&'static str], pattern: &'static str) -> Detector {
    Detector { category, starts, any_case: true, after: After::Any, find: Find::Value(pattern) }
}
