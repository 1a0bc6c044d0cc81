//! What a user sees, one file per behaviour.

mod clean;
mod cli;
mod database;
mod docs;
mod extraction;
mod fetch;
mod kills;
mod newsroom;
mod not_news;
mod polls;
mod reclean;
mod sitemaps;
mod spans;
mod store;
mod support;
mod tidy;
mod tls;
mod trouble;
mod walls;
mod wounds;
