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

/// 1 for a letter of ASCII that stands in words, a digit or `#`, else 0.
pub(super) fn is_plain(byte: u8) -> u8 {
    u8::from(byte.is_ascii_alphanumeric()) | u8::from(byte == b'#')
}

/// The one form of such a letter.
pub(super) fn plain_form(letter: u8) -> u8 {
    letter | 0x20
}

/// 1 for a byte of a character that may be a letter all the same, else 0.
pub(super) fn is_odd(byte: u8) -> u8 {
    u8::from(!byte.is_ascii()) | u8::from(byte == b'\'')
}

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
    if is_settled(plain) {
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

/// Letters that are their own one form: most of Cyrillic's small ones, and of scripts without capitals
/// those of Hebrew, Arabic, Devanagari, kana, Han, Hangul.
const fn is_settled(c: char) -> bool {
    matches!(
        c,
        '\u{430}'..='\u{44f}'
            | '\u{5d0}'..='\u{5ea}'
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
    use super::{Letter, fold, is_common, is_lone, is_mark, is_plain, is_settled, plain_form};

    #[test]
    fn common_letters_are_letters_and_nothing_else() {
        let odd = |c: &char| !c.is_alphabetic() || is_mark(*c) || is_lone(*c);
        assert_eq!(('\u{80}'..=char::MAX).filter(|&c| is_common(c)).find(odd), None);
    }

    #[test]
    fn plain_letters_are_folded_as_all_are_and_none_becomes_twice_as_long() {
        for c in '\0'..=char::MAX {
            let mut folded = String::new();
            fold(c, |c| folded.push(c));
            assert!(folded.len() <= 2 * c.len_utf8(), "{c:?}");
            let Ok(byte) = u8::try_from(c) else { continue };
            assert_eq!(is_plain(byte) == 1, c.is_ascii() && Letter::of(c) == Letter::Run);
            if is_plain(byte) == 1 {
                assert_eq!(folded.as_bytes(), [plain_form(byte)]);
            }
        }
    }

    #[test]
    fn letters_that_are_known_without_a_table_are_what_the_tables_say() {
        let odd = |c: &char| !c.is_alphabetic() || is_mark(*c) || !c.to_lowercase().eq([*c]);
        assert_eq!(('\0'..=char::MAX).filter(|&c| is_settled(c)).find(odd), None);
        let lone = ('\u{3041}'..='\u{3096}').chain('\u{4e00}'..='\u{9fff}');
        assert_eq!(lone.clone().find(|c| !c.is_alphabetic() || !is_lone(*c)), None);
    }
}
