//! The validation state of a served repository: it is there from the start, and a push is judged by it.

use super::note;
use super::pushes::Push;
use super::world::{World, clone, commit};
use lorekeep::engine::{Code, Role};

#[test]
fn a_push_reads_nothing_that_it_does_not_reach() {
    let world = World::new();
    let dir = clone(&world);
    let ada = world.caller("user:ada", Role::Maintainer);
    let old = world.tip().to_string();
    let new = commit(&world, dir.path(), "notes/x.md", &note("term:x", "X"), "a push").to_string();
    let push = Push::begin(&world, &ada).unwrap().bring(&world, dir.path(), "HEAD");
    let push = push.moving(&old, &new, "refs/heads/main");
    let readme = world.git(&["rev-parse", "main:README.md"]);
    std::fs::remove_file(world.git_dir().join("objects").join(&readme[..2]).join(&readme[2..])).unwrap();
    assert!(push.review().unwrap().accepted);
    std::fs::remove_file(world.path().join("index/a5c/brain/validation.base")).unwrap();
    assert_eq!(push.review().unwrap_err().code, Code::Internal, "without the state it is looked for");
}
