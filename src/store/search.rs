//! Full-text search.

use sqlx::QueryBuilder;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::Store;
use super::error::StoreError;
use super::query::{ArticleFilter, push_conditions, push_limit};
use crate::limits;

/// A hit of the full-text search.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SearchHit {
    /// The article's key.
    pub id: i64,
    /// Its address.
    pub url: String,
    /// Its headline.
    pub title: String,
    /// Its publication.
    pub site_name: Option<String>,
    /// When it was published.
    pub published_at: Option<String>,
    /// The text around the hit; matches stand between U+0002 and U+0003.
    pub snippet: String,
}

/// In which order hits come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HitOrder {
    /// Best match first; a word in the headline counts as five in the text.
    #[default]
    Relevance,
    /// Newest first.
    Date,
}

impl Store {
    /// Full-text search: all words, `"a phrase"`, `begin*`. Case and accents do
    /// not matter; other punctuation means nothing. Words in Chinese, Japanese
    /// and Korean are found wherever they stand.
    ///
    /// # Errors
    ///
    /// [`StoreError::Query`] where the query holds no word or a sign that has
    /// lost its partner, and those of reading.
    pub async fn search(
        &self,
        query: &str,
        filter: &ArticleFilter,
        order: HitOrder,
    ) -> Result<Vec<SearchHit>, StoreError> {
        let wanted = Wanted::parse(query)?;
        let resolved = self.resolve(filter).await?;
        let mut query = QueryBuilder::new(
            "select articles.id, articles.url, articles.title, articles.site_name,
                    articles.published_at, snippet(",
        );
        // Names of tables take no parameters; both are ours.
        let index = wanted.index;
        query.push(index).push(", 1, char(2), char(3), '…', ").push(wanted.snippet_words());
        query.push(") as snippet from ").push(index);
        query.push(" join articles on articles.id = ").push(index).push(".rowid where ");
        query.push(index).push(" match ").push_bind(&wanted.expression);
        match order {
            // The index sorts by itself, and only what is shown is read and cut to snippets.
            HitOrder::Relevance => {
                query.push(" and rank match 'bm25(5.0, 1.0)'");
                push_conditions(&mut query, filter, &resolved);
                query.push(" order by rank");
            }
            HitOrder::Date => {
                query.push(" and articles.id in (select articles.id from ").push(index);
                query.push(" join articles on articles.id = ").push(index).push(".rowid where ");
                query.push(index).push(" match ").push_bind(&wanted.expression);
                push_conditions(&mut query, filter, &resolved);
                query.push(" order by articles.published_at desc");
                push_limit(&mut query, filter.limit);
                query.push(") order by articles.published_at desc, articles.id desc");
            }
        }
        push_limit(&mut query, filter.limit);
        let rows = query.build().fetch_all(&self.readers).await?;
        Ok(rows.iter().map(|row| hit(row, &wanted)).collect::<Result<_, _>>()?)
    }
}

fn hit(row: &SqliteRow, wanted: &Wanted) -> Result<SearchHit, sqlx::Error> {
    let snippet: String = row.try_get("snippet")?;
    Ok(SearchHit {
        id: row.try_get("id")?,
        url: row.try_get("url")?,
        title: row.try_get("title")?,
        site_name: row.try_get("site_name")?,
        published_at: row.try_get("published_at")?,
        snippet: if wanted.is_segmented() { unsegmented(&snippet) } else { snippet },
    })
}

/// What a person typed, in the language of FTS5
/// (<https://www.sqlite.org/fts5.html#full_text_query_syntax>): every word and
/// phrase as a quoted string, so that nothing of it can be syntax.
struct Wanted {
    expression: String,
    /// The table that is asked.
    index: &'static str,
}

/// Words parted by spaces.
const WORDS: &str = "articles_fts";
/// Characters of scripts that part no words.
const CHARACTERS: &str = "articles_fts_cjk";

impl Wanted {
    fn parse(query: &str) -> Result<Wanted, StoreError> {
        let refuse = |why: &str| Err(StoreError::Query(why.to_owned()));
        // FTS5 would take NUL for the end of the expression.
        let query = query.replace('\0', " ");
        if query.matches('"').count() % 2 == 1 {
            return refuse("a quotation mark is not closed: write \"a phrase\"");
        }
        let mut terms: Vec<String> = Vec::new();
        for (index, part) in query.split('"').enumerate() {
            // Every second part stands in quotes; a star right behind makes its end a beginning.
            if index % 2 == 1 {
                terms.extend(term(part));
                continue;
            }
            let rest = match (part.strip_prefix('*'), terms.last_mut()) {
                (Some(rest), Some(phrase)) if index > 0 => {
                    phrase.push('*');
                    rest
                }
                _ => part,
            };
            for word in rest.split_whitespace() {
                if word.trim_end_matches('*').contains('*') {
                    return refuse("a * stands at the end of a word: flood*");
                }
                terms.extend(term(word));
            }
        }
        if terms.is_empty() {
            return refuse("there is no word in the query");
        }
        if terms.len() > limits::SEARCH_TERMS_MAX {
            return refuse(&format!(
                "there are more than {} words in it",
                limits::SEARCH_TERMS_MAX
            ));
        }
        let expression = terms.join(" ");
        let index = if expression.contains(is_character) { CHARACTERS } else { WORDS };
        Ok(Wanted { expression, index })
    }

