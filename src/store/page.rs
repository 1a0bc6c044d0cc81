//! The pages that articles were made from, unpacked.

use std::io::Read;

use sqlx::Row;

use super::article::PageCopy;
use super::error::StoreError;
use super::{ArticleId, Store, count};
use crate::limits;

impl Store {
    /// The page that an article was made from, unpacked.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub async fn page(&self, id: ArticleId) -> Result<Option<PageCopy>, StoreError> {
        let row =
            sqlx::query("select url, status, content_type, html from pages where article_id = ?")
                .bind(id.0)
                .fetch_optional(&self.readers)
                .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(PageCopy {
            url: row.try_get("url")?,
            status: count(row.try_get("status")?),
            content_type: row.try_get("content_type")?,
            html: unpack(row.try_get("html")?).map_err(sqlx::Error::Io)?,
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
