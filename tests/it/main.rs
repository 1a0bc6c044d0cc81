//! What a user sees, one file per behaviour.

mod cli;
mod fetch;
mod newsroom;
mod store;
mod support;
mod tidy;
