//! Bytes and a declared charset → text.
//!
//! Labels lie, so what the bytes prove comes first: a byte order mark, the NULs
//! of UTF-16, valid UTF-8. Then the labels are tried, the header's before the
//! document's own, first for one that the bytes fit without error, then for one
//! that they fit but for a few. What is left is UTF-8 with a few bad bytes, or a guess.

mod forgotten;

use std::borrow::Cow;
use std::ops::RangeInclusive;

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, MACINTOSH, REPLACEMENT, SHIFT_JIS,
    UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_MAC_CYRILLIC,
};

use self::forgotten::Charset;
use crate::limits::CHARSET_PRESCAN_BYTES;
use crate::limits::CHARSET_SAMPLE_BYTES;
use crate::warning::{Warning, WarningKind};

/// Fewer non-ASCII characters than this may be valid UTF-8 by accident.
const PROOF_CHARACTERS: usize = 8;

/// Characters beyond ASCII that a charset must read for each error in it: a summary
/// that was cut within a character has more.
const READ_PER_ERROR: usize = 5;

/// A label outlives one error, and one more for so many characters beyond ASCII. Under
/// the label of another charset of East Asia, one in 12 to 40 is an error.
const LABELLED_PER_ERROR: usize = 50;

/// Text and how it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// Name of the encoding used, as the Encoding Standard spells it.
    pub encoding: &'static str,
    /// What was wrong with it.
    pub warnings: Vec<Warning>,
}

/// Decodes an HTML page or feed; never fails: broken bytes become U+FFFD and a warning.
///
/// `content_type` is the header's value, if there was one.
#[must_use]
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> Decoded {
    if let Some(decoded) = utf_32(bytes) {
        return decoded;
    }
    let bytes = &*with_pairs_joined(bytes);
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return read_as(encoding, &bytes[length..], Vec::new());
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        let warning = Warning::new(
            WarningKind::CharsetGuessed,
            format!("{}, by its zero bytes", encoding.name()),
        );
        return read_as(encoding, bytes, vec![warning]);
    }
    let stated = [content_type.and_then(label_of_header), label_of_document(bytes)];
    let labels = [
        stated[0].as_deref().and_then(labelled),
        // In bytes that can be read as ASCII, it means UTF-8.
        stated[1].as_deref().and_then(labelled).map(|it| if is_utf_16(it) { UTF_8 } else { it }),
    ];
    let nameless = stated.iter().zip(labels).filter(|(_, known)| known.is_none());
    let forgotten = nameless.filter_map(|(label, _)| label.as_deref()).find_map(Charset::of_label);
    if let Some(charset) = forgotten
        && (bytes.is_ascii() || std::str::from_utf8(bytes).is_err())
    {
        let text = charset.read(bytes);
        return Decoded { text, encoding: charset.name(), warnings: Vec::new() };
    }
    let is_jis = labels.contains(&Some(ISO_2022_JP)) || has_jis_escapes(bytes);
    if is_jis
        && let Some(read) = read_with_few_errors(ISO_2022_JP, bytes).filter(Flawed::fits_its_label)
    {
        return read.decoded;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return utf_8_or_label(text, bytes, labels);
    }
    // What is called GBK is often written in its superset.
    let mut claimed = labels.into_iter().flatten().map(|it| if it == GBK { GB18030 } else { it });
    let mut others = claimed.clone().filter(|&encoding| encoding != UTF_8 && !is_utf_16(encoding));
    if let Some(decoded) = others.clone().find_map(|it| read_without_error(it, bytes)) {
        return decoded;
    }
    let utf_8 = utf_8_with_flaws(bytes);
    let is_better = |read: &Flawed| {
        read.fits_its_label() && utf_8.as_ref().is_none_or(|utf_8| read.errors < utf_8.errors)
    };
    let by_label = others.find_map(|it| read_with_few_errors(it, bytes).filter(is_better));
    if let Some(read) = by_label.or(utf_8) {
        return read.decoded;
    }
    let guess = guess(bytes);
    let detail = match claimed.next() {
        Some(label) => format!("{}, labelled {}", guess.name(), label.name()),
        None => format!("{}, no label", guess.name()),
    };
    read_as(guess, bytes, vec![Warning::new(WarningKind::CharsetGuessed, detail)])
}

