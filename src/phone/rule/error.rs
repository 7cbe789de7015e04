//! What is wrong with a rule, and where.

/// A fault in an expanded rule. The offset counts octets of the expanded text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (offset {offset})")]
pub struct RuleError {
    pub offset: usize,
    pub message: String,
}

impl RuleError {
    pub(super) fn new(offset: usize, message: impl Into<String>) -> Self {
        RuleError { offset, message: message.into() }
    }
}
