//! Which language a text is in, and what the scripts of languages are made of.

use std::sync::LazyLock;

use crate::hash::HashMap;

/// The language of a sample, as its ISO 639-1 code where it has one, else 639-3; `None` where the
/// detector is not as `sure` (0 to 1) as that.
pub(crate) fn tell(sample: &str, sure: f64) -> Option<&'static str> {
    if let Some(code) = by_small_words(sample) {
        return Some(code);
    }
    let info = whatlang::detect(sample)?;
    let is_sure = info.confidence() > sure
        || twin_of(info.lang()).is_some_and(|twin| {
            // The twin aside, is it any other?
            let others = whatlang::Detector::with_denylist(vec![twin]).detect(sample);
            others.is_some_and(|info| info.confidence() > sure)
        });
    let code = info.lang().code();
    is_sure.then(|| short_code(code).unwrap_or(code))
}

/// The language that is written so much alike that the detector is seldom sure which of the two it is.
const fn twin_of(language: whatlang::Lang) -> Option<whatlang::Lang> {
    match language {
        whatlang::Lang::Dan => Some(whatlang::Lang::Nob),
        whatlang::Lang::Nob => Some(whatlang::Lang::Dan),
        _ => None,
    }
}

/// Whether a character is a sign on a letter that is no letter by itself: nukta and virama of the
/// Indic scripts, tones and such of Thai.
pub(crate) const fn is_sign(c: char) -> bool {
    match c {
        '\u{e47}'..='\u{e4e}' => true,
        // They stand at the same places in every Indic block.
        '\u{900}'..='\u{d7f}' => matches!(c as u32 & 0x7f, 0x3c | 0x4d),
        _ => false,
    }
}

/// Whether it is a letter of a script that parts no words by spaces: Chinese, Japanese, Thai, Lao,
/// Burmese, Khmer.
pub(crate) fn parts_no_words(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
        | '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
        && c.is_alphanumeric()
}

/// What ends a sentence, in the scripts that there are phrases for.
pub(crate) const SENTENCE_ENDS: [char; 9] = ['.', '!', '?', '。', '！', '？', '؟', '।', '۔'];

/// Whether a text ends as a sentence does, quotation marks and brackets behind it aside.
pub(crate) fn ends_a_sentence(text: &str) -> bool {
    let closing = |c: char| !c.is_alphanumeric() && !SENTENCE_ENDS.contains(&c);
    text.trim_end_matches(closing).ends_with(SENTENCE_ENDS)
}

/// Small words of the languages that most texts are in, such as no other language is full of: of at most
/// eight bytes.
const SMALL_WORDS: [(&str, &str); 3] = [
    (
        "en",
        "of to is or he we it as be by if my up us \
         the and are you for our not but can its how who has had she all any did get him his may new now \
         off one out own see too two use way why add let \
         that this with from have your they were been what when more than into back best both does down \
         each even find free good help here high home just know last like made make many most much need \
         only read same some such take them then time used very view want well work year \
         which their about there would could other after based being every first great learn never right \
         since still these those today under until using where while world years \
         always around before people please really should things within \
         another because between however through without",
    ),
    (
        "de",
        "zu im am \
         der die das und den dem des von mit ist ein auf als bei aus sie wir ich hat zum zur \
         eine sich auch nach wird sind oder aber dass für \
         nicht einen einem einer wurde haben durch über",
    ),
    (
        "fr",
        "le et du au ce il ou ne \
         les des une est qui sur par pas aux son ont \
         dans pour avec plus sont mais nous vous elle \
         cette leurs notre votre été",
    ),
];

/// One word in so many is one of those where a sample is in a language without further questions.
///
/// A detector compares with every language that it knows, which would take longer than all else that
/// is done with a text of common length. Of 10,300 samples that are plainly English by this it was sure
/// that ten are not, five of them English all the same, and not sure of 92, most of them lists.
const ONE_IN: usize = 6;

