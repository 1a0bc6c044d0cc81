//! A block as a row of words, the form in which phrases are compared.

/// The first words of a text: lower case, without punctuation.
#[derive(Debug)]
pub(super) struct Words<'a> {
    text: &'a str,
    lower: String,
    /// Ends of the words in `lower`, and in the text.
    ends: Vec<(usize, usize)>,
    /// Whether there are more words than were asked for.
    pub more: bool,
}

impl<'a> Words<'a> {
    /// At most `most` words of `text`, and one more if there are more.
    pub(super) fn of(text: &'a str, most: usize) -> Words<'a> {
        let mut words = Words { text, lower: String::new(), ends: Vec::new(), more: false };
        let mut inside = false;
        for (at, c) in text.char_indices() {
            if c.is_alphanumeric() || c == '#' || c == '©' {
                if !inside && words.ends.len() > most {
                    words.more = true;
                    break;
                }
                words.lower.extend(c.to_lowercase());
                inside = true;
            } else if inside && !matches!(c, '\'' | '’' | '\u{301}') {
                words.ends.push((words.lower.len(), at));
                inside = false;
            } else if inside && matches!(c, '\'' | '’') {
                words.lower.push('\'');
            }
        }
        if inside {
            words.ends.push((words.lower.len(), text.len()));
        }
        words
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&str> {
        let (end, _) = *self.ends.get(at)?;
        let start = if at == 0 { 0 } else { self.ends[at - 1].0 };
        Some(&self.lower[start..end])
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
        self.ends.get(at).is_some_and(|&(_, end)| {
            self.text[end..]
                .trim_start_matches([' ', '\u{a0}', '»', '”', '"'])
                .starts_with([':', '：'])
        })
    }
}
