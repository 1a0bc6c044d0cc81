//! Fills the places of a page or feed: `{{name}}`, or `{{name|form}}`.

/// Fills every place of `template` with what `value` says of its name.
///
/// A place whose name is unknown stays as it is, where a test finds it. What is
/// filled in is not read again.
pub(super) fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let place = after.split_once("}}").and_then(|(place, tail)| {
            let (name, form) = place.split_once('|').unwrap_or((place, ""));
            Some((shape(value(name)?, form), tail))
        });
        rest = if let Some((text, tail)) = place {
            filled.push_str(&text);
            tail
        } else {
            filled.push_str("{{");
            after
        };
    }
    filled.push_str(rest);
    filled
}

/// Brings a value into the form that its place asks for.
fn shape(value: String, form: &str) -> String {
    match form {
        "xml" => value
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;"),
        "json" => {
            let quoted = serde_json::Value::String(value).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        }
        "rfc2822" => value.parse::<jiff::Timestamp>().map_or_else(
            |_| String::new(),
            |time| {
                jiff::fmt::rfc2822::DateTimePrinter::new()
                    .timestamp_to_string(&time)
                    .unwrap_or_default()
            },
        ),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn a_place_is_filled_in_the_form_that_it_asks_for() {
        let value = |name: &str| match name {
            "text" => Some("a \"b\" & {{text}}".to_owned()),
            "date" => Some("2026-03-12T07:40:00+01:00".to_owned()),
            _ => None,
        };
        for (template, expected) in [
            ("<{{text}}>", "<a \"b\" & {{text}}>"),
            ("{{text|xml}}", "a &quot;b&quot; &amp; {{text}}"),
            ("\"{{text|json}}\"", r#""a \"b\" & {{text}}""#),
            ("{{date|rfc2822}}.", "Thu, 12 Mar 2026 06:40:00 -0000."),
            ("{{unknown}} {{text", "{{unknown}} {{text"),
        ] {
            assert_eq!(fill(template, value), expected, "{template}");
        }
    }
}
