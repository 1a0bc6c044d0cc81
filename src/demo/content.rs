//! What the newspaper consists of: every embedded file, and where it is served.

/// One site of the newspaper.
pub(super) struct Site {
    /// Short name, as in `{{origin:name}}`.
    pub(super) name: &'static str,
    /// What to follow: path, and `feed`, `page` or `sitemap`.
    pub(super) source: (&'static str, &'static str),
    /// Page around each article.
    pub(super) frame: &'static str,
    /// Page of an article whose text is only in the feed.
    pub(super) shell: &'static str,
    /// Articles, newest first.
    pub(super) stories: &'static [&'static str],
    /// Second versions: each takes the place of the story with its path.
    pub(super) edited: &'static [&'static str],
    /// Everything that is not an article.
    pub(super) files: &'static [File],
    /// Addresses that moved for good: old path, new path.
    pub(super) moved: &'static [(&'static str, &'static str)],
    /// Paths that robots.txt asks to stay away from.
    pub(super) disallowed: &'static [&'static str],
    /// Whether bytes leave in windows-1252 rather than UTF-8; no header says so.
    pub(super) windows_1252: bool,
    /// Whether it compresses for those who accept that.
    pub(super) gzip: bool,
}

/// A feed, a sitemap, a front, or a page that is no article.
pub(super) struct File {
    /// Where it is served.
    pub(super) path: &'static str,
    /// Value of `Content-Type`.
    pub(super) content_type: &'static str,
    /// Its text.
    pub(super) text: &'static str,
    /// What stands at `{{entries}}` for each article.
    pub(super) entry: &'static str,
}

macro_rules! newspaper {
    ($($file:literal),* $(,)?) => { &[$(include_str!(concat!("newspaper/", $file))),*] };
}

/// The sites, in the order in which they are followed.
pub(super) const SITES: &[Site] = &[
    Site {
        name: "harbour",
        source: ("/feed/", "feed"),
        frame: include_str!("newspaper/harbour/frame.html"),
        shell: include_str!("newspaper/harbour/shell.html"),
        stories: newspaper![
            "harbour/ferry-inquiry.html",
            "harbour/tide-notice.html",
            "harbour/market-hall.html",
            "harbour/school-kitchen.html",
            "harbour/lighthouse.html",
            "harbour/regatta.html",
        ],
        edited: &[],
        files: &[File {
            path: "/feed/",
            content_type: "application/rss+xml; charset=UTF-8",
            text: include_str!("newspaper/harbour/feed.xml"),
            entry: include_str!("newspaper/harbour/item.xml"),
        }],
        moved: &[("/go/40803", "/2026/03/11/market-hall-reopens/")],
        disallowed: &["/wp-admin/"],
        windows_1252: false,
        gzip: true,
    },
    Site {
        name: "meridian",
        source: ("/feeds/latest.atom", "feed"),
        frame: include_str!("newspaper/meridian/frame.html"),
        shell: "",
        stories: newspaper![
            "meridian/council-budget.html",
            "meridian/night-train.html",
            "meridian/river-gauge.html",
            "meridian/cable.html",
            "meridian/hospital.html",
        ],
        edited: newspaper!["meridian/council-budget.edited.html"],
        files: &[
            File {
                path: "/feeds/latest.atom",
                content_type: "application/atom+xml",
                text: include_str!("newspaper/meridian/latest.atom"),
                entry: include_str!("newspaper/meridian/entry.atom"),
            },
            File {
                path: "/news/region/coast-path-money",
                content_type: "text/html; charset=utf-8",
                text: include_str!("newspaper/meridian/consent.html"),
                entry: "",
            },
        ],
        moved: &[],
        disallowed: &["/interactive/", "/search"],
        windows_1252: false,
        gzip: true,
    },
    Site {
        name: "ledger",
        source: ("/feed.json", "feed"),
        frame: include_str!("newspaper/ledger/frame.html"),
        shell: "",
        stories: newspaper![
            "ledger/wall.html",
            "ledger/timetable.html",
            "ledger/swifts.html",
            "ledger/typewriter.html",
        ],
        edited: &[],
        files: &[File {
            path: "/feed.json",
            content_type: "application/feed+json",
            text: include_str!("newspaper/ledger/feed.json"),
            entry: include_str!("newspaper/ledger/item.json"),
        }],
        moved: &[],
        disallowed: &["/cgi-bin/"],
        windows_1252: false,
        gzip: false,
    },
    Site {
        name: "nordufer",
        source: ("/index.rdf", "feed"),
        frame: include_str!("newspaper/nordufer/frame.html"),
        shell: "",
        stories: newspaper![
            "nordufer/freibad.html",
            "nordufer/bruecke.html",
            "nordufer/chor.html",
            "nordufer/lehrstelle.html",
        ],
        edited: &[],
        files: &[File {
            path: "/index.rdf",
            content_type: "application/rdf+xml",
            text: include_str!("newspaper/nordufer/index.rdf"),
            entry: include_str!("newspaper/nordufer/item.rdf"),
        }],
        moved: &[],
        disallowed: &["/login"],
        windows_1252: true,
        gzip: false,
    },
    Site {
        name: "gaceta",
        source: ("/comarca/", "page"),
        frame: include_str!("newspaper/gaceta/frame.html"),
        shell: "",
        stories: newspaper![
            "gaceta/riego.html",
            "gaceta/queso.html",
            "gaceta/tren.html",
            "gaceta/escuela.html",
        ],
        edited: &[],
        files: &[File {
            path: "/comarca/",
            content_type: "text/html; charset=utf-8",
            text: include_str!("newspaper/gaceta/front.html"),
            entry: include_str!("newspaper/gaceta/teaser.html"),
        }],
        moved: &[],
        disallowed: &["/suscripcion"],
        windows_1252: false,
        gzip: false,
    },
    Site {
        name: "county",
        source: ("/sitemap.xml", "sitemap"),
        frame: include_str!("newspaper/county/frame.html"),
        shell: "",
        stories: newspaper![
            "county/gravel.html",
            "county/recycling.html",
            "county/wire-school-kitchen.html",
            "county/broadband.html",
        ],
        edited: &[],
        files: &[
            File {
                path: "/sitemap.xml",
                content_type: "application/xml",
                text: include_str!("newspaper/county/sitemap.xml"),
                entry: "",
            },
            File {
                path: "/sitemap-news.xml",
                content_type: "application/xml",
                text: include_str!("newspaper/county/sitemap-news.xml"),
                entry: include_str!("newspaper/county/url.xml"),
            },
        ],
        moved: &[],
        disallowed: &["/classifieds/reply"],
        windows_1252: false,
        gzip: true,
    },
];
