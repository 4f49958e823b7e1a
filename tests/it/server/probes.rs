//! How every route is called with the names of somebody else, each name in every place that takes one.

use super::host::BRAIN;
use super::orgs::{Names, Org, artifact, proposal};
use lorekeep::base::Digest;
use serde_json::{Map, Value, json};

/// One request.
pub(super) struct Probe {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    /// Whether its answer may depend on what a name is, because the name is a question or makes something.
    pub(super) asks: bool,
}

/// What is asked of a route: the rest of its path, its fields, and whether the answer depends on the names in them.
type Variant = (String, Value, bool);

/// Every way to call a route with another's names; `None` for a route that this does not know.
pub(super) fn probes(method: &str, route: &str, own: &Org, them: &Names) -> Option<Vec<Probe>> {
    if let Some(short) = route.strip_prefix("/api/orgs/{org}/agents") {
        let short = short.strip_prefix("/memory").unwrap_or(short);
        let prefix = route.strip_suffix(short).expect("the route ends so");
        return Some(addressed(method, prefix, variants(method, short, own, them)?, own, them));
    }
    if let Some(short) = route.strip_prefix("/api/agents/memory") {
        return Some(unaddressed(method, variants(method, short, own, them)?, own, them));
    }
    match (method, route) {
        ("GET", "/healthz" | "/readyz" | "/metrics" | "/api/openapi.json" | "/api/docs") => {
            Some(vec![Probe { asks: route == "/metrics", ..plain(method, route.to_owned()) }])
        }
        // A stream of the own org does not end; what it tells is tested where it is read.
        ("GET", "/api/watch/orgs/{org}/{resource}") => {
            let at = |org: &str, resource: &str| plain(method, format!("/api/watch/orgs/{org}/{resource}"));
            Some(vec![at(&them.org, "agentmemoryupdates"), at(&own.names.org, &them.word)])
        }
        ("GET", "/orgs/{org}/{repository}/info/refs") => Some(advertisements(own, them)),
        ("POST", "/orgs/{org}/{repository}/git-upload-pack") => Some(fetches(own, them)),
        ("POST", "/orgs/{org}/{repository}/git-receive-pack") => Some(pushes(own, them)),
        _ => None,
    }
}

fn plain(method: &str, path: String) -> Probe {
    Probe { method: method.to_owned(), path, headers: Vec::new(), body: Vec::new(), asks: false }
}

/// In the own org, in theirs, and in the own one while the request names theirs.
fn addressed(method: &str, prefix: &str, variants: Vec<Variant>, own: &Org, them: &Names) -> Vec<Probe> {
    let at = |org: &str| prefix.replace("{org}", org);
    let mut all = Vec::new();
    for (suffix, fields, asks) in variants {
        all.push(request(method, format!("{}{suffix}", at(&own.names.org)), fields.clone(), asks));
        all.push(request(method, format!("{}{suffix}", at(&them.org)), fields.clone(), false));
        let two = with(fields, "organization", &them.org);
        all.push(request(method, format!("{}{suffix}", at(&own.names.org)), two, false));
    }
    all
}

/// The same where the request alone names the org.
fn unaddressed(method: &str, variants: Vec<Variant>, own: &Org, them: &Names) -> Vec<Probe> {
    let mut all = Vec::new();
    for (suffix, fields, asks) in variants {
        let path = format!("/api/agents/memory{suffix}");
        all.push(request(method, path.clone(), with(fields.clone(), "organization", &own.names.org), asks));
        all.push(request(method, path.clone(), with(fields.clone(), "organization", &them.org), false));
        all.push(request(method, path, fields, false));
    }
    all
}

fn with(mut fields: Value, name: &str, value: &str) -> Value {
    fields[name] = json!(value);
    fields
}

/// A request with fields: in the query of a GET, in the body of anything else. A field `Idempotency-Key` is a header.
fn request(method: &str, path: String, mut fields: Value, asks: bool) -> Probe {
    let fields = fields.as_object_mut().expect("fields are an object");
    let key = fields.shift_remove("Idempotency-Key");
    let mut headers: Vec<_> = key.iter().map(|key| ("idempotency-key", key.as_str().unwrap().to_owned())).collect();
    if method == "GET" {
        return Probe { headers, asks, ..plain(method, path + &query(fields)) };
    }
    headers.push(("content-type", "application/json".to_owned()));
    Probe { headers, asks, body: json!(fields).to_string().into_bytes(), ..plain(method, path) }
}

