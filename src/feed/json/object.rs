//! JSON as it is written: a value is read once somebody asks for it, so that what nobody asks
//! for costs nothing, whatever it holds.

use std::iter;

use serde::de::IgnoredAny;

use crate::json::mended;
use crate::limits::JSON_MEMBERS_MAX;

/// The value that `text` begins with, as it is written, whatever follows it.
pub(super) fn first_value(mut text: &str) -> Option<&str> {
    take_value(&mut text, ',')
}

/// Takes the value that `rest` begins with, and the `sign` behind it; without that nothing is left.
fn take_value<'a>(rest: &mut &'a str, sign: char) -> Option<&'a str> {
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    let (value, after) = rest.split_at(values.byte_offset());
    *rest = after.trim_ascii_start().strip_prefix(sign).unwrap_or_default();
    Some(value.trim_ascii_start())
}

/// The elements of a list, as they are written; another value has none.
pub(super) fn elements(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = value.strip_prefix('[').unwrap_or_default();
    iter::from_fn(move || take_value(&mut rest, ','))
}

/// An object's members, their names and values as they are written.
pub(super) struct Object<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Object<'a> {
    /// Reads the object that `value` is; another value has no members.
    pub(super) fn of(value: &'a str) -> Object<'a> {
        let mut rest = value.strip_prefix('{').unwrap_or_default();
        let members = iter::from_fn(|| {
            let name = take_value(&mut rest, ':')?;
            Some((name.trim_matches('"'), take_value(&mut rest, ',')?))
        });
        Object(members.take(JSON_MEMBERS_MAX).collect())
    }

    /// A member as it is written; the last of several with its name.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }

    /// A member as text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        text(self.get(name)?)
    }
}

/// A value as text, numbers too; `None` where it is empty or of another type.
pub(super) fn text(value: &str) -> Option<String> {
    let text = match value.bytes().next()? {
        b'"' => {
            let whole =
                serde_json::from_str(value).or_else(|_| serde_json::from_str(&mended(value)));
            whole.map(|text: String| text.trim().to_owned()).ok()?
        }
        b'-' | b'0'..=b'9' => value.to_owned(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}
