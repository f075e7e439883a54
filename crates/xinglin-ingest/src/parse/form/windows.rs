//! An event of Windows as XML: what the system says of it, then its data by name.

use std::borrow::Cow;

use super::{
    super::{
        content::parser::Parser,
        draft::{Draft, Raw},
        note::NoteKind,
    },
    xml::{self, Piece},
};

/// So many pieces of data without names are numbered.
const MOST_UNNAMED: usize = 64;

/// Where in the event the reader is.
#[derive(Default)]
struct Place<'a> {
    elements: Vec<&'a str>,
    /// The name of a piece of data, from its attribute.
    name: Option<Cow<'a, str>>,
    unnamed: usize,
    count: usize,
    has_value: bool,
}

/// Reads an event.
pub(crate) fn read<'a>(parser: &'a Parser, draft: &mut Draft<'a>, body: &'a str) -> bool {
    let mut place = Place {
        elements: Vec::with_capacity(8),
        ..Place::default()
    };
    let is_whole = xml::each(body, |piece| match piece {
        Piece::Begin(name) => {
            place.elements.push(name);
            place.name = None;
            place.has_value = false;
        }
        Piece::Attribute(name, value) => place.attribute(parser, draft, name, value),
        Piece::Text(value) => place.text(parser, draft, value),
        Piece::End => {
            place.elements.pop();
        }
    });
    if !is_whole && place.count > 0 {
        draft.note(NoteKind::Malformed, body);
    }
    place.count > 0
}

impl<'a> Place<'a> {
    fn attribute(
        &mut self,
        parser: &'a Parser,
        draft: &mut Draft<'a>,
        name: &'a str,
        value: Cow<'a, str>,
    ) {
        let key = match (self.elements.as_slice(), name) {
            ([_, "System", "Provider"], "Name") => "System.Provider",
            ([_, "System", "Provider"], "Guid") => "System.ProviderGuid",
            ([_, "System", "TimeCreated"], "SystemTime") => "System.TimeCreated",
            ([_, "System", "Execution"], "ProcessID") => "System.ProcessID",
            ([_, "System", "Execution"], "ThreadID") => "System.ThreadID",
            ([_, "System", "Correlation"], "ActivityID") => "System.ActivityID",
            ([_, "System", "Security"], "UserID") => "System.UserID",
            ([_, "EventData" | "UserData", ..], "Name") => {
                self.name = Some(value);
                return;
            }
            _ => return,
        };
        self.count += 1;
        parser.take(draft, key, Raw::Text(value));
    }

    fn text(&mut self, parser: &'a Parser, draft: &mut Draft<'a>, value: Cow<'a, str>) {
        let numbered;
        let key = match self.elements.as_slice() {
            [_, "System", "EventID"] => "System.EventID",
            [_, "System", "Level"] => "System.Level",
            [_, "System", "Task"] => "System.Task",
            [_, "System", "Opcode"] => "System.Opcode",
            [_, "System", "Keywords"] => "System.Keywords",
            [_, "System", "EventRecordID"] => "System.EventRecordID",
            [_, "System", "Channel"] => "System.Channel",
            [_, "System", "Computer"] => "System.Computer",
            [_, "RenderingInfo", "Message"] => "Message",
            [_, "EventData" | "UserData", .., last] => match self.name.take() {
                Some(name) => {
                    self.count += 1;
                    self.has_value = true;
                    parser.take(draft, &name, Raw::Text(value));
                    self.name = Some(name);
                    return;
                }
                None if matches!(*last, "Data" | "Binary") => {
                    self.unnamed += 1;
                    if self.unnamed > MOST_UNNAMED {
                        return;
                    }
                    numbered = format!("param{}", self.unnamed);
                    numbered.as_str()
                }
                None => *last,
            },
            _ => return,
        };
        self.count += 1;
        self.has_value = true;
        parser.take(draft, key, Raw::Text(value));
    }
}
