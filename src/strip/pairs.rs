//! Bytes of a text, each with the one before it, looked at many at once.

/// How many of them are such, of which `are` says one, and else none; a space stands before the first.
///
/// Where `are` does not branch, a compiler makes a few instructions for 16 bytes of it.
pub(super) fn count(bytes: &[u8], are: impl Fn(u8, u8) -> u8) -> usize {
    let Some((&first, rest)) = bytes.split_first() else { return 0 };
    // Sums that fit a byte.
    let most = usize::from(u8::MAX);
    let sums = bytes.chunks(most).zip(rest.chunks(most)).map(|(before, bytes)| {
        before.iter().zip(bytes).map(|(&before, &byte)| are(before, byte)).sum::<u8>()
    });
    usize::from(are(b' ', first)) + sums.map(usize::from).sum::<usize>()
}

/// Bytes that are passed over together where all of them are ASCII.
const PASSED_OVER: usize = 16;

/// Where the characters beyond ASCII begin, of which most texts have few.
pub(super) fn beyond_ascii(text: &str) -> impl Iterator<Item = (usize, char)> {
    let pieces = text.as_bytes().chunks(PASSED_OVER).enumerate();
    let begins = pieces.filter(|(_, piece)| !piece.is_ascii()).flat_map(|(nth, piece)| {
        let begins = piece.iter().enumerate().filter(|(_, byte)| **byte >= 0xc0);
        begins.map(move |(at, _)| nth * PASSED_OVER + at)
    });
    begins.filter_map(|at| Some((at, text[at..].chars().next()?)))
}

#[cfg(test)]
mod tests {
    use super::{beyond_ascii, count};

    #[test]
    fn characters_beyond_ascii_are_found_wherever_they_stand() {
        let text = "é, then a long way of plain letters, ’ and some more of them €";
        let found = text.char_indices().filter(|(_, c)| !c.is_ascii());
        assert!(beyond_ascii(text).eq(found));
    }

    #[test]
    fn every_byte_is_counted_with_the_one_before_it() {
        let begins = |before: u8, byte: u8| u8::from(before == b' ') & u8::from(byte != b' ');
        assert_eq!(count(b"", begins), 0);
        assert_eq!(count(b"a", begins), 1);
        assert_eq!(count(b" one two  three ", begins), 3);
        assert_eq!(count("a ".repeat(1000).as_bytes(), begins), 1000);
    }
}
