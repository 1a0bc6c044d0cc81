//! A block as a row of words, the form in which phrases are compared.

mod letters;
mod signs;

use std::ops::Range;

use crate::language::ends_a_sentence;
use crate::mask;
use letters::Letter;
pub(super) use signs::Signs;

/// The first words of a text: folded to one form of each letter, without punctuation.
///
/// Scripts that write no spaces have no words to be read off: there a character
/// of Han, hiragana, Thai … counts as a word of its own, and a run of katakana
/// as one, since borrowed words are written so.
#[derive(Debug)]
pub(super) struct Words<'a> {
    text: &'a str,
    row: Row,
    /// Whether there are more words than were asked for.
    pub more: bool,
}

/// What a row of words is kept in; it can be used again for the next text.
///
/// Both lists are longer than what is in them: so there is always room for the next few bytes.
#[derive(Debug, Default)]
pub(super) struct Row {
    folded: Vec<u8>,
    /// Bytes of `folded` that are words.
    length: usize,
    /// Ends of the words in `folded`, and in the text.
    ends: Vec<(usize, usize)>,
    /// How many words there are.
    count: usize,
    /// The keys of the words, if those are all that the text has.
    keys: Vec<Key>,
    /// What stands in the text.
    signs: Signs,
}

/// Letters that are copied together, and as many bytes behind the words in a row.
const COPIED: usize = 16;

/// Stands for a word where most need only be told from a few: words that differ have different keys,
/// but for some of those that are equally long and begin alike. All numbers have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key(pub u64);

impl Key {
    pub(super) const NUMBER: Key = Key(u64::MAX);

    pub(super) fn of(word: &[u8]) -> Key {
        Key::within(word, word.len())
    }

    /// That of the first `length` bytes; what follows them may be read, which is faster than a copy.
    fn within(bytes: &[u8], length: usize) -> Key {
        if matches!(bytes, [b'#' | b'0'..=b'9', ..]) {
            return Key::NUMBER;
        }
        let first = bytes.first_chunk().copied().unwrap_or_else(|| {
            let mut first = [0; 8];
            first[..bytes.len()].copy_from_slice(bytes);
            first
        });
        let kept = u64::MAX >> (64 - 8 * length.clamp(1, 8));
        Key((u64::from_le_bytes(first) & kept).wrapping_add((length as u64) << 56))
    }
}

