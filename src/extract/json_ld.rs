//! What schema.org data in a page says about its article.
//!
//! Templates write JSON by hand, so the reading is forgiving; it is bounded in
//! bytes, objects and depth (the parser's own limit of 128).

use crate::hash::HashMap;
use serde_json::{Map, Value};

use crate::limits::JSON_LD_BYTES_MAX;
use crate::limits::JSON_LD_OBJECTS_MAX;
use crate::text::one_line;
use crate::warning::{Warning, WarningKind};

/// What one object of the data says about an article.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Statement {
    /// `@type`, lower case.
    pub(super) types: Vec<String>,
    pub(super) headline: Option<String>,
    /// Addresses by which the object says what it is about.
    pub(super) urls: Vec<String>,
    /// Names of persons.
    pub(super) people: Vec<String>,
    /// Names of organisations given as authors.
    pub(super) agencies: Vec<String>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) description: Option<String>,
    pub(super) language: Option<String>,
    pub(super) image: Option<String>,
    pub(super) publisher: Option<String>,
}

/// All that a page's JSON-LD says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct JsonLd {
    /// Articles and pages, in order of appearance.
    pub(super) statements: Vec<Statement>,
    /// Name of the `WebSite`, else of the `NewsMediaOrganization`.
    pub(super) site_name: Option<String>,
    /// The page is an article.
    pub(super) is_article: bool,
    /// It is a thread of posts, or questions and answers.
    pub(super) is_forum: bool,
    /// Products that it offers; those that a list or another product refers to are not counted.
    pub(super) products: usize,
    /// Whether all of it can be read for free.
    pub(super) is_free: Option<bool>,
    /// The article's text; the longest, where there are several.
    pub(super) body: Option<String>,
    /// Days of something else than the publication: when an event takes place, an offer ends,
    /// somebody was born.
    pub(super) other_days: Vec<String>,
}

impl Statement {
    /// Whether this is an article, not merely the page around one.
    pub(super) fn is_article(&self) -> bool {
        self.types.iter().any(|name| {
            name.ends_with("article")
                || name.ends_with("posting")
                || matches!(name.as_str(), "report" | "review" | "recipe" | "howto")
        })
    }
}

/// Reads the contents of a page's `application/ld+json` scripts.
pub(super) fn read(scripts: &[String], warnings: &mut Vec<Warning>) -> JsonLd {
    let mut bytes = 0;
    let mut roots = Vec::new();
    for script in scripts {
        if bytes + script.len() > JSON_LD_BYTES_MAX {
            let detail = format!("{} bytes", script.len());
            warnings.push(Warning::new(WarningKind::JsonLdTooLarge, detail));
            continue;
        }
        bytes += script.len();
        match parse(script) {
            Some(root) => roots.push(root),
            None if script.trim().is_empty() => {}
            None => warnings.push(Warning::new(WarningKind::BrokenJsonLd, excerpt(script))),
        }
    }
    let objects = flatten(&roots);
    let by_id: HashMap<&str, &Map<String, Value>> = objects
        .iter()
        .filter(|object| object.len() > 1)
        .filter_map(|object| Some((object.get("@id")?.as_str()?, *object)))
        .collect();
    let mut found = JsonLd::default();
    for object in objects {
        let types = types(object);
        let statement = || state(object, types.clone(), &by_id);
        if types.iter().any(|name| name == "website") {
            found.site_name = text(object, "name").or(found.site_name);
        }
        if types.iter().any(|name| name == "newsmediaorganization") && found.site_name.is_none() {
            found.site_name = text(object, "name");
        }
        let is = |kind: fn(&str) -> bool| types.iter().any(|name| kind(name));
        found.is_article |= is(|name| {
            name == "article" || name.ends_with("newsarticle") || name.ends_with("blogposting")
        });
        found.is_forum |= is(|name| name == "qapage" || name == "discussionforumposting");
        found.products += usize::from(is(|name| name == "product" || name == "productgroup"));
        if let Some(free) = object.get("isAccessibleForFree") {
            found.is_free = Some(found.is_free.unwrap_or(true) && is_true(free));
        }
        found.other_days.extend(OTHER_DAYS.iter().filter_map(|key| text(object, key)));
        let body = object.get("articleBody").and_then(Value::as_str);
        let longest = found.body.as_deref().unwrap_or_default();
        if let Some(body) = body.filter(|body| body.len() > longest.len()) {
            found.body = Some(body.to_owned());
        }
        let page = is(|name| name.ends_with("page"));
        if page || (Statement { types: types.clone(), ..Statement::default() }).is_article() {
            found.statements.push(statement());
        }
    }
    found
}

