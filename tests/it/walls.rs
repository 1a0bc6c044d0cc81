//! Pages that stand where an article should, and articles that look like them.

use tearsheet::article::PageKind;
use tearsheet::strip::Phrases;
use tearsheet::{extract, strip};

use crate::support::desk::Desk;

#[track_caller]
fn kind(html: &str) -> PageKind {
    let url = url::Url::parse("https://paper.example/2026/quay").unwrap();
    let draft = extract::extract(html, Some(&url)).unwrap();
    let judgement = strip::strip(&draft, Phrases::shared(), None);
    strip::appraise(&draft, &judgement).0
}

#[track_caller]
fn is(wanted: PageKind, title: &str, body: &str) {
    let page = format!(
        "<!doctype html><html><head><title>{title}</title></head><body>
        <header><nav><ul><li><a href=/news>News</a><li><a href=/sport>Sport</a></ul></nav></header>
        <main>{body}</main><footer><a href=/privacy>Privacy policy</a> <p>© 2026 Quay Post</p></footer>"
    );
    assert_eq!(kind(&page), wanted, "{title}");
}

const STORIES: &[(&str, &str)] = &[
    (
        "Lighthouse lamp fails for a third night",
        "Keepers sailed out at dusk with a spare, only to find that its socket had been changed in the spring.",
    ),
    (
        "Town band loses its rehearsal room",
        "The hall is wanted for the library, whose own roof has leaked since the storms of last November.",
    ),
    (
        "Oyster beds closed after tests",
        "Samples from the inner bay held more bacteria than the law allows, the food office said on Tuesday.",
    ),
    (
        "Night bus to the airport is saved",
        "Three hotels and the council share the cost, which is put at forty thousand pounds for the winter.",
    ),
    (
        "School garden wins a national prize",
        "Judges praised the pond, dug by the pupils themselves, and a hedge that feeds birds until February.",
    ),
    (
        "Salt works to open to visitors",
        "Guided walks along the pans begin at Easter, and the old pump will run on the first Sunday of a month.",
    ),
    (
        "Harbour master retires after thirty years",
        "He began as a deckhand on the pilot boat and leaves with the keys of the tide gauge in his pocket.",
    ),
    (
        "Two arrested over stolen church bells",
        "The bronze turned up at a scrap yard in the next county, one of the bells already sawn in two.",
    ),
];

fn teasers(make: impl Fn(&str, &str, &str) -> String) -> String {
    STORIES
        .iter()
        .map(|(title, text)| {
            make(&format!("/2026/{}", title.to_lowercase().replace(' ', "-")), title, text)
        })
        .collect()
}

fn cards() -> String {
    teasers(|place, title, text| {
        format!("<article><h3><a href={place}>{title}</a></h3><p>{text}</p></article>")
    })
}

fn linked_cards() -> String {
    teasers(|place, title, text| {
        format!("<div class=card><a href={place}><h3>{title}</h3><p>{text}</p></a></div>")
    })
}

/// Paragraphs enough for an article.
fn told() -> String {
    STORIES
        .iter()
        .fold(String::new(), |all, (title, text)| all + &format!("<p>{title}. {text} {text}</p>"))
}

#[test]
fn an_error_page_is_one_however_many_stories_it_offers() {
    for (title, text) in [
        (
            "Page not found | Quay Post",
            "<h1>Oops! That page can’t be found.</h1><p>Try a search?</p>",
        ),
        ("404 Not Found - Quay Post", "<h1>404</h1><p>Sorry, there is no such page here.</p>"),
        (
            "Seite nicht gefunden – Kaiblatt",
            "<h1>Seite nicht gefunden</h1><p>Sie wurde verschoben.</p>",
        ),
        ("Page introuvable | Le Quai", "<h1>Erreur 404</h1><p>Elle a sans doute été déplacée.</p>"),
        ("Página no encontrada", "<h1>No se ha encontrado la página</h1>"),
        ("ページが見つかりません", "<h1>404エラー</h1>"),
    ] {
        is(PageKind::Soft404, title, text);
        is(PageKind::Soft404, title, &format!("{text}<h2>Recent posts</h2>{}", cards()));
        is(PageKind::Soft404, title, &format!("{text}<h2>Recent posts</h2>{}", linked_cards()));
    }
}

