//! Words that dates are made of: months, zones and the small words between.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use jiff::civil::Weekday;

/// Names of the twelve months and their customary short forms, lower case.
/// English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish,
/// Danish, Norwegian, Finnish, Polish, Czech, Slovak, Hungarian, Romanian, Turkish,
/// Russian, Ukrainian, Greek, Catalan, Indonesian, Arabic, Hebrew, Hindi, Thai;
/// Icelandic, Bulgarian, Macedonian, Serbian, Croatian, Slovene, Lithuanian, Latvian,
/// Estonian, Basque, Galician, Malay, Persian.
///
/// A word that is one month here and another there has the meaning of the larger language:
/// `lip`, `lis` and `srp` are Polish and Czech, not Croatian. For `listopada` see [`month_after_dot`].
const MONTHS: [&str; 12] = [
    "january jan januar jänner jän janvier janv jan enero ene janeiro gennaio gen januari januar \
     tammikuu tammikuuta tammi stycznia styczeń sty ledna leden led január januára január jan \
     ianuarie ian ocak oca января январь янв січня січень січ ιανουαρίου ιανουάριος ιανουαριου ιαν \
     gener yanuari يناير \
     ינואר בינואר जनवरी มกราคม ม.ค. \
     janúar јануар јануара јануари януари ян јан januarja januara siječanj siječnja sij sausis \
     sausio janvāris janvārī janvāra jaanuar jaan urtarrila urtarrilaren xaneiro xan ژانویه",
    "february feb febr februar feber février févr fév fevr febrero fevereiro fev febbraio febbr \
     februari helmikuu helmikuuta helmi lutego luty lut února únor úno február februára februarie \
     şubat şub февраля февраль фев февр лютого лютий лют φεβρουαρίου φεβρουάριος φεβρουαριου φεβ \
     febrer فبراير \
     פברואר בפברואר फरवरी फ़रवरी กุมภาพันธ์ ก.พ. شباط \
     febrúar фебруар фебруара фебруари февруари феб februarja februara veljača veljače velj \
     vasaris vasario februāris februārī februāra veebruar veebr otsaila otsailaren febreiro \
     فوریه",
    "march mar märz mär mrz maerz mars marzo março mar marco maart mrt marts maaliskuu \
     maaliskuuta maalis marca marzec března březen bře március marca márc martie mart марта март мар \
     березня березень бер μαρτίου μάρτιος μαρτιου μαρ μάρ març maret مارس \
     מרץ במרץ מרס במרס मार्च มีนาคม มี.ค. آذار \
     marec marta ožujak ožujka ožu kovas kovo martā märts martxoa martxoaren mac",
    "april apr avril avr abril abr aprile huhtikuu huhtikuuta huhti kwietnia kwiecień kwi dubna \
     duben dub április apríla ápr aprilie nisan nis апреля апрель апр квітня квітень кві квіт \
     απριλίου απρίλιος απριλιου απρ أبريل ابريل \
     אפריל באפריל अप्रैल เมษายน เม.ย. نيسان \
     aprila travanj travnja travnju tra balandis balandžio aprīlis aprīlī aprīļa aprill apríl \
     април априла apirila apirilaren آوریل",
    "may mai mayo maio mag maggio mei maj toukokuu toukokuuta touko maja května květen kvě május \
     mája máj mayıs мая май травня травень тра трав μαΐου μάιος μαΐ μαϊ μαιου μαι maig مايو \
     מאי במאי मई พฤษภาคม พ.ค. أيار \
     maí мај маја svibanj svibnja svi gegužė gegužės maijs maijā maija maiatza maiatzaren مه",
    "june jun juni juin junio junho giugno giu kesäkuu kesäkuuta kesä czerwca czerwiec cze června \
     červen čer červ június júna jún iunie iun haziran haz июня июнь июн червня червень чер черв \
     junius ιουνίου ιούνιος ιουν ιούν ιουνιου juny يونيو \
     יוני ביוני जून มิถุนายน มิ.ย. حزيران \
     júní юни јун јуна јуни junij junija juna lipanj lipnja birželis birželio jūnijs jūnijā \
     jūnija juuni ekaina ekainaren xuño xuñ čvn ژوئن",
    "july jul juli juillet juil julio julho luglio lug heinäkuu heinäkuuta heinä lipca lipiec lip \
     července červenec čvc július júla júl iulie iul temmuz tem июля июль июл липня липень лип \
     julius ιουλίου ιούλιος ιουλ ιούλ ιουλιου juliol يوليو \
     יולי ביולי जुलाई กรกฎาคม ก.ค. تموز \
     júlí юли јул јула јули julij julija jula srpanj srpnja liepa liepos jūlijs jūlijā jūlija \
     juuli uztaila uztailaren xullo xul julai ژوئیه ژوئيه",
    "august aug août aout aoû agosto ago augustus augusti elokuu elokuuta elo sierpnia sierpień \
     sie srpna srpen srp augusztus augusta ağustos ağu августа август авг серпня серпень сер серп \
     αυγούστου αύγουστος αυγουστου αυγ αύγ agost agustus أغسطس اغسطس \
     אוגוסט באוגוסט अगस्त สิงหาคม ส.ค. آب \
     ágúst avgust avgusta avg kolovoz kolovoza kol rugpjūtis rugpjūčio augusts augustā abuztua \
     abuztuaren ogos agu agt اوت",
    "september sept sep septembre septiembre setiembre setembro set settembre sett syyskuu \
     syyskuuta syys września wrzesień wrz września září zář szeptember szept septembra septembrie \
     eylül eyl сентября сентябрь сен сент вересня вересень вер вересн σεπτεμβρίου σεπτέμβριος \
     σεπτεμβριου σεπ σεπτ setembre سبتمبر \
     ספטמבר בספטמבר सितंबर सितम्बर กันยายน ก.ย. أيلول \
     септември септембар септембра septembar rujan rujna ruj rugsėjis rugsėjo septembris \
     septembrī iraila irailaren سپتامبر",
    "october oct oktober okt octobre octubre outubro out ottobre ott lokakuu lokakuuta loka \
     października październik paź pażdziernika října říjen říj október októbra octombrie ekim eki \
     октября октябрь окт жовтня жовтень жов жовт οκτωβρίου οκτώβριος οκτωβριου οκτ أكتوبر اكتوبر \
     אוקטובר באוקטובר अक्टूबर अक्तूबर ตุลาคม ต.ค. \
     октомври октобар октобра oktobar oktobra spalis spalio oktobris oktobrī oktoober urria \
     urriaren اکتبر",
    "november nov novembre noviembre novembro marraskuu marraskuuta marras listopada listopad lis \
     listopadu listopad novembra noiembrie noi kasım kas ноября ноябрь ноя нояб листопада листопад \
     лис лист νοεμβρίου νοέμβριος νοεμβριου νοε νοέ نوفمبر \
     נובמבר בנובמבר नवंबर नवम्बर พฤศจิกายน พ.ย. \
     nóvember ноември новембар новембра ное нов novembar studeni studenoga studenog lapkritis \
     lapkričio novembris novembrī azaroa azaroaren نوامبر",
    "december dec dezember dez décembre déc decembre diciembre dic dezembro dicembre desember des \
     joulukuu joulukuuta joulu grudnia grudzień gru prosince prosinec pro decembra decembrie \
     aralık ara декабря декабрь дек грудня грудень гру груд δεκεμβρίου δεκέμβριος δεκεμβριου δεκ \
     desembre ديسمبر \
     דצמבר בדצמבר दिसंबर दिसम्बर ธันวาคม ธ.ค. \
     декември децембар децембра дец decembar prosinac prosinca gruodis gruodžio decembris \
     decembrī detsember dets abendua abenduaren decembro disember دسامبر",
];

