//! Large hostile input: answered in linear time, on a small stack.

use lorekeep::base::RepoPath;
use lorekeep::note::{Limits, SourceFile, read};
use std::time::{Duration, Instant};

/// The size of each input in bytes. What is quadratic takes minutes at this size.
const SIZE: usize = 400_000;
/// Far more than any of them takes, and far less than quadratic work would.
const ENOUGH: Duration = Duration::from_secs(20);

/// Reads on a thread with a quarter of a megabyte of stack, as a server's thread might have.
fn read_on_a_small_stack(path: &'static str, text: String) -> (SourceFile, Duration) {
    let reader = std::thread::Builder::new().stack_size(256 << 10).spawn(move || {
        let start = Instant::now();
        let file = read(&RepoPath::parse(path).unwrap(), text.as_bytes(), &Limits::default());
        (file, start.elapsed())
    });
    reader.unwrap().join().expect("no panic and no overflow")
}

fn repeated(unit: &str) -> String {
    unit.repeat(SIZE / unit.len())
}

fn numbered(unit: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    (0..).map(unit).take_while(|part| part.len() < SIZE).try_for_each(|part| {
        text.push_str(&part);
        (text.len() < SIZE).then_some(())
    });
    text
}

#[test]
fn two_hundred_kilobytes_of_brackets_and_forty_of_dashes_are_refused_at_the_depth_limit() {
    for bomb in ["[".repeat(200_000), "- ".repeat(20_000), "{a: ".repeat(50_000), "? ".repeat(20_000)] {
        for (path, text) in [("graph/a.yaml", bomb.clone()), ("a.md", format!("---\n{}\n---\n", &bomb[..40_000]))] {
            let (file, _) = read_on_a_small_stack(path, text);
            assert_eq!(file.diagnostics.len(), 1);
            assert_eq!(file.diagnostics[0].message, "the YAML is nested more than 16 levels deep");
            assert!(file.diagnostics[0].span.end < 100, "refused early");
        }
    }
}

#[test]
fn an_alias_bomb_is_refused_at_its_first_anchor() {
    let bomb = numbered(|i| format!("a{i}: &a{i} [*a{i}, *a{i}]\n"));
    let (file, _) = read_on_a_small_stack("graph/a.yaml", bomb);
    assert_eq!(file.diagnostics.len(), 1);
    assert_eq!(
        (file.diagnostics[0].message.as_str(), file.diagnostics[0].span.start),
        ("anchors (`&name`) are not taken", 4)
    );
}

#[test]
fn hostile_yaml_takes_linear_time() {
    let units = [
        "[a,",
        "[\n",
        "a,",
        "k: 1\n",
        "\"x ",
        "a: \"x\n ",
        "x\n ",
        " \n",
        "\n",
        "# x\n",
        "- 1\n# x\n",
        "---\n",
        "---\na\n",
        "---\n[\n",
        "---\na: b: c\n",
        "- &a a\n",
        "- *a\n",
        " ",
        "\t",
        "a:",
        "a: ",
        ":",
        ": ",
        "\0",
        "'",
        "- 'a'\n",
        "--- ",
        "...\n",
        "\u{feff}",
        "! ",
        "{a: b, ",
        "k",
        "a b c d e\n",
        "|\n",
        "a: |\n x\n",
        "%TAG !e! tag:x\n",
        "---\n*x\n",
        "- - ",
        "-\n",
        "\\",
        "\"\\u0041",
    ];
    let mut texts: Vec<String> = units.map(repeated).into();
    texts.push(numbered(|i| format!("k{i}: 1\n")));
    texts.push(numbered(|i| format!("{}a:\n", " ".repeat(i))));
    texts.push(format!("id: a\nowners:\n{}", numbered(|i| format!("- u{i}\n"))));
    texts.push(format!("id: a\nedges:\n  owned_by:\n{}", numbered(|i| format!("  - {{target: u{i}, b: c}}\n"))));
    texts.push(format!("[{}]", repeated("a,")));
    texts.push(format!("a: |\n{}", repeated(" \n")));
    texts.push(repeated(&format!("---\na: {}b: c\n", "x ".repeat(400))));
    texts.push(repeated(&format!("---\na: {}\n\tb: c\n", "x ".repeat(3000))));
    texts.push(repeated("---\na: [b\nc: d\n"));
    texts.push(format!("id: a\nx:\n{}", repeated("- “a”\n")));
    for text in texts {
        let start: String = text.chars().take(20).collect();
        let (_, took) = read_on_a_small_stack("graph/a.yaml", text);
        assert!(took < ENOUGH, "{start:?} took {took:?}");
    }
}

#[test]
fn hostile_markdown_takes_linear_time() {
    let units = [
        "[[",
        "[",
        "![[",
        "[[a]] ",
        "[[a|",
        "[a](",
        "[a](b) ",
        "*a_ ",
        "**",
        ">",
        "- ",
        "# a\n",
        "<a ",
        "<!--",
        "<?",
        "[^a]: b\n\n",
        "|a",
        "|b",
        "a\n",
        "]",
        "[[a] ",
        "[](",
        "&",
        "[a][",
        "[a]: b\n",
        "<",
        "[b](<",
        "[a](b \"",
        "~~a",
        "![",
        "> - ",
        "1. ",
        "<![CDATA[",
        "<!A ",
        "[^1]",
        "a\n=\n",
        "[[a\n",
        "`",
        "\\",
        "[a]: <",
        "# a {#b}",
        "a\n---\n",
        "---\n",
        "----\n",
        "id: a\n",
    ];
    let mut texts: Vec<String> = units.map(repeated).into();
    texts.push(format!("---\n{}", repeated("id: a\n")));
    texts.push(numbered(|i| format!("{}a", "`".repeat(i))));
    texts.push(numbered(|i| format!("{}- a\n", " ".repeat(i))));
    texts.push(numbered(|i| format!("[a{i}]: b\n\n[a{i}]\n\n")));
    texts.push(format!("{}{}", repeated("[["), repeated("]]")));
    texts.push(format!("{}\n{}\n{}", "|a".repeat(1000), "|-".repeat(1000), repeated("a\n")));
    for text in texts {
        let start: String = text.chars().take(20).collect();
        let (_, took) = read_on_a_small_stack("a.md", text);
        assert!(took < ENOUGH, "{start:?} took {took:?}");
    }
}

#[test]
fn no_sentence_repeats_a_control_character() {
    // Found by fuzzing: a value that YAML takes for a block's header, after a tab.
    let text = format!(">>>>>>>>>>>>\t>{}.{}: {}>>>>>\t ", "\0".repeat(28), "\0".repeat(20), "\0".repeat(9));
    for (path, text) in [("graph/a.yaml", text.clone()), ("a.md", format!("---\n{text}\n---\n"))] {
        let (file, _) = read_on_a_small_stack(path, text);
        assert!(!file.diagnostics.is_empty(), "{path}");
        for said in file.diagnostics.iter().flat_map(|d| [&d.message, &d.help]) {
            assert!(!said.contains(char::is_control), "{path}: {said:?}");
        }
    }
}
