//! A block as a row of words, the form in which phrases are compared.

mod letters;

use letters::Letter;

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

/// What ends a sentence, in the scripts that there are phrases for.
const STOPS: [char; 8] = ['.', '!', '?', '。', '！', '？', '؟', '।'];

/// What a row of words is kept in; it can be used again for the next text.
#[derive(Debug, Default)]
pub(super) struct Row {
    folded: String,
    /// Ends of the words in `folded`, and in the text.
    ends: Vec<(usize, usize)>,
}

impl<'a> Words<'a> {
    /// At most `most` words of `text`, and one more if there are more.
    pub(super) fn of(text: &'a str, most: usize) -> Words<'a> {
        Words::in_row(Row::default(), text, most)
    }

    /// The same in a row that was used before.
    pub(super) fn in_row(mut row: Row, text: &'a str, most: usize) -> Words<'a> {
        row.folded.clear();
        row.ends.clear();
        let more = row.read(text, most);
        Words { text, row, more }
    }

    /// The row, for the next text.
    pub(super) fn into_row(self) -> Row {
        self.row
    }

    pub(super) fn len(&self) -> usize {
        self.row.ends.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&str> {
        self.row.ends.get(at)?;
        Some(self.joined(at, at + 1))
    }

    /// The words from `start` up to `end` without the spaces between them.
    pub(super) fn joined(&self, start: usize, end: usize) -> &str {
        let offset = |at: usize| match at {
            0 => 0,
            at => self.row.ends.get(at - 1).map_or(self.row.folded.len(), |&(end, _)| end),
        };
        &self.row.folded[offset(start)..offset(end)]
    }

    /// What follows the word in the text.
    pub(super) fn text_after(&self, at: usize) -> &'a str {
        self.row.ends.get(at).map_or("", |&(_, end)| &self.text[end..])
    }

    /// Whether the text ends as a sentence does.
    pub(super) fn end_a_sentence(&self) -> bool {
        let bare =
            self.text.trim_end_matches(|c: char| !c.is_alphanumeric() && !STOPS.contains(&c));
        bare.ends_with(STOPS)
    }

    pub(super) fn is_number(&self, at: usize) -> bool {
        self.get(at).is_some_and(|word| {
            word == "#"
                || word.starts_with(|c: char| c.is_ascii_digit())
                    && word.bytes().all(|b| b.is_ascii_digit() || b == b'k')
        })
    }

    /// Whether a colon follows the word, white space and quotation marks aside.
    pub(super) fn colon_after(&self, at: usize) -> bool {
        self.row.ends.get(at).is_some_and(|&(_, end)| {
            self.text[end..]
                .trim_start_matches([' ', '\u{a0}', '»', '”', '"'])
                .starts_with([':', '：'])
        })
    }
}

impl Row {
    /// Reads the words of `text`; whether there are more than `most` and one.
    fn read(&mut self, text: &str, most: usize) -> bool {
        // What the open word is written in, while one is open.
        let mut open: Option<Letter> = None;
        let mut at = 0;
        while let Some(&byte) = text.as_bytes().get(at) {
            // Plain letters make up most of most texts: they are read a run at a time.
            let plain = if byte.is_ascii_alphanumeric() { letters::plain(&text[at..]) } else { "" };
            let c = if byte.is_ascii() {
                char::from(byte)
            } else {
                text[at..].chars().next().unwrap_or_default()
            };
            let (letter, end) = match plain.len() {
                0 => (Letter::of(c), at + c.len_utf8()),
                length => (Letter::Run, at + length),
            };
            let here = std::mem::replace(&mut at, end);
            if letter == Letter::Mark {
                continue;
            }
            // An apostrophe belongs to the word that goes on after it.
            if letter == Letter::Apostrophe {
                let next = text[end..].chars().next();
                let goes_on = next.is_some_and(|c| Letter::of(c) == Letter::Run);
                if open == Some(Letter::Run) && goes_on {
                    self.folded.push('\'');
                    continue;
                }
            }
            if open.is_some() && (open != Some(letter) || letter == Letter::Lone) {
                self.ends.push((self.folded.len(), here));
                open = None;
            }
            if matches!(letter, Letter::Run | Letter::Lone | Letter::Katakana) {
                if open.is_none() && self.ends.len() > most {
                    return true;
                }
                if plain.is_empty() {
                    letters::fold(c, &mut self.folded);
                } else {
                    letters::fold_plain(plain, &mut self.folded);
                }
                open = Some(letter);
            }
        }
        if open.is_some() {
            self.ends.push((self.folded.len(), text.len()));
        }
        false
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
    fn reading_ends_where_there_are_more_words_than_were_asked_for() {
        let few = Words::of("one two three", 2);
        assert!(!few.more && few.len() == 3);
        let many = Words::of("one two three four", 2);
        assert!(many.more && many.len() == 3);
        assert_eq!(many.joined(0, 2), "onetwo");
        assert_eq!(many.text_after(0), " two three four");
    }
}
