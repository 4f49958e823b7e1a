//! The commands and their flags.

mod operate;

pub use operate::{
    DataDir, ImportRootCommand, OrgCommand, PrincipalArg, RepoCommand, ServeArgs, TokenCommand, TokenCreate,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The repository around the working directory.
pub const HERE: &str = ".";

/// Git-native memory for organizations of AI agents.
///
/// Works on any git repository of Markdown notes and YAML records; serves many organizations over HTTP and git.
#[derive(Debug, Parser)]
#[command(
    name = "lorekeep",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = "Examples:\n  lorekeep demo                          a seeded server, with commands to try\n  lorekeep init company-brain            a new memory repository\n  lorekeep validate                      in any git repository of notes\n  lorekeep query \"how do we roll back\"   the same"
)]
pub struct Cli {
    /// The repository to read, or a folder in it.
    #[arg(long, global = true, value_name = "PATH", default_value = HERE)]
    pub repo: PathBuf,
    #[command(flatten)]
    pub server: super::remote::ServerArgs,
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes a new memory repository: default layout, ontology, README, first commit.
    #[command(
        after_help = "Examples:\n  lorekeep init company-brain && cd company-brain && lorekeep validate\n  lorekeep init company-brain --from ../knowledge     brings over an OKF bundle, an agent's MEMORY.md, or plain notes"
    )]
    Init {
        /// The folder, new or empty.
        dir: PathBuf,
        /// Brings over the notes of this folder, which is not changed.
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
        /// Prints what was brought over as JSON.
        #[arg(long, requires = "from")]
        json: bool,
    },
    /// Finds what the ontology does not allow, with the place and the way to mend it.
    #[command(
        after_help = "Examples:\n  lorekeep validate                       the files as they are on disk\n  lorekeep validate --staged              what the next commit holds (pre-commit)\n  lorekeep validate --rev main --json     a commit, for machines\n  lorekeep validate --base main           only what your change brings\n  lorekeep validate --format sarif        for code scanning; `--format github` for annotations\n\nThe JSON keeps to docs/reference/findings.schema.json of this project.\nExit status: 0 no error, 1 errors found, 2 bad usage, 3 the repository cannot be read."
    )]
    Validate(ValidateArgs),
    /// Infers, shows or exports the ontology: which kinds of records and edges there are.
    #[command(
        after_help = "Example:\n  lorekeep ontology infer --dry-run        what an existing repository is made of"
    )]
    #[command(subcommand)]
    Ontology(super::ontology::OntologyCommand),
    /// Asks the memory: full text, filters and edges, with reasons.
    #[command(
        after_help = "Examples:\n  lorekeep query \"flaky playwright checks\" --kind Runbook\n  lorekeep query deploy --at \"2 days ago\" --explain\n  lorekeep query \"retry policy\" --render prompt"
    )]
    Query(QueryArgs),
    /// Prints what the memory says of a question as a section to put before an agent, within so many tokens.
    #[command(
        after_help = "Examples:\n  lorekeep context \"how do we roll back\"\n  lorekeep context \"retry policy\" --max-tokens 1500 --rev v1.0\n  lorekeep context deploy --select runbook:deploy-rollback --json"
    )]
    Context(super::context::ContextArgs),
    /// Finds lines, as `path:line:text`.
    #[command(
        after_help = "Examples:\n  lorekeep grep 'retry budget'\n  lorekeep grep -i --regex 'time(d )?out' --path 'runbooks/**' -C 2\n  lorekeep grep OTEL_ --rev v1.0\n  lorekeep grep OTEL_ --server https://memory.example.com --org acme --token-file token"
    )]
    Grep(GrepArgs),
    /// Shows one record or document.
    #[command(
        after_help = "Examples:\n  lorekeep show runbook:ci-playwright-flake\n  lorekeep show decisions/x.md --at 2026-05-09"
    )]
    Show {
        /// A record id, an alias, or a path.
        name: String,
        #[command(flatten)]
        at: AtArgs,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows what is around a record, or the shortest path from it to another.
    #[command(
        after_help = "Examples:\n  lorekeep graph service:checkout --depth 2\n  lorekeep graph runbook:ci-flake --direction out --edge-kind depends_on\n  lorekeep graph service:checkout --to team:platform\n  lorekeep graph service:checkout --at 2026-05-09 --format svg > checkout.svg"
    )]
    Graph(super::graph::GraphArgs),
    /// Shows what changed between two commits: files, records, edges.
    #[command(
        after_help = "Examples:\n  lorekeep diff main~10 main\n  lorekeep diff 'v1.0' main --full --path 'runbooks/**'\n  lorekeep diff '@2 days ago' main --server https://memory.example.com --org acme --token-file token"
    )]
    Diff(DiffArgs),
    /// Shows every version of a record or path along the approved line.
    #[command(
        after_help = "Examples:\n  lorekeep history runbook:ci-playwright-flake\n  lorekeep history runbook:ci-playwright-flake --server https://memory.example.com --org acme --token-file token"
    )]
    History {
        /// A record id or a path.
        name: String,
        #[command(flatten)]
        at: AtArgs,
        /// How many versions at most, newest first.
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: usize,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lists what wants somebody's care: unowned, stale, dangling, orphan and sensitive records, shared aliases.
    #[command(
        after_help = "Examples:\n  lorekeep report\n  lorekeep report --stale-after 90d --json\n  lorekeep report --rev v1.0 --as-of 2026-06-01"
    )]
    Report(ReportArgs),
    /// Prints the keys that sign an organization's commits on a server, as a git allowed-signers file.
    #[command(
        after_help = "Example:\n  lorekeep signers --server https://memory.example.com --org acme --token-file token > allowed\n  lorekeep verify --allowed-signers allowed"
    )]
    Signers {
        /// Prints exactly the API's answer.
        #[arg(long)]
        json: bool,
    },
    /// Walks the approved line of a clone, offline: signatures, approvals, and whether each merge is what was approved.
    #[command(
        after_help = "Examples:\n  lorekeep verify --allowed-signers signers\n  lorekeep verify --base v1.0 --require-signed-landings\n  lorekeep verify --json\n\nThe file comes from the server: lorekeep signers --server URL > signers\nExit status: 0 sound, 1 faults found, 2 bad usage, 3 the repository cannot be read."
    )]
    Verify(super::verify::VerifyArgs),
    /// Says which commit a reference or a time means.
    #[command(
        after_help = "Examples:\n  lorekeep resolve-ref main~3\n  lorekeep resolve-ref --at '2026-05-09T08:00:00Z' --json"
    )]
    ResolveRef(ResolveArgs),
    /// Says who brought each line of a document: landing, author, approvers, update, run.
    #[command(
        after_help = "Examples:\n  lorekeep blame runbooks/ci-flake.md\n  lorekeep blame runbooks/ci-flake.md --lines 10-20 --json\n  lorekeep blame runbooks/ci-flake.md --server https://memory.example.com --org acme --token-file token"
    )]
    Blame(super::provenance::BlameArgs),
    /// Finds the landing that changed an answer.
    #[command(
        after_help = "Examples:\n  lorekeep bisect --query \"how do we roll back\" --expect runbook:deploy-rollback\n  lorekeep bisect --query deploy --expect runbook:deploy-rollback --rank 3 --good v1.0 --bad main\n  lorekeep bisect --query deploy --expect runbook:deploy-rollback --server https://memory.example.com --org acme --token-file token\n\nThe approved line is halved, which takes the answer to have changed once; both sides of the landing found are asked."
    )]
    Bisect(super::provenance::BisectArgs),
    /// Lists the snapshots that selected what a commit, an update or a record brought in.
    #[command(
        after_help = "Examples:\n  lorekeep impact --commit HEAD~2\n  lorekeep impact --record runbook:deploy-rollback --json\n  lorekeep impact --update amu-01hx5k3v6y8z --server https://memory.example.com --org acme --token-file token"
    )]
    Impact(super::provenance::ImpactArgs),
    /// Pins what a question selects at a commit, so that it can be read again and proved.
    #[command(
        after_help = "Examples:\n  lorekeep snapshot create \"flaky checks\" --name run-42\n  lorekeep query \"flaky checks\" --snapshot run-42\n  lorekeep snapshot replay run-42\n  lorekeep snapshot list --server https://memory.example.com --org acme --token-file token"
    )]
    #[command(subcommand)]
    Snapshot(super::snapshot::SnapshotCommand),
    /// Builds, advances or checks the derived index.
    #[command(
        after_help = "Examples:\n  lorekeep index\n  lorekeep index --rebuild\n  lorekeep index --verify\n  lorekeep index --export                indexes/*.json of the last commit, for other programs"
    )]
    Index {
        /// Throws the index away and builds it anew.
        #[arg(long)]
        rebuild: bool,
        /// Compares it with fresh indexes of sampled commits.
        #[arg(long)]
        verify: bool,
        /// Writes derived indexes as JSON into a folder; none: `indexes/` of the memory.
        #[arg(long, value_name = "DIR", num_args = 0..=1)]
        export: Option<Option<PathBuf>>,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Installs or runs git hooks.
    #[command(after_help = "Example:\n  lorekeep hook install /srv/git/company-brain.git")]
    #[command(subcommand)]
    Hook(HookCommand),
    /// Merges one file by record and field; git runs it, set up by `init` and `hook install`.
    #[command(
        hide = true,
        after_help = "Example:\n  git config merge.lorekeep.driver 'lorekeep merge-driver %O %A %B %P'\n\nWrites the result to the second file. Exit status: 0 merged, 1 something is left to decide: our side stands there,\nand standard error says what each side holds."
    )]
    MergeDriver(super::merge_driver::MergeDriverArgs),
    /// Makes and lists organizations of a data directory.
    #[command(after_help = "Example:\n  lorekeep org create acme --data-dir ./data")]
    #[command(subcommand)]
    Org(OrgCommand),
    /// Makes and lists the memory repositories of an organization.
    #[command(after_help = "Example:\n  lorekeep repo create acme brain --data-dir ./data")]
    #[command(subcommand)]
    Repo(RepoCommand),
    /// Makes, lists and revokes access tokens.
    #[command(
        after_help = "Example:\n  lorekeep token create --org acme --name ada --role maintainer --data-dir ./data"
    )]
    #[command(subcommand)]
    Token(TokenCommand),
    /// Registers, lists and retires the SSH keys that principals sign with.
    #[command(
        after_help = "Example:\n  lorekeep key add --org acme --principal user:ada ~/.ssh/id_ed25519.pub --data-dir ./data"
    )]
    #[command(subcommand)]
    Key(super::keys::KeyCommand),
    /// Verifies and exports the audit chains of a data directory.
    #[command(after_help = "Example:\n  lorekeep audit verify --data-dir ./data")]
    #[command(subcommand)]
    Audit(super::audit::AuditCommand),
    /// Serves a data directory over HTTP and git until it is told to stop.
    #[command(
        after_help = "Example:\n  lorekeep serve --data-dir /var/lib/lorekeep --listen 127.0.0.1:8420\n\nPrints `listening on http://ADDR:PORT` on standard output once it is ready."
    )]
    Serve(ServeArgs),
    /// Serves a seeded memory of two organizations, and prints tokens and commands to try.
    #[command(
        after_help = "Examples:\n  lorekeep demo\n  lorekeep demo --listen 127.0.0.1:0 --data-dir ./demo    another run goes on where this one stopped"
    )]
    Demo {
        /// Where to listen; port 0 picks a free one.
        #[arg(long, default_value = super::settings::LISTEN, value_name = "ADDR:PORT")]
        listen: String,
        /// Keeps the data here; without it they are gone at the end.
        #[arg(long, value_name = "DIR")]
        data_dir: Option<PathBuf>,
    },
    /// Proposes what the worktree changes, or a patch, to the memory of a server.
    #[command(
        after_help = "Examples:\n  lorekeep propose --title \"Retry budget\" --reason \"the outage of May\" --server https://memory.example.com --org acme --token-file token\n  git diff | lorekeep propose --title \"Retry budget\" --reason \"the outage of May\" --patch -\n  lorekeep propose --title \"Retry budget\" --reason \"in one piece\" --supersedes amu-01hx5k3v6y8z"
    )]
    Propose(super::remote::ProposeArgs),
    /// Lists, shows, reviews and lands updates of a server's memory.
    #[command(
        after_help = "Examples:\n  lorekeep update list --phase AwaitingApproval\n  lorekeep update approve amu-01hx5k3v6y8z\n  lorekeep update merge amu-01hx5k3v6y8z --json"
    )]
    #[command(subcommand)]
    Update(super::remote::UpdateCommand),
    /// Imports the memory of runs and sessions: screened, summed up, and proposed for review.
    #[command(
        after_help = "Examples:\n  lorekeep import .a5c/runs/01KR0001 --dry-run\n  lorekeep import ~/.claude/projects/krate/019e4a.jsonl --tier curated-journal\n  lorekeep import --all ~/.claude/projects --since 2026-05-01\n  lorekeep import run.tar.zst --server https://memory.example.com --org acme --token-file token\n\nWithout a server a branch below `krate/memory-import/` proposes what is imported, and nothing else changes: not the work\ntree, not what is checked out. Imports of one call with --all go on one branch, `krate/memory-import/backfill`.\nExit status: 0 done, 1 some were not imported or do not validate, 2 bad usage or input, 3 the environment failed."
    )]
    Import(Box<super::import::ImportArgs>),
    /// Makes a record of a note, which keeps where it was derived from.
    #[command(
        after_help = "Examples:\n  lorekeep promote notes/rollback.md --kind Runbook --owner team:platform\n  lorekeep promote notes/rollback.md --kind Runbook --dry-run\n  lorekeep promote notes/retry.md --kind Decision --title \"Retry budget\" --field decidedAt=2026-05-10T12:00:00Z\n\nIn a work tree the record is a new file there, to be looked at and committed; in a bare repository a proposed branch; with a\nserver an update."
    )]
    Promote(super::promote::PromoteArgs),
    /// Prints what there is of a resource of a server, and then what changes, until it is stopped.
    #[command(
        after_help = "Examples:\n  lorekeep watch agentmemoryupdates --phase AwaitingApproval\n  lorekeep watch agentmemoryrepositories --json --since CURSOR"
    )]
    Watch(super::remote::WatchArgs),
    /// Serves an editor over standard input and output, by the Language Server Protocol.
    #[command(
        after_help = "Example:\n  lorekeep lsp        as the command of a language server in an editor's settings\n\nThe folder that the editor has open says which repository; docs/guide/editors.md has settings to copy."
    )]
    Lsp {
        /// Taken as it is: editors add it to say how they talk.
        #[arg(long, hide = true)]
        stdio: bool,
    },
    /// Says what is wrong with this installation, repository or data directory, and how to mend it.
    #[command(after_help = "Examples:\n  lorekeep doctor\n  lorekeep doctor --data-dir /var/lib/lorekeep")]
    Doctor {
        #[command(flatten)]
        data: DataDir,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prints shell completions.
    #[command(
        after_help = "Example:\n  lorekeep completions bash > ~/.local/share/bash-completion/completions/lorekeep"
    )]
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

