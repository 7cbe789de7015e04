//! What phones tell of themselves: the messages of a resync, and reports of their configuration.

use super::program::{At, Fetch};
use super::syntax::tree::Expr;

/// A message that a phone logs (PB §15).
#[derive(Clone, Debug)]
pub struct LogTemplate {
    pub message: LogMessage,
    pub text: String,
    /// Where the text stands.
    pub expr: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogMessage {
    Request,
    Success,
    Failure,
}

impl LogMessage {
    pub const ALL: [LogMessage; 3] = [LogMessage::Request, LogMessage::Success, LogMessage::Failure];

    /// The word in `log { … }`.
    pub fn word(self) -> &'static str {
        match self {
            LogMessage::Request => "request",
            LogMessage::Success => "success",
            LogMessage::Failure => "failure",
        }
    }

    pub fn element(self) -> &'static str {
        match self {
            LogMessage::Request => "Log_Request_Msg",
            LogMessage::Success => "Log_Success_Msg",
            LogMessage::Failure => "Log_Failure_Msg",
        }
    }
}

/// `report { … }` (PB §16).
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// At most two.
    pub destinations: Vec<At<Destination>>,
    pub when: Option<At<ReportWhen>>,
    /// `method put`.
    pub method: Option<At<&'static str>>,
}

/// `delta to http "/reports/$MA.xml"`.
#[derive(Clone, Debug)]
pub struct Destination {
    pub content: ReportContent,
    pub to: Fetch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportContent {
    Full,
    /// What changed last.
    Delta,
    Status,
}

/// When a report is sent. Milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportWhen {
    OnRequest,
    /// After a wait, if one is said.
    OnChange(Option<u64>),
    Every(u64),
}

impl ReportContent {
    pub fn from_word(word: &str) -> Option<ReportContent> {
        Some(match word {
            "full" => ReportContent::Full,
            "delta" => ReportContent::Delta,
            "status" => ReportContent::Status,
            _ => return None,
        })
    }

    /// The options before the URL.
    pub fn options(self) -> &'static str {
        match self {
            ReportContent::Full => "",
            ReportContent::Delta => "[--delta] ",
            ReportContent::Status => "[--status] ",
        }
    }
}