fn is_true(value: &Value) -> bool {
    let said = value.as_str().unwrap_or_default();
    value.as_bool().unwrap_or(!said.eq_ignore_ascii_case("false"))
}

fn excerpt(script: &str) -> String {
    one_line(script).chars().take(80).collect()
}

/// All objects of all scripts, outer ones first.
fn flatten(roots: &[Value]) -> Vec<&Map<String, Value>> {
    let mut objects = Vec::new();
    let mut open: Vec<&Value> = roots.iter().rev().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(object) => {
                if objects.len() >= JSON_LD_OBJECTS_MAX {
                    break;
                }
                objects.push(object);
                let nested = object.iter().filter(|(key, _)| !FOREIGN.contains(&key.as_str()));
                open.extend(nested.map(|(_, value)| value).collect::<Vec<_>>().into_iter().rev());
            }
            _ => {}
        }
    }
    objects
}

/// Properties that state such days.
pub(super) const OTHER_DAYS: &[&str] =
    &["startDate", "endDate", "doorTime", "validThrough", "birthDate", "deathDate"];

/// What stands below these is another work than the one that they belong to.
const FOREIGN: &[&str] = &[
    "itemListElement",
    "comment",
    "isPartOf",
    "hasPart",
    "mentions",
    "citation",
    "isBasedOn",
    "relatedLink",
    "video",
    "subjectOf",
    "author",
    "publisher",
    "recipeInstructions",
    "hasVariant",
    "isVariantOf",
    "isRelatedTo",
    "isSimilarTo",
    "itemReviewed",
];

fn types(object: &Map<String, Value>) -> Vec<String> {
    let name = |value: &Value| {
        let name = value.as_str()?;
        Some(name.rsplit(['/', '#', ':']).next().unwrap_or(name).trim().to_lowercase())
    };
    match object.get("@type") {
        Some(Value::Array(names)) => names.iter().filter_map(name).collect(),
        Some(value) => name(value).into_iter().collect(),
        None => Vec::new(),
    }
}

type ById<'a> = HashMap<&'a str, &'a Map<String, Value>>;

fn state(object: &Map<String, Value>, types: Vec<String>, by_id: &ById<'_>) -> Statement {
    let mut statement = Statement {
        types,
        headline: text(object, "headline").or_else(|| text(object, "name")),
        published: text(object, "datePublished")
            .or_else(|| text(object, "dateCreated"))
            .or_else(|| text(object, "datePosted"))
            .or_else(|| text(object, "uploadDate")),
        modified: text(object, "dateModified"),
        description: text(object, "description"),
        language: object.get("inLanguage").and_then(|value| name_of(value, by_id)),
        image: object.get("image").or_else(|| object.get("thumbnailUrl")).and_then(address),
        publisher: object.get("publisher").and_then(|value| name_of(value, by_id)),
        ..Statement::default()
    };
    for key in ["url", "mainEntityOfPage", "@id"] {
        statement.urls.extend(object.get(key).and_then(address));
    }
    for key in ["author", "creator"] {
        if let Some(value) = object.get(key) {
            collect_authors(value, by_id, &mut statement);
        }
        if !statement.people.is_empty() {
            break;
        }
    }
    statement
}

fn collect_authors(value: &Value, by_id: &ById<'_>, statement: &mut Statement) {
    let values = match value {
        Value::Array(values) => values.as_slice(),
        single => std::slice::from_ref(single),
    };
    for value in values.iter().take(crate::limits::AUTHORS_MAX) {
        let organisation = match value {
            Value::Object(object) => {
                let types = types(resolve(object, by_id));
                types.iter().any(|name| name.ends_with("organization"))
            }
            _ => false,
        };
        // `"name": ["Jane Doe", "John Roe"]` occurs.
        let names: Vec<String> = match value {
            Value::Object(object) => match resolve(object, by_id).get("name") {
                Some(Value::Array(names)) => {
                    names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
                }
                _ => name_of(value, by_id).into_iter().collect(),
            },
            _ => name_of(value, by_id).into_iter().collect(),
        };
        if organisation { &mut statement.agencies } else { &mut statement.people }.extend(names);
    }
}

