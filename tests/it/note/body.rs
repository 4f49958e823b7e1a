//! Headings and links of a Markdown body.

use super::read_text;
use lorekeep::note::{LinkForm, Markdown};

fn markdown(text: &str) -> Markdown {
    let file = read_text("a.md", text);
    assert_eq!(file.diagnostics, [], "{text}");
    file.markdown.unwrap()
}

/// The links as form, target and text at the span.
fn links(text: &str) -> Vec<(LinkForm, String, &str)> {
    let links = markdown(text).links.into_iter();
    links.map(|link| (link.form, link.target, &text[link.span.start..link.span.end])).collect()
}

#[test]
fn links_of_every_form_are_read_with_their_exact_place() {
    let cases = [
        ("é [[term:é]] x", LinkForm::Wiki, "term:é", "[[term:é]]"),
        ("é [[ term:a |the 漢字 text]] x", LinkForm::Wiki, "term:a", "[[ term:a |the 漢字 text]]"),
        ("[[a/b c.md#part|x]]", LinkForm::Wiki, "a/b c.md", "[[a/b c.md#part|x]]"),
        ("[[Why Rust?]]", LinkForm::Wiki, "Why Rust?", "[[Why Rust?]]"),
        ("[[C#]]", LinkForm::Wiki, "C#", "[[C#]]"),
        ("é\r\n\r\n[a](../b.md)\r\n", LinkForm::Markdown, "../b.md", "[a](../b.md)"),
        ("[*a* `b`](b.md \"title\")", LinkForm::Markdown, "b.md", "[*a* `b`](b.md \"title\")"),
        ("[a](<b c.md>)", LinkForm::Markdown, "b c.md", "[a](<b c.md>)"),
        ("[a](b.md#c?d)", LinkForm::Markdown, "b.md", "[a](b.md#c?d)"),
        ("[a](b.md?c#d)", LinkForm::Markdown, "b.md", "[a](b.md?c#d)"),
        ("[a](runbook:x)", LinkForm::Markdown, "runbook:x", "[a](runbook:x)"),
        ("[a][r]\n\n[r]: b.md\n", LinkForm::Markdown, "b.md", "[a][r]"),
        ("[r][]\n\n[r]: b.md\n", LinkForm::Markdown, "b.md", "[r]"),
        ("[r]\n\n[r]: b.md\n", LinkForm::Markdown, "b.md", "[r]"),
        ("<runbook:x>", LinkForm::Markdown, "runbook:x", "<runbook:x>"),
        ("> - | [a](b.md)\n", LinkForm::Markdown, "b.md", "[a](b.md)"),
        ("|a|\n|-|\n|[[b]]|\n", LinkForm::Wiki, "b", "[[b]]"),
    ];
    for (text, form, target, shown) in cases {
        assert_eq!(links(text), [(form, target.to_owned(), shown)], "{text:?}");
    }
}

#[test]
fn what_looks_like_a_link_and_is_none_is_left_alone() {
    let cases = [
        "`[[a]]` and `[a](b)`",
        "```\n[[a]] [a](b)\n```\n",
        "~~~text\n[[a]]\n~~~\n",
        "text\n\n    [[indented]]\n",
        "![image](a.png) ![[embedded]]",
        "\\[[a\\]] \\[a](b)",
        "[a] [b][c]",
        "[same page](#here)",
        "[nothing]()",
        "[[]] [[ ]]",
        "<ada@example.org>",
        "<!-- [[a]] [a](b) -->",
        "[r]: unused.md",
    ];
    for text in cases {
        assert_eq!(links(text), [], "{text:?}");
    }
}

#[test]
fn links_are_offsets_into_the_file_and_not_into_the_body() {
    let text = "\u{feff}---\r\ntitle: é\r\n---\r\né [[a]]\r\n";
    assert_eq!(links(text), [(LinkForm::Wiki, "a".to_owned(), "[[a]]")]);
}

#[test]
fn headings_are_plain_text_with_their_place() {
    let text = "# One *two* `three` [four](b.md) ![five](c.png) é\n\nSix\n===\n\n### Seven {#id} \n\n#### [[a|eight]] ####\n\nnine\nten\n---\n";
    let shown: Vec<_> =
        markdown(text).headings.into_iter().map(|h| (h.level, h.text, &text[h.span.start..h.span.end])).collect();
    let expected = [
        (1, "One two three four five é", "# One *two* `three` [four](b.md) ![five](c.png) é"),
        (1, "Six", "Six\n==="),
        (3, "Seven", "### Seven {#id}"),
        (4, "eight", "#### [[a|eight]] ####"),
        (2, "nine ten", "nine\nten\n---"),
    ];
    assert_eq!(shown, expected.map(|(level, text, span)| (level, text.to_owned(), span)));
}

#[test]
fn hashes_in_code_are_no_headings() {
    assert_eq!(markdown("```\n# a\n```\n\n    # b\n\n`# c`\n#d\n").headings, []);
}
