//! Run memory imported: what was asked is checked, the run is collected and screened, files are made of it, and they are
//! proposed as an update that people review like every other.
//!
//! What a run says is looked at by `ingest` alone, which gives nothing that was not screened. Rows hold digests and counts.
//! The story that files are made of lies in the artifact store, so that they can be made again or of a lower tier.

mod act;
mod asked;
mod collect;
mod conditions;
mod drafts;
mod import;
mod importing;
mod preview;
mod propose;
mod retain;
mod roots;
mod settle;
mod stop;
mod store;
mod sweep;
mod types;
mod view;
mod why;

pub use collect::{Collected, collect_run};
pub use importing::{Found, Importing, ProposedBranch};
pub use preview::{ImportPreview, PreviewFile};
pub use retain::ArtifactBytes;
pub(super) use store::note_proposed;
pub use sweep::SweptObject;
pub use types::{
    ImportAction, ImportCondition, ImportInclude, ImportListFilter, ImportView, Imported, NewImport, Redacted,
};
