//! How fast pages become trees: our parser beside `scraper`'s own.
//!
//! `cargo bench --bench parse` reads a page that it makes itself;
//! `TEARSHEET_BENCH_PAGES=folder` adds the `.html` and `.html.gz` files of a folder.

mod pages;

use std::fmt;

use divan::Bencher;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

#[divan::bench(args = corpora())]
fn tearsheet(bencher: Bencher, corpus: &Corpus) {
    corpus.measure(bencher, tearsheet::dom::Dom::parse);
}

#[divan::bench(args = corpora())]
fn scraper(bencher: Bencher, corpus: &Corpus) {
    corpus.measure(bencher, scraper::Html::parse_document);
}

struct Corpus {
    name: &'static str,
    pages: Vec<String>,
}

impl fmt::Display for Corpus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

impl Corpus {
    fn measure<T>(&self, bencher: Bencher, parse: impl Fn(&str) -> T + Sync) {
        let bytes: usize = self.pages.iter().map(String::len).sum();
        bencher.counter(BytesCount::new(bytes)).bench(|| {
            for page in &self.pages {
                drop(divan::black_box(parse(page)));
            }
        });
    }
}

fn corpora() -> Vec<Corpus> {
    let text = |page: Vec<u8>| tearsheet::decode::decode(&page, None).text;
    let mut corpora = vec![Corpus { name: "made", pages: vec![text(pages::made())] }];
    let given: Vec<String> = pages::given().map(text).collect();
    if !given.is_empty() {
        corpora.push(Corpus { name: "given", pages: given });
    }
    corpora
}
