//! What a random wound costs a feed: next to nothing.
//!
//! Feeds of every dialect are written in several languages, then hurt in one
//! place as the real ones are: cut off, bytes lost, a stray sign, a tag without
//! its end. An item survives when its headline and address come out unchanged.

use std::collections::BTreeMap;
use std::fmt::Write;

use tearsheet::feed;

/// Feeds per wound.
const FEEDS: u64 = 120;
const ITEMS: usize = 15;

/// A stream of numbers that is the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % below as u64).unwrap()
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.roll(from.len())]
    }
}

/// Headlines and sentences of one language.
struct Language {
    tag: &'static str,
    headlines: &'static [&'static str],
    sentences: &'static [&'static str],
}

const LANGUAGES: &[Language] = &[
    Language {
        tag: "en",
        headlines: &[
            "Ferry stays in port",
            "Council sells the “old mill”",
            "Fish & chips cost more",
        ],
        sentences: &[
            "The harbour office closed the pier at noon, when the wind turned.",
            "Nobody was hurt, but three boats broke loose and drifted towards the bridge.",
            "“We had asked for a new wall,” the mayor said on Tuesday.",
        ],
    },
    Language {
        tag: "de",
        headlines: &[
            "Brücke öffnet früher",
            "Köhler übernimmt die Mühle",
            "Größerer Markt für Äpfel",
        ],
        sentences: &[
            "Die Straße am Fluß bleibt bis Freitag gesperrt, sagte ein Sprecher der Stadt.",
            "Für die Anwohner heißt das: zwanzig Minuten Umweg über den Hügel.",
            "Über die Kosten schwieg der Gemeinderat bisher.",
        ],
    },
    Language {
        tag: "fr",
        headlines: &[
            "L’école rouvre à Noël",
            "Un marché déplacé",
            "Le théâtre cherche des bénévoles",
        ],
        sentences: &[
            "La décision a été prise après une longue réunion, où chacun a pu parler.",
            "À l’été, les élèves avaient déjà quitté le bâtiment.",
            "Le maire n’a pas souhaité répondre à nos questions.",
        ],
    },
    Language {
        tag: "ru",
        headlines: &["Мост закрыт до весны", "Новый рынок у вокзала", "Снег остановил поезда"],
        sentences: &[
            "Городские службы обещают закончить ремонт до конца марта.",
            "Жители окрестных домов узнали об этом из объявлений.",
            "Движение транспорта изменено, сообщили в управлении.",
        ],
    },
    Language {
        tag: "ja",
        headlines: &["港の船が戻る", "市場は来年に移転", "雪で列車が止まる"],
        sentences: &[
            "市によると、工事は三月の末までに終わる見込みだ。",
            "住民は先週の説明会で初めて計画を知ったという。",
            "町長は取材に対し、詳しい説明を避けた。",
        ],
    },
];

/// Headline and address.
type Item = (String, String);

