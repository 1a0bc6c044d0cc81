//! The pages that articles were made from, unpacked.

use std::io::Read;

use sqlx::Row;

use super::error::StoreError;
use super::source::validators;
use super::{ArticleId, Store, count};
use crate::fetch::Validators;
use crate::limits;

/// The page that an article is made from.
#[derive(Clone, Debug)]
pub struct PageRecord {
    /// Where it was found, after redirects.
    pub url: String,
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// The bytes as served (decompressed); the store compresses them.
    pub html: Vec<u8>,
    /// What the next look at it sends back, so that an unchanged page is not sent again.
    pub validators: Option<Validators>,
}

/// Speed and size of packed pages are balanced here; higher levels cost more
/// time than they save space.
const ZSTD_LEVEL: i32 = 3;

/// A page ready to be stored.
#[derive(Debug)]
pub(super) struct PackedPage {
    pub(super) record: PageRecord,
    /// Its bytes, compressed.
    pub(super) html: Vec<u8>,
}

impl PackedPage {
    pub(super) fn of(record: PageRecord) -> std::io::Result<PackedPage> {
        let html = zstd::bulk::compress(&record.html, ZSTD_LEVEL)?;
        Ok(PackedPage { record, html })
    }
}

impl Store {
    /// The page that an article was made from, unpacked.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn page(&self, id: ArticleId) -> Result<Option<PageRecord>, StoreError> {
        let row = sqlx::query(
            "select url, status, content_type, html, url as validators_url, etag, last_modified
             from pages where article_id = ?",
        )
        .bind(id.0)
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(PageRecord {
            url: row.try_get("url")?,
            status: count(row.try_get("status")?),
            content_type: row.try_get("content_type")?,
            html: unpack(row.try_get("html")?).map_err(sqlx::Error::Io)?,
            validators: validators(&row)?,
        }))
    }
}

/// Unpacks a stored page; a file that claims to hold more than any page could
/// was not written by us.
pub(super) fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut html = Vec::new();
    zstd::stream::read::Decoder::new(packed)?
        .take(limits::STORED_PAGE_BYTES_MAX)
        .read_to_end(&mut html)?;
    Ok(html)
}
