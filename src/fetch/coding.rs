//! Content-Encoding → the body itself, never more of it than the limit.
//!
//! Not left to the HTTP client: it would stop after the first member of a gzip
//! body, refuse raw deflate, leave one layer of `gzip, gzip` and inflate bombs.

use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;

use flate2::bufread::GzDecoder;
use flate2::{Decompress, FlushDecompress, Status};

use crate::limits::CONTENT_CODINGS_MAX;
use crate::limits::ZSTD_WINDOW_LOG_MAX;

/// Bytes unpacked at a time.
const PIECE_BYTES: usize = 32 * 1024;

/// One layer of compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// Why a body cannot be unpacked.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum CodingError {
    #[error("body is compressed in a way that nobody asked for")]
    Unknown,
    #[error("body is compressed more than {CONTENT_CODINGS_MAX} times over")]
    TooMany,
    #[error("compressed body is broken: {0}")]
    Broken(String),
}

/// Reads the values of `Content-Encoding`, in the order in which they were applied.
pub(super) fn codings<'a>(
    values: impl Iterator<Item = &'a str>,
) -> Result<Vec<Coding>, CodingError> {
    let mut codings = Vec::new();
    for name in values.flat_map(|value| value.split(',')) {
        codings.push(match name.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Coding::Gzip,
            "deflate" => Coding::Deflate,
            "br" => Coding::Brotli,
            "zstd" => Coding::Zstd,
            // The last two are charsets that some servers put here.
            "" | "identity" | "none" | "utf-8" | "utf8" => continue,
            _ => return Err(CodingError::Unknown),
        });
        if codings.len() > CONTENT_CODINGS_MAX {
            return Err(CodingError::TooMany);
        }
    }
    Ok(codings)
}

/// Unpacks a body that somebody kept as it came, to at most `limit` bytes;
/// `encoding` is its `Content-Encoding`.
///
/// # Errors
///
/// Says what is wrong with it.
pub fn unpack_kept(body: Vec<u8>, encoding: &str, limit: usize) -> Result<Vec<u8>, String> {
    let codings = codings(std::iter::once(encoding)).map_err(|error| error.to_string())?;
    let mut body =
        unpack(io::Cursor::new(body), &codings, limit).map_err(|error| error.to_string())?;
    body.truncate(limit);
    Ok(body)
}

/// Unpacks `wire` to at most `limit` bytes and one, which tells that there is more.
pub(super) fn unpack(
    wire: impl Read + 'static,
    codings: &[Coding],
    limit: usize,
) -> Result<Vec<u8>, CodingError> {
    let mut reader: Box<dyn Read> = Box::new(wire);
    for coding in codings.iter().rev() {
        reader = layer(reader, *coding).map_err(|error| broken(&error))?;
    }
    // Not `read_to_end`, which touches twice the memory that it fills.
    let mut body = Vec::new();
    let mut piece = vec![0; PIECE_BYTES];
    while body.len() <= limit {
        match reader.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => append(&mut body, &piece[..count], limit),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(broken(&error)),
        }
    }
    Ok(body)
}

/// Appends to a body that may reach `limit` bytes and one; drops what is beyond.
///
/// The room doubles, but never beyond that: doubling past it would let one body
/// take twice the limit while it is moved.
pub(super) fn append(body: &mut Vec<u8>, bytes: &[u8], limit: usize) {
    let most = limit.saturating_add(1);
    let bytes = &bytes[..bytes.len().min(most.saturating_sub(body.len()))];
    let needed = body.len() + bytes.len();
    if needed > body.capacity() {
        let room = needed.max(2 * body.capacity()).min(most);
        body.reserve_exact(room - body.len());
    }
    body.extend_from_slice(bytes);
}

fn broken(error: &io::Error) -> CodingError {
    CodingError::Broken(match error.kind() {
        io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
        _ => error.to_string().to_lowercase(),
    })
}

fn layer(reader: Box<dyn Read>, coding: Coding) -> io::Result<Box<dyn Read>> {
    let reader = BufReader::new(reader);
    Ok(match coding {
        Coding::Gzip => Box::new(GzipMembers { member: Some(GzDecoder::new(reader)) }),
        Coding::Deflate => Box::new(Inflate { reader, state: None, ended: false }),
        Coding::Brotli => Box::new(brotli::Decompressor::new(reader, 8 * 1024)),
        Coding::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(reader)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
            Box::new(decoder)
        }
    })
}

/// All members of a gzip body, one after the other.
///
/// What follows the last member and is none itself (servers pad with zeros, or
/// append a debug line) is no part of the body.
struct GzipMembers<R> {
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let count = member.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let another = member.get_mut().fill_buf()?.starts_with(&[0x1f]);
            self.member = self
                .member
                .take()
                .filter(|_| another)
                .map(|member| GzDecoder::new(member.into_inner()));
        }
        Ok(0)
    }
}

/// `deflate`: zlib by the standard, raw deflate by custom.
struct Inflate<R> {
    reader: R,
    state: Option<Decompress>,
    ended: bool,
}

