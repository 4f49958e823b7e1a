//! The default ontology holds what is promised of it.

use lorekeep::base::RepoPath;
use lorekeep::ontology::{FieldType, built_in, built_in_files, load};

const NODE_KINDS: &str = "Organization Team Repository Service Package Runbook Decision Incident AgentPractice Skill Tool Customer \
    ProductArea Term PromptFragment BabysitterRun BabysitterSession RunJournalEvent RunTaskResult RunRetrospective User";
const EDGE_KINDS: &str = "documents implements depends_on supersedes owned_by applies_to_repo applies_to_stack mentions derived_from \
    requires_secret requires_config safe_for_trigger resolved_by has_journal_event has_task_result summarized_by produced_artifact \
    learned_from ran_for_repo has_session produced_retrospective event_of_run";

#[test]
fn it_holds_every_promised_kind_with_a_description() {
    for kind in NODE_KINDS.split_whitespace() {
        assert!(!built_in().node_kinds[kind].description.is_empty(), "{kind}");
    }
    for kind in EDGE_KINDS.split_whitespace() {
        assert!(!built_in().edge_kinds[kind].description.is_empty(), "{kind}");
    }
}

#[test]
fn kinds_have_the_defaults_of_the_format() {
    let runbook = &built_in().node_kinds["Runbook"];
    assert_eq!(runbook.id_prefix, "runbook");
    assert_eq!(runbook.required, ["title", "status", "owners", "updatedAt"]);
    assert_eq!(runbook.statuses, ["draft", "approved", "deprecated", "archived"]);
    assert_eq!(built_in().node_kinds["AgentPractice"].id_prefix, "agent-practice");
    assert_eq!(built_in().node_kinds["Organization"].id_prefix, "org");
}

#[test]
fn run_kinds_have_their_own_statuses_and_take_run_ids() {
    for kind in ["BabysitterRun", "RunJournalEvent", "RunTaskResult"] {
        let kind = &built_in().node_kinds[kind];
        assert_eq!(kind.statuses, ["running", "completed", "failed", "cancelled"]);
        assert!(!kind.required.iter().any(|field| field == "owners"));
        assert_eq!(kind.fields["runId"].kind, FieldType::String);
        assert!(kind.id_characters.contains("A-Z"));
    }
}

#[test]
fn a_replacement_is_of_the_same_kind_and_forms_no_cycle() {
    let supersedes = &built_in().edge_kinds["supersedes"];
    assert!(supersedes.same_kind && supersedes.acyclic);
    assert_eq!(supersedes.inverse.as_deref(), Some("superseded_by"));
}

#[test]
fn its_files_load_without_a_problem_as_the_same_ontology() {
    let files: Vec<(RepoPath, Vec<u8>)> = built_in_files()
        .iter()
        .map(|(path, text)| (RepoPath::parse(path).unwrap(), text.as_bytes().to_vec()))
        .collect();
    let (loaded, problems) = load(&files);
    assert_eq!(problems, []);
    assert!(loaded.declared && !built_in().declared);
    assert_eq!(loaded.node_kinds, built_in().node_kinds);
    assert_eq!(loaded.edge_kinds, built_in().edge_kinds);
    assert_eq!(loaded.vocabulary, built_in().vocabulary);
    assert_eq!(loaded.digest, built_in().digest);
}