fn by_small_words(sample: &str) -> Option<&'static str> {
    let (mut words, mut small) = (0, [0; SMALL_WORDS.len()]);
    let mut end_word = |word: Packed| {
        words += usize::from(word.length > 0);
        let known = word.whole().and_then(|word| SAID_IN.get(&word)).copied().unwrap_or_default();
        for (small, known) in small.iter_mut().zip(known) {
            *small += usize::from(known);
        }
    };
    let mut word = Packed::default();
    for c in sample.chars() {
        if c.is_alphabetic() {
            word.push(c);
        } else {
            end_word(std::mem::take(&mut word));
        }
    }
    end_word(word);
    let mut languages = SMALL_WORDS.iter().zip(small);
    languages.find(|(_, small)| small * ONE_IN >= words.max(1)).map(|((code, _), _)| *code)
}

/// Every small word, and whether it is one of each language.
static SAID_IN: LazyLock<HashMap<u64, [bool; SMALL_WORDS.len()]>> = LazyLock::new(|| {
    let mut said_in: HashMap<_, [bool; SMALL_WORDS.len()]> = HashMap::default();
    for (language, (_, words)) in SMALL_WORDS.iter().enumerate() {
        for word in words.split_whitespace().filter_map(packed) {
            said_in.entry(word).or_default()[language] = true;
        }
    }
    said_in
});

/// A word as one number, which is that of its last bytes if it is long.
#[derive(Clone, Copy, Default)]
struct Packed {
    bytes: u64,
    length: usize,
}

impl Packed {
    fn push(&mut self, c: char) {
        let mut push = |byte: u8| {
            self.bytes = self.bytes << 8 | u64::from(byte.to_ascii_lowercase());
            self.length += 1;
        };
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => push(byte),
            _ => c.encode_utf8(&mut [0; 4]).bytes().for_each(push),
        }
    }

    /// The number, if it is that of the whole word.
    fn whole(self) -> Option<u64> {
        (1..=size_of::<u64>()).contains(&self.length).then_some(self.bytes)
    }
}

fn packed(word: &str) -> Option<u64> {
    let mut packed = Packed::default();
    word.chars().for_each(|c| packed.push(c));
    packed.whole()
}

/// ISO 639-1 for the 639-3 codes that the detector speaks.
fn short_code(code: &str) -> Option<&'static str> {
    const CODES: &[(&str, &str)] = &[
        ("eng", "en"),
        ("deu", "de"),
        ("fra", "fr"),
        ("spa", "es"),
        ("por", "pt"),
        ("ita", "it"),
        ("nld", "nl"),
        ("swe", "sv"),
        ("dan", "da"),
        ("nob", "no"),
        ("fin", "fi"),
        ("pol", "pl"),
        ("ces", "cs"),
        ("slk", "sk"),
        ("hun", "hu"),
        ("ron", "ro"),
        ("tur", "tr"),
        ("rus", "ru"),
        ("ukr", "uk"),
        ("bel", "be"),
        ("bul", "bg"),
        ("ell", "el"),
        ("cmn", "zh"),
        ("jpn", "ja"),
        ("kor", "ko"),
        ("ara", "ar"),
        ("heb", "he"),
        ("pes", "fa"),
        ("urd", "ur"),
        ("hin", "hi"),
        ("ben", "bn"),
        ("tam", "ta"),
        ("tel", "te"),
        ("mar", "mr"),
        ("guj", "gu"),
        ("kan", "kn"),
        ("mal", "ml"),
        ("pan", "pa"),
        ("nep", "ne"),
        ("sin", "si"),
        ("tha", "th"),
        ("khm", "km"),
        ("mya", "my"),
        ("vie", "vi"),
        ("ind", "id"),
        ("srp", "sr"),
        ("hrv", "hr"),
        ("slv", "sl"),
        ("mkd", "mk"),
        ("lit", "lt"),
        ("lav", "lv"),
        ("est", "et"),
        ("kat", "ka"),
        ("hye", "hy"),
        ("aze", "az"),
        ("cat", "ca"),
        ("afr", "af"),
        ("lat", "la"),
        ("epo", "eo"),
        ("yid", "yi"),
    ];
    CODES.iter().find(|(long, _)| *long == code).map(|(_, short)| *short)
}