    fn is_segmented(&self) -> bool {
        self.index == CHARACTERS
    }

    fn snippet_words(&self) -> &'static str {
        if self.is_segmented() { "48" } else { "24" }
    }
}

fn term(text: &str) -> Option<String> {
    let (text, star) = match text.strip_suffix('*') {
        Some(begin) => (begin, "*"),
        None => (text, ""),
    };
    // A character is a word; there is nothing that it could begin.
    let star = if text.ends_with(is_character) { "" } else { star };
    text.contains(char::is_alphanumeric).then(|| format!("\"{}\"{star}", segmented(text)))
}

/// The characters that the view `articles_segmented` sets apart.
fn is_character(c: char) -> bool {
    matches!(c, '⺀'..='鿿' | '가'..='힣' | '豈'..='\u{faff}')
}

/// A space around every character that counts as a word, as in the index.
fn segmented(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for c in text.chars() {
        if is_character(c) {
            spaced.extend([' ', c, ' ']);
        } else {
            spaced.push(c);
        }
    }
    spaced
}

/// Takes those spaces out again.
fn unsegmented(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        // The marks of a match may stand between a character and its space.
        if is_character(c) {
            if whole.ends_with(' ') {
                whole.pop();
            } else if whole.ends_with(" \u{2}") {
                whole.truncate(whole.len() - 2);
                whole.push('\u{2}');
            }
            whole.push(c);
            if rest.peek() == Some(&'\u{3}') {
                whole.extend(rest.next());
            }
            rest.next_if_eq(&' ');
        } else {
            whole.push(c);
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::{CHARACTERS, WORDS, Wanted, segmented, unsegmented};

    #[test]
    fn whatever_a_person_types_is_words_phrases_and_beginnings() {
        for (typed, meant, index) in [
            ("storm coast", r#""storm" "coast""#, WORDS),
            (r#"the "old town" hall*"#, r#""the" "old town" "hall"*"#, WORDS),
            (r#"C++ and "open""#, r#""C++" "and" "open""#, WORDS),
            (r#""storm sur"* x"#, r#""storm sur"* "x""#, WORDS),
            ("title:x NEAR(a b) -c ^d", r#""title:x" "NEAR(a" "b)" "-c" "^d""#, WORDS),
            ("don't Zürich", r#""don't" "Zürich""#, WORDS),
            ("東京 storm", r#"" 東  京 " "storm""#, CHARACTERS),
            ("東京*", r#"" 東  京 ""#, CHARACTERS),
        ] {
            let wanted = Wanted::parse(typed).unwrap();
            assert_eq!((wanted.expression.as_str(), wanted.index), (meant, index), "{typed}");
        }
    }

    #[test]
    fn a_query_that_cannot_be_meant_is_refused_with_the_reason() {
        for (typed, why) in [
            ("", "no word"),
            ("\"\"", "no word"),
            ("++ - *", "no word"),
            ("the \"old town", "not closed"),
            ("fl*od", "end of a word"),
            (&"storm ".repeat(65), "more than 64 words"),
        ] {
            let refused = Wanted::parse(typed).err().map(|error| error.to_string());
            assert!(refused.unwrap_or_default().contains(why), "{typed}");
        }
    }

    #[test]
    fn a_snippet_reads_as_the_text_did() {
        for text in ["昨夜、東京で Unicode も", "서울 시내에서 큰 화재", "no such characters"]
        {
            assert_eq!(unsegmented(&segmented(text)), text);
        }
        assert_eq!(unsegmented(" 昨  夜 \u{2}地  震\u{3} が "), "昨夜\u{2}地震\u{3}が");
    }
}
