//! Names of persons in bylines and author fields.

use std::sync::LazyLock;

use super::words::BEHIND;
use super::words::BY;
use super::words::BY_LABELS;
use super::words::CHECKED;
use super::words::COMMANDS;
use super::words::LABELS;
use super::words::NAMES_TOO;
use super::words::NOBODY;
use super::words::ROLES;
use super::words::STAFF;
use super::words::STAFF_ENDS;
use super::words::STOPS;
use super::words::WEEKDAYS;
use crate::extract::metadata::folded;
use crate::extract::metadata::is_letter;
use crate::extract::metadata::plain;
use crate::phrases;

/// Words of one name; the longest in use are Portuguese and Arabic.
const NAME_WORDS_MAX: usize = 6;
const NAME_CHARS_MAX: usize = 60;
/// Words of a name that is no person's, where the markup says that it is the author's.
const MARKED_WORDS_MAX: usize = 4;
/// Words of a name in a script without capital letters, which do not tell where a name ends; and
/// characters where it has no spaces either.
const CASELESS_WORDS_MAX: usize = 4;
const UNSPACED_CHARS_MAX: usize = 8;
/// Characters of a person's name in a script without spaces.
const UNSPACED_PERSON: std::ops::RangeInclusive<usize> = 2..=5;

/// Small words between a name and a date or place.
const BEFORE_DATE: &[&str] = &["on", "in", "at", "am", "um", "le", "el", "den"];

/// What may stand between such words as "By" and a name.
const BEHIND_BY: &[char] =
    &[' ', ':', '/', '\u{a0}', '\u{3000}', '：', '／', '・', '＝', '|', '丨'];

/// Words before a name that say that it wrote: those of the phrase files and our own.
static BEFORE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let own = BY.iter().map(|&by| by.to_owned());
    phrases::by().chain(own).filter(|by| !NAMES_TOO.contains(&by.as_str())).collect()
});

/// Names in fields made for names.
pub(super) fn stated(values: &[String]) -> Vec<String> {
    values.iter().flat_map(|value| split(&strip_by(&plain(value)), false)).collect()
}

/// The same where `Doe, Jane` is customary: libraries and journals.
pub(super) fn inverted(values: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for value in values {
        let value = plain(value);
        let mut parts = value.split(", ");
        match (parts.next(), parts.next(), parts.next()) {
            (Some(family), Some(given), None)
                if !family.contains(' ') && is_name(family) && is_name(given) =>
            {
                found.push(format!("{given} {family}"));
            }
            _ => found.extend(split(&strip_by(&value), false)),
        }
    }
    found
}

/// Names in text that stands where a byline stands.
pub(super) fn shown(text: &str) -> Vec<String> {
    let text = plain(text);
    let rest = strip_by(&text);
    let found = split(&rest, true);
    // "Full bio" names nobody, "By crazy joe" does.
    let by = rest.len() < text.trim().len();
    if !by && is_first_word(&found, &rest) { Vec::new() } else { found }
}

/// Names in an element that is made for one, as they stand there: "the night desk", "crazy joe".
pub(super) fn marked(text: &str) -> Vec<String> {
    let found = shown(text);
    if !found.is_empty() {
        return found;
    }
    let stripped = strip_by(&plain(text));
    // "by crazy joe » Monday", "crazy joe on 5 May"
    let dated = crate::date::find(&stripped).is_some();
    let words = stripped.split_whitespace();
    let words = words.take_while(|word| !dated || !BEFORE_DATE.contains(word) && *word != "»");
    let name = tidy(&words.collect::<Vec<_>>().join(" "));
    let form = folded(&name);
    let words: Vec<&str> = form.split(' ').collect();
    // "6 years ago"
    let numbered =
        name.contains(' ') && name.split(' ').any(|word| word.chars().all(char::is_numeric));
    let label =
        STOPS.contains(&words[0]) || words.iter().any(|word| LABELS.contains(word)) || numbered;
    let short = words.len() <= MARKED_WORDS_MAX;
    let named = !label && short && is_name(&name) && !says_by(&form);
    if named && crate::date::find(&name).is_none() { vec![name] } else { Vec::new() }
}

