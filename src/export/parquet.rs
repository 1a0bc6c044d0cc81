//! Articles as Parquet: typed columns, packed with zstd.

use std::io::Write;
use std::sync::Arc;

use arrow_array::builder::{
    Float64Builder, Int64Builder, ListBuilder, StringBuilder, StructBuilder,
    TimestampMillisecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::store::ArticleDetail;
use crate::time::Timestamp;

/// Articles that are turned into columns at once.
const BATCH_ROWS: usize = 500;
/// Bytes of packed columns from which a row group is written: what a reader has
/// to hold at least, and we at most.
const GROUP_BYTES: usize = 32 * 1024 * 1024;
/// Packs about as well as the higher levels, in a fraction of their time.
const ZSTD: i32 = 3;

/// Articles on their way into a Parquet file.
pub struct ParquetFile<W: Write + Send> {
    writer: ArrowWriter<W>,
    rows: Rows,
}

impl<W: Write + Send> ParquetFile<W> {
    /// Begins a file.
    ///
    /// # Errors
    ///
    /// Those of `writer`.
    pub fn new(writer: W) -> Result<Self, ParquetError> {
        let mut rows = Rows::default();
        let schema = rows.take()?.schema();
        let packing = Compression::ZSTD(ZstdLevel::try_new(ZSTD)?);
        let properties = WriterProperties::builder()
            .set_compression(packing)
            .set_created_by(concat!("tearsheet ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        Ok(ParquetFile { writer: ArrowWriter::try_new(writer, schema, Some(properties))?, rows })
    }

    /// Adds an article.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn push(&mut self, detail: &ArticleDetail) -> Result<(), ParquetError> {
        self.rows.push(detail);
        if self.rows.count < BATCH_ROWS {
            return Ok(());
        }
        self.writer.write(&self.rows.take()?)?;
        if self.writer.in_progress_size() >= GROUP_BYTES {
            self.writer.flush()?;
        }
        Ok(())
    }

    /// Ends the file; gives the writer back.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn finish(mut self) -> Result<W, ParquetError> {
        self.writer.write(&self.rows.take()?)?;
        self.writer.into_inner()
    }
}

/// Columns under construction.
struct Rows {
    count: usize,
    id: Int64Builder,
    texts: [StringBuilder; TEXTS.len()],
    authors: ListBuilder<StringBuilder>,
    times: [TimestampMillisecondBuilder; TIMES.len()],
    word_count: Int64Builder,
    confidence: Float64Builder,
    duplicate_of: Int64Builder,
    revision: Int64Builder,
    removals: ListBuilder<StructBuilder>,
    images: ListBuilder<StructBuilder>,
}

/// Columns of text, and whether they may be null.
const TEXTS: [(&str, bool); 11] = [
    ("url", false),
    ("title", false),
    ("site_name", true),
    ("language", true),
    ("published_from", true),
    ("summary", true),
    ("text", false),
    ("markdown", false),
    ("image_url", true),
    ("content", false),
    ("extractor", false),
];
/// Columns of time, and whether they may be null.
const TIMES: [(&str, bool); 4] =
    [("published_at", true), ("modified_at", true), ("first_seen_at", true), ("fetched_at", true)];
/// Texts of a picture.
const IMAGE: [&str; 4] = ["url", "alt", "caption", "credit"];
/// Texts of a removal, behind its position.
const REMOVAL: [&str; 3] = ["kind", "rule", "text"];

fn list_of(numbers: &[&str], texts: &[&str]) -> ListBuilder<StructBuilder> {
    let field = |kind: DataType| move |name: &&str| Field::new(*name, kind.clone(), true);
    let fields: Vec<Field> = numbers
        .iter()
        .map(field(DataType::Int64))
        .chain(texts.iter().map(field(DataType::Utf8)))
        .collect();
    ListBuilder::new(StructBuilder::from_fields(fields, 0))
}

impl Default for Rows {
    fn default() -> Self {
        Rows {
            count: 0,
            id: Int64Builder::new(),
            texts: std::array::from_fn(|_| StringBuilder::new()),
            authors: ListBuilder::new(StringBuilder::new()),
            times: std::array::from_fn(|_| TimestampMillisecondBuilder::new().with_timezone("UTC")),
            word_count: Int64Builder::new(),
            confidence: Float64Builder::new(),
            duplicate_of: Int64Builder::new(),
            revision: Int64Builder::new(),
            removals: list_of(&["position"], &REMOVAL),
            images: list_of(&[], &IMAGE),
        }
    }
}

impl Rows {
    fn push(&mut self, detail: &ArticleDetail) {
        let article = &detail.article;
        self.count += 1;
        self.id.append_value(article.id);
        let texts = [
            Some(&article.url),
            Some(&article.title),
            article.site_name.as_ref(),
            article.language.as_ref(),
            article.published_from.as_ref(),
            article.summary.as_ref(),
            Some(&article.text),
            Some(&article.markdown),
            article.image_url.as_ref(),
            Some(&article.content),
            Some(&article.extractor),
        ];
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.append_option(text);
        }
        self.authors.append_value(article.authors.iter().map(Some));
        let times = [
            article.published_at.as_ref(),
            article.modified_at.as_ref(),
            Some(&article.first_seen_at),
            Some(&article.fetched_at),
        ];
        for (column, time) in self.times.iter_mut().zip(times) {
            let at = time.and_then(|text| Timestamp::parse(text));
            column.append_option(at.map(|at| at.as_unix() * 1000));
        }
        self.word_count.append_value(article.word_count);
        self.confidence.append_value(article.confidence);
        self.duplicate_of.append_option(article.duplicate_of);
        self.revision.append_value(article.revision);
        for removal in &detail.removals {
            let item = self.removals.values();
            if let Some(position) = item.field_builder::<Int64Builder>(0) {
                position.append_value(removal.position);
            }
            texts_of(item, 1, [Some(&removal.kind), Some(&removal.rule), Some(&removal.text)]);
        }
        self.removals.append(true);
        for image in &detail.images {
            let texts = [
                Some(&image.url),
                image.alt.as_ref(),
                image.caption.as_ref(),
                image.credit.as_ref(),
            ];
            texts_of(self.images.values(), 0, texts);
        }
        self.images.append(true);
    }

    /// The columns so far; the next row begins new ones.
    fn take(&mut self) -> Result<RecordBatch, ParquetError> {
        let mut rows = std::mem::take(self);
        let mut columns: Vec<(&str, ArrayRef, bool)> =
            vec![("id", Arc::new(rows.id.finish()), false)];
        for ((name, nullable), column) in TEXTS.iter().zip(&mut rows.texts) {
            columns.push((name, Arc::new(column.finish()), *nullable));
        }
        columns.push(("authors", Arc::new(rows.authors.finish()), false));
        for ((name, nullable), column) in TIMES.iter().zip(&mut rows.times) {
            columns.push((name, Arc::new(column.finish()), *nullable));
        }
        columns.push(("word_count", Arc::new(rows.word_count.finish()), false));
        columns.push(("confidence", Arc::new(rows.confidence.finish()), false));
        columns.push(("duplicate_of", Arc::new(rows.duplicate_of.finish()), true));
        columns.push(("revision", Arc::new(rows.revision.finish()), false));
        columns.push(("removals", Arc::new(rows.removals.finish()), false));
        columns.push(("images", Arc::new(rows.images.finish()), false));
        Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
    }
}

/// Fills the texts of one item of a list, from field `from` on.
fn texts_of<const N: usize>(item: &mut StructBuilder, from: usize, texts: [Option<&String>; N]) {
    for (place, text) in (from..).zip(texts) {
        if let Some(column) = item.field_builder::<StringBuilder>(place) {
            column.append_option(text);
        }
    }
    item.append(true);
}
