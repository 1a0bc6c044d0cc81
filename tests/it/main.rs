//! What a user of tearsheet sees, tested from the outside.

mod fetch;
mod support;