/// Which commit a read is of. None: the tip of the default branch.
#[derive(Clone, Debug, Default, Args)]
pub struct AtArgs {
    /// A branch, tag or commit, with `~n` and `^n`.
    #[arg(long, value_name = "REV", group = "which")]
    pub rev: Option<String>,
    /// A time: RFC 3339, a date, or words such as "2 days ago".
    #[arg(long, value_name = "TIME", group = "which")]
    pub at: Option<String>,
    /// A snapshot's name.
    #[arg(long, value_name = "NAME", group = "which")]
    pub snapshot: Option<String>,
}

#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// Only findings in these files or folders.
    pub paths: Vec<String>,
    /// Validates a commit.
    #[arg(long, value_name = "REV", group = "target")]
    pub rev: Option<String>,
    /// Validates what is staged.
    #[arg(long, group = "target")]
    pub staged: bool,
    /// Validates the files on disk (the default in a working tree).
    #[arg(long, group = "target")]
    pub worktree: bool,
    /// Only what has come since this commit.
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Short for `--format json`.
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The source line with the place underlined.
    Human,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands: GitHub, Gitea and Forgejo show them beside the lines.
    Github,
}

#[derive(Debug, Args)]
pub struct QueryArgs {
    /// What to look for; may be left out with filters.
    pub text: Option<String>,
    /// Which ways to search.
    #[arg(long, value_enum, default_value_t = ModeArg::GraphAndGrep)]
    pub mode: ModeArg,
    /// Only records of this kind.
    #[arg(long = "kind", value_name = "K")]
    pub kinds: Vec<String>,
    /// Only records of this owner.
    #[arg(long = "owner", value_name = "O")]
    pub owners: Vec<String>,
    /// Only records with this tag.
    #[arg(long = "tag", value_name = "T")]
    pub tags: Vec<String>,
    /// Only records of this status.
    #[arg(long = "status", value_name = "S")]
    pub statuses: Vec<String>,
    /// Only records that apply to this repository.
    #[arg(long = "repo-ref", value_name = "R")]
    pub repo_refs: Vec<String>,
    /// Only lines in these paths.
    #[arg(long = "path", value_name = "GLOB")]
    pub paths: Vec<String>,
    /// Takes this record or path, whatever its rank.
    #[arg(long = "select", value_name = "ID")]
    pub select: Vec<String>,
    /// Prefers what is linked with this record.
    #[arg(long = "associate", value_name = "ID")]
    pub associations: Vec<String>,
    /// How many edges to follow, 0 to 4.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub depth: u8,
    /// How many records at most.
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub limit: usize,
    /// How many bytes of text at most.
    #[arg(long, default_value_t = 64_000, value_name = "N")]
    pub max_bytes: usize,
    /// How many of its best sections to name with each record, 0 to 50.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub sections: usize,
    /// Renders the answer for a reader other than a person.
    #[arg(long, value_enum)]
    pub render: Option<Render>,
    /// Says why each record is here.
    #[arg(long)]
    pub explain: bool,
    /// Prints exactly the API's answer.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub at: AtArgs,
}

