//! Two orgs furnished alike on one server: nothing of the one reaches anybody of the other, by any route and any name,
//! and what exists elsewhere is answered for as what exists nowhere.

use super::host::{BRAIN, Host};
use super::orgs::{Names, Org, furnish, proposal};
use super::probes::{Probe, probes};
use crate::support::{Reply, TestRepo};
use serde_json::{Value, json};

/// A server with two orgs, and the names of things on a server that nobody here knows.
struct World {
    host: Host,
    orgs: [Org; 2],
    nowhere: Names,
}

fn world() -> World {
    let host = Host::bare();
    let orgs = [furnish(&host, "umbra", "obsidian"), furnish(&host, "solis", "zirconia")];
    let nowhere = furnish(&Host::bare(), "nubes", "pumicite").names;
    World { host, orgs, nowhere }
}

impl World {
    fn ask(&self, token: &str, probe: &Probe) -> Reply {
        let mut headers: Vec<_> = probe.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        headers.push(("x-correlation-id", "probe"));
        self.host.client().ask(token, &probe.method, &probe.path, &headers, &probe.body)
    }

    /// Every method and path that the server itself says it answers; what makes repositories comes last.
    fn routes(&self) -> Vec<(String, String)> {
        let described = self.host.get("", "/api/openapi.json").expect(200);
        let paths = described["paths"].as_object().unwrap().iter();
        let mut routes: Vec<_> = paths
            .flat_map(|(path, item)| {
                let methods =
                    item.as_object().unwrap().keys().filter(|key| !["parameters", "summary"].contains(&key.as_str()));
                methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
            })
            .collect();
        routes.sort_by_key(|(method, path)| method == "POST" && path.ends_with("/repositories"));
        routes
    }
}

/// All of an answer but when it was given, and how long it is.
fn whole(reply: &Reply) -> String {
    let headers = reply.headers.iter().filter(|(name, _)| !["date", "content-length"].contains(&name.as_str()));
    let headers: String = headers.map(|(name, value)| format!("{name}: {value}\n")).collect();
    format!("{}\n{headers}\n{}", reply.status, reply.text)
}

/// Asserts that an answer holds nothing of an org but what the request itself brought.
fn assert_nothing_of(them: &Org, probe: &Probe, reply: &Reply) {
    let sent = format!("{} {:?} {}", probe.path, probe.headers, String::from_utf8_lossy(&probe.body));
    let got = whole(reply);
    for secret in them.secrets.iter().filter(|secret| !sent.contains(secret.as_str())) {
        assert!(!got.contains(secret.as_str()), "{} {}: {secret} is in\n{got}", probe.method, probe.path);
    }
}

/// Walks every route as somebody of one org, with the names of another.
fn walk(world: &World, own: &Org, them: &Org) {
    for (method, route) in world.routes() {
        let with = |names: &Names| {
            probes(&method, &route, own, names)
                .unwrap_or_else(|| panic!("{method} {route} is new: say in probes.rs how it is called"))
        };
        for (theirs, nobodys) in with(&them.names).iter().zip(with(&world.nowhere)) {
            let at = format!("{method} {} {}", theirs.path, String::from_utf8_lossy(&theirs.body));
            let exists = world.ask(&own.admin, theirs);
            let does_not = world.ask(&own.admin, &nobodys);
            assert_nothing_of(them, theirs, &exists);
            assert_eq!(exists.status, does_not.status, "{at}: {exists:?}");
            assert!(exists.status != 500 && exists.header("idempotent-replay").is_none(), "{at}: {exists:?}");
            if !theirs.asks {
                let (exists, does_not) = (them.names.masked(&whole(&exists)), world.nowhere.masked(&whole(&does_not)));
                assert_eq!(exists, does_not, "{at}");
            }
        }
    }
}

#[test]
fn no_route_tells_one_org_anything_of_another() {
    let world = world();
    let [umbra, solis] = &world.orgs;
    walk(&world, umbra, solis);
    walk(&world, solis, umbra);
    assert_both_are_as_they_were(&world);
}

/// Each org still reads its own, and nothing came of what the other tried to do to it.
fn assert_both_are_as_they_were(world: &World) {
    for org in &world.orgs {
        let Names { org: name, word, update, record, path, repository, commit, .. } = &org.names;
        let read = |rest: &str| world.host.get(&org.admin, &format!("/api/orgs/{name}/agents/memory/{rest}"));
        let open = read(&format!("updates/{update}")).expect(200);
        assert_eq!((&open["status"]["phase"], &open["status"]["revision"]), (&json!("AwaitingApproval"), &json!(1)));
        assert_eq!(open["status"]["comments"].as_array().unwrap().len(), 1);
        let document = read(&format!("documents?memoryRepository={BRAIN}&path={path}")).expect(200);
        assert!(document["document"]["text"].as_str().unwrap().contains(word.as_str()));
        assert_eq!(document["resolvedCommit"], commit.as_str());
        read(&format!("records/{record}?memoryRepository={BRAIN}")).expect(200);
        let vault = read(&format!("repositories/{repository}")).expect(200);
        assert_eq!(vault["spec"]["policy"]["requiredApprovals"], 1);
        read(&format!("updates?memoryRepository={BRAIN}&limit=1&cursor={}", org.names.updates_cursor)).expect(200);
    }
}

