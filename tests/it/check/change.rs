//! What a change brings: new, touched, or made true elsewhere; what was wrong before and is untouched is not held against it.

use super::tree::Tree;
use lorekeep::check::brought_by_change;

const GOOD: &str = "nodeKind: Service\nid: service:a\nattributes: {title: A, status: approved, owners: [team:x], updatedAt: 2026-05-10T12:00:00Z}\n";
const BAD: &str = "nodeKind: Spaceship\nid: spaceship:b\n";

fn record(id: &str) -> String {
    GOOD.replace("service:a", id)
}

#[test]
fn what_was_wrong_before_and_is_untouched_is_left_out() {
    let before = Tree::of(&[("graph/a.yaml", GOOD), ("graph/b.yaml", BAD)]);
    let after = Tree::of(&[("graph/a.yaml", &GOOD.replace("title: A", "title: B")), ("graph/b.yaml", BAD)]);
    assert_eq!(before.brings(&after), [""; 0]);
    assert_eq!(after.check().findings.len(), 1);
}

#[test]
fn a_new_file_answers_for_all_it_holds() {
    let before = Tree::of(&[("graph/a.yaml", GOOD)]);
    let after = Tree::of(&[("graph/a.yaml", GOOD), ("graph/b.yaml", BAD)]);
    assert_eq!(before.brings(&after), ["graph/b.yaml:1 LK201"]);
    assert_eq!(before.brings(&before), [""; 0]);
}

#[test]
fn a_touched_file_of_one_record_answers_for_what_was_wrong_before() {
    let before = Tree::of(&[("graph/b.yaml", BAD)]);
    let after = Tree::of(&[("graph/b.yaml", &format!("{BAD}attributes: {{title: B}}\n"))]);
    assert_eq!(before.brings(&after), ["graph/b.yaml:1 LK201"]);
}

#[test]
fn in_a_file_of_several_records_only_those_touched_answer() {
    let several = |first: &str| format!("{first}---\n{BAD}---\n{}", BAD.replace("spaceship:b", "spaceship:c"));
    let before = Tree::of(&[("graph/a.yaml", &several(GOOD))]);
    let moved = Tree::of(&[("graph/a.yaml", &several(&format!("# A comment\n\n{GOOD}")))]);
    assert_eq!(before.brings(&moved), [""; 0]);
    let touched = Tree::of(&[("graph/a.yaml", &several(GOOD).replace("spaceship:c\n", "spaceship:c\ntitle: C\n"))]);
    assert_eq!(before.brings(&touched), ["graph/a.yaml:8 LK201"]);
}

#[test]
fn items_of_a_node_document_answer_each_for_itself() {
    let document = |title: &str| {
        format!(
            "kind: NodeDocument\nnodes:\n  - kind: Spaceship\n    id: spaceship:a\n  - kind: Spaceship\n    id: spaceship:b\n    title: {title}\n"
        )
    };
    let (before, after) =
        (Tree::of(&[("graph/a.yaml", &document("A"))]), Tree::of(&[("graph/a.yaml", &document("B"))]));
    assert_eq!(before.brings(&after), ["graph/a.yaml:5 LK201"]);
}

#[test]
fn a_deleted_target_is_answered_for_where_edges_still_lead_to_it() {
    let edge = format!("{}edges: {{depends_on: [service:a, service:gone]}}\n", record("service:b"));
    let before = Tree::of(&[("graph/a.yaml", GOOD), ("graph/b.yaml", &edge)]);
    let after = Tree::of(&[("graph/b.yaml", &edge)]);
    assert_eq!(before.check().findings.len(), 1);
    assert_eq!(before.brings(&after), ["graph/a.yaml:1 LK403", "graph/b.yaml:4 LK204"]);
}

#[test]
fn a_second_declaration_is_answered_for_wherever_it_stands() {
    let before = Tree::of(&[("graph/m.yaml", GOOD)]);
    let later = Tree::of(&[("graph/m.yaml", GOOD), ("graph/z.yaml", GOOD)]);
    let earlier = Tree::of(&[("graph/a.yaml", GOOD), ("graph/m.yaml", GOOD)]);
    assert_eq!(before.brings(&later), ["graph/z.yaml:2 LK205"]);
    assert_eq!(before.brings(&earlier), ["graph/m.yaml:2 LK205"]);
    assert_eq!(later.brings(&later), [""; 0]);
}

#[test]
fn an_ontology_that_now_forbids_answers_for_untouched_records() {
    let kinds = |more: &str| format!("version: 1\nkinds: {{Service: {{required: [title{more}]}}}}\n");
    let (loose, strict) = (kinds(""), kinds(", region"));
    let before = Tree::of(&[("graph/a.yaml", GOOD), ("ontology/node-kinds.yaml", &loose)]);
    let after = Tree::of(&[("graph/a.yaml", GOOD), ("ontology/node-kinds.yaml", &strict)]);
    assert_eq!(before.brings(&after), ["graph/a.yaml:1 LK101"]);
    assert_eq!(after.brings(&before), [""; 0]);
}