impl<'a> Words<'a> {
    /// At most `most` words of `text`, and one more if there are more.
    pub(super) fn of(text: &'a str, most: usize) -> Words<'a> {
        Words::in_row(Row::default(), text, most)
    }

    /// The same in a row that was used before.
    pub(super) fn in_row(mut row: Row, text: &'a str, most: usize) -> Words<'a> {
        row.keys.clear();
        let more = row.read(text, most);
        if !more {
            row.find_keys();
        }
        Words { text, row, more }
    }

    /// The row, for the next text.
    pub(super) fn into_row(self) -> Row {
        self.row
    }

    /// The keys of the words from `at` on; none where there are more words than were read.
    pub(super) fn keys_from(&self, at: usize) -> &[Key] {
        self.row.keys.get(at..).unwrap_or_default()
    }

    /// The key of a word.
    pub(super) fn key(&self, at: usize) -> Option<Key> {
        if self.more { self.bytes(at).map(Key::of) } else { self.row.keys.get(at).copied() }
    }

    /// Whether one of these signs stands in the text, or there is more text than was read.
    pub(super) fn may_have(&self, signs: Signs) -> bool {
        self.row.signs.meets(signs)
    }

    /// How many words end in the first `bytes` of the text.
    pub(super) fn within(&self, bytes: usize) -> usize {
        self.row.ends().partition_point(|&(_, end)| end <= bytes)
    }

    pub(super) fn len(&self) -> usize {
        self.row.count
    }

    pub(super) fn get(&self, at: usize) -> Option<&str> {
        str::from_utf8(self.bytes(at)?).ok()
    }

    /// All words with spaces between them.
    pub(super) fn spaced(&self) -> String {
        let mut spaced = Vec::with_capacity(self.row.length + self.len());
        for at in 0..self.len() {
            if at > 0 {
                spaced.push(b' ');
            }
            spaced.extend_from_slice(self.joined(at, at + 1));
        }
        String::from_utf8(spaced).unwrap_or_default()
    }

    /// A word, where it does not matter that it is text.
    pub(super) fn bytes(&self, at: usize) -> Option<&[u8]> {
        self.row.ends().get(at).map(|_| self.joined(at, at + 1))
    }

    /// The words from `start` up to `end` without the spaces between them.
    pub(super) fn joined(&self, start: usize, end: usize) -> &[u8] {
        &self.row.folded[self.offset(start)..self.offset(end)]
    }

    /// Where a word begins in the row.
    fn offset(&self, at: usize) -> usize {
        let before = at.checked_sub(1);
        let end = |before| self.row.ends().get(before).map_or(self.row.length, |&(end, _)| end);
        before.map_or(0, end)
    }

    /// The key of the words from `start` up to `end`, as if they were one.
    pub(super) fn joined_key(&self, start: usize, end: usize) -> Key {
        let joined = self.joined(start, end).len();
        Key::within(&self.row.folded[self.offset(start)..], joined)
    }

    /// What follows the word in the text.
    pub(super) fn text_after(&self, at: usize) -> &'a str {
        self.row.ends().get(at).map_or("", |&(_, end)| &self.text[end..])
    }

    /// Whether the text ends as a sentence does.
    pub(super) fn end_a_sentence(&self) -> bool {
        ends_a_sentence(self.text)
    }

    /// Whether the text ends in a full stop, and neither in an ellipsis nor a bracket.
    pub(super) fn end_in_full_stop(&self) -> bool {
        let bare = self.text.trim_end_matches(['"', '”', '“', '’', '»', ' ']);
        bare.ends_with('.') && !bare.ends_with("..")
    }

    /// Whether the word is one character of a script without spaces, which says about half of a word.
    pub(super) fn is_lone(word: &str) -> bool {
        let mut chars = word.chars();
        chars.next().is_some_and(|c| Letter::of(c) == Letter::Lone) && chars.next().is_none()
    }

    /// How many words the number at `at` takes up, which ends in `unit`, as in `3개`; what is more than
    /// a thousand may be grouped or shortened: `1,234`, `2.3K`. That of a heading, as in `3. Comments`,
    /// counts nothing.
    pub(super) fn number(&self, at: usize, unit: &str) -> Option<usize> {
        let groups = self.digit_groups(at);
        if at == 0 && self.text_after(groups - 1).starts_with('.') {
            return None;
        }
        let last = self.bytes(at + groups - 1)?;
        let digits = last.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let rest = &last[digits..];
        let ends = rest == unit.as_bytes() || unit.is_empty() && matches!(rest, b"k" | b"m");
        let literal = last == b"#" && unit.is_empty();
        (literal || digits > 0 && ends).then_some(groups)
    }

    /// How many words from `at` on are groups of digits of one number, one at least.
    pub(super) fn digit_groups(&self, at: usize) -> usize {
        let goes_on = |at: &usize| {
            let is_digits = |word: &[u8]| word.iter().all(u8::is_ascii_digit);
            let next = self.bytes(at + 1).filter(|next| next[0].is_ascii_digit());
            let between = self.row.ends().get(*at).zip(self.row.ends().get(at + 1)).zip(next);
            self.bytes(*at).is_some_and(is_digits)
                && between.is_some_and(|((&(_, end), &(_, next_end)), next)| {
                    let space = self.text.get(end..next_end.saturating_sub(next.len()));
                    match space {
                        Some("." | "," | "'" | "’" | "\u{a0}" | "\u{202f}") => true,
                        Some(" ") => next.len() == 3 && is_digits(next),
                        _ => false,
                    }
                })
        };
        1 + (at..self.len()).take_while(goes_on).count()
    }

    pub(super) fn is_number(&self, at: usize) -> bool {
        self.bytes(at).is_some_and(|word| {
            word == b"#"
                || word.first().is_some_and(u8::is_ascii_digit)
                    && word.iter().all(|b| b.is_ascii_digit() || *b == b'k')
        })
    }

    /// Whether one of these signs follows the word, white space and quotation marks aside.
    pub(super) fn sign_after(&self, at: usize, signs: &[char]) -> bool {
        self.row.ends().get(at).is_some_and(|&(_, end)| {
            self.text[end..].trim_start_matches([' ', '\u{a0}', '»', '”', '"']).starts_with(signs)
        })
    }
}

/// A piece of a text.
struct Piece {
    /// Where it stands.
    begin: usize,
    /// The one form of every plain letter in it, and some bytes that are none.
    forms: [u8; mask::WIDTH + COPIED],
    /// Which of its bytes are plain letters, and which are parts of characters that have to be looked at
    /// one by one. What else there is ends a word.
    letters: u64,
    odd: u64,
}

impl Row {
    fn ends(&self) -> &[(usize, usize)] {
        &self.ends[..self.count]
    }

