//! TLS endpoints: hellos, answers, certificates, and what is asked next.

use proptest::prelude::*;
use xinglin_inspect::{
    Bundle, Family,
    tls::{
        Ended, Endpoint, Offer, Probe, Transcript, Version,
        certificate::has_name,
        suites,
        transcript::{TRANSCRIPT_FILE, TranscriptError},
        wire,
    },
};

fn endpoint() -> Endpoint {
    Endpoint {
        host: "his.example".to_owned(),
        port: 443,
        server_name: None,
        starttls: None,
    }
}

/// A server's answer: the version and suite that it chose, and that it is done.
fn answer(version: u16, suite: u16) -> Vec<u8> {
    let mut body = version.to_be_bytes().to_vec();
    body.extend([9; 32]);
    body.push(0);
    body.extend(suite.to_be_bytes());
    body.push(0);
    let mut message = vec![2, 0, 0, u8::try_from(body.len()).unwrap()];
    message.extend(body);
    message.extend([14, 0, 0, 0]);
    let mut record = vec![22, 3, 3, 0, u8::try_from(message.len()).unwrap()];
    record.extend(message);
    record
}

#[test]
fn hellos_have_the_numbers_of_their_version() {
    for version in Version::ALL {
        let bytes = Offer::of_all(version).to_bytes(Some("his.example"));
        let length = usize::from(u16::from_be_bytes([bytes[3], bytes[4]]));
        assert_eq!(bytes.len(), length + 5, "{version:?}");
        assert_eq!((bytes[0], bytes[5]), (22, 1));
        let within = u16::from_be_bytes([bytes[9], bytes[10]]);
        let expected = if version == Version::Tls13 {
            0x0303
        } else {
            version.number()
        };
        assert_eq!(within, expected, "{version:?}");
        let named = bytes.windows(11).any(|part| part == b"his.example");
        assert_eq!(named, !matches!(version, Version::Ssl3 | Version::Tlcp));
    }
    let tlcp = Offer::of_all(Version::Tlcp).to_bytes(None);
    assert_eq!(
        tlcp[1..3],
        [1, 1],
        "TLCP has its own version in the record, too"
    );
    assert!(tlcp.windows(2).any(|part| part == [0xe0, 0x13]));
}

#[test]
fn a_probe_asks_until_nothing_is_left() {
    // Knows TLS 1.2 only, two suites, and prefers its own first one.
    let known = [0xc02f, 0x0005];
    let mut probe = Probe::new(endpoint());
    let mut hellos = 0;
    while let Some(hello) = probe.next_hello() {
        hellos += 1;
        assert!(hellos < 50);
        let is_12 =
            hello[9..11] == [3, 3] && !hello.windows(7).any(|part| part == [0, 43, 0, 3, 2, 3, 4]);
        let at = 46 + usize::from(hello[43]);
        let length = usize::from(u16::from_be_bytes([hello[at - 2], hello[at - 1]]));
        let suites = &hello[at..at + length];
        let offered = |id: u16| suites.chunks(2).any(|pair| pair == id.to_be_bytes());
        match known.into_iter().find(|id| is_12 && offered(*id)) {
            Some(suite) => {
                let bytes = answer(0x0303, suite);
                assert!(probe.is_enough(&bytes));
                assert!(!probe.is_enough(&bytes[..20]));
                probe.received(bytes, Ended::Answered);
            }
            None => probe.received(vec![21, 3, 3, 0, 2, 2, 40], Ended::Closed),
        }
    }
    let bundle = Bundle {
        family: Family::Tls,
        collected_at: "2026-11-22T08:00:00Z".parse().unwrap(),
        files: [(
            TRANSCRIPT_FILE.to_owned(),
            probe.into_transcript().to_json(),
        )]
        .into(),
    };
    let facts = bundle.collect().facts;
    assert_eq!(facts["versions"], serde_json::json!(["TLSv1.2"]));
    assert_eq!(facts["suites"].as_array().unwrap().len(), 2);
    assert_eq!(facts["suites_complete"], true);
    assert_eq!(facts["server_order"], true);
    assert_eq!(facts["versions_unknown"], serde_json::json!([]));
}

#[test]
fn what_cannot_be_reached_is_left_alone() {
    let mut probe = Probe::new(endpoint());
    let mut asked = 0;
    while probe.next_hello().is_some() {
        asked += 1;
        probe.received(Vec::new(), Ended::Unreachable);
    }
    assert_eq!(asked, 2);
}

#[test]
fn names_of_certificates() {
    let names = ["his.example", "*.emr.example", "10.1.0.4", "2001:db8::1"].map(str::to_owned);
    for (wanted, expected) in [
        ("HIS.example", true),
        ("his.example.", true),
        ("a.emr.example", true),
        ("emr.example", false),
        ("a.b.emr.example", false),
        ("10.1.0.4", true),
        ("10.1.0.5", false),
        ("[2001:db8:0::1]", true),
    ] {
        assert_eq!(has_name(&names, wanted), expected, "{wanted}");
    }
}

#[test]
fn names_of_suites_say_what_they_are() {
    for (name, expected) in [
        ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", vec!["3des"]),
        ("TLS_RSA_WITH_DES_CBC_SHA", vec!["des"]),
        (
            "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5",
            vec!["rc4", "export", "anonymous", "md5"],
        ),
        ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", vec![]),
    ] {
        assert_eq!(suites::weaknesses(name), expected, "{name}");
    }
    assert!(suites::is_forward_secret(
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    ));
    assert!(suites::is_forward_secret("TLS_AES_128_GCM_SHA256"));
    assert!(!suites::is_forward_secret(
        "TLS_RSA_WITH_AES_128_GCM_SHA256"
    ));
    assert!(suites::is_national("ECC_SM4_CBC_SM3"));
    let mut numbers: Vec<u16> = suites::CLASSIC.iter().map(|(id, _)| *id).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), suites::CLASSIC.len(), "each number once");
}

#[test]
fn a_file_of_another_form_is_refused() {
    let mut transcript = Transcript::of(endpoint());
    assert_eq!(
        Transcript::from_json(&transcript.to_json()),
        Ok(transcript.clone())
    );
    transcript.format = "xinglin.handshakes/9".to_owned();
    assert_eq!(
        Transcript::from_json(&transcript.to_json()),
        Err(TranscriptError::WrongFormat {
            found: "xinglin.handshakes/9".to_owned()
        })
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_answer_is_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0_usize..60, byte: u8) {
        let mut changed = answer(0x0303, 0x0033);
        let at = at % changed.len();
        changed[at] = byte;
        changed.extend(&bytes);
        for version in Version::ALL {
            wire::read(version, &bytes);
            wire::read(version, &changed);
        }
        let now = "2026-11-22T08:00:00Z".parse().unwrap();
        drop(xinglin_inspect::tls::certificate::parse(&bytes, now));
    }
}
