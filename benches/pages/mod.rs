//! The pages that benches read.

use std::io::Read;
use std::path::Path;

/// A page as news sites write them: much markup, addresses and scripts, little text.
pub(super) fn made() -> Vec<u8> {
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
    format!("{head}{}", [story, story, script].concat().repeat(200)).into_bytes()
}

/// The `.html` and `.html.gz` files of the folder that `TEARSHEET_BENCH_PAGES` names, if it is set.
pub(super) fn given() -> impl Iterator<Item = Vec<u8>> {
    let folder = std::env::var_os("TEARSHEET_BENCH_PAGES");
    folder.into_iter().flat_map(|folder| {
        let entries = std::fs::read_dir(folder).expect("TEARSHEET_BENCH_PAGES names a folder");
        entries.filter_map(|entry| read(&entry.expect("the folder can be read").path()))
    })
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let bytes = std::fs::read(path).ok()?;
    match path.extension()?.to_str()? {
        "html" => Some(bytes),
        "gz" => {
            let mut page = Vec::new();
            flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut page).ok()?;
            Some(page)
        }
        _ => None,
    }
}