#[test]
fn an_error_page_may_say_so_only_in_its_text() {
    for text in [
        "We couldn't find the article you were looking for. It may have expired: we keep notices for thirty days. \
         You can search for it by its headline, or go on to our home page.",
        "Die von Ihnen aufgerufene Seite gibt es bei uns nicht oder nicht mehr. Bitte nutzen Sie die Suche, um den \
         gewünschten Artikel zu finden, oder gehen Sie zur Startseite.",
        "La page que vous recherchez a été déplacée ou supprimée. Nous vous invitons à revenir à la page d’accueil ou \
         à utiliser le moteur de recherche du site.",
    ] {
        is(PageKind::Soft404, "The Quay Post", &format!("<h1>Sorry!</h1><p>{text}</p>"));
    }
}

#[test]
fn a_site_that_is_down_or_not_there_has_no_article() {
    is(
        PageKind::Soft404,
        "Down for maintenance",
        "<h1>We'll be right back</h1><p>Our website is being worked on so that it will be faster and safer for all of \
         you. We expect to be with you again this evening. Thank you for your patience.</p>",
    );
    is(
        PageKind::Soft404,
        "Database Error",
        "<h1>Error establishing a database connection</h1><p>The name or the password in the settings may be wrong, \
         or the server of the database could not be reached. Ask your host whether it is down.</p>",
    );
    is(
        PageKind::NoArticle,
        "Welcome to nginx!",
        "<h1>Welcome to nginx!</h1><p>Whoever reads this has a web server that runs and that nobody has told yet what it \
         is to serve. Its settings are in the usual place.</p>",
    );
    is(
        PageKind::NoArticle,
        "quay.example - This website is for sale!",
        "<h1>quay.example</h1><p>You can have this address: ask for the price, name your own, or lease it by the month. \
         The present owner answers within a day or two.</p>",
    );
    let files = (0..60).fold(String::new(), |files, at| {
        files + &format!("<a href=p{at}.jpg>p{at}.jpg</a>  20-Nov-2026 10:00  12345\n")
    });
    is(
        PageKind::NoArticle,
        "Index of /2026",
        &format!("<h1>Index of /2026</h1><pre>{files}</pre>"),
    );
}

#[test]
fn checks_and_refusals_are_challenges() {
    is(
        PageKind::Challenge,
        "Making sure you're not a bot!",
        "<h1>Making sure you're not a bot!</h1><p>Loading...</p><details><summary>Why do I see this?</summary><p>Who runs \
         this site has put a small task before it, which your browser solves by itself, because programs that copy \
         everything had brought the server to its knees more than once.</p></details>",
    );
    is(
        PageKind::Challenge,
        "Unsupported browser",
        "<h1>Your browser is not supported</h1><p>To read our journalism, please get the newest version of one of the \
         usual browsers. You can still listen to our podcasts, or ring our subscriber line.</p>",
    );
    is(
        PageKind::Challenge,
        "Unavailable due to legal reasons",
        "<h1>451: Unavailable due to legal reasons</h1><p>You seem to be in a country where the law on data protection \
         asks more of us than we can do at this time, and so we cannot grant you access. Ring us on 555-0100.</p>",
    );
}

#[test]
fn consent_forms_are_told_by_their_text_in_any_language() {
    is(
        PageKind::ConsentWall,
        "Quay is part of the Harbour family of brands",
        "<form><h1>Quay is part of the Harbour family of brands</h1><p>When you use our sites, we use cookies to keep you \
         signed in, to keep our sites safe and to count how often they are used.</p><p>If you click 'Accept all', we and \
         our partners, 241 of them in the IAB Transparency &amp; Consent Framework, will also store information on a \
         device and use precise geolocation data for personalised advertising and content.</p><p>You can withdraw your \
         consent at any time under 'Privacy settings'.</p><button>Accept all</button><button>Reject all</button></form>",
    );
    is(
        PageKind::ConsentWall,
        "Kade",
        "<h1>Voor u verder leest</h1><p>Wij en onze partners bewaren en lezen informatie op een apparaat, zoals cookies, \
         en verwerken persoonsgegevens, zoals unieke kenmerken en wat een apparaat van zichzelf verstuurt, voor \
         gepersonaliseerde advertenties, voor het meten daarvan en voor publieksinzichten.</p><p>U kunt uw toestemming \
         intrekken wanneer u wilt, onder aan elke bladzijde van deze krant.</p><button>Akkoord</button>",
    );
    is(
        PageKind::ConsentWall,
        "Kaiblatt",
        "<h1>Lesen, wie Sie wollen</h1><p>Lesen Sie das Kaiblatt wie gewohnt mit Werbung und Tracking. Ihre Zustimmung \
         ist jederzeit widerrufbar.</p><p>Wir und unsere Partner verarbeiten die auf Ihrem Gerät gespeicherten \
         Informationen und zeigen personalisierte Anzeigen.</p><button>Akzeptieren und weiter</button>",
    );
}

