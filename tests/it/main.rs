//! What a user sees.

mod extraction;
