//! Characters and words of one unit, counted.

use crate::strip::pairs;

/// Bytes of a unit whose characters are counted; the rest is like its beginning.
pub(super) const BYTES_COUNTED: usize = 480;

/// Characters and words of a unit by what they look like.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::strip::plain) struct Counts {
    pub characters: usize,
    pub tokens: usize,
    /// Words that begin with a capital, and with a small letter.
    pub capital: usize,
    pub small: usize,
    /// Words all in capitals.
    pub shouted: usize,
    pub digits: usize,
    pub commas: usize,
    /// Ends of sentences within.
    pub stops: usize,
    pub quotes: usize,
    /// Bars, bullets, arrows, strokes: what parts items rather than sentences.
    pub bars: usize,
    /// Addresses, names of accounts, hashtags.
    pub addresses: usize,
    pub brackets: usize,
    pub money: usize,
    pub questions: usize,
    pub first_small: bool,
    pub first_digit: bool,
    pub first_mark: bool,
}

/// Characters that say something by their number.
#[derive(Clone, Copy)]
enum Sign {
    Digit,
    Comma,
    Quote,
    Bar,
    Bracket,
    Money,
    Question,
    At,
}

impl Sign {
    const COUNT: usize = Sign::At as usize + 1;

    const fn of(c: char) -> Option<Sign> {
        Some(match c {
            '0'..='9' => Sign::Digit,
            ',' | '、' | '，' | '،' => Sign::Comma,
            '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' => Sign::Quote,
            '|' | '•' | '·' | '›' | '>' | '→' | '▶' | '►' | '/' | '–' | '—' | '｜' => {
                Sign::Bar
            }
            '(' | '[' | '（' | '【' => Sign::Bracket,
            '$' | '€' | '£' | '¥' | '%' => Sign::Money,
            '?' | '？' | '؟' => Sign::Question,
            '@' => Sign::At,
            _ => return None,
        })
    }
}

/// [`Counts::capital`] and [`Counts::tokens`] of a unit.
pub(super) fn capitals(text: &str) -> (usize, usize) {
    let text = &text[..text.floor_char_boundary(BYTES_COUNTED)];
    let bytes = text.as_bytes();
    let is_space = |byte: u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let begins = |at: usize| at == 0 || is_space(bytes[at - 1]);
    // As if every character beyond ASCII were a small letter …
    let tokens =
        pairs::count(bytes, |before, byte| u8::from(is_space(before)) & u8::from(!is_space(byte)));
    let mut capitals = pairs::count(bytes, |before, byte| {
        u8::from(is_space(before)) & u8::from(byte.is_ascii_uppercase())
    });
    // … and then what those are.
    for (at, c) in pairs::beyond_ascii(text) {
        if c.is_whitespace() {
            let counts = Counts::of(text);
            return (counts.capital, counts.tokens);
        }
        capitals += usize::from(begins(at) && c.is_uppercase());
    }
    (capitals, tokens)
}

impl Counts {
    pub(super) fn of(text: &str) -> Counts {
        let text = &text[..text.floor_char_boundary(BYTES_COUNTED)];
        let mut counts = Counts::default();
        counts.count_signs(text);
        counts.look_at_start(text.trim_start());
        // Most words are plain letters, which need no decoding.
        for part in text.split_ascii_whitespace() {
            if part.is_ascii() {
                counts.count_plain(part.as_bytes());
            } else {
                part.split_whitespace().for_each(|token| counts.count_token(token));
            }
        }
        // A space follows every word.
        counts.characters += counts.tokens;
        counts
    }

    fn look_at_start(&mut self, text: &str) {
        if let Some(c) = text.chars().next() {
            self.first_small = c.is_lowercase();
            self.first_digit = c.is_ascii_digit();
            self.first_mark = !c.is_alphanumeric();
        }
    }

    fn count_plain(&mut self, token: &[u8]) {
        self.tokens += 1;
        self.characters += token.len();
        let ([first, ..], [.., last]) = (token, token) else { return };
        self.small += usize::from(first.is_ascii_lowercase());
        self.capital += usize::from(first.is_ascii_uppercase());
        let shouted = !token.iter().any(u8::is_ascii_lowercase)
            && token.iter().filter(|byte| byte.is_ascii_uppercase()).count() >= 2;
        self.shouted += usize::from(shouted);
        self.stops += usize::from(matches!(last, b'.' | b'!' | b'?'));
        self.addresses +=
            usize::from(*first == b'#' || token.starts_with(b"http") || token.starts_with(b"www."));
    }

    fn count_token(&mut self, token: &str) {
        self.tokens += 1;
        self.characters += token.chars().count();
        let (Some(first), Some(last)) = (token.chars().next(), token.chars().next_back()) else {
            return;
        };
        let small = first.is_lowercase();
        self.small += usize::from(small);
        self.capital += usize::from(!small && first.is_uppercase());
        self.shouted += usize::from(is_shouted(token));
        self.stops += usize::from(matches!(last, '.' | '!' | '?' | '。' | '।'));
        self.addresses +=
            usize::from(first == '#' || token.starts_with("http") || token.starts_with("www."));
    }

    fn count_signs(&mut self, text: &str) {
        let mut sums = [0; Sign::COUNT];
        for chunk in text.as_bytes().chunks(usize::from(u8::MAX)) {
            let lanes: u64 = chunk.iter().map(|&byte| LANES[usize::from(byte)]).sum();
            for (sum, lane) in sums.iter_mut().zip(lanes.to_le_bytes()) {
                *sum += usize::from(lane);
            }
        }
        let signs = pairs::beyond_ascii(text).filter_map(|(_, c)| Sign::of(c));
        signs.for_each(|sign| sums[sign as usize] += 1);
        [
            self.digits,
            self.commas,
            self.quotes,
            self.bars,
            self.brackets,
            self.money,
            self.questions,
            self.addresses,
        ] = sums;
    }
}

/// For every byte a number with a one in the lane of its sign. The lanes are one byte each, in
/// the order of [`Sign`], so that one addition counts them all.
static LANES: [u64; 256] = {
    let mut lanes = [0; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        if let Some(sign) = Sign::of(byte as char) {
            lanes[byte as usize] = 1 << (8 * sign as u32);
        }
        byte += 1;
    }
    lanes
};

/// Whether all of its letters that have a case are capitals, two at least.
fn is_shouted(token: &str) -> bool {
    if token.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return false;
    }
    let capitals = token.chars().filter(|c| c.is_uppercase()).count();
    capitals >= 2 && !token.contains(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::{BYTES_COUNTED, Counts};

    #[test]
    fn words_and_signs_are_counted_in_every_script() {
        let counts =
            Counts::of("#news – ÄRZTE, „Ärzte“ | 12,50 € (www.a.example)？ Really? 「はい」");
        let said = [counts.tokens, counts.capital, counts.small, counts.shouted, counts.stops];
        assert_eq!(said, [10, 2, 0, 1, 1]);
        let signs = [counts.digits, counts.commas, counts.quotes, counts.bars, counts.brackets];
        assert_eq!(signs, [4, 2, 4, 2, 1]);
        assert_eq!([counts.money, counts.questions, counts.addresses], [1, 2, 1]);
        assert!(counts.first_mark && !counts.first_digit && !counts.first_small);
    }

    #[test]
    fn a_line_of_one_sign_is_counted_up_to_the_bound() {
        let counts = Counts::of(&"7".repeat(2 * BYTES_COUNTED));
        assert_eq!((counts.digits, counts.characters), (BYTES_COUNTED, BYTES_COUNTED + 1));
        assert!(counts.first_digit);
    }
}
