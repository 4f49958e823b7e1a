//! Comments on lines: they stay with their line from revision to revision.

use super::note;
use super::world::{World, revising, upsert};
use lorekeep::change::follow_line;
use lorekeep::engine::{Role, UpdateAction};

#[test]
fn a_line_is_followed_or_gone() {
    let before = "a\nb\nc\nd\n";
    for (after, line, now) in [
        ("a\nb\nc\nd\n", 3, Some(3)),
        ("x\ny\na\nb\nc\nd\n", 3, Some(5)),
        ("a\nc\nd\n", 3, Some(2)),
        ("a\nb\nC\nd\n", 3, None),
        ("", 1, None),
        ("a\n", 9, None),
        ("a\n", 0, None),
    ] {
        assert_eq!(follow_line(before, after, line), now, "line {line} in {after:?}");
    }
}

#[test]
fn a_comment_follows_its_line_across_revisions() {
    let world = World::new();
    let claude = world.caller("agent:claude", Role::Proposer);
    let rae = world.caller("user:rae", Role::Reviewer);
    let text = note("term:a", "first\n\nsecond\n\nthird");
    let update = world.proposed(&claude, upsert("notes/a.md", &text));
    let line_of = |text: &str, word: &str| text.lines().position(|l| l == word).unwrap() as u32 + 1;
    for word in ["second", "third"] {
        let (path, line) = (Some("notes/a.md".to_owned()), Some(line_of(&text, word)));
        world.act(&rae, &update.id, &UpdateAction::Comment { path, line, body: format!("about {word}") }).unwrap();
    }
    let gone = UpdateAction::Comment { path: Some("notes/none.md".into()), line: Some(1), body: "nowhere".into() };
    world.act(&rae, &update.id, &gone).unwrap();
    let later = note("term:a", "a new beginning\n\nfirst\n\nsecond\n\nchanged");
    world.proposed(&claude, revising(&update.id, upsert("notes/a.md", &later)));
    let shown = world.update(&rae, &update.id).unwrap();
    let places: Vec<_> = shown.comments.iter().map(|c| (c.revision, c.line, c.present_line)).collect();
    let (second, third) = (line_of(&text, "second"), line_of(&text, "third"));
    let now = line_of(&later, "second");
    assert_eq!(places, [(1, Some(second), Some(now)), (1, Some(third), None), (1, Some(1), None)]);
}
