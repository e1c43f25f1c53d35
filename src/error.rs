//! The one error type: what could not be read, where, and why, as a cause chain.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Something that could not be read. Broken *log lines* are never errors: they are data, counted
/// by [`crate::record::Counts`].
///
/// Texts are lower case without a full stop, and say *expected X, found Y at byte N of member M*
/// where there is a byte to name; file names come last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    message: String,
    cause: Option<Box<Error>>,
}

impl Error {
    /// A first cause.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            cause: None,
        }
    }

    /// The standard shape for a format that is not what it says it is.
    /// `at` is a 0-based offset in bytes into the decompressed member.
    pub fn expected(expected: &str, found: &str, at: u64) -> Self {
        Self::new(format!("expected {expected}, found {found} at byte {at}"))
    }

    /// Wraps this error as the cause of a wider one.
    #[must_use]
    pub fn within(self, context: impl Into<String>) -> Self {
        Self {
            message: context.into(),
            cause: Some(Box::new(self)),
        }
    }

    /// This error and its causes, outermost first.
    pub fn chain(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self), |error| error.cause.as_deref())
            .map(|error| error.message.as_str())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, message) in self.chain().enumerate() {
            if depth > 0 {
                f.write_str(": ")?;
            }
            f.write_str(message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
