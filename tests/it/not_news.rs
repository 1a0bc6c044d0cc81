//! What a reader sees of pages that are no news: lists, threads, shops, manuals.

use tearsheet::article::{Kind, PageKind};
use tearsheet::strip::Phrases;
use tearsheet::{extract, render, strip};

/// What the page is, the lines of its text, and what was removed with its kind.
struct Reading {
    kind: PageKind,
    lines: Vec<String>,
    removals: Vec<(Kind, String)>,
}

fn read(html: &str) -> Reading {
    let url = url::Url::parse("https://quay.example/harbours/lamps").unwrap();
    let draft = extract::extract(html, Some(&url)).unwrap();
    let judgement = strip::strip(&draft, Phrases::shared(), None);
    let (kind, confidence) = strip::appraise(&draft, &judgement);
    let article = render::render(draft, &judgement, confidence);
    let lines = article.text.split("\n\n").map(str::to_owned).collect();
    let removals =
        article.removals.into_iter().map(|removal| (removal.kind, removal.text)).collect();
    Reading { kind, lines, removals }
}

impl Reading {
    #[track_caller]
    fn has(&self, line: &str) {
        assert!(self.lines.iter().any(|other| other == line), "{line:?} is not in {self:#?}");
    }

    #[track_caller]
    fn has_not(&self, line: &str) {
        assert!(!self.lines.iter().any(|other| other == line), "{line:?} is in {self:#?}");
    }
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:#?}\nwithout {:#?}", self.kind, self.lines, self.removals)
    }
}

const LAMPS: [(&str, &str); 6] = [
    ("Storm lamp No. 3", "Burns for nine hours on one filling and hangs from any beam."),
    ("Anchor light", "Shows two miles in all directions; the lens is ground by hand."),
    ("Chart table lamp", "Red glass for the night watch, clear glass for the day."),
    ("Pilot's lantern", "Made of brass since 1911, with a handle for a gloved hand."),
    ("Cabin sconce", "Swings in a gimbal, so that it stands upright in any sea."),
    ("Signal lamp", "Its shutter clicks as fast as a good signaller can spell."),
];

fn cards() -> String {
    let card = |(name, text): &(&str, &str)| {
        format!("<div class=card><a href=/lamps/x><h3>{name}</h3></a><p>{text}</p></div>")
    };
    LAMPS.iter().map(card).collect()
}

const WHO: &str = "The Quay Lamp Works has made lamps for boats on the old quay at Penmarrow since 1911, and mends what it has made.";
const WHERE: &str = "Write to us at 4 Old Quay, or come by on a weekday between nine and five, when somebody is always at the bench.";
const TERMS: &str = "All prices are in pounds and hold until the end of the month, carriage by van or by boat is charged at cost.";

#[test]
fn of_a_page_that_scripts_would_fill_the_foot_is_not_the_text() {
    let foot = format!("<p>{WHO}</p><p>{WHERE}</p><p>{TERMS}</p>");
    for shell in [
        format!("<title>Lamps</title><div id=app></div><footer>{foot}</footer>"),
        format!("<title>Lamps</title><div id=app></div><div role=contentinfo>{foot}</div>"),
    ] {
        let page = read(&shell);
        assert_eq!(page.kind, PageKind::NoArticle, "{page:#?}");
    }
}

#[test]
fn the_foot_of_a_page_of_cards_is_not_among_them() {
    let page = read(&format!(
        "<title>Lamps for boats</title><body><h1>Lamps for boats</h1><div class=grid>{}</div>
        <footer><h3>About us</h3><p>{WHO}</p><p>{WHERE}</p><p>{TERMS}</p></footer>",
        cards()
    ));
    page.has(LAMPS[2].1);
    page.has_not(WHO);
    page.has_not(TERMS);
}

#[test]
fn a_menu_that_nobody_closed_holds_the_text() {
    let page = read(&format!(
        "<title>The lamp works</title><body><nav><a href=/>Home</a> <a href=/lamps>Lamps</a>
        <main><h1>The lamp works</h1><p>{WHO}</p><p>{WHERE}</p><p>{TERMS}</p></main>"
    ));
    page.has(WHO);
    page.has(TERMS);
    assert_eq!(page.kind, PageKind::Article);
}

