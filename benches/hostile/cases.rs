//! The hostile inputs, each made when it is asked for.

use std::fmt::Write as _;

/// Paths and bytes.
pub type Files = Vec<(String, Vec<u8>)>;

/// An input, by name.
pub struct Case {
    pub name: &'static str,
    pub make: fn() -> Files,
}

/// The largest file that a repository takes where it says nothing.
const MIB: usize = 1 << 20;
/// The longest front matter.
const FRONT: usize = 64 << 10;

/// Every case.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(yaml());
    cases.extend(front_matter());
    cases.extend(bytes());
    cases.extend(markdown());
    cases.extend(rules());
    cases.extend(trees());
    cases
}

fn case(name: &'static str, make: fn() -> Files) -> Case {
    Case { name, make }
}

fn yaml() -> Vec<Case> {
    vec![
        case("yaml/aliases-of-aliases", || graph(laughs())),
        case("yaml/anchors", || graph(repeated("- &a a\n", MIB))),
        case("yaml/merge-keys", || graph(numbered(MIB, |i| format!("k{i}: &k{i}\n  <<: *k{}\n", i / 2)))),
        case("yaml/200-kb-of-brackets", || graph("[".repeat(200_000))),
        case("yaml/200-kb-of-braces", || graph("{a: ".repeat(50_000))),
        case("yaml/40-kb-of-dashes", || graph("- ".repeat(20_000))),
        case("yaml/question-marks", || graph(repeated("? ", MIB))),
        case("yaml/one-long-list", || graph(format!("id: [{}]", repeated("a,", MIB - 10)))),
        case("yaml/many-keys", || graph(numbered(MIB, |i| format!("k{i}: 1\n")))),
        case("yaml/one-long-text", || graph(format!("id: \"{}\"", repeated("\\u0041", MIB - 10)))),
        case("yaml/one-long-key", || graph(format!("{}: 1\n", "k".repeat(MIB - 10)))),
        case("yaml/documents-that-fail", || graph(repeated("---\na: b: c\n", MIB))),
        case("yaml/long-documents-that-fail", || graph(repeated(&format!("---\na: {}b: c\n", "x ".repeat(400)), MIB))),
        case("yaml/documents-of-tabs", || graph(repeated("---\na:\n\tb: c\n", MIB))),
        case("yaml/open-quotes", || graph(repeated("a: \"x\n ", MIB))),
        case("yaml/open-brackets-over-lines", || graph(repeated("a: [b\n", MIB))),
        case("yaml/typographic-quotes", || graph(format!("id: a\nx:\n{}", repeated("- “a”\n", MIB - 20)))),
        case("yaml/tags", || graph(repeated("- !t a\n", MIB))),
        case("yaml/wrong-shapes", || graph(format!("id: a\nedges:\n{}", repeated("- []\n", MIB - 20)))),
    ]
}

fn front_matter() -> Vec<Case> {
    vec![
        case("front-matter/64-kib-and-one", || page(format!("---\n{}\n---\n", "#".repeat(FRONT)))),
        case("front-matter/64-kib-of-keys", || page(framed(&numbered(FRONT, |i| format!("k{i}: 1\n"))))),
        case("front-matter/64-kib-of-brackets", || page(framed(&repeated("[", FRONT)))),
        case("front-matter/aliases-of-aliases", || page(framed(&laughs()))),
        case("front-matter/never-closed", || page(format!("---\n{}", repeated("a: 1\n", MIB - 10)))),
        case("front-matter/never-opened", || page(format!("id: a\n{}", repeated("a: 1\n", MIB - 10)))),
        case("front-matter/lines-of-dashes", || page(repeated("----\n", MIB))),
        case("front-matter/one-line", || page(format!("---\ntitle: {}", "a: ".repeat(MIB / 4)))),
    ]
}