#[test]
fn in_its_own_org_each_of_these_requests_is_understood() {
    /// Refusals that only what is there can get.
    const FOUND: [&str; 5] = ["SELF_APPROVAL_DENIED", "CONFLICT", "ALREADY_EXISTS", "DIGEST_MISMATCH", "NotLower"];
    let world = world();
    let own = &world.orgs[0];
    let mut routes = world.routes();
    routes.retain(|(_, route)| !route.starts_with("/api/watch/"));
    // What is there is read before anything is done to it.
    routes.sort_by_key(|(method, _)| method != "GET");
    for (method, route) in routes {
        let all = probes(&method, &route, own, &own.names).unwrap();
        let replies: Vec<_> = all.iter().map(|probe| world.ask(&own.admin, probe)).collect();
        let found = |reply: &Reply| reply.status < 300 || FOUND.iter().any(|code| reply.text.contains(code));
        assert!(replies.iter().any(found), "{method} {route} finds nothing where there is something: {replies:#?}");
    }
}

#[test]
fn nobody_asks_without_a_token_and_learns_what_is_there() {
    let world = world();
    let own = &world.orgs[0];
    for (method, route) in world.routes() {
        let theirs = probes(&method, &route, own, &own.names).unwrap();
        let nobodys = probes(&method, &route, own, &world.nowhere).unwrap();
        for (theirs, nobodys) in theirs.iter().zip(&nobodys).filter(|(probe, _)| !probe.asks) {
            let (exists, does_not) = (world.ask("", theirs), world.ask("", nobodys));
            assert_nothing_of(own, theirs, &exists);
            let (exists, does_not) = (own.names.masked(&whole(&exists)), world.nowhere.masked(&whole(&does_not)));
            assert_eq!(exists, does_not, "{method} {}", theirs.path);
        }
    }
}

#[test]
fn the_git_client_is_told_the_same_of_another_org_as_of_none() {
    let world = world();
    let [own, them] = &world.orgs;
    let clone = TestRepo::cloned(&world.host.url_of(&own.admin, &own.names.org, BRAIN));
    clone.git(&["config", "http.extraHeader", "X-Correlation-Id: probe"]);
    let says = |names: &Names, args: &[&str]| {
        let (well, said) = super::host::git(&clone, args);
        assert!(!well, "git {args:?}: {said}");
        names.masked(&said)
    };
    let urls = |names: &Names| {
        [(&names.org, BRAIN), (&names.org, &names.repository), (&own.names.org, &names.repository)]
            .map(|(org, name)| world.host.url_of(&own.admin, org, name))
    };
    for (theirs, nobodys) in urls(&them.names).iter().zip(&urls(&world.nowhere)) {
        for args in [["ls-remote"].as_slice(), &["fetch"], &["push"]] {
            let told = |names: &Names, url: &str| {
                let more: &[&str] = if args[0] == "push" { &["HEAD:refs/heads/stolen"] } else { &[] };
                says(names, &[args, &[url], more].concat())
            };
            assert_eq!(told(&them.names, theirs), told(&world.nowhere, nobodys));
        }
    }
    let wanted = |names: &Names| says(names, &["fetch", "origin", &names.commit]);
    assert_eq!(wanted(&them.names), wanted(&world.nowhere));
    let listed = clone.git(&["ls-remote", "origin"]);
    assert!(them.secrets.iter().all(|secret| !listed.contains(secret.as_str())), "{listed}");
}

#[test]
fn a_request_of_another_org_is_not_replayed_though_its_key_principal_and_body_are_the_same() {
    let world = world();
    let [own, them] = &world.orgs;
    let path = format!("/api/orgs/{}/agents/memory/updates", own.names.org);
    let headers = [("content-type", "application/json"), ("idempotency-key", them.names.key.as_str())];
    let body = proposal(BRAIN, &them.names.word).to_string();
    let ask = || world.host.client().ask(&own.admin, "POST", &path, &headers, body.as_bytes());
    let (first, again) = (ask(), ask());
    assert_eq!((first.status, first.header("idempotent-replay")), (201, None));
    assert_ne!(first.json()["metadata"]["name"], them.names.update.as_str());
    assert!(!first.text.contains(&them.names.commit) && !first.text.contains(&them.names.org), "{}", first.text);
    assert_eq!((again.status, again.header("idempotent-replay"), &again.text), (201, Some("true"), &first.text));
}

#[test]
fn a_name_of_another_org_is_free_and_what_is_made_of_it_is_empty() {
    let world = world();
    let [own, them] = &world.orgs;
    let api = format!("/api/orgs/{}/agents/memory", own.names.org);
    let made = world.host.post(&own.admin, &format!("{api}/repositories"), json!({"name": them.names.repository}));
    assert_eq!(made.expect(201)["status"]["approvedCommits"], 1);
    let ask = json!({"memoryRepository": them.names.repository, "query": {"text": them.names.word, "modes": ["graph", "grep"]}});
    let answer: Value = world.host.post(&own.admin, &format!("{api}/query"), ask).expect(200);
    assert_eq!((&answer["records"], &answer["excerpts"]), (&json!([]), &json!([])));
    let theirs = format!(
        "/api/orgs/{}/agents/memory/records/term:hidden?memoryRepository={}",
        them.names.org, them.names.repository
    );
    world.host.get(&them.admin, &theirs).expect(200);
}
