//! How attempts end: the closed list of outcomes.
//!
//! An attempt is one poll of a source, one fetch of an entry's page, or one look at
//! an address that somebody wants to follow. It ends in exactly one outcome, which is a row in `fetches` and one count in
//! `/metrics`. README, "Outcomes", documents every word.

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every word of the list, in order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The word as it stands in SQL, JSON and metrics.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }

            /// Reads a word of the list.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// How one attempt ended.
    Outcome {
        /// Poll: new or changed entries were found.
        Updated = "updated",
        /// Poll: a full answer, nothing new in it. Page: the article is as it was.
        Unchanged = "unchanged",
        /// The server said 304.
        NotModified = "not_modified",
        /// `add`: it was found out what is at the address.
        Identified = "identified",
        /// Page: a new article.
        Stored = "stored",
        /// Page: an article that was there has a new revision.
        Revised = "revised",
        /// Page: stored, from the feed's own content, because the page failed or held less.
        StoredFromFeed = "stored_from_feed",
        /// Page: stored, but the page shows only the part before its paywall.
        Paywalled = "paywalled",
        /// Page: the article was there already, under another address.
        Duplicate = "duplicate",
        /// Page: no article on it (section front, shell, empty page).
        NoArticle = "no_article",
        /// Page: an error page that claims to be fine.
        Soft404 = "soft_404",
        /// Page: a consent form stands where the article should.
        ConsentWall = "consent_wall",
        /// Page: a check whether we are a browser.
        Challenge = "challenge",
        /// Page: a login form stands where the article should.
        LoginWall = "login_wall",
        /// Page: text came back emptied or halved; the better text is kept.
        Worse = "worse",
        /// robots.txt asks to stay away.
        RobotsDisallowed = "robots_disallowed",
        /// The address leads to a private, loopback or otherwise special network, or
        /// to a host that the operator blocks.
        BlockedAddress = "blocked_address",
        /// No http or https address, or one that cannot be read.
        BadUrl = "bad_url",
        /// The body is larger than `fetch.body_limit`.
        TooLarge = "too_large",
        /// No answer within `fetch.timeout`.
        Timeout = "timeout",
        /// The host's name does not resolve.
        Dns = "dns",
        /// No connection.
        Connect = "connect",
        /// No trusted TLS connection.
        Tls = "tls",
        /// The connection broke, what came over it is no HTTP, or the server finds fault with it
        /// (408, 421, 425).
        Protocol = "protocol",
        /// Redirects in a circle, too many of them, or one that leads nowhere.
        RedirectLoop = "redirect_loop",
        /// A 4xx answer that has no outcome of its own.
        Http4xx = "http_4xx",
        /// 404.
        NotFound = "not_found",
        /// 410: gone for good.
        Gone = "gone",
        /// A 5xx answer, or a status that HTTP does not know.
        Http5xx = "http_5xx",
        /// 429, or 503 with a time to wait.
        RateLimited = "rate_limited",
        /// Poll: neither a feed nor, where one was asked for, a listing or sitemap.
        NotAFeed = "not_a_feed",
        /// Page: not HTML (PDF, image, sound …).
        NotHtml = "not_html",
        /// The body's compression is broken.
        Decode = "decode",
        /// An answer without a body.
        Empty = "empty",
        /// The page broke a bound of `limits`, or took the extractor down.
        TooComplex = "too_complex",
    }
}

/// What an outcome says of the source or page that it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// It went well, and something came.
    News,
    /// It went well, and there was nothing new.
    NoNews,
    /// It failed in a way that passes by itself.
    Passing,
    /// It failed in a way that somebody has to mend.
    Lasting,
    /// It is gone for good.
    Final,
}

