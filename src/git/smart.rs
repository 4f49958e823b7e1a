//! The git processes behind smart HTTP: how they are started, and the bytes that go before their answer.
//!
//! This module starts nothing: who serves HTTP spawns the command and streams its input and output.

use super::program::git_command;
use super::types::Signature;
use super::update::clean_signature;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The longest `Git-Protocol` header passed on, in bytes.
const LONGEST_PROTOCOL: usize = 100;

/// One of the two services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmartService {
    /// Clones and fetches.
    UploadPack,
    /// Pushes.
    ReceivePack,
}

/// One request to a service.
#[derive(Clone, Debug)]
pub struct SmartRequest {
    /// Which service.
    pub service: SmartService,
    /// The git directory it serves.
    pub git_dir: PathBuf,
    /// Whether it is the listing of references (`GET info/refs`) and not the exchange itself.
    pub advertise: bool,
    /// The `Git-Protocol` header, as it came.
    pub protocol: Option<String>,
    /// Who pushes: the name in the reflogs that the push writes.
    pub who: Signature,
    /// The folder of hooks; without one no hook runs.
    pub hooks: Option<PathBuf>,
    /// What the hooks are told, as environment variables.
    pub hook_env: Vec<(String, OsString)>,
}

impl SmartService {
    /// The service by the name clients use, such as `git-upload-pack`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "git-upload-pack" => Some(Self::UploadPack),
            "git-receive-pack" => Some(Self::ReceivePack),
            _ => None,
        }
    }

    /// The name clients use.
    pub fn name(self) -> &'static str {
        match self {
            Self::UploadPack => "git-upload-pack",
            Self::ReceivePack => "git-receive-pack",
        }
    }

    fn subcommand(self) -> &'static str {
        match self {
            Self::UploadPack => "upload-pack",
            Self::ReceivePack => "receive-pack",
        }
    }
}

impl SmartRequest {
    /// The process that answers, with nothing of our environment in it, and a pipe for each of its streams.
    pub fn command(&self) -> Command {
        let mut command = git_command();
        command.arg("-c").arg("safe.directory=*");
        command.arg("-c").arg(self.hooks_setting());
        for setting in ["gc.auto=0", "maintenance.auto=false", "receive.autogc=false"] {
            command.arg("-c").arg(setting);
        }
        if self.service == SmartService::ReceivePack {
            command.args(["-c", "receive.procReceiveRefs=refs/for", "-c", "receive.advertisePushOptions=true"]);
        }
        command.args([self.service.subcommand(), "--stateless-rpc"]);
        if self.service == SmartService::UploadPack {
            command.arg("--strict");
        }
        if self.advertise {
            command.arg("--http-backend-info-refs");
        }
        command.arg(&self.git_dir);
        self.set_env(&mut command);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// What goes before the output of the process: the service's name, unless the client speaks version 2.
    pub fn preamble(&self) -> Vec<u8> {
        let version_2 = self.safe_protocol().is_some_and(|p| p.split(':').any(|part| part == "version=2"));
        if !self.advertise || (version_2 && self.service == SmartService::UploadPack) {
            return Vec::new();
        }
        let line = format!("# service={}\n", self.service.name());
        format!("{:04x}{line}0000", line.len() + 4).into_bytes()
    }

    fn hooks_setting(&self) -> OsString {
        let mut setting = OsString::from("core.hooksPath=");
        setting.push(self.hooks.as_deref().unwrap_or(std::path::Path::new("/dev/null")));
        setting
    }

    fn set_env(&self, command: &mut Command) {
        let who = clean_signature(&self.who);
        command.env("GIT_COMMITTER_NAME", &who.name).env("GIT_COMMITTER_EMAIL", &who.email);
        command.env("GIT_COMMITTER_DATE", format!("@{} +0000", who.at.seconds()));
        if let Some(protocol) = self.safe_protocol() {
            command.env("GIT_PROTOCOL", protocol);
        }
        command.envs(self.hook_env.iter().map(|(name, value)| (name, value)));
    }

    /// The protocol header, where it is made of the characters such headers are made of.
    fn safe_protocol(&self) -> Option<&str> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'=' | b':' | b'.' | b'_' | b'-');
        self.protocol.as_deref().filter(|p| p.len() <= LONGEST_PROTOCOL && p.bytes().all(plain))
    }
}
