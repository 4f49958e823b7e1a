//! `lorekeep hook`, and git's hooks themselves when git starts this program by the name of one.

mod pkt;
mod proc_receive;

pub use proc_receive::run as proc_receive;

use super::{Outcome, Verdict, env, findings, show};
use crate::base::time::SystemClock;
use crate::engine::{Code, EngineError, HookInput, HookVerdict};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// The most of standard input that is read: a push names its references there.
const MAX_INPUT: u64 = 4 << 20;
/// The most findings that a push is answered with for one reference.
const MAX_FINDINGS: usize = 20;

/// The hook that git started this program as: by its name.
pub fn called_by_git() -> Option<fn() -> ExitCode> {
    let name = std::env::args_os().next()?;
    match Path::new(&name).file_name()?.to_str()? {
        "pre-receive" => Some(pre_receive),
        "proc-receive" => Some(proc_receive),
        _ => None,
    }
}

/// Decides the push that git describes on standard input. Anything that goes wrong refuses it.
pub fn pre_receive() -> ExitCode {
    match read_input().and_then(|input| crate::engine::review_push(&input)) {
        Ok(verdict) => {
            eprint!("{}", text(&verdict));
            if verdict.accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!(
                "lorekeep: the push was refused, because it could not be checked: {}",
                show::safe(&error.message)
            );
            ExitCode::FAILURE
        }
    }
}

/// Brings what is derived up after a push; git's environment says where.
pub fn post_receive() -> Outcome {
    crate::engine::after_push(&git_dir(), Arc::new(SystemClock)).map(|()| Verdict::Yes)
}

fn git_dir() -> PathBuf {
    env::get("GIT_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from)
}

fn read_input() -> Result<HookInput, EngineError> {
    let mut lines = String::new();
    let read = std::io::stdin().lock().take(MAX_INPUT + 1).read_to_string(&mut lines);
    read.map_err(|e| EngineError::new(Code::BadRequest, format!("standard input cannot be read: {e}")))?;
    if lines.len() as u64 > MAX_INPUT {
        return Err(EngineError::new(Code::LimitExceeded, "the push names too many references at once"));
    }
    Ok(HookInput {
        git_dir: git_dir(),
        object_directory: env::get("GIT_OBJECT_DIRECTORY").map(PathBuf::from),
        alternates: env::get("GIT_ALTERNATE_OBJECT_DIRECTORIES")
            .map(|v| std::env::split_paths(&v).collect())
            .unwrap_or_default(),
        payload: env::get("LOREKEEP_PUSH").and_then(|v| v.into_string().ok()),
        lines,
    })
}

/// What the person who pushes reads.
fn text(verdict: &HookVerdict) -> String {
    let mut out = String::new();
    for (name, reason) in &verdict.refused {
        out.push_str(&format!("lorekeep: {} refused: {}\n", show::safe(name), show::safe(reason)));
    }
    for (name, validation) in &verdict.validations {
        if validation.report.findings.is_empty() {
            continue;
        }
        let errors = validation.report.summary.errors;
        let outcome = if errors > 0 { "refused" } else { "accepted with warnings" };
        out.push_str(&format!("lorekeep: {} {outcome}\n\n", show::safe(name)));
        let mut shown = validation.clone();
        shown.report.findings.sort_by_key(|f| f.severity != crate::base::Severity::Error);
        let left_out = shown.report.findings.len().saturating_sub(MAX_FINDINGS);
        shown.report.findings.truncate(MAX_FINDINGS);
        out.push_str(&findings::text(&shown, false));
        if left_out > 0 {
            out.push_str(&format!(
                "\n{left_out} more findings: run `lorekeep validate --base <the branch you push to>`"
            ));
        }
        out.push('\n');
    }
    out
}

pub fn install(repository: &Path) -> Outcome {
    let program = std::env::current_exe()
        .map_err(|e| EngineError::new(Code::Unavailable, format!("the path of this program is not known: {e}")))?;
    for written in crate::engine::install_hooks(repository, &program, Arc::new(SystemClock))? {
        eprintln!("wrote {}", written.display());
    }
    Ok(Verdict::Yes)
}
