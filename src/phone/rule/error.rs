//! What is wrong with a rule, and where.

/// A fault in an expanded rule. The offset counts octets of the expanded text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (offset {offset})")]
pub struct RuleError {
    pub offset: usize,
    pub fault: RuleFault,
    pub message: String,
}

/// The kind of a fault, for whoever explains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleFault {
    /// The text is not of the language.
    Form,
    /// The two sides of a comparison are not of one kind, or have no order.
    Kinds,
    /// Two versions of one kind that no text puts in order (RS §10).
    Order,
    /// Two versions written on either side of the change of form (C-20), or of unlike kinds.
    Forms,
    /// `or`, `not` or parentheses in a condition.
    Condition,
    /// Parentheses round a trigger.
    Parentheses,
    /// An option that does not exist, or not here.
    Option,
    /// An option that needs http or https.
    WebOnly,
    Url,
    Assignment,
}

impl RuleError {
    pub(super) fn new(offset: usize, message: impl Into<String>) -> Self {
        RuleError { offset, fault: RuleFault::Form, message: message.into() }
    }

    pub(super) fn of(mut self, fault: RuleFault) -> Self {
        self.fault = fault;
        self
    }
}
