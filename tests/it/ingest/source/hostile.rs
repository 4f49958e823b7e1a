//! Archives that somebody made to do harm: each is refused, or what is wrong in it is left out and told.

use super::told::{Told, bundle, entry, tar};
use lorekeep::ingest::{Bundle, BundleError, BundleLimits, ProblemKind, SourceKind, source};
use lorekeep::screen::Scrubber;
use std::io::{self, Read};

const END: [u8; 1024] = [0; 1024];

fn open(bytes: &[u8], limits: &BundleLimits) -> Result<Bundle, BundleError> {
    let spool = tempfile::tempdir().expect("a scratch folder can be made");
    Bundle::from_archive(bytes, spool.path(), limits)
}

fn refused(bytes: &[u8], limits: &BundleLimits) -> &'static str {
    open(bytes, limits).expect_err("it is refused").reason()
}

/// What is told of an entry beside one good file.
fn left_out(bad: &[u8]) -> Vec<ProblemKind> {
    let bytes = [entry(b"run.json", b'0', b"{}", 2).as_slice(), bad, &END].concat();
    let bundle = open(&bytes, &BundleLimits::default()).expect("the rest is taken");
    assert_eq!(bundle.files().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["run.json"]);
    bundle.problems().iter().map(|problem| problem.kind).collect()
}

#[test]
fn paths_that_lead_out_are_left_out() {
    for name in ["../up", "a/../../up", "/etc/passwd", "a\\..\\up", "a\u{1b}[2J", "a\u{202e}b"] {
        assert_eq!(left_out(&entry(name.as_bytes(), b'0', b"x", 1)), [ProblemKind::OutsideRun], "{name:?}");
    }
    assert_eq!(left_out(&entry(b"a\xff", b'0', b"x", 1)), [ProblemKind::InvalidUtf8]);
    assert_eq!(left_out(&entry("d/".repeat(40).as_bytes(), b'0', b"", 0)), []);
    assert_eq!(left_out(&entry(format!("{}f", "d/".repeat(40)).as_bytes(), b'0', b"", 0)), [ProblemKind::TooLarge]);
    assert_eq!(left_out(&entry(b"./run.json", b'0', b"{\"other\":1}", 11)), [ProblemKind::Malformed]);
}

#[test]
fn what_is_no_file_is_left_out() {
    for kind in [b'1', b'2'] {
        assert_eq!(left_out(&entry(b"link", kind, b"", 0)), [ProblemKind::Link]);
    }
    for kind in [b'3', b'4', b'6', b'Z'] {
        assert_eq!(left_out(&entry(b"device", kind, b"", 0)), [ProblemKind::SpecialFile]);
    }
    assert_eq!(left_out(&entry(b"folder/", b'5', b"", 0)), []);
}

#[test]
fn long_names_are_read_and_checked() {
    let long =
        |name: &[u8]| [entry(b"././@LongLink", b'L', name, name.len() as u64), entry(b"x", b'0', b"y", 1)].concat();
    assert_eq!(left_out(&long(b"../../climbs\0")), [ProblemKind::OutsideRun]);
    let pax = |record: &str| {
        [entry(b"pax", b'x', record.as_bytes(), record.len() as u64), entry(b"x", b'0', b"y", 1)].concat()
    };
    assert_eq!(left_out(&pax("17 path=../climb\n")), [ProblemKind::OutsideRun]);
    let ends = |bytes: Vec<u8>| [bytes, END.to_vec()].concat();
    let limits = BundleLimits::default();
    assert_eq!(refused(&ends(pax("10 size=9\n")), &limits), "MalformedArchive");
    assert_eq!(refused(&ends(pax("99 size=9\n")), &limits), "MalformedArchive");
    assert_eq!(refused(&ends(pax("22 GNU.sparse.major=1\n")), &limits), "MalformedArchive");
    assert_eq!(refused(&ends(entry(b"holes", b'S', b"x", 1)), &limits), "MalformedArchive");
    let huge = vec![b'a'; 70 << 10];
    assert_eq!(refused(&ends(long(&huge)), &limits), "MalformedArchive");
}

#[test]
fn a_million_entries_are_refused_long_before_their_end() {
    struct Endless(Vec<u8>, usize);
    impl Read for Endless {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let from = self.1 % 512;
            let read = into.len().min(512 - from);
            into[..read].copy_from_slice(&self.0[from..from + read]);
            self.1 += read;
            assert!(self.1 < 64 << 20, "it is read on and on");
            Ok(read)
        }
    }
    let spool = tempfile::tempdir().expect("a scratch folder can be made");
    for kind in [b'0', b'x', b'L', b'g'] {
        let endless = Endless(entry(b"file", kind, b"", 0), 0);
        let error = Bundle::from_archive(endless, spool.path(), &BundleLimits::default()).expect_err("it is refused");
        assert_eq!(error.reason(), "TooManyFiles", "{}", char::from(kind));
    }
}

