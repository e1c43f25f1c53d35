//! What a finding says, before it is put into words.

use super::{Lang, said_en, said_zh};
use crate::correlate::offset::Offset;
use crate::flow::{Outcome, StepName};
use crate::record::Kind;
use crate::record::time::EpochMs;

/// Something to say, with everything the sentence needs.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// The CTI server refused the sign-in.
    CtiRefused {
        /// Rule slug.
        rule: &'static str,
        /// The extension asked for; empty if unknown.
        extension: String,
        /// Failure code, if a log has it.
        code: Option<u32>,
        /// `errorType`; empty if no log has it.
        failure_type: String,
    },
    /// The REST API refused a call.
    HttpRefused {
        /// Rule slug.
        rule: &'static str,
        /// Which call.
        step: StepName,
        /// HTTP status.
        status: u16,
        /// Agent id.
        agent: String,
        /// `ErrorType`; empty if no log has it.
        failure_type: String,
        /// `ErrorMessage`; empty if no log has it.
        failure_text: String,
    },
    /// A step never came.
    Stalled {
        /// Which.
        step: StepName,
        /// How long it was waited for, ms.
        waited_ms: Option<i64>,
        /// Agent id.
        agent: String,
    },
    /// A step came late.
    Late {
        /// Which.
        step: StepName,
        /// How late, ms.
        ms: Option<i64>,
    },
    /// The bundle lacks the log that would tell.
    LogMissing {
        /// The first step it cannot tell of.
        step: StepName,
        /// Logs that would.
        logs: Vec<Kind>,
        /// From when on.
        from: Option<EpochMs>,
    },
    /// A clock is off.
    ClockSkew {
        /// Its name.
        clock: String,
        /// By how much.
        offset: Offset,
    },
    /// Entries were put together again.
    Rewrapped {
        /// In how many files.
        files: usize,
        /// How many.
        entries: u64,
    },
    /// Credentials stand in the logs.
    Credentials {
        /// In how many files.
        files: usize,
        /// At how many places.
        places: u64,
    },
    /// Nothing to find fault with: how the sign-in ended, for the verdict.
    Ended {
        /// How.
        outcome: Outcome,
        /// After how long, ms.
        duration_ms: Option<i64>,
        /// Where it stopped.
        stopped_at: Option<StepName>,
    },
}

/// A finding in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts {
    /// What happened, one sentence.
    pub title: String,
    /// Why.
    pub explanation: String,
    /// What to check or collect next.
    pub next: String,
}

impl Said {
    /// In words.
    #[must_use]
    pub fn texts(&self, lang: Lang) -> Texts {
        match lang {
            Lang::En => said_en::texts(self),
            Lang::Zh => said_zh::texts(self),
        }
    }
}

/// A code with its name, as far as known: `CF_RESOURCE_BUSY, 33`.
pub(super) fn code_name(code: u32) -> String {
    match crate::codes::control_failure_name(code).or_else(|| crate::codes::ccx_error_name(code)) {
        Some(name) => format!("{name}, {code}"),
        None => code.to_string(),
    }
}

/// A REST call of the sign-in, in the words of the log.
pub(super) fn call(step: StepName) -> &'static str {
    match step {
        StepName::SystemInfo => "GET SystemInfo",
        StepName::UserGet => "GET User",
        _ => "PUT User",
    }
}

/// The file or directory a kind of log is collected from.
pub(super) fn log_name(kind: Kind) -> &'static str {
    match kind {
        Kind::AccessLog => "localhost_access_log",
        Kind::ClientLog => "client log",
        Kind::Webservices => "Desktop-webservices",
        Kind::Notification | Kind::HttpWire => "openfire",
        Kind::CtiServer => "dumplog ctisvr",
        Kind::UccxEngine => "MIVR",
        _ => "log",
    }
}
