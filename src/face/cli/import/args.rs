//! The flags of `lorekeep import`.

use crate::engine::{ImportInclude, JournalChoice, NewImport, RetentionTier, SourceKind};
use crate::face::cli::args::DataDir;
use crate::face::cli::remote::ImportCommand;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct ImportArgs {
    /// Reads, reviews and lands imports of a server; sweeps what a data directory keeps no longer.
    #[command(subcommand)]
    pub command: Option<ImportCommand>,
    /// A run's directory, the `.jsonl` file of a session, a tar or tar.zst; with --all a folder of many.
    #[arg(required = true)]
    pub path: Option<PathBuf>,
    /// Every run and session below the folder, one import each.
    #[arg(long)]
    pub all: bool,
    /// With --all only what was changed since then: RFC 3339, a date, or words such as "2 days ago".
    #[arg(long, value_name = "TIME", requires = "all")]
    pub since: Option<String>,
    /// Without a server: all imports go on the one branch `krate/memory-import/NAME`, a commit each.
    #[arg(long, value_name = "NAME", conflicts_with = "branch_each")]
    pub one_branch: Option<String>,
    /// Without a server: with --all each import has a branch of its own, and not all of them one together.
    #[arg(long, requires = "all")]
    pub branch_each: bool,
    /// Says what would be written and why, and what is taken out; writes nothing anywhere.
    #[arg(long)]
    pub dry_run: bool,
    /// With --dry-run shows the files themselves, screened.
    #[arg(long, requires = "dry_run")]
    pub show: bool,
    /// Imports a run that has not ended too.
    #[arg(long)]
    pub allow_active: bool,
    #[command(flatten)]
    pub what: WhatArgs,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

/// What is imported, and how much of it is kept.
#[derive(Debug, Args)]
pub struct WhatArgs {
    /// The format; none: what it looks like.
    #[arg(long, value_enum, value_name = "KIND")]
    pub kind: Option<KindArg>,
    /// How much is kept.
    #[arg(long, value_enum, default_value_t = TierArg::SummaryOnly, value_name = "TIER")]
    pub tier: TierArg,
    /// Which events of the journal become records; none: as the tier says.
    #[arg(long, value_enum, value_name = "WHICH")]
    pub journal: Option<JournalArg>,
    /// Where its records go; none: `babysitter/runs/` and the run's id.
    #[arg(long, value_name = "PATH", conflicts_with = "all")]
    pub target: Option<String>,
    /// The repository that it worked on, where the source does not say.
    #[arg(long, value_name = "NAME")]
    pub source_repository: Option<String>,
    /// Leaves the run's `MEMORY.md` out.
    #[arg(long)]
    pub no_memory_md: bool,
    /// To a server, with --tier artifact-bytes-retained: after how many days the bytes may be removed.
    #[arg(long, value_name = "DAYS")]
    pub retain_days: Option<u32>,
}

/// The formats that are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KindArg {
    /// The directory of a babysitter run.
    BabysitterRun,
    /// A session of Claude Code.
    ClaudeCodeSession,
    /// A session of Codex.
    CodexSession,
}

/// How much is kept, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TierArg {
    /// The record of the run, and names, sizes and digests of artifacts.
    ArtifactManifestOnly,
    /// Besides, the summary, the session, sums of tasks.
    SummaryOnly,
    /// Besides, the events that say something.
    CuratedJournal,
    /// Besides, every event.
    FullJournalRedacted,
    /// Besides, bytes of artifacts, in the store of a server and never in git.
    ArtifactBytesRetained,
}

/// Events of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum JournalArg {
    /// None.
    None,
    /// Those that say something.
    Curated,
    /// All of them.
    Full,
}

#[derive(Debug, Args)]
pub struct SweepArgs {
    /// Says what would be removed, and removes nothing.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub data: DataDir,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

impl ImportArgs {
    /// Whether it is of no use without a server.
    pub fn needs_server(&self) -> bool {
        self.command.as_ref().is_some_and(|command| !matches!(command, ImportCommand::Sweep(_)))
    }

    /// Whether it is done with what is at hand, whatever server there is: a dry run writes nothing anywhere.
    pub fn is_at_hand(&self) -> bool {
        self.dry_run || matches!(self.command, Some(ImportCommand::Sweep(_)))
    }
}

impl WhatArgs {
    /// The import that is asked for.
    pub fn import(&self) -> NewImport {
        let include = ImportInclude {
            journal: self.journal.map(JournalArg::choice),
            memory_md: !self.no_memory_md,
            ..ImportInclude::default()
        };
        NewImport {
            kind: self.kind.map(KindArg::kind),
            tier: self.tier.tier(),
            target: self.target.clone(),
            source_repository: self.source_repository.clone(),
            include,
            ..NewImport::default()
        }
    }
}

impl KindArg {
    fn kind(self) -> SourceKind {
        match self {
            Self::BabysitterRun => SourceKind::BabysitterRun,
            Self::ClaudeCodeSession => SourceKind::ClaudeCodeSession,
            Self::CodexSession => SourceKind::CodexSession,
        }
    }
}

impl TierArg {
    /// The tier.
    pub fn tier(self) -> RetentionTier {
        match self {
            Self::ArtifactManifestOnly => RetentionTier::ArtifactManifestOnly,
            Self::SummaryOnly => RetentionTier::SummaryOnly,
            Self::CuratedJournal => RetentionTier::CuratedJournal,
            Self::FullJournalRedacted => RetentionTier::FullJournalRedacted,
            Self::ArtifactBytesRetained => RetentionTier::ArtifactBytesRetained,
        }
    }
}

impl JournalArg {
    fn choice(self) -> JournalChoice {
        match self {
            Self::None => JournalChoice::None,
            Self::Curated => JournalChoice::Curated,
            Self::Full => JournalChoice::Full,
        }
    }
}
