//! Which signs a text has: a rule of form asks for one that most texts lack.

/// A set of signs. All digits are one; what is beyond ASCII is known by its first byte only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::strip) struct Signs(u16);

/// Signs of ASCII, and the bit of each.
const ASCII: [(u8, u8); 7] =
    [bit(b'/'), bit(b'|'), bit(b':'), bit(b'-'), bit(b'@'), bit(b'>'), bit(b'\t')];

/// A sign of ASCII with its bit, which is one of the lower eight.
const fn bit(sign: u8) -> (u8, u8) {
    (sign, Signs::of_byte(sign).0.to_le_bytes()[0])
}

impl Signs {
    /// None.
    pub(super) const NONE: Signs = Signs(0);
    /// All that there may be.
    pub(super) const ALL: Signs = Signs(u16::MAX);

    /// Those of a text. What nobody asks for is none.
    pub(in crate::strip) const fn of(text: &str) -> Signs {
        let bytes = text.as_bytes();
        let (mut signs, mut at) = (Signs::NONE, 0);
        while at < bytes.len() {
            signs = signs.and(Signs::of_byte(bytes[at]));
            at += 1;
        }
        signs
    }

    pub(super) const fn of_byte(byte: u8) -> Signs {
        Signs(match byte {
            b'0'..=b'9' => 1,
            b'/' => 1 << 1,
            b'|' => 1 << 2,
            b':' => 1 << 3,
            b'-' => 1 << 4,
            b'@' => 1 << 5,
            b'>' => 1 << 6,
            b'\t' => 1 << 7,
            0xc2 => 1 << 8,
            0xe2 => 1 << 9,
            0xef => 1 << 10,
            0xc3.. => 1 << 11,
            _ => 0,
        })
    }

    /// Those of some bytes, aside from what is beyond ASCII.
    pub(super) fn of_piece(bytes: &[u8]) -> Signs {
        // Without a branch, so that many bytes are asked at once.
        let of = |byte: u8| {
            let digit = u8::from(byte.is_ascii_digit());
            ASCII
                .iter()
                .fold(digit, |signs, &(sign, bit)| signs | if byte == sign { bit } else { 0 })
        };
        Signs(u16::from(bytes.iter().fold(0, |signs, &byte| signs | of(byte))))
    }

    /// Both.
    pub(super) const fn and(self, other: Signs) -> Signs {
        Signs(self.0 | other.0)
    }

    /// Whether the two have a sign in common.
    pub(super) const fn meets(self, other: Signs) -> bool {
        self.0 & other.0 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::Signs;

    #[test]
    fn many_bytes_have_the_signs_of_each() {
        for byte in 0..0x80 {
            assert_eq!(Signs::of_piece(&[b' ', byte, b'a']), Signs::of_byte(byte));
        }
    }
}
