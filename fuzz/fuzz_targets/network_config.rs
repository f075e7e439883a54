//! A configuration or terminal log of a network device, of any dialect. None may panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xinglin_inspect::{Bundle, Family};

fuzz_target!(|bytes: &[u8]| {
    let bundle = Bundle {
        family: Family::Network,
        collected_at: "2026-11-22T08:00:00Z".parse().unwrap(),
        files: [("device.cfg".to_owned(), bytes.to_vec())].into(),
    };
    bundle.collect();
});
