//! Charsets that browsers have forgotten, and old feeds still name.

use encoding_rs::{EUC_KR, GBK};

/// Those of one byte; the file says how they are written.
const TABLES: &str = include_str!("../../config/charsets.txt");

/// A charset that the Encoding Standard does not know.
#[derive(Clone, Copy, Debug)]
pub(super) enum Charset {
    /// ASCII, and these characters from 0x80 on.
    Table { name: &'static str, upper: &'static str },
    /// GB 2312 in seven bits (RFC 1843).
    Hz,
    /// KS X 1001 in seven bits (RFC 1557).
    Iso2022Kr,
}

impl Charset {
    /// The charset of a label, however that is spelt: `IBM437`, `cp-437`, `437`.
    pub(super) fn of_label(label: &[u8]) -> Option<Charset> {
        let spelt = label.iter().filter(|byte| byte.is_ascii_alphanumeric());
        let spelt: String = spelt.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
        let name = spelt.trim_start_matches('x').trim_start_matches("cp");
        match name {
            "hz" | "hzgb" | "hzgb2312" => Some(Charset::Hz),
            "iso2022kr" | "csiso2022kr" => Some(Charset::Iso2022Kr),
            _ => {
                TABLES.lines().filter_map(|line| line.split_once(' ')).find_map(|(known, upper)| {
                    let is = known == name || known.strip_prefix("ibm") == Some(name);
                    is.then_some(Charset::Table { name: known, upper })
                })
            }
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Charset::Table { name, .. } => name,
            Charset::Hz => "HZ-GB-2312",
            Charset::Iso2022Kr => "ISO-2022-KR",
        }
    }

    /// The text; bytes that stand for nothing become U+FFFD.
    pub(super) fn read(self, bytes: &[u8]) -> String {
        match self {
            Charset::Table { upper, .. } => {
                let upper: Vec<char> = upper.chars().collect();
                let character = |byte: &u8| match byte.checked_sub(0x80) {
                    None => char::from(*byte),
                    Some(at) => upper.get(usize::from(at)).copied().unwrap_or('\u{fffd}'),
                };
                bytes.iter().map(character).collect()
            }
            Charset::Hz => GBK.decode(&unshifted(bytes, b"~{", b"~}")).0.into_owned(),
            Charset::Iso2022Kr => EUC_KR.decode(&unshifted(bytes, b"\x0e", b"\x0f")).0.into_owned(),
        }
    }
}

/// The eight-bit form of a text in which characters of two bytes stand between
/// `on` and `off`.
fn unshifted(bytes: &[u8], on: &[u8], off: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut high = 0;
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        if let Some(inside) = rest.strip_prefix(on) {
            (high, rest) = (0x80, inside);
        } else if let Some(outside) = rest.strip_prefix(off) {
            (high, rest) = (0, outside);
        } else if let Some(announced) = rest.strip_prefix(b"\x1b$)C") {
            // Says that Korean will come.
            rest = announced;
        } else {
            out.push(if byte.is_ascii_graphic() { byte | high } else { *byte });
            rest = after;
        }
    }
    out
}