/// Months that are first names or products more often.
const NAMES: &[&str] = &["marta", "mac", "liepa", "juna", "jula"];

/// Names of the days from Monday to Sunday and their customary short forms, lower case; some mean
/// different days in different languages. Left out are the Latin forms of two letters, which are
/// small words elsewhere (`do`, `to`), and what the days of East Asia end in (曜日, 요일).
const WEEKDAYS: [&str; 7] = [
    "monday mon montag lundi lun lunes lunedì seg maandag måndag mån mandag man maanantai \
     poniedziałek pon pondělí pondelok hétfő luni pazartesi pzt понедельник пн понеділок \
     понеделник понедељак ponedjeljak ponedeljak ponedeljek pirmadienis pirmdiena esmaspäev \
     δευτέρα δευ senin isnin dilluns astelehena الاثنين الإثنين دوشنبه שני सोमवार จันทร์ 月 월 \
     星期一 周一 週一",
    "tuesday tue tues dienstag mardi mar martes martedì ter dinsdag tisdag tis tirsdag tir \
     tiistai wtorek wto úterý utorok kedd marți marţi salı sal вторник вт вівторок уторак \
     utorak torek antradienis otrdiena teisipäev τρίτη τρι selasa dimarts asteartea الثلاثاء \
     שלישי मंगलवार อังคาร 火 화 星期二 周二 週二",
    "wednesday wed weds mittwoch mercredi mer miércoles mié mercoledì qua woensdag onsdag ons \
     keskiviikko środa śro středa streda szerda sze miercuri çarşamba çar среда ср середа \
     сряда srijeda sreda trečiadienis trešdiena kolmapäev τετάρτη τετ rabu dimecres asteazkena \
     الأربعاء الاربعاء چهارشنبه רביעי बुधवार พุธ 水 수 星期三 周三 週三",
    "thursday thu thur thurs donnerstag jeudi jeu jueves jue giovedì gio qui donderdag torsdag \
     tor tors torstai czwartek czw čtvrtek štvrtok csütörtök csü joi perşembe per четверг чт \
     четвер четвъртък четвртак četvrtak četrtek ketvirtadienis ceturtdiena neljapäev πέμπτη \
     πεμ kamis khamis dijous osteguna الخميس پنجشنبه חמישי गुरुवार พฤหัสบดี 木 목 星期四 周四 週四",
    "friday fri freitag vendredi ven viernes vie venerdì sex vrijdag fredag fre perjantai \
     piątek pią pátek piatok péntek pén vineri cuma cum пятница пт петък петак petak petek \
     penktadienis piektdiena reede παρασκευή παρ jumat jumaat divendres ostirala الجمعة جمعه \
     שישי शुक्रवार ศุกร์ 金 금 星期五 周五 週五",
    "saturday sat samstag sonnabend samedi sam sábado sáb sabato sab zaterdag lördag lör \
     lørdag lør lauantai sobota sob szombat szo sâmbătă cumartesi cmt суббота сб субота събота \
     субота subota šeštadienis sestdiena laupäev σάββατο σαβ sabtu dissabte larunbata السبت \
     شنبه שבת शनिवार เสาร์ 土 토 星期六 周六 週六",
    "sunday sun sonntag dimanche dim domingo dom domenica zondag söndag sön søndag søn \
     sunnuntai niedziela nie neděle nedeľa vasárnap vas duminică pazar paz воскресенье вс \
     неділя неделя недеља nedjelja nedelja sekmadienis svētdiena pühapäev κυριακή κυρ minggu \
     ahad diumenge igandea الأحد الاحد یکشنبه ראשון रविवार อาทิตย์ 日 일 星期 星期天 周 週",
];

