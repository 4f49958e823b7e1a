//! The flags of the commands that operate a server.

use crate::face::cli::log::LogFormat;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Where the server keeps its data.
#[derive(Clone, Debug, Default, Args)]
pub struct DataDir {
    /// The data directory.
    #[arg(long, env = "LOREKEEP_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum OrgCommand {
    /// Makes an organization, with its signing key.
    #[command(after_help = "Example:\n  lorekeep org create acme --data-dir ./data")]
    Create {
        /// Its name.
        org: String,
        #[command(flatten)]
        data: DataDir,
    },
    /// Makes a new signing key for an organization, beside a running server too; the old one is retired.
    #[command(after_help = "Example:\n  lorekeep org rotate-key acme --data-dir ./data")]
    RotateKey {
        /// Its name.
        org: String,
        #[command(flatten)]
        data: DataDir,
    },
    /// Says from which folders an organization may import runs without uploading them.
    #[command(
        subcommand,
        after_help = "Example:\n  lorekeep org import-root add acme /srv/workspaces/acme --data-dir ./data"
    )]
    ImportRoot(ImportRootCommand),
    /// Lists the organizations.
    #[command(after_help = "Example:\n  lorekeep org list --data-dir ./data")]
    List {
        #[command(flatten)]
        data: DataDir,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum ImportRootCommand {
    /// Lets an organization import runs from a folder: `source.a5cRunPath` of a request is found below it.
    #[command(after_help = "Example:\n  lorekeep org import-root add acme /srv/workspaces/acme --data-dir ./data")]
    Add {
        /// The organization.
        org: String,
        /// The folder.
        folder: std::path::PathBuf,
        #[command(flatten)]
        data: DataDir,
    },
    /// Lets it import from a folder no more.
    #[command(after_help = "Example:\n  lorekeep org import-root remove acme /srv/workspaces/acme --data-dir ./data")]
    Remove {
        /// The organization.
        org: String,
        /// The folder.
        folder: std::path::PathBuf,
        #[command(flatten)]
        data: DataDir,
    },
    /// Lists the folders.
    #[command(after_help = "Example:\n  lorekeep org import-root list acme --data-dir ./data")]
    List {
        /// The organization.
        org: String,
        #[command(flatten)]
        data: DataDir,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum RepoCommand {
    /// Makes a memory repository, new or from an existing git repository.
    #[command(
        after_help = "Examples:\n  lorekeep repo create acme brain --data-dir ./data\n  lorekeep repo create acme docs --adopt ../docs.git --data-dir ./data"
    )]
    Create {
        /// The organization.
        org: String,
        /// The repository's name.
        name: String,
        /// Takes over the branches, tags and history of a git repository: a folder, a bundle, or a URL.
        #[arg(long, value_name = "GIT_DIR_OR_URL")]
        adopt: Option<String>,
        #[command(flatten)]
        data: DataDir,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lists the repositories of an organization.
    #[command(after_help = "Example:\n  lorekeep repo list acme --data-dir ./data")]
    List {
        /// The organization.
        org: String,
        #[command(flatten)]
        data: DataDir,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Makes a token, and prints it once, alone on standard output.
    #[command(
        after_help = "Examples:\n  lorekeep token create --org acme --name ada --role maintainer\n  lorekeep token create --org acme --name scribe --role proposer --principal agent --expires 30d"
    )]
    Create(TokenCreate),
    /// Lists the tokens of an organization; never their secrets.
    #[command(after_help = "Example:\n  lorekeep token list --org acme --data-dir ./data")]
    List {
        /// The organization.
        #[arg(long)]
        org: String,
        #[command(flatten)]
        data: DataDir,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Revokes a token, at once.
    #[command(after_help = "Example:\n  lorekeep token revoke tok-01hx5k3v6y8z --data-dir ./data")]
    Revoke {
        /// Its id, as `token list` shows it.
        id: String,
        #[command(flatten)]
        data: DataDir,
    },
}

#[derive(Debug, Args)]
pub struct TokenCreate {
    /// The organization.
    #[arg(long)]
    pub org: String,
    /// Whose token it is: the login of a person, the name of an agent or service.
    #[arg(long)]
    pub name: String,
    /// reader, proposer, reviewer, maintainer or admin.
    #[arg(long)]
    pub role: String,
    /// What the principal is.
    #[arg(long, value_enum, default_value_t = PrincipalArg::User)]
    pub principal: PrincipalArg,
    /// Narrows the token to these paths.
    #[arg(long = "source", value_name = "GLOB")]
    pub sources: Vec<String>,
    /// When it ends: a number and `m`, `h`, `d` or `w`.
    #[arg(long, value_name = "30d")]
    pub expires: Option<String>,
    #[command(flatten)]
    pub data: DataDir,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

/// Sorts of principals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PrincipalArg {
    User,
    Agent,
    Service,
}

#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub data: DataDir,
    /// Where to listen; port 0 picks a free one.
    #[arg(long, env = "LOREKEEP_LISTEN", value_name = "ADDR:PORT")]
    pub listen: Option<String>,
    /// The configuration file; by default `lorekeep.toml` in the data directory, where there is one.
    #[arg(long, env = "LOREKEEP_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What is logged on standard error, such as `info` or `lorekeep=debug,warn`.
    #[arg(long, env = "LOREKEEP_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// How a line of the log looks.
    #[arg(long, env = "LOREKEEP_LOG_FORMAT", value_enum)]
    pub log_format: Option<LogFormat>,
}