/// What is called a foot may be anything.
#[test]
fn a_box_that_is_only_called_a_foot_may_hold_the_text() {
    let page = read(&format!(
        "<title>The lamp works</title><body><h1>The lamp works</h1>
        <div class=footer-box><p>{WHO}</p><p>{WHERE}</p><p>{TERMS}</p></div>"
    ));
    page.has(WHO);
    page.has(TERMS);
}

#[test]
fn what_only_screen_readers_say_is_not_in_the_text_of_a_page_of_cards() {
    let card = |(name, text): &(&str, &str)| {
        format!(
            "<div class=card><a href=/lamps/x><h3>{name}</h3></a><p>{text}</p>
            <p class=screenreader>Read on about how this lamp is made</p></div>"
        )
    };
    let cards: String = LAMPS.iter().map(card).collect();
    let page = read(&format!(
        "<title>Lamps for boats</title><body><h1>Lamps for boats</h1><div class=grid>{cards}</div>"
    ));
    page.has(LAMPS[0].1);
    page.has_not("Read on about how this lamp is made");
}

#[test]
fn a_list_of_links_is_shown_and_no_article() {
    let link =
        |(name, _): &(&str, &str)| format!("<li><a href=/lamps/x>{name} and its parts</a></li>");
    let links: String = LAMPS.iter().chain(&LAMPS).map(link).collect();
    let page =
        read(&format!("<title>All lamps</title><main><h1>All lamps</h1><ul>{links}</ul></main>"));
    assert_eq!(page.kind, PageKind::Front, "{page:#?}");
    page.has("Storm lamp No. 3 and its parts");
}

const POSTS: [(&str, &str); 4] = [
    (
        "kittiwake",
        "Does anybody know how to get the shutter of a signal lamp off? Mine has rusted to the frame, and I would not like to bend it.",
    ),
    (
        "old_tom",
        "Heat it with a hair dryer and wait. If that does not help, take oil, and wait for longer. Mine came off on the third day.",
    ),
    (
        "marlowe",
        "On the older ones there is a pin behind the handle, which you have to drive out from the left, or nothing will ever move.",
    ),
    (
        "kittiwake",
        "It was the pin. Thank you, I would have broken it in the end, and they are not made any more.",
    ),
];

#[test]
fn what_a_member_ends_every_post_with_and_who_that_is_are_no_part_of_the_thread() {
    let post = |(who, says): &(&str, &str)| {
        format!(
            "<div class=post><dl class=postprofile><dt>{who}<dd>Posts: 112<dd>Location: Penmarrow</dl>
            <div class=postbody><div class=content>{says}</div>
            <div class=signature>{who} sails a gaff cutter of 1934, with no engine and three lamps.</div></div></div>"
        )
    };
    let posts: String = POSTS.iter().map(post).collect();
    let page = read(&format!(
        "<title>Shutter stuck - Lamp forum</title><meta name=generator content='phpBB 3'>
        <body><h2>Shutter stuck</h2>{posts}"
    ));
    for (who, says) in POSTS {
        page.has(says);
        page.has_not(&format!(
            "{who} sails a gaff cutter of 1934, with no engine and three lamps."
        ));
    }
    page.has_not("Location: Penmarrow");
}

#[test]
fn a_thread_that_one_logs_in_to_answer_is_read_to_its_end() {
    let post = |(who, says): &(&str, &str)| {
        format!("<article class=message><h4>{who}</h4><div class=bbWrapper>{says}</div></article>")
    };
    let posts: String = POSTS[..2].iter().map(post).collect();
    let page = read(&format!(
        "<title>Shutter stuck - Lamp forum</title><meta name=generator content=XenForo>
        <body><h1>Shutter stuck</h1>{posts}<div>You must log in or register to reply here.</div>"
    ));
    page.has(POSTS[1].1);
    page.has_not("You must log in or register to reply here.");
    assert_eq!(page.kind, PageKind::Article, "{page:#?}");
}

