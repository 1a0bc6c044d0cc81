//! Words that dates are made of: months, zones and the small words between.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Names of the twelve months and their customary short forms, lower case.
/// English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish,
/// Danish, Norwegian, Finnish, Polish, Czech, Slovak, Hungarian, Romanian, Turkish,
/// Russian, Ukrainian, Greek, Catalan, Indonesian, Arabic, Hebrew, Hindi, Thai.
const MONTHS: [&str; 12] = [
    "january jan januar jänner jän janvier janv jan enero ene janeiro gennaio gen januari januar \
     tammikuu tammikuuta tammi stycznia styczeń sty ledna leden led január januára január jan \
     ianuarie ian ocak oca января январь янв січня січень січ ιανουαρίου ιανουάριος ιανουαριου ιαν \
     gener yanuari يناير \
     ינואר בינואר जनवरी มกราคม ม.ค.",
    "february feb febr februar feber février févr fév fevr febrero fevereiro fev febbraio febbr \
     februari helmikuu helmikuuta helmi lutego luty lut února únor úno február februára februarie \
     şubat şub февраля февраль фев февр лютого лютий лют φεβρουαρίου φεβρουάριος φεβρουαριου φεβ \
     febrer فبراير \
     פברואר בפברואר फरवरी फ़रवरी กุมภาพันธ์ ก.พ. شباط",
    "march mar märz mär mrz maerz mars marzo março mar marco maart mrt marts maaliskuu \
     maaliskuuta maalis marca marzec března březen bře március marca márc martie mart марта март мар \
     березня березень бер μαρτίου μάρτιος μαρτιου μαρ μάρ març maret مارس \
     מרץ במרץ מרס במרס मार्च มีนาคม มี.ค. آذار",
    "april apr avril avr abril abr aprile huhtikuu huhtikuuta huhti kwietnia kwiecień kwi dubna \
     duben dub április apríla ápr aprilie nisan nis апреля апрель апр квітня квітень кві квіт \
     απριλίου απρίλιος απριλιου απρ أبريل ابريل \
     אפריל באפריל अप्रैल เมษายน เม.ย. نيسان",
    "may mai mayo maio mag maggio mei maj toukokuu toukokuuta touko maja května květen kvě május \
     mája máj mayıs мая май травня травень тра трав μαΐου μάιος μαΐ μαϊ μαιου μαι maig مايو \
     מאי במאי मई พฤษภาคม พ.ค. أيار",
    "june jun juni juin junio junho giugno giu kesäkuu kesäkuuta kesä czerwca czerwiec cze června \
     červen čer červ június júna jún iunie iun haziran haz июня июнь июн червня червень чер черв \
     junius ιουνίου ιούνιος ιουν ιούν ιουνιου juny يونيو \
     יוני ביוני जून มิถุนายน มิ.ย. حزيران",
    "july jul juli juillet juil julio julho luglio lug heinäkuu heinäkuuta heinä lipca lipiec lip \
     července červenec čvc július júla júl iulie iul temmuz tem июля июль июл липня липень лип \
     julius ιουλίου ιούλιος ιουλ ιούλ ιουλιου juliol يوليو \
     יולי ביולי जुलाई กรกฎาคม ก.ค. تموز",
    "august aug août aout aoû agosto ago augustus augusti elokuu elokuuta elo sierpnia sierpień \
     sie srpna srpen srp augusztus augusta ağustos ağu августа август авг серпня серпень сер серп \
     αυγούστου αύγουστος αυγουστου αυγ αύγ agost agustus أغسطس اغسطس \
     אוגוסט באוגוסט अगस्त สิงหาคม ส.ค. آب",
    "september sept sep septembre septiembre setiembre setembro set settembre sett syyskuu \
     syyskuuta syys września wrzesień wrz września září zář szeptember szept septembra septembrie \
     eylül eyl сентября сентябрь сен сент вересня вересень вер вересн σεπτεμβρίου σεπτέμβριος \
     σεπτεμβριου σεπ σεπτ setembre سبتمبر \
     ספטמבר בספטמבר सितंबर सितम्बर กันยายน ก.ย. أيلول",
    "october oct oktober okt octobre octubre outubro out ottobre ott lokakuu lokakuuta loka \
     października październik paź pażdziernika října říjen říj október októbra octombrie ekim eki \
     октября октябрь окт жовтня жовтень жов жовт οκτωβρίου οκτώβριος οκτωβριου οκτ أكتوبر اكتوبر \
     אוקטובר באוקטובר अक्टूबर अक्तूबर ตุลาคม ต.ค.",
    "november nov novembre noviembre novembro marraskuu marraskuuta marras listopada listopad lis \
     listopadu listopad novembra noiembrie noi kasım kas ноября ноябрь ноя нояб листопада листопад \
     лис лист νοεμβρίου νοέμβριος νοεμβριου νοε νοέ نوفمبر \
     נובמבר בנובמבר नवंबर नवम्बर พฤศจิกายน พ.ย.",
    "december dec dezember dez décembre déc decembre diciembre dic dezembro dicembre desember des \
     joulukuu joulukuuta joulu grudnia grudzień gru prosince prosinec pro decembra decembrie \
     aralık ara декабря декабрь дек грудня грудень гру груд δεκεμβρίου δεκέμβριος δεκεμβριου δεκ \
     desembre ديسمبر \
     דצמבר בדצמבר दिसंबर दिसम्बर ธันวาคม ธ.ค.",
];

