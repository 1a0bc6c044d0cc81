//! What the page as a whole is, now that its story is known.

use crate::article::{BlockKind, Draft, Kind, PageKind, Verdict};
use crate::extract::StoryFrom;
use crate::strip::Judgement;
use crate::strip::words::Words;

/// A story of at least this many bytes is an article, whatever else the page says.
const ARTICLE_BYTES: usize = 1_200;
/// Below this there is no article, only a line or two.
const STORY_BYTES_MIN: usize = 80;
/// Below this a page that asks for money or a login shows only the start of its article.
const TEASER_BYTES: usize = 2_500;
/// The same, where only a prompt to subscribe says that there is more.
const PROMPTED_TEASER_BYTES: usize = 1_000;

/// Where the model expects less than this of the best text that it can make, there is none.
const EXPECTED_MIN: f32 = 0.2;

/// A page with so many paragraphs of story hides it behind no login or consent form.
const STORY_BLOCKS_OF_NO_WALL: usize = 2;
/// Story of fewer bytes is doubted, the more the shorter it is.
const DOUBTED_BYTES: usize = 800;

/// Titles and headings of error pages: all of their words, whole.
const ERROR_TITLES: &[&str] = &[
    "404",
    "not found",
    "page not found",
    "404 not found",
    "404 error",
    "error 404",
    "page can't be found",
    "page cannot be found",
    "page could not be found",
    "doesn't exist",
    "does not exist",
    "no longer available",
    "nothing found",
    "nothing was found",
    "seite nicht gefunden",
    "nicht gefunden",
    "nicht mehr verfügbar",
    "existiert nicht",
    "page introuvable",
    "introuvable",
    "página no encontrada",
    "no encontrada",
    "pagina non trovata",
    "página não encontrada",
    "pagina niet gevonden",
    "nie znaleziono",
    "sidan hittades inte",
    "siden blev ikke fundet",
    "страница не найдена",
    "internal server error",
    "service unavailable",
    "bad gateway",
    "under maintenance",
];

/// Words of pages that check for a browser.
const CHALLENGES: &[&str] = &[
    "just a moment",
    "checking your browser",
    "verify you are human",
    "verify you are a human",
    "verifying you are human",
    "are you a robot",
    "attention required",
    "enable javascript and cookies to continue",
    "ddos protection",
    "access denied",
    "security check",
    "pardon our interruption",
    "please verify you are",
    "unusual traffic",
    "request unsuccessful",
    "access to this page has been denied",
    "human verification",
    "captcha",
    "you have been blocked",
    "bot verification",
];

/// Words of consent forms that stand in the place of the page.
const CONSENTS: &[&str] = &[
    "before you continue",
    "consent",
    "we value your privacy",
    "cookies and data",
    "cookie",
    "cookies",
    "zustimmung",
    "einwilligung",
    "mit werbung weiterlesen",
    "werbefrei",
    "consentement",
    "consentimiento",
    "privatsphäre",
    "datenschutz",
    "privacy",
];

/// Titles of login forms.
const LOGINS: &[&str] = &[
    "log in",
    "login",
    "sign in",
    "signin",
    "anmelden",
    "anmeldung",
    "einloggen",
    "se connecter",
    "connexion",
    "iniciar sesión",
    "accedi",
    "inloggen",
    "zaloguj",
    "logga in",
    "log ind",
    "войти",
];

struct Story {
    bytes: usize,
    prose_blocks: usize,
    blocks: usize,
    paywalled: bool,
    link_bytes: usize,
}

