//! One text for one JSON value.

use serde_json::Value;

/// Writes `value` as canonical JSON: no white space, the keys of every object sorted by
/// their UTF-8 bytes, the shortest escapes, integers as they are and other numbers with
/// the fewest digits that read back to the same number.
///
/// Reading the text and writing it again gives the same text.
pub fn canonical_json(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

pub(crate) fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            text.push_str(&value.to_string());
        }
        Value::Array(items) => {
            text.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            // Sorted here and not left to the map: whether the map is ordered is decided
            // by whoever else in the build asks for serde_json's `preserve_order`.
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(key, _)| key.as_bytes());
            text.push('{');
            for (position, (key, item)) in fields.into_iter().enumerate() {
                if position > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(item, text);
            }
            text.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_canonical() {
        for (given, canonical) in [
            ("null", "null"),
            (
                r#"{"b": 1, "a": [true, {"z": null, "y": "\u0041\n"}]}"#,
                r#"{"a":[true,{"y":"A\n","z":null}],"b":1}"#,
            ),
            (r#"{"医": 1, "z": 2, "Z": 3}"#, r#"{"Z":3,"z":2,"医":1}"#),
            (
                "[1.50, 1e3, -7, 18446744073709551615]",
                "[1.5,1000.0,-7,18446744073709551615]",
            ),
            (r#""\u007f\u0001\/""#, "\"\u{7f}\\u0001/\""),
            ("{}", "{}"),
        ] {
            let value: Value = serde_json::from_str(given).unwrap();
            assert_eq!(canonical_json(&value), canonical);
        }
    }
}
