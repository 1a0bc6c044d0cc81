//! Names of persons in bylines and author fields.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::Story;
use super::words::BEHIND;
use super::words::BY;
use super::words::BY_LABELS;
use super::words::CHECKED;
use super::words::COMMANDS;
use super::words::GENRES;
use super::words::LABELS;
use super::words::NAMES_TOO;
use super::words::NOBODY;
use super::words::OURS;
use super::words::PICTURES;
use super::words::PREPOSITIONS;
use super::words::PRESS_ROLES;
use super::words::ROLES;
use super::words::STAFF;
use super::words::STAFF_ENDS;
use super::words::STOPS;
use crate::extract::metadata::folded;
use crate::extract::metadata::is_letter;
use crate::extract::metadata::plain;
use crate::language::{SENTENCE_ENDS, ends_a_sentence};
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

/// Characters of a paper's name before a reporter's, in such a script; family names have fewer.
const PAPER_CHARS_MIN: usize = 3;

/// Words of a job at a paper.
const JOB_WORDS_MAX: usize = 4;
/// How the unit begins in which the time is told that an article takes to read.
const MINUTES: &[&str] = &["min", "мин", "хв", "dk", "dak", "phút", "دقيق", "דק"];

/// Longest of what may stand before a name and say that it wrote.
const BY_CHARS_MAX: usize = 40;
/// A shortened weekday is a name as well in one language or another.
const SHORT_WEEKDAY_CHARS_MAX: usize = 3;
/// The first word of weekdays in Vietnamese, which are numbered.
const VIETNAMESE_WEEKDAY: &str = "thứ";

/// What stands behind who took a picture: 本社记者 林晓岚 摄.
const TOOK: [char; 2] = ['摄', '攝'];

/// Small words between a name and a date or place.
const BEFORE_DATE: &[&str] = &["on", "in", "at", "am", "um", "le", "el", "den"];

/// What may stand between such words as "By" and a name.
const BEHIND_BY: &[char] =
    &[' ', ':', '/', '\u{a0}', '\u{3000}', '：', '／', '・', '＝', '=', '|', '｜', '丨'];

/// Signs between the parts of a line on an article: its author, its date, its place.
const BARS: &[char] = &['|', '｜', '•', '·', '—', '–', '●'];

/// Words before a name that say that it wrote: those of the phrase files and our own.
static BEFORE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let own = BY.iter().map(|&by| by.to_owned());
    phrases::by().chain(own).filter(|by| !NAMES_TOO.contains(&by.as_str())).collect()
});

/// What counters of comments count: "Jane Doe Comments (3)".
static COUNTED: LazyLock<HashSet<String>> = LazyLock::new(|| phrases::counted_comments().collect());

/// Names in fields made for names.
pub(super) fn stated(values: &[String]) -> Vec<String> {
    values.iter().flat_map(|value| split(&strip_by(&plain(value)), None)).collect()
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
            _ => found.extend(split(&strip_by(&value), None)),
        }
    }
    found
}

/// Names in text that stands where a byline stands.
pub(super) fn shown(text: &str, story: &Story) -> Vec<String> {
    let text = plain(text);
    let rest = strip_by(&text);
    let found = split(&rest, Some(story));
    // "Full bio" names nobody, "By crazy joe" does.
    let by = rest.len() < text.trim().len();
    if !by && is_first_word(&found, &rest) { Vec::new() } else { found }
}

