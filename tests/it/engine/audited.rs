//! Every operation that changes something leaves its entry in the audit chain, and each refusal too.

use super::note;
use super::pushes::Push;
use super::world::{World, ask, clone, commit, name, org, principal, push_by_hand, revising, upsert};
use lorekeep::engine::{
    Caller, Code, NewSnapshot, RefRequest, RepositoryPolicy, RevertRequest, Role, SnapshotView, UpdateAction,
    UpdateView,
};
use lorekeep::git::{Signer, SigningKey};

/// What an operation is done with.
struct Scene {
    world: World,
    claude: Caller,
    rae: Caller,
    admin: Caller,
    waiting: UpdateView,
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        let [claude, rae, admin] =
            [("agent:claude", Role::Proposer), ("user:rae", Role::Reviewer), ("user:root", Role::Admin)]
                .map(|(who, role)| world.caller(who, role));
        let waiting = world.proposed(&claude, upsert("terms/a.md", &note("term:a", "First.")));
        Self { world, claude, rae, admin, waiting }
    }

    fn act(&self, by: &Caller, action: UpdateAction) {
        self.world.act(by, &self.waiting.id, &action).unwrap();
    }

    fn snapshot(&self) -> SnapshotView {
        let asked = Some(ask("company", RefRequest::default()));
        self.world.create_snapshot(&self.admin, &NewSnapshot { query: asked, ..NewSnapshot::default() }).unwrap()
    }

    /// Pushes a note to the default branch, as git and its hook do.
    fn push(&self, role: Role) {
        let by = self.world.caller("user:mia", role);
        let folder = clone(&self.world);
        let old = self.world.tip().to_string();
        let new = commit(&self.world, folder.path(), "notes/x.md", "# X\n", "x").to_string();
        let push = Push::begin(&self.world, &by).unwrap().bring(&self.world, folder.path(), "HEAD");
        let push = push.moving(&old, &new, "refs/heads/main");
        if push.review().unwrap().accepted {
            push_by_hand(&self.world, folder.path(), "HEAD:refs/heads/main", "user:mia", "lk-5");
        }
        self.world.finish_push(push.ticket).unwrap();
    }

    fn key(&self) -> SigningKey {
        SigningKey::generate(&self.world.path().join(format!("key-{}", self.world.audited().len()))).unwrap()
    }
}

/// An operation, and the events it adds.
type Row = (&'static str, fn(&Scene), &'static [&'static str]);

const OPERATIONS: &[Row] = &[
    (
        "propose",
        |s| _ = s.world.proposed(&s.claude, upsert("terms/b.md", &note("term:b", "x"))),
        &["agent.memory.update.proposed"],
    ),
    (
        "revise",
        |s| _ = s.world.proposed(&s.claude, revising(&s.waiting.id, upsert("terms/a.md", &note("term:a", "y")))),
        &["agent.memory.update.revised"],
    ),
    ("approve", |s| _ = s.world.approve(&s.rae, &s.waiting).unwrap(), &["agent.memory.update.approved"]),
    ("reject", |s| s.act(&s.rae, UpdateAction::Reject { comment: None }), &["agent.memory.update.rejected"]),
    (
        "request changes",
        |s| s.act(&s.rae, UpdateAction::RequestChanges { comment: None }),
        &["agent.memory.update.changes-requested"],
    ),
    (
        "comment",
        |s| s.act(&s.claude, UpdateAction::Comment { path: None, line: None, body: "hm".to_owned() }),
        &["agent.memory.update.commented"],
    ),
    ("refresh", |s| s.act(&s.claude, UpdateAction::Refresh), &["agent.memory.update.refreshed"]),
    (
        "merge",
        |s| {
            s.world.approve(&s.rae, &s.waiting).unwrap();
            s.world.merge(&s.rae, &s.waiting).unwrap();
        },
        &["agent.memory.update.approved", "agent.memory.update.merged"],
    ),
    ("a merge that is not possible", refused_merge, REFUSED_MERGE),
    (
        "make a repository",
        |s| _ = s.world.create_repository(&org("a5c"), &name("docs"), None, &mut |_, _| ()).unwrap(),
        &["agent.memory.repository.created"],
    ),
    (
        "set a policy",
        |s| _ = s.world.set_policy(&s.admin, "brain", RepositoryPolicy::default()).unwrap(),
        &["agent.memory.repository.policy"],
    ),
    ("make a token", |s| _ = s.world.caller("user:new", Role::Reader), &["token.created"]),
    ("revoke a token", |s| s.world.revoke_token(&s.rae.token).unwrap(), &["token.revoked"]),
    ("register a key", |s| _ = s.world.register_key(&s.rae, &s.key().public_key()).unwrap(), &["key.registered"]),
    (
        "register a key as the operator",
        |s| _ = s.world.add_key(&org("a5c"), &principal("user:ada"), &s.key().public_key()).unwrap(),
        &["key.registered"],
    ),
    (
        "retire a key",
        |s| {
            let key = s.world.register_key(&s.rae, &s.key().public_key()).unwrap();
            s.world.retire_key(&s.rae, &key.fingerprint).unwrap();
        },
        &["key.registered", "key.retired"],
    ),
    ("rotate the key", |s| _ = s.world.rotate_key(&org("a5c")).unwrap(), &["org.key.rotated"]),
    (
        "revert",
        |s| {
            let landed = s.world.land("terms/gone.md", &note("term:gone", "Bad."));
            s.world.revert(&s.admin, &landed.id, &RevertRequest::default()).unwrap();
        },
        REVERTED,
    ),
    ("make a snapshot", |s| _ = s.snapshot(), &["agent.memory.snapshot.created"]),
    (
        "mark a snapshot as known to be bad",
        |s| {
            let snapshot = s.snapshot();
            s.world.mark_snapshot(&s.admin, &snapshot.id, "It told of what was not so.").unwrap();
        },
        &["agent.memory.snapshot.created", "agent.memory.snapshot.marked"],
    ),
    ("push", |s| s.push(Role::Maintainer), &["token.created", "push.accepted"]),
    ("a push that is refused", |s| s.push(Role::Proposer), &["token.created", "push.refused"]),
    (
        "a refusal",
        |s| s.world.audit_denied(&s.claude, "AgentMemoryUpdate/x", Code::PolicyDenied, "lk-1"),
        &["access.denied"],
    ),
];

const REVERTED: &[&str] = &[
    "token.created",
    "token.created",
    "agent.memory.update.proposed",
    "agent.memory.update.approved",
    "agent.memory.update.merged",
    "agent.memory.update.proposed",
];

const REFUSED_MERGE: &[&str] = &[
    "agent.memory.update.approved",
    "token.created",
    "token.created",
    "agent.memory.update.proposed",
    "agent.memory.update.approved",
    "agent.memory.update.merged",
    "agent.memory.update.merge-refused",
];

/// Another update takes the same path with other words.
fn refused_merge(s: &Scene) {
    s.world.approve(&s.rae, &s.waiting).unwrap();
    s.world.land("terms/a.md", &note("term:a", "Quite another thing."));
    assert_eq!(super::code(s.world.merge(&s.rae, &s.waiting)), Code::Conflict);
}

#[test]
fn every_change_of_state_has_its_entry() {
    for (what, operation, expected) in OPERATIONS {
        let scene = Scene::new();
        let before = scene.world.audited();
        operation(&scene);
        assert_eq!(scene.world.audited()[before.len()..], **expected, "{what}");
    }
}

#[test]
fn the_first_entry_of_an_org_tells_of_its_making() {
    let world = World::new();
    assert_eq!(world.audited(), ["org.created", "agent.memory.repository.created"]);
}
