//! Text that was read in the wrong charset and written again.

use std::borrow::Cow;

/// Text whose UTF-8 was taken for windows-1252 or ISO-8859-1 and encoded once more, as it was;
/// any other as it is.
pub(crate) fn once_encoded(text: &str) -> Cow<'_, str> {
    // Its first character beyond ASCII is what begins a sequence, and not the last of it.
    let first = text.bytes().position(|byte| !byte.is_ascii()).unwrap_or(text.len());
    let mut sequence = text[first..].chars();
    if !sequence.next().is_some_and(|c| ('Â'..='ô').contains(&c))
        || sequence.next().is_none_or(|c| c.is_ascii())
    {
        return Cow::Borrowed(text);
    }
    match as_read(text).map(String::from_utf8) {
        Some(Ok(meant)) if has_senseless_sequence(text, &meant) => Cow::Owned(meant),
        _ => Cow::Borrowed(text),
    }
}

/// The bytes that were read as this text; none where there are no such.
fn as_read(text: &str) -> Option<Vec<u8>> {
    // ISO-8859-1 has controls where windows-1252 has letters and marks.
    let is_control = |c: &char| matches!(c, '\u{80}'..='\u{9f}');
    let mut bytes = Vec::with_capacity(text.len());
    for part in text.split_inclusive(|c| is_control(&c)) {
        let control = part.chars().next_back().filter(is_control);
        let sound = &part[..part.len() - control.map_or(0, char::len_utf8)];
        let (encoded, _, unknown) = encoding_rs::WINDOWS_1252.encode(sound);
        if unknown {
            return None;
        }
        bytes.extend_from_slice(&encoded);
        bytes.extend(control.and_then(|control| u8::try_from(u32::from(control)).ok()));
    }
    Some(bytes)
}

/// Whether one of the sequences of `text`, each of which is one character of `meant`, is
/// nothing that anybody writes. Sound is a letter with marks that follow words: `BEYONCÉ’S`,
/// `CLICHÉ…`, `Gruß“`. With the letters that begin Latin script's own sequences, it is so
/// within capitals only: `AMANHÃ”`, `HÄ–HO`, but not `Ã–sterreich` or `wÄ…tek`.
fn has_senseless_sequence(text: &str, meant: &str) -> bool {
    let mut before = ' ';
    let mut rest = text.chars();
    meant.chars().any(|character| {
        let first = rest.next().unwrap_or_default();
        let mut ends_in_marks = true;
        for _ in 1..character.len_utf8() {
            ends_in_marks &= rest.next().is_some_and(follows_words);
        }
        let after = rest.clone().next().unwrap_or_default();
        let is_in_word = before.is_lowercase() || after.is_lowercase();
        let is_sound = ends_in_marks
            && match first {
                'Â' => false,
                'Ã' => before.is_uppercase() && !after.is_alphabetic(),
                'Ä' | 'Å' | 'È' => !is_in_word,
                _ => true,
            };
        before = first;
        !is_sound
    })
}

/// Whether sound text has this sign right behind a word: the space that does not break, as French
/// has it before signs, and marks that quote, close, go on or claim a name.
fn follows_words(sign: char) -> bool {
    matches!(sign, '\u{a0}' | '’' | '‘' | '”' | '“' | '…' | '–' | '—' | '»' | '›' | '™' | '®')
}

#[cfg(test)]
mod tests {
    use super::once_encoded;

    #[test]
    fn text_that_was_encoded_twice_is_decoded_twice_and_no_other() {
        for (text, expected) in [
            ("CafÃ© itâ€™s", "Café it’s"),
            ("Ð¼Ð¸Ñ€", "мир"),
            ("NÃO É, Ângela – château", "NÃO É, Ângela – château"),
            ("Ã© 中", "Ã© 中"),
            ("BEYONCÉ’S NEW ALBUM", "BEYONCÉ’S NEW ALBUM"),
            ("CLICHÉ… OR CANAPÉ”?", "CLICHÉ… OR CANAPÉ”?"),
            ("MÜ“x Gruß…", "MÜ“x Gruß…"),
            ("CAFÉ\u{a0}: NESCAFÉ®", "CAFÉ\u{a0}: NESCAFÉ®"),
            ("AMANHÃ” PERCHÈ… LINNÄ’S", "AMANHÃ” PERCHÈ… LINNÄ’S"),
            ("ESPAÃ‘A", "ESPAÑA"),
            ("Ã–sterreich", "Österreich"),
            ("sÄ… BucureÈ™ti Å’uvre", "są București Œuvre"),
            ("De Paris Ã\u{a0} Rome", "De Paris à Rome"),
            ("2026Â\u{a0}!", "2026\u{a0}!"),
            ("An investorâ\u{80}\u{99}s guide", "An investor’s guide"),
        ] {
            assert_eq!(once_encoded(text), expected);
        }
    }
}
