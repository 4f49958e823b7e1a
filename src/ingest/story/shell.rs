//! What a command line runs, so that the same command is known again: without the way there, redirections and filters.

use crate::base::Digest;

/// Commands that only prepare another one.
const SETUP: &[&str] =
    &["cd", "pushd", "popd", "export", "source", ".", "set", "ulimit", "umask", "shopt", "unset", "trap"];
/// Commands that say something or wait: behind another one they hide its status.
const TALK: &[&str] = &["echo", "printf", "true", ":", "sleep", "date"];
/// Commands in front of the one that is meant.
const WRAPPERS: &[&str] = &["sudo", "time", "nohup", "exec", "command", "nice", "env", "stdbuf", "xvfb-run"];
/// Commands that look something up, or whose failure is an answer.
const LOOKUPS: &[&str] = &[
    "[", "[[", "awk", "base64", "cat", "chmod", "cmp", "comm", "cp", "curl", "cut", "date", "df", "diff", "dirname",
    "du", "echo", "fd", "file", "find", "for", "free", "fuser", "grep", "egrep", "fgrep", "head", "id", "if", "jq",
    "kill", "killall", "less", "ln", "ls", "lsof", "man", "mkdir", "mv", "nc", "nproc", "od", "pgrep", "ping", "pkill",
    "printf", "ps", "pwd", "readlink", "realpath", "rg", "rm", "rmdir", "sed", "seq", "sleep", "sort", "ss", "stat",
    "strings", "tail", "tee", "test", "timeout", "top", "touch", "tr", "tree", "true", "type", "uname", "uniq",
    "until", "wait", "wc", "wget", "which", "while", "whereis", "xargs", "xxd", "yes", "zcat",
];
/// Subcommands of git that look something up.
const GIT_LOOKUPS: &[&str] =
    &["status", "log", "diff", "show", "grep", "blame", "ls-files", "rev-parse", "branch", "cat-file"];
/// Programs whose first word says what they do.
const WITH_SUBCOMMAND: &[&str] = &[
    "bazel",
    "bun",
    "bundle",
    "cargo",
    "composer",
    "conda",
    "deno",
    "docker",
    "dotnet",
    "flutter",
    "gh",
    "git",
    "go",
    "gradle",
    "gradlew",
    "helm",
    "just",
    "kubectl",
    "make",
    "mix",
    "mvn",
    "nix",
    "npm",
    "npx",
    "nx",
    "pip",
    "pip3",
    "pnpm",
    "poetry",
    "rails",
    "rake",
    "swift",
    "task",
    "terraform",
    "turbo",
    "uv",
    "yarn",
];
/// First words behind which a second one says what is run.
const GOES_ON: &[&str] = &["run", "exec", "x", "compose", "dlx"];
/// The most characters of a command line that are looked at.
const LONGEST: usize = 4_000;

/// The longest key in bytes, and the most words by which a broader command is looked for.
const LONGEST_KEY: usize = 400;
const MOST_WORDS: usize = 32;

/// What a command line runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// The same for the same command, wherever its output goes.
    pub(super) key: String,
    /// The program and what it was asked for: `cargo test`.
    pub(super) program: String,
    /// What stands behind the program.
    pub(super) words: Vec<String>,
    /// Whether the exit status may be that of something else: a filter, a later command.
    pub(super) masked: bool,
    /// Whether it only looks something up.
    pub(super) lookup: bool,
}

/// What a command line runs, where it runs something.
pub(super) fn shape(line: &str) -> Option<Shape> {
    let line: String = line.chars().take(LONGEST).collect();
    let line = line.split_once("<<").map_or(line.as_str(), |(before, _)| before);
    let mut parts = Parts::default();
    split(line).into_iter().for_each(|piece| parts.take(&piece));
    parts.finish(line.contains("pipefail"))
}

/// A key that is short enough to be held many times over; long ones are told apart by their digest.
fn within(key: String) -> String {
    if key.len() <= LONGEST_KEY {
        return key;
    }
    format!("{}…{}", &key[..key.floor_char_boundary(LONGEST_KEY / 2)], Digest::of(key.as_bytes()))
}

/// A simple command and the sign before it.
struct Piece {
    sign: &'static str,
    words: Vec<String>,
}

#[derive(Default)]
struct Parts {
    commands: Vec<Vec<String>>,
    filtered: bool,
    masked: bool,
    /// Whether what is a filter of a command that only prepared is left out too.
    in_setup: bool,
}

impl Parts {
    fn take(&mut self, piece: &Piece) {
        let words = meant(&piece.words);
        let Some(first) = words.first().map(|word| base_name(word)) else { return };
        if piece.sign == "|" {
            self.filtered |= !self.in_setup;
            return;
        }
        self.in_setup = SETUP.contains(&first) || TALK.contains(&first);
        if self.in_setup {
            // What only talks hides the status of what it stands behind.
            self.masked |= !self.commands.is_empty() && piece.sign != "&&" && TALK.contains(&first);
            return;
        }
        self.masked |= !self.commands.is_empty() && piece.sign != "&&";
        self.commands.push(words);
    }

