//! Graph files: any bytes as YAML documents.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorekeep_fuzz::{holds, ontology::built_in};

fuzz_target!(|data: &[u8]| {
    holds::checked(&[(data, holds::read("graph/a.yaml", data))], built_in(), &[]);
});
