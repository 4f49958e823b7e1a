//! `lorekeep validate` for machines: JSON, SARIF and workflow commands, each held against what reads it.

#![allow(clippy::unwrap_used, reason = "a test says by panicking what it did not expect")]

use super::program::{Ran, commit, memory, outcome, run, runbook, write};
use crate::support::repo::git_command;
use lorekeep::base::{Finding, Place, Related, Severity};
use lorekeep::engine::Validation;
use lorekeep::face::cli::github;
use serde_json::{Value, json};
use std::path::Path;

const BAD: &str = "---\nid: runbook:x\nkind: Runbok\ntitle: X\nstatus: approved\nowners: [team:platform]\n\
                   updatedAt: 2026-05-10T12:00:00Z\n---\n# X\n";

/// What a schema of this project has against a document; nothing where it keeps to it.
fn against(schema: &str, document: &Value) -> Result<(), String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(schema);
    // The standard's schema has a bracket too many in one pattern (`language`), which is no regular expression of its own.
    let text = std::fs::read_to_string(file).unwrap().replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}?$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("it is a schema");
    validator.validate(document).map_err(|error| format!("{error} at {}", error.instance_path()))
}

const JSON_SCHEMA: &str = "docs/reference/findings.schema.json";
const SARIF_SCHEMA: &str = "fixtures/sarif/sarif-schema-2.1.0.json";

/// A memory with findings of several rules, some with other places, some in files of awkward names.
fn troubled() -> tempfile::TempDir {
    let dir = memory();
    write(dir.path(), "runbooks/good.md", &runbook("twice", "Good", "Fine."));
    commit(dir.path(), "Good");
    write(dir.path(), "runbooks/x.md", BAD);
    write(dir.path(), "runbooks/twice.md", &runbook("twice", "Twice", "Fine."));
    write(dir.path(), "notes/a,b:c%41 d\u{e9}.md", "---\nid: [\n---\n");
    write(dir.path(), "notes/secret.md", &format!("# S\n\nUse {} there.\n", secret()));
    dir
}

fn secret() -> String {
    ["ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"].concat()
}

/// The four ways to say what is validated, with what they found in a format.
fn every_target(dir: &Path, format: &str) -> Vec<Ran> {
    let ran = |args: &[&str]| run(dir, &[&["validate", "--format", format], args].concat());
    let worktree = ran(&["--worktree"]);
    outcome(git_command(crate::support::START).current_dir(dir).args(["add", "--all"])).ok();
    let staged = ran(&["--staged"]);
    commit(dir, "Trouble");
    vec![worktree, staged, ran(&["--rev", "main"]), ran(&["--rev", "main", "--base", "main~1"])]
}

#[test]
fn the_json_keeps_to_its_published_schema() {
    let dir = troubled();
    for ran in every_target(dir.path(), "json") {
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        against(JSON_SCHEMA, &ran.json()).unwrap();
        assert!(ran.json()["findings"].as_array().unwrap().len() >= 4, "{}", ran.stdout);
    }
    let help = run(dir.path(), &["validate", "--help"]).ok();
    assert!(help.contains(JSON_SCHEMA), "{help}");
}

#[test]
fn the_published_schema_refuses_what_is_not_a_validation() {
    let dir = troubled();
    let good = run(dir.path(), &["validate", "--json"]).json();
    let broken = |change: &dyn Fn(&mut Value)| {
        let mut json = good.clone();
        change(&mut json);
        against(JSON_SCHEMA, &json).is_err()
    };
    assert!(broken(&|json| json["findings"][0]["severity"] = "fatal".into()));
    assert!(broken(&|json| json["findings"][0]["line"] = 0.into()));
    assert!(broken(&|json| json["findings"][0]["secret"] = "x".into()));
    assert!(broken(&|json| json["commit"] = "main".into()));
    assert!(broken(&|json| _ = json.as_object_mut().unwrap().remove("summary")));
}