/// Whether all that was found is the first word of a text that goes on with other words than those
/// of a date or a place.
fn is_first_word(found: &[String], text: &str) -> bool {
    if !matches!(found, [name] if !name.contains(' ')) {
        return false;
    }
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let next = words.next().unwrap_or_default();
    let form = folded(next);
    let dated = crate::date::is_month(&form) || BEFORE_DATE.contains(&form.as_str());
    first.ends_with(char::is_alphanumeric)
        && next.starts_with(char::is_alphabetic)
        && !is_address(next)
        && !(dated && words.next().is_some())
}

/// Whether a text begins with "By" or the like.
pub(super) fn begins_with_by(text: &str) -> bool {
    without_by(text.trim()).is_some()
}

/// Whether a text begins with "By", "Posted by" or the like, which no prose begins with.
pub(super) fn says_who_did(text: &str) -> bool {
    let start = text.to_lowercase();
    let mut first = BEFORE.iter().filter(|by| *by == "by" || by.ends_with(" by"));
    first.any(|by| start.strip_prefix(by.as_str()).is_some_and(|rest| rest.starts_with(' ')))
}

/// Names in a line, if it begins with "By".
pub(super) fn after_by(line: &str) -> Vec<String> {
    if line.chars().count() > 200 {
        return Vec::new();
    }
    let stripped = strip_by(line);
    if stripped.len() != line.trim().len() {
        let found = split(&stripped, true);
        // "By Ask the doctors"
        let all = is_first_word(&found, &stripped).then(|| marked(&stripped));
        return all.filter(|all| !all.is_empty()).unwrap_or(found);
    }
    // "This post was written by Jane Doe", "Published August 7, 2023 by Jane Doe"
    let dated = crate::date::find(line).is_some();
    let by = [" by ", " By ", " von ", " par ", " por "].iter().filter(|_| dated);
    let rest = [" written by "].iter().chain(by).find_map(|by| Some(line.split_once(by)?.1));
    rest.map_or_else(Vec::new, |rest| split(rest, true))
}

/// Names in a line that holds nothing else but a date.
pub(super) fn beside_date(line: &str) -> Vec<String> {
    let parts = line.split(['|', '•', '·', '—', '–', '●']);
    let names = parts.map(str::trim).filter(|part| crate::date::find(part).is_none());
    names.filter_map(person).filter(|name| !is_command(name)).collect()
}

/// "Ask Question": what a button says.
fn is_command(name: &str) -> bool {
    let form = folded(name);
    COMMANDS.contains(&form.split(' ').next().unwrap_or_default())
}

/// Names in an element that holds a date, too.
pub(super) fn dated(text: &str) -> Vec<String> {
    let parts = text.split(['|', '•', '·', '●']).map(str::trim);
    let others = parts.filter(|part| crate::date::find(part).is_none());
    others
        .map(shown)
        .find(|names| names.first().is_some_and(|name| is_person(name)))
        .unwrap_or_default()
}

/// Whether a line says that it names who edited or checked the text.
pub(super) fn says_checked(line: &str) -> bool {
    let form = folded(line);
    form.split(' ').any(|word| CHECKED.contains(&word))
}

/// Whether a name has the form of a person's: two to four words of letters, or as many characters
/// as names have where there are no spaces.
pub(super) fn is_person(name: &str) -> bool {
    let unspaced = name.chars().all(is_unspaced)
        && UNSPACED_PERSON.contains(&name.chars().count())
        && !name.ends_with(STAFF_ENDS);
    unspaced || person(name).is_some()
}

/// Han, kana and Hangul: names in them are written without spaces.
fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{3005}'..='\u{3007}'
            | '\u{3041}'..='\u{309f}'
            | '\u{30a1}'..='\u{30fa}'
            | '\u{30fc}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}'
    )
}

/// Whether a text has none of the capital letters that tell a name from what follows it.
fn is_caseless(text: &str) -> bool {
    !text.chars().any(|c| c.is_lowercase() || c.is_uppercase())
}

/// A line that is one person's name: two to four capital words.
fn person(line: &str) -> Option<String> {
    let (name, whole) = leading_name(line);
    let words = name.split(' ').count();
    let letters = name.chars().all(|c| is_letter(c) || " .'’-".contains(c));
    (whole
        && letters
        && (2..=4).contains(&words)
        && is_name(&name)
        && !is_role(&name)
        && !is_staff(&name))
    .then_some(name)
}

/// Whether a folded text is nothing but such a word.
pub(super) fn says_by(folded: &str) -> bool {
    BEFORE.iter().any(|by| by == folded)
}