    /// Reads the words of `text`; whether there are more than `most` and one.
    fn read(&mut self, text: &str, most: usize) -> bool {
        (self.length, self.count, self.signs) = (0, 0, Signs::NONE);
        // What the open word is written in, while one is open.
        let mut open: Option<Letter> = None;
        let mut at = 0;
        while at < text.len() {
            at = self.read_piece(text, at, &mut open);
            if self.count + usize::from(open.is_some()) > most.saturating_add(1) {
                self.count = most + 1;
                self.length = self.ends[most].0;
                self.signs = Signs::ALL;
                return true;
            }
        }
        if open.is_some() {
            self.close(text.len());
        }
        false
    }

    /// Reads the characters that begin in the piece at `begin`; up to where.
    fn read_piece(&mut self, text: &str, begin: usize, open: &mut Option<Letter>) -> usize {
        self.make_room();
        let bytes = mask::piece(text.as_bytes(), begin, b' ');
        let mut forms = [0; mask::WIDTH + COPIED];
        for (form, byte) in forms.iter_mut().zip(&bytes) {
            *form = letters::plain_form(*byte);
        }
        let letters = mask::of(&bytes, letters::is_plain);
        let odd = mask::of(&bytes, letters::is_odd);
        self.signs = self.signs.and(Signs::of_piece(&bytes));
        let piece = Piece { begin, forms, letters, odd };
        let length = mask::WIDTH.min(text.len() - begin);
        let mut at = 0;
        while at < length {
            let plain = length.min(at + (piece.odd >> at).trailing_zeros() as usize);
            if plain == at {
                at += self.read_char(text, begin + at, open);
            } else {
                self.read_plain(&piece, at..plain, open);
                at = plain;
            }
        }
        begin + at
    }

    fn make_room(&mut self) {
        // Some letters are longer in their one form, but none more than twice as long.
        let needed = self.length + 2 * mask::WIDTH + COPIED;
        if self.folded.len() < needed {
            self.folded.resize(needed, 0);
        }
        if self.ends.len() < self.count + mask::WIDTH {
            self.ends.resize(self.count + mask::WIDTH, (0, 0));
        }
    }

    /// The open word ends here in the text.
    fn close(&mut self, at: usize) {
        self.ends[self.count] = (self.length, at);
        self.count += 1;
    }

    /// Reads a part of a piece without odd characters.
    fn read_plain(&mut self, piece: &Piece, part: Range<usize>, open: &mut Option<Letter>) {
        let goes_on = *open == Some(Letter::Run) && piece.letters >> part.start & 1 == 1;
        if open.take().is_some() && !goes_on {
            self.close(piece.begin + part.start);
        }
        let ahead = |at: usize| u64::MAX.unbounded_shl(u32::try_from(at).unwrap_or(u64::BITS));
        let mut letters = piece.letters & ahead(part.start) & !ahead(part.end);
        while letters != 0 {
            let start = letters.trailing_zeros() as usize;
            let end = start + (!(letters >> start)).trailing_zeros() as usize;
            letters &= ahead(end);
            // More than are wanted are copied, which is faster than to copy as many as there are.
            for from in (start..end).step_by(COPIED) {
                let to = self.length + from - start;
                self.folded[to..to + COPIED].copy_from_slice(&piece.forms[from..from + COPIED]);
            }
            self.length += end - start;
            if end == part.end {
                *open = Some(Letter::Run);
            } else {
                self.close(piece.begin + end);
            }
        }
    }

