//! The server's own key: made once, kept by the operating system's permissions, used in process.

use super::types::{GitError, Signer};
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey};
use std::fs;
use std::io::{Read, Write};
use std::path::Path;

/// The namespace git signs commits and tags in.
pub const GIT_NAMESPACE: &str = "git";
/// The largest key file read, in bytes.
const LARGEST_KEY: u64 = 64 << 10;

/// A private SSH key, which signs commits.
pub struct SigningKey {
    key: PrivateKey,
}

impl SigningKey {
    /// Makes a new ed25519 key in a file that only its owner may read. Refused where a file is already.
    pub fn generate(path: &Path) -> Result<Self, GitError> {
        let key = PrivateKey::random(&mut ssh_key::rand_core::OsRng, Algorithm::Ed25519).map_err(unusable)?;
        let text = key.to_openssh(LineEnding::LF).map_err(unusable)?;
        let io = |source| GitError::Io { what: format!("cannot write a signing key to {}", path.display()), source };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Temporary files are made with mode 0600.
        let mut draft = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
        draft.write_all(text.as_bytes()).map_err(io)?;
        draft.as_file().sync_all().map_err(io)?;
        draft.persist_noclobber(path).map_err(|error| io(error.error))?;
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)?;
        Ok(Self { key })
    }

    /// Reads a key that has no passphrase, and that nobody but its owner may read.
    pub fn load(path: &Path) -> Result<Self, GitError> {
        let io = |source| GitError::Io { what: format!("cannot read the signing key {}", path.display()), source };
        let file = fs::File::open(path).map_err(io)?;
        check_mode(&file.metadata().map_err(io)?, path)?;
        let mut text = String::new();
        file.take(LARGEST_KEY).read_to_string(&mut text).map_err(io)?;
        let key = PrivateKey::from_openssh(&text).map_err(unusable)?;
        if key.is_encrypted() {
            return Err(trouble(format!("{} has a passphrase: give a key without one", path.display())));
        }
        Ok(Self { key })
    }

    /// An armoured signature of the payload in a namespace.
    pub fn sign_in(&self, namespace: &str, payload: &[u8]) -> Result<String, GitError> {
        let signature = self.key.sign(namespace, HashAlg::Sha512, payload).map_err(unusable)?;
        signature.to_pem(LineEnding::LF).map_err(unusable)
    }

    /// The fingerprint people compare, such as `SHA256:...`.
    pub fn fingerprint(&self) -> String {
        self.key.fingerprint(HashAlg::Sha256).to_string()
    }
}

impl Signer for SigningKey {
    fn sign(&self, payload: &[u8]) -> Result<String, GitError> {
        self.sign_in(GIT_NAMESPACE, payload)
    }

    fn public_key(&self) -> String {
        let mut public = self.key.public_key().clone();
        public.set_comment("");
        public.to_openssh().expect("a key that was read or made can be written").trim().to_owned()
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SigningKey").field(&self.fingerprint()).finish()
    }
}

fn check_mode(metadata: &fs::Metadata, path: &Path) -> Result<(), GitError> {
    use std::os::unix::fs::PermissionsExt;
    if metadata.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(trouble(format!("others may read {0}: run `chmod 600 {0}`", path.display())))
}

fn unusable(error: ssh_key::Error) -> GitError {
    trouble(error.to_string())
}

fn trouble(reason: String) -> GitError {
    GitError::Other { what: "using the signing key", reason }
}
