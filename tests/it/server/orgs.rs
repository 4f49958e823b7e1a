//! Orgs that are furnished alike: the same repository, records, principals and titles, told apart by one word.

use super::host::{BRAIN, Host};
use super::note;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// An org of a server.
pub(super) struct Org {
    /// The token of its admin.
    pub(super) admin: String,
    pub(super) names: Names,
    /// What nobody of another org may come across.
    pub(super) secrets: BTreeSet<String>,
}

/// What things of an org are called.
pub(super) struct Names {
    pub(super) org: String,
    /// A word that stands in every text of the org.
    pub(super) word: String,
    /// A repository that the other org has not.
    pub(super) repository: String,
    /// A record, its path, and its owner, that the other org has not.
    pub(super) record: String,
    pub(super) path: String,
    pub(super) owner: String,
    /// An open update, its branch and its diff digest.
    pub(super) update: String,
    pub(super) branch: String,
    pub(super) digest: String,
    /// The tip of `brain`.
    pub(super) commit: String,
    pub(super) tag: String,
    pub(super) snapshot: String,
    pub(super) snapshot_id: String,
    pub(super) updates_cursor: String,
    pub(super) records_cursor: String,
    /// The idempotency key that the open update was proposed with.
    pub(super) key: String,
    /// The signing key that the admin registered.
    pub(super) public_key: String,
    pub(super) fingerprint: String,
    /// An import that awaits its review, and the digest of its diff. Its run is called as the word is, below an import root.
    pub(super) import: String,
    pub(super) import_digest: String,
}

impl Names {
    /// A text with every name replaced by what it is the name of.
    pub(super) fn masked(&self, text: &str) -> String {
        let names = [
            (&self.updates_cursor, "updates_cursor"),
            (&self.records_cursor, "records_cursor"),
            (&self.snapshot_id, "snapshot_id"),
            (&self.import, "import"),
            (&self.import_digest, "import_digest"),
            (&self.branch, "branch"),
            (&self.update, "update"),
            (&self.digest, "digest"),
            (&self.commit, "commit"),
            (&self.short().to_owned(), "short"),
            (&self.word, "word"),
            (&self.org, "org"),
        ];
        names.iter().fold(text.to_owned(), |text, (name, what)| text.replace(name.as_str(), &format!("<{what}>")))
    }

    /// The beginning of the commit's id.
    pub(super) fn short(&self) -> &str {
        &self.commit[..12]
    }
}

/// The body that the open update of an org is proposed with.
pub(super) fn proposal(repository: &str, word: &str) -> Value {
    let content = note("term:open", &format!("Not decided: {word}."));
    let change = json!({"path": "terms/open.md", "action": "upsert", "content": content, "reason": word});
    json!({"memoryRepository": repository, "title": format!("Open {word}"), "reason": format!("Because of {word}"), "changes": [change]})
}

