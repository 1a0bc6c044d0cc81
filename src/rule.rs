//! By which rule a block was removed: the closed list.
//!
//! Each rule is a word in `removals`, in JSON and in what `--explain` prints. README, "Kinds and rules",
//! documents every word.

use crate::outcome::words;

words! {
    /// What said that a block is no story.
    Rule {
        // Wording, from `config/phrases`.
        /// It says a phrase and nothing else.
        PhraseWhole = "phrase_whole",
        /// It says, begins with or holds a phrase of a file of the operator's.
        PhraseOwn = "phrase_own",
        /// It says nothing but a phrase that prose may say, too.
        PhraseDoubted = "phrase_doubted",
        /// It is short and begins with a phrase.
        PhraseStart = "phrase_start",
        /// It is short and begins with a phrase that ends in a sign of its own: `Photo:`, `【写真】`.
        PhraseLabel = "phrase_label",
        /// It is short and holds a phrase.
        PhraseWithin = "phrase_within",
        /// It opens a section of residue.
        PhraseSection = "phrase_section",
        /// It begins with a phrase so long that no story begins so.
        PhraseLongStart = "phrase_long_start",
        /// Most of it is a phrase that no story says.
        PhraseLongWithin = "phrase_long_within",
        // Form.
        /// It has the form of a photo credit.
        CreditSyntax = "credit_syntax",
        /// A label of credits with a name behind it.
        CreditLabel = "credit_label",
        /// A caption that ends in a credit.
        CaptionWithCredit = "caption_with_credit",
        /// It says when it was written, or how long ago.
        TimeStamp = "time_stamp",
        /// It says how long a recording runs.
        RunningTime = "running_time",
        /// It says how to reach somebody.
        ContactLine = "contact_line",
        /// It says whose the rights are.
        CopyrightLine = "copyright_line",
        /// It says who made the report, at its end.
        AuthorInitials = "author_initials",
        /// It ends a post as its writer ends all of theirs.
        PostSignature = "post_signature",
        /// It is an address and nothing else.
        BareAddress = "bare_address",
        /// It is the way from the first page to this one.
        Trail = "trail",
        /// It is hashtags and nothing else.
        Hashtags = "hashtags",
        // The names of the elements around it.
        /// Of a box for ads.
        PlaceAd = "place_ad",
        /// Of an `<aside>`, where it links elsewhere.
        PlaceAside = "place_aside",
        /// Of a box on the author.
        PlaceAuthorBio = "place_author_bio",
        /// Of a line on the author.
        PlaceByline = "place_byline",
        /// Of a caption.
        PlaceCaption = "place_caption",
        /// Of the form for comments.
        PlaceCommentForm = "place_comment_form",
        /// Of readers' comments.
        PlaceComments = "place_comments",
        /// Of a table of contents.
        PlaceContents = "place_contents",
        /// Of a button or another control.
        PlaceControl = "place_control",
        /// Of a photo credit.
        PlaceCredit = "place_credit",
        /// Of a dialog.
        PlaceDialog = "place_dialog",
        /// Of a plea for donations.
        PlaceDonation = "place_donation",
        /// Of a footer.
        PlaceFooter = "place_footer",
        /// Of a form.
        PlaceForm = "place_form",
        /// Of legal text.
        PlaceLegal = "place_legal",
        /// Of a menu.
        PlaceNavigation = "place_navigation",
        /// Of a sign-up box.
        PlaceNewsletter = "place_newsletter",
        /// Of a notice: cookies, old browsers.
        PlaceNotice = "place_notice",
        /// Of the column on who wrote a post.
        PlacePoster = "place_poster",
        /// Of a paywall.
        PlacePaywall = "place_paywall",
        /// Of a player.
        PlacePlayer = "place_player",
        /// Of a sentence of the text in large letters.
        PlacePullQuote = "place_pull_quote",
        /// Of teasers.
        PlaceRelated = "place_related",
        /// Of what buyers say of the page's product.
        PlaceReviews = "place_reviews",
        /// Of what is only read aloud.
        PlaceScreenReader = "place_screen_reader",
        /// Of buttons for sharing.
        PlaceShare = "place_share",
        /// Of the signature below a post.
        PlaceSignature = "place_signature",
        /// Of a list of tags.
        PlaceTags = "place_tags",
        // Where it stands in the page.
        /// It stands in a figure.
        FigureCaption = "figure_caption",
        /// It stands below its picture without a figure around both.
        CaptionBelowPicture = "caption_below_picture",
        /// It may be a caption: it is alone with the picture above, or not set as the text is.
        CaptionSetApart = "caption_set_apart",
        /// It is a link and nothing else.
        OnlyALink = "only_a_link",
        /// It is one of a list of links.
        ListOfLinks = "list_of_links",
        /// It says the title again.
        TitleRepeated = "title_repeated",
        /// It stands above the title.
        BeforeTheTitle = "before_the_title",
        /// It is a label between title and text.
        LabelBeforeText = "label_before_text",
        /// It is the line on when the text was published.
        DateLine = "date_line",
        /// It says who wrote the text, with or without day, place and job.
        AuthorLine = "author_line",
        /// It is the last paragraph and begins with the author's name: a story about its author is rare,
        /// unless that is an authority or the like.
        EndsWithAuthor = "ends_with_author",
        /// It presents the author.
        PresentsAuthor = "presents_author",
        /// It stands below a heading that announces residue.
        FollowsHeading = "follows_heading",
        /// It is a heading whose section was removed.
        NothingUnderHeading = "nothing_under_heading",
        /// It belongs to a box that asks for something.
        PromptBox = "prompt_box",
        /// It belongs to another story with which the page goes on.
        AnotherStory = "another_story",
        /// It was said before.
        SaidBefore = "said_before",
        /// A caption says the same.
        SaidByCaption = "said_by_caption",
        /// It stands in several articles of the site.
        RepeatsOnSite = "repeats_on_site",
        /// It stands outside of the article's container.
        Outside = "outside",
        // What was learned.
        /// The model takes it for no story.
        Judged = "judged",
        /// In text: the model takes it for no story, and residue stands by it.
        AmongResidue = "among_residue",
        /// In text: the model takes it for no story, before all paragraphs.
        LearnedBeforeText = "learned_before_text",
        /// The same between paragraphs.
        LearnedBetween = "learned_between",
        /// The same after all of them.
        LearnedAfterText = "learned_after_text",
    }
}

impl Rule {
    /// Whether it goes by a phrase of `config/phrases`, which its word says.
    #[must_use]
    pub fn is_phrase(self) -> bool {
        self.as_str().starts_with("phrase_")
    }

    /// Whether it goes by the names of the elements around a block, which its word says.
    #[must_use]
    pub fn is_place(self) -> bool {
        self.as_str().starts_with("place_")
    }
}
