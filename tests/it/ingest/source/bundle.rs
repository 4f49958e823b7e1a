//! Bundles: the same files are the same bundle, wherever they come from.

use super::told::{fixture, tar};
use lorekeep::ingest::{Bundle, BundleLimits, ProblemKind};
use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;

const FILES: &[(&str, &[u8])] = &[("run.json", b"{}"), ("journal/000001.a.json", b"[]"), ("blobs/empty", b"")];

fn from_tar(bytes: &[u8]) -> Bundle {
    let spool = tempfile::tempdir().expect("a scratch folder can be made");
    let bundle = Bundle::from_archive(bytes, spool.path(), &BundleLimits::default()).expect("it is a tar");
    assert_eq!(fs::read_dir(spool.path()).expect("it is there").count(), 0, "the spool has no name");
    bundle
}

fn text(bundle: &Bundle, path: &str) -> String {
    let mut text = String::new();
    bundle.open(path).expect("it is there").read_to_string(&mut text).expect("it is text");
    text
}

#[test]
fn the_digest_is_that_of_the_files() {
    let folder = tempfile::tempdir().expect("a scratch folder can be made");
    for (path, bytes) in FILES {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
        fs::write(path, bytes).expect("it can be written");
    }
    let whole = Bundle::from_folder(folder.path(), &BundleLimits::default()).expect("it is a folder");
    let archive = tar(FILES);
    let mut reversed = FILES.to_vec();
    reversed.reverse();
    let packed = zstd::encode_all(archive.as_slice(), 3).expect("it packs");
    let mut canonical = Vec::new();
    whole.pack(&mut canonical).expect("it packs");
    for bytes in [archive, tar(&reversed), packed, canonical] {
        assert_eq!(from_tar(&bytes).digest(), whole.digest());
    }
    let other = tar(&[("run.json", b"{ }"), FILES[1], FILES[2]]);
    assert_ne!(from_tar(&other).digest(), whole.digest());
}

#[test]
fn a_pack_is_a_function_of_the_files() {
    let pack = |bundle: &Bundle| {
        let mut bytes = Vec::new();
        bundle.pack(&mut bytes).expect("it packs");
        bytes
    };
    let first = pack(&fixture("sdk"));
    let again = from_tar(&first);
    assert_eq!(pack(&again), first);
    assert_eq!(text(&again, "run.lock"), "4711\n");
}

#[test]
fn a_folder_is_read_without_following_links() {
    let outside = tempfile::tempdir().expect("a scratch folder can be made");
    fs::write(outside.path().join("secret"), "outside").expect("it can be written");
    let folder = tempfile::tempdir().expect("a scratch folder can be made");
    fs::write(folder.path().join("run.json"), "{}").expect("it can be written");
    symlink(outside.path().join("secret"), folder.path().join("file")).expect("it can be made");
    symlink(outside.path(), folder.path().join("folder")).expect("it can be made");
    let bundle = Bundle::from_folder(folder.path(), &BundleLimits::default()).expect("it is a folder");
    assert_eq!(bundle.files().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["run.json"]);
    assert!(bundle.problems().iter().all(|problem| problem.kind == ProblemKind::Link));
    assert_eq!(bundle.problems().len(), 2);
}

#[test]
fn a_file_that_became_a_link_is_not_followed() {
    let folder = tempfile::tempdir().expect("a scratch folder can be made");
    fs::create_dir(folder.path().join("tasks")).expect("it can be made");
    fs::write(folder.path().join("tasks/out"), "inside").expect("it can be written");
    fs::write(folder.path().join("other"), "inside").expect("it can be written");
    let bundle = Bundle::from_folder(folder.path(), &BundleLimits::default()).expect("it is a folder");
    assert_eq!(text(&bundle, "tasks/out"), "inside");
    fs::rename(folder.path().join("tasks"), folder.path().join("moved")).expect("it can be moved");
    symlink(folder.path().join("moved"), folder.path().join("tasks")).expect("it can be made");
    assert!(bundle.open("tasks/out").is_err(), "a folder became a link");
    fs::remove_file(folder.path().join("other")).expect("it can be removed");
    fs::write(folder.path().join("other"), "").expect("it can be written");
    assert!(bundle.open("other").is_err(), "another, shorter file is in its place");
}

#[test]
fn what_is_taken_lies_beneath_the_root() {
    let root = tempfile::tempdir().expect("a scratch folder can be made");
    fs::create_dir_all(root.path().join("runs/1")).expect("it can be made");
    fs::write(root.path().join("runs/1/run.json"), "{}").expect("it can be written");
    symlink(root.path().join("runs"), root.path().join("link")).expect("it can be made");
    let limits = BundleLimits::default();
    assert_eq!(Bundle::beneath(root.path(), "runs/1", &limits).expect("it is there").files().count(), 1);
    for path in ["../runs", "/etc", "link/1", "runs/1/run.json", "runs/2"] {
        let error = Bundle::beneath(root.path(), path, &limits).expect_err("it is refused");
        assert_eq!(error.reason(), "SourceNotFound", "{path}");
    }
}

#[test]
fn a_session_brings_what_lies_beside_it() {
    let folder = tempfile::tempdir().expect("a scratch folder can be made");
    fs::create_dir_all(folder.path().join("abc/subagents")).expect("it can be made");
    for path in ["abc.jsonl", "abc/subagents/agent-1.jsonl", "other.jsonl"] {
        fs::write(folder.path().join(path), "{}\n").expect("it can be written");
    }
    let bundle = Bundle::from_file(&folder.path().join("abc.jsonl"), &BundleLimits::default()).expect("it is a file");
    let paths: Vec<_> = bundle.files().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["abc.jsonl", "abc/subagents/agent-1.jsonl"]);
}
