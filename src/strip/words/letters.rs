//! Characters as parts of words: which belong together, and one form for all
//! forms of a letter.

/// What a character is to the word that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letter {
    /// A letter or digit of a script that puts spaces between words.
    Run,
    /// A character that is a word by itself.
    Lone,
    /// Borrowed words are written in a run of these.
    Katakana,
    /// May stand inside of a word.
    Apostrophe,
    /// Invisible, or an accent that hangs on a letter: as if it were not there.
    Mark,
    /// Ends a word.
    Gap,
}

impl Letter {
    pub(super) fn of(c: char) -> Letter {
        if c.is_ascii() {
            return match c {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '#' => Letter::Run,
                '\'' => Letter::Apostrophe,
                _ => Letter::Gap,
            };
        }
        match c {
            '©' => Letter::Run,
            '’' => Letter::Apostrophe,
            // Dashes and quotation marks, of which there are many.
            '\u{2010}'..='\u{2027}' => Letter::Gap,
            _ if is_common(c) => Letter::Run,
            '\u{3041}'..='\u{3096}' | '\u{4e00}'..='\u{9fff}' => Letter::Lone,
            _ if is_mark(c) => Letter::Mark,
            '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' => {
                Letter::Katakana
            }
            _ if !c.is_alphanumeric() => Letter::Gap,
            _ if is_lone(c) => Letter::Lone,
            _ => Letter::Run,
        }
    }
}

/// Letters of Latin, Greek, Cyrillic, Hebrew, Arabic, Devanagari and Hangul: most that are beyond ASCII,
/// known without a table.
const fn is_common(c: char) -> bool {
    matches!(
        c,
        '\u{c0}'..='\u{d6}'
            | '\u{d8}'..='\u{f6}'
            | '\u{f8}'..='\u{2c1}'
            | '\u{38e}'..='\u{3a1}'
            | '\u{3a3}'..='\u{3f5}'
            | '\u{400}'..='\u{481}'
            | '\u{48a}'..='\u{52f}'
            | '\u{5d0}'..='\u{5ea}'
            | '\u{620}'..='\u{63f}'
            | '\u{641}'..='\u{64a}'
            | '\u{904}'..='\u{939}'
            | '\u{ac00}'..='\u{d7a3}'
    )
}

/// Han, hiragana, and the scripts of South-East Asia that write words without spaces.
const fn is_lone(c: char) -> bool {
    matches!(
        c,
        '\u{0e00}'..='\u{0eff}'
            | '\u{1000}'..='\u{109f}'
            | '\u{1780}'..='\u{17ff}'
            | '\u{3005}'..='\u{3007}'
            | '\u{3041}'..='\u{309f}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}'
    )
}

/// Soft hyphens, joiners, signs of direction, and the marks that hang on letters: accents,
/// Hebrew points, Arabic vowels and tatweel, the signs of Indic scripts that are no letters.
const fn is_mark(c: char) -> bool {
    match c {
        '\u{ad}'
        | '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{591}'..='\u{5bd}'
        | '\u{5bf}'
        | '\u{5c1}'
        | '\u{5c2}'
        | '\u{5c4}'
        | '\u{5c5}'
        | '\u{610}'..='\u{61a}'
        | '\u{640}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{6d6}'..='\u{6ed}'
        | '\u{951}'..='\u{954}'
        | '\u{e31}'
        | '\u{e34}'..='\u{e3a}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' => true,
        _ => crate::language::is_sign(c),
    }
}

/// Stands in [`PLAIN`] for what ends a word, and for what has to be looked at more closely.
pub(super) const GAP: u8 = 0;
pub(super) const NOT_PLAIN: u8 = u8::MAX;

/// The one form of every byte that is a character of ASCII.
pub(super) static PLAIN: [u8; 256] = {
    let mut plain = [NOT_PLAIN; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        plain[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'#' => byte.to_ascii_lowercase(),
            b'\'' => NOT_PLAIN,
            _ => GAP,
        };
        byte += 1;
    }
    plain
};

/// Says the one form of a letter: lower case, plain digits, and no difference where writers
/// make none.
pub(super) fn fold(c: char, mut say: impl FnMut(char)) {
    let plain = match c {
        // Full-width forms.
        '\u{ff01}'..='\u{ff5e}' => ascii(u32::from(c) - 0xfee0),
        // Digits of Arabic, Persian and Devanagari.
        '\u{660}'..='\u{669}' => ascii(u32::from(c) - 0x660 + 0x30),
        '\u{6f0}'..='\u{6f9}' => ascii(u32::from(c) - 0x6f0 + 0x30),
        '\u{966}'..='\u{96f}' => ascii(u32::from(c) - 0x966 + 0x30),
        // Capitals of Turkish lose the difference elsewhere.
        'ı' => 'i',
        'أ' | 'إ' | 'آ' => 'ا',
        // Persian keyboards have letters of their own for two of Arabic, and writers mix them.
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        'ۀ' => 'ه',
        // Romanian is written with commas or, on old systems, with cedillas.
        'ș' | 'Ș' => 'ş',
        'ț' | 'Ț' => 'ţ',
        _ => c,
    };
    if is_caseless(plain) {
        say(plain);
        return;
    }
    for lower in plain.to_lowercase().filter(|&c| !is_mark(c)) {
        say(match lower {
            'ё' => 'е',
            // Capitals of Greek carry no accents.
            'ά' => 'α',
            'έ' => 'ε',
            'ή' => 'η',
            'ί' | 'ϊ' | 'ΐ' => 'ι',
            'ό' => 'ο',
            'ύ' | 'ϋ' | 'ΰ' => 'υ',
            'ώ' => 'ω',
            'ς' => 'σ',
            other => other,
        });
    }
}

/// Letters of scripts without capitals, most of which have one form only: Hebrew, Arabic, Devanagari,
/// kana, Han, Hangul.
const fn is_caseless(c: char) -> bool {
    matches!(
        c,
        '\u{5d0}'..='\u{5ea}'
            | '\u{620}'..='\u{63f}'
            | '\u{641}'..='\u{64a}'
            | '\u{904}'..='\u{939}'
            | '\u{3041}'..='\u{3096}'
            | '\u{30a1}'..='\u{30fa}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}'
    )
}

fn ascii(code: u32) -> char {
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::{is_caseless, is_common, is_lone, is_mark};

    #[test]
    fn common_letters_are_letters_and_nothing_else() {
        let odd = |c: &char| !c.is_alphabetic() || is_mark(*c) || is_lone(*c);
        assert_eq!(('\u{80}'..=char::MAX).filter(|&c| is_common(c)).find(odd), None);
    }

    #[test]
    fn letters_that_are_known_without_a_table_are_what_the_tables_say() {
        let odd = |c: &char| !c.is_alphabetic() || is_mark(*c) || !c.to_lowercase().eq([*c]);
        assert_eq!(('\0'..=char::MAX).filter(|&c| is_caseless(c)).find(odd), None);
        let lone = ('\u{3041}'..='\u{3096}').chain('\u{4e00}'..='\u{9fff}');
        assert_eq!(lone.clone().find(|c| !c.is_alphabetic() || !is_lone(*c)), None);
    }
}