/// Zones by the names that newsrooms use, seconds east of UTC. Where a name has
/// several meanings, the one that news in English means.
const ZONES: &[(&str, i32)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("bst", 3600),
    ("west", 3600),
    ("cet", 3600),
    ("met", 3600),
    ("mez", 3600),
    ("wat", 3600),
    ("cest", 7200),
    ("mest", 7200),
    ("mesz", 7200),
    ("eet", 7200),
    ("sast", 7200),
    ("eest", 10800),
    ("idt", 10800),
    ("msk", 10800),
    ("trt", 10800),
    ("eat", 10800),
    ("irst", 12600),
    ("gst", 14400),
    ("aft", 16200),
    ("pkt", 18000),
    ("uzt", 18000),
    ("ist", 19800),
    ("npt", 20700),
    ("mmt", 23400),
    ("wib", 25200),
    ("ict", 25200),
    ("hkt", 28800),
    ("sgt", 28800),
    ("awst", 28800),
    ("myt", 28800),
    ("pht", 28800),
    ("wita", 28800),
    ("jst", 32400),
    ("kst", 32400),
    ("acst", 34200),
    ("aest", 36000),
    ("chst", 36000),
    ("acdt", 37800),
    ("aedt", 39600),
    ("nzst", 43200),
    ("nzdt", 46800),
    ("nst", -12600),
    ("ndt", -9000),
    ("brt", -10800),
    ("art", -10800),
    ("uyt", -10800),
    ("adt", -10800),
    ("ast", -14400),
    ("vet", -14400),
    ("edt", -14400),
    ("est", -18000),
    ("cdt", -18000),
    ("cst", -21600),
    ("mdt", -21600),
    ("mst", -25200),
    ("pdt", -25200),
    ("pst", -28800),
    ("akdt", -28800),
    ("akst", -32400),
    ("hst", -36000),
];

/// What a zone's name in capitals stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Zone {
    /// Seconds east of UTC.
    Offset(i32),
    /// A place by whose clocks it goes, summer time included.
    Place(&'static str),
}

/// Zones whose names are other words in small letters ("and" in French, "at", "pet").
const CAPITAL_ZONES: &[(&str, Zone)] = &[
    ("et", Zone::Place("America/New_York")),
    ("ct", Zone::Place("America/Chicago")),
    ("mt", Zone::Place("America/Denver")),
    ("pt", Zone::Place("America/Los_Angeles")),
    ("at", Zone::Place("America/Halifax")),
    ("cat", Zone::Offset(7200)),
    ("wit", Zone::Offset(32400)),
    ("cot", Zone::Offset(-18000)),
    ("pet", Zone::Offset(-18000)),
];

/// What may be glued to a day's number.
pub(super) const ORDINALS: &[&str] = &["st", "nd", "rd", "th", "er", "o", "a", "º", "ª", "η", "го"];
/// Small words between the parts of a date.
pub(super) const LINKS: &[&str] = &["of", "de", "del", "di", "d", "năm", "พ.ศ.", "ค.ศ."];
/// Words between the two ends of a span.
pub(super) const UNTIL: &[&str] =
    &["to", "until", "till", "through", "bis", "au", "al", "hasta", "tot", "до"];
/// Small words between a day and its time.
pub(super) const BEFORE_CLOCK: &[&str] = &[
    "t",
    "at",
    "um",
    "à",
    "a",
    "às",
    "as",
    "las",
    "alle",
    "ore",
    "om",
    "kl",
    "klo",
    "o",
    "godz",
    "v",
    "г",
    "в",
    "о",
    "saat",
    "ora",
    "orele",
    "στις",
    "ob",
    "the",
    "à",
    "time",
    "日",
    "on",
    "בשעה",
    "เวลา",
    "lúc",
];
/// After these, `10.15` is a time of day. A date before it says as much where
/// "Uhr" follows.
pub(super) const CLOCK_WORDS: &[&str] = &["klo", "kl", "ore", "um", "godz", "alle"];

/// Whether this word, before the hour, means the second half of the day.
pub(super) fn half(word: &str) -> Option<bool> {
    match word {
        "오전" | "午前" | "上午" => Some(false),
        "오후" | "午後" | "下午" => Some(true),
        _ => None,
    }
}

/// The month of this name, 1 to 12.
pub(super) fn month(word: &str) -> Option<u8> {
    static BY_NAME: LazyLock<HashMap<&str, u8>> = LazyLock::new(|| {
        let months = MONTHS.iter().zip(1..);
        months
            .flat_map(|(names, month)| {
                names.split_ascii_whitespace().map(move |name| (name, month))
            })
            .collect()
    });
    BY_NAME.get(word).copied()
}

/// The zone of this name, seconds east of UTC.
pub(super) fn zone(word: &str) -> Option<i32> {
    ZONES.iter().find(|(name, _)| *name == word).map(|(_, seconds)| *seconds)
}

/// The zone that this lower-case word names where it stands in capitals.
pub(super) fn capital_zone(word: &str) -> Option<Zone> {
    CAPITAL_ZONES.iter().find(|(name, _)| *name == word).map(|(_, zone)| *zone)
}
