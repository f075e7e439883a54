//! What holds for every text: nothing panics, spans stand for the bytes of their values,
//! unknown messages are whole.

use proptest::prelude::*;
use xinglin_core::Value;
use xinglin_ingest::{
    DecodeAs, Memory, Parsed, decode,
    framing::{Frame, Framer, Limits},
};

use super::{PARSERS, parse, settings};

/// Every span renders to just its bytes, and spans follow one another.
pub(crate) fn check(parsed: &Parsed<'_>, text: &str) {
    assert_eq!(parsed.event.text, text);
    let mut spans = Vec::new();
    for field in &parsed.event.fields {
        let Some(span) = field.span else { continue };
        let part = text.get(span.range());
        let rendered = match &field.value {
            Value::Text(text) => text.to_string(),
            other => other.to_text().into_owned(),
        };
        assert_eq!(part, Some(rendered.as_str()), "{}", field.name.as_str());
        spans.push(span.range());
    }
    spans.sort_by_key(|span| (span.start, span.end));
    for pair in spans.windows(2) {
        assert!(pair[0].end <= pair[1].start, "{pair:?} of {text}");
    }
}

fn sample() -> impl Strategy<Value = String> {
    let samples: Vec<String> = PARSERS
        .samples()
        .flat_map(|(_, messages)| messages.into_iter().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    prop::sample::select(samples)
}

#[test]
fn spans_of_samples_are_exact() {
    let settings = settings();
    for (_, messages) in PARSERS.samples() {
        let mut memory = Memory::default();
        for message in messages {
            check(&parse(message, &settings, &mut memory), message);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_kept_whole(text in "\\PC{0,200}") {
        let settings = settings();
        let mut memory = Memory::default();
        check(&parse(&text, &settings, &mut memory), &text);
    }

    #[test]
    fn samples_with_changes_are_kept_whole(
        text in sample(),
        at in any::<prop::sample::Index>(),
        gone in 0..20_usize,
        new in "[ =:;,\"'\\\\|<>{}\\[\\]%#0-9a-z\u{4e2d}\n\t]{0,12}",
    ) {
        let mut characters: Vec<char> = text.chars().collect();
        let at = at.index(characters.len() + 1);
        let end = (at + gone).min(characters.len());
        characters.splice(at..end, new.chars());
        let text: String = characters.into_iter().collect();
        let settings = settings();
        let mut memory = Memory::default();
        check(&parse(&text, &settings, &mut memory), &text);
    }

    #[test]
    fn faithful_texts_lead_back(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        for decode_as in [DecodeAs::Auto, DecodeAs::Utf8, DecodeAs::Gb18030, DecodeAs::Utf16Le, DecodeAs::Utf16Be] {
            let decoded = decode(&bytes, decode_as);
            if decoded.is_faithful && decoded.written_in == xinglin_ingest::WrittenIn::Utf8 {
                prop_assert!(bytes.starts_with(decoded.text.as_bytes()));
            }
        }
    }

    #[test]
    fn framing_does_not_depend_on_pieces(
        bytes in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b' '), Just(b'<'), Just(b'1'), Just(b'9'), any::<u8>()], 0..300),
        share in 1..50_usize,
    ) {
        let cut = |share: usize| {
            let mut framer = Framer::new(Limits { message_bytes: 40 });
            let mut found: Vec<(Vec<u8>, bool)> = Vec::new();
            let mut each = |frame: Frame<'_>| found.push((frame.bytes.to_vec(), frame.is_cut));
            for piece in bytes.chunks(share) {
                framer.push(piece, &mut each);
            }
            framer.finish(&mut each);
            found
        };
        prop_assert_eq!(cut(share), cut(1_000));
    }
}