/// The charset that the bytes look most like.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let guess = detect(bytes);
    if is_multi_byte(guess) {
        return guess;
    }
    // For the detector one error rules a charset out; those of one byte have none.
    let sample = beyond_ascii(bytes);
    let errors_where_meant = |encoding: &'static Encoding| {
        let read = read_with_few_errors(encoding, &sample)?;
        let sound = read.decoded.text.replace(char::REPLACEMENT_CHARACTER, "");
        (detect(&encoding.encode(&sound).0) == encoding).then_some((read.errors, encoding))
    };
    let meant = [GBK, SHIFT_JIS, EUC_KR, BIG5, EUC_JP].into_iter().filter_map(errors_where_meant);
    meant.min_by_key(|(errors, _)| *errors).map_or(guess, |(_, encoding)| encoding)
}

/// The first texts that have characters beyond ASCII. In no charset is `<` a part of another.
fn beyond_ascii(bytes: &[u8]) -> Vec<u8> {
    let mut sample = Vec::new();
    for text in bytes.split_inclusive(|&byte| byte == b'<').filter(|text| !text.is_ascii()) {
        let room = CHARSET_SAMPLE_BYTES - sample.len();
        sample.extend_from_slice(&text[..text.len().min(room)]);
        if text.len() >= room {
            break;
        }
    }
    sample
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

/// Valid UTF-8 wins over any label, but for a few characters under a label of a
/// multi-byte charset, whose bytes may be valid by accident.
fn utf_8_or_label(text: &str, bytes: &[u8], labels: [Option<&'static Encoding>; 2]) -> Decoded {
    let other = labels.into_iter().flatten().find(|&label| label != UTF_8);
    let mut warnings = Vec::new();
    if let Some(label) = other
        && !text.is_ascii()
    {
        let few = text.chars().filter(|c| !c.is_ascii()).take(PROOF_CHARACTERS).count()
            < PROOF_CHARACTERS;
        if few
            && is_multi_byte(label)
            && !labels.contains(&Some(UTF_8))
            && let Some(decoded) = read_without_error(label, bytes)
        {
            return decoded;
        }
        warnings.push(Warning::new(
            WarningKind::CharsetLabelWrong,
            format!("labelled {}, is UTF-8", label.name()),
        ));
    }
    Decoded { text: text.to_owned(), encoding: UTF_8.name(), warnings }
}

fn is_multi_byte(encoding: &'static Encoding) -> bool {
    !encoding.is_single_byte() && !is_utf_16(encoding)
}

fn is_utf_16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

fn read_without_error(encoding: &'static Encoding, bytes: &[u8]) -> Option<Decoded> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(Decoded { text: text.into_owned(), encoding: encoding.name(), warnings: Vec::new() })
}

/// Text that was read in spite of errors.
struct Flawed {
    decoded: Decoded,
    /// Characters beyond ASCII.
    characters: usize,
    /// Sequences that are no characters.
    errors: usize,
}

impl Flawed {
    /// Whether so few errors refute no label.
    fn fits_its_label(&self) -> bool {
        self.errors <= 1 + self.characters / LABELLED_PER_ERROR
    }
}

/// Text with U+FFFD for what is no character in it; `None` where that is much.
fn read_with_few_errors(encoding: &'static Encoding, bytes: &[u8]) -> Option<Flawed> {
    let decoded = read_as(encoding, bytes, Vec::new());
    let beyond = decoded.text.chars().filter(|c| !c.is_ascii());
    let (errors, characters) = beyond.fold((0, 0), |(errors, characters), c| {
        let error = usize::from(c == char::REPLACEMENT_CHARACTER);
        (errors + error, characters + 1 - error)
    });
    (characters >= READ_PER_ERROR * errors).then_some(Flawed { decoded, characters, errors })
}

fn read_as(encoding: &'static Encoding, bytes: &[u8], mut warnings: Vec<Warning>) -> Decoded {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if broken {
        warnings.push(Warning::new(
            WarningKind::CharsetErrors,
            format!("bytes that are no {}", encoding.name()),
        ));
    }
    // A second mark is a fault of whoever glued two files together.
    let text = match text {
        Cow::Borrowed(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Cow::Owned(text) if text.starts_with('\u{feff}') => {
            text.trim_start_matches('\u{feff}').to_owned()
        }
        Cow::Owned(text) => text,
    };
    Decoded { text, encoding: encoding.name(), warnings }
}

/// UTF-32, which browsers no longer know and some programs still write; by its
/// mark, or by the NULs of the first two characters.
fn utf_32(bytes: &[u8]) -> Option<Decoded> {
    let (unit, name): (fn([u8; 4]) -> u32, _) = match bytes {
        [0xff, 0xfe, 0, 0, ..] | [1..=0x7f, 0, 0, 0, 1..=0x7f, 0, 0, 0, ..] => {
            (u32::from_le_bytes, "UTF-32LE")
        }
        [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, 1..=0x7f, 0, 0, 0, 1..=0x7f, ..] => {
            (u32::from_be_bytes, "UTF-32BE")
        }
        _ => return None,
    };
    let (units, _) = bytes.as_chunks::<4>();
    let characters = units.iter().map(|bytes| char::from_u32(unit(*bytes)).unwrap_or('\u{fffd}'));
    let text: String = characters.skip_while(|c| *c == '\u{feff}').collect();
    let broken = text.contains('\u{fffd}');
    let warning = broken
        .then(|| Warning::new(WarningKind::CharsetErrors, format!("bytes that are no {name}")));
    Some(Decoded { text, encoding: name, warnings: warning.into_iter().collect() })
}

/// Characters beyond the first 65,536 that were written as two halves, each in
/// UTF-8 (CESU-8), made whole; nearly all bytes are given back as they are.
fn with_pairs_joined(bytes: &[u8]) -> Cow<'_, [u8]> {
    let half = |at: usize, second: RangeInclusive<u8>| match bytes.get(at..at + 3)? {
        [0xed, high, low @ 0x80..=0xbf] if second.contains(high) => {
            Some(u32::from(high & 0x3f) << 6 | u32::from(low & 0x3f))
        }
        _ => None,
    };
    let mut out = Vec::new();
    let mut copied = 0;
    for at in memchr::memchr_iter(0xed, bytes) {
        let Some((first, second)) = half(at, 0xa0..=0xaf).zip(half(at + 3, 0xb0..=0xbf)) else {
            continue;
        };
        let Some(character) = char::from_u32(0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff))
        else {
            continue;
        };
        out.extend_from_slice(&bytes[copied..at]);
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        copied = at + 6;
    }
    if copied == 0 {
        return Cow::Borrowed(bytes);
    }
    out.extend_from_slice(&bytes[copied..]);
    Cow::Owned(out)
}

