//! Any bytes for a page: from decoding to the finished article, as text, Markdown and blocks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tearsheet::strip::Phrases;
use tearsheet::{decode, extract, render, strip};

fuzz_target!(|bytes: &[u8]| {
    let page = decode::decode(bytes, None);
    if let Ok(draft) = extract::extract(&page.text, None) {
        let judgement = strip::strip(&draft, Phrases::shared(), None);
        assert_eq!(judgement.verdicts.len(), draft.blocks.len(), "every block has its verdict");
        let article = render::render(draft, &judgement, 0.5);
        assert!(!article.text.contains('\0'), "SQL reads nothing behind a NUL");
    }
});
