//! Text whose HTML is gone → a verdict on every line of it.
//!
//! Without elements there is less to go by: the wording and the form of a line,
//! the company that it keeps, and its place. Each line is looked at by itself
//! once; what is residue is then judged in the company of what is left, until
//! nothing more goes, so that a text that was cleaned stays as it is.

mod judge;
mod look;
mod rows;
mod units;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::article::{Kind, Removal, Verdict};
use crate::limits;
use crate::rule::Rule;
use crate::strip::phrases::{Phrases, Vocabulary, languages};
use crate::strip::words::Row;
use look::{Look, Span};
use rows::View;

/// A text with a verdict on each of its lines.
#[derive(Clone, Debug)]
pub struct Judged<'t> {
    text: &'t str,
    units: Vec<Span>,
    verdicts: Vec<Verdict>,
}

/// A text has more lines than are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text has more than {} lines with something on them", limits::PLAIN_LINES_MAX)]
pub struct TooManyLines;

/// Judges a text line by line; lines that were wrapped out of one paragraph are judged as one.
///
/// `language` is the text's own if it is known; else it is told by what is left, since residue may
/// hide it.
///
/// # Errors
///
/// The text has too many lines.
pub fn judge<'t>(
    text: &'t str,
    phrases: &Phrases,
    language: Option<&str>,
) -> Result<Judged<'t>, TooManyLines> {
    let mut judged = Judged::all_story(text)?;
    let mut tellers = judged.tellers();
    let mut told = language.or_else(|| judged.told_by(&tellers));
    for _ in 0..limits::LANGUAGES_TOLD_MAX {
        let taken = Taken::of(text, &judged.units, phrases.of(told));
        judge::judge(&taken, &mut judged.verdicts);
        let stay = |at: &usize| judged.verdicts[*at].is_story();
        if language.is_some() || tellers.iter().all(stay) {
            break;
        }
        tellers = judged.tellers();
        let now = judged.told_by(&tellers);
        if now == told {
            break;
        }
        told = now;
    }
    Ok(judged)
}

/// Bytes from which units tell the language of their text.
const TELLING_BYTES: usize = 300;

impl<'t> Judged<'t> {
    fn all_story(text: &'t str) -> Result<Judged<'t>, TooManyLines> {
        let units = units::split(text)?;
        let verdicts = vec![Verdict::Story; units.len()];
        Ok(Judged { text, units, verdicts })
    }

    /// The lines with their verdicts, in order.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &Verdict)> {
        self.units.iter().map(|unit| &self.text[unit.clone()]).zip(&self.verdicts)
    }

    /// The clean text: what is story, byte for byte, each line with its own white space around it.
    ///
    /// Where something went, the most of the line ends around it stay, so that paragraphs remain
    /// paragraphs.
    #[must_use]
    pub fn text(&self) -> String {
        let mut clean = String::with_capacity(self.text.len());
        self.each_piece(|piece| clean.push_str(piece));
        clean
    }

    /// The same in the pieces that stand together in the text.
    pub fn each_piece(&self, mut see: impl FnMut(&str)) {
        let mut last: Option<usize> = None;
        let mut next = 0;
        // What stays together does so with all that stands in between.
        for run in self.verdicts.chunk_by(|one, other| one.is_story() == other.is_story()) {
            let first = next;
            next += run.len();
            if !run.iter().all(Verdict::is_story) {
                continue;
            }
            let before = match last {
                None => {
                    let space = &self.text[..self.units[0].start];
                    [parted(space).0, parted(space).1, self.indentation(first)]
                }
                Some(last) => self.space_between(last, first),
            };
            before.into_iter().for_each(&mut see);
            see(&self.text[self.units[first].start..self.units[next - 1].end]);
            last = Some(next - 1);
        }
        if let (Some(last), Some(end)) = (last, self.units.last()) {
            let mut space = &self.text[end.end..];
            // Behind what went, the text ends as its line does.
            if last + 1 < self.units.len() {
                see(parted(self.space_after(last)).0);
                space = units::line_ends(space).next().map_or("", |first| &space[first.start..]);
            }
            see(space);
        }
    }

    /// The units that tell the language of the story: the longest, which are no menu and seldom go.
    fn tellers(&self) -> Vec<usize> {
        let story = (0..self.units.len()).filter(|&at| self.verdicts[at].is_story());
        let mut longest: BinaryHeap<(usize, Reverse<usize>)> =
            story.map(|at| (self.units[at].len(), Reverse(at))).collect();
        let mut tellers = Vec::new();
        let mut told = 0;
        while told < TELLING_BYTES
            && let Some((length, Reverse(at))) = longest.pop()
        {
            told += length;
            tellers.push(at);
        }
        tellers
    }

