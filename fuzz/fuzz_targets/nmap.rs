//! Scans handed in for import. None may panic, and what is read must be usable.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xinglin_inspect::discovery::{Register, discover, parse_nmap};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(scan) = parse_nmap(bytes) {
        assert!(scan.hosts.iter().all(|host| !host.addresses.is_empty()));
        discover(&scan, &Register::default());
    }
});
