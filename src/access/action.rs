//! Everything that a caller may ask for.

use super::Role;
use crate::base::Principal;

/// An action, with what the decision about it depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action<'a> {
    /// Lists the repositories of the org.
    ListRepositories,
    /// Reads the policy of a repository.
    ReadPolicy,
    /// Resolves a reference or a time to a commit.
    ResolveRef,
    /// Queries graph and text.
    Query,
    /// Reads records.
    ReadRecords,
    /// Reads documents.
    ReadDocuments,
    /// Reads the graph around a record.
    ReadGraph,
    /// Reads the report of a commit.
    ReadReport,
    /// Compares two commits.
    Diff,
    /// Reads the history of a record or a path.
    ReadHistory,
    /// Validates a commit or a text.
    Validate,
    /// Lists and reads updates.
    ReadUpdates,
    /// Lists, reads and replays snapshots.
    ReadSnapshots,
    /// Makes a snapshot.
    CreateSnapshot,
    /// Reads the org's public signing keys.
    ReadSigners,
    /// Clones or fetches with git.
    Fetch,
    /// Pushes with git; each reference is then decided by [`super::decide_ref`].
    Push,
    /// Proposes an update, or a further revision of one.
    Propose,
    /// Comments on an update.
    Comment,
    /// Has an update validated again on the present tip.
    Refresh,
    /// Approves one revision of an update.
    Approve {
        /// Everyone who proposed the update or a revision of it.
        proposers: &'a [Principal],
        /// Whether it touches `ontology/**`.
        touches_ontology: bool,
    },
    /// Lists and reads imports of run memory.
    ReadImports,
    /// Imports the memory of a run, or does it again.
    ImportRun,
    /// Has the bytes of a run's artifacts kept.
    RetainBytes,
    /// Reads bytes of a run's artifacts that were kept.
    ReadBytes,
    /// Rejects an update.
    Reject,
    /// Asks for another revision of an update.
    RequestChanges,
    /// Merges an approved update.
    Merge {
        /// Whether it touches `ontology/**`.
        touches_ontology: bool,
    },
    /// Ends an update by proposing another one in its place.
    Supersede {
        /// Whether it is the caller's own.
        own: bool,
    },
    /// Proposes the inverse of a merged update.
    Revert,
    /// Marks a snapshot as known to be bad.
    MarkSnapshot,
    /// Makes or adopts a repository.
    CreateRepository,
    /// Changes the policy of a repository.
    ManagePolicies,
    /// Makes, lists and revokes tokens.
    ManageTokens,
    /// Registers a signing key of one's own.
    RegisterKey,
    /// Retires a registered signing key.
    RetireKey {
        /// Whether it is the caller's own.
        own: bool,
    },
    /// Reads, verifies and exports the audit log of the org.
    ReadAudit,
}

