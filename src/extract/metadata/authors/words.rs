//! Words that tell names from what stands around them, lower case.

/// Words before a name that say that it wrote, besides those of the phrase files.
#[rustfmt::skip]
pub(super) const BY: &[&str] = &[
    "author", "authors", "auteur", "autore", "words", "posted by", "reporting by", "published by",
    "article by", "written", "geschrieben von", "veröffentlicht von", "verfasst von", "text von",
    "publicado por", "redactado por", "écrit par", "publié par", "rédigé par", "scritto da",
    "a cura di", "geschreven door", "skrevet av", "skrevet af", "skriven av", "testo", "od",
    "kirjoittaja", "автори", "reviewed by", "von:", "guest post by", "guest author",
    "contributor", "post author", "writer", "a story by", "eingestellt von", "authored by",
    "vom", "interview", "medically reviewed by", "gepostet von", "recipe by", "contributors",
    "author s", "created by", "submitted by", "autor do texto", "article written by", "本报记者",
    "本報記者", "โดย", "ผู้เขียน", "เรื่อง", "oprac.", "haber:", "reporter:", "취재:", "redaktion:",
    "redacción:", "redazione:", "redactie:", "írta", "szerző", "szöveg",
    "scris de", "autoarea", "نویسنده", "گزارش:", "خبرنگار", "autorius", "autors", "avtor", "аутор",
    "napísal", "napísala", "piše", "napisao", "пише", "תחקיר:",
];

/// Kinds of articles, behind which stands who wrote one: "an interview by".
#[rustfmt::skip]
pub(super) const GENRES: &[&str] = &[
    "interview", "entrevista", "entretien", "intervista", "reportage", "reportaje", "reportagem",
    "analyse", "analysis", "análisis", "análise", "analisi", "essay", "ensayo", "kommentar",
    "comentario", "comentário", "commento", "bericht", "beitrag", "gastbeitrag", "artikel",
    "article", "artículo", "artigo", "articolo", "kolumne", "column", "columna", "coluna",
    "porträt", "glosse", "rezension", "recensie", "recension", "reseña", "review", "kritik",
    "crónica", "crônica", "chronique", "tribune", "report",
];

/// Words for pictures beside those for the text, where one person made both.
#[rustfmt::skip]
pub(super) const PICTURES: &[&str] = &[
    "사진", "写真", "撮影", "photo", "photos", "foto", "fotos", "bild", "bilder", "kuva", "kuvat",
    "zdjęcia", "fotografie", "fotografías", "фото",
];

/// Words that say that someone belongs to the paper.
#[rustfmt::skip]
pub(super) const OURS: &[&str] = &[
    "our", "onze", "unserem", "unserer", "unseren", "notre", "nos", "nuestro", "nuestra", "nosso",
    "nossa", "nostro", "nostra", "vår", "vores",
];

/// Small words behind which no author stands: "words of wisdom".
pub(super) const PREPOSITIONS: &[&str] = &["to", "of", "for", "in", "at", "from", "about"];

/// Those of the phrase files that names begin with as well, or jobs and papers.
#[rustfmt::skip]
pub(super) const NAMES_TOO: &[&str] = &[
    "de", "van", "theo", "reporter", "editor", "editör", "haber", "redacción", "编辑", "編輯",
    "تحرير", "취재",
];

/// Those that label other things as well.
#[rustfmt::skip]
pub(super) const BY_LABELS: &[&str] =
    &[
    "text", "words", "texte", "texto", "testo", "tekst", "teksti", "interview", "文", "текст",
    "szöveg", "redaktion:", "redacción:", "redazione:", "redactie:", "laporan", "bài", "تقرير", "گزارش:", "piše", "пише",
];

/// Words behind a name that say that it wrote.
pub(super) const BEHIND: &[&str] =
    &["기자", "선임기자", "인턴기자", "특파원", "記者", "记者", "द्वारा"];

/// First words of what a button says, which may be capital as a name is.
#[rustfmt::skip]
pub(super) const COMMANDS: &[&str] = &[
    "add", "apply", "ask", "become", "browse", "buy", "call", "change", "check", "choose",
    "close", "compare", "copy", "create", "discover", "donate", "download", "enable", "enter",
    "explore", "find", "get", "give", "go", "hide", "join", "jump", "leave", "listen", "load",
    "log", "login", "make", "open", "order", "play", "print", "reply", "report", "request",
    "save", "search", "send", "shop", "sign", "start", "submit", "subscribe", "support", "switch",
    "take", "try", "turn", "upload", "visit", "vote", "watch", "write", "小", "打印", "列印", "关闭",
];

/// Words of lines that name who edited, checked or illustrated a text.
#[rustfmt::skip]
pub(super) const CHECKED: &[&str] = &[
    "edited", "editor", "reviewed", "reviewer", "checked", "checker", "fact", "medically",
    "updated", "photos", "photography", "illustrated", "translated", "produced",
];

