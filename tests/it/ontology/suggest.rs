//! The nearest known word to an unknown one.

use lorekeep::ontology::nearest;

#[test]
fn a_slip_is_recognised() {
    let known = ["Runbook", "Decision", "depends_on", "mentions"];
    for (word, meant) in [
        ("Runbok", Some("Runbook")),
        ("runbook", Some("Runbook")),
        ("depend_on", Some("depends_on")),
        ("mentiosn", Some("mentions")),
        ("Spaceship", None),
        ("on", None),
        ("", None),
    ] {
        assert_eq!(nearest(word, known), meant, "{word}");
    }
}

#[test]
fn of_two_as_near_the_first_in_order_is_taken() {
    assert_eq!(nearest("team:c", ["team:b", "team:a"]), Some("team:a"));
}