struct Sample {
    text: String,
    items: Vec<Item>,
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Paragraphs of HTML, with the mark-up that feeds carry.
fn story(dice: &mut Dice, language: &Language) -> String {
    let mut html = String::new();
    for _ in 0..3 + dice.roll(5) {
        html.push_str("<p>");
        for _ in 0..=dice.roll(4) {
            let sentence = dice.pick(language.sentences);
            match dice.roll(4) {
                0 => {
                    write!(html, "<a href=\"https://news.example/tag?a=1&amp;b=2\">{sentence}</a> ")
                }
                1 => write!(html, "{sentence}<br> "),
                _ => write!(html, "{sentence} "),
            }
            .unwrap();
        }
        html.push_str("</p>\n<img src=\"/pictures/1.jpg\" alt=\"\">");
    }
    html
}

const DIALECTS: &[&str] = &["rss", "atom", "rdf", "json"];

fn sample(dialect: &str, dice: &mut Dice) -> Sample {
    let language = &LANGUAGES[dice.roll(LANGUAGES.len())];
    let mut items = Vec::new();
    let mut body = String::new();
    for number in 0..ITEMS {
        let title = format!("{} {number}", dice.pick(language.headlines));
        let link = format!("https://news.example/{}/{number}?from=feed&id={number}", language.tag);
        let html = story(dice, language);
        let (name, address) = (escaped(&title), escaped(&link));
        let day = number % 28 + 1;
        match dialect {
            "rss" if dice.roll(2) == 0 => write!(
                body,
                "<item>\n<title>{name}</title>\n<link>{address}</link>\n<guid isPermaLink=\"false\">n-{number}</guid>\n\
                 <dc:creator>Ann Smith</dc:creator><category>Town</category>\n\
                 <pubDate>{day:02} Nov 2026 10:00:00 +0100</pubDate>\n<description><![CDATA[{html}]]></description>\n</item>\n"
            ),
            "rss" => write!(
                body,
                "<item>\n<title><![CDATA[{title}]]></title>\n<link>{address}</link>\n<guid>{address}</guid>\n\
                 <pubDate>{day:02} Nov 2026 10:00:00 +0100</pubDate>\n<description>{}</description>\n\
                 <content:encoded><![CDATA[{html}]]></content:encoded>\n<enclosure url=\"https://news.example/{number}.mp3\" type=\"audio/mpeg\" length=\"1\"/>\n</item>\n",
                escaped(&html)
            ),
            "atom" => write!(
                body,
                "<entry>\n<title>{name}</title>\n<id>tag:news.example,2026:{number}</id>\n\
                 <link rel=\"alternate\" type=\"text/html\" href=\"{address}\"/>\n\
                 <author><name>Ann Smith</name></author>\n<updated>2026-11-{day:02}T10:00:00Z</updated>\n\
                 <content type=\"html\">{}</content>\n</entry>\n",
                escaped(&html)
            ),
            "rdf" => write!(
                body,
                "<item rdf:about=\"{address}\">\n<title>{name}</title>\n<link>{address}</link>\n\
                 <dc:date>2026-11-{day:02}T10:00:00+01:00</dc:date>\n<description>{}</description>\n</item>\n",
                escaped(&html)
            ),
            _ => {
                let comma = if number > 0 { ",\n" } else { "" };
                let item = serde_json::json!({
                    "id": number.to_string(), "url": link, "title": title, "content_html": html,
                    "date_published": format!("2026-11-{day:02}T10:00:00Z"), "authors": [{"name": "Ann Smith"}],
                });
                write!(body, "{comma}{item}")
            }
        }
        .unwrap();
        items.push((title, link));
    }
    let tag = language.tag;
    let text = match dialect {
        "rss" => format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
             xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n<channel>\n<title>Daily</title>\n\
             <link>https://news.example/</link>\n<language>{tag}</language>\n{body}</channel>\n</rss>\n"
        ),
        "atom" => format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{tag}\">\n\
             <title>Daily</title>\n<link href=\"https://news.example/\"/>\n{body}</feed>\n"
        ),
        "rdf" => format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
             xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
             <channel rdf:about=\"https://news.example/\"><title>Daily</title></channel>\n{body}</rdf:RDF>\n"
        ),
        _ => format!(
            "{{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"Daily\", \"items\": [{body}]}}"
        ),
    };
    Sample { text, items }
}

const WOUNDS: &[&str] = &[
    "cut off",
    "bytes lost",
    "bytes turned around",
    "stray ampersand",
    "stray angle bracket",
    "control character",
    "byte of another charset",
    "start tag lost",
    "end tag lost",
    "quote lost",
    "end of CDATA lost",
    "junk in front",
];

/// The places of what a wound may take away.
fn places(bytes: &[u8], start: &str, end: u8) -> Vec<(usize, usize)> {
    let starts = memchr::memmem::find_iter(bytes, start.as_bytes());
    let place = |at: usize| {
        Some((at, at + start.len() + memchr::memchr(end, &bytes[at + start.len()..])? + 1))
    };
    starts.filter_map(place).collect()
}