    /// Reads one character, whatever it is; its length.
    fn read_char(&mut self, text: &str, at: usize, open: &mut Option<Letter>) -> usize {
        let mut rest = text[at..].chars();
        let c = rest.next().unwrap_or_default();
        let letter = Letter::of(c);
        self.signs = self.signs.and(Signs::of_byte(text.as_bytes()[at]));
        // An apostrophe belongs to the word that goes on after it.
        let within = letter == Letter::Apostrophe
            && *open == Some(Letter::Run)
            && rest.next().is_some_and(|next| Letter::of(next) == Letter::Run);
        if within {
            self.push('\'');
        } else if letter != Letter::Mark {
            if open.take_if(|open| *open != letter || letter == Letter::Lone).is_some() {
                self.close(at);
            }
            if matches!(letter, Letter::Run | Letter::Lone | Letter::Katakana) {
                letters::fold(c, |folded| self.push(folded));
                *open = Some(letter);
            }
        }
        c.len_utf8()
    }

    fn push(&mut self, c: char) {
        self.length += c.encode_utf8(&mut self.folded[self.length..]).len();
    }

    fn find_keys(&mut self) {
        let mut start = 0;
        for &(end, _) in &self.ends[..self.count] {
            self.keys.push(Key::within(&self.folded[start..], end - start));
            start = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    fn words(text: &str) -> Vec<String> {
        let words = Words::of(text, 40);
        (0..words.len()).filter_map(|at| words.get(at)).map(str::to_owned).collect()
    }

    #[test]
    fn words_are_read_without_case_and_punctuation() {
        assert_eq!(words("“Don’t Miss” 'this'!"), ["don't", "miss", "this"]);
        assert_eq!(words("E-Mail: 3 Comments"), ["e", "mail", "3", "comments"]);
        assert_eq!(words("© 2026"), ["©", "2026"]);
    }

    #[test]
    fn invisible_marks_and_forms_of_a_letter_make_no_difference() {
        assert_eq!(words("Com\u{200b}ment\u{ad}s \u{200f}here"), ["comments", "here"]);
        assert_eq!(words("ΔΙΑΒΑΣΤΕ ΕΠΙΣΗΣ"), words("Διαβάστε επίσης"));
        assert_eq!(words("İLGİLİ HABERLER"), words("ilgili haberler"));
        assert_eq!(words("YORUMLARI"), words("yorumları"));
        assert_eq!(words("اقرأ أيضًا"), words("اقرأ أيضا"));
        assert_eq!(words("ещё"), words("Еще"));
        assert_eq!(words("دیدگاه‌های کاربران"), words("ديدگاههاي كاربران"));
        assert_eq!(words("CITEȘTE ȘI ȚINE"), words("citeşte şi ţine"));
        assert_eq!(words("यह भी पढ़ें").len(), 3);
        assert_eq!(words("ｆａｃｅｂｏｏｋ ３"), ["facebook", "3"]);
        assert_eq!(words("٣ تعليقات"), ["3", "تعليقات"]);
    }

    #[test]
    fn scripts_without_spaces_are_read_character_by_character() {
        assert_eq!(words("コメントする"), ["コメント", "す", "る"]);
        assert_eq!(words("コメンテーター"), ["コメンテーター"]);
        assert_eq!(words("3件"), ["3", "件"]);
        assert_eq!(words("相关阅读："), ["相", "关", "阅", "读"]);
        assert_eq!(words("댓글 3개"), ["댓글", "3개"]);
    }

    #[test]
    fn a_number_is_read_as_it_is_written() {
        let number = |text: &str, unit: &str| Words::of(text, 40).number(0, unit);
        assert_eq!(number("12 views", ""), Some(1));
        assert_eq!(number("1,234 views", ""), Some(2));
        assert_eq!(number("1 234 567 vues", ""), Some(3));
        assert_eq!(number("2.3K views", ""), Some(2));
        assert_eq!(number("1,234개", "개"), Some(2));
        assert_eq!(number("3, 4 and 5", ""), Some(1));
        assert_eq!(number("3.4. Views", ""), None);
        assert_eq!(number("4th", ""), None);
    }

    #[test]
    fn reading_ends_where_there_are_more_words_than_were_asked_for() {
        let few = Words::of("one two three", 2);
        assert!(!few.more && few.len() == 3);
        let many = Words::of("one two three four", 2);
        assert!(many.more && many.len() == 3);
        assert_eq!(many.joined(0, 2), b"onetwo");
        assert_eq!(many.text_after(0), " two three four");
    }
}