impl Action<'_> {
    /// The least role that may.
    pub(super) fn needs(&self) -> Role {
        match self {
            Self::ListRepositories | Self::ReadPolicy | Self::ResolveRef | Self::Query | Self::ReadRecords => {
                Role::Reader
            }
            Self::ReadDocuments | Self::ReadGraph | Self::ReadReport | Self::Diff | Self::ReadHistory => Role::Reader,
            Self::Validate | Self::ReadUpdates | Self::ReadSigners | Self::Fetch => Role::Reader,
            Self::ReadSnapshots | Self::CreateSnapshot => Role::Reader,
            Self::ReadImports => Role::Reader,
            Self::Push | Self::Propose | Self::Comment | Self::Refresh | Self::ImportRun => Role::Proposer,
            Self::Supersede { own: true } => Role::Proposer,
            Self::Supersede { own: false } => Role::Reviewer,
            Self::RegisterKey | Self::RetireKey { own: true } => Role::Proposer,
            Self::RetireKey { own: false } => Role::Admin,
            Self::Approve { touches_ontology: true, .. } | Self::Merge { touches_ontology: true } => Role::Maintainer,
            Self::Approve { .. } | Self::Merge { .. } | Self::Reject | Self::RequestChanges => Role::Reviewer,
            Self::Revert | Self::MarkSnapshot | Self::RetainBytes | Self::ReadBytes => Role::Maintainer,
            Self::CreateRepository | Self::ManagePolicies | Self::ManageTokens | Self::ReadAudit => Role::Admin,
        }
    }

    /// Whether a narrowed token may: only where the answer or the request can be held to its scope.
    ///
    /// Git hands out whole repositories, a decision about a change needs to see all of it, and whoever manages
    /// tokens could make one without a scope.
    pub(super) fn can_be_narrowed(&self) -> bool {
        match self {
            Self::ListRepositories | Self::ReadPolicy | Self::ResolveRef | Self::Query | Self::ReadRecords => true,
            Self::ReadDocuments | Self::ReadGraph | Self::ReadReport | Self::Diff | Self::ReadHistory => true,
            Self::Validate | Self::ReadUpdates | Self::ReadSigners | Self::Propose | Self::Comment => true,
            Self::ReadSnapshots | Self::CreateSnapshot | Self::ReadImports | Self::ImportRun => true,
            Self::Fetch | Self::Push | Self::Refresh | Self::Approve { .. } | Self::Reject => false,
            Self::RequestChanges | Self::Merge { .. } | Self::Revert | Self::CreateRepository => false,
            Self::MarkSnapshot | Self::Supersede { own: false } | Self::RetainBytes | Self::ReadBytes => false,
            Self::Supersede { own: true } => true,
            Self::ManagePolicies | Self::ManageTokens | Self::ReadAudit => false,
            Self::RegisterKey | Self::RetireKey { .. } => false,
        }
    }

    /// The action in words, to begin a sentence with.
    pub fn in_words(&self) -> &'static str {
        match self {
            Self::ListRepositories => "listing repositories",
            Self::ReadPolicy => "reading a policy",
            Self::ResolveRef => "resolving a reference",
            Self::Query => "querying",
            Self::ReadRecords => "reading records",
            Self::ReadDocuments => "reading documents",
            Self::ReadGraph => "reading the graph",
            Self::ReadReport => "reading the report",
            Self::Diff => "comparing commits",
            Self::ReadHistory => "reading history",
            Self::Validate => "validating",
            Self::ReadUpdates => "reading updates",
            Self::ReadSnapshots => "reading snapshots",
            Self::CreateSnapshot => "making a snapshot",
            Self::ReadSigners => "reading the signing keys",
            Self::Fetch => "fetching with git",
            Self::Push => "pushing with git",
            Self::Propose => "proposing an update",
            Self::Comment => "commenting on an update",
            Self::Refresh => "refreshing an update",
            Self::Approve { touches_ontology: true, .. } => "approving a change of the ontology",
            Self::Approve { .. } => "approving an update",
            Self::ReadImports => "reading imports",
            Self::ImportRun => "importing a run",
            Self::RetainBytes => "keeping bytes of artifacts",
            Self::ReadBytes => "reading kept bytes of artifacts",
            Self::Reject => "rejecting an update",
            Self::RequestChanges => "requesting changes of an update",
            Self::Merge { touches_ontology: true } => "merging a change of the ontology",
            Self::Merge { .. } => "merging an update",
            Self::Supersede { own: true } => "superseding an own update",
            Self::Supersede { own: false } => "superseding an update of another",
            Self::Revert => "reverting an update",
            Self::MarkSnapshot => "marking a snapshot",
            Self::CreateRepository => "creating a repository",
            Self::ManagePolicies => "changing a policy",
            Self::ManageTokens => "managing tokens",
            Self::RegisterKey => "registering a signing key",
            Self::RetireKey { own: true } => "retiring an own signing key",
            Self::RetireKey { own: false } => "retiring a signing key of another",
            Self::ReadAudit => "reading the audit log",
        }
    }
}
