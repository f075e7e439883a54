//! Answers of a TLS server, certificates, and the record of handshakes. None may panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xinglin_inspect::{
    Bundle, Family,
    tls::{Ended, Endpoint, Probe, Version, certificate, transcript::TRANSCRIPT_FILE, wire},
};

fuzz_target!(|bytes: &[u8]| {
    let now = "2026-11-22T08:00:00Z".parse().unwrap();
    for version in Version::ALL {
        wire::read(version, bytes);
    }
    drop(certificate::parse(bytes, now));
    let mut probe = Probe::new(Endpoint {
        host: "his.example".to_owned(),
        port: 443,
        server_name: None,
        starttls: None,
    });
    while probe.next_hello().is_some() {
        probe.received(bytes.to_vec(), Ended::Answered);
    }
    for file in [probe.into_transcript().to_json(), bytes.to_vec()] {
        let bundle = Bundle {
            family: Family::Tls,
            collected_at: now,
            files: [(TRANSCRIPT_FILE.to_owned(), file)].into(),
        };
        bundle.collect();
    }
});
