//! `lorekeep context`.

use super::program::{commit, memory, run, runbook, write};

#[test]
fn a_section_is_printed_within_its_tokens() {
    let dir = memory();
    write(dir.path(), "runbooks/a.md", &runbook("a", "Roll back", "Say that you roll back.\nThen run the command."));
    commit(dir.path(), "Say how to roll back");
    write(dir.path(), "runbooks/b.md", &runbook("b", "Roll forward", "Never roll back."));
    commit(dir.path(), "Say when not to");
    let whole = run(dir.path(), &["context", "how do we roll back"]);
    assert!(whole.stdout.starts_with("## Company Brain Memory\n") && whole.stdout.contains("runbooks/b.md:"));
    assert!(whole.stderr.starts_with("2 records, 2 excerpts, about "), "{}", whole.stderr);
    let cut = run(dir.path(), &["context", "how do we roll back", "--max-tokens", "260"]);
    assert!(lorekeep::query::token_estimate(&cut.stdout) <= 260 && cut.stdout.len() < whole.stdout.len());
    assert!(cut.stderr.ends_with("; more was left out by the limits\n"), "{}", cut.stderr);
    let before = run(dir.path(), &["context", "how do we roll back", "--rev", "main~1"]).ok();
    assert!(before.contains("> STALE: ") && !before.contains("runbooks/b.md"), "{before}");
    let json = run(dir.path(), &["context", "how do we roll back", "--json"]).json();
    assert_eq!(json["prompt"], whole.stdout.as_str());
    assert_eq!((&json["organization"], &json["records"][0]["path"]), (&"local".into(), &"runbooks/a.md".into()));
    let none = run(dir.path(), &["context", "hippopotamus"]);
    assert_eq!(none.code, 1, "{}", none.stdout);
    assert!(none.stdout.contains("No record was selected."));
    assert_eq!(run(dir.path(), &["context", "x", "--max-tokens", "9999999"]).code, 2);
    assert_eq!(run(dir.path(), &["context"]).code, 2);
}
