//! Articles as Parquet: typed columns, packed with zstd.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder, StructBuilder,
    TimestampMillisecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{
    ArrowColumnWriter, ArrowLeafColumn, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use crate::store::ArticleDetail;
use crate::time::Timestamp;

/// Bytes of packed columns from which a row group is written: what a reader has
/// to hold at least, and we at most.
const GROUP_BYTES: usize = 32 * 1024 * 1024;
/// Half as many articles again in the same time as with 2, in a file a twelfth larger.
const ZSTD: i32 = 1;
/// Bytes of a column that are packed at once: few enough to stay in the cache of a core, where a
/// megabyte, the usual, takes a fifth longer.
const PAGE_BYTES: usize = 256 * 1024;
/// Nearly all of an article, twice, and never the same in two of them: no dictionary.
const LONG: [&str; 2] = ["text", "markdown"];

/// A Parquet file under way.
pub struct ParquetFile<W: Write + Send> {
    file: SerializedFileWriter<W>,
    groups: ArrowRowGroupWriterFactory,
    /// Columns of the row group under way.
    columns: Vec<ArrowColumnWriter>,
}

impl<W: Write + Send> ParquetFile<W> {
    /// Begins a file.
    ///
    /// # Errors
    ///
    /// Those of `writer`.
    pub fn new(writer: W) -> io::Result<Self> {
        ParquetFile::begin(writer).map_err(of_writer)
    }

    fn begin(writer: W) -> Result<Self, ParquetError> {
        let schema = parquet_columns(&[])?.schema();
        let packing = Compression::ZSTD(ZstdLevel::try_new(ZSTD)?);
        let properties = WriterProperties::builder()
            .set_compression(packing)
            .set_data_page_size_limit(PAGE_BYTES)
            .set_created_by(concat!("tearsheet ", env!("CARGO_PKG_VERSION")).to_owned());
        let properties = LONG.into_iter().fold(properties, |properties, name| {
            properties.set_column_dictionary_enabled(ColumnPath::from(name), false)
        });
        let writer = ArrowWriter::try_new(writer, schema, Some(properties.build()))?;
        let (file, groups) = writer.into_serialized_writer()?;
        Ok(ParquetFile { file, groups, columns: Vec::new() })
    }

    /// Adds articles.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write(&mut self, articles: &RecordBatch) -> io::Result<()> {
        self.add(articles).map_err(of_writer)
    }

    fn add(&mut self, articles: &RecordBatch) -> Result<(), ParquetError> {
        if self.columns.is_empty() {
            self.columns =
                self.groups.create_column_writers(self.file.flushed_row_groups().len())?;
        }
        let schema = articles.schema();
        let mut leaves = Vec::new();
        for (field, column) in schema.fields().iter().zip(articles.columns()) {
            leaves.extend(compute_leaves(field, column)?);
        }
        // Text and Markdown are nearly all of the work: each has a thread.
        let half = schema.index_of("markdown")?;
        let (first, second) = self.columns.split_at_mut(half);
        std::thread::scope(|scope| {
            let second = scope.spawn(|| pack(second, &leaves[half..]));
            pack(first, &leaves[..half])?;
            second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })?;
        let packed = self.columns.iter().map(ArrowColumnWriter::get_estimated_total_bytes);
        if packed.sum::<usize>() >= GROUP_BYTES { self.end_group() } else { Ok(()) }
    }

    fn end_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for column in self.columns.drain(..) {
            column.close()?.append_to_row_group(&mut group)?;
        }
        group.close().map(drop)
    }

    /// Ends the file.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn finish(mut self) -> io::Result<()> {
        if !self.columns.is_empty() {
            self.end_group().map_err(of_writer)?;
        }
        self.file.finish().map_err(of_writer)?;
        self.file.inner_mut().flush()
    }
}

/// The error of the writer itself, where it is one.
fn of_writer(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(source) => io::Error::other(source),
        },
        error => io::Error::other(error),
    }
}

