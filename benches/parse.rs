//! How fast pages become trees: our parser beside `scraper`'s own.
//!
//! `cargo bench --bench parse` reads a page that it makes itself;
//! `TEARSHEET_BENCH_PAGES=folder` adds the `.html` and `.html.gz` files of a folder.

use std::fmt;
use std::io::Read;
use std::path::Path;

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
    let mut corpora = vec![Corpus { name: "made", pages: vec![made()] }];
    if let Some(folder) = std::env::var_os("TEARSHEET_BENCH_PAGES") {
        corpora.push(Corpus { name: "given", pages: given(Path::new(&folder)) });
    }
    corpora
}

/// A page as news sites write them: much markup, addresses and scripts, little text.
fn made() -> String {
    let story = "<div class=\"story-card story-card--wide\" id=\"story\" data-track-position='{\"n\":1}'>\
        <a class=\"story-card__link\" href=\"/2026/11/26/weather/rain?ref=home&amp;pos=4\">\
        <img src=\"/media/rain-640.jpg\" srcset=\"/media/rain-640.jpg 640w, /media/rain-1280.jpg 1280w\" \
        alt=\"Rain over the harbour\" loading=lazy width=640 height=360></a>\n\
        <h3>Rain &amp; wind until Friday</h3>\n\
        <p>The rain that reached the coast in the night stays until <b>Friday</b>, says the \
        weather service; &quot;take an umbrella&quot;, it adds.</p>\n<!-- end of story -->\
        <ul><li>Weather<li>Coast</ul>\n</div>\n";
    let script =
        "<script>for (var i = 0; i < list.length && i > -1; i++) { push(list[i]); }</script>\n";
    let head = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Weather</title>\
        <style>.story-card { margin: 0 }</style></head><body>";
    format!("{head}{}", [story, story, script].concat().repeat(200))
}

fn given(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("TEARSHEET_BENCH_PAGES names a folder");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let pages = paths.filter_map(|path| {
        let bytes = std::fs::read(&path).ok()?;
        match path.extension()?.to_str()? {
            "html" => Some(bytes),
            "gz" => {
                let mut page = Vec::new();
                flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut page).ok()?;
                Some(page)
            }
            _ => None,
        }
    });
    pages.map(|page| tearsheet::decode::decode(&page, None).text).collect()
}
