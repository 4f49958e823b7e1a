//! Which server, with which token, for which org.

use super::super::env;
use crate::engine::{Code, EngineError};
use clap::Args;
use std::path::{Path, PathBuf};

/// The largest file that a token is read from, in bytes.
const LARGEST_TOKEN: u64 = 4096;

/// Where the server is. The token never stands on a command line: others see those.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Against a server")]
pub struct ServerArgs {
    /// The server, such as `https://memory.example.com`; else LOREKEEP_SERVER.
    #[arg(long, global = true, value_name = "URL")]
    pub server: Option<String>,
    /// A file with the token, alone; else LOREKEEP_TOKEN, or the file that LOREKEEP_TOKEN_FILE names.
    #[arg(long, global = true, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// The organization; else LOREKEEP_ORG.
    #[arg(long, global = true, value_name = "ORG")]
    pub org: Option<String>,
    /// The memory repository, where the organization has more than one; else LOREKEEP_REPOSITORY.
    #[arg(id = "server_repository", long = "repository", global = true, value_name = "NAME")]
    pub repository: Option<String>,
    /// Sends the token in the clear, to a server elsewhere that is not reached by https.
    #[arg(long, global = true)]
    pub insecure_http: bool,
}

/// A server that commands are run against.
pub struct Server {
    /// Its address, without a slash at the end.
    pub url: String,
    /// The token.
    pub token: String,
    /// The organization.
    pub org: String,
    /// The repository.
    pub repository: Option<String>,
}

impl ServerArgs {
    /// The server that flags or the environment name; whether a flag does.
    pub fn chosen(&self) -> Option<(String, bool)> {
        let named = self.server.clone().map(|url| (url, true));
        named.or_else(|| Some((variable("LOREKEEP_SERVER")?, false)))
    }

    /// All that is needed to ask a server.
    pub fn server(&self, url: &str) -> Result<Server, EngineError> {
        let url = checked(url, self.insecure_http)?;
        let org = self.org.clone().or_else(|| variable("LOREKEEP_ORG"));
        let org = org.ok_or_else(|| missing("no organization: give --org ORG, or set LOREKEEP_ORG"))?;
        let repository = self.repository.clone().or_else(|| variable("LOREKEEP_REPOSITORY"));
        Ok(Server { url, token: self.token()?, org, repository })
    }

    fn token(&self) -> Result<String, EngineError> {
        if let Some(file) = &self.token_file {
            return read_token(file);
        }
        if let Some(token) = variable("LOREKEEP_TOKEN") {
            return trimmed(&token, "LOREKEEP_TOKEN");
        }
        match env::get("LOREKEEP_TOKEN_FILE") {
            Some(file) => read_token(Path::new(&file)),
            None => Err(missing("no token: give --token-file FILE, or set LOREKEEP_TOKEN or LOREKEEP_TOKEN_FILE")),
        }
    }
}

fn variable(name: &str) -> Option<String> {
    env::get(name)?.into_string().ok()
}

fn missing(message: impl Into<String>) -> EngineError {
    EngineError::new(Code::BadRequest, message)
}

fn read_token(file: &Path) -> Result<String, EngineError> {
    use std::io::Read;
    let failed = |e| missing(format!("the token file {} cannot be read: {e}", file.display()));
    let mut text = String::new();
    let open = std::fs::File::open(file).map_err(failed)?;
    open.take(LARGEST_TOKEN).read_to_string(&mut text).map_err(failed)?;
    trimmed(&text, &file.display().to_string())
}

/// The token without what stands around it. Nothing of it is ever repeated in a message.
fn trimmed(text: &str, place: &str) -> Result<String, EngineError> {
    let token = text.trim();
    let visible = !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic());
    if visible { Ok(token.to_owned()) } else { Err(missing(format!("{place} holds no token"))) }
}

/// The address of a server that a token may be sent to.
fn checked(url: &str, insecure: bool) -> Result<String, EngineError> {
    let url = url.trim_end_matches('/');
    let refused = |why: &str| missing(format!("the server `{url}` cannot be used: {why}"));
    let uri: ureq::http::Uri = url.parse().map_err(|_| refused("it is no URL"))?;
    let authority = uri.authority().ok_or_else(|| refused("write it as https://HOST"))?;
    if authority.as_str().contains('@') || uri.query().is_some() {
        return Err(refused("write neither a name nor a password nor a query into it"));
    }
    match uri.scheme_str() {
        Some("https") => Ok(url.to_owned()),
        Some("http") if insecure || is_loopback(authority.host()) => Ok(url.to_owned()),
        Some("http") => Err(refused("the token would travel in the clear: use https, or --insecure-http")),
        _ => Err(refused("write it as https://HOST")),
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