fn query(fields: &Map<String, Value>) -> String {
    let pairs = fields.iter().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let escaped: String = text.bytes().map(escaped).collect();
        format!("{name}={escaped}")
    });
    let all: Vec<_> = pairs.collect();
    if all.is_empty() { String::new() } else { format!("?{}", all.join("&")) }
}

/// What an answer could repeat is sent as it is: so it can be told what was sent.
fn escaped(byte: u8) -> String {
    let plain = byte.is_ascii_alphanumeric() || b"-_.~:/".contains(&byte);
    if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

fn variants(method: &str, short: &str, own: &Org, them: &Names) -> Option<Vec<Variant>> {
    let brain = |fields: Value| with(fields, "memoryRepository", BRAIN);
    let same = |fields: Vec<Value>| fields.into_iter().map(|f| (short.to_owned(), f, false)).collect::<Vec<_>>();
    let elsewhere = json!({"memoryRepository": them.repository});
    let refs = [&them.commit, them.short(), &them.branch, &format!("refs/heads/{}", them.branch), &them.tag];
    let of_reads = || {
        let named = refs.iter().map(|name| brain(json!({"ref": name})));
        named.chain([elsewhere.clone(), brain(json!({"snapshot": them.snapshot}))]).collect::<Vec<_>>()
    };
    let update = |rest: &str| short.replace("{id}", &them.update).replace("{n}", "1") + rest;
    let digest = json!({"expectedDiffDigest": them.digest});
    Some(match (method, short) {
        ("GET", "/summary" | "/repositories" | "/signers") => same(vec![json!({})]),
        // Asking leaves entries itself, so only some are asked for.
        ("GET", "/audit") => same(vec![json!({"event": "org.created"}), json!({"repository": them.repository})]),
        ("GET", "/audit/verify") => vec![(short.to_owned(), json!({}), true)],
        ("GET", "/keys") => same(vec![json!({}), json!({"principal": format!("user:rae-{}", them.word)})]),
        ("POST", "/keys") => same(vec![json!({"publicKey": own.names.public_key})]),
        ("DELETE", "/keys/{fingerprint}") => {
            vec![(short.replace("{fingerprint}", &them.fingerprint), json!({}), false)]
        }
        ("GET", "/orgs/{org}/repositories") => vec![(short.replace("{org}", &them.org), json!({}), false)],
        ("POST", "/resolve-ref") => {
            let named = refs.iter().map(|name| brain(json!({"requested": name})));
            let snapshot = brain(json!({"mode": "snapshot-tag", "requested": them.snapshot}));
            same(named.chain([elsewhere, snapshot]).collect())
        }
        ("POST", "/query" | "/context") => queries(short, them, refs),
        ("POST", "/ontology/validate") => validations(short, them, refs),
        ("GET", "/report") => same(of_reads()),
        ("GET", "/snapshots") => {
            let filters = ["sourceRun", "cursor"].map(|name| brain(with(json!({}), name, &them.word)));
            same(filters.into_iter().chain([elsewhere]).collect())
        }
        ("POST", "/snapshots") => {
            let fields = [("resolvedCommit", &them.commit), ("snapshot", &them.snapshot)].into_iter();
            let fields = fields.map(|(name, value)| brain(with(json!({}), name, value)));
            let named = refs.iter().map(|name| brain(json!({"requestedRef": name})));
            same(named.chain(fields).chain([elsewhere]).collect())
        }
        ("GET", "/snapshots/{id}") | ("POST", "/snapshots/{id}/replay") => {
            let at = |name: &str, fields: Value| (short.replace("{id}", name), fields, false);
            let (id, name) = (&them.snapshot_id, &them.snapshot);
            vec![at(id, json!({})), at(id, elsewhere), at(name, brain(json!({})))]
        }
        ("POST", "/snapshots/{id}/known-bad") => {
            let named = [&them.snapshot_id, &them.snapshot];
            named.map(|name| (short.replace("{id}", name), brain(json!({"reason": "it is wrong"})), false)).into()
        }
        ("GET", "/history") => {
            let of = |fields: Value| with(fields, "id", "term:shared");
            same(of_reads().into_iter().map(of).chain([brain(json!({"id": them.record}))]).collect())
        }
        ("GET", "/records/{id}/history") => {
            let path = short.replace("{id}", &them.record);
            let shared = of_reads().into_iter().map(|f| (short.replace("{id}", "term:shared"), f, false));
            shared.chain([(path, brain(json!({})), false)]).collect()
        }
        ("POST", "/diff") => {
            let sides = refs.iter().flat_map(|name| [json!({"from": name}), json!({"from": "main", "to": name})]);
            let snapshot = json!({"from": "main", "to": {"snapshot": them.snapshot}});
            let path = json!({"from": "main", "paths": [them.path]});
            same(sides.chain([snapshot, path]).map(brain).chain([with(elsewhere, "from", "main")]).collect())
        }
        ("GET", "/bisect") => {
            let of = |fields: Value| with(with(fields, "query", "call"), "expect", "term:shared");
            let ends = refs.iter().flat_map(|name| [json!({"good": name}), json!({"bad": name})]);
            let expects = brain(json!({"query": "call", "expect": them.record}));
            same(ends.map(|end| of(brain(end))).chain([of(elsewhere), expects]).collect())
        }
        ("GET", "/impact") => {
            let fields = [("commit", &them.commit), ("update", &them.update), ("record", &them.record)];
            let named = fields.map(|(name, value)| brain(with(json!({}), name, value)));
            same(named.into_iter().chain([with(elsewhere, "record", "term:shared")]).collect())
        }
        ("GET", "/graph") => {
            let root = |fields: Value| with(fields, "root", "term:shared");
            let theirs = [&them.record, &them.path].map(|name| brain(json!({"root": name})));
            let paths = [("term:shared", them.record.as_str()), (&them.record, "term:shared")];
            let paths = paths.map(|(from, to)| brain(json!({"from": from, "to": to})));
            let filters = [("kinds", &them.word), ("edgeKinds", &them.word)];
            let filters = filters.map(|(name, value)| brain(root(with(json!({"depth": 4}), name, value))));
            let drawn = ["dot", "svg"].map(|format| brain(root(json!({"format": format, "ref": them.commit}))));
            // A name that records of the own org refer to is a question about them.
            let asks = vec![(short.to_owned(), brain(json!({"root": them.owner})), true)];
            let all = of_reads().into_iter().map(root).chain(theirs).chain(paths).chain(filters).chain(drawn);
            same(all.collect()).into_iter().chain(asks).collect()
        }
        ("POST", "/repositories") => vec![(short.to_owned(), json!({"name": them.repository}), true)],
        ("GET", "/repositories/{name}") => vec![(short.replace("{name}", &them.repository), json!({}), false)],
        ("PATCH", "/repositories/{name}") => {
            let policy = json!({"policy": {"requiredApprovals": 2}});
            vec![(short.replace("{name}", &them.repository), policy, false)]
        }
        ("GET", "/records") => {
            let filters = [("cursor", &them.records_cursor), ("owner", &them.owner), ("tag", &them.word)];
            let filters = filters.map(|(name, value)| brain(with(json!({"kind": "Term", "limit": 1}), name, value)));
            same(of_reads().into_iter().chain(filters).collect())
        }
        ("GET", "/records/{id}") => {
            let path = short.replace("{id}", &them.record);
            let shared = of_reads().into_iter().map(|f| (short.replace("{id}", "term:shared"), f, false));
            shared.chain([(path, brain(json!({})), false)]).collect()
        }
        ("GET", "/documents" | "/blame") => {
            let path = |fields: Value| with(fields, "path", "terms/shared.md");
            let theirs = brain(json!({"path": them.path}));
            same(of_reads().into_iter().map(path).chain([theirs]).collect())
        }
        ("GET", "/imports") => {
            let filters = ["run", "cursor"].map(|name| brain(with(json!({}), name, &them.word)));
            same(filters.into_iter().chain([elsewhere]).collect())
        }
        ("POST", "/imports" | "/import-babysitter-run") => {
            let asked = |path: &str| json!({"source": {"a5cRunPath": path}});
            let theirs = with(asked(&them.word), "memoryRepository", &them.repository);
            same(vec![theirs, brain(asked(&them.word)), brain(asked(&them.path))])
        }
        ("GET", "/imports/{id}") => {
            vec![(short.replace("{id}", &them.import), json!({}), false)]
        }
        ("POST", "/imports/{id}/approve" | "/imports/{id}/merge") => {
            vec![(short.replace("{id}", &them.import), json!({"expectedDiffDigest": them.import_digest}), false)]
        }
        ("POST", "/imports/{id}/reject" | "/imports/{id}/rerun") => {
            vec![(short.replace("{id}", &them.import), json!({}), false)]
        }
        ("POST", "/imports/{id}/lower-tier") => {
            let tier = json!({"retentionTier": "artifact-manifest-only"});
            vec![(short.replace("{id}", &them.import), tier, false)]
        }
        ("GET", "/updates") => {
            let filters = [("cursor", &them.updates_cursor), ("path", &them.path)];
            same(
                filters
                    .map(|(name, value)| brain(with(json!({"limit": 1}), name, value)))
                    .into_iter()
                    .chain([elsewhere])
                    .collect(),
            )
        }
        ("POST", "/updates") => {
            let based = with(proposal(BRAIN, "word"), "baseCommit", &them.commit);
            let replayed = with(proposal(BRAIN, "word"), "Idempotency-Key", &them.key);
            let superseding = with(proposal(BRAIN, "word"), "supersedes", &them.update);
            let mut all = same(vec![proposal(&them.repository, "word"), based, superseding]);
            all.push((short.to_owned(), replayed, true));
            all
        }
        ("POST", "/promote") => {
            let note = json!({"path": them.path, "kind": "Runbook", "title": "Seen", "owners": ["team:platform"]});
            same(vec![brain(note.clone()), with(note, "memoryRepository", &them.repository)])
        }
        ("GET", "/imports/{id}/artifacts/{digest}") => {
            let digest = Digest::of(artifact(&them.word).as_bytes());
            vec![(short.replace("{id}", &them.import).replace("{digest}", digest.as_str()), json!({}), false)]
        }
        ("GET", "/updates/{id}" | "/updates/{id}/revisions/{n}/diff") => vec![(update(""), json!({}), false)],
        ("POST", "/updates/{id}/revisions") => {
            let based = with(proposal(BRAIN, "word"), "baseCommit", &them.commit);
            vec![(update(""), proposal(BRAIN, "word"), false), (short.replace("{id}", &own.names.update), based, false)]
        }
        ("POST", "/updates/{id}/approve" | "/updates/{id}/merge") => {
            vec![(update(""), digest.clone(), false), (short.replace("{id}", &own.names.update), digest, false)]
        }
        (
            "POST",
            "/updates/{id}/reject" | "/updates/{id}/request-changes" | "/updates/{id}/refresh" | "/updates/{id}/revert",
        ) => {
            vec![(update(""), json!({}), false)]
        }
        ("POST", "/updates/{id}/comment") => vec![(update(""), json!({"body": "seen"}), false)],
        _ => return None,
    })
}

/// Their names as the commit that is validated, as its base, and in what is proposed on the own one.
fn validations(short: &str, them: &Names, refs: [&str; 5]) -> Vec<Variant> {
    let brain = |fields: Value| with(fields, "memoryRepository", BRAIN);
    let edge = format!("nodeKind: Term\nid: term:new\nedges: {{mentions: [\"{}\"]}}\n", them.record);
    let change = json!({"path": "graph/new.yaml", "action": "upsert", "content": edge});
    let mut all = vec![(json!({"memoryRepository": them.repository}), false)];
    all.extend(refs.iter().map(|name| (brain(json!({"requested": name})), false)));
    all.extend(refs.iter().map(|name| (brain(json!({"base": name})), false)));
    all.push((brain(json!({"mode": "snapshot-tag", "requested": them.snapshot})), false));
    all.push((brain(json!({"changes": [change]})), true));
    all.into_iter().map(|(fields, asks)| (short.to_owned(), fields, asks)).collect()
}

/// Their names as the commit of a question, and as the question.
fn queries(short: &str, them: &Names, refs: [&str; 5]) -> Vec<Variant> {
    let mut all = vec![(json!({"memoryRepository": them.repository, "query": {"text": "call"}}), false)];
    let at = |name: &str, value: &str| {
        (with(json!({"memoryRepository": BRAIN, "query": {"text": "call"}}), name, value), false)
    };
    all.extend(refs.iter().map(|name| at("requestedRef", name)));
    all.extend([at("resolvedCommit", &them.commit), at("snapshot", &them.snapshot)]);
    let ask =
        |query: Value| (json!({"memoryRepository": BRAIN, "explain": true, "render": "prompt", "query": query}), true);
    all.extend([
        ask(json!({"text": them.word, "modes": ["graph", "grep"]})),
        ask(json!({"text": "call", "select": [them.record, them.path], "associations": [them.record]})),
        ask(json!({"grep": {"pattern": them.word}, "queryMode": "grep-only"})),
        ask(json!({"text": "call", "graph": {"owners": [them.owner], "edgeDepth": 4}})),
        ask(json!({"select": [them.path], "queryMode": "document-read"})),
    ]);
    all.into_iter().map(|(fields, asks)| (short.to_owned(), fields, asks)).collect()
}

/// Their org with both repositories, and the own one with theirs.
fn repositories(own: &Org, them: &Names) -> [String; 3] {
    let at = |org: &str, name: &str| format!("/orgs/{org}/{name}.git");
    [at(&them.org, BRAIN), at(&them.org, &them.repository), at(&own.names.org, &them.repository)]
}

fn advertisements(own: &Org, them: &Names) -> Vec<Probe> {
    let services = ["git-upload-pack", "git-receive-pack"];
    let at =
        |repository: String| services.map(|service| plain("GET", format!("{repository}/info/refs?service={service}")));
    repositories(own, them).into_iter().flat_map(at).collect()
}

fn pkt(line: &str) -> String {
    format!("{:04x}{line}", line.len() + 4)
}

/// Their commit from their repositories, and from the own one, which has it not.
fn fetches(own: &Org, them: &Names) -> Vec<Probe> {
    let body =
        [&pkt("command=fetch\n"), "0001", &pkt(&format!("want {}\n", them.commit)), &pkt("done\n"), "0000"].concat();
    let at = |repository: String| Probe {
        headers: vec![
            ("content-type", "application/x-git-upload-pack-request".to_owned()),
            ("git-protocol", "version=2".to_owned()),
        ],
        body: body.clone().into_bytes(),
        ..plain("POST", format!("{repository}/git-upload-pack"))
    };
    let mine = format!("/orgs/{}/{BRAIN}.git", own.names.org);
    repositories(own, them).into_iter().chain([mine]).map(at).collect()
}

/// A branch at their commit, in their repositories, and in the own one, which has it not.
fn pushes(own: &Org, them: &Names) -> Vec<Probe> {
    /// A pack of no objects.
    const EMPTY: &[u8] =
        b"PACK\0\0\0\x02\0\0\0\0\x02\x9d\x08\x82\x3b\xd8\xa8\xea\xb5\x10\xad\x6a\xc7\x5c\x82\x3c\xfd\x3e\xd3\x1e";
    let line = format!("{} {} refs/heads/stolen\0report-status\n", "0".repeat(40), them.commit);
    let body = [pkt(&line).as_bytes(), b"0000", EMPTY].concat();
    let at = |repository: String| Probe {
        headers: vec![("content-type", "application/x-git-receive-pack-request".to_owned())],
        body: body.clone(),
        ..plain("POST", format!("{repository}/git-receive-pack"))
    };
    let mine = format!("/orgs/{}/{BRAIN}.git", own.names.org);
    repositories(own, them).into_iter().chain([mine]).map(at).collect()
}
