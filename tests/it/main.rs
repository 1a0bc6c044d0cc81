//! What a user sees, one file per behaviour.

mod cli;
mod store;
mod tidy;