fn resolve<'a>(object: &'a Map<String, Value>, by_id: &ById<'a>) -> &'a Map<String, Value> {
    if object.contains_key("name") {
        return object;
    }
    let id = object.get("@id").and_then(Value::as_str);
    id.and_then(|id| by_id.get(id)).copied().unwrap_or(object)
}

/// A name given as a string, or as an object that has one or points to one.
fn name_of(value: &Value, by_id: &ById<'_>) -> Option<String> {
    match value {
        Value::String(name) => filled(name),
        Value::Array(values) => name_of_first(values, by_id),
        Value::Object(object) => {
            let object = resolve(object, by_id);
            text(object, "name").or_else(|| {
                let part = |key| text(object, key);
                match (part("givenName"), part("familyName")) {
                    (Some(given), Some(family)) => Some(format!("{given} {family}")),
                    (given, family) => given.or(family),
                }
            })
        }
        _ => None,
    }
}

fn name_of_first(values: &[Value], by_id: &ById<'_>) -> Option<String> {
    match values.first()? {
        Value::String(name) => filled(name),
        Value::Object(object) => text(resolve(object, by_id), "name"),
        _ => None,
    }
}

fn address(value: &Value) -> Option<String> {
    let value = match value {
        Value::Array(values) => values.first()?,
        other => other,
    };
    match value {
        Value::String(address) => filled(address),
        Value::Object(object) => ["url", "contentUrl", "@id"]
            .iter()
            .find_map(|key| object.get(*key).and_then(Value::as_str).and_then(filled)),
        _ => None,
    }
}

fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) => filled(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => values.first().and_then(Value::as_str).and_then(filled),
        Value::Object(object) => object.get("@value").and_then(Value::as_str).and_then(filled),
        _ => None,
    }
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn parse(script: &str) -> Option<Value> {
    let script = unwrap(script);
    let first = |text: &str| serde_json::Deserializer::from_str(text).into_iter().next()?.ok();
    first(script).or_else(|| first(&repair(script)))
}

/// Takes off what old templates put around scripts: comments and CDATA marks.
fn unwrap(script: &str) -> &str {
    let start = script.find(['{', '[']).unwrap_or(0);
    // `<![CDATA[` begins with the sign that an array begins with.
    let start = match script.find("<![CDATA[") {
        Some(mark) if mark < start => {
            let after = mark + "<![CDATA[".len();
            after + script[after..].find(['{', '[']).unwrap_or(0)
        }
        _ => start,
    };
    &script[start..]
}

/// Makes JSON of what nearly is: raw line ends in strings, wrong escapes,
/// commas before a closing bracket, comments, an end that is missing.
fn repair(script: &str) -> String {
    let mut out = String::with_capacity(script.len() + 16);
    let mut open = Vec::new();
    let mut characters = script.chars().peekable();
    let mut in_string = false;
    while let Some(character) = characters.next() {
        if in_string {
            match character {
                '\\' => repair_escape(&mut characters, &mut out),
                '"' => {
                    in_string = false;
                    out.push('"');
                }
                control if control.is_control() => out.push(' '),
                other => out.push(other),
            }
            continue;
        }
        match character {
            '"' => {
                in_string = true;
                out.push('"');
            }
            '{' | '[' => {
                open.push(if character == '{' { '}' } else { ']' });
                out.push(character);
            }
            '}' | ']' => {
                drop_comma(&mut out);
                // A bracket that closes nothing, or the wrong thing.
                if open.last() == Some(&character) {
                    open.pop();
                    out.push(character);
                }
                if open.is_empty() {
                    return out;
                }
            }
            '/' if characters.peek() == Some(&'*') => skip_comment(&mut characters),
            ',' if out.ends_with([',', '{', '[']) => {}
            ';' => {}
            control if control.is_control() => out.push(' '),
            other if other.is_whitespace() => out.push(' '),
            other => out.push(other),
        }
    }
    if in_string {
        out.push('"');
    }
    drop_comma(&mut out);
    if out.trim_end().ends_with(':') {
        out.push_str("null");
    }
    out.extend(open.iter().rev());
    out
}

