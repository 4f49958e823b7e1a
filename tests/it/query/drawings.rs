//! DOT and SVG: what they look like, and that no title can break out of them.

use super::support::*;
use lorekeep::query::{self, Neighbourhood};
use proptest::prelude::*;

fn graph(memory: &Memory, root: &str, depth: u8) -> Neighbourhood {
    memory.asking().graph(&around(root, depth)).expect("the root is there")
}

/// The elements and attributes that a drawing may hold.
const ELEMENTS: [&str; 9] = ["svg", "title", "defs", "marker", "path", "rect", "text", "g", "?"];

/// Holds that a text is well-formed XML of the elements of a drawing, without anything that runs or is loaded.
fn assert_picture(svg: &str) {
    let legal = |c: char| !c.is_control() || c == '\n';
    assert!(svg.chars().all(|c| legal(c) && !matches!(c, '\u{fffe}' | '\u{ffff}')), "{svg:?}");
    let (mut open, mut rest, mut roots) = (Vec::new(), svg, 0);
    while let Some(at) = rest.find('<') {
        assert_text(&rest[..at]);
        assert!(!open.is_empty() || rest[..at].trim().is_empty(), "text outside the root");
        let end = rest[at..].find('>').expect("a tag ends") + at;
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name.to_owned()), "{svg}");
            continue;
        }
        let (inside, alone) = tag.strip_suffix('/').map_or((tag, false), |inside| (inside, true));
        let name = inside.split(' ').next().expect("a tag has a name").to_owned();
        assert!(ELEMENTS.contains(&name.as_str()), "<{tag}>");
        assert_attributes(inside[name.len()..].trim_start());
        roots += usize::from(open.is_empty());
        if !alone {
            open.push(name);
        }
    }
    assert!(open.is_empty() && roots == 1 && rest.trim().is_empty(), "{svg}");
}

fn assert_attributes(mut rest: &str) {
    let mut seen = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("{rest}"));
        let (value, after) = after.split_once('"').unwrap_or_else(|| panic!("{rest}"));
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{name}");
        assert!(!name.starts_with("on") && !["href", "style", "class", "src"].contains(&name), "{name}");
        assert!(!value.contains("url(") || value == "url(#arrow)", "{value}");
        assert!(!value.contains("//") || (name == "xmlns" && value == "http://www.w3.org/2000/svg"), "{value}");
        assert!(!seen.contains(&name), "{name} is there twice");
        assert_text(value);
        seen.push(name);
        rest = after.trim_start();
    }
}

/// Text without markup: an ampersand begins one of the five entities.
fn assert_text(text: &str) {
    assert!(!text.contains('>'), "{text}");
    for (at, _) in text.match_indices('&') {
        let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
        assert!(known.iter().any(|entity| text[at..].starts_with(entity)), "{}", &text[at..]);
    }
}

/// Holds that each line of a drawing is a statement, and that nothing but strings comes from the memory.
fn assert_dot(dot: &str) {
    assert!(dot.starts_with("digraph memory {\n") && dot.ends_with("}\n"));
    assert!(dot.chars().all(|c| !c.is_control() || c == '\n'), "{dot:?}");
    for line in dot.lines().skip(1).filter(|line| *line != "}") {
        let (mut outside, mut quoted, mut escaped) = (String::new(), false, false);
        for c in line.chars() {
            match c {
                '"' if !escaped => quoted = !quoted,
                c if !quoted => outside.push(c),
                c => assert!(!escaped || matches!(c, '\\' | '"' | 'n'), "\\{c} in {line}"),
            }
            escaped = quoted && c == '\\' && !escaped;
        }
        assert!(!quoted && outside.ends_with("];"), "{line}");
        let plain = |c: char| c.is_ascii_alphanumeric() || " []=,;->_.".contains(c);
        assert!(outside.chars().all(plain), "{outside}");
    }
}

#[test]
fn a_graph_is_drawn_as_dot() {
    let graph = graph(&Memory::fixture(), "service:queue", 2);
    let dot = query::dot(&graph, "service:queue in brain at 0123456789ab");
    assert_dot(&dot);
    insta::assert_snapshot!("a graph as DOT", dot);
}

#[test]
fn a_graph_is_drawn_as_svg() {
    let graph = graph(&Memory::fixture(), "service:queue", 2);
    let svg = query::svg(&graph, "service:queue in brain at 0123456789ab");
    assert_picture(&svg);
    insta::assert_snapshot!("a graph as SVG", svg);
}

