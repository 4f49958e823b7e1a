//! The reference page says what the code does.

use super::actions::{others, table};
use super::caller;
use lorekeep::access::{RefMove, RepositoryPolicy, Role, decide_ref};

const PAGE: &str = include_str!("../../../docs/reference/access.md");

/// The rows of the table below a heading, each as its cells.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let section = PAGE.split_once(heading).expect("the heading is there").1;
    let lines = section.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    lines.skip(2).map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

#[test]
fn the_table_of_roles_is_that_of_the_code() {
    let proposers = others();
    let said: Vec<Vec<&str>> = rows("## Roles");
    let done = table(&proposers)
        .into_iter()
        .map(|(action, least, narrowed)| vec![action.in_words(), least.as_str(), if narrowed { "yes" } else { "no" }]);
    assert_eq!(said, done.collect::<Vec<_>>());
}

#[test]
fn the_table_of_references_is_that_of_the_code() {
    let policy = RepositoryPolicy::default();
    let said = rows("## References of a push");
    assert!(said.len() > 10);
    for row in said {
        let name = row[0].trim_matches('`');
        for (change, cell) in RefMove::ALL.into_iter().zip(&row[1..]) {
            let least = Role::ALL
                .into_iter()
                .find(|role| decide_ref(&caller(*role), name, change, &policy, "refs/heads/main").is_ok());
            assert_eq!(least.map_or("-", Role::as_str), *cell, "{change:?} of {name}");
        }
    }
}