fn wounded(sample: &Sample, wound: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = sample.text.clone().into_bytes();
    let at = dice.roll(bytes.len() - 20);
    let taken = |bytes: &mut Vec<u8>, places: Vec<(usize, usize)>, dice: &mut Dice| {
        if !places.is_empty() {
            let (start, end) = places[dice.roll(places.len())];
            bytes.drain(start..end);
        }
    };
    match wound {
        "cut off" => bytes.truncate(at),
        "bytes lost" => drop(bytes.drain(at..at + 1 + dice.roll(10))),
        "bytes turned around" => bytes[at..at + 2 + dice.roll(10)].reverse(),
        "stray ampersand" => bytes.insert(at, b'&'),
        "stray angle bracket" => bytes.insert(at, b'<'),
        "control character" => bytes.insert(at, u8::try_from(dice.roll(8)).unwrap()),
        "byte of another charset" => bytes.insert(at, b"\xe9\x93\xfc\xa0"[dice.roll(4)]),
        "start tag lost" => {
            let places = places(&bytes, "<", b'>');
            let opens = |place: &&(usize, usize)| bytes[place.0 + 1].is_ascii_alphabetic();
            let places = places.iter().filter(opens).copied().collect();
            taken(&mut bytes, places, dice);
        }
        "end tag lost" => {
            let places = places(&bytes, "</", b'>');
            taken(&mut bytes, places, dice);
        }
        "quote lost" => {
            let places = memchr::memchr_iter(b'"', &bytes).map(|at| (at, at + 1)).collect();
            taken(&mut bytes, places, dice);
        }
        "end of CDATA lost" => {
            let places = memchr::memmem::find_iter(&bytes, "]]>").map(|at| (at, at + 3)).collect();
            taken(&mut bytes, places, dice);
        }
        _ => drop(bytes.splice(..0, "<br />\n<b>Warning</b>: in feed.php on line 3\n".bytes())),
    }
    bytes
}

/// Items that ought to come out, and those that do.
fn survival(sample: &Sample, bytes: &[u8], wound: &str) -> (usize, usize) {
    let url = url::Url::parse("https://news.example/feed").unwrap();
    let document = feed::parse(bytes, None, &url).unwrap_or_default();
    let found: Vec<Item> = document
        .entries
        .into_iter()
        .map(|entry| {
            (entry.title.unwrap_or_default(), entry.url.map(String::from).unwrap_or_default())
        })
        .collect();
    let whole = |item: &&Item| {
        // What the cut took away cannot be asked for.
        wound != "cut off" || {
            let next = sample.items.iter().position(|other| other == *item).unwrap() + 1;
            let end = sample.items.get(next).map_or("\u{0}", |(title, _)| title);
            memchr::memmem::find(bytes, end.as_bytes()).is_some()
        }
    };
    let expected: Vec<&Item> = sample.items.iter().filter(whole).collect();
    (expected.len(), expected.iter().filter(|item| found.contains(item)).count())
}

#[test]
fn ninety_nine_items_of_a_hundred_survive_one_wound_in_their_feed() {
    let mut by_wound: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for wound in WOUNDS {
        for dialect in DIALECTS {
            for number in 0..FEEDS / 4 {
                let mut dice =
                    Dice(number * 7919 + wound.len() as u64 * 104_729 + dialect.len() as u64);
                let sample = sample(dialect, &mut dice);
                let bytes = wounded(&sample, wound, &mut dice);
                let (expected, survived) = survival(&sample, &bytes, wound);
                let sum = by_wound.entry((wound, dialect)).or_default();
                *sum = (sum.0 + expected, sum.1 + survived);
            }
        }
    }
    let mut report = String::new();
    let (mut expected, mut survived) = (0, 0);
    for ((wound, dialect), (of, kept)) in &by_wound {
        writeln!(report, "{wound}, {dialect}: {kept} of {of}").unwrap();
        (expected, survived) = (expected + of, survived + kept);
    }
    println!("{survived} of {expected} items survive\n{report}");
    assert!(expected > 10_000, "{report}");
    assert!(survived * 100 >= expected * 99, "{survived} of {expected}\n{report}");
}