#[test]
fn no_title_breaks_out_of_a_drawing() {
    let hostile = [
        "<script>alert(1)</script>",
        "\" onload=\"alert(1)",
        "'/><image href='http://example.com/x.png'/>",
        "]]> <!-- & &lt; &#x3c; -->",
        "a\u{7}b\u{1b}[31m\u{0}\u{202e}evil\u{202c}\u{fffe}\u{ffff}",
        "ends with a backslash \\",
        "\\N \\G \\\" quote \"; n0 -> n9 [label=\"x\"]; //",
        "line\nbreak\r\nand\ttab",
        "𝕏 漢字仮名交じり文の長い題名は箱に入らないことがあります e\u{301}",
    ];
    let links: Vec<String> = (0..hostile.len()).map(|n| format!("<b>&\"e x:h{n}")).collect();
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    let mut memory = Memory::default().with("notes/root.md", page("x:root", hostile[0], &links));
    for (n, title) in hostile.iter().enumerate() {
        memory = memory.with(&format!("notes/h{n}.md"), page(&format!("x:h{n}"), title, &["depends_on x:root"]));
    }
    let graph = graph(&memory, "x:root", 1);
    assert_eq!((graph.nodes.len(), graph.edges.len()), (10, 18), "{graph:?}");
    let svg = query::svg(&graph, hostile[1]);
    assert_picture(&svg);
    assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{svg}");
    let dot = query::dot(&graph, hostile[6]);
    assert_dot(&dot);
    assert!(dot.contains("ends with a backslash \\\\"), "{dot}");
}

#[test]
fn large_and_empty_graphs_are_drawn() {
    let links: Vec<String> = (0..300).map(|n| format!("uses x:s{n:03}")).collect();
    let mut memory = Memory::default();
    for n in 0..300 {
        memory = memory.with(&format!("notes/{n:03}.md"), page(&format!("x:s{n:03}"), "Spoke", &[]));
    }
    let memory =
        memory.with("notes/hub.md", page("x:hub", "Hub", &links.iter().map(String::as_str).collect::<Vec<_>>()));
    let request = query::GraphRequest { limit: Some(250), ..around("x:hub", 1) };
    let graph = memory.asking().graph(&request).expect("the hub is there");
    assert_eq!((graph.nodes.len(), graph.omitted_nodes), (250, 51));
    let svg = query::svg(&graph, "hub");
    assert_picture(&svg);
    assert!(svg.contains("left out at the limits: 51 records, 0 edges") && svg.contains("more than 150"), "{svg}");
    assert_no_boxes_overlap(&svg, 250);
    assert_picture(&query::svg(&Neighbourhood::default(), ""));
    assert_dot(&query::dot(&Neighbourhood::default(), ""));
}

fn number(tag: &str, name: &str) -> f64 {
    let rest = tag.split(&format!(" {name}=\"")).nth(1).unwrap_or_else(|| panic!("{name} in {tag}"));
    rest.split('"').next().and_then(|value| value.parse().ok()).expect("a number")
}

fn assert_no_boxes_overlap(svg: &str, count: usize) {
    let of_picture = |name| number(svg, name);
    let boxes = svg.split("<rect").skip(1).filter(|tag| tag.contains("rx=\"6\""));
    let mut boxes: Vec<[f64; 4]> =
        boxes.map(|tag| ["x", "y", "width", "height"].map(|name| number(tag, name))).collect();
    assert_eq!(boxes.len(), count);
    boxes.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    for pair in boxes.windows(2) {
        let ([x, y, w, h], [nx, ny, ..]) = (pair[0], pair[1]);
        assert!(x + w <= nx || y + h <= ny, "{pair:?}");
        assert!(x >= 0.0 && y >= 0.0 && x + w <= of_picture("width") && y + h <= of_picture("height"), "{pair:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_the_titles_are_the_drawings_hold_together(titles in prop::collection::vec("\\PC{0,60}|[<>&\"'\\\\\u{0}-\u{1f}a]{0,20}", 2..6)) {
        let mut memory = Memory::default();
        for (n, title) in titles.iter().enumerate() {
            memory = memory.with(&format!("notes/{n}.md"), page(&format!("x:n{n}"), title, &[&format!("to x:n{}", (n + 1) % titles.len()), "up x:n0"]));
        }
        let graph = graph(&memory, "x:n0", 3);
        prop_assert_eq!(graph.nodes.len(), titles.len());
        let svg = query::svg(&graph, &titles[0]);
        assert_picture(&svg);
        assert_no_boxes_overlap(&svg, titles.len());
        assert_dot(&query::dot(&graph, &titles[0]));
    }
}
