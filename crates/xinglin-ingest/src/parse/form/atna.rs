//! Audit messages of clinical systems: RFC 3881 and its successor in DICOM PS3.15 A.5, as IHE
//! ATNA sends them.

use std::borrow::Cow;

use xinglin_core::{Field, FieldName};

use super::{
    super::{
        content::parser::Parser,
        draft::{Draft, Kind, Raw},
        note::NoteKind,
        time,
    },
    xml::{self, Piece},
};

/// What the participant that is being read says of itself; which one it is, is known only when
/// all of it was read.
struct Participant<'a> {
    user: Option<Cow<'a, str>>,
    alternative: Option<Cow<'a, str>>,
    address: Option<Cow<'a, str>>,
    process: Option<Cow<'a, str>>,
    is_requestor: bool,
}

impl Default for Participant<'_> {
    /// Who says nothing about it has asked for what happened: the default in the schema of
    /// RFC 3881.
    fn default() -> Self {
        Self {
            user: None,
            alternative: None,
            address: None,
            process: None,
            is_requestor: true,
        }
    }
}

/// Reads a message.
pub(crate) fn read<'a>(parser: &'a Parser, draft: &mut Draft<'a>, body: &'a str) -> bool {
    let body = body.trim_start_matches(['\u{feff}', ' ', '\r', '\n']);
    let mut elements: Vec<&'a str> = Vec::new();
    let mut participant = Participant::default();
    let mut count = 0_usize;
    let is_whole = xml::each(body, |piece| match piece {
        Piece::Begin(name) => {
            elements.push(name);
            if name == "ActiveParticipant" {
                participant = Participant::default();
            }
        }
        Piece::Attribute(name, value) => {
            count += 1;
            let element = elements.last().copied().unwrap_or_default();
            match (element, name) {
                ("ActiveParticipant", "UserID") => participant.user = Some(value),
                ("ActiveParticipant", "AlternativeUserID") => participant.alternative = Some(value),
                ("ActiveParticipant", "NetworkAccessPointID") => participant.address = Some(value),
                ("ActiveParticipant", "UserIsRequestor") => {
                    participant.is_requestor = value != "false";
                }
                ("ActiveParticipant", "ProcessName") => participant.process = Some(value),
                ("EventIdentification", "EventDateTime") => {
                    if let Some((stamp, _)) = time::leading(&value) {
                        draft.stamp(&stamp);
                    }
                }
                _ => coded(parser, draft, element, name, value),
            }
        }
        Piece::Text(value) => {
            let element = elements.last().copied().unwrap_or_default();
            parser.take(draft, element, Raw::Text(value));
        }
        Piece::End => {
            if elements.pop() == Some("ActiveParticipant") {
                std::mem::take(&mut participant).put(draft);
            }
        }
    });
    if !is_whole && count > 0 {
        draft.note(NoteKind::Malformed, body);
    }
    count > 0
}

/// RFC 3881 and DICOM write the same with other attributes: one name for both.
fn coded<'a>(
    parser: &'a Parser,
    draft: &mut Draft<'a>,
    element: &str,
    attribute: &str,
    value: Cow<'a, str>,
) {
    let attribute = match attribute {
        "csd-code" => "code",
        "originalText" => "displayName",
        other => other,
    };
    let key = format!("{element}.{attribute}");
    parser.take(draft, &key, Raw::Text(value));
}

impl<'a> Participant<'a> {
    fn put(self, draft: &mut Draft<'a>) {
        let (user, address) = if self.is_requestor {
            (Field::USER_NAME, Field::SOURCE_IP)
        } else {
            (Field::USER_TARGET_NAME, Field::DESTINATION_IP)
        };
        let mut put = |field: Field, kind: Kind, value: Option<Cow<'a, str>>| {
            if let Some(value) = value {
                draft.put(FieldName::Common(field), kind, Raw::Text(value));
            }
        };
        put(user, Kind::Text, self.user);
        if self.is_requestor {
            put(Field::USER_ID, Kind::Text, self.alternative);
        }
        put(address, Kind::Host, self.address);
        put(Field::PROCESS_NAME, Kind::Text, self.process);
    }
}
