//! Files of a hypervisor bundle, of any kind, in any encoding. None may panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xinglin_inspect::{Bundle, Family};

fuzz_target!(|bytes: &[u8]| {
    // Files are separated by a byte that no text has, so that one input makes several.
    let files = bytes.split(|byte| *byte == 0xFF).enumerate();
    let bundle = Bundle {
        family: Family::Hypervisor,
        collected_at: "2026-11-22T08:00:00Z".parse().unwrap(),
        files: files
            .map(|(number, file)| (number.to_string(), file.to_vec()))
            .collect(),
    };
    bundle.collect();
});
