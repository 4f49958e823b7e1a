//! Bodies: any bytes below a record's front matter, and alone.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorekeep_fuzz::{holds, ontology::built_in};

const RECORD: &[u8] = b"---\nid: term:a\nkind: Term\ntitle: A\n---\n";

fuzz_target!(|data: &[u8]| {
    let below = [RECORD, data].concat();
    let files = [(data, holds::read("notes/a.md", data)), (below.as_slice(), holds::read("notes/b.md", &below))];
    let [note, page] = &files;
    if let (Some(note), Some(page)) = (&note.1.markdown, &page.1.markdown) {
        // A note may open front matter of its own.
        if note.body_start == 0 && !data.starts_with(b"---") {
            assert_eq!(note.links.len(), page.links.len(), "a body says the same wherever it begins");
        }
    }
    holds::checked(&files, built_in(), &[]);
});
