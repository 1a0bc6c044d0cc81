//! Bytes of a text, looked at 64 at a time.

/// Bytes that are looked at together: one for each bit of a mask.
pub(crate) const WIDTH: usize = u64::BITS as usize;

/// A bit for each of the bytes, the lowest for the first: set where `is` says 1 of it, and not 0.
///
/// Where `is` does not branch, a compiler makes a few instructions for 16 bytes of it.
pub(crate) fn of(bytes: &[u8; WIDTH], is: impl Fn(u8) -> u8) -> u64 {
    let mut answers = [0; WIDTH];
    for (answer, byte) in answers.iter_mut().zip(bytes) {
        *answer = is(*byte);
    }
    let (eights, _) = answers.as_chunks();
    eights.iter().rev().fold(0, |mask, eight| {
        // The product gathers the lowest bits of all bytes in its highest byte.
        mask << 8 | u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

/// The places of the bits that are set, from the lowest.
pub(crate) fn places(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (mask != 0).then_some(mask.trailing_zeros() as usize)?;
        mask &= mask - 1;
        Some(place)
    })
}

/// Up to 64 bytes from `at` on, and behind the end of the text others that are `filled`.
pub(crate) fn piece(text: &[u8], at: usize, filled: u8) -> [u8; WIDTH] {
    let rest = &text[at..];
    rest.first_chunk().copied().unwrap_or_else(|| {
        let mut piece = [filled; WIDTH];
        piece[..rest.len()].copy_from_slice(rest);
        piece
    })
}

#[cfg(test)]
mod tests {
    use super::{of, piece, places};

    #[test]
    fn every_byte_has_its_bit() {
        let text: Vec<u8> = (0..=255).collect();
        for at in [0, 1, 63, 190, 192, 193, 255] {
            let mask = of(&piece(&text, at, 0), |byte| u8::from(byte % 7 == 3));
            let wanted = (at..text.len().min(at + 64)).filter(|byte| byte % 7 == 3);
            assert!(places(mask).map(|place| at + place).eq(wanted));
        }
    }
}
