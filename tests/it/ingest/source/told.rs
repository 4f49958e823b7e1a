//! What a source told, sorted for tests.

use lorekeep::ingest::{
    Bundle, BundleLimits, Counts, Moment, Problem, ProblemKind, RunHead, SourceKind, Step, StepKind, source,
};
use lorekeep::screen::Scrubber;
use std::path::PathBuf;

/// Everything that a source told.
pub struct Told {
    pub head: RunHead,
    pub counts: Counts,
    pub moments: Vec<Moment>,
}

impl Told {
    pub fn of(bundle: &Bundle, kind: SourceKind) -> Self {
        let mut moments = Vec::new();
        let read = source::read(bundle, kind, &mut Scrubber::default(), &mut |moment| moments.push(moment));
        let (head, counts) = read.expect("it can be read");
        Self { head, counts, moments }
    }

    pub fn steps(&self) -> Vec<&Step> {
        let steps = self.moments.iter().filter_map(|moment| match moment {
            Moment::Step(step) => Some(step),
            _ => None,
        });
        steps.collect()
    }

    /// Each step in a line.
    pub fn lines(&self) -> Vec<String> {
        self.steps().iter().map(|step| line(step)).collect()
    }

    pub fn problems(&self) -> Vec<&Problem> {
        let problems = self.moments.iter().filter_map(|moment| match moment {
            Moment::Problem(problem) => Some(problem),
            _ => None,
        });
        problems.collect()
    }

    pub fn kinds(&self) -> Vec<ProblemKind> {
        self.problems().iter().map(|problem| problem.kind).collect()
    }

    /// Everything as text, to look for what may not be in it.
    pub fn all(&self) -> String {
        format!("{:?}{:?}{:?}", self.head, self.counts, self.moments)
    }
}

fn line(step: &Step) -> String {
    let aside = if step.aside { "aside " } else { "" };
    let what = match &step.kind {
        StepKind::Ask { text } => format!("ask {text}"),
        StepKind::Say { text } => format!("say {text}"),
        StepKind::Decide { text } => format!("decide {text}"),
        StepKind::Command { line, ok, status, output } => format!("run {line} -> {ok:?} {status:?} {output}"),
        StepKind::Edit { path, created, ok } => format!("edit {path} created={created} {ok:?}"),
        StepKind::Tool { name, ok, .. } => format!("tool {name} {ok:?}"),
        StepKind::Todo { open, done } => format!("todo {open:?} {done:?}"),
        StepKind::Recap { text } => format!("recap {text}"),
        StepKind::Spent { tokens_in, tokens_out, micro_usd, .. } => {
            format!("spent {tokens_in} {tokens_out} {micro_usd}")
        }
    };
    format!("{aside}{what}")
}

/// A fixture as a bundle: `fixtures/runs/NAME`.
pub fn fixture(name: &str) -> Bundle {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/runs").join(name);
    Bundle::from_folder(&path, &BundleLimits::default()).expect("the fixture is there")
}

/// One session of the fixtures, with what lies beside it.
pub fn session(path: &str) -> Bundle {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/runs").join(path);
    Bundle::from_file(&path, &BundleLimits::default()).expect("the fixture is there")
}

/// A bundle of files that the test writes.
pub fn bundle(files: &[(&str, &[u8])]) -> Bundle {
    let bytes = tar(files);
    let spool = tempfile::tempdir().expect("a scratch folder can be made");
    Bundle::from_archive(bytes.as_slice(), spool.path(), &BundleLimits::default()).expect("it is a tar")
}

/// A tar of files.
pub fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let blocks = files.iter().map(|(path, bytes)| entry(path.as_bytes(), b'0', bytes, bytes.len() as u64));
    [blocks.collect::<Vec<_>>().concat(), vec![0; 1024]].concat()
}

/// An entry of a tar, whatever it says: its name, kind, bytes, and the size that it claims.
pub fn entry(name: &[u8], kind: u8, bytes: &[u8], size: u64) -> Vec<u8> {
    let mut header = [0_u8; 512];
    header[..name.len().min(100)].copy_from_slice(&name[..name.len().min(100)]);
    header[100..108].copy_from_slice(b"0000644\0");
    header[108..116].copy_from_slice(b"0000000\0");
    header[116..124].copy_from_slice(b"0000000\0");
    header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    header[136..148].copy_from_slice(b"00000000000\0");
    header[148..156].copy_from_slice(b"        ");
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let padding = vec![0; bytes.len().next_multiple_of(512) - bytes.len()];
    [header.as_slice(), bytes, &padding].concat()
}
