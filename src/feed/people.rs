//! Who wrote an entry: names as feeds give them, beside mail addresses and in lists.

use super::text::plain;
use crate::limits::AUTHOR_BYTES_MAX;
use crate::limits::AUTHORS_BYTES_MAX;
use crate::limits::AUTHORS_MAX;

/// Adds whom `html` names to the people known, each with the rank of the word that names them.
///
/// Several people in one text are told apart where each has a mail address, and where they are
/// too many for one name; otherwise `Ann Lee, Senior Editor` may be a single one.
pub(super) fn add(people: &mut Vec<(u8, String)>, rank: u8, html: &str) {
    let html = &html[..html.floor_char_boundary(AUTHORS_BYTES_MAX)];
    let Some(text) = plain(html, AUTHORS_BYTES_MAX) else { return };
    let each = text.split([',', ';']);
    // `a@b.example (Ann), c@d.example (Bob)`
    if text.matches('@').count() > 1 && each.clone().all(|part| part.contains('@')) {
        each.for_each(|part| add_person(people, rank, part));
    } else if text.len() > AUTHOR_BYTES_MAX {
        // `Lee, Ann; Ray, Bob`
        let separator = if text.contains(';') { ';' } else { ',' };
        for part in text.split(separator).map(str::trim) {
            add_person(people, rank, part.strip_prefix("and ").unwrap_or(part));
        }
    } else {
        add_person(people, rank, &text);
    }
}

fn add_person(people: &mut Vec<(u8, String)>, rank: u8, text: &str) {
    // Half of a name would be another.
    let Some(name) = person(text).filter(|name| name.len() <= AUTHOR_BYTES_MAX) else { return };
    // A mail address is a name only where there is no other.
    let rank = if name.contains('@') && !name.contains(' ') { 0 } else { rank };
    let same = |(_, known): &&mut (u8, String)| known.to_lowercase() == name.to_lowercase();
    if let Some((before, _)) = people.iter_mut().find(same) {
        *before = rank.max(*before);
    } else if people.len() < AUTHORS_MAX {
        people.push((rank, name));
    }
}

/// The name in `a@b.example (Name)`, `Name (a@b.example)`, `Name <a@b.example>`
/// and the like: what is left without the mail address; where nothing is, that.
fn person(text: &str) -> Option<String> {
    let in_address = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let address = text.find('@').and_then(|at| {
        let start = text[..at]
            .rfind(|c| !in_address(c))
            .map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
        let end = text[at + 1..].find(|c| !in_address(c)).map_or(text.len(), |end| at + 1 + end);
        let whole = start < at && text[at + 1..end].contains('.');
        whole.then_some((start, end))
    });
    let frame = |c: char| c.is_whitespace() || "()<>[]\"“”'-–—,;|/:".contains(c);
    let name = match address {
        None => text.trim_matches(|c: char| c.is_whitespace() || c == '"').to_owned(),
        Some((start, end)) => {
            let rest = [&text[..start], &text[end..]];
            let rest = rest.map(|part| part.trim_matches(frame));
            let name = rest.join(" ").trim().to_owned();
            if name.is_empty() { text[start..end].to_owned() } else { name }
        }
    };
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::person;

    #[test]
    fn a_person_is_the_name_beside_the_mail_address() {
        for (text, name) in [
            ("Ann Smith", "Ann Smith"),
            ("\"Ann Smith\"", "Ann Smith"),
            ("ann@news.example (Ann Smith)", "Ann Smith"),
            ("Ann Smith (ann@news.example)", "Ann Smith"),
            ("Ann Smith <ann@news.example>", "Ann Smith"),
            ("ann@news.example - Ann Smith", "Ann Smith"),
            ("Ann Smith, ann@news.example", "Ann Smith"),
            ("Ann (Nan) Smith", "Ann (Nan) Smith"),
            ("ann@news.example", "ann@news.example"),
            ("“a@news.example”", "a@news.example"),
            ("编辑：a@news.example", "编辑："),
            ("a@news.example（李）", "（李）"),
            ("@ann", "@ann"),
            ("Ann @ home", "Ann @ home"),
        ] {
            assert_eq!(person(text).as_deref(), Some(name), "{text}");
        }
        assert_eq!(person(" \" "), None);
    }
}
