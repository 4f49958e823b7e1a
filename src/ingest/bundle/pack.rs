//! Writes a bundle as a tar that depends on its files alone.

use super::Bundle;
use std::io::{self, Write};

/// Writes the files by path, with the same owner, mode and time for all.
pub(super) fn write(bundle: &Bundle, out: impl Write) -> io::Result<()> {
    let mut tar = tar::Builder::new(out);
    for file in bundle.files() {
        let mut header = tar::Header::new_gnu();
        header.set_size(file.size);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        tar.append_data(&mut header, &file.path, bundle.open(&file.path)?)?;
    }
    tar.into_inner()?.flush()
}
