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
        for name in listed(&text) {
            add_person(people, rank, &name);
        }
    } else {
        add_person(people, rank, &text);
    }
}

/// Most words of a name in a list; more are about somebody.
const NAME_WORDS_MAX: usize = 6;

/// The names of a list: `Lee, Ann; Ray, Bob`, `Ann Lee, Bob Ray and Cy Poe`, `Lee, A., Ray, B.`. None
/// where it is not names that commas part.
fn listed(text: &str) -> Vec<String> {
    let separator = if text.contains(';') { ';' } else { ',' };
    let initials =
        |part: &str| part.split([' ', '-']).all(|word| word.len() <= 3 && word.ends_with('.'));
    let mut names: Vec<String> = Vec::new();
    let parts = text
        .split(separator)
        .flat_map(|part| part.split(" and "))
        .flat_map(|part| part.split(" & "));
    for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
        let part = part.strip_prefix("and ").unwrap_or(part);
        match names.last_mut() {
            // A family name stands before its initials.
            Some(family) if initials(part) => {
                family.push_str(", ");
                family.push_str(part);
            }
            _ => names.push(part.to_owned()),
        }
    }
    let is_name = |name: &String| {
        name.split_whitespace().count() <= NAME_WORDS_MAX
            && name.matches('(').count() == name.matches(')').count()
    };
    // A semicolon parts nothing but lists.
    if separator == ';' {
        names.retain(is_name);
    } else if !names.iter().all(is_name) {
        names.clear();
    }
    names
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
    use super::{listed, person};

    #[test]
    fn a_list_is_of_names_with_their_initials_and_of_nothing_else() {
        for (text, names) in [
            ("Ann Lee, Bob Ray and Cy Poe", vec!["Ann Lee", "Bob Ray", "Cy Poe"]),
            ("Lee, Ann; Ray, Bob", vec!["Lee, Ann", "Ray, Bob"]),
            ("Lee, A. B., Ray, C.-D., and Poe, E.", vec!["Lee, A. B.", "Ray, C.-D.", "Poe, E."]),
            ("Ann Lee (Univ. of X, Dept. of Y), Bob Ray", vec![]),
            ("Ann Lee is a writer who has lived for years in Berlin, Germany", vec![]),
        ] {
            assert_eq!(listed(text), names, "{text}");
        }
    }

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
