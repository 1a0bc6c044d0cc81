//! A small newspaper that exists only on loopback: the whole product on a
//! machine without internet.
//!
//! Six sites, each built another way and as messy as the real web, are embedded
//! in the binary (`newspaper/`) and served over real HTTP ([`Newspaper`]). What
//! a reader of each article should be left with, and what must be gone, stands
//! in the head of its file and can be asked for ([`expected()`]).
//!
//! | site       | built like                                   | source                    |
//! |------------|----------------------------------------------|---------------------------|
//! | `harbour`  | WordPress theme with a comment form          | RSS 2.0                   |
//! | `meridian` | big-media layout with JSON-LD                | Atom                      |
//! | `ledger`   | blog in tables, without semantic markup      | JSON Feed                 |
//! | `nordufer` | German daily, windows-1252                   | RSS 1.0                   |
//! | `gaceta`   | Spanish weekly                               | a section front, no feed  |
//! | `county`   | American county paper                        | a news sitemap, no feed   |

mod content;
mod edition;
mod expected;
mod server;
mod story;
mod template;
#[cfg(test)]
mod tests;

pub use expected::Expected;
pub use expected::Refusal;
pub use expected::edited;
pub use expected::expected;
pub use expected::refusals;
pub use expected::story_of_interest;
pub use server::Newspaper;
