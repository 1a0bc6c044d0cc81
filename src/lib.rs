//! Follows news feeds and pages and keeps the articles, without the furniture.
//!
//! ```text
//! source URL ── fetch ── parse ── sift ──► entries (pending)
//!                                             │  one at a time per host
//!               ┌─────────────────────────────┘
//!               └── fetch ── decode ── extract ── strip ── render ──► article, removals, page ──► SQL, search, export
//! ```
//!
//! | stage   | function             | from → to                                         |
//! |---------|----------------------|---------------------------------------------------|
//! | fetch   | [`fetch::Fetcher`]   | a request → page bytes, or that nothing changed   |
//! | decode  | [`decode::decode`]   | bytes, declared charset → text                    |
//! | parse   | [`feed::parse`]      | feed bytes → [`feed::FeedDocument`]               |
//! | sift    | [`sift::sift`]       | entries, known keys → new and changed ones        |
//! | extract | [`extract::extract`] | HTML → a [`article::Draft`]: metadata, all blocks |
//! | strip   | [`strip::strip`]     | draft → a verdict on every block                  |
//! | render  | [`render::render`]   | draft, verdicts → an [`article::Article`]         |
//! | store   | [`store::Store`]     | outcomes → SQLite, each whole or not at all       |
//!
//! The stages between the network and the disk are plain functions: they await
//! nothing, open nothing and do not know what time it is. [`pipeline`] calls
//! them in order and is the place to start reading.

#![warn(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "they panic where nobody reads; `cli::output` does not"
)]

// ── ground: words that everyone uses
pub mod article;
pub mod date;
pub mod dom;
pub mod forest;
mod hash;
pub mod json;
mod language;
pub mod limits;
mod mask;
mod mojibake;
pub mod outcome;
mod phrases;
pub mod rule;
mod text;
pub mod time;
pub mod url;
pub mod warning;

// ── stages: pure and synchronous
pub mod decode;
pub mod extract;
pub mod feed;
pub mod likeness;
pub mod render;
pub mod robots;
pub mod schedule;
pub mod sift;
pub mod strip;
pub mod warc;

// ── effects: async; the two never meet
pub mod fetch;
pub mod store;

// ── orchestration
pub mod daemon;
pub mod pipeline;

// ── surface
pub mod cli;
pub mod config;
pub mod demo;
pub mod export;
