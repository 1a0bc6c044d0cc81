//! Flaws in the input that did not stop us.

use std::fmt;

/// A flaw that was worked around.
///
/// Stages return warnings beside their value; they are
/// stored with the attempt and shown by `extract`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// One word for the flaw, `snake_case`, from a list that the README documents.
    pub kind: &'static str,
    /// What exactly was wrong, for a person.
    pub detail: String,
}

impl Warning {
    /// A warning of `kind`, with the particulars.
    #[must_use]
    pub fn new(kind: &'static str, detail: impl Into<String>) -> Self {
        Warning { kind, detail: detail.into() }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.detail.is_empty() {
            return f.write_str(self.kind);
        }
        write!(f, "{}: {}", self.kind, self.detail)
    }
}