#[test]
fn a_bomb_stops_at_the_limit() {
    let limits = BundleLimits { bytes: 1 << 20, file_bytes: 1 << 20, ..BundleLimits::default() };
    let zeros = vec![0; 900 << 10];
    let two = tar(&[("a", &zeros), ("b", &zeros)]);
    assert_eq!(refused(&zstd::encode_all(two.as_slice(), 3).expect("it packs"), &limits), "TooLarge");
    // Of a file that is too large alone, nothing is taken, and the rest is.
    let limits = BundleLimits { file_bytes: 1000, ..BundleLimits::default() };
    let some = open(&tar(&[("a", &zeros), ("b", b"small")]), &limits).expect("the rest is taken");
    assert_eq!(some.files().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(some.problems()[0].kind, ProblemKind::TooLarge);
}

#[test]
fn what_is_no_archive_is_refused_and_what_is_cut_is_told() {
    let limits = BundleLimits::default();
    assert_eq!(refused(b"\x1f\x8b\x08 a gzip of something, which nobody asked for", &limits), "NotAnArchive");
    assert_eq!(refused(&[0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3], &limits), "NotAnArchive");
    let whole = tar(&[("a", &[b'a'; 600]), ("b", &[b'b'; 600])]);
    let cut = open(&whole[..whole.len() - 1024 - 700], &limits).expect("the first is whole");
    assert_eq!(cut.files().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(cut.problems()[0].kind, ProblemKind::Truncated);
    assert_eq!(open(&END, &limits).expect("it is empty").files().count(), 0);
}

#[test]
fn an_input_that_fails_is_not_taken_for_an_archive_that_ends() {
    struct Fails(usize, Vec<u8>);
    impl Read for Fails {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let read = into.len().min(self.1.len() - self.0);
            into[..read].copy_from_slice(&self.1[self.0..self.0 + read]);
            self.0 += read;
            if read == 0 { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(read) }
        }
    }
    let mut bytes = tar(&[("a", b"a"), ("b", &[b'b'; 600])]);
    bytes.truncate(1600);
    let spool = tempfile::tempdir().expect("a scratch folder can be made");
    let error = Bundle::from_archive(Fails(0, bytes), spool.path(), &BundleLimits::default()).expect_err("it failed");
    assert_eq!(error.reason(), "SourceUnreadable");
}

#[test]
fn problems_are_listed_up_to_a_number_and_counted_beyond() {
    let links: Vec<u8> = (0..300).flat_map(|n| entry(format!("link{n}").as_bytes(), b'2', b"", 0)).collect();
    let bundle = open(&[links, END.to_vec()].concat(), &BundleLimits::default()).expect("it is taken");
    assert_eq!(bundle.problems().len(), 51);
    assert_eq!(bundle.problems()[50].message, "250 more of this kind are not listed");
}

#[test]
fn a_name_that_is_a_secret_is_not_told() {
    let secret = ["ghp_", "0123456789abcdefghijABCDEFGHIJ012345"].concat();
    let name = format!("{secret}.jsonl");
    let line = br#"{"type":"user","sessionId":"s","message":{"role":"user","content":"hello"}}"#;
    let link = entry(format!("link-{secret}").as_bytes(), b'2', b"", 0);
    let bytes = [entry(name.as_bytes(), b'0', line, line.len() as u64), link, END.to_vec()].concat();
    let bundle = open(&bytes, &BundleLimits::default()).expect("it is taken");
    let told = Told::of(&bundle, SourceKind::ClaudeCodeSession);
    assert_eq!(told.problems().len(), 1);
    assert_eq!(told.lines(), ["ask hello"]);
    assert!(!told.all().contains(&secret));
}

#[test]
fn deep_wide_and_broken_json_is_told_and_the_rest_read() {
    let good = r#"{"type":"user","sessionId":"s","message":{"role":"user","content":"hello"}}"#;
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let wide = format!("[{}0]", "0,".repeat(60_000));
    let long = format!("{{\"type\":\"user\",\"text\":\"{}\"}}", "a".repeat(2 << 20));
    let mut bytes = Vec::new();
    for line in [deep.as_bytes(), wide.as_bytes(), long.as_bytes(), b"{\"a\":\"\xff\"}", b"{\"a\":", good.as_bytes()] {
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    }
    let told = Told::of(&bundle(&[("s.jsonl", &bytes)]), SourceKind::ClaudeCodeSession);
    use ProblemKind::{InvalidUtf8, Malformed, TooDeep, TooLarge};
    assert_eq!(told.kinds(), [TooDeep, TooLarge, TooLarge, InvalidUtf8, Malformed]);
    let lines: Vec<_> = told.problems().iter().map(|problem| problem.at.line).collect();
    assert_eq!(lines, [Some(1), Some(2), Some(3), Some(4), Some(5)]);
    assert_eq!((told.counts.malformed, told.lines().as_slice()), (5, ["ask hello".to_owned()].as_slice()));
    assert_eq!(told.steps()[0].source.line, Some(6));
}

#[test]
fn a_bundle_without_a_run_is_none_of_the_kinds() {
    let bundle = bundle(&[("notes.txt", b"hello"), ("a.jsonl", b"{\"a\":1}\n")]);
    assert_eq!(source::detect(&bundle), None);
    let read = source::read(&bundle, SourceKind::BabysitterRun, &mut Scrubber::default(), &mut |_| {});
    assert_eq!(
        read.expect_err("there is none").to_string(),
        "there is no run (`run.json` or a `journal`) in what was given"
    );
}