const BUYERS: [&str; 3] = [
    "I have had it on the boat for two winters now and it has not gone out once. My wife wants another one for the shed.",
    "Arrived within a week and well packed. The glass was a little dusty, but that is no fault, and it came off with a cloth.",
    "Too heavy for my small boat, but that is my own fault, since the weight is on the page. Beautiful work all the same.",
];

#[test]
fn what_buyers_say_is_not_what_the_page_of_a_product_says() {
    let review = |says: &&str| format!("<div class=review><h4>Good lamp</h4><p>{says}</p></div>");
    let reviews: String = BUYERS[..2].iter().map(review).collect();
    let body = |head: &str| {
        format!(
            "<title>Storm lamp No. 3</title>{head}<body><main><h1>Storm lamp No. 3</h1><div class=description><p>{} {WHO}</p>
            <p>The tank holds half a pint of paraffin, and the wick is trimmed without taking off the glass.</p>
            <p>It stands nine inches high, weighs two pounds without its oil, and comes with a spare wick, a hook for a beam
            and a leaflet on its care.</p><p>Glass and burner are sold as spare parts, as long as there are boats.</p></div>
            <section class=reviews><h2>Reviews</h2>{reviews}</section></main>",
            LAMPS[0].1
        )
    };
    for head in [
        "<meta property=og:type content=product>",
        r#"<script type="application/ld+json">{"@type": "Product", "name": "Storm lamp No. 3", "isRelatedTo": [{"@type": "Product"}]}</script>"#,
    ] {
        let page = read(&body(head));
        page.has("The tank holds half a pint of paraffin, and the wick is trimmed without taking off the glass.");
        for says in &BUYERS[..2] {
            page.has_not(says);
        }
    }
}

#[test]
fn however_many_buyers_say_something_the_page_is_about_its_product() {
    let review = |at: usize| {
        format!(
            "<li class=review><b>Buyer {at}</b><p>{} I would give it {at} stars.</p></li>",
            BUYERS[at % 3]
        )
    };
    let reviews: String = (4..40).map(review).collect();
    let page = read(&format!(
        "<title>{name}</title><meta property=og:type content=product><body><main><h1>{name}</h1><p>{text} {WHO}</p>
        <ul id=reviews>{reviews}</ul></main>",
        name = LAMPS[0].0,
        text = LAMPS[0].1,
    ));
    page.has(&format!("{} {WHO}", LAMPS[0].1));
    assert!(!page.lines.iter().any(|line| line.contains("stars")), "{page:#?}");
}

#[test]
fn what_a_product_page_says_for_narrow_windows_again_is_told_once() {
    let facts = "<ul><li>Solid brass</li><li>Nine inches high</li><li>Two pounds</li></ul>";
    let page = read(&format!(
        "<title>{name}</title><meta property=og:type content=product><body><main><h1>{name}</h1>
        <div class=wide><p>{WHO}</p>{facts}</div><p>{text}</p><div class=narrow>{facts}</div><p>{WHERE}</p></main>",
        name = LAMPS[0].0,
        text = LAMPS[0].1,
    ));
    for fact in ["Solid brass", "Nine inches high", "Two pounds"] {
        let told = page.lines.iter().flat_map(|line| line.lines());
        assert_eq!(told.filter(|line| line.contains(fact)).count(), 1, "{fact}: {page:#?}");
    }
}

#[test]
fn words_within_a_line_that_only_screen_readers_get_are_not_in_it() {
    let page = read(&format!(
        "<title>Lamps</title><body><main><h1>Lamps</h1><p>{WHO}</p>
        <p>The lamp costs <span class='visually-hidden visually-hidden--inline'>Regular price</span>$64 until spring,
        and is <a href=/x><span class=sr-only>Read more about what is </span>mended for nothing</a> for ten years.</p>
        <p>{WHERE}</p></main>"
    ));
    page.has("The lamp costs $64 until spring, and is mended for nothing for ten years.");
}