impl Outcome {
    /// How an attempt ends whose answer has this HTTP status (RFC 9110, 15); `None` where the answer
    /// carries a page. What else its head says may tell more.
    #[must_use]
    pub const fn of_status(status: u16) -> Option<Outcome> {
        Some(match status {
            204 | 205 => Outcome::Empty,
            200..=203 | 207..=225 | 227..=299 => return None,
            // Nobody followed it.
            301 | 302 | 303 | 307 | 308 => Outcome::RedirectLoop,
            404 => Outcome::NotFound,
            410 => Outcome::Gone,
            // Not the address is to blame, but the connection or the moment.
            408 | 421 | 425 => Outcome::Protocol,
            429 => Outcome::RateLimited,
            400..=499 => Outcome::Http4xx,
            500.. => Outcome::Http5xx,
            // What was not asked for: a part (206), a difference (226), 101, 304 …
            _ => Outcome::Protocol,
        })
    }

    /// What it says of where it came from.
    ///
    /// The one list that tells good ends from bad. Exhaustive without a wildcard: a
    /// new outcome does not compile until someone has decided what it means.
    #[must_use]
    pub const fn nature(self) -> Nature {
        match self {
            Outcome::Updated
            | Outcome::Stored
            | Outcome::Revised
            | Outcome::StoredFromFeed
            | Outcome::Paywalled => Nature::News,
            Outcome::Unchanged
            | Outcome::NotModified
            | Outcome::Identified
            | Outcome::Duplicate => Nature::NoNews,
            Outcome::Timeout
            | Outcome::Connect
            | Outcome::Protocol
            | Outcome::Http5xx
            | Outcome::RateLimited
            | Outcome::Challenge
            | Outcome::Worse => Nature::Passing,
            Outcome::NoArticle
            | Outcome::Soft404
            | Outcome::ConsentWall
            | Outcome::LoginWall
            | Outcome::RobotsDisallowed
            | Outcome::BlockedAddress
            | Outcome::BadUrl
            | Outcome::TooLarge
            | Outcome::Dns
            | Outcome::Tls
            | Outcome::RedirectLoop
            | Outcome::Http4xx
            | Outcome::NotFound
            | Outcome::NotAFeed
            | Outcome::NotHtml
            | Outcome::Decode
            | Outcome::Empty
            | Outcome::TooComplex => Nature::Lasting,
            Outcome::Gone => Nature::Final,
        }
    }

    /// Whether the attempt failed: nothing was learnt, and somebody may have to act.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        matches!(self.nature(), Nature::Passing | Nature::Lasting | Nature::Final)
    }

    /// What a person can do about a source whose polls end so; `None` where
    /// nothing failed.
    #[must_use]
    pub const fn advice(self) -> Option<&'static str> {
        if !self.is_failure() {
            return None;
        }
        Some(match self {
            Outcome::Dns | Outcome::NotFound | Outcome::RedirectLoop | Outcome::Soft404 => {
                "look for its new address; `tearsheet sources move ID URL` goes on there"
            }
            Outcome::BadUrl => "`tearsheet sources move ID URL` corrects the address",
            Outcome::Gone => "it is gone for good; `tearsheet sources remove ID` forgets it",
            Outcome::Http4xx
            | Outcome::Challenge
            | Outcome::ConsentWall
            | Outcome::LoginWall
            | Outcome::RobotsDisallowed => {
                "it does not let us in; ask its publisher, or `tearsheet sources pause ID`"
            }
            Outcome::NotAFeed | Outcome::NotHtml | Outcome::NoArticle | Outcome::TooComplex => {
                "look at it in a browser; `tearsheet add SITE` finds what a site offers"
            }
            Outcome::Decode | Outcome::Empty => {
                "its server sends it broken, or without a body; it is tried again"
            }
            Outcome::Tls => {
                "its publisher has to mend the certificate; one of your own authority is \
                 trusted by way of `SSL_CERT_FILE`"
            }
            Outcome::BlockedAddress => "`fetch.allow_addresses` permits networks of your own",
            Outcome::TooLarge => "`fetch.body_limit` may be raised",
            Outcome::Protocol => "the connection broke, or made no sense; it is tried again",
            _ => "this passes by itself as a rule; it is tried again",
        })
    }
}
