//! What a finding says, before it is put into words.

use super::{Lang, said_en, said_zh};
use crate::codes::Failure;
use crate::correlate::coverage::Why;
use crate::correlate::latency::{Latency, Leg};
use crate::correlate::offset::Offset;
use crate::flow::{Outcome, StepName};
use crate::record::time::EpochMs;
use crate::record::{AgentState, Kind};

/// Something to say, with everything the sentence needs.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// The CTI server refused the sign-in.
    CtiRefused(CtiRefusal),
    /// The REST API refused a call.
    HttpRefused(HttpRefusal),
    /// A step never came.
    Stalled(Stall),
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
        /// Finesse node; empty if unknown.
        node: String,
        /// Agent id.
        agent: String,
        /// From when on.
        from: Option<EpochMs>,
        /// Until when the step would have had to come.
        until: Option<EpochMs>,
    },
    /// Entries are missing inside a log.
    LogGap {
        /// Of which log.
        log: Kind,
        /// Of which node, CTI server or agent; empty if unknown.
        owner: String,
        /// Why entries are missing.
        why: Why,
        /// Last entry before.
        from: EpochMs,
        /// First entry after; `None` where nobody knows.
        until: Option<EpochMs>,
        /// How many sign-ins it touches.
        sign_ins: usize,
    },
    /// Something happened after the sign-in.
    Later(SaidLater),
    /// Something is wrong with a server, or with many sign-ins.
    Server(SaidServer),
    /// A clock is off.
    ClockSkew {
        /// Its name.
        clock: String,
        /// By how much.
        offset: Offset,
    },
    /// The clocks of many desktops are off.
    DesktopClocks {
        /// How many.
        clocks: usize,
        /// The one that is off most.
        most: String,
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

/// A refusal of the CTI server.
#[derive(Debug, Clone, PartialEq)]
pub struct CtiRefusal {
    /// Rule slug.
    pub rule: &'static str,
    /// The extension asked for; empty if unknown.
    pub extension: String,
    /// Failure code, if a log has it.
    pub code: Option<Failure>,
    /// `errorType`; empty if no log has it.
    pub failure_type: String,
}

/// A refusal of the REST API.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpRefusal {
    /// Rule slug.
    pub rule: &'static str,
    /// Which call.
    pub step: StepName,
    /// HTTP status.
    pub status: u16,
    /// Agent id.
    pub agent: String,
    /// `ErrorType`; empty if no log has it.
    pub failure_type: String,
    /// `ErrorMessage`; empty if no log has it.
    pub failure_text: String,
}

impl HttpRefusal {
    /// What the body said, `between` its two parts. A text that only repeats the status is left out.
    pub(super) fn body(&self, between: &str) -> String {
        let repeats = self.failure_text.starts_with("HTTP Status code");
        let text = Some(self.failure_text.as_str()).filter(|_| !repeats);
        let parts = [Some(self.failure_type.as_str()), text]
            .into_iter()
            .flatten();
        let said: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        said.join(between)
    }
}

/// A step that never came.
#[derive(Debug, Clone, PartialEq)]
pub struct Stall {
    /// Rule slug.
    pub rule: &'static str,
    /// Which.
    pub step: StepName,
    /// How long it was waited for, ms.
    pub waited_ms: Option<i64>,
    /// Agent id.
    pub agent: String,
    /// The CTI request that was sent, if any.
    pub invoke_id: Option<u32>,
    /// Whether the desktop got an event it could not read.
    pub malformed: bool,
}

/// What a failure code of the CTI server points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blame {
    /// The line's configuration in Unified CM.
    Line,
    /// Unified CM, or the way there.
    PhoneSystem,
    /// A limit.
    Capacity,
    /// Something behind the CTI server did not answer.
    Timeout,
    /// What is configured for the agent.
    Agent,
    /// Nothing in particular.
    Unknown,
}

impl Blame {
    /// By the meaning of the code (GED-188, UCCX error codes).
    pub(super) fn of(code: Option<Failure>) -> Self {
        use Failure::{Control, Status};
        match code {
            Some(Control(287 | 288 | 291..=293)) => Self::Line,
            Some(Control(34 | 36 | 267 | 88001) | Status(94)) => Self::PhoneSystem,
            Some(Control(31 | 44 | 52 | 75 | 79)) => Self::Capacity,
            Some(Control(78) | Status(16)) => Self::Timeout,
            Some(Control(262..=266) | Status(8 | 32 | 50 | 64 | 65)) => Self::Agent,
            _ => Self::Unknown,
        }
    }
}

