//! Front matter: any bytes as a page, and any bytes between two fences.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorekeep_fuzz::{holds, ontology::built_in};

fuzz_target!(|data: &[u8]| {
    let framed = [b"---\n", data, b"\n---\n# Body\n"].concat();
    let records = [("pages/a.md", data), ("pages/b.md", framed.as_slice())];
    let files = records.map(|(path, bytes)| (bytes, holds::read(path, bytes)));
    holds::checked(&files, built_in(), &[]);
});