/// UTF-16 shows itself by a NUL in nearly every other byte of its markup.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(256)];
    if start.len() < 4 {
        return None;
    }
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = start.len() * 3 / 8;
    match (even, odd) {
        (0, odd) if odd >= many => Some(UTF_16LE),
        (even, 0) if even >= many => Some(UTF_16BE),
        _ => None,
    }
}

fn has_jis_escapes(bytes: &[u8]) -> bool {
    memchr::memchr_iter(0x1b, bytes)
        .any(|at| matches!(bytes.get(at + 1..at + 3), Some(b"$B" | b"$@" | b"(J")))
}

/// Keeps the good characters and reads the bad bytes as windows-1252, the charset of pasted text.
fn utf_8_with_flaws(bytes: &[u8]) -> Option<Flawed> {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // Other charsets make whole sequences of UTF-8 by accident, but seldom.
    if good < bad.max(1) {
        return None;
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        // A lone byte is a character of another charset; a cut sequence is lost.
        match chunk.invalid() {
            [byte] => text.push_str(&WINDOWS_1252.decode_without_bom_handling(&[*byte]).0),
            [] => {}
            _ => text.push('\u{fffd}'),
        }
    }
    let warning =
        Warning::new(WarningKind::CharsetErrors, format!("{bad} sequences that are no UTF-8"));
    let decoded = Decoded { text, encoding: UTF_8.name(), warnings: vec![warning] };
    Some(Flawed { decoded, characters: good, errors: bad })
}

