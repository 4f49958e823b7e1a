//! Annotated tags: written with a signature as git keeps it, and read back.

use super::convert::{object_id, oid, other, unusable};
use super::refs;
use super::repository::Repository;
use super::types::{GitError, Signature, Signer};
use super::update::clean_signature;
use crate::base::{CommitId, Oid, Timestamp};

/// Where the signature of a tag begins.
const SIGNATURE: &str = "-----BEGIN SSH SIGNATURE-----";
/// The largest tag that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// An annotated tag to be written.
#[derive(Clone, Debug)]
pub struct TagDraft {
    /// What it names.
    pub target: CommitId,
    /// Its name without `refs/tags/`.
    pub name: String,
    /// Who makes it, and when.
    pub tagger: Signature,
    /// What it says.
    pub message: String,
}

/// An annotated tag as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The tag object.
    pub id: Oid,
    /// The commit it names, through whatever tags there are between.
    pub target: Option<CommitId>,
    /// Who made it, and when, as it says.
    pub tagger: Option<Signature>,
    /// What it says, without the signature.
    pub message: String,
    /// Whether it carries a signature.
    pub signed: bool,
}

impl Repository {
    /// Writes an annotated tag, signed where a signer is given. No reference moves.
    pub fn write_tag(&self, draft: &TagDraft, signer: Option<&dyn Signer>) -> Result<Oid, GitError> {
        let mut text = payload(draft);
        if let Some(signer) = signer {
            let signature = signer.sign(text.as_bytes())?;
            text.push_str(signature.trim_end());
            text.push('\n');
        }
        self.with(|repo| {
            let written = gix::objs::Write::write_buf(&repo.objects, gix::objs::Kind::Tag, text.as_bytes());
            let id = written.map_err(|e| GitError::Other { what: "writing a tag", reason: e.to_string() })?;
            Ok(oid(&id))
        })
    }

    /// The object that a reference holds itself, a tag or a commit; `None` where it is not there.
    pub fn held(&self, full_name: &str) -> Result<Option<Oid>, GitError> {
        self.with(|repo| refs::target(repo, full_name))
    }

    /// The user that the repository's own configuration names; when is for the caller to say.
    pub fn user(&self) -> Result<Option<Signature>, GitError> {
        self.with(|repo| {
            let config = repo.config_snapshot();
            let text = |key: &str| config.string(key).map(|value| value.to_string());
            let at = Timestamp::from_seconds(0);
            let named = text("user.name").zip(text("user.email"));
            Ok::<_, GitError>(named.map(|(name, email)| Signature { name, email, at }))
        })
    }

    /// The annotated tag that a reference holds; `None` where it is not there, or holds something else.
    pub fn tag(&self, full_name: &str) -> Result<Option<Tag>, GitError> {
        self.with(|repo| match refs::target(repo, full_name)? {
            Some(id) => read(repo, id),
            None => Ok(None),
        })
    }
}

fn read(repo: &gix::Repository, id: Oid) -> Result<Option<Tag>, GitError> {
    let header = repo.find_header(object_id(id)).map_err(unusable(id))?;
    if header.kind() != gix::objs::Kind::Tag || header.size() > LARGEST {
        return Ok(None);
    }
    let object = repo.find_object(object_id(id)).map_err(other("reading a tag"))?;
    let text = String::from_utf8_lossy(&object.data);
    let body = text.split_once("\n\n").map_or("", |(_, body)| body);
    let signature = body.find(SIGNATURE);
    let tagger = text.lines().find_map(|line| line.strip_prefix("tagger ")).and_then(signature_of);
    let message = body[..signature.unwrap_or(body.len())].to_owned();
    Ok(Some(Tag { id, target: refs::peel(repo, id)?, tagger, message, signed: signature.is_some() }))
}

/// Reads `name <address> seconds zone`.
fn signature_of(line: &str) -> Option<Signature> {
    let (name, rest) = line.split_once(" <")?;
    let (email, rest) = rest.split_once("> ")?;
    let seconds = rest.split(' ').next()?.parse().ok()?;
    Some(Signature { name: name.to_owned(), email: email.to_owned(), at: Timestamp::from_seconds(seconds) })
}

fn payload(draft: &TagDraft) -> String {
    let who = clean_signature(&draft.tagger);
    let name: String = draft.name.chars().filter(|c| !c.is_control()).collect();
    let message = draft.message.replace('\0', "");
    format!(
        "object {}\ntype commit\ntag {name}\ntagger {} <{}> {} +0000\n\n{}\n",
        draft.target,
        who.name,
        who.email,
        who.at.seconds(),
        message.trim_end()
    )
}