#[test]
fn the_sarif_is_valid_by_the_schema_of_its_standard() {
    let dir = troubled();
    for ran in every_target(dir.path(), "sarif") {
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        against(SARIF_SCHEMA, &ran.json()).unwrap();
    }
    run(dir.path(), &["validate", "--rev", "main~1", "--format", "sarif"]).ok();
    let mut broken = run(dir.path(), &["validate", "--format", "sarif"]).json();
    broken["runs"][0]["results"][0]["level"] = "fatal".into();
    against(SARIF_SCHEMA, &broken).unwrap_err();
}

#[test]
fn a_sarif_result_leads_to_its_rule_and_its_place() {
    let dir = troubled();
    let log = run(dir.path(), &["validate", "--format", "sarif"]).json();
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    for result in results {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("### How to mend it"), "{rule}");
    }
    let of = |code: &str| results.iter().find(|r| r["ruleId"] == code).unwrap_or_else(|| panic!("no {code}: {log}"));
    let place = &of("LK201")["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"], json!({"uri": "runbooks/x.md", "uriBaseId": "%SRCROOT%"}));
    assert_eq!(place["region"], json!({"startLine": 3, "startColumn": 7, "endLine": 3, "endColumn": 13}));
    let uri = &of("LK601")["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "notes/a%2Cb%3Ac%2541%20d%C3%A9.md");
    let related = &of("LK205")["relatedLocations"][0];
    assert_eq!(related["physicalLocation"]["artifactLocation"]["uri"], "runbooks/good.md");
    assert_eq!(run["columnKind"], "unicodeCodePoints");
}

#[test]
fn a_fingerprint_stays_when_lines_move_and_tells_findings_apart() {
    let dir = memory();
    let marks = || -> Vec<String> {
        let log = run(dir.path(), &["validate", "--format", "sarif"]).json();
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let marks = results.iter().flat_map(|r| r["partialFingerprints"].as_object().unwrap().values().cloned());
        marks.map(|mark| mark.as_str().unwrap().to_owned()).collect()
    };
    let edges = "related:\n  depends_on: [runbook:no, runbook:no, runbook:none]\n---\n# X";
    let text = BAD.replace("Runbok", "Runbook").replace("---\n# X", edges);
    write(dir.path(), "runbooks/x.md", &text);
    let before = marks();
    assert_eq!(before.len(), 3, "{before:?}");
    assert!(before[0] != before[1] && before[1] != before[2], "{before:?}");
    write(dir.path(), "runbooks/x.md", &text.replace("title: X", "\n\ntitle: X"));
    assert_eq!(marks(), before);
}

#[test]
fn paths_of_a_memory_below_the_top_lead_from_the_top() {
    let dir = memory();
    write(dir.path(), ".company-brain/runbooks/x.md", BAD);
    std::fs::rename(dir.path().join("ontology"), dir.path().join(".company-brain/ontology")).unwrap();
    let check = |rev: &[&str]| {
        let sarif = run(dir.path(), &[&["validate", "--format", "sarif"], rev].concat()).json();
        let location = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], ".company-brain/runbooks/x.md");
        let github = run(dir.path(), &[&["validate", "--format", "github"], rev].concat()).stdout;
        assert!(github.starts_with("::error file=.company-brain/runbooks/x.md,line=3,"), "{github}");
    };
    check(&[]);
    commit(dir.path(), "A memory inside a repository");
    check(&["--rev", "main"]);
}