/// The charset that a `Content-Type` states.
fn label_of_header(content_type: &str) -> Option<Vec<u8>> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        name.trim().eq_ignore_ascii_case("charset").then(|| known(value.as_bytes()))?
    })
}

/// The encoding of a label, where the Encoding Standard knows one. ASCII says nothing
/// of the bytes beyond it, which alone are in question; the Macintosh has names that
/// only programs know.
fn labelled(label: &[u8]) -> Option<&'static Encoding> {
    match label.trim_ascii().to_ascii_lowercase().as_slice() {
        b"ascii" | b"us-ascii" | b"ansi_x3.4-1968" => None,
        b"macroman" | b"mac-roman" => Some(MACINTOSH),
        b"maccyrillic" | b"mac-cyrillic" => Some(X_MAC_CYRILLIC),
        label => Encoding::for_label(label).filter(|known| *known != REPLACEMENT),
    }
}

/// The label, if there is a charset of that name.
fn known(label: &[u8]) -> Option<Vec<u8>> {
    let is = labelled(label).is_some() || Charset::of_label(label).is_some();
    is.then(|| label.to_vec())
}

/// The charset that an XML declaration or a `<meta>` states.
fn label_of_document(bytes: &[u8]) -> Option<Vec<u8>> {
    let start = &bytes[..bytes.len().min(CHARSET_PRESCAN_BYTES)];
    let declaration = start.trim_ascii_start();
    let found = if declaration.starts_with(b"<?xml") {
        let end = memchr::memchr(b'>', declaration).unwrap_or(declaration.len());
        label_after(&declaration[..end], b"encoding")
    } else {
        None
    };
    found.or_else(|| {
        memchr::memchr_iter(b'<', start).find_map(|at| {
            let tag = &start[at..];
            let is_meta = tag.get(1..5).is_some_and(|name| name.eq_ignore_ascii_case(b"meta"));
            let end = memchr::memchr(b'>', tag)?;
            is_meta.then(|| label_after(&tag[..end], b"charset"))?
        })
    })
}