/// Words of what a link to an author is labelled with instead of the name.
#[rustfmt::skip]
pub(super) const LABELS: &[&str] = &[
    "bio", "biography", "profile", "posts", "articles", "stories", "more", "follow", "website",
    "read", "view", "contact", "share", "all", "email", "link", "author", "authors",
];

/// Words that end a name, although they may be capital.
#[rustfmt::skip]
pub(super) const STOPS: &[&str] = &[
    "published", "updated", "posted", "on", "in", "at", "for", "am", "um", "le", "last",
    "reviewed", "edited", "min", "minutes", "read", "comments", "comment", "share", "follow",
    "view", "more", "contact", "email", "special", "photo", "photos", "photography",
    "illustration", "bild", "foto", "fotos", "image", "images", "stand", "veröffentlicht",
    "aktualisiert", "publié", "publicado", "fact-checked", "checked", "written", "authored",
    "tested", "cite", "guides", "insights", "personal", "learn", "what", "how", "why",
    "the author", "uhr", "is", "are", "was", "has", "since", "about", "from", "date",
    "categories", "category", "tags", "filed", "under", "medically", "fact", "bio",
    "profile", "website", "see", "all", "posts", "article", "articles", "show", "click",
    "입력", "수정", "등록", "승인", "송고",
];

/// Words of jobs at a paper.
#[rustfmt::skip]
pub(super) const PRESS_ROLES: &[&str] = &[
    "reporter", "correspondent", "writer", "journalist", "columnist", "redakteur", "redakteurin",
    "korrespondent", "korrespondentin", "journalistin", "rédacteur", "rédactrice", "redactor",
    "redactora", "journaliste", "periodista", "giornalista", "jornalista", "redacteur",
    "redactrice", "verslaggever", "verslaggeefster", "correspondant", "correspondante",
    "corresponsal", "inviato", "inviata", "журналист", "корреспондент",
];

/// Words of other jobs, of degrees, and of several with a job at a paper. A part that has one is no
/// name.
#[rustfmt::skip]
pub(super) const ROLES: &[&str] = &[
    "editor", "producer", "director", "manager", "contributor", "specialist", "analyst", "professor", "ceo", "cto",
    "cfo", "founder", "president", "chief", "head", "senior", "staff", "chefredakteur",
    "phd", "md", "mba", "rd", "rdn", "rn", "dds", "esq", "jd", "msc", "cpa", "dr",
    "vp", "consultant", "expert", "strategist", "coordinator", "officer", "freelance", "author",
    "autor", "photographer", "fotograf", "associate", "intern", "marketing", "content",
    "engineer", "developer", "lead", "principal", "managing", "attorney", "lawyer", "dietitian",
    "nutritionist", "physician", "psychologist", "therapist", "nurse", "veterinarian", "scientist",
    "researcher", "fellow", "partner", "coach", "trainer", "designer", "copywriter", "blogger",
    "reviewer", "korrespondenten", "columnists", "contributors", "editors", "reporters", "writers", "correspondents",
];

/// Authors that are no one.
#[rustfmt::skip]
pub(super) const NOBODY: &[&str] = &[
    "admin", "administrator", "author", "webmaster", "user", "root", "unknown", "anonymous",
    "none", "null", "undefined", "n a", "na", "by", "wordpress", "default", "test", "guest",
    "editor", "super user", "superuser", "adm", "facebook", "twitter", "author name", "name",
    "site admin", "system", "moderator", "owner", "about the author", "authors", "share",
    "false", "true",
];

/// Words of names of newsrooms and other bodies rather than persons.
#[rustfmt::skip]
pub(super) const STAFF: &[&str] = &[
    "staff", "team", "redaktion", "redaction", "rédaction", "redacción", "redação", "redazione",
    "redactie", "editorial", "editors", "newsroom", "desk", "news", "magazine", "media",
    "press", "agency", "agencies", "agentur", "inc", "llc", "ltd", "gmbh", "company", "group",
    "online", "university", "institute", "foundation", "association", "redakce", "redakcja",
    "toimitus", "council", "department", "ministry", "committee", "commission", "police",
    "government", "authority", "federation", "society", "polizei", "ministerium", "stadtverwaltung",
    "verband", "ministère", "mairie", "préfecture", "ministerio", "ayuntamiento", "ministério",
    "prefeitura", "ministero", "comune", "policía", "polícia", "polizia", "politie", "gemeente",
];

/// Last characters of names of newsrooms in scripts without spaces.
pub(super) const STAFF_ENDS: &[char] =
    &['部', '社', '报', '報', '网', '網', '台', '局', '室', '팀', '사'];