/// They say with how many partners; news that quotes one is none.
#[test]
fn consent_forms_that_count_their_partners_are_told_by_that() {
    for (language, said) in [
        (
            "en",
            "We and our 1,412 partners store and/or access information on a device, such as cookies.",
        ),
        (
            "it",
            "Noi e i nostri 842 fornitori archiviamo informazioni su dispositivi e vi accediamo.",
        ),
        (
            "pl",
            "My i nasi 842 partnerzy przechowujemy informacje na urządzeniu, na przykład pliki cookie.",
        ),
        ("nl", "Wij en onze 163 partners slaan informatie op een apparaat op, zoals cookies."),
    ] {
        is(
            PageKind::ConsentWall,
            "Quay Post",
            &format!(
                "<div lang={language}><h1>Quay Post</h1><p>{said}</p></div><button>OK</button>"
            ),
        );
    }
    is(
        PageKind::ConsentWall,
        "Jouw privacy-instellingen",
        "<h1>Jouw privacy-instellingen</h1><p>Het Kaaiblad en zijn partners gebruiken cookies en vergelijkbare \
         technieken om de site beter te maken en om te tonen wat bij jou past.</p><p>Klik op ‘Akkoord’ als je dat goed \
         vindt, of op ‘Instellen’ als je iets anders wilt.</p><button>Instellen</button><button>Akkoord</button>",
    );
    is(
        PageKind::Article,
        "Why every page asks you",
        "<h1>Why every page asks you</h1><p>Every morning the reader sees it again: “We and our 842 partners store and \
         access information on a device”, says the window, and below it wait two buttons, of which one is always larger \
         than the other.</p><p>The rules behind it are ten years old, and the people who wrote them say that they never \
         wanted a window at all; they wanted sites to stop asking for what they do not need.</p><p>In a study at the \
         university seven of ten people pressed the larger button within two seconds, and hardly anybody could say \
         afterwards what it was that they had agreed to.</p>",
    );
}

#[test]
fn a_login_page_that_explains_itself_is_one() {
    is(
        PageKind::LoginWall,
        "Log in | Quay Post",
        "<h1>Log in to your account</h1><p>To go on, please give the e-mail address with which you subscribed. Who has no \
         account yet makes one in less than a minute, and reads three stories a month for nothing.</p><form><input \
         type=email><input type=password><button>Log in</button></form><p>Forgot your password? We send a link with \
         which you set a new one. Our customer service is there from eight in the morning until six in the evening.</p>",
    );
}

#[test]
fn fronts_are_teasers_that_lead_elsewhere() {
    is(PageKind::Front, "Local news | Quay Post", &format!("<h1>Local news</h1>{}", cards()));
    let found = format!("<h1>Search results for: quay</h1><p>8 results</p>{}", cards());
    is(PageKind::Front, "Search results for: quay", &found);
    let sections = format!(
        "<h1>The Quay Post</h1><section><h2>Top stories</h2>{}</section><section><h2>Sport</h2>{}</section>",
        cards(),
        linked_cards()
    );
    is(PageKind::Front, "The Quay Post", &sections);
}

/// Cards, lists and tables of teasers: not every headline is a heading.
#[test]
fn teasers_lead_elsewhere_however_they_are_built() {
    let forms: [fn(&str, &str, &str) -> String; 6] = [
        |place, title, text| {
            format!("<a class=card href={place}><h3>{title}</h3><p>{text}</p></a>")
        },
        |place, title, text| {
            format!("<a class=card href={place}><div>{title}</div><div>{text}</div></a>")
        },
        |place, title, text| format!("<li><a href={place}>{title}</a><p>{text}</p></li>"),
        |place, title, text| format!("<p><a href={place}>{title}</a> <span>{text}</span></p>"),
        |place, title, text| format!("<div><a href={place}><b>{title}</b></a><br>{text}</div>"),
        |place, title, text| format!("<dl><dt><a href={place}>{title}</a><dd>{text}</dl>"),
    ];
    for form in forms {
        is(PageKind::Front, "The Quay Post", &format!("<h1>The Quay Post</h1>{}", teasers(form)));
    }
}