/// Makes an org whose every text holds a word.
pub(super) fn furnish(host: &Host, org: &str, word: &str) -> Org {
    let (vault, api) = (format!("vault-{word}"), format!("/api/orgs/{org}/agents/memory"));
    host.operate(&["org", "create", org]);
    host.operate(&["repo", "create", org, BRAIN]);
    host.operate(&["repo", "create", org, &vault]);
    let token = |who: &str, role: &str| host.token_of(org, who, role, &[]);
    let admin = token("user:root", "admin");
    let (proposer, reviewer) =
        (token(&format!("agent:scribe-{word}"), "proposer"), token(&format!("user:rae-{word}"), "reviewer"));
    let by = [proposer.as_str(), reviewer.as_str()];
    let owner = format!("team:{word}");
    let owned = |id: &str| note(id, &format!("They call it {word}.")).replace("team:platform", &owner);
    let (record, path) = (format!("term:{word}"), format!("terms/{word}.md"));
    host.land_in(org, BRAIN, by, "terms/shared.md", &owned("term:shared"));
    host.land_in(org, BRAIN, by, &path, &owned(&record));
    host.land_in(org, &vault, by, "terms/hidden.md", &owned("term:hidden"));
    let key = format!("key-{word}");
    let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
    let body = proposal(BRAIN, word).to_string();
    let open = host.client().ask(&admin, "POST", &format!("{api}/updates"), &headers, body.as_bytes()).expect(201);
    let update = open["metadata"]["name"].as_str().unwrap().to_owned();
    host.post(&reviewer, &format!("{api}/updates/{update}/comment"), json!({"body": format!("What of {word}?")}))
        .expect(200);
    let git_dir = |name: &str| host.data_dir().join(format!("orgs/{org}/{name}.git"));
    let (tag, snapshot) = (format!("tag-{word}"), format!("snapshot-{word}"));
    host.git_at(&git_dir(BRAIN), &["update-ref", &format!("refs/tags/{tag}"), "main"]);
    let pinned = json!({"memoryRepository": BRAIN, "requestedRef": "main", "name": snapshot, "reason": word});
    let pinned = host.post(&admin, &format!("{api}/snapshots"), pinned).expect(201);
    let snapshot_id = pinned["metadata"]["name"].as_str().unwrap().to_owned();
    let signing = lorekeep::git::SigningKey::generate(&host.data_dir().join(format!("signing-{word}"))).unwrap();
    let public_key = lorekeep::git::Signer::public_key(&signing);
    let registered = host.post(&admin, &format!("{api}/keys"), json!({"publicKey": public_key})).expect(201);
    let import = import(host, &admin, org, word);
    let cursor = |list: &str| {
        let page = host.get(&admin, &format!("{api}/{list}memoryRepository={BRAIN}&limit=1")).expect(200);
        page["nextCursor"].as_str().expect("there is another page").to_owned()
    };
    let names = Names {
        org: org.to_owned(),
        word: word.to_owned(),
        repository: vault.clone(),
        record,
        path,
        owner,
        branch: open["status"]["branch"].as_str().unwrap().to_owned(),
        digest: open["status"]["diffDigest"].as_str().unwrap().to_owned(),
        commit: host.git_at(&git_dir(BRAIN), &["rev-parse", "main"]),
        tag,
        snapshot,
        snapshot_id,
        updates_cursor: cursor("updates?"),
        records_cursor: cursor("records?kind=Term&"),
        key,
        update,
        fingerprint: registered["fingerprint"].as_str().unwrap().to_owned(),
        public_key,
        import: import["name"].as_str().unwrap().to_owned(),
        import_digest: import["diffDigest"].as_str().unwrap().to_owned(),
    };
    let mut secrets: BTreeSet<String> = [BRAIN, &vault]
        .iter()
        .flat_map(|name| {
            host.git_at(&git_dir(name), &["rev-list", "--all"]).lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let updates = host.get(&admin, &format!("{api}/updates?limit=200")).expect(200);
    for update in updates["items"].as_array().unwrap() {
        secrets.extend(
            [&update["metadata"]["name"], &update["status"]["diffDigest"]].map(|v| v.as_str().unwrap().to_owned()),
        );
    }
    let signers = host.get(&admin, &format!("{api}/signers")).expect(200);
    secrets.extend(
        signers["allowedSigners"]
            .as_str()
            .unwrap()
            .split_whitespace()
            .filter(|part| part.starts_with("AAAA"))
            .map(str::to_owned),
    );
    secrets.extend([names.fingerprint.clone(), names.import.clone()]);
    secrets.extend([org, word, &admin, &names.updates_cursor, &names.records_cursor].map(str::to_owned));
    Org { admin, names, secrets }
}

/// What a run of a name made; its bytes are kept.
pub(super) fn artifact(word: &str) -> String {
    format!("Made by {word}.\n")
}

/// Imports a run that lies in an import root of the org, and gives what is told of the import.
fn import(host: &Host, admin: &str, org: &str, word: &str) -> Value {
    let root = host.data_dir().join(format!("runs-of-{org}"));
    let run = root.join(word);
    std::fs::create_dir_all(run.join("journal")).unwrap();
    let fields = json!({"id": word, "organizationRef": org, "process": word, "status": "completed",
        "startedAt": "2026-05-10T12:00:00Z", "completedAt": "2026-05-10T12:30:00Z"});
    std::fs::write(run.join("run.json"), fields.to_string()).unwrap();
    std::fs::create_dir_all(run.join("artifacts")).unwrap();
    std::fs::write(run.join("artifacts/made.txt"), artifact(word)).unwrap();
    host.operate(&["org", "import-root", "add", org, root.to_str().unwrap()]);
    let api = format!("/api/orgs/{org}/agents/memory");
    let tier = "artifact-bytes-retained";
    let asked = json!({"memoryRepository": BRAIN, "source": {"a5cRunPath": word}, "retentionTier": tier});
    let made = host.post(admin, &format!("{api}/imports"), asked).expect(201);
    host.get(admin, made["links"]["detail"].as_str().unwrap()).expect(200)["import"].clone()
}