fn bytes() -> Vec<Case> {
    vec![
        case("bytes/nul", || everywhere(vec![0; MIB])),
        case("bytes/not-utf-8", || everywhere(vec![0xff; MIB])),
        case("bytes/byte-order-marks", || everywhere("\u{feff}".repeat(MIB / 3).into_bytes())),
        case("bytes/crlf", || everywhere("\r\n".repeat(MIB / 2).into_bytes())),
        case("bytes/lone-cr", || everywhere("\r".repeat(MIB).into_bytes())),
        case("bytes/bidi", || everywhere("\u{202e}a\u{2066}".repeat(MIB / 7).into_bytes())),
        case("bytes/tag-characters", || everywhere("\u{e0041}".repeat(MIB / 4).into_bytes())),
        case("bytes/zero-width", || everywhere("a\u{200b}".repeat(MIB / 4).into_bytes())),
        case("bytes/combining", || everywhere("a\u{301}\u{316}".repeat(MIB / 5).into_bytes())),
        case("bytes/one-line-of-letters", || everywhere(vec![b'a'; MIB])),
    ]
}

fn markdown() -> Vec<Case> {
    vec![
        case("markdown/100-kb-of-quotes", || page(">".repeat(100_000))),
        case("markdown/100-kb-of-brackets", || page("[".repeat(100_000))),
        case("markdown/100-kb-of-stars", || page("*".repeat(100_000))),
        case("markdown/1-mib-of-quotes", || page(repeated(">", MIB))),
        case("markdown/1-mib-of-brackets", || page(repeated("[", MIB))),
        case("markdown/1-mib-of-stars", || page(repeated("*a ", MIB))),
        case("markdown/nested-lists", || page(repeated("- ", MIB))),
        case("markdown/lists-ever-deeper", || page(numbered(MIB, |i| format!("{}- a\n", " ".repeat(i))))),
        case("markdown/1-mib-of-links", || page(repeated("[a](b) ", MIB))),
        case("markdown/1-mib-of-wiki-links", || page(repeated("[[a]] ", MIB))),
        case("markdown/open-wiki-links", || page(repeated("[[a|", MIB))),
        case("markdown/references", || page(numbered(MIB, |i| format!("[a{i}]: b\n\n[a{i}]\n\n")))),
        case("markdown/backticks-ever-longer", || page(numbered(MIB, |i| format!("{}a", "`".repeat(i))))),
        case("markdown/headings", || page(repeated("# a\n", MIB))),
        case("markdown/html", || page(repeated("<a ", MIB))),
        case("markdown/table", || {
            page(format!("{}\n{}\n{}", "|a".repeat(1000), "|-".repeat(1000), repeated("a\n", MIB / 2)))
        }),
        case("markdown/emphasis", || page(repeated("a**b_ ", MIB))),
    ]
}

