//! The table of phrases that address whoever reads a text next, to make it do what the text says.
//!
//! Each line is a family: the words it begins with and a pattern that is matched at such a word. Between words may stand
//! what Markdown puts there (`gap`). No pattern looks further than a sentence. A phrase that is only mentioned, in quotes
//! within a sentence, is passed over by the search, not here.

/// One family of phrases.
pub(super) struct Phrase {
    pub(super) reason: &'static str,
    /// The words it begins with, in lower case, found in any case.
    pub(super) starts: &'static [&'static str],
    /// What follows on one of them, with `~` for what may stand between words.
    pub(super) pattern: &'static str,
    /// Whether it must begin a word.
    pub(super) word: bool,
}

const IGNORE: &str = "an order to ignore earlier instructions";
const PERSONA: &str = "an order to be somebody without rules";
const CONCEAL: &str = "an order to keep something from people";
const EXFILTRATE: &str = "an order to send away what is secret";
const REVEAL: &str = "an order to give away hidden instructions";
const ROLE: &str = "markup that plays the part of a conversation";
const NEW_ORDERS: &str = "instructions that claim to replace others";
const APPROVE: &str = "an order to approve without review";
const IMAGE: &str = "an image whose address carries data away";
const READER: &str = "an order to whichever model reads this";

