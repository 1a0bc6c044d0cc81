//! What a block's text looks like, whatever its language.

use crate::language::parts_no_words;

/// Counts over one text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TextStats {
    /// Characters.
    pub chars: usize,
    /// Words; in scripts without spaces every two characters count as one.
    pub words: usize,
    /// Words that begin with a capital.
    pub capitalised: usize,
    /// Words of at most three letters: in most languages they glue sentences together.
    pub short_words: usize,
    /// Words without a single small letter, of two letters and more.
    pub shouted: usize,
    /// Digits.
    pub digits: usize,
    /// Full stops, question and exclamation marks, and their likes in other scripts.
    pub enders: usize,
    /// Commas, semicolons, and their likes.
    pub commas: usize,
    /// Strokes, bullets, angle quotes: what parts labels.
    pub partings: usize,
    /// `©`, `@`, `#` and arrows.
    pub signs: usize,
    /// Quotation marks.
    pub quotes: usize,
    /// How the text ends, see [`End`].
    pub end: End,
    /// Whether it begins with a small letter.
    pub starts_small: bool,
    /// Whether it begins with a digit.
    pub starts_with_digit: bool,
    /// Hash of the text without digits and spaces.
    pub hash: u64,
}

/// How a text ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    /// With a letter or a digit.
    #[default]
    Open,
    /// As a sentence does.
    Stop,
    /// As a question does.
    Question,
    /// As an exclamation does.
    Exclamation,
    /// With a colon.
    Colon,
    /// With an ellipsis.
    Ellipsis,
    /// With another sign.
    Sign,
}

impl TextStats {
    pub(super) fn of(text: &str) -> TextStats {
        let mut stats = TextStats::default();
        let mut word = Word::default();
        let mut unspaced = 0;
        let mut hasher = xxhash_rust::xxh3::Xxh3Default::new();
        let mut buffer = [0u8; 64];
        let mut filled = 0;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            // Plain letters make up most of most texts: they are read a run at a time.
            let plain = plain_letters(rest, buffer.len());
            if !plain.is_empty() {
                if filled + plain.len() > buffer.len() {
                    hasher.update(&buffer[..filled]);
                    filled = 0;
                }
                buffer[filled..filled + plain.len()].copy_from_slice(plain);
                filled += plain.len();
                stats.chars += plain.len();
                word.push_plain(plain);
                rest = &rest[plain.len()..];
                continue;
            }
            rest = &rest[c.len_utf8()..];
            stats.chars += 1;
            if c.is_alphabetic() {
                if filled + 4 > buffer.len() {
                    hasher.update(&buffer[..filled]);
                    filled = 0;
                }
                filled += c.encode_utf8(&mut buffer[filled..]).len();
                if parts_no_words(c) {
                    unspaced += 1;
                    stats.close(&mut word);
                } else {
                    word.push(c);
                }
                continue;
            }
            if c.is_numeric() {
                stats.digits += 1;
                word.push(c);
                continue;
            }
            if !matches!(c, '\'' | '’' | '-' | '\u{301}') {
                stats.close(&mut word);
            }
            if c != ' ' {
                stats.sign(c);
            }
        }
        hasher.update(&buffer[..filled]);
        stats.hash = hasher.digest();
        stats.close(&mut word);
        stats.words += unspaced / 2;
        // There every character is a small word, and none has a case.
        stats.short_words += unspaced / 4;
        let bare = text.trim_end_matches(['"', '”', '’', '\'', ')', '»', '“', ']', '」', ' ']);
        stats.end = end_of(bare.chars().next_back());
        let first = text.chars().find(|c| c.is_alphanumeric());
        stats.starts_small = first.is_some_and(char::is_lowercase);
        stats.starts_with_digit = first.is_some_and(char::is_numeric);
        stats
    }

    fn sign(&mut self, c: char) {
        match c {
            '.' | '!' | '?' | '。' | '！' | '？' | '।' | '؟' | '۔' | '…' => {
                self.enders += 1;
            }
            ',' | ';' | '、' | '，' | '；' | '،' | '؛' => self.commas += 1,
            '|' | '/' | '·' | '•' | '›' | '»' | '>' | '→' | '‹' | '«' | '▸' | '●' | '–' | '—' =>
            {
                self.partings += 1;
            }
            '©' | '@' | '#' | '↑' | '↓' | '▼' | '✓' | '★' | '×' | '+' | '$' | '€' | '£' | '%' =>
            {
                self.signs += 1;
            }
            '"' | '“' | '”' | '„' | '‘' | '「' | '」' => self.quotes += 1,
            _ => {}
        }
    }

    fn close(&mut self, word: &mut Word) {
        let done = std::mem::take(word);
        if done.letters == 0 {
            return;
        }
        self.words += 1;
        self.capitalised += usize::from(done.capital);
        self.short_words += usize::from(done.letters <= 3);
        self.shouted += usize::from(done.capital && !done.small && done.letters >= 2);
    }
}

#[derive(Default)]
struct Word {
    letters: usize,
    capital: bool,
    small: bool,
}

impl Word {
    fn push(&mut self, c: char) {
        self.capital |= self.letters == 0 && c.is_uppercase();
        self.small |= c.is_lowercase();
        self.letters += 1;
    }

    /// The same for a run of letters of ASCII.
    fn push_plain(&mut self, letters: &[u8]) {
        self.capital |= self.letters == 0 && letters[0].is_ascii_uppercase();
        self.small |= letters.iter().any(u8::is_ascii_lowercase);
        self.letters += letters.len();
    }
}

/// The letters of ASCII that a text begins with, `most` of them at most.
fn plain_letters(text: &str, most: usize) -> &[u8] {
    let bytes = text.as_bytes();
    let length = bytes.iter().take(most).take_while(|byte| byte.is_ascii_alphabetic()).count();
    &bytes[..length]
}

const fn end_of(last: Option<char>) -> End {
    match last {
        Some('.' | '。' | '।' | '۔') => End::Stop,
        Some('?' | '？' | '؟') => End::Question,
        Some('!' | '！') => End::Exclamation,
        Some(':' | '：') => End::Colon,
        Some('…') => End::Ellipsis,
        Some(c) if !c.is_ascii_punctuation() && c != '›' && c != '→' => End::Open,
        _ => End::Sign,
    }
}