/// Says what the page as a whole is, now that its story is known, and how sure
/// that is (0 to 1).
///
/// The kind of an empty or odd page is asked for first; a story of some length
/// is an article, whatever else the page says. For an article the number says
/// how much speaks for the text being the article and the whole of it.
#[must_use]
pub fn appraise(draft: &Draft, judgement: &Judgement) -> (PageKind, f32) {
    let story = measure(draft, &judgement.verdicts);
    let titles = titles(draft);
    let says = |phrases: &[&str]| titles.iter().any(|title| holds_any(title, phrases));
    let told = story.prose_blocks >= STORY_BLOCKS_OF_NO_WALL;
    if story.bytes < ARTICLE_BYTES {
        if draft.signals.bot_check || says(CHALLENGES) {
            return (PageKind::Challenge, 0.9);
        }
        if says(ERROR_TITLES) && !draft.signals.is_article {
            return (PageKind::Soft404, 0.9);
        }
        if says(CONSENTS) && consent_in_text(draft, told) {
            return (PageKind::ConsentWall, 0.8);
        }
        // A login form stands in many a page's dialog; a wall is a page with nothing else.
        if draft.signals.asks_password && says(LOGINS) && !told {
            return (PageKind::LoginWall, 0.8);
        }
    }
    let has_article = draft.signals.is_article || draft.signals.is_forum;
    if story.bytes == 0
        || (story.bytes < STORY_BYTES_MIN && !has_article && story.prose_blocks == 0)
    {
        return (PageKind::NoArticle, 0.8);
    }
    // A front page: many short pieces that lead elsewhere, no prose that carries them.
    let leads = story.link_bytes * 2 >= story.bytes;
    if !has_article && story.prose_blocks == 0 && story.blocks >= 8 && leads {
        return (PageKind::NoArticle, 0.6);
    }
    if judgement.expected < EXPECTED_MIN {
        return (PageKind::NoArticle, 1.0 - judgement.expected);
    }
    let confidence = confidence(judgement, &story);
    // A site that counts free articles asks readers of whole ones to subscribe, too.
    let teaser_bytes = match draft.signals.is_free {
        Some(false) => TEASER_BYTES,
        None if story.paywalled => PROMPTED_TEASER_BYTES,
        Some(true) | None => 0,
    };
    if story.bytes < teaser_bytes && draft.signals.story_from != StoryFrom::JsonLd {
        return (PageKind::Paywalled, confidence.min(0.6));
    }
    (PageKind::Article, confidence)
}

fn measure(draft: &Draft, verdicts: &[Verdict]) -> Story {
    let mut story = Story { bytes: 0, prose_blocks: 0, blocks: 0, paywalled: false, link_bytes: 0 };
    for (block, verdict) in draft.blocks.iter().zip(verdicts) {
        match verdict {
            Verdict::Story => {
                story.blocks += 1;
                story.bytes += block.text.len();
                story.link_bytes += block.features.link_bytes;
                let prose = block.text.len() >= 100 && !matches!(block.kind, BlockKind::Heading(_));
                story.prose_blocks += usize::from(prose);
            }
            Verdict::Removed { kind, rule } if block.inside => {
                // A lone "Log in" stands in many a page's head.
                story.paywalled |= *kind == Kind::PaywallPrompt && *rule != "phrase_whole";
            }
            Verdict::Removed { .. } => {}
        }
    }
    story
}

/// Page title, article title and first headings, where walls and errors say what they are.
fn titles(draft: &Draft) -> Vec<String> {
    let headings = draft
        .blocks
        .iter()
        .filter(|block| matches!(block.kind, BlockKind::Heading(1 | 2)))
        .take(2)
        .map(|block| block.text.as_str());
    [Some(draft.signals.document_title.as_str()), draft.metadata.title.as_deref()]
        .into_iter()
        .flatten()
        .chain(headings)
        .filter(|title| title.len() < 200)
        .map(plain)
        .collect()
}

fn plain(text: &str) -> String {
    let words = Words::of(text, 40);
    let words: Vec<&str> = (0..words.len()).filter_map(|at| words.get(at)).collect();
    format!(" {} ", words.join(" "))
}

fn holds_any(title: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| title.contains(&format!(" {phrase} ")))
}

/// Whether consent is what the page is about; where a story is told, the notice above it is not
/// heard.
fn consent_in_text(draft: &Draft, told: bool) -> bool {
    let hits = draft
        .blocks
        .iter()
        .filter(|block| block.inside || !told)
        .take(60)
        .filter(|block| {
            holds_any(
                &plain(&block.text[..block.text.floor_char_boundary(400)]),
                &[
                    "cookies",
                    "consent",
                    "partners",
                    "partner",
                    "werbung",
                    "tracking",
                    "accept",
                    "akzeptieren",
                    "zustimmen",
                ],
            )
        })
        .count();
    hits >= 2
}

/// The share of words that the model expects to be right (their F1, see [`super::Judgement`]); it is
/// calibrated by the pages that it learned from. A short text may be a part, a teaser or a notice: it
/// is doubted as a whole.
#[expect(clippy::cast_precision_loss, reason = "sizes of pages; the last digits do not matter")]
fn confidence(judgement: &Judgement, story: &Story) -> f32 {
    let doubt = (story.bytes as f32 / DOUBTED_BYTES as f32).min(1.0);
    (judgement.expected * (0.3 + 0.7 * doubt)).clamp(0.01, 0.99)
}