fn rules() -> Vec<Case> {
    vec![
        case("rules/records-that-miss-all", || graph(repeated("---\nid: a\n", MIB))),
        case("rules/one-id-everywhere", || graph(repeated("---\nid: service:a\nnodeKind: Service\n", MIB))),
        case("rules/edges-that-dangle", || {
            graph(format!(
                "id: service:a\nedges:\n  depends_on:\n{}",
                numbered(MIB - 50, |i| format!("  - service:b{i}\n"))
            ))
        }),
        case("rules/near-ids", || {
            let mut files = graph(numbered(MIB / 2, |i| format!("---\nid: service:aaaaaaaaaaaa{i}\n")));
            files.push((
                "graph/b.yaml".into(),
                format!(
                    "id: service:b\nedges:\n  depends_on:\n{}",
                    numbered(MIB / 2, |i| format!("  - service:aaaaaaaaaaab{i}\n"))
                )
                .into(),
            ));
            files
        }),
        case("rules/one-cycle", || {
            graph(numbered(MIB, |i| {
                format!("---\nnodeKind: Decision\nid: decision:d{i}\nedges: {{supersedes: [decision:d{}]}}\n", i + 1)
            }))
        }),
        case("rules/owners", || {
            graph(format!(
                "id: service:a\nnodeKind: Service\nowners:\n{}",
                numbered(MIB - 50, |i| format!("- teem:t{i}\n"))
            ))
        }),
        case("rules/tags", || {
            let mut files = graph(format!("id: service:a\ntags:\n{}", numbered(MIB - 50, |i| format!("- tag{i}\n"))));
            files.push((
                "ontology/controlled-vocabulary.yaml".into(),
                format!("version: 1\ntags:\n{}", numbered(MIB / 2, |i| format!("- tog{i}\n"))).into(),
            ));
            files
        }),
        case("rules/secret-prefixes", || page(repeated("sk-ghp_AKIA-----BEGIN ", MIB))),
        case("rules/key-blocks-never-closed", || page(repeated("-----BEGIN RSA PRIVATE KEY-----\n", MIB))),
        case("rules/high-entropy", || {
            page(numbered(MIB, |i| {
                format!(
                    "token = {:x}{:x}\n",
                    i.wrapping_mul(0x9e37_79b9_7f4a_7c15),
                    i.wrapping_mul(0xc2b2_ae3d_27d4_eb4f)
                )
            }))
        }),
        case("rules/globs", || {
            let globs = numbered(64 << 10, |i| format!("  - \"{}{i}\"\n", "**/*a".repeat(80)))
                .lines()
                .take(200)
                .collect::<Vec<_>>()
                .join("\n");
            let path = format!("notes/{}.md", "a/".repeat(60) + &"a".repeat(3000));
            vec![
                ("ontology/validation-rules.yaml".into(), format!("version: 1\npaths:\n  deny:\n{globs}\n").into()),
                (path, b"A\n".to_vec()),
            ]
        }),
        case("rules/kinds", || {
            vec![
                (
                    "ontology/node-kinds.yaml".into(),
                    format!("version: 1\nkinds:\n{}", numbered(MIB - 50, |i| format!("  Kind{i}: {{}}\n"))).into(),
                ),
                ("graph/a.yaml".into(), numbered(MIB, |i| format!("---\nid: x:a{i}\nnodeKind: Kond{i}\n")).into()),
            ]
        }),
    ]
}

fn trees() -> Vec<Case> {
    vec![
        case("trees/50,000-names-that-collide", || {
            (0..50_000).map(|i| (format!("notes/{}.md", spelling(i)), b"A\n".to_vec())).collect()
        }),
        case("trees/60-folders-deep", || {
            (0..10_000).map(|i| (format!("{}n{i}.md", "a/".repeat(60)), b"A\n".to_vec())).collect()
        }),
        case("trees/20,000-bad-paths", || {
            (0..20_000).map(|i| (format!("notes/../{i}\u{1b}.md"), b"A\n".to_vec())).collect()
        }),
    ]
}

/// A billion laughs.
fn laughs() -> String {
    let mut text = String::from("a0: &a0 [lol, lol]\n");
    for i in 1..30 {
        let _ = writeln!(text, "a{i}: &a{i} [*a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}]", i - 1);
    }
    text
}

/// One of the spellings of a word of sixteen letters.
fn spelling(number: u32) -> String {
    (0..16).map(|bit| if number >> bit & 1 == 1 { 'A' } else { 'a' }).collect()
}

fn graph(text: String) -> Files {
    vec![("graph/a.yaml".into(), text.into_bytes())]
}

fn page(text: String) -> Files {
    vec![("pages/a.md".into(), text.into_bytes())]
}

/// The same bytes as a file of every class.
fn everywhere(bytes: Vec<u8>) -> Files {
    let paths = ["graph/a.yaml", "pages/a.md", "ontology/node-kinds.yaml", "indexes/a.json", "a.txt"];
    paths.map(|path| (path.to_owned(), bytes.clone())).into()
}

fn framed(yaml: &str) -> String {
    format!("---\n{yaml}\n---\n# A\n")
}

fn repeated(unit: &str, size: usize) -> String {
    unit.repeat(size / unit.len())
}

fn numbered(size: usize, unit: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(size);
    for part in (0..).map(unit) {
        if text.len() + part.len() > size {
            return text;
        }
        text.push_str(&part);
    }
    text
}