/// The modes of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModeArg {
    GraphOnly,
    GrepOnly,
    GraphAndGrep,
    DocumentRead,
}

/// Renderings of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Render {
    /// A section to put before an agent.
    Prompt,
}

#[derive(Debug, Args)]
pub struct GrepArgs {
    /// What to find: a literal, unless `--regex`.
    pub pattern: String,
    /// The pattern is a regular expression (linear time, no look-around).
    #[arg(long)]
    pub regex: bool,
    /// Upper and lower case are alike.
    #[arg(short = 'i', long)]
    pub ignore_case: bool,
    /// Only these paths.
    #[arg(long = "path", value_name = "GLOB")]
    pub paths: Vec<String>,
    /// Shows lines around each match.
    #[arg(short = 'C', long, default_value_t = 0, value_name = "N")]
    pub context: usize,
    /// How many matching lines at most.
    #[arg(long, value_name = "N")]
    pub max_matches: Option<usize>,
    /// Names the commit that landed each line.
    #[arg(long)]
    pub origin: bool,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub at: AtArgs,
}

#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The older commit: a branch, tag, commit, or `@TIME`.
    pub from: String,
    /// The newer commit; none: the tip of the default branch.
    pub to: Option<String>,
    /// Shows the changed lines too.
    #[arg(long)]
    pub full: bool,
    /// Only these paths.
    #[arg(long = "path", value_name = "GLOB")]
    pub paths: Vec<String>,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// How long an approved record may go without an update: a number and `d` or `w`.
    #[arg(long, value_name = "LENGTH", default_value = "180d")]
    pub stale_after: String,
    /// The moment as of which records are stale; none: now.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// How many items of each list at most.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    #[command(flatten)]
    pub at: AtArgs,
    /// Prints exactly the API's answer.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ResolveArgs {
    /// A branch, tag or commit; none: the default branch.
    pub requested: Option<String>,
    #[command(flatten)]
    pub at: AtArgs,
    /// Refuses a commit that is not on the approved line.
    #[arg(long)]
    pub require_approved: bool,
    /// Refuses a commit whose validation has errors.
    #[arg(long)]
    pub require_valid: bool,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum HookCommand {
    /// Puts the hooks into a bare repository that is served by something else.
    #[command(after_help = "Example:\n  lorekeep hook install /srv/git/company-brain.git")]
    Install {
        /// The repository.
        repository: PathBuf,
    },
    /// Decides a push; git runs this, with `old new ref` lines on standard input.
    #[command(after_help = "Example:\n  exec lorekeep hook pre-receive        the last line of hooks/pre-receive")]
    PreReceive,
    /// Proposes what is pushed to refs/for/; git runs this, in its own protocol.
    #[command(after_help = "Example:\n  git push -o title='Say who pages whom' origin HEAD:refs/for/main")]
    ProcReceive,
    /// Keeps what makes the next validation quick; git runs this after a push.
    #[command(
        after_help = "Example:\n  lorekeep hook post-receive </dev/null >/dev/null 2>&1 &     the last line of hooks/post-receive"
    )]
    PostReceive,
}
