//! Runs: any bytes as an archive, as a session of each kind, as a journal and as an event of one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorekeep_fuzz::ingest::{Bundle, BundleLimits, Moment, Problem, SourceKind, StepKind, source};
use lorekeep_fuzz::screen::Scrubber;

/// The longest text of a step.
const LONGEST: usize = 9 << 10;
const KINDS: [SourceKind; 3] = [SourceKind::BabysitterRun, SourceKind::ClaudeCodeSession, SourceKind::CodexSession];

fuzz_target!(|data: &[u8]| {
    let limits = BundleLimits { entries: 200, bytes: 8 << 20, file_bytes: 4 << 20, ..BundleLimits::default() };
    for archive in [data.to_vec(), tar("session.jsonl", data), tar("journal.jsonl", data), tar("journal/1.a.json", data)] {
        let spool = std::env::temp_dir();
        let Ok(bundle) = Bundle::from_archive(archive.as_slice(), &spool, &limits) else { continue };
        for file in bundle.files() {
            assert!(!file.path.starts_with('/') && !file.path.split('/').any(|part| part == ".."));
        }
        for kind in KINDS {
            let told = tell(&bundle, kind);
            assert_eq!(told, tell(&bundle, kind), "what is told is a function of the bytes");
        }
    }
});

/// Everything that is told, as text.
fn tell(bundle: &Bundle, kind: SourceKind) -> String {
    let mut moments = Vec::new();
    let head = source::read(bundle, kind, &mut Scrubber::default(), &mut |moment| moments.push(moment));
    moments.iter().for_each(bounded);
    format!("{head:?}{moments:?}")
}

fn bounded(moment: &Moment) {
    match moment {
        Moment::Problem(Problem { message, .. }) => assert!(message.len() < 300),
        Moment::Step(step) => match &step.kind {
            StepKind::Ask { text } | StepKind::Say { text } | StepKind::Decide { text } | StepKind::Recap { text } => {
                assert!(text.len() <= LONGEST);
            }
            StepKind::Command { line, output, .. } => assert!(line.len() <= LONGEST && output.len() <= LONGEST),
            _ => {}
        },
        _ => {}
    }
}

/// An archive of one file.
fn tar(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    tar.append_data(&mut header, path, bytes).expect("it is written to memory");
    tar.into_inner().expect("it is written to memory")
}