#[cfg(test)]
mod tests {
    use super::{SMALL_WORDS, by_small_words, packed, tell};

    #[test]
    fn all_small_words_are_small() {
        for (_, words) in SMALL_WORDS {
            assert_eq!(words.split_whitespace().find(|word| packed(word).is_none()), None);
        }
    }

    #[test]
    fn a_language_is_known_by_its_small_words_and_its_neighbours_are_not_taken_for_it() {
        for (code, text) in [
            (
                "en",
                "The harbour office wrote that the ferry would sail again when the wind had \
                gone down, and that nobody who had bought a ticket for the day would lose it.",
            ),
            (
                "de",
                "Das Hafenamt schrieb, die Fähre werde wieder fahren, wenn der Wind sich gelegt \
                habe, und niemand, der für den Tag einen Fahrschein gekauft hat, werde ihn verlieren.",
            ),
            (
                "fr",
                "Le bureau du port a écrit que le bac repartirait quand le vent serait tombé, et \
                que les billets achetés pour la journée resteraient valables dans tous les cas.",
            ),
        ] {
            assert_eq!(by_small_words(text), Some(code));
            assert_eq!(tell(text, 0.9), Some(code));
        }
        for other in [
            "Het havenkantoor schreef dat de veerboot weer zou varen als de wind was gaan liggen, \
             en dat niemand die voor de dag een kaartje had gekocht het zou verliezen.",
            "Havnekontoret skrev at fergen ville gå igjen når vinden hadde lagt seg, og at ingen \
             som hadde kjøpt billett for dagen ville miste den.",
            "A kikötői hivatal azt írta, hogy a komp újra közlekedik, ha a szél elül.",
            "L'ufficio del porto ha scritto che il traghetto sarebbe ripartito quando il vento fosse \
             calato e che chi aveva comprato un biglietto per la giornata non lo avrebbe perso.",
            "A capitania do porto escreveu que a balsa voltaria a sair quando o vento acalmasse e que \
             ninguém que tivesse comprado um bilhete para o dia o perderia.",
            "L'oficina del port va escriure que el vaixell tornaria a sortir quan el vent amainés i \
             que ningú que hagués comprat un bitllet per al dia no el perdria.",
        ] {
            assert_eq!(by_small_words(other), None, "{other}");
        }
    }

    #[test]
    fn neighbours_are_told_from_one_another() {
        for (code, text) in [
            (
                "hu",
                "A kikötői hivatal azt írta, hogy a komp újra közlekedik, ha a szél elül, és senki sem \
                veszíti el a jegyét, aki arra a napra váltott.",
            ),
            (
                "ro",
                "Căpitănia portului a scris că bacul va circula din nou când se va potoli vântul și că \
                nimeni nu își pierde biletul cumpărat pentru ziua aceea.",
            ),
            (
                "sk",
                "Prístavný úrad napísal, že prievoz bude opäť premávať, keď vietor ustane, a že nikto, \
                kto si na ten deň kúpil lístok, oň nepríde.",
            ),
            (
                "cs",
                "Přístavní úřad napsal, že přívoz bude opět jezdit, až se vítr utiší, a že nikdo, kdo si \
                na ten den koupil lístek, o něj nepřijde.",
            ),
            (
                "hr",
                "Lučka kapetanija napisala je da će trajekt opet voziti kad se vjetar smiri i da nitko \
                tko je za taj dan kupio kartu neće ostati bez nje.",
            ),
            (
                "bg",
                "Пристанищното управление написа, че фериботът ще тръгне отново, когато вятърът утихне, \
                и че никой няма да изгуби билета си за този ден.",
            ),
            (
                "fa",
                "اداره بندر نوشت که کشتی وقتی باد آرام شود دوباره حرکت می‌کند و هیچ‌کس بلیتی را که برای \
                آن روز خریده است از دست نمی‌دهد.",
            ),
        ] {
            assert_eq!(tell(text, 0.9), Some(code), "{text}");
        }
    }
}
