//! A run imported by one org through the real server: nothing of its secret is kept, people review it, and what landed is
//! found at the commit that it landed as.

use super::host::{API, Host, ORG};
use crate::support::form::{PLANTED, asked, run_of, send};
use serde_json::{Value, json};
use std::path::Path;

const RIVAL: &str = "rival";
const RUN: &str = "01KRSEED0000000000000000001";

fn condition<'a>(answer: &'a Value, kind: &str) -> &'a Value {
    let found = answer["conditions"].as_array().unwrap().iter().find(|c| c["type"] == kind);
    found.unwrap_or_else(|| panic!("no {kind}: {answer}"))
}

fn assert_true(answer: &Value, kinds: &[&str]) {
    for kind in kinds {
        assert_eq!(condition(answer, kind)["status"], "True", "{kind}: {answer:#}");
    }
}

/// Every file below a folder that holds the text as it is.
fn holding(folder: &Path, text: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = path.symlink_metadata().unwrap();
        if kind.is_dir() {
            holding(&path, text, found);
        } else if kind.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
                found.push(path.display().to_string());
            }
        }
    }
}

/// Nothing of a text is in the data directory: no file, page or log, and no object of git, unpacked.
fn assert_nowhere(host: &Host, text: &str) {
    let mut found = Vec::new();
    holding(host.data_dir(), text, &mut found);
    assert_eq!(found, Vec::<String>::new());
    let objects = host.git(&["cat-file", "--batch-all-objects", "--batch", "--unordered"]);
    assert!(objects.len() > 1_000 && !objects.contains(text), "an object of git holds it");
    let refs = host.git(&["for-each-ref"]);
    assert!(!refs.contains(text), "{refs}");
}

#[test]
fn a_run_is_imported_reviewed_and_found_and_nothing_of_its_secret_is_kept() {
    let host = Host::new();
    host.operate(&["org", "create", RIVAL]);
    host.operate(&["repo", "create", RIVAL, "brain"]);
    let [proposer, reviewer] =
        [("agent:scribe", "proposer"), ("user:rae", "reviewer")].map(|(who, role)| host.token(who, role));
    let stranger = host.token_of(RIVAL, "agent:stranger", "proposer", &[]);
    let before = host.tip();
    let (imports, run) = (format!("{API}/imports"), run_of(ORG, RUN));
    let accepted =
        send(host.client(), &proposer, &format!("{API}/import-babysitter-run"), &asked(RUN), &run).expect(201);
    assert_eq!((&accepted["organization"], &accepted["phase"]), (&json!(ORG), &json!("AwaitingReview")), "{accepted}");
    assert_eq!(accepted["retentionTier"], "summary-only");
    let detail = accepted["links"]["detail"].as_str().unwrap();
    let import = host.get(&reviewer, detail).expect(200);
    let done = ["SourceResolved", "OrgScopeVerified", "SecretsRedacted", "PromptInjectionScanned"];
    assert_true(&import, &[&done[..], &["OntologyValid", "ReviewReady"]].concat());
    assert_eq!(condition(&import, "SecretsRedacted")["reason"], "Redacted");
    assert!(import["redaction"]["total"].as_u64().unwrap() >= 1, "{import:#}");
    assert_eq!(condition(&import, "MemoryMerged")["reason"], "AwaitingReview");
    let branch = import["import"]["targetBranch"].as_str().unwrap();
    assert_eq!(branch, format!("krate/memory-import/{}", accepted["import"].as_str().unwrap()));
    host.git(&["rev-parse", "--verify", &format!("refs/heads/{branch}")]);
    assert_nowhere(&host, PLANTED);

    // The proposer does not approve it; a reviewer does, and it lands.
    let digest = json!({"expectedDiffDigest": import["import"]["diffDigest"]});
    let act = |token: &str, action: &str| host.post(token, &format!("{detail}/{action}"), digest.clone());
    act(&proposer, "approve").refused(403, "SELF_APPROVAL_DENIED");
    act(&reviewer, "approve").expect(200);
    let merged = act(&reviewer, "merge").expect(200);
    assert_eq!(merged["import"]["phase"], "Merged");
    assert_true(&merged, &["MemoryMerged", "Ready"]);
    let after = host.tip();
    assert_eq!(merged["import"]["mergeCommit"], after.as_str());
    let found = |commit: &str| {
        let query = json!({"resolvedCommit": commit, "query": {"text": "roster"}});
        host.post(&reviewer, &format!("{API}/query"), query).expect(200).to_string()
    };
    assert!(found(&after).contains(RUN), "{}", found(&after));
    assert!(!found(&before).contains(RUN), "{}", found(&before));
    assert_nowhere(&host, PLANTED);

    // The other org neither imports it nor sees the import.
    let elsewhere = format!("/api/orgs/{RIVAL}/agents/memory/imports");
    send(host.client(), &stranger, &elsewhere, &asked(RUN), &run).refused(403, "CROSS_ORG_REF_DENIED");
    let theirs = format!("{elsewhere}/{}", accepted["import"].as_str().unwrap());
    host.get(&stranger, &theirs).refused(404, "NOT_FOUND");

    // The same again is the same import, and changes nothing.
    let again = send(host.client(), &proposer, &imports, &asked(RUN), &run).expect(200);
    assert_eq!((&again["import"], &again["phase"]), (&accepted["import"], &json!("Merged")));
    assert_eq!(host.tip(), after);
    let updates = host.get(&reviewer, &format!("{API}/updates")).expect(200);
    assert_eq!(updates["items"].as_array().unwrap().len(), 1);
    assert_nowhere(&host, PLANTED);
}