/// Whether a name means a newsroom, an agency or a company.
pub(super) fn is_staff(name: &str) -> bool {
    let name = folded(name);
    name.split(' ').any(|word| STAFF.contains(&word))
}

fn strip_by(text: &str) -> String {
    let mut rest = text.trim();
    // "Posted by: Author: Jane Doe"
    for _ in 0..3 {
        let Some(shorter) = without_by(rest) else { break };
        rest = shorter;
    }
    rest.to_owned()
}

fn without_by(text: &str) -> Option<&str> {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return None;
    }
    let longest = BEFORE
        .iter()
        .map(String::as_str)
        .filter(|by| {
            lower.strip_prefix(*by).is_some_and(|rest| {
                let named = rest.trim_matches(BEHIND_BY);
                // "Text: Jane", "Text Jane Doe", but "Text size".
                let label = BY_LABELS.contains(by)
                    && rest.starts_with([' ', '\u{a0}'])
                    && !named.contains(' ');
                // 记者陈晓雨
                let glued =
                    by.chars().count() > 1 && by.chars().all(is_unspaced) && is_person(rest);
                (rest.starts_with(BEHIND_BY) && !label || glued) && !named.is_empty()
            })
        })
        .max_by_key(|by| by.len());
    match longest {
        Some(by) => Some(text.get(by.len()..)?.trim_start_matches(BEHIND_BY)),
        None => before_title(text),
    }
}

/// The name before a word that says that it wrote: 김서연 기자, 田中美咲記者.
fn before_title(text: &str) -> Option<&str> {
    let mut end = 0;
    for (nth, word) in text.split_whitespace().take(CASELESS_WORDS_MAX + 1).enumerate() {
        let start = end + text[end..].find(word)?;
        let glued = BEHIND.iter().find_map(|title| word.strip_suffix(title));
        match glued {
            Some("") if nth > 0 => return Some(text[..end].trim_end()),
            Some(name) if nth == 0 && is_person(name) => return Some(name),
            _ => end = start + word.len(),
        }
    }
    None
}

/// Takes a list of names apart. In running text (`shown`) a name also ends where
/// its capital letters end.
fn split(text: &str, shown: bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (nth, part) in parts(text).into_iter().enumerate() {
        let part = part.trim_matches(|c: char| c.is_whitespace() || "-–—|•·:*,.".contains(c));
        let (name, whole) = if shown { leading_name(part) } else { (part.to_owned(), true) };
        let name = tidy(&if shown { without_role(&name) } else { name });
        // After "Jane Doe," a single word is a degree or begins a job title.
        let first_whole = found.first().is_some_and(|first| first.contains(' '));
        let title = first_whole && !name.contains(' ') && name.is_ascii();
        if is_name(&name)
            && !(shown && is_overlong(&name))
            && !(nth > 0 && (title || is_role(&name)))
        {
            found.push(name);
        } else if shown || title {
            break;
        }
        if !whole {
            break;
        }
    }
    found
}

/// Whether a text without capital letters is longer than a name.
fn is_overlong(name: &str) -> bool {
    let words = name.split(' ').count();
    let unspaced = words == 1 && name.chars().all(is_unspaced);
    is_caseless(name)
        && (words > CASELESS_WORDS_MAX || unspaced && name.chars().count() > UNSPACED_CHARS_MAX)
}

