//! What repeats across the pages of a site: counted by article, asked for by site.
//!
//! What an article counts for is one row; triggers of the schema keep the counts, so that they
//! follow from those rows whatever happens to them: an article that is fetched again, edited,
//! found to be a duplicate or removed is counted anew. What is `template` is said once, by the
//! view `template_blocks`.

use sqlx::QueryBuilder;

use super::article::ArticleRecord;
use super::error::StoreError;
use super::query::push_limit;
use super::writing::Writing;
use super::{ArticleId, EXTRACTOR, Store, json_numbers};
use crate::limits;
use crate::strip::Template;

impl Store {
    /// What is known to repeat on the site of an address; nothing where there is none.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn template_of(&self, url: Option<&url::Url>) -> Result<Template, StoreError> {
        let Some(url) = url else { return Ok(Template::default()) };
        let mut query = QueryBuilder::new("select fingerprint from template_blocks where site = ");
        query.push_bind(crate::url::site(url));
        query.push(" order by articles desc, fingerprint");
        push_limit(&mut query, Some(limits::TEMPLATE_BLOCKS_MAX));
        let fingerprints: Vec<i64> = query.build_query_scalar().fetch_all(&self.readers).await?;
        let fingerprints = fingerprints.into_iter().map(i64::cast_unsigned).collect();
        Ok(Template { fingerprints })
    }
}

/// The address that says to which site a page belongs: its own, or its article's.
pub(super) fn place(page: &str, article: &str) -> Option<url::Url> {
    [page, article]
        .into_iter()
        .filter_map(|address| url::Url::parse(address).ok())
        .find(|url| matches!(url.scheme(), "http" | "https"))
}

/// The same as a condition on `articles` and `pages`: whether there is such an address.
pub(super) const HAS_PLACE: &str = "(pages.url like 'http:%' or pages.url like 'https:%'
    or articles.url like 'http:%' or articles.url like 'https:%')";

/// Counts the blocks of an article for the site of its page, instead of those that it had before.
pub(super) fn count(tx: &mut Writing<'_>, id: ArticleId, page: &str, record: &ArticleRecord) {
    match place(page, &record.url) {
        Some(url) => count_for(tx, id, &url, &record.article.fingerprints),
        None => forget(tx, id),
    }
}

/// The same for a site that is known. A row that says so already is not written.
pub(super) fn count_for(tx: &mut Writing<'_>, id: ArticleId, url: &url::Url, fingerprints: &[u64]) {
    let site = crate::url::site(url);
    tx.add("insert into sites (name) values (?) on conflict (name) do nothing").bind(&site);
    tx.add(
        "insert into article_blocks (article_id, site_id, counted, fingerprints, extractor)
         select articles.id, sites.id, articles.duplicate_of is null, ?, ?
         from articles join sites on sites.name = ? where articles.id = ?
         on conflict (article_id) do update set
             site_id = excluded.site_id, counted = excluded.counted,
             fingerprints = excluded.fingerprints, extractor = excluded.extractor
         where site_id <> excluded.site_id or counted <> excluded.counted
            or fingerprints <> excluded.fingerprints or extractor <> excluded.extractor",
    )
    .bind(json_numbers(fingerprints.iter().map(|print| print.cast_signed())))
    .bind(EXTRACTOR)
    .bind(&site)
    .bind(id.0);
}

fn forget(tx: &mut Writing<'_>, id: ArticleId) {
    tx.add("delete from article_blocks where article_id = ?").bind(id.0);
}