fn repair_escape(characters: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    match characters.next() {
        Some(known @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't')) => {
            out.push('\\');
            out.push(known);
        }
        Some('u') => {
            let digits: String = characters.clone().take(4).collect();
            let whole = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            out.push_str(if whole { "\\u" } else { "u" });
        }
        Some(other) if !other.is_control() => out.push(other),
        Some(_) => out.push(' '),
        None => {}
    }
}

fn skip_comment(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    characters.next();
    let mut star = false;
    for character in characters.by_ref() {
        if star && character == '/' {
            return;
        }
        star = character == '*';
    }
}

fn drop_comma(out: &mut String) {
    out.truncate(out.trim_end().len());
    if out.ends_with(',') {
        out.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::{JsonLd, WarningKind, read};

    fn of(script: &str) -> JsonLd {
        let mut warnings = Vec::new();
        let found = read(&[script.to_owned()], &mut warnings);
        assert_eq!(warnings, [], "{script}");
        found
    }

    #[test]
    fn a_graph_gives_the_article_with_the_author_it_points_to() {
        let found = of(r##"{"@context":"https://schema.org","@graph":[
            {"@type":"WebSite","@id":"#s","name":"The Harbour Gazette"},
            {"@type":["Article","BlogPosting"],"headline":"Storm nears","author":{"@id":"#p"},
             "datePublished":"2024-03-03T10:15:00+01:00","publisher":{"@id":"#s"}},
            {"@type":"Person","@id":"#p","name":"Jane Doe"}]}"##);
        assert_eq!(found.site_name.as_deref(), Some("The Harbour Gazette"));
        let article = found.statements.iter().find(|statement| statement.is_article()).unwrap();
        assert_eq!(article.people, ["Jane Doe"]);
        assert_eq!(article.publisher.as_deref(), Some("The Harbour Gazette"));
    }

    #[test]
    fn json_as_templates_write_it_is_read() {
        for script in [
            "<!-- {\"@type\":\"Article\",\"headline\":\"Storm nears\"} -->",
            "/*<![CDATA[*/ {\"@type\":\"Article\",\"headline\":\"Storm nears\",} /*]]>*/",
            "{\"@type\":\"Article\",\"headline\":\"Storm\nnears\",,\"x\":[1,2,],}",
            "{\"@type\":\"Article\",\"x\":\"it\\'s\",\"headline\":\"Storm nears\"};",
            "{\"@type\":\"Article\",\"headline\":\"Storm nears\",\"articleBody\":\"It beg",
            "[[{\"@type\":\"http://schema.org/NewsArticle\",\"headline\":\"Storm nears\"}]]",
        ] {
            let found = of(script);
            assert_eq!(found.statements.len(), 1, "{script}");
            assert_eq!(found.statements[0].headline.as_deref(), Some("Storm nears"), "{script}");
        }
    }

    #[test]
    fn hopeless_data_is_a_warning_and_deep_data_is_no_danger() {
        for script in ["{not json at all", &"[".repeat(200_000), &"{\"a\":".repeat(100_000)] {
            let mut warnings = Vec::new();
            assert_eq!(read(&[script.to_owned()], &mut warnings), JsonLd::default());
            assert_eq!(warnings[0].kind, WarningKind::BrokenJsonLd);
        }
    }

    #[test]
    fn a_script_that_is_too_large_hides_none_after_it() {
        let large = format!("{{\"x\":\"{}\"}}", "x".repeat(super::JSON_LD_BYTES_MAX));
        let small = r#"{"@type":"NewsArticle","headline":"Storm nears"}"#.to_owned();
        let mut warnings = Vec::new();
        assert_eq!(read(&[large, small], &mut warnings).statements.len(), 1);
        assert_eq!(warnings[0].kind, WarningKind::JsonLdTooLarge);
    }

    #[test]
    fn teasers_in_a_list_are_not_the_article() {
        let found = of(r#"{"@type":"ItemList","itemListElement":[
            {"@type":"NewsArticle","headline":"Another","articleBody":"Another text",
             "isAccessibleForFree":false}]}"#);
        assert_eq!(found, JsonLd::default());
    }
}
