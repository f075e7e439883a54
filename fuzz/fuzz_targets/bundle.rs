//! Archives handed in from outside. None may panic, take all memory, or be read as another
//! than it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xinglin_inspect::{Bundle, Family, Trust};

fuzz_target!(|bytes: &[u8]| {
    for key in [None, Some(&b"key"[..])] {
        if let Ok((bundle, trust)) = Bundle::from_zip(bytes, key) {
            assert_eq!(trust == Trust::Signed, key.is_some());
            bundle.collect();
        }
    }
    // What is written is read back, whatever its files hold.
    let bundle = Bundle {
        family: Family::Windows,
        collected_at: "2026-11-22T08:00:00Z".parse().unwrap(),
        files: [("a".to_owned(), bytes.to_vec())].into(),
    };
    let archive = bundle.to_zip("a", Some(b"key")).unwrap();
    assert_eq!(
        Bundle::from_zip(&archive, Some(b"key")),
        Ok((bundle, Trust::Signed))
    );
});