/// The label in `name = "label"`, case and quotes aside.
fn label_after(tag: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let lower = tag.to_ascii_lowercase();
    let at = memchr::memmem::find(&lower, name)? + name.len();
    let value = lower[at..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let value = value
        .strip_prefix(b"\"")
        .or_else(|| value.strip_prefix(b"'"))
        .unwrap_or(value)
        .trim_ascii_start();
    let end = value.iter().position(|byte| b"\"'; />?".contains(byte)).unwrap_or(value.len());
    known(&value[..end])
}

/// What bytes are that cannot be text at all, told from how they begin.
#[must_use]
pub fn binary(bytes: &[u8]) -> Option<&'static str> {
    const STARTS: &[(&[u8], &str)] = &[
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"RIFF", "a picture or sound"),
        (b"OggS", "a sound"),
        (b"ID3", "a sound"),
        (b"\x00\x00\x00\x18ftyp", "a video"),
        (b"\x00\x00\x00\x20ftyp", "a video"),
        (b"%PDF-", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x1f\x8b", "gzip data"),
        (b"\x28\xb5\x2f\xfd", "zstd data"),
        (b"BZh", "bzip2 data"),
        (b"\xfd7zXZ", "xz data"),
        (b"7z\xbc\xaf", "a 7z archive"),
        (b"Rar!", "a RAR archive"),
        (b"wOFF", "a font"),
        (b"wOF2", "a font"),
        (b"\x7fELF", "a program"),
        (b"WARC/", "a WARC file"),
    ];
    STARTS.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], content_type: Option<&str>) -> String {
        decode(bytes, content_type).text
    }

    #[test]
    fn valid_utf_8_wins_over_a_wrong_label() {
        let page = "<meta charset=iso-8859-1><p>Über die Brücke führt kein Weg, schöne Grüße, süße Äpfel, Öl, Übermut";
        let decoded = decode(page.as_bytes(), Some("text/html; charset=ISO-8859-1"));
        assert_eq!((decoded.text.as_str(), decoded.encoding), (page, "UTF-8"));
        assert_eq!(decoded.warnings[0].kind, WarningKind::CharsetLabelWrong);
    }

    #[test]
    fn a_byte_order_mark_decides_and_goes() {
        assert_eq!(text(b"\xef\xbb\xbfStra\xc3\x9fe", Some("text/html; charset=latin1")), "Straße");
        assert_eq!(text(b"\xff\xfeA\0b\0", None), "Ab");
        assert_eq!(text(b"\xfe\xff\0A\0b", None), "Ab");
    }

    #[test]
    fn utf_16_without_a_mark_is_known_by_its_zeros() {
        let bytes: Vec<u8> =
            "<?xml version='1.0'?><rss/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text(&bytes, None), "<?xml version='1.0'?><rss/>");
    }

    #[test]
    fn utf_32_is_read_whichever_way_round_with_and_without_a_mark() {
        for mark in ["\u{feff}", ""] {
            let text_with_mark = format!("{mark}<rss>Grüße 🌊");
            let units = || text_with_mark.chars().map(u32::from);
            let little: Vec<u8> = units().flat_map(u32::to_le_bytes).collect();
            let big: Vec<u8> = units().flat_map(u32::to_be_bytes).collect();
            assert_eq!(text(&little, None), "<rss>Grüße 🌊");
            assert_eq!(text(&big, None), "<rss>Grüße 🌊");
        }
    }

    #[test]
    fn a_character_written_as_two_halves_is_one() {
        assert_eq!(text(b"Gr\xc3\xbc\xc3\x9fe \xed\xa0\xbc\xed\xbc\x8a!", None), "Grüße 🌊!");
    }

    #[test]
    fn charsets_that_browsers_have_forgotten_are_read_where_a_feed_names_them() {
        for (label, bytes, read) in [
            ("IBM437", &b"Gr\x81\xe1e"[..], "Grüße"),
            ("850", b"Gr\x81\xe1e", "Grüße"),
            ("cp-855", b"\xf4\xd6\xd0", "Зол"),
            ("x-mac-greek", b"\xc1\xdb\xe1", "Νέα"),
            ("mac-cyrillic", b"\x8f\xf0", "Пр"),
            ("hz", b"~{7g1)~} now", "风暴 now"),
            ("ISO-2022-KR", b"\x1b$)C\x0eFxG3@L\x0f now", "폭풍이 now"),
        ] {
            let read_so = decode(bytes, Some(&format!("text/xml; charset={label}")));
            assert_eq!(read_so.text, read, "{label}");
            assert_eq!(read_so.warnings, []);
        }
        assert_eq!(text("Grüße".as_bytes(), Some("text/xml; charset=cp437")), "Grüße");
    }

    #[test]
    fn labels_are_believed_where_the_bytes_fit_them() {
        let (bytes, ..) = encoding_rs::WINDOWS_1251.encode("Привет, мир");
        assert_eq!(text(&bytes, Some("text/html; charset=windows-1251")), "Привет, мир");
        let (bytes, ..) = SHIFT_JIS
            .encode("<meta http-equiv=Content-Type content='text/html; charset=Shift_JIS'>日本語");
        assert!(text(&bytes, None).ends_with("日本語"));
        let (bytes, ..) = GBK.encode("<?xml version=\"1.0\" encoding=\"gb2312\"?><rss>中文</rss>");
        assert!(text(&bytes, None).contains("中文"));
        let (bytes, ..) = ISO_2022_JP.encode("日本語");
        assert_eq!(text(&bytes, None), "日本語");
    }

    #[test]
    fn a_character_cut_in_half_costs_no_other() {
        let chinese =
            "今日新闻:国家主席出席会议并发表重要讲话,强调要坚持改革开放,推动经济高质量发展";
        let japanese =
            "政府は五日、新しい経済対策を発表した。首相は記者会見で国民の暮らしを守ると述べた";
        let korean =
            "정부는 오늘 새로운 경제 대책을 발표했다. 대통령은 기자회견에서 국민의 삶을 지키겠다고";
        let taiwanese =
            "總統府今天上午舉行記者會,宣布新的經濟政策,強調政府將持續推動產業轉型,並且投入經費";
        for (encoding, title) in [
            (GBK, chinese),
            (SHIFT_JIS, japanese),
            (EUC_JP, japanese),
            (EUC_KR, korean),
            (BIG5, taiwanese),
        ] {
            let (title_bytes, ..) = encoding.encode(title);
            let half = &title_bytes[..1];
            let page =
                [b"<b>", &title_bytes[..], b"</b><p>", half, b"</p><i>", &title_bytes, b"</i>"];
            let read = format!("<b>{title}</b><p>\u{fffd}</p><i>{title}</i>");
            let labelled = format!("text/html; charset={}", encoding.name());
            for label in [Some(labelled.as_str()), Some("text/html; charset=utf-8"), None] {
                assert_eq!(text(&page.concat(), label), read, "{} as {label:?}", encoding.name());
            }
        }
        let cut = [&ISO_2022_JP.encode(japanese).0[..], b"<p>\x1b$B%K%e%\x1b(B</p>"].concat();
        assert_eq!(text(&cut, None), format!("{japanese}<p>ニュ\u{fffd}</p>"));
    }

    #[test]
    fn a_label_under_which_much_is_no_character_is_not_believed() {
        let news =
            "政府は五日、新しい経済対策を発表した。首相は記者会見で国民の暮らしを守ると述べた。";
        let (bytes, ..) = SHIFT_JIS.encode(news);
        assert_eq!(text(&bytes, Some("text/html; charset=euc-jp")), news);
        let mut bytes = news.as_bytes().to_vec();
        bytes.extend(b"<p>\xe6</p>");
        assert!(text(&bytes, Some("text/html; charset=gb2312")).starts_with(news));
        let log = "Cleared with \u{1b}$B on the screen\nof the terminal\n".repeat(5);
        assert_eq!(text(log.as_bytes(), None), log);
    }

    #[test]
    fn a_label_that_says_ascii_leaves_the_word_to_another() {
        let (bytes, ..) = encoding_rs::WINDOWS_1251
            .encode("<?xml version=\"1.0\" encoding=\"windows-1251\"?><rss>Привет");
        assert!(text(&bytes, Some("text/xml; charset=US-ASCII")).ends_with("Привет"));
        let roman = b"<?xml version='1.0' encoding='MacRoman'?><rss>Caf\x8e";
        assert!(text(roman, None).ends_with("Café"));
    }

    #[test]
    fn a_few_bad_bytes_do_not_cost_the_good_characters() {
        let mut bytes = "schöne Grüße, süße Äpfel, Öl ".as_bytes().to_vec();
        bytes.extend(b"caf\xe9 \x93ok\x94");
        let decoded = decode(&bytes, Some("text/html; charset=utf-8"));
        assert!(decoded.text.starts_with("schöne Grüße"), "{}", decoded.text);
    }

    #[test]
    fn unlabelled_bytes_are_guessed_with_a_warning() {
        let decoded = decode(b"<p>Gr\xfc\xdfe aus K\xf6ln und M\xfcnchen", None);
        assert_eq!(decoded.text, "<p>Grüße aus Köln und München");
        assert_eq!(decoded.warnings[0].kind, WarningKind::CharsetGuessed);
        let (news, ..) =
            GBK.encode("今日新闻:国家主席出席会议并发表重要讲话,推动经济高质量发展<p>");
        // The first text beyond ASCII may stand far behind.
        let script = "<b>".repeat(CHARSET_SAMPLE_BYTES / 3);
        let page = [script.as_bytes(), &news, b"\xbd</p>", &news].concat();
        assert_eq!(decode(&page, None).encoding, "GBK");
    }
}