impl<R: BufRead> Read for Inflate<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !buffer.is_empty() {
            let input = self.reader.fill_buf()?;
            let exhausted = input.is_empty();
            let state = self.state.get_or_insert_with(|| Decompress::new(is_zlib(input)));
            let (read, written) = (state.total_in(), state.total_out());
            let status = state.decompress(input, buffer, FlushDecompress::None)?;
            let (read, written) = (state.total_in() - read, state.total_out() - written);
            self.reader.consume(usize::try_from(read).unwrap_or(usize::MAX));
            self.ended = status == Status::StreamEnd;
            if written > 0 {
                return Ok(usize::try_from(written).unwrap_or(buffer.len()));
            }
            // The decoder of flate2 takes such an end for a good one.
            if exhausted && !self.ended {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(0)
    }
}

/// RFC 1950: method 8, and the first two bytes are a multiple of 31.
fn is_zlib(head: &[u8]) -> bool {
    match *head {
        [method, flags, ..] => {
            method & 0x0f == 8 && u16::from_be_bytes([method, flags]).is_multiple_of(31)
        }
        // A lone first byte; 0x78 is what every encoder writes.
        [method] => method == 0x78,
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Coding, CodingError, codings, unpack};
    use std::io::{Cursor, Read, Write};

    const STORY: &[u8] = b"The story, and nothing but the story. ";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn pack(bytes: &[u8], coding: Coding) -> Vec<u8> {
        match coding {
            Coding::Gzip => gzip(bytes),
            Coding::Deflate => {
                let level = flate2::Compression::fast();
                let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
                encoder.write_all(bytes).unwrap();
                encoder.finish().unwrap()
            }
            Coding::Brotli => {
                let mut packed = Vec::new();
                brotli::CompressorReader::new(bytes, 4096, 5, 20).read_to_end(&mut packed).unwrap();
                packed
            }
            Coding::Zstd => zstd::encode_all(bytes, 1).unwrap(),
        }
    }

    const ALL: [Coding; 4] = [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd];

    #[test]
    fn every_coding_and_every_pair_of_them_is_unpacked() {
        for inner in ALL {
            assert_eq!(unpack(Cursor::new(pack(STORY, inner)), &[inner], 100).unwrap(), STORY);
            for outer in ALL {
                let wire = pack(&pack(STORY, inner), outer);
                assert_eq!(unpack(Cursor::new(wire), &[inner, outer], 100).unwrap(), STORY);
            }
        }
    }

    #[test]
    fn members_of_gzip_and_raw_deflate_are_read_to_the_end() {
        let mut members = [gzip(STORY), gzip(b""), gzip(STORY)].concat();
        assert_eq!(unpack(Cursor::new(members.clone()), &[Coding::Gzip], 100).unwrap().len(), 76);
        members.extend([0; 300]);
        assert_eq!(unpack(Cursor::new(members), &[Coding::Gzip], 100).unwrap().len(), 76);
        let level = flate2::Compression::fast();
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), level);
        raw.write_all(STORY).unwrap();
        let raw = raw.finish().unwrap();
        assert_eq!(unpack(Cursor::new(raw), &[Coding::Deflate], 100).unwrap(), STORY);
    }

    #[test]
    fn a_cut_or_damaged_body_is_an_error_and_not_half_a_story() {
        let story = STORY.repeat(50);
        for coding in ALL {
            let whole = pack(&story, coding);
            for cut in [1, 2, whole.len() / 2, whole.len() - 1] {
                let cut_off = Cursor::new(whole[..cut].to_vec());
                let error = unpack(cut_off, &[coding], 10_000).unwrap_err();
                assert!(matches!(error, CodingError::Broken(_)), "{coding:?} {cut}: {error}");
            }
            let lie = unpack(Cursor::new(b"<html>plain".to_vec()), &[coding], 10_000);
            assert!(matches!(lie, Err(CodingError::Broken(_))), "{coding:?}: {lie:?}");
        }
        let mut wrong_sum = gzip(&story);
        let at = wrong_sum.len() - 6;
        wrong_sum[at] ^= 1;
        assert!(unpack(Cursor::new(wrong_sum), &[Coding::Gzip], 10_000).is_err());
    }

    #[test]
    fn a_bomb_goes_off_at_the_limit() {
        let zeros = vec![0; 8 * 1024 * 1024];
        for coding in ALL {
            let bomb = Cursor::new(pack(&zeros, coding));
            assert_eq!(unpack(bomb, &[coding], 1000).unwrap().len(), 1001);
            let exact = Cursor::new(pack(&zeros[..1000], coding));
            assert_eq!(unpack(exact, &[coding], 1000).unwrap().len(), 1000);
        }
    }

    #[test]
    fn codings_are_read_in_order_and_unknown_ones_refused() {
        let read = |values: &[&'static str]| codings(values.iter().copied());
        assert_eq!(read(&["GZIP, br", "identity"]), Ok(vec![Coding::Gzip, Coding::Brotli]));
        assert_eq!(read(&["compress"]), Err(CodingError::Unknown));
        assert_eq!(read(&["gzip,gzip,gzip,gzip"]), Err(CodingError::TooMany));
    }
}
