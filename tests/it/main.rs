//! What users see: one binary, one file per behaviour.

mod tidy;