#[test]
fn words_that_say_what_a_line_is_or_that_wide_windows_show_are_read() {
    let page = read(&format!(
        "<title>Lamps</title><body><main><h1>Lamps</h1><p>{WHO}</p>
        <p>The lamp has 4<span class=sr-only> out of </span>5 stars, and the harbour
        <span class='sr-only sm:not-sr-only'>master of Penmarrow</span> has three of them.</p>
        <h2><span class=sr-only>Where we are</span></h2><p>{WHERE}</p></main>"
    ));
    page.has("The lamp has 4 5 stars, and the harbour master of Penmarrow has three of them.");
    page.has(WHERE);
    let credited = read(&format!(
        "<title>Lamps</title><meta property=og:type content=article><body><article><h1>Lamps</h1><p>{WHO}</p>
        <figure><img src=/a.jpg width=800 height=600><p><span class=visually-hidden>Image source, </span>Jane Roe</p></figure>
        <p>{WHERE}</p></article>"
    ));
    assert!(
        credited
            .removals
            .iter()
            .any(|(kind, text)| *kind == Kind::PhotoCredit && text.contains("Jane Roe")),
        "{credited:#?}"
    );
}

#[test]
fn columns_of_links_below_a_short_text_are_no_shelf() {
    let link = |name: &&str| format!("<p><a href=/x>{name}</a></p>");
    let column = |title: &str| {
        let links: String = ["Lamps", "Glass and wicks", "Repairs"].iter().map(link).collect();
        format!("<div class=c3><h4>{title}</h4>{links}</div>")
    };
    let columns: String = ["Shop", "Help", "About", "Work", "News"].map(column).concat();
    let page = read(&format!(
        "<title>About us</title><body><div class=c1><h1>About us</h1><p>{WHO}</p><p>{WHERE}</p></div>
        <div class=c2>{columns}</div>"
    ));
    page.has(WHO);
    page.has_not("Glass and wicks");
}

#[test]
fn a_shelf_of_things_is_read_with_the_sentence_above_it() {
    let names = || (1..=12).map(|number| format!("Storm lamp No. {number}"));
    let card = |name| {
        format!(
            "<li class=product><a href=/lamps/x><h2>{name}</h2><span class=price>$42</span></a></li>"
        )
    };
    let cards: String = names().map(card).collect();
    let page = read(&format!(
        "<title>Lamps - Quay Lamp Works</title><body><header><a href=/>Quay Lamp Works</a></header>
        <main><header><h1>Lamps</h1><div><p>Lamps for boats and sheds, made of what is left of our tables.</p></div></header>
        <ul class=products>{cards}</ul></main>"
    ));
    page.has("Lamps for boats and sheds, made of what is left of our tables.");
    names().for_each(|name| page.has(&name));
}

#[test]
fn a_question_that_is_clicked_at_stays_over_its_answer() {
    let answers = [
        WHO,
        WHERE,
        "Every lamp is mended for nothing for ten years, and for the price of the glass after that.",
    ];
    let questions = ["Who makes them?", "Where are you?", "What if it breaks?"];
    let item = |(question, answer): (&&str, &&str)| {
        format!(
            "<div><button aria-expanded=false>{question}</button><div><p>{answer}</p></div></div>"
        )
    };
    let items: String = questions.iter().zip(&answers).map(item).collect();
    let page = read(&format!(
        "<title>Questions</title><body><main><h1>Questions</h1><p>{} {}</p>{items}</main>",
        LAMPS[0].1, LAMPS[1].1
    ));
    for line in questions.iter().chain(&answers) {
        page.has(line);
    }
}

/// A review is somebody's article.
#[test]
fn what_a_page_reviews_is_no_product_of_it() {
    let page = read(&format!(
        r#"<title>Storm lamp No. 3 in the test</title><script type="application/ld+json">{{"@type": "Review",
        "itemReviewed": {{"@type": "Product", "name": "Storm lamp No. 3"}}}}</script>
        <h1>Storm lamp No. 3 in the test</h1><div class=review-body><p>{}</p><p>{}</p><p>{}</p></div>"#,
        BUYERS[0], BUYERS[1], BUYERS[2]
    ));
    for says in BUYERS {
        page.has(says);
    }
}
