//! `lorekeep graph`.

use super::program::{commit, memory, run, runbook, write};

/// A memory in which a leads to b and b to c; the last commit takes the edge from b to c away.
fn three() -> tempfile::TempDir {
    let dir = memory();
    let page = |id: &str, to: &str| {
        let edge = format!("related:\n  depends_on: [{to}]\n---\n#");
        runbook(id, &id.to_uppercase(), &format!("About {id}.")).replacen("---\n#", &edge, 1)
    };
    write(dir.path(), "runbooks/a.md", &page("a", "runbook:b"));
    write(dir.path(), "runbooks/b.md", &page("b", "runbook:c"));
    write(dir.path(), "runbooks/c.md", &runbook("c", "C", "The end; see [[runbook:a]]."));
    commit(dir.path(), "Three in a row");
    write(dir.path(), "runbooks/b.md", &runbook("b", "B", "About b."));
    commit(dir.path(), "Two in a row");
    dir
}

#[test]
fn a_graph_is_a_tree_with_what_else_joins_it() {
    let dir = three();
    insta::assert_snapshot!(run(dir.path(), &["graph", "runbook:b", "--rev", "main~1"]).ok(), @r"
    runbook:b  B  [Runbook approved]  runbooks/b.md
      <-depends_on- runbook:a  A  [Runbook approved]  runbooks/a.md
      -depends_on-> runbook:c  C  [Runbook approved]  runbooks/c.md
    also:
      runbook:c -mentions-> runbook:a
    ");
    let ran = run(dir.path(), &["graph", "runbook:a", "--direction", "out"]);
    insta::assert_snapshot!(ran.stdout, @r"
    runbook:a  A  [Runbook approved]  runbooks/a.md
      -depends_on-> runbook:b  B  [Runbook approved]  runbooks/b.md
    ");
    assert!(ran.stderr.starts_with("2 records, 1 edge at commit "), "{}", ran.stderr);
    let cut =
        run(dir.path(), &["graph", "runbook:a", "--limit", "1", "--kind", "Runbook", "--edge-kind", "depends_on"]);
    assert!(cut.stderr.contains("; left out at the limits: 1 record, 0 edges"), "{}", cut.stderr);
}

#[test]
fn a_path_is_shown_step_by_step_and_none_is_a_no() {
    let dir = three();
    let args = ["graph", "runbook:a", "--to", "runbook:c", "--edge-kind", "depends_on"];
    insta::assert_snapshot!(run(dir.path(), &[&args[..], &["--rev", "main~1"]].concat()).ok(), @r"
    runbook:a  A  [Runbook approved]  runbooks/a.md
      -depends_on-> runbook:b  B  [Runbook approved]  runbooks/b.md
        -depends_on-> runbook:c  C  [Runbook approved]  runbooks/c.md
    ");
    let none = run(dir.path(), &args);
    assert_eq!(
        (none.code, none.stdout.as_str()),
        (1, "note: no path of at most 32 edges leads there\n"),
        "{}",
        none.stderr
    );
}

#[test]
fn the_formats_are_those_of_the_api() {
    let dir = three();
    let drawn = |format: &str| run(dir.path(), &["graph", "runbook:a", "--format", format]).ok();
    assert!(drawn("dot").starts_with("digraph memory {\n  graph [label=\"runbook:a in "));
    assert!(drawn("svg").starts_with("<svg xmlns=") && drawn("svg").ends_with("</svg>\n"));
    assert_eq!(drawn("json"), run(dir.path(), &["graph", "runbook:a", "--json"]).ok());
    let json = run(dir.path(), &["graph", "runbook:a", "--json", "--depth", "1"]).json();
    assert_eq!((&json["organization"], &json["root"]), (&"local".into(), &"runbook:a".into()));
    assert_eq!(json["nodes"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["edges"][1]["derived"], true, "{json}");
}

#[test]
fn what_is_not_there_is_said_with_a_hint() {
    let dir = three();
    let ran = run(dir.path(), &["graph", "runbook:none"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(
        ran.stderr.contains("no record `runbook:none` at commit") && ran.stderr.contains("finds its id"),
        "{}",
        ran.stderr
    );
    assert_eq!(run(dir.path(), &["graph", "runbook:a", "--depth", "9"]).code, 2);
    assert_eq!(run(dir.path(), &["graph", "runbook:a", "--limit", "0"]).code, 2);
    assert_eq!(run(dir.path(), &["graph", "runbook:a", "--direction", "up"]).code, 2);
    assert_eq!(run(dir.path(), &["graph"]).code, 2);
}
