//! Where front matter begins and ends, and what it may hold.

use super::{only_problem, read_text};
use lorekeep::note::DiagnosticKind;

/// The names of the fields and the body.
fn divided(text: &str) -> (Option<Vec<String>>, String) {
    let markdown = read_text("a.md", text).markdown.unwrap();
    let names = |map: lorekeep::note::YamlMap| map.entries.into_iter().map(|(key, _, _)| key).collect();
    (markdown.front_matter.map(names), text[markdown.body_start..].to_owned())
}

#[test]
fn fences_are_lines_of_their_own_at_the_very_start() {
    let with = [
        ("---\na: 1\n---\nbody", "body"),
        ("---\na: 1\n---", ""),
        ("---\na: 1\n...\nbody\n", "body\n"),
        ("---\r\na: 1\r\n---\r\n\r\nbody\r\n", "\r\nbody\r\n"),
        ("\u{feff}---\na: 1\n---\n\n\nbody", "\n\nbody"),
        ("--- \t\na: 1\n---  \nbody", "body"),
        ("---\na: |\n  --- no fence\n  ---\n---\nbody", "body"),
        ("---\na: 1 # ---\n---\n---\nbody", "---\nbody"),
    ];
    for (text, body) in with {
        assert_eq!(divided(text), (Some(vec!["a".to_owned()]), body.to_owned()), "{text:?}");
    }
    let without = [
        "",
        "body",
        "\n---\na: 1\n---\n",
        " ---\na: 1\n---\n",
        "----\na: 1\n---\n",
        "--- a\n---\n",
        "...\na: 1\n---\n",
    ];
    for text in without {
        assert_eq!(divided(text), (None, text.to_owned()), "{text:?}");
        assert_eq!(read_text("a.md", text).diagnostics, [], "{text:?}");
    }
}

#[test]
fn a_line_of_four_dashes_closes_nothing() {
    let problem = ("the front matter is not closed: this line is `----`", "----");
    assert_eq!(only_problem(&read_text("a.md", "---\na: 1\n----\nbody")), problem);
    let problem = ("the front matter is not closed: this fence does not begin its line", "---");
    assert_eq!(only_problem(&read_text("a.md", "---\na: 1\n ---\nbody")), problem);
}

#[test]
fn a_body_begins_after_the_byte_order_mark() {
    assert_eq!(divided("\u{feff}# Title\n"), (None, "# Title\n".to_owned()));
}

#[test]
fn empty_front_matter_is_an_empty_map() {
    for text in ["---\n---\n", "---\n\n---\n", "---\n# comment\n---\n", "---\n~\n---\n", "---\n---"] {
        assert_eq!(divided(text).0, Some(Vec::new()), "{text:?}");
        let file = read_text("a.md", text);
        assert!(file.diagnostics.is_empty() && file.records.is_empty(), "{text:?}");
    }
}

#[test]
fn front_matter_that_is_not_closed_is_reported_and_read_as_body() {
    for text in ["---", "---\n", "---\nid: a:b\n", "\u{feff}---\r\nid: a:b\r\n"] {
        let file = read_text("a.md", text);
        assert_eq!(only_problem(&file), ("the front matter is not closed", "---"), "{text:?}");
        assert_eq!(file.diagnostics[0].kind, DiagnosticKind::InvalidFrontMatter);
        assert!(divided(text).1.starts_with("---") && file.records.is_empty());
    }
}

#[test]
fn what_is_no_map_or_does_not_parse_is_reported_at_its_place_and_the_body_is_still_read() {
    let cases = [
        ("- é\n- b\n", "the front matter is no map", "- é\n- b"),
        ("text\n", "the front matter is no map", "text"),
        ("é: *x\n", "aliases (`*name`) are not taken", "*x"),
        ("é: 1\né: 2\n", "the key `é` is given twice, on line 2 and on line 3", "é"),
        ("a: [\n", "the `[` that opens here is never closed", "["),
        ("a: 1\n--- b\n", "the front matter holds more than one YAML document", "---"),
    ];
    for (yaml, message, shown) in cases {
        for line_break in ["\n", "\r\n"] {
            let text = format!("\u{feff}---\n{yaml}---\n# Still read\n").replace('\n', line_break);
            let file = read_text("a.md", &text);
            assert_eq!(only_problem(&file), (message, shown.replace('\n', line_break).as_str()), "{text:?}");
            assert_eq!(file.diagnostics[0].kind, DiagnosticKind::InvalidFrontMatter);
            let markdown = file.markdown.unwrap();
            assert!(markdown.front_matter.is_none() && file.records.is_empty());
            assert_eq!(markdown.title, "Still read");
        }
    }
}

#[test]
fn an_id_makes_a_record_and_without_one_it_is_a_note() {
    let count = |yaml: &str| read_text("a.md", &format!("---\n{yaml}\n---\n")).records.len();
    assert_eq!(count("id: term:a"), 1);
    assert_eq!(count("id:"), 1);
    assert_eq!(count("kind: Term\ntitle: no id"), 0);
    assert_eq!(count("ID: term:a"), 0);
}

#[test]
fn an_id_is_the_text_as_written() {
    for id in ["1234567e12", "0x1F", "true", "2026-05-10", "007", "1.50"] {
        let file = read_text("a.md", &format!("---\nid: {id}\nkind: {id}\n---\n"));
        assert_eq!(file.records[0].id.value, id);
        assert_eq!(file.records[0].kind.as_ref().unwrap().value, id);
    }
}

#[test]
fn unknown_keys_are_kept_in_file_order() {
    let (names, _) = divided("---\nz: 1\nid: a:b\ncustom: {x: [1]}\na: 2\n---\n");
    assert_eq!(names.unwrap(), ["z", "id", "custom", "a"]);
}

#[test]
fn the_title_is_the_front_matters_then_the_first_headings_then_the_file_names() {
    let title = |text: &str| read_text("notes/a note.v2.md", text).markdown.unwrap().title;
    assert_eq!(title("---\ntitle: ' Given '\n---\n# Heading\n"), "Given");
    assert_eq!(title("---\ntitle: 2024\n---\n# Heading\n"), "2024");
    for empty in ["title:", "title: ''", "title: '  '", "title: [a]", "other: 1"] {
        assert_eq!(title(&format!("---\n{empty}\n---\n## Second\n# First *one*\n# Two\n")), "First one", "{empty}");
    }
    assert_eq!(title("## Second\n"), "a note.v2");
    assert_eq!(title("#\n"), "a note.v2");
    assert_eq!(title(""), "a note.v2");
}