#[test]
fn a_severity_that_is_raised_and_an_exception_that_is_taken_back_are_answered_for() {
    let rules = |text: &str| format!("version: 1\n{text}\n");
    let tree = |settings: &str| Tree::of(&[("graph/b.yaml", BAD), ("ontology/validation-rules.yaml", settings)]);
    let (open, warning) = (tree(&rules("")), tree(&rules("rules: {unknown-node-kind: warning}")));
    assert_eq!(warning.brings(&open), ["graph/b.yaml:1 LK201"]);
    let digest = open.check().findings[0].text_digest.clone().unwrap();
    let allowed = tree(&rules(&format!("allow: [{{rule: LK201, path: \"**\", digest: \"{digest}\", reason: r}}]")));
    assert_eq!(open.brings(&allowed), [""; 0]);
    assert_eq!(allowed.brings(&open), ["graph/b.yaml:1 LK201"]);
}

#[test]
fn a_secret_of_a_page_is_answered_for_when_the_page_is_touched() {
    let text = "Call it with {{secret:npm}}.\n";
    let before = Tree::of(&[("notes/a.md", text), ("notes/b.md", "B\n")]);
    let elsewhere = Tree::of(&[("notes/a.md", text), ("notes/b.md", "C\n")]);
    let touched = Tree::of(&[("notes/a.md", &format!("{text}More.\n")), ("notes/b.md", "B\n")]);
    assert_eq!(before.brings(&elsewhere), [""; 0]);
    assert_eq!(before.brings(&touched), ["notes/a.md:1 LK501"]);
}

#[test]
fn a_renamed_file_is_a_new_one() {
    let (before, after) = (Tree::of(&[("graph/a.yaml", BAD)]), Tree::of(&[("graph/b.yaml", BAD)]));
    assert_eq!(before.brings(&after), ["graph/b.yaml:1 LK201"]);
}

#[test]
fn one_more_finding_beyond_those_listed_is_still_answered_for() {
    let many = |count: usize, title: &str| {
        let targets: Vec<String> = (0..count).map(|i| format!("service:missing-{i}")).collect();
        format!(
            "{GOOD}edges: {{depends_on: [{}]}}\n---\n{}",
            targets.join(", "),
            record("service:b").replace("title: A", title)
        )
    };
    let edge = "---\nextendsNode: {nodeKind: Service, id: service:a}\nedges: {depends_on: [service:one-more]}\n";
    let before = Tree::of(&[("graph/a.yaml", &many(1_100, "title: B"))]);
    let after = Tree::of(&[("graph/a.yaml", &format!("{}{edge}", many(1_100, "title: B")))]);
    assert_eq!(before.brings(&after).len(), 1);
    let untouched = Tree::of(&[("graph/a.yaml", &many(1_100, "title: C"))]);
    assert_eq!(before.brings(&untouched), [""; 0]);
}

#[test]
fn a_circle_is_answered_for_where_one_of_its_edges_is_new() {
    let decision = |id: &str, target: &str| {
        let record = GOOD.replace("Service", "Decision").replace("service:a", &format!("decision:{id}"));
        if target.is_empty() { record } else { format!("{record}edges: {{supersedes: [{target}]}}\n") }
    };
    let tree = |a: &str, c: &str| {
        let (a, c) = (decision("a", a), decision("c", c));
        let b = decision("b", "decision:a");
        Tree::of(&[("graph/a.yaml", &a), ("graph/b.yaml", &b), ("graph/c.yaml", &c)])
    };
    let (open, closed) = (tree("", ""), tree("decision:b", ""));
    assert_eq!(open.brings(&closed), ["graph/a.yaml:4 LK206"]);
    let longer = tree("decision:b, decision:c", "decision:a");
    assert_eq!(closed.brings(&longer), ["graph/a.yaml:4 LK206"]);
    let beside = tree("decision:b", "decision:a");
    assert_eq!(closed.brings(&beside), [""; 0], "the new edge leads into the circle and is no part of it");
}

#[test]
fn a_record_that_is_deleted_with_its_file_is_let_through_by_name_like_any_other() {
    let edge = format!("{}edges: {{depends_on: [service:a]}}\n", record("service:b"));
    let rules = |allow: &str| format!("version: 1\nrules: {{dangling-edge: off}}\nallow: [{allow}]\n");
    let tree = |rules: &str, files: &[(&str, &str)]| {
        Tree::of(&[files, &[("graph/b.yaml", edge.as_str()), ("ontology/validation-rules.yaml", rules)]].concat())
    };
    let before = tree(&rules(""), &[("graph/a.yaml", GOOD)]);
    let after = tree(&rules(""), &[]);
    assert_eq!(before.brings(&after), ["graph/a.yaml:1 LK403"]);
    let digest = brought_by_change(&before.input(), &after.input()).findings[0].text_digest.clone().unwrap();
    let entry = format!("{{rule: LK403, path: \"graph/**\", digest: \"{digest}\", reason: r}}");
    assert_eq!(before.brings(&tree(&rules(&entry), &[])), [""; 0]);
}