#[test]
fn workflow_commands_say_where_and_what() {
    let dir = memory();
    write(dir.path(), "runbooks/x.md", BAD);
    let ran = run(dir.path(), &["validate", "--format", "github"]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.stdout, @r"
    ::error file=runbooks/x.md,line=3,col=7,endLine=3,endColumn=13,title=LK201 unknown-node-kind::`Runbok` is no node kind of the ontology%0Ahelp: did you mean `Runbook`?
    2 records, 0 edges, 1 note in 8 files: 1 error, 0 warnings
    ");
    let dir = troubled();
    for ran in every_target(dir.path(), "github") {
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        let commands = ran.stdout.lines().filter(|line| line.starts_with("::error file=")).count();
        assert_eq!(commands, ran.stdout.lines().count() - 1, "{}", ran.stdout);
        assert!(ran.stdout.contains("file=notes/a%2Cb%3Ac%2541 d\u{e9}.md,line="), "{}", ran.stdout);
    }
}

/// A workflow command as the runner reads it: its kind, its properties, its text.
fn read_back(line: &str) -> (String, Vec<(String, String)>, String) {
    let rest = line.strip_prefix("::").expect("a command begins with two colons");
    let (head, said) = rest.split_once("::").expect("its text comes after two more");
    let (kind, properties) = head.split_once(' ').expect("it has properties");
    let data = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let property = |text: &str| data(&text.replace("%3A", ":").replace("%2C", ","));
    let pairs = properties.split(',').map(|pair| pair.split_once('=').expect("a name and a value"));
    let pairs = pairs.map(|(name, value)| (name.to_owned(), property(value))).collect();
    (kind.to_owned(), pairs, data(said))
}

proptest::proptest! {
    #[test]
    fn no_path_and_no_message_leaves_its_workflow_command(
        path in "[a-c,:%\r\n=/ ]{1,12}(::error::|%0A|%2C|%3A)?[a,:%\r\n]{0,4}",
        message in "[ -~]{0,12}(\r\n|\n|\r|::error file=x::|%0A|%25|\u{1b}\\[31m)[ -~]{0,12}",
    ) {
        let place = Place { path: path.clone(), line: 3, column: 1, end_line: 3, end_column: 4 };
        let related = vec![Related { place: place.clone(), message: message.clone() }];
        let finding = Finding {
            code: "LK601".into(), name: "path-policy".into(), severity: Severity::Warning, place,
            message: message.clone(), help: message.clone(), related, subject: String::new(), text_digest: None,
        };
        let mut validation = Validation::default();
        validation.report.findings.push(finding);
        let text = github::text(&validation);
        proptest::prop_assert_eq!(text.lines().count(), 2);
        let controls = text.contains(|c: char| c.is_control() && c != '\n');
        proptest::prop_assert!(!controls, "{}", text);
        let (kind, properties, said) = read_back(text.lines().next().unwrap());
        proptest::prop_assert_eq!(kind, "warning");
        let names: Vec<&str> = properties.iter().map(|(name, _)| name.as_str()).collect();
        proptest::prop_assert_eq!(names, ["file", "line", "col", "endLine", "endColumn", "title"]);
        // What a terminal would obey is shown escaped.
        proptest::prop_assert_eq!(&properties[0].1, &path.replace('\r', "\\r").replace('\n', "\\n"));
        let plain = !message.contains(|c: char| c.is_control());
        proptest::prop_assert!(!plain || said.starts_with(&format!("{message}\nhelp: {message}\nsee ")), "{}", said);
    }
}

#[test]
fn a_secret_is_in_no_format() {
    let dir = troubled();
    // A line that another finding points at holds one, too.
    let bad = BAD.replace("kind: Runbok", &format!("kind: Runbok # {}", secret()));
    write(dir.path(), "runbooks/x.md", &bad);
    let sidecar = format!("nodeKind: Runbook\nid: runbook:twice # {}\n", secret());
    write(dir.path(), "graph/a.yaml", &sidecar);
    for format in ["human", "json", "sarif", "github"] {
        for args in [&[][..], &["runbooks"], &["--base", "main"]] {
            let ran = run(dir.path(), &[&["validate", "--format", format], args].concat());
            assert_eq!(ran.code, 1, "{}", ran.stderr);
            let kept = |text: &str| secret()[4..].contains(text);
            let shown = ran.stdout.split(|c: char| !c.is_alphanumeric()).find(|word| word.len() > 7 && kept(word));
            assert_eq!(shown, None, "{format} {args:?}: {}", ran.stdout);
        }
    }
}