/// Names in an element that is made for one, as they stand there: "the night desk", "crazy joe".
pub(super) fn marked(text: &str, story: &Story) -> Vec<String> {
    let found = shown(text, story);
    if !found.is_empty() {
        return found;
    }
    let stripped = strip_by(&plain(text));
    // "by crazy joe » Monday", "crazy joe on 5 May"
    let dated = crate::date::is_in(&stripped);
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
    if named && !crate::date::is_in(&name) { vec![name] } else { Vec::new() }
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

/// Whether a text begins with "By", "Posted by" or the like and is no sentence.
pub(super) fn says_who_did(text: &str) -> bool {
    let start = text.to_lowercase();
    let mut first = BEFORE.iter().filter(|by| *by == "by" || by.ends_with(" by"));
    first.any(|by| start.strip_prefix(by.as_str()).is_some_and(|rest| rest.starts_with(' ')))
        && !is_sentence(&strip_by(text))
        && !is_place_or_name(text, &strip_by(text))
}

/// Whether "By" in a line that nothing marks says where something is, or begins a name, given what stands
/// behind it: "By the river", "Af Klint".
fn is_place_or_name(line: &str, behind: &str) -> bool {
    const NAMES_BEGIN: &[&str] =
        &["af", "av", "von", "par", "por", "door", "di", "da", "od", "vom"];
    let Some(by) = line.trim().strip_suffix(behind) else { return false };
    let single = !behind.contains(' ') && NAMES_BEGIN.contains(&folded(by).as_str());
    let place = !behind.contains(char::is_uppercase) && begins_with_article(behind);
    let abbreviated = !behind.contains(char::is_lowercase);
    (single || place) && !abbreviated && !is_staff(behind)
}

/// Whether what stands behind "By" is the rest of a sentence rather than names: "noon nobody was
/// left." It ends as one, and behind a name it goes on in small letters, not with a job.
fn is_sentence(text: &str) -> bool {
    let is_small = |word: &&str| {
        word.starts_with(char::is_lowercase) && !STOPS.contains(&folded(word).as_str())
    };
    let is_prose = |part: &Part| {
        let text = part.text.trim_end_matches(SENTENCE_ENDS);
        let (name, whole) = leading_name(text, None);
        let mut behind = text[name.len()..].split_whitespace();
        !whole
            && !is_role(text)
            && (behind.clone().next().is_some_and(|word| is_small(&word))
                || behind.by_ref().filter(is_small).count() > 1)
    };
    ends_a_sentence(text) && parts(text).iter().any(is_prose)
}

/// Names in a line, if it begins with "By".
pub(super) fn after_by(line: &str, story: &Story) -> Vec<String> {
    if line.chars().count() > 200 {
        return Vec::new();
    }
    let stripped = strip_by(line);
    if stripped.len() != line.trim().len() {
        if is_sentence(&stripped) || is_place_or_name(line, &stripped) {
            return Vec::new();
        }
        let found = split(&stripped, Some(story));
        // "By Ask the doctors"
        let all = is_first_word(&found, &stripped).then(|| marked(&stripped, story));
        return all.filter(|all| !all.is_empty()).unwrap_or(found);
    }
    let parted = line.split(BARS).flat_map(|part| part.split(" - ")).skip(1);
    if let Some(names) =
        parted.map(str::trim).filter(|part| begins_with_by(part)).find_map(|part| {
            let names = split(&strip_by(part), Some(story));
            let all = names.iter().all(|name| is_person(name) && !begins_with_article(name));
            (all && !names.is_empty() && !ends_a_sentence(line)).then_some(names)
        })
    {
        return names;
    }
    // "This post was written by Jane Doe", "Published August 7, 2023 by Jane Doe"
    let dated = crate::date::is_in(line) && !ends_a_sentence(line);
    // 2026-03-14 浏览次数：123 作者：林晓岚
    let behind_spaces = line.match_indices(' ').filter(|_| dated).map(|(at, _)| &line[at + 1..]);
    if let Some(labelled) = behind_spaces.into_iter().find(|rest| is_labelled_by(rest)) {
        return split(&strip_by(labelled), Some(story));
    }
    let by = [" by ", " By ", " von ", " par ", " Par ", " por ", " Por "];
    let by = by.iter().filter(|_| dated);
    let rest = [" written by "].iter().chain(by).find_map(|by| Some(line.split_once(by)?.1));
    rest.map_or_else(Vec::new, |rest| split(rest, Some(story)))
}

/// Whether a text begins with such a label as "Author:", which labels nothing else.
fn is_labelled_by(text: &str) -> bool {
    text.split_once([':', '：', '＝']).is_some_and(|(label, _)| {
        let label = folded(label);
        says_by(&label) && !BY_LABELS.contains(&label.as_str())
    })
}

/// Names in a line that holds nothing else but a date.
pub(super) fn beside_date(line: &str, story: &Story) -> Vec<String> {
    // A hyphen stands within other lines, too.
    let hyphen = if crate::date::is_in(line) { " - " } else { "\n" };
    let parts = line.split(BARS).flat_map(|part| part.split(hyphen));
    let names = parts.map(str::trim).flat_map(|part| {
        if crate::date::is_in(part) {
            around_date(part, story)
        } else if begins_with_by(part) {
            after_by(part, story)
        } else {
            bare_author(part, story).into_iter().collect()
        }
    });
    names.filter(|name| !is_command(name)).collect()
}

/// The name before or behind a date that nothing parts from it. A comma would part it from a place, of
/// which nobody says at what time of day it was.
fn around_date(text: &str, story: &Story) -> Vec<String> {
    let is_date = crate::date::is_one;
    if ends_a_sentence(text) || begins_with_by(text) {
        return after_by(text, story);
    }
    let (name, _) = leading_name(text, None);
    if let Some(rest) = text.strip_prefix(&name)
        && let rest = rest.trim_start_matches([' ', '(', '/'])
        && let name = name.strip_suffix(',').filter(|_| rest.contains(':')).unwrap_or(&name)
        && let Some(name) = bare_author(&without_role(behind_of(name)), story)
        && let Some(first) = rest.split_whitespace().next()
        && (first.starts_with(char::is_numeric) || is_stop(&folded(first)))
        && is_date(rest)
    {
        return vec![name];
    }
    let starts = text.match_indices(' ').map(|(at, _)| (&text[..at], text[at..].trim_start()));
    for (date, rest) in starts.filter(|(date, _)| is_date(date)) {
        let named = if begins_with_by(rest) { after_by(rest, story) } else { Vec::new() };
        // "Von Katrin Moll", but not "Von Sydow"
        let persons = !named.is_empty() && named.iter().all(|name| is_person(name));
        if persons || rest.starts_with(char::is_lowercase) && begins_with_by(rest) {
            return named;
        }
        let first = rest.split(' ').next().unwrap_or_default();
        let of_date =
            crate::date::is_weekday(&folded(first)) || !first.contains(char::is_lowercase);
        let name = bare_author(rest, story)
            .filter(|_| !date.ends_with(',') && (!of_date || is_caseless(rest)));
        if name.is_some() || begins_with_by(rest) {
            return name.map_or(named, |name| vec![name]);
        }
    }
    Vec::new()
}

/// The person of a line that has a name and a job at a paper, "Jane Doe, staff writer", a name and how
/// long the article is to read, "Jane Doe · 5 min read", or a name and an agency, "Jane Doe (avec AFP)".
pub(super) fn beside_job_or_length(line: &str, story: &Story) -> Option<String> {
    let is_job = |text: &str| {
        let form = folded(text);
        form.split(' ').count() <= JOB_WORDS_MAX
            && form.split(' ').any(|word| PRESS_ROLES.contains(&word))
    };
    let is_length = |text: &str| {
        let form = folded(text);
        let mut words = form.split(' ');
        words.next().is_some_and(|word| word.chars().all(char::is_numeric))
            && words.next().is_some_and(|word| MINUTES.iter().any(|unit| word.starts_with(unit)))
    };
    let agency = line.strip_suffix(')').and_then(|line| line.split_once(" ("));
    if let Some((name, agency)) = agency
        && let Some((with, agency)) = agency.split_once(' ')
        && WITH.contains(&with.to_lowercase().as_str())
        && !agency.contains(' ')
    {
        return bare_author(name, story);
    }
    let (name, rest) = line.split_once(',').or_else(|| line.split_once(BARS))?;
    let told = if line.contains(',') { is_job(rest) } else { is_length(rest) };
    (told && !ends_a_sentence(line)).then(|| bare_author(name.trim(), story))?
}

/// A person without "By" before the name. What the story mentions is rather the place of an event.
fn bare_author(text: &str, story: &Story) -> Option<String> {
    person(text).filter(|name| !story.mentions(name))
}

/// Whether a folded word ends a name before a date.
fn is_stop(form: &str) -> bool {
    STOPS.contains(&form) || crate::date::is_month(form) || crate::date::is_weekday(form)
}

/// "Ask Question": what a button says.
pub(super) fn is_command(name: &str) -> bool {
    let form = folded(name);
    COMMANDS.contains(&form.split(' ').next().unwrap_or_default())
}

/// Names in an element that holds a date, too.
pub(super) fn dated(text: &str, story: &Story) -> Vec<String> {
    let parts = text.split(['|', '•', '·', '●']).map(str::trim);
    let others = parts.filter(|part| !crate::date::is_in(part));
    others
        .map(|part| shown(part, story))
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

/// A line that is one person's name, and a counter of comments: two to four capital words, or two where
/// words are otherwise not parted.
fn person(line: &str) -> Option<String> {
    let (name, whole) = leading_name(line, None);
    let words = name.split(' ').count();
    let most = if name.split(' ').all(|word| word.chars().all(is_unspaced)) { 2 } else { 4 };
    let whole = whole || {
        let next = line.strip_prefix(&name).and_then(|behind| behind.split_whitespace().next());
        next.is_some_and(|next| COUNTED.contains(&folded(next)))
    };
    let letters = name.chars().all(|c| is_letter(c) || " .'’-".contains(c));
    (whole
        && letters
        && (2..=most).contains(&words)
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
        let Some(shorter) = without_by(rest).or_else(|| behind_ours(rest)) else { break };
        rest = shorter;
    }
    rest.to_owned()
}

fn without_by(text: &str) -> Option<&str> {
    let lower = lower_start(text);
    let behind = |by: &str| {
        let rest = text.get(by.len()..).filter(|_| lower.starts_with(by))?;
        let rest = behind_pictures(rest).unwrap_or(rest);
        let named = rest.trim_start_matches(BEHIND_BY);
        let gap = &rest[..rest.len() - named.len()];
        // "Text: Jane", "Text Jane Doe", "Texto de Jane Doe", but "Text size".
        let is_label = BY_LABELS.contains(&by);
        let named = if is_label { behind_of(named) } else { named };
        let label = is_label && gap.trim().is_empty() && !named.contains(' ');
        // 记者陈晓雨
        let glued = by.chars().count() > 1 && by.chars().all(is_unspaced) && is_person(rest);
        // "Contributors to the project", "Text und Musik"
        let first = named.split(' ').next().unwrap_or_default();
        let goes_on = PREPOSITIONS.contains(&first) || AND.contains(&first);
        let is_named = !named.trim_matches(BEHIND_BY).is_empty() && !goes_on;
        ((!gap.is_empty() && !label || glued) && is_named).then_some(named)
    };
    let named = BEFORE.iter().filter_map(|by| behind(by));
    named
        .min_by_key(|named| named.len())
        .or_else(|| of_genre(text))
        .or_else(|| before_title(text))
        .or_else(|| behind_paper(text))
}

/// The beginning of a text in small letters, as far as each is as long as the capital one.
fn lower_start(text: &str) -> String {
    let small = text.chars().map_while(|c| {
        let mut small = c.to_lowercase();
        small.next().filter(|first| small.len() == 0 && first.len_utf8() == c.len_utf8())
    });
    small.take(BY_CHARS_MAX).collect()
}

/// The name behind a small word that leads from a label to it: "Texto de Jane Doe".
fn behind_of(text: &str) -> &str {
    const OF: &[&str] = &["de", "di", "da", "von", "van", "av", "af", "par", "por", "door"];
    let of = |word: &&str| OF.contains(&word.to_lowercase().as_str());
    let rest = text.split_once(' ').filter(|(word, _)| of(word)).map(|(_, rest)| rest);
    rest.filter(|rest| rest.starts_with(char::is_uppercase) && rest.contains(' ')).unwrap_or(text)
}

/// What follows a word for pictures that the same person took: `글·사진`, "Text & Fotos:".
fn behind_pictures(rest: &str) -> Option<&str> {
    let start = rest.trim_start().split_inclusive([' ', '·', '・', '&', '/']).next()?;
    let and = start.trim_matches([' ', '·', '・', '&', '/']);
    let behind = rest.trim_start().strip_prefix(start)?.trim_start();
    let word = behind.split([' ', ':', '：']).next()?;
    let joins = and.is_empty() || AND.contains(&and);
    (joins && PICTURES.contains(&word.to_lowercase().as_str())).then(|| &behind[word.len()..])
}

/// What follows "An interview by", "Ein Bericht von". What is no genre has makers of other kinds:
/// "A film by".
fn of_genre(text: &str) -> Option<&str> {
    const ARTICLES: &[&str] =
        &["a", "an", "ein", "eine", "un", "une", "una", "um", "uma", "een", "en", "ett", "et"];
    const BY: &[&str] = &["by", "von", "par", "de", "di", "door", "van", "av", "af", "por"];
    let mut rest = text;
    for words in [ARTICLES, GENRES, BY] {
        let (word, behind) = rest.split_once(' ')?;
        if !words.contains(&word.to_lowercase().as_str()) {
            return None;
        }
        rest = behind.trim_start();
    }
    rest.starts_with(char::is_uppercase).then_some(rest)
}

/// The name behind what someone is to the paper: "our reporter Jane Doe", "van onze redacteur".
fn behind_ours(text: &str) -> Option<&str> {
    const OF: &[&str] = &["van", "de", "dal", "del", "dalla", "dallo"];
    let (mut word, mut rest) = text.split_once(' ')?;
    if OF.contains(&word.to_lowercase().as_str()) {
        (word, rest) = rest.split_once(' ')?;
    }
    if !OURS.contains(&word.to_lowercase().as_str()) {
        return None;
    }
    let mut has_role = false;
    loop {
        (word, _) = rest.split_once(' ').unwrap_or((rest, ""));
        let role = is_role(word);
        if !role && word.starts_with(char::is_uppercase) {
            return has_role.then_some(rest);
        }
        has_role |= role;
        (_, rest) = rest.split_once(' ')?;
    }
}

/// The name behind a paper and the title that it gives: 海湾日报记者 林晓岚.
fn behind_paper(text: &str) -> Option<&str> {
    let (title, rest) = text.split_once(char::is_whitespace)?;
    let name = rest.split_whitespace().next()?;
    let titled =
        (title.ends_with("记者") || title.ends_with("記者")) && title.chars().all(is_unspaced);
    (titled && is_person(name) && !rest.ends_with(TOOK)).then_some(rest)
}

/// The name before a word that says that it wrote: 김서연 기자, 田中美咲記者; the paper may stand before it:
/// [부두신문=김서연 기자], 부두신문 김서연 기자.
fn before_title(text: &str) -> Option<&str> {
    let text = text.trim_start_matches('[').trim_end_matches(']');
    let (paper, text) = text.rsplit_once('=').unwrap_or(("", text));
    if PICTURES.contains(&paper) {
        return None;
    }
    let mut end = 0;
    for (nth, word) in text.split_whitespace().take(CASELESS_WORDS_MAX + 1).enumerate() {
        let start = end + text[end..].find(word)?;
        let glued = BEHIND.iter().find_map(|title| word.strip_suffix(title));
        match glued {
            Some("") if nth > 0 => {
                let name = text[..end].trim_end();
                let paper = name.rsplit_once(' ').filter(|(paper, name)| {
                    paper.chars().count() >= PAPER_CHARS_MIN && name.chars().all(is_unspaced)
                });
                return Some(paper.map_or(name, |(_, name)| name));
            }
            Some(name) if nth == 0 && is_person(name) => return Some(name),
            _ => end = start + word.len(),
        }
    }
    None
}

/// Takes a list of names apart. In running text, which stands beside a `story`, a name also ends
/// where its capital letters end, and a place may stand behind the last of the authors.
fn split(text: &str, story: Option<&Story>) -> Vec<String> {
    let shown = story.is_some();
    let parts = parts(text);
    let last_joined = parts.iter().rposition(|part| part.joined).unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    for (nth, Part { text, joined }) in parts.iter().enumerate() {
        let trimmed = |c: char| c.is_whitespace() || "-–—|•·:*,.".contains(c);
        let text = text.trim_matches(trimmed);
        let next = parts.get(nth + 1).and_then(|next| next.text.split_whitespace().next());
        let (name, whole) = if shown { leading_name(text, next) } else { (text.to_owned(), true) };
        let name = tidy(&if shown { without_role(&name) } else { name });
        // After "Jane Doe," a single word is a degree, a place or begins a job title.
        let first_whole = found.first().is_some_and(|first| first.contains(' '));
        let title = first_whole && !name.contains(' ') && (name.is_ascii() || shown && !joined);
        let paper = shown && !joined && begins_with_article(&name);
        let is_place = || {
            nth > last_joined
                && story
                    .zip(found.first())
                    .is_some_and(|(story, first)| story.has_place(&name, first))
        };
        if is_name(&name)
            && !(shown && is_overlong(&name))
            && !(nth > 0 && (title || paper || is_role(&name) || is_place()))
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

/// Whether a name begins as those of papers do and those of persons hardly ever: "O Estado".
fn begins_with_article(name: &str) -> bool {
    const ARTICLES: &[&str] = &["the", "o", "el", "la", "il", "der", "die"];
    name.split_once(' ').is_some_and(|(first, _)| ARTICLES.contains(&first.to_lowercase().as_str()))
}

/// Whether a text without capital letters is longer than a name.
fn is_overlong(name: &str) -> bool {
    let words = name.split(' ').count();
    let unspaced = words == 1 && name.chars().all(is_unspaced);
    is_caseless(name)
        && (words > CASELESS_WORDS_MAX || unspaced && name.chars().count() > UNSPACED_CHARS_MAX)
}

/// What stands between two names.
const AND: &[&str] =
    &["and", "und", "et", "y", "e", "og", "och", "en", "ja", "with", "mit", "con", "i", "a", "и"];

/// Words before an agency that helped.
const WITH: &[&str] = &["with", "avec", "mit", "con", "com", "met", "med", "z", "с"];

/// One of several names, or of what may be some.
#[derive(Default)]
struct Part {
    text: String,
    /// Whether "and" stands before it.
    joined: bool,
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = vec![Part::default()];
    for word in text.split_whitespace().filter(|word| !is_address(word)) {
        let joins = AND.contains(&word)
            || word.len() > 2 && AND.contains(&word.to_lowercase().as_str())
            || matches!(word, "&" | "+");
        if joins || matches!(word, "/" | "|" | "•" | "·" | "-" | "–" | "—") {
            parts.push(Part { joined: joins, ..Part::default() });
            continue;
        }
        for (nth, piece) in
            word.split([',', ';', '/', '|', '•', '·', '&', '»', '、', '，']).enumerate()
        {
            if nth > 0 {
                parts.push(Part::default());
            }
            if let Some(last) = parts.last_mut() {
                if !last.text.is_empty() && !piece.is_empty() {
                    last.text.push(' ');
                }
                last.text.push_str(piece);
            }
        }
    }
    parts.retain(|part| !part.text.trim().is_empty());
    parts
}

fn is_address(word: &str) -> bool {
    word.contains("://") || word.starts_with("www.") || word.contains('@')
}

/// Small words within names.
#[rustfmt::skip]
const PARTICLES: &[&str] = &[
    "de", "van", "von", "der", "den", "la", "le", "du", "da", "dos", "das", "do", "bin", "al",
    "el", "ter", "ten", "zu", "della", "di", "del", "af", "av", "ibn", "st", "y", "des", "vom",
    "zum",
];

/// The name at the beginning of a text, and whether it is all of it. `next`: the word behind the text.
fn leading_name(text: &str, next: Option<&str>) -> (String, bool) {
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
        let next = words.get(at + 1).copied().or(next);
        // "Jane (Roe) Doe" is a name, "Jane Doe (Gazette)" one with something behind it.
        let inner =
            word.ends_with(')') && next.is_some_and(|next| next.starts_with(char::is_uppercase));
        let opens = word.starts_with('(') && !(inner && at == 1);
        let date = begins_date(&form, next, at);
        let label = holds_label(word) || word.ends_with(['：', '＝']) && next.is_some();
        // "Jane Doe The Gazette"
        let paper = at > 1 && *word == "The";
        let behind = at > 0 && (label || paper || COUNTED.contains(&form));
        let stop = date || behind || form.is_empty() || STOPS.contains(&form.as_str());
        if stop || !capital && !PARTICLES.contains(&form.as_str()) || opens {
            end = at;
            break;
        }
        name.push(word);
    }
    while name.last().is_some_and(|word| {
        PARTICLES.contains(&folded(word).as_str())
            && (name.len() > 1 || word.starts_with(char::is_lowercase))
    }) {
        name.pop();
    }
    (name.join(" "), end == words.len())
}

/// Whether a word is a label and what it labels: 编辑：刘洋, 写真＝田中.
fn holds_label(word: &str) -> bool {
    let parts = word.split_once([':', '：', '＝', '=']);
    parts.is_some_and(|(label, named)| !label.is_empty() && !named.is_empty())
}

/// Whether a month or weekday, the word at `at`, begins a date, by the word after it: May, June and
/// Sun are names, too.
fn begins_date(form: &str, next: Option<&str>, at: usize) -> bool {
    let weekday = crate::date::is_weekday(form);
    let whole_weekday = weekday && form.chars().nth(SHORT_WEEKDAY_CHARS_MAX).is_some();
    if !weekday && form != VIETNAMESE_WEEKDAY && !crate::date::is_month(form) {
        return false;
    }
    // "Plácido Domingo, 5 de mayo"
    if weekday && at == 1 && !form.ends_with("day") && !crate::date::is_month(form) {
        return false;
    }
    let Some(next) = next else {
        return at == 0 && (whole_weekday || !weekday) || form.ends_with("day");
    };
    let runs_on = next.starts_with(char::is_lowercase) && !PARTICLES.contains(&next)
        || BEFORE_DATE.contains(&next);
    next.starts_with(char::is_numeric)
        || weekday && crate::date::is_month(&folded(next))
        || (whole_weekday || form == VIETNAMESE_WEEKDAY) && runs_on
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
    folded(name).split(' ').any(|word| ROLES.contains(&word) || PRESS_ROLES.contains(&word))
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
