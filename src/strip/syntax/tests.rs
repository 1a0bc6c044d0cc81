use super::*;
use crate::strip::phrases;

fn judged(text: &str) -> Option<Kind> {
    judge(phrases::built_in(), text, &Words::of(text, 60)).map(|(kind, _)| kind)
}

#[test]
fn credits_are_known_by_their_form() {
    for credit in [
        "Peter Klaunzer - Pool/Keystone Via Getty Images",
        "(AP Photo/Jane Roe)",
        "Jane Roe/AFP",
        "Jane Roe | Reuters",
        "© dpa",
        "Jane Roe / Getty Images",
        "Getty Images",
        "AP Photo/Jane Roe",
        "dpa/Jane Roe",
        "(c)AFP",
        "(C) dpa/Jane Roe",
        "ⓒ Reuters",
        "© Maxppp - Jane Roe",
    ] {
        assert_eq!(judged(credit), Some(Kind::PhotoCredit), "{credit}");
    }
}

#[test]
fn a_caption_is_known_by_the_credit_at_its_end() {
    for caption in [
        "Two boats stand by in the bay on Monday. (AP Photo/Jane Roe)",
        "Two boats stand by. (Foto: Jane Roe)",
        "Guests pick their bread from glass cabinets. | Photo by Jane Roe",
        "The home of the town in the lower valley © Jane Roe",
        "Two boats stand by in the bay on Monday. AFP/Getty",
        "Two boats stand by in the bay on Monday. AFP/STR",
        "Two boats stand by in the bay on Monday.Getty Images",
        "Two boats stand by in the bay on Monday.Unsplash/Jane Roe",
        "한서윤 항만공사 사장이 15일 부두에서 열린 행사에서 연설하고 있다. 연합뉴스",
        "大統領の発言をテレビで見る国民（ソウルで、３日）＝ＡＰ",
        "大統領の発言をテレビで見る国民＝共同",
    ] {
        assert_eq!(judged(caption), Some(Kind::Caption), "{caption}");
    }
    for prose in [
        "The boats were sold to two brothers from Corran (and their aunt).",
        "The minister resigned on Monday. (Reuters)",
        "मंत्री ने सोमवार को इस्तीफा दे दिया और राहत मिलेगी। (PTI)",
        "He answered for the party (SPD/Greens) and for the town.",
        "The boat stays in the dock for nine days in May. hbr/dpa",
        "The boat stays in the dock for nine days in May. (dpa/lni)",
        "The boat stays in the dock for nine days in May. (AFP/Reuters)",
        "The ferry will sail again (weather permitting).",
        "The minister resigned on Monday, his office said. Reuters",
        "장관이 월요일에 물러났다. 후임은 아직 정해지지 않았다고 한다. 연합뉴스",
        "The plan was leaked to the press.Reuters was first to report it",
        "Under the old law the sign © had no meaning at all.",
    ] {
        assert_eq!(judged(prose), None, "{prose}");
    }
}

#[test]
fn a_line_that_says_how_to_reach_the_author_is_known_by_the_address() {
    assert_eq!(judged("Jane Roe can be reached at 555-0100."), Some(Kind::AuthorBio));
    assert_eq!(judged("Jane Roe can be reached at roe@paper.example."), Some(Kind::AuthorBio));
    assert_eq!(judged("Reach Jane Roe at 555-0100."), Some(Kind::AuthorBio));
    assert_eq!(judged("Reach the reporter at roe@paper.example."), Some(Kind::AuthorBio));
    assert_eq!(judged("Napisz do autora: jan.kowal@gazeta.example"), Some(Kind::AuthorBio));
    assert_eq!(judged("筆者への連絡は roe@paper.example まで。"), Some(Kind::AuthorBio));
    assert_eq!(judged("한서윤 기자 han@paper.example"), Some(Kind::AuthorBio));
    assert_eq!(judged("roe@paper.example"), Some(Kind::AuthorBio));
    assert_eq!(judged("Her address was roe@paper.example"), None);
    assert_eq!(judged("Reach the island at 555-0100 and a boat will come."), None);
    assert_eq!(judged("The island can be reached at low tide only."), None);
    assert_eq!(judged("555-0100 was the number that nobody answered."), None);
}

