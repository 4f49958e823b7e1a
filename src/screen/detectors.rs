//! The table of what secrets look like.
//!
//! Every line is a published or observed format of a token. A pattern is matched at the place where one of its
//! `starts` was found; where it has a group, the group is the secret. Its last repetition is
//! open-ended, so that a token that grew longer is still covered to its end. Nothing in it looks further than to the end of
//! one token, and no token begins within another of its sort: that keeps the cost linear.

/// How one sort of secret is recognised.
pub(super) struct Detector {
    pub(super) category: &'static str,
    /// The words it begins with.
    pub(super) starts: &'static [&'static str],
    /// Whether the words are found in any case.
    pub(super) any_case: bool,
    /// What must stand before it.
    pub(super) after: After,
    pub(super) find: Find,
}

/// What must stand before a secret.
#[derive(Clone, Copy)]
pub(super) enum After {
    /// Anything: the beginning is distinctive.
    Any,
    /// No letter, digit or `_`.
    Word,
    /// No letter, digit, `_` or `-`.
    Token,
}

/// How the end of a secret is found.
#[derive(Clone, Copy)]
pub(super) enum Find {
    /// By a pattern.
    Pattern(&'static str),
    /// By a pattern whose group is no secret where it is a placeholder.
    Value(&'static str),
    /// As a private key block.
    Pem,
}

pub(super) static DETECTORS: &[Detector] = &[
    token("provider-token:github", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], r"gh[pousr]_[A-Za-z0-9]{36,}"),
    token("provider-token:github", &["github_pat_"], r"github_pat_[A-Za-z0-9_]{22,}"),
    token(
        "provider-token:gitlab",
        &["glpat-", "gloas-", "gldt-", "glrt-", "glptt-", "glsoat-", "glft-", "glimt-", "glagent-", "glcbt-"],
        r"gl[a-z]{2,5}-[A-Za-z0-9_-]{20,}",
    ),
    word("provider-token:aws", &["AKIA", "ASIA", "ABIA", "ACCA"], r"A[KSBC][IC]A[A-Z0-9]{16}\b"),
    any_case(
        "provider-token:aws",
        &["secret_access_key", "secretaccesskey", "secret-access-key"],
        r#"secret[_-]?access[_-]?key(?:\\?["'])?\s{0,4}(?:[:=]|=>|:=)\s{0,4}(?:\\?["'])?([A-Za-z0-9/+]{40,}={0,2})"#,
    ),
    token("provider-token:google", &["AIza"], r"AIza[A-Za-z0-9_-]{35,}"),
    token("provider-token:google", &["ya29."], r"ya29\.[A-Za-z0-9_-]{20,}"),
    token("provider-token:google", &["GOCSPX-"], r"GOCSPX-[A-Za-z0-9_-]{28,}"),
    token(
        "provider-token:slack",
        &["xoxa-", "xoxb-", "xoxe-", "xoxe.", "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xoxc-", "xoxd-"],
        r"xox[abeoprscd][-.][A-Za-z0-9%.-]{10,}",
    ),
    token("provider-token:slack", &["xapp-"], r"xapp-[0-9]-[A-Za-z0-9-]{20,}"),
    token(
        "provider-token:slack",
        &["hooks.slack.com/"],
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,}",
    ),
    token(
        "provider-token:discord",
        &["discord.com/api/webhooks/", "discordapp.com/api/webhooks/"],
        r"discord(?:app)?\.com/api/webhooks/[0-9]{5,25}/[A-Za-z0-9_-]{30,}",
    ),
    token(
        "provider-token:microsoft",
        &["webhook.office.com/"],
        r"webhook\.office\.com/webhookb2/[A-Za-z0-9@-]{36,100}/IncomingWebhook/[A-Za-z0-9/-]{32,}",
    ),
    word(
        "provider-token:stripe",
        &["sk_live_", "rk_live_", "sk_test_", "rk_test_"],
        r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",
    ),
    word("provider-token:stripe", &["whsec_"], r"whsec_[A-Za-z0-9+/]{24,}={0,2}"),
    token("provider-token:anthropic", &["sk-ant-"], r"sk-ant-[A-Za-z0-9_-]{16,}"),
    token(
        "provider-token:openai",
        &["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"],
        r"sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}",
    ),
    token("provider-token:openrouter", &["sk-or-v1-"], r"sk-or-v1-[a-f0-9]{32,}"),
    word("provider-token:fixture", &["sk-test-", "sk-live-"], r"sk-(?:test|live)-[A-Za-z0-9_-]{12,}"),
    word("provider-token:openai", &["sk-"], r"sk-[A-Za-z0-9]{20,}"),
    token("provider-token:npm", &["npm_"], r"npm_[A-Za-z0-9]{36,}"),
    word("provider-token:pypi", &["pypi-"], r"pypi-AgE[A-Za-z0-9_-]{30,}"),
    word("provider-token:hugging-face", &["hf_", "api_org_"], r"(?:hf|api_org)_[A-Za-z0-9]{34,}"),
    word("provider-token:sendgrid", &["SG."], r"SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,}"),
    word("provider-token:twilio", &["SK"], r"SK[0-9a-f]{32}\b"),
    token("provider-token:digitalocean", &["dop_v1_", "doo_v1_", "dor_v1_"], r"do[por]_v1_[a-f0-9]{64,}"),
    word(
        "provider-token:doppler",
        &["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."],
        r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,}",
    ),
    token("provider-token:linear", &["lin_api_", "lin_oauth_"], r"lin_(?:api|oauth)_[A-Za-z0-9]{40,}"),
    word("provider-token:notion", &["ntn_"], r"ntn_[A-Za-z0-9]{40,}"),
    word("provider-token:notion", &["secret_"], r"secret_[A-Za-z0-9]{43}\b"),
    word("provider-token:vault", &["hvs.", "hvb.", "hvr."], r"hv[sbr]\.[A-Za-z0-9_-]{24,}"),
    token("provider-token:docker", &["dckr_pat_", "dckr_oat_"], r"dckr_[po]at_[A-Za-z0-9_-]{27,}"),
    any_case(
        "provider-token:azure",
        &["accountkey=", "sharedaccesskey="],
        r"(?:account|sharedaccess)key=([A-Za-z0-9+/]{40,}={0,2})",
    ),
    word("provider-token:lorekeep", &["lkp_"], r"lkp_[A-Za-z0-9]{40,}"),
    Detector {
        category: "provider-token:jwt",
        starts: &["eyJ"],
        any_case: false,
        after: After::Token,
        find: Find::Pattern(r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    },
    Detector {
        category: "private-key",
        starts: &["-----BEGIN ", "---- BEGIN "],
        any_case: false,
        after: After::Any,
        find: Find::Pem,
    },
    token("private-key", &["AGE-SECRET-KEY-1"], r"AGE-SECRET-KEY-1[0-9A-Z]{58,}"),
    token("private-key", &["Private-Lines: "], r"Private-Lines: [0-9]{1,4}\s{1,4}([A-Za-z0-9+/=\r\n]{16,})"),
    any_case(
        "kubeconfig",
        &["client-key-data"],
        r#"client-key-data["']?\s{0,4}:\s{0,4}["']?([A-Za-z0-9+/]{32,}={0,2})"#,
    ),
    any_case(
        "auth-header",
        &["authorization"],
        r#"authorization(?:\\?["'])?\s{0,4}[:=,]\s{0,4}(?:\\?["'])?(?:bearer|basic|token|apikey|api-key|negotiate|digest)[ \t]{1,4}([A-Za-z0-9._~+/=:-]{6,})"#,
    ),
    any_case(
        "auth-header",
        &["x-api-key", "x-auth-token", "x-vault-token", "x-gitlab-token", "private-token", "x-amz-security-token"],
        r#"[a-z-]{9,20}(?:\\?["'])?\s{0,4}[:=,]\s{0,4}(?:\\?["'])?([A-Za-z0-9._~+/=-]{8,})"#,
    ),
    any_case(
        "auth-header",
        &["x-hub-signature"],
        r#"x-hub-signature(?:-256)?(?:\\?["'])?\s{0,4}[:=,]\s{0,4}(?:\\?["'])?(sha(?:1|256)=[A-Fa-f0-9]{8,})"#,
    ),
    any_case("url-credentials", &["://"], r#"://[^\s/:@"'`<>{}()$]{0,128}:([^\s/@"'`<>{}()$]{3,256})@[A-Za-z0-9\[]"#),
];

const fn token(category: &'static str, starts: &'static [&'static str], pattern: &'static str) -> Detector {
    Detector { category, starts, any_case: false, after: After::Any, find: Find::Pattern(pattern) }
}

const fn word(category: &'static str, starts: &'static [&'static str], pattern: &'static str) -> Detector {
    Detector { category, starts, any_case: false, after: After::Word, find: Find::Pattern(pattern) }
}

const fn any_case(category: &'static str, starts: &'static [&'static str], pattern: &'static str) -> Detector {
    Detector { category, starts, any_case: true, after: After::Any, find: Find::Value(pattern) }
}