/// What follows the first sign of a weekday in East Asia: 水曜日, 수요일, 星期日.
pub(super) const AFTER_WEEKDAY: &[&str] = &["曜", "요", "日", "일"];

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
    ("мск", 10800),
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
    ("clst", -10800),
    ("clt", -14400),
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
/// "Year" behind its number, in Lithuanian, Latvian and Basque.
pub(super) const YEAR: &[&str] = &["m", "gada", "eko", "ko"];
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
    "u",
    "у",
    "plkst",
    "kell",
    "pukul",
    "ساعت",
    "d",
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

/// The month of this name behind the number of a day with a dot. `5. listopada` is October in
/// Croatian, where the days have dots; `5 listopada` is November in Polish, where they have none.
pub(super) fn month_after_dot(word: &str) -> Option<u8> {
    if word == "listopada" { Some(10) } else { month(word) }
}

/// Whether a month's name is that of other things more often.
pub(super) fn is_name(word: &str) -> bool {
    NAMES.contains(&word)
}

/// Whether this word means a day of the week.
pub(super) fn is_weekday(word: &str) -> bool {
    static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        WEEKDAYS.iter().flat_map(|names| names.split_ascii_whitespace()).collect()
    });
    NAMES.contains(without_day(word))
}

/// The days of the week that this word may mean.
pub(super) fn weekdays(word: &str) -> impl Iterator<Item = Weekday> {
    let is_known = is_weekday(word);
    let word = without_day(word);
    let days = WEEKDAYS.iter().zip(Weekday::Monday.cycle_forward()).filter(move |_| is_known);
    days.filter(move |(names, _)| names.split_ascii_whitespace().any(|name| name == word))
        .map(|(_, day)| day)
}

/// A weekday's name without the sign for a day that East Asia may write behind it.
fn without_day(word: &str) -> &str {
    word.trim_end_matches(['曜', '요'])
}

/// The zone of this name, seconds east of UTC.
pub(super) fn zone(word: &str) -> Option<i32> {
    ZONES.iter().find(|(name, _)| *name == word).map(|(_, seconds)| *seconds)
}

/// The zone that this lower-case word names where it stands in capitals.
pub(super) fn capital_zone(word: &str) -> Option<Zone> {
    CAPITAL_ZONES.iter().find(|(name, _)| *name == word).map(|(_, zone)| *zone)
}
