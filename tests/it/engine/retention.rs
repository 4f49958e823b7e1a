//! How long the bytes of artifacts are kept, who reads them, and what a sweep removes.

use super::code;
use super::world::World;
use crate::support::form::{PLANTED, file, tar_of};
use lorekeep::base::id::ImportId;
use lorekeep::engine::{Caller, Code, EngineError, ImportAction, ImportView, NewImport, RetentionTier, Role};

const DAY: i64 = 86_400;
/// Bytes that are no text, without and with a secret in them, and a compressed file.
const IMAGE: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\xff\xfe";
const ZIP: &[u8] = b"PK\x03\x04\x00\x00\x00\xff";

/// Imports a run of this name with artifacts; every run has the same report.
fn import(world: &World, by: &Caller, run: &str, days: Option<u32>) -> Result<ImportView, EngineError> {
    let head = format!(r#"{{"id": "{run}", "status": "completed", "startedAt": "2026-05-10T12:00:00Z"}}"#);
    let report =
        format!("The feed has 23 players, says the league.\nOPENAI_API_KEY={PLANTED}\nAll of them were read twice.\n");
    let binary = [IMAGE, b" ghp_0123456789abcdefghijABCDEFGHIJ012345 ", IMAGE].concat();
    let archive = tar_of(&[
        file("run.json", head.as_bytes()),
        file("artifacts/report.txt", report.as_bytes()),
        file("artifacts/image.png", IMAGE),
        file("artifacts/dump.bin", &binary),
        file("artifacts/all.zip", ZIP),
    ]);
    let bundle = world.received(&archive[..])?;
    let tier = RetentionTier::ArtifactBytesRetained;
    let new = NewImport { tier, retain_days: days, ..NewImport::default() };
    Ok(world.import(by, &new, Some(bundle))?.view)
}

/// What the manifest of a run says of where bytes are: the digests that are kept.
fn kept(world: &World, view: &ImportView) -> Vec<String> {
    let branch = view.target_branch.as_deref().unwrap();
    let manifest = world.git(&["show", &format!("{branch}:{}/artifacts/manifest.yaml", view.target)]);
    assert!(!manifest.contains(PLANTED));
    let refs = manifest.lines().filter_map(|line| line.split_once("storageRef:"));
    refs.map(|(_, name)| name.trim().trim_matches(['"', '\'']).trim_start_matches("artifact:").to_owned()).collect()
}

fn read(world: &World, by: &Caller, id: &ImportId, digest: &str) -> Result<Vec<u8>, EngineError> {
    Ok(world.artifact_bytes(by, id, digest)?.bytes)
}

#[test]
fn bytes_are_kept_screened_for_a_time_for_maintainers() {
    let world = World::new();
    let (ada, rae) = (world.caller("user:ada", Role::Maintainer), world.caller("user:rae", Role::Reviewer));
    assert_eq!(code(import(&world, &rae, "run-1", None)), Code::PolicyDenied);
    assert_eq!(code(import(&world, &ada, "run-1", Some(31))), Code::InvalidImport);
    let view = import(&world, &ada, "run-1", None).unwrap();
    assert_eq!(view.problem_counts.get("NotKept"), Some(&2), "{:?}", view.problems);
    let digests = kept(&world, &view);
    assert_eq!(digests.len(), 2, "{digests:?}");
    let mut bytes: Vec<Vec<u8>> = digests.iter().map(|digest| read(&world, &ada, &view.id, digest).unwrap()).collect();
    bytes.sort();
    assert_eq!(bytes[1], IMAGE);
    let report = String::from_utf8(bytes[0].clone()).unwrap();
    assert!(report.contains("[REDACTED:") && report.contains("23 players") && !report.contains(PLANTED), "{report}");
    assert_eq!(code(read(&world, &rae, &view.id, &digests[0])), Code::PolicyDenied);
    assert_eq!(code(read(&world, &ada, &view.id, view.source_digest.as_str())), Code::NotFound);
    world.later(30 * DAY);
    assert_eq!(code(read(&world, &ada, &view.id, &digests[0])), Code::NotFound, "their time is over before the sweep");
}

#[test]
fn a_sweep_removes_what_is_over_and_nothing_that_another_import_needs() {
    let world = World::new();
    let ada = world.caller("user:ada", Role::Maintainer);
    let short = import(&world, &ada, "run-1", Some(1)).unwrap();
    let long = import(&world, &ada, "run-2", None).unwrap();
    let digests = kept(&world, &short);
    assert_eq!(digests, kept(&world, &long), "the same bytes");
    assert!(world.sweep_imports(false).unwrap().is_empty());
    world.later(2 * DAY);
    let would = world.sweep_imports(true).unwrap();
    let swept = world.sweep_imports(false).unwrap();
    assert_eq!(would, swept);
    assert_eq!(swept.len(), 2);
    assert!(swept.iter().all(|object| object.import == short.id && !object.removes_bytes), "{swept:?}");
    assert!(read(&world, &ada, &long.id, &digests[0]).is_ok());
    assert_eq!(world.audited().iter().filter(|event| *event == "agent.memory.import.swept").count(), 2);
    world.later(30 * DAY);
    let swept = world.sweep_imports(false).unwrap();
    assert!(swept.len() == 2 && swept.iter().all(|object| object.removes_bytes), "{swept:?}");
    assert!(world.sweep_imports(false).unwrap().is_empty());
}

#[test]
fn the_story_of_an_import_goes_when_it_ended_long_ago() {
    let mut world = World::new();
    let ada = world.caller("user:ada", Role::Maintainer);
    let view = import(&world, &ada, "run-1", None).unwrap();
    world.later(400 * DAY);
    // It waits for somebody: what it was made of stays, however long.
    let swept = world.sweep_imports(false).unwrap();
    assert!(swept.iter().all(|object| object.kind == "artifact"), "{swept:?}");
    world.import_action(&ada, &view.id, &ImportAction::Reject { comment: None }).unwrap();
    world.later(366 * DAY);
    world.sweep_where_due();
    world.stop();
    world.start();
    assert!(world.sweep_imports(false).unwrap().is_empty(), "once a day, and the first time");
    assert_eq!(code(world.import_action(&ada, &view.id, &ImportAction::Rerun)), Code::Conflict);
}