pub(super) static PHRASES: &[Phrase] = &[
    phrase(
        IGNORE,
        &[
            "ignore",
            "disregard",
            "forget",
            "override",
            "discard",
            "neglect",
            "bypass",
            "do not follow",
            "don't follow",
            "stop following",
            "do not obey",
        ],
        r"(?:~(?:all|any|every|everything|each|of|the|these|those|your|my|our|and|in|completely|about|whatever|is|were|was|you|told|given)){0,6}~(?:(?:previous|previously|prior|earlier|preceding|above|foregoing|former)|(?:all|any|every|the|these|those|your)~(?:initial|original|system|existing|safety|security|developer|operator))(?:~(?:previous|prior|system|developer|safety|security|and|or|given|set|core|initial|all|other)){0,3}~(?:instructions?|prompts?|directions?|directives?|guidelines?|guardrails?|commands?|orders?|constraints?|restrictions?|rules|context|training|programming|policy|policies)\b",
    ),
    phrase(
        IGNORE,
        &["ignore", "disregard", "forget"],
        r"~(?:(?:all|everything|anything)(?:~(?:of|that|you|the|were|was|have|been|i|we|they|know|your)){0,5}~(?:told|instructed|instructions?|said|above|before this|trained|programmed|guidelines)\b(?:~(?:before|above|previously|so far|earlier|until now|to do|by)|[.,;:!]|~and~)|(?:(?:all|any|the|of)~){0,3}(?:instructions|rules|guidelines|orders)~(?:that~)?you~(?:were|have been|had been)~(?:given|told|taught|trained))",
    ),
    phrase(
        IGNORE,
        &["ignore", "disregard", "bypass", "disable", "turn off", "drop"],
        r"~(?:(?:all|any|of)~){0,2}your~(?:(?:own|usual|normal|content|safety|security|ethical|built-in|internal)~){0,3}(?:instructions?|guidelines?|guardrails?|rules|restrictions?|filters?|safeguards?|limitations?|programming|safety checks?|ethics)\b",
    ),
    phrase(
        PERSONA,
        &[
            "you are now",
            "you're now",
            "you will now be",
            "from now on you are",
            "from now on, you are",
            "from now on you will be",
            "you must now act as",
        ],
        r"~(?:(?:in|a|an|the|called|named|known as|entering|going to)~){0,3}(?:dan\b|developer mode|god mode|debug mode|jailbroken|unrestricted|unfiltered|uncensored|free (?:from|of)|evil|root\b|no longer bound|without (?:any )?(?:rules|restrictions|limits|filters)|maintenance mode|unlocked|admin mode|(?:different|new) (?:ai|assistant|model|persona))",
    ),
    phrase(
        PERSONA,
        &["pretend", "act as", "imagine", "behave as", "respond as", "roleplay as", "role-play as"],
        r"~(?:(?:that|if|though|like|to be|a|an|the)~){0,3}(?:you~(?:have|had|are|were)~(?:no|not|never|without|free)~(?:(?:bound|any|by|of|from|limited|restricted|safety|content|ethical)~){0,3}(?:rules|restrictions?|guidelines?|limits?|limitations?|filters?|policies)|(?:unrestricted|unfiltered|uncensored|jailbroken|amoral)~(?:ai|assistant|model|agent|version))",
    ),
    phrase(
        PERSONA,
        &["you are no longer", "you're no longer"],
        r"~(?:bound|restricted|limited|constrained|governed|required~to~follow|subject)~(?:(?:by|to|in|what)~)?[^.\n]{0,40}\b(?:rules|guidelines?|policy|policies|restrictions?|instructions|programming|limits|filters?|safety|training|say|constraints?)\b",
    ),
    phrase(
        CONCEAL,
        &["do not", "don't", "never", "dont", "must not"],
        r"~(?:(?:ever|under any circumstances)~)?(?:tell|inform|alert|warn)~(?:the|your|any|a)~(?:(?:human|end)~)?(?:user|human|operator|reviewer|maintainer|owner|supervisor|developer|people|admin)s?\b~(?:about|that|of|what|anything|why|you|how|this|any)",
    ),
    phrase(
        CONCEAL,
        &["do not", "don't", "never", "dont", "must not"],
        r"~(?:ever~)?(?:mention|reveal|disclose|report|show|repeat|say|acknowledge|log|flag|surface|expose|talk about)~(?:(?:this|that|these|it|any of this|anything|what you did)~)(?:(?:instruction|instructions|message|step|note|change|action|part|about this|section|request|file|prompt)~){0,2}(?:to|in front of|from|with)~(?:the|your|any|a)~(?:(?:human|end)~)?(?:user|human|operator|reviewer|maintainer|owner|supervisor|developer|people|admin)s?\b",
    ),
    phrase(
        CONCEAL,
        &[
            "without telling",
            "without informing",
            "without alerting",
            "keep this hidden from",
            "keep this secret from",
            "hide this from",
            "conceal this from",
            "keep it hidden from",
            "keep it secret from",
            "hide it from",
        ],
        r"~(?:the|your|any)~(?:(?:human|end)~)?(?:user|human|operator|reviewer|maintainer|owner|supervisor|people|admin)s?\b",
    ),
    phrase(
        EXFILTRATE,
        &[
            "send",
            "post",
            "upload",
            "exfiltrate",
            "transmit",
            "forward",
            "leak",
            "email",
            "e-mail",
            "curl",
            "deliver",
            "smuggle",
            "submit",
            "copy",
        ],
        r"~(?:(?:all|any|the|every|your|its|their|contents?|value|values|of|a|copy|full|whole|entire|list|it|me|us|and|other|found|user's|stored|current|org's|available)~){0,6}(?:secrets?|credentials?|api[ _-]?keys?|access tokens?|tokens|passwords?|private keys?|ssh keys?|environment variables|env vars|env file|\.env|conversation|chat history|system prompt|private notes?|id_rsa|cookies|signing keys?|(?:repository )?memory|source code)\b[^.\n]{0,60}\b(?:to|at|via|into)~(?:(?:the|this|following|our|my|an?|external|address|url|server|endpoint|webhook|host|attacker's?|remote|at|site)~?[:=]?~?){0,5}(?:`|<|\()?(?:https?://|[a-z0-9._-]+@[a-z0-9-]+\.|(?:[a-z0-9-]+\.){1,3}(?:com|net|org|io|dev|example|xyz|sh|site|evil|invalid)\b|pastebin|attacker)",
    ),
    phrase(
        EXFILTRATE,
        &["exfiltrate", "smuggle out"],
        r"~(?:(?:all|any|the|every|your|its|of|this|it|these|those|contents?)~){0,4}[a-z_. -]{2,40}~(?:to|via|through|using|by)\b",
    ),
    phrase(
        REVEAL,
        &[
            "reveal", "print", "output", "repeat", "show", "disclose", "display", "leak", "tell me", "recite", "dump",
            "give me",
        ],
        r"~(?:(?:me|us|all|of|back|out|verbatim|exactly|word for word)~){0,3}your~(?:(?:full|entire|complete|hidden|initial|original|secret|exact|internal|own|system|developer|confidential)~){0,4}(?:system prompt|system message|prompt|instructions|system instructions|guidelines|configuration prompt)\b",
    ),
    phrase(
        NEW_ORDERS,
        &["your new", "your real", "your actual", "your true", "your only"],
        r"~(?:(?:and|only|system|primary|secret)~){0,2}(?:instructions?|task|goal|objective|orders?|mission|directive|purpose)~(?:is|are)\b",
    ),
    phrase(
        NEW_ORDERS,
        &[
            "new system prompt",
            "new system instructions",
            "updated system prompt",
            "system override",
            "system prompt override",
            "begin system prompt",
            "end of system prompt",
            "end of user input",
            "new instructions from",
            "admin override",
            "developer override",
            "instruction override",
        ],
        r"(?:[^a-z]{0,4}[:\]=-]|~(?:engaged|activated|enabled|initiated|follows|the|your|anthropic|openai))",
    ),
    phrase(
        NEW_ORDERS,
        &[
            "the instructions above",
            "the previous instructions",
            "the above instructions",
            "all previous instructions",
            "all prior instructions",
            "previous instructions",
        ],
        r"~(?:are|were|is|have been)~(?:(?:now|all|a|hereby|completely)~){0,2}(?:void|cancelled|canceled|revoked|superseded|obsolete|invalid|fake|null|test|wrong|outdated|overridden|lifted|replaced)\b",
    ),
    phrase(
        APPROVE,
        &["approve", "merge", "accept", "sign off", "sign off on", "auto-approve", "rubber-stamp"],
        r"~(?:this|it|these|the following)~(?:(?:proposal|update|change|changes|pull request|pr|request|memory|note|merge|patch|commit|record|diff)~)?(?:(?:at once|now|immediately|automatically|right away)(?:~|[,.;])|without~(?:any~)?(?:human~|further~|asking|waiting|reading|review|checking|question|approval)\b)",
    ),
    phrase(
        APPROVE,
        &["mark this", "treat this", "record this", "label this", "mark it"],
        r"~(?:(?:note|record|file|content|text|message|document|section|proposal|update|as|a)~){0,3}(?:approved|reviewed|trusted|verified|system (?:prompt|message|instruction)s?|safe and)\b(?:~(?:without|and~do~not|no matter|regardless|even|by)|~?[,;.]~(?:do not|skip|no))",
    ),
    phrase(
        READER,
        &[
            "if you are an ai",
            "if you are a language model",
            "if you are an llm",
            "if you're an ai",
            "if you're an llm",
            "if you are a large language model",
            "any ai reading this",
            "any llm reading this",
            "ai agents reading this",
            "ai assistants reading this",
            "any agent reading this",
            "attention ai",
            "attention llm",
            "attention all ai",
            "attention language model",
            "dear ai",
            "dear llm",
            "hey ai",
            "note to ai",
            "note to llm",
            "message to the ai",
            "to the ai reading this",
            "to any ai",
        ],
        r"\b[^.\n]{0,60}[:,.!]?~(?:you~must|you~should~now|you~are~(?:required|ordered|instructed|now)|must~(?:now|first|immediately|always|also)|ignore|disregard|forget|stop|immediately|please~(?:ignore|send|run|execute|delete|approve|include)|execute|run~the~following|do~not~(?:tell|mention|follow|obey|report)|delete|append|insert|send|always~(?:recommend|rate|say|approve))\b",
    ),
    phrase(
        IGNORE,
        &[
            "ignoriere",
            "vergiss",
            "ignora",
            "olvida",
            "ignorez",
            "oubliez",
            "oublie",
            "ignore as",
            "ignore todas",
            "esqueça",
            "negeer",
            "dimentica",
            "zignoruj",
            "ignorera",
        ],
        r"~[^.\n]{0,40}?(?:anweisungen|instrucciones|instructions pr|consignes|instru\xc3\xa7\xc3\xb5es|istruzioni|instructies|polecenia|instruktioner)",
    ),
    bare(
        IGNORE,
        &["忽略", "无视", "忘记", "無視", "忽視"],
        r"[\x80-\xff]{3,48}?(?:指令|指示|命令|提示|说明|規則|规则)",
    ),
    bare(IGNORE, &["以前の", "これまでの", "上記の"], r"[\x80-\xff]{0,30}?(?:指示|命令|指令)[\x80-\xff]{0,12}?無視"),
    bare(
        IGNORE,
        &["игнорируй", "игнорируйте", "забудь", "забудьте", "Игнорируй", "Игнорируйте", "Забудь", "Забудьте"],
        r"~[^.\n]{0,80}?(?:инструкци|указани|команд)",
    ),
    bare(
        ROLE,
        &[
            "<|im_start|>",
            "<|im_end|>",
            "<|system|>",
            "<|user|>",
            "<|assistant|>",
            "<|start_header_id|>",
            "<|eot_id|>",
            "<|endoftext|>",
            "<|begin_of_text|>",
            "<start_of_turn>",
            "<|channel|>",
            "<<sys>>",
            "<</sys>>",
        ],
        "",
    ),
    bare(ROLE, &["[/inst]"], ""),
    phrase(ROLE, &["<system>", "</system>"], ""),
    bare(
        ROLE,
        &[
            "<system-reminder>",
            "<system_prompt>",
            "<system-prompt>",
            "</system-reminder",
            "</system_prompt",
            "<function_results",
            "</function_results",
            "</tool_result",
            "</user_input",
            "</untrusted",
            "</document_content",
        ],
        r"[^>\n]{0,40}>?",
    ),
    bare(
        IMAGE,
        &["!["],
        r"[^\]\n]{0,80}\]\(<?https?://[^)\s]{1,200}(?:[?&][^)\s=]{1,40}=(?:\$?\{|\[|<|%7b)|/(?:\$?\{|\[|<|%7b)(?:secret|token|data|summary|message|answer|history|conversation|context|prompt|memory|content))[^)\n]{1,80}",
    ),
];

const fn phrase(reason: &'static str, starts: &'static [&'static str], pattern: &'static str) -> Phrase {
    Phrase { reason, starts, pattern, word: true }
}

const fn bare(reason: &'static str, starts: &'static [&'static str], pattern: &'static str) -> Phrase {
    Phrase { reason, starts, pattern, word: false }
}