    fn told_by(&self, units: &[usize]) -> Option<&'static str> {
        if let [only] = units {
            return languages::detect(&self.text[self.units[*only].clone()]);
        }
        let lines: Vec<&str> = units.iter().map(|&at| &self.text[self.units[at].clone()]).collect();
        languages::detect(&lines.join("\n"))
    }

    /// The space between two units that stay: what ends the line of the one, the most line ends that
    /// stand in a row between them, and what the line of the other begins with.
    fn space_between(&self, last: usize, next: usize) -> [&str; 3] {
        let mut widest = self.space_after(last);
        for at in last + 1..next {
            if lines_of(self.space_after(at)) > lines_of(widest) {
                widest = self.space_after(at);
            }
        }
        [parted(self.space_after(last)).0, parted(widest).1, self.indentation(next)]
    }

    /// The space between a unit and the next one.
    fn space_after(&self, at: usize) -> &str {
        &self.text[self.units[at].end..self.units[at + 1].start]
    }

    /// The space before a unit on its own line.
    fn indentation(&self, at: usize) -> &str {
        let before = at.checked_sub(1).map_or(0, |before| self.units[before].end);
        parted(&self.text[before..self.units[at].start]).2
    }

    /// What was removed; a removal's position is the number of lines of story before it.
    #[must_use]
    pub fn removals(&self) -> Vec<Removal> {
        let owned = |(position, kind, rule, line): (_, _, _, &str)| Removal {
            position,
            kind,
            rule,
            text: line.to_owned(),
        };
        self.removed().map(owned).collect()
    }

    /// The same as position, kind, rule and text.
    pub fn removed(&self) -> impl Iterator<Item = (usize, Kind, Rule, &str)> {
        let mut position = 0;
        self.lines().filter_map(move |(line, verdict)| match verdict {
            Verdict::Story => {
                position += 1;
                None
            }
            Verdict::Removed { kind, rule } => Some((position, *kind, *rule, line)),
        })
    }

    /// Whether there was something and nothing of it is story.
    #[must_use]
    pub fn is_only_residue(&self) -> bool {
        !self.verdicts.is_empty() && !self.verdicts.contains(&Verdict::Story)
    }
}

/// Space as what ends a line, the line ends from the first to the last, and what begins a line.
fn parted(space: &str) -> (&str, &str, &str) {
    let mut ends = units::line_ends(space);
    let Some(first) = ends.next() else { return ("", "", space) };
    let last = ends.next_back().unwrap_or(first.clone());
    (&space[..first.start], &space[first.start..last.end], &space[last.end..])
}

fn lines_of(space: &str) -> usize {
    units::line_ends(space).count()
}

/// A text taken apart.
struct Taken<'t> {
    vocabulary: Vocabulary<'t>,
    looks: Vec<Look<'t>>,
    /// Line breaks before each unit.
    breaks: Vec<usize>,
}

impl<'t> Taken<'t> {
    fn of(text: &'t str, units: &[Span], vocabulary: Vocabulary<'t>) -> Taken<'t> {
        let mut row = Row::default();
        let looks =
            units.iter().map(|unit| Look::at(vocabulary, &text[unit.clone()], &mut row)).collect();
        let mut end = 0;
        let breaks = units.iter().map(|unit| {
            let space = &text[end..unit.start];
            end = unit.end;
            lines_of(space)
        });
        Taken { vocabulary, looks, breaks: breaks.collect() }
    }

    fn view(&self, kept: &[usize]) -> View<'_, 't> {
        View::of(&self.looks, &self.breaks, kept)
    }
}

/// The names of the numbers that are seen of a line.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let looks = [Look::default()];
    let mut names = Vec::new();
    View::of(&looks, &[0], &[0]).describe(0, &mut |name, _| names.push(name));
    names
}

/// The lines of a text and what is seen of them, for training: a row of numbers each.
///
/// # Errors
///
/// The text has too many lines.
pub fn observe<'t>(
    text: &'t str,
    phrases: &Phrases,
) -> Result<(Vec<&'t str>, Vec<f32>), TooManyLines> {
    let judged = Judged::all_story(text)?;
    let units = &judged.units;
    let taken = Taken::of(text, units, phrases.of(judged.told_by(&judged.tellers())));
    let all: Vec<usize> = (0..units.len()).collect();
    let view = taken.view(&all);
    let mut values = Vec::new();
    for at in 0..view.len() {
        view.describe(at, &mut |_, value| values.push(value));
    }
    Ok((units.iter().map(|unit| &text[unit.clone()]).collect(), values))
}

#[cfg(test)]
mod tests {
    use super::{Phrases, judge};

    #[test]
    fn what_stays_keeps_its_own_white_space_and_its_paragraphs() {
        let story = "The ferry to the island was late again, and nobody on the quay knew why.";
        let prompt = "Please enter your comment!";
        for (text, clean) in [
            (
                format!("{story}\n\n    {prompt}\n\n{story} Why?\n"),
                format!("{story}\n\n{story} Why?\n"),
            ),
            (
                format!("{story}  \r\n\t{prompt}\r\n\r\n  {story} Why?"),
                format!("{story}  \r\n\r\n  {story} Why?"),
            ),
            (format!("\n    {prompt}\n{story}\n"), format!("\n{story}\n")),
            (format!("    {prompt}\n  {story}"), format!("  {story}")),
            (format!("  {story}\n{prompt}\n"), format!("  {story}\n")),
            (format!("{story}  \n\n{prompt} \n\n"), format!("{story}  \n\n")),
            (format!("{story}\t\n\n{prompt}  "), format!("{story}\t")),
            (format!("{story}\r\r{prompt}\r{story} Why?\r"), format!("{story}\r\r{story} Why?\r")),
            (format!("{story}\n\n## Leave a Reply\n\n{prompt}\n"), format!("{story}\n")),
            (
                format!("{story}\n\n## Why\n\n{story} Why?\n"),
                format!("{story}\n\n## Why\n\n{story} Why?\n"),
            ),
        ] {
            let judged = judge(&text, &Phrases::built_in(), Some("en")).unwrap();
            assert_eq!(judged.text(), clean);
        }
    }
}
