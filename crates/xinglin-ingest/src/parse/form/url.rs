//! Addresses of the web.

use std::borrow::Cow;

use xinglin_core::{Field, FieldName};

use super::super::draft::{Draft, Kind, Raw};

/// Puts path and query of what a request asked for; the whole of it where it is no path.
pub(crate) fn put<'a>(draft: &mut Draft<'a>, raw: &Raw<'a>) {
    let &Raw::Text(Cow::Borrowed(part)) = raw else {
        put_owned(draft, raw.as_str());
        return;
    };
    if !part.starts_with('/') {
        draft.text(Field::URL_ORIGINAL, part);
        return;
    }
    match part.split_once('?') {
        None => draft.text(Field::URL_PATH, part),
        Some((path, query)) => {
            draft.text(Field::URL_PATH, path);
            draft.text(Field::URL_QUERY, query);
        }
    }
}

fn put_owned(draft: &mut Draft<'_>, text: &str) {
    let mut put = |field: Field, part: &str| {
        let part = Raw::Text(Cow::Owned(part.to_owned()));
        draft.put(FieldName::Common(field), Kind::Text, part);
    };
    match text.split_once('?') {
        _ if !text.starts_with('/') => put(Field::URL_ORIGINAL, text),
        None => put(Field::URL_PATH, text),
        Some((path, query)) => {
            put(Field::URL_PATH, path);
            put(Field::URL_QUERY, query);
        }
    }
}