#[test]
fn a_list_of_links_that_somebody_wrote_is_an_article() {
    // It stands in one article.
    let list =
        teasers(|place, title, text| format!("<h3><a href={place}>{title}</a></h3><p>{text}</p>"));
    let one = format!("<article><h1>What we read this week</h1>{list}</article>");
    is(PageKind::Article, "What we read this week", &one);
    let dated = format!(
        "<title>What we read</title><meta property=article:published_time content=2026-11-20T08:00:00Z>
        <main><h1>What we read</h1>{list}</main>"
    );
    assert_eq!(kind(&dated), PageKind::Article);
    // More is said of each link than a teaser says.
    let letter = teasers(|place, title, text| {
        format!(
            "<h2><a href={place}>{title}</a></h2><p>{text}</p><p>“{title}”, our guide had said to us on the pier, \
             “that is what you will write one day”, and we laughed at it all the way to the station.</p>"
        )
    });
    is(
        PageKind::Article,
        "The letter from the quay, no. 12",
        &format!("<h1>The letter, no. 12</h1>{letter}"),
    );
    // Text with links in it.
    let links = teasers(|place, title, text| {
        format!("<p><a href={place}>{title}</a>: {text} The whole story is worth your time.</p>")
    });
    is(
        PageKind::Article,
        "Eight links for the weekend",
        &format!("<h1>Eight links for the weekend</h1>{links}"),
    );
    // Its headings lead to places in itself.
    let guide = teasers(|place, title, text| {
        format!("<h2 id={0}><a href=#{0}>{title}</a></h2><p>{text}</p>", &place[6..])
    });
    is(
        PageKind::Article,
        "How the harbour works",
        &format!("<h1>How the harbour works</h1>{guide}"),
    );
}

#[test]
fn a_story_about_an_error_or_a_login_is_an_article() {
    for title in [
        "Page not found: how to make an error page that helps",
        "Why we say 404 Not Found, and who said it first",
        "Log in problems at the savings bank",
        "How a captcha tells man from machine",
        "What cookies know of you",
    ] {
        let form = "<div class=modal><h2>Log in</h2><form><input type=password></form></div>";
        is(PageKind::Article, title, &format!("<h1>{title}</h1>{}{form}", told()));
    }
}

/// News is short, and speaks of such things.
#[test]
fn a_short_story_with_the_words_of_a_wall_is_an_article() {
    for title in [
        "Missing sailor not found",
        "Le fugitif reste introuvable",
        "Airport security check takes two hours",
        "Reactor under maintenance until May",
        "Village website for the deaf no longer available on Sundays",
    ] {
        let story = format!(
            "<article><h1>{title}</h1><p>{}</p><p>{}</p></article>",
            STORIES[0].1, STORIES[2].1
        );
        is(PageKind::Article, title, &story);
    }
    let story = format!(
        "<h1>Search site fined over cookies</h1><p>{0} It had set cookies.</p><p>{1} Cookies, too.</p>",
        STORIES[0].1, STORIES[2].1
    );
    let page = format!(
        "<title>Search site fined over cookies</title><meta property=og:type content=article>{story}"
    );
    assert_eq!(kind(&page), PageKind::Article);
}

/// Its teasers are all the text that a front has; an article they are not.
#[test]
fn a_front_is_shown_to_who_asks_for_it_and_never_stored() {
    let desk = Desk::new();
    // What its data list is not what it is.
    let data = r#"<script type="application/ld+json">{"@type": "ItemList", "itemListElement":
        [{"@type": "NewsArticle", "headline": "Another story"}]}</script>"#;
    let page = format!("<title>Local news</title>{data}<h1>Local news</h1>{}", cards());
    desk.write("front.html", &page);
    let front = ["extract", "front.html", "--url", "https://paper.example/local/"];
    let shown = desk.json(&[&front[..], &["--format", "json"]].concat());
    assert!(shown["text"].as_str().unwrap().contains(STORIES[3].1), "{shown}");
    assert!(shown["warnings"][0].as_str().unwrap().starts_with("section_front"), "{shown}");
    let refused = desk.run(&[&front[..], &["--store"]].concat());
    assert!(refused.stderr.contains("no_article"), "{}", refused.stderr);
    assert!(desk.ok(&["export"]).is_empty());
}