fn pack(columns: &mut [ArrowColumnWriter], leaves: &[ArrowLeafColumn]) -> Result<(), ParquetError> {
    columns.iter_mut().zip(leaves).try_for_each(|(column, leaf)| column.write(leaf))
}

/// Articles as the columns that [`ParquetFile::write`] takes.
///
/// # Errors
///
/// None that memory does not have.
pub fn parquet_columns(articles: &[ArticleDetail]) -> Result<RecordBatch, ParquetError> {
    let mut rows = Rows::default();
    for article in articles {
        rows.push(article);
    }
    rows.end()
}

/// Columns under construction.
struct Rows {
    id: Int64Builder,
    texts: [StringBuilder; TEXTS.len()],
    authors: ListBuilder<StringBuilder>,
    times: [TimestampMillisecondBuilder; TIMES.len()],
    word_count: Int64Builder,
    confidence: Float64Builder,
    paywalled: BooleanBuilder,
    duplicate_of: Int64Builder,
    revision: Int64Builder,
    removals: ListBuilder<StructBuilder>,
    images: ListBuilder<StructBuilder>,
    sources: ListBuilder<StructBuilder>,
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
            id: Int64Builder::new(),
            texts: std::array::from_fn(|_| StringBuilder::new()),
            authors: ListBuilder::new(StringBuilder::new()),
            times: std::array::from_fn(|_| TimestampMillisecondBuilder::new().with_timezone("UTC")),
            word_count: Int64Builder::new(),
            confidence: Float64Builder::new(),
            paywalled: BooleanBuilder::new(),
            duplicate_of: Int64Builder::new(),
            revision: Int64Builder::new(),
            removals: list_of(&["position"], &REMOVAL),
            images: list_of(&[], &IMAGE),
            sources: list_of(&["id"], &["title"]),
        }
    }
}

impl Rows {
    fn push(&mut self, detail: &ArticleDetail) {
        let article = &detail.article;
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
        self.paywalled.append_value(article.paywalled);
        self.duplicate_of.append_option(article.duplicate_of);
        self.revision.append_value(article.revision);
        for removal in &detail.removals {
            let item = self.removals.values();
            number_of(item, removal.position);
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
        for (id, title) in &detail.sources {
            let item = self.sources.values();
            number_of(item, *id);
            texts_of(item, 1, [Some(title)]);
        }
        self.sources.append(true);
    }

    fn end(mut self) -> Result<RecordBatch, ParquetError> {
        let mut columns: Vec<(&str, ArrayRef, bool)> =
            vec![("id", Arc::new(self.id.finish()), false)];
        for ((name, nullable), column) in TEXTS.iter().zip(&mut self.texts) {
            columns.push((name, Arc::new(column.finish()), *nullable));
        }
        columns.push(("authors", Arc::new(self.authors.finish()), false));
        for ((name, nullable), column) in TIMES.iter().zip(&mut self.times) {
            columns.push((name, Arc::new(column.finish()), *nullable));
        }
        columns.push(("word_count", Arc::new(self.word_count.finish()), false));
        columns.push(("confidence", Arc::new(self.confidence.finish()), false));
        columns.push(("paywalled", Arc::new(self.paywalled.finish()), false));
        columns.push(("duplicate_of", Arc::new(self.duplicate_of.finish()), true));
        columns.push(("revision", Arc::new(self.revision.finish()), false));
        columns.push(("removals", Arc::new(self.removals.finish()), false));
        columns.push(("images", Arc::new(self.images.finish()), false));
        columns.push(("sources", Arc::new(self.sources.finish()), false));
        Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
    }
}

/// Fills the number that an item of a list begins with.
fn number_of(item: &mut StructBuilder, number: i64) {
    if let Some(column) = item.field_builder::<Int64Builder>(0) {
        column.append_value(number);
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