/// What there is to say about what happened after the sign-in.
#[derive(Debug, Clone, PartialEq)]
pub enum SaidLater {
    /// Finesse signed the agent out.
    ForcedLogout {
        /// Agent id.
        agent: String,
        /// How long after the sign-in, ms.
        after_ms: Option<i64>,
        /// How long the desktop had been gone, ms.
        gone_ms: Option<i64>,
    },
    /// The desktop went away.
    PresenceLost {
        /// Agent id.
        agent: String,
        /// How long after the sign-in, ms.
        after_ms: Option<i64>,
        /// How long it was away, ms; `None` if it did not come back.
        back_ms: Option<i64>,
    },
    /// The connection breaks again and again.
    Flapping {
        /// Agent id.
        agent: String,
        /// How often.
        drops: usize,
        /// From the first to the last, ms.
        span_ms: i64,
    },
    /// The desktop could not renew its access token.
    TokenRefresh {
        /// Agent id.
        agent: String,
        /// How often.
        times: usize,
        /// How long after the sign-in, ms.
        after_ms: Option<i64>,
    },
    /// A state change of an agent who is not signed in.
    NotSignedIn {
        /// Agent id.
        agent: String,
        /// The code it was refused with.
        code: Option<Failure>,
        /// The state asked for.
        state: Option<AgentState>,
    },
    /// What the desktop reads after the sign-in failed.
    FollowUpFailed {
        /// What it read; empty if no log has it.
        resource: String,
        /// HTTP status; `None` for a failed subscription.
        status: Option<u16>,
    },
    /// The agent or the extension was signed in somewhere else.
    Elsewhere {
        /// Agent id.
        agent: String,
        /// Extension; empty if unknown.
        extension: String,
        /// Reason code of the sign-out (UCCX).
        reason: u16,
    },
}

/// What there is to say about servers, and about many sign-ins.
#[derive(Debug, Clone, PartialEq)]
pub enum SaidServer {
    /// The desktop was told that Finesse is not in service.
    NotInService {
        /// The status it was told.
        status: String,
    },
    /// Sign-ins of several agents were answered 5xx.
    Outage {
        /// How many sign-ins.
        sign_ins: usize,
        /// Of how many agents.
        agents: usize,
        /// Time of the first.
        from: Option<EpochMs>,
        /// Time of the last.
        until: Option<EpochMs>,
    },
    /// Finesse had no session with the CTI server.
    CtiOutage {
        /// Finesse node; empty if unknown.
        node: String,
        /// Since when.
        from: Option<EpochMs>,
        /// For how long, ms; `None` if the logs show no recovery.
        lasted_ms: Option<i64>,
        /// Whether the session was refused, not lost.
        refused: bool,
    },
    /// Something behind the CTI server was offline.
    BackendOffline {
        /// Id of the SYSTEM_EVENT that says so.
        event: u32,
        /// Since when.
        from: Option<EpochMs>,
        /// For how long, ms; `None` if the logs show no recovery.
        lasted_ms: Option<i64>,
        /// Sign-ins that failed in that time.
        sign_ins: usize,
    },
    /// A service was stopped, started, or both.
    Restart {
        /// Its name.
        service: String,
        /// Finesse node; empty if unknown.
        node: String,
        /// When it went down, or started where nothing shows that.
        at: Option<EpochMs>,
        /// Whether the logs show it going down.
        stopped: bool,
        /// How long after `at` the logs show it up, ms.
        up_after_ms: Option<i64>,
        /// Sign-ins that failed around it.
        sign_ins: usize,
    },
    /// Many desktops went away at once.
    ManyDropped {
        /// How many.
        agents: usize,
        /// When.
        at: Option<EpochMs>,
    },
    /// An agent's account is locked.
    LockedOut {
        /// Agent id.
        agent: String,
        /// Refused sign-ins in a row.
        failures: usize,
    },
    /// A leg is slow in the whole bundle.
    SlowLeg {
        /// Its distribution.
        latency: Latency,
        /// The slowest sign-in.
        sign_in: String,
    },
    /// A leg of one sign-in took far longer than in the others.
    Outlier {
        /// Which.
        leg: Leg,
        /// How long, ms.
        ms: i64,
        /// What it takes in the middle, ms.
        median_ms: i64,
        /// Sign-ins compared with.
        n: usize,
    },
    /// The statistics of the queues overrun their interval.
    StatisticsOverload {
        /// Finesse node; empty if unknown.
        node: String,
        /// How often.
        times: usize,
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
pub(super) fn code_name(code: Failure) -> String {
    let number = code.number();
    match code.name() {
        Some(name) => format!("{name}, {number}"),
        None => number.to_string(),
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

/// A log with the machine it is collected from: `Desktop-webservices (192.0.2.10)`.
pub(super) fn log_of(kind: Kind, node: &str, agent: &str) -> String {
    let owner = match kind {
        Kind::ClientLog => agent,
        Kind::CtiServer => "",
        _ => node,
    };
    owned(kind, owner)
}

/// A log and its owner, where that is known.
pub(super) fn owned(kind: Kind, owner: &str) -> String {
    if owner.is_empty() {
        log_name(kind).to_owned()
    } else {
        format!("{} ({owner})", log_name(kind))
    }
}

/// The file or directory a kind of log is collected from.
fn log_name(kind: Kind) -> &'static str {
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