fn parts(text: &str) -> Vec<String> {
    const AND: &[&str] = &[
        "and", "und", "et", "y", "e", "og", "och", "en", "ja", "with", "mit", "con", "i", "a", "и",
    ];
    let mut parts = vec![String::new()];
    for word in text.split_whitespace().filter(|word| !is_address(word)) {
        if AND.contains(&word)
            || word.len() > 2 && AND.contains(&word.to_lowercase().as_str())
            || matches!(word, "&" | "/" | "|" | "•" | "·" | "+" | "-" | "–" | "—")
        {
            parts.push(String::new());
            continue;
        }
        for (nth, piece) in
            word.split([',', ';', '/', '|', '•', '·', '&', '»', '、', '，']).enumerate()
        {
            if nth > 0 {
                parts.push(String::new());
            }
            if let Some(last) = parts.last_mut() {
                if !last.is_empty() && !piece.is_empty() {
                    last.push(' ');
                }
                last.push_str(piece);
            }
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

fn is_address(word: &str) -> bool {
    word.contains("://") || word.starts_with("www.") || word.contains('@')
}

/// The name at the beginning of a text, and whether it is all of it.
fn leading_name(text: &str) -> (String, bool) {
    const PARTICLES: &[&str] = &[
        "de", "van", "von", "der", "den", "la", "le", "du", "da", "dos", "das", "do", "bin", "al",
        "el", "ter", "ten", "zu", "della", "di", "del", "af", "av", "ibn", "st", "y", "des", "vom",
        "zum",
    ];
    let mut name: Vec<&str> = Vec::new();
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut end = words.len();
    for (at, word) in words.iter().enumerate() {
        let form = folded(word);
        let capital = word
            .trim_start_matches('(')
            .chars()
            .next()
            .is_some_and(|c| !c.is_lowercase() && c.is_alphabetic());
        let next = words.get(at + 1);
        // "Jane (Roe) Doe" is a name, "Jane Doe (Gazette)" one with something behind it.
        let inner =
            word.ends_with(')') && next.is_some_and(|next| next.starts_with(char::is_uppercase));
        let opens = word.starts_with('(') && !(inner && at == 1);
        let date = begins_date(&form, next.copied(), at == 0);
        let stop = date || form.is_empty() || STOPS.contains(&form.as_str());
        if stop || !capital && !PARTICLES.contains(&form.as_str()) || opens {
            end = at;
            break;
        }
        name.push(word);
    }
    while name
        .last()
        .is_some_and(|word| PARTICLES.contains(&folded(word).as_str()) && name.len() > 1)
    {
        name.pop();
    }
    (name.join(" "), end == words.len())
}

/// Whether a month or weekday begins a date, by the word after it: May, June and Sun are names, too.
fn begins_date(form: &str, next: Option<&str>, first: bool) -> bool {
    let weekday = WEEKDAYS.contains(&form);
    if !weekday && !crate::date::is_month(form) {
        return false;
    }
    let Some(next) = next else { return first || form.ends_with("day") };
    let of_weekday =
        || next.starts_with(char::is_lowercase) || crate::date::is_month(&folded(next));
    next.starts_with(char::is_numeric) || weekday && of_weekday()
}

fn tidy(name: &str) -> String {
    let mut name = name.split(['[', '<', '@']).next().unwrap_or(name);
    if let Some(before) = name.find('(').filter(|at| *at > 0)
        && !name[before..].contains(") ")
    {
        name = &name[..before];
    }
    name.trim_matches(|c: char| c.is_whitespace() || "-–—|•·:*,\"“”'".contains(c)).to_owned()
}

/// "Jane Doe Senior Editor" without the job.
fn without_role(name: &str) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    let roles = words.iter().rev().take_while(|word| is_role(word)).count();
    let left = words.len() - roles;
    if left < 2 { name.to_owned() } else { words[..left].join(" ") }
}

fn is_role(name: &str) -> bool {
    // A given name, not the degree.
    let name = name.strip_prefix("Md ").or_else(|| name.strip_prefix("Md. ")).unwrap_or(name);
    folded(name).split(' ').any(|word| ROLES.contains(&word))
}

/// What a template failed to fill in: `page.author.name`.
fn is_variable(name: &str) -> bool {
    const WORDS: &[&str] = &["page", "post", "article", "entry", "author", "user", "site", "name"];
    name.matches('.').count() > 1 && name.split('.').any(|part| WORDS.contains(&part))
}

/// Whether a name is rather the handle of an account.
pub(super) fn is_handle(name: &str) -> bool {
    !name.contains(' ') && name.is_ascii()
}

/// Whether a name can only be that of an account: `KatieS`, `jdoe2`.
pub(super) fn is_account(name: &str) -> bool {
    let numbered = name.contains(|c: char| c.is_ascii_digit());
    is_handle(name)
        && (numbered || !name.starts_with(char::is_uppercase) || name.ends_with(char::is_uppercase))
}

fn is_name(name: &str) -> bool {
    let form = folded(name);
    let words = form.split(' ').count();
    !form.is_empty()
        && form.chars().count() > 1
        && words <= NAME_WORDS_MAX
        && name.chars().count() <= NAME_CHARS_MAX
        && !NOBODY.contains(&form.as_str())
        && !name.contains("://")
        && !name.contains('@')
        && !name.starts_with("www.")
        && !name.contains(['{', '}', '=', '?', '!'])
        && !is_variable(name)
        && !form.chars().all(|c| c.is_numeric() || c == ' ')
        && form.chars().filter(|c| c.is_numeric()).count() <= 4
}