    fn finish(self, pipefail: bool) -> Option<Shape> {
        let first = self.commands.first()?;
        let (program, words) = program_of(first);
        let lookup = self.commands.iter().all(|words| is_lookup(words));
        let key = self.commands.iter().map(|words| words.join(" ")).collect::<Vec<_>>().join(" && ");
        let key = within(key);
        let words = if self.commands.len() == 1 && words.len() <= MOST_WORDS { words } else { vec![key.clone()] };
        Some(Shape { key, program, words, masked: self.masked || (self.filtered && !pipefail), lookup })
    }
}

/// The words of a command without redirections, assignments and wrappers.
fn meant(words: &[String]) -> Vec<String> {
    let mut meant: Vec<String> = Vec::new();
    let mut skip = false;
    for word in words {
        let redirects = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '&').starts_with(['>', '<']);
        if std::mem::take(&mut skip) {
            continue;
        }
        if redirects {
            skip = word.ends_with(['>', '<']);
        } else if !meant.is_empty() || !(is_assignment(word) || WRAPPERS.contains(&word.as_str())) {
            meant.push(word.clone());
        }
    }
    // `timeout 60 cargo test` is `cargo test`.
    while meant.first().is_some_and(|word| word == "timeout") && meant.len() > 2 {
        let rest = meant.iter().skip(1).position(|word| !word.starts_with('-') && !is_duration(word));
        meant.drain(..rest.map_or(meant.len(), |at| at + 1));
    }
    meant
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map(|(name, _)| name);
    name.is_some_and(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

fn is_duration(word: &str) -> bool {
    word.trim_end_matches(['s', 'm', 'h']).bytes().all(|b| b.is_ascii_digit())
}

fn is_lookup(words: &[String]) -> bool {
    let name = words.first().map_or("", |word| base_name(word));
    LOOKUPS.contains(&name) || (name == "git" && words.get(1).is_some_and(|word| GIT_LOOKUPS.contains(&word.as_str())))
}

/// The program with what it was asked for, and the words behind that.
fn program_of(words: &[String]) -> (String, Vec<String>) {
    let name = words.first().map_or("", |word| base_name(word));
    let second = words.get(1).map(String::as_str).unwrap_or_default();
    let mut said = 1;
    if name.starts_with("python") && second == "-m" {
        said = 3;
    } else if WITH_SUBCOMMAND.contains(&name) && is_subcommand(second) {
        said = if GOES_ON.contains(&second) && words.get(2).is_some_and(|word| is_subcommand(word)) { 3 } else { 2 };
    }
    let said = said.min(words.len());
    let mut program = vec![name];
    program.extend(words[1..said].iter().map(String::as_str));
    (program.join(" "), words[said..].to_vec())
}

fn is_subcommand(word: &str) -> bool {
    let inside = |b: u8| b.is_ascii_alphanumeric() || b"-_:./".contains(&b);
    word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.bytes().all(inside)
}

fn base_name(word: &str) -> &str {
    word.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(word)
}

/// The simple commands of a line, with the sign before each. Quotes are kept as they are.
fn split(line: &str) -> Vec<Piece> {
    let mut splitter = Splitter { pieces: vec![Piece { sign: "", words: Vec::new() }], word: String::new() };
    let mut quote: Option<char> = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None | Some('"'), '\\') => match chars.next() {
                Some('\n') | None => {}
                Some(escaped) => splitter.word.extend(['\\', escaped]),
            },
            (Some(open), c) => {
                splitter.word.push(c);
                quote = (open != c).then_some(open);
            }
            (None, '\'' | '"') => {
                splitter.word.push(c);
                quote = Some(c);
            }
            (None, '|' | '&' | ';' | '\n') => splitter.sign(c, &mut chars),
            (None, c) if c.is_whitespace() => splitter.end_word(),
            (None, c) => splitter.word.push(c),
        }
    }
    splitter.end_word();
    splitter.pieces
}

struct Splitter {
    pieces: Vec<Piece>,
    word: String,
}

impl Splitter {
    fn end_word(&mut self) {
        if !self.word.is_empty() {
            let word = std::mem::take(&mut self.word);
            self.pieces.last_mut().expect("there is always one").words.push(word);
        }
    }

    fn sign(&mut self, c: char, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
        // `2>&1` and `&>file` redirect.
        if c == '&' && (self.word.ends_with('>') || chars.peek() == Some(&'>')) {
            self.word.push(c);
            return;
        }
        let doubled = chars.peek() == Some(&c);
        if doubled || (c == '|' && chars.peek() == Some(&'&')) {
            chars.next();
        }
        self.end_word();
        let sign = match (c, doubled) {
            ('&', true) => "&&",
            ('|', true) => "||",
            ('|', false) => "|",
            _ => ";",
        };
        self.pieces.push(Piece { sign, words: Vec::new() });
    }
}