#[test]
fn prose_about_agencies_and_dates_stays() {
    for prose in [
        "Getty Images sued the maker of the generator in London on Tuesday.",
        "The photographer sold the negative to Reuters.",
        "He was born on 3 May.",
        "1984",
        "1,284",
        "$99.99",
        "7.8 /10",
        "Copyright reform is back on the table in Brussels.",
    ] {
        assert_eq!(judged(prose), None, "{prose}");
    }
}

#[test]
fn date_lines_and_copyright_lines_are_known() {
    assert_eq!(judged("Published: March 3, 2026 at 10:15 a.m. ET"), Some(Kind::Byline));
    assert_eq!(judged("03/03/2026"), Some(Kind::Byline));
    assert_eq!(judged("Stand: 03.03.2026, 10:15 Uhr"), Some(Kind::Byline));
    assert_eq!(judged("© 2026 The Example. All rights reserved."), Some(Kind::Legal));
    assert_eq!(judged("© Reuters 2026"), Some(Kind::Legal));
}

#[test]
fn a_label_makes_a_credit_only_of_a_name() {
    for credit in [
        "Photo: Jane Roe/AFP",
        "Foto: Jan van der Berg",
        "Fot. Jan Kowalski / PAP",
        "写真：山田太郎",
        "사진=연합뉴스",
        "Фото: ТАСС",
        "Photo: archive",
        "Foto: captura de pantalla",
        "Imagen: Canal Siete/redes sociales",
    ] {
        assert_eq!(judged_or_found(credit), Some(Kind::PhotoCredit), "{credit}");
    }
    for title in [
        "Photo: A Memoir",
        "Photo: a memoir",
        "Foto: ein Leben in Bildern",
        "Foto: privat war er ein stiller Mann.",
        "Foto zeigt Kanzler im Urlaub",
    ] {
        assert_eq!(judged_or_found(title), None, "{title}");
    }
}

fn judged_or_found(text: &str) -> Option<Kind> {
    let words = Words::of(text, 60);
    phrases::built_in().find(&words).map(|(kind, _)| kind).or_else(|| judged(text))
}

#[test]
fn initials_of_authors_end_a_report_and_asides_in_brackets_do_not() {
    for initials in [
        "(dmk)",
        "(jdo/dmk)",
        "(AFP, abc)",
        "hbr/dpa",
        "[dmk]",
        "(with AP)",
        "（早川美緒）",
        "（海湾日报 记者 林晓岚）",
    ] {
        assert_eq!(judged(initials), Some(Kind::Byline), "{initials}");
    }
    for aside in [
        "(laughs)",
        "(1987)",
        "()",
        "(abc) and more",
        "(a, b, c, d, e)",
        "(thinking of Reuters)",
        "（掌声）",
        "（彼は早川美緒と答えた）",
    ] {
        assert_ne!(judged(aside), Some(Kind::Byline), "{aside}");
    }
}

#[test]
fn a_line_with_a_name_behind_by_says_who_wrote_the_text_and_a_heading_does_not() {
    let signs = |text: &str| {
        let words = Words::of(text, 45);
        super::is_author_line(phrases::built_in(), text, &words)
    };
    for line in [
        "By Jane Roe",
        "By Jane Roe and Max van Dam, Harbour Town",
        "Von Petra Muster (Hafenstadt)",
        "Written by Jane Roe",
        "记者 李明",
        "이수진 기자",
    ] {
        assert!(signs(line), "{line}");
    }
    for line in [
        "By the river",
        "By The Numbers",
        "By Land and Sea",
        "Von Kopf bis Fuß",
        "De Gaulle et Churchill",
        "전문 기자",
        "By Friday 12 May",
        "Par Toutatis",
        "By Jane Roe.",
        "By far the best of them all",
        "文化大革命",
    ] {
        assert!(!signs(line), "{line}");
    }
}
