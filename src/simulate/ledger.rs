//! What the run keeps account of while it plays: attempts, client logs, nocaches.

use super::clock::Clock;
use super::journal::Log;
use super::rest::Nocaches;
use super::scenario::Scenario;
use crate::flow::StepName;

/// The account of a run.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) nocaches: Nocaches,
    pub(super) client_logs: Vec<ClientLog>,
    pub(super) attempts: Vec<Played>,
    /// Whose browser has which clock.
    pub(super) clocks: Vec<(String, Clock)>,
    /// Rules that must be found about the whole bundle.
    pub(super) bundle: Vec<&'static str>,
    /// Node, from and to (true time): its CTI session is down, or all of it.
    pub(super) closed: Vec<(usize, i64, i64)>,
    /// Logs and times (true time): the file that has them is not in the bundle.
    pub(super) lost: Vec<(Log, i64)>,
    /// The logs go on at least until then (true time).
    pub(super) until: i64,
}

impl Ledger {
    /// The end of the time in which `node` is down, if `at` is in one.
    pub(super) fn closed_until(&self, node: usize, at: i64) -> Option<i64> {
        let mut closed = self.closed.iter();
        let down = closed.find(|(of, from, to)| *of == node && (*from..*to).contains(&at));
        down.map(|(_, _, to)| *to)
    }

    /// The cluster logs until `at`, whether or not anybody does anything.
    pub(super) fn lasts_until(&mut self, at: i64) {
        self.until = self.until.max(at);
    }
}

/// A client log, uploaded from one desktop page.
#[derive(Debug)]
pub(super) struct ClientLog {
    pub(super) agent: String,
    pub(super) node: usize,
    /// When its page was opened (true time).
    pub(super) started: i64,
    /// Whether it was copied out of a terminal that wraps its lines.
    pub(super) pasted: bool,
}

/// An attempt as it was played.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) agent: String,
    pub(super) extension: String,
    pub(super) login: String,
    pub(super) node: usize,
    pub(super) scenario: Scenario,
    pub(super) started: i64,
    pub(super) request_id: Option<String>,
    /// Whether its client log was uploaded.
    pub(super) client_log: bool,
    pub(super) end: End,
    /// Rules that must be found beside the one of its end.
    pub(super) with: Vec<&'static str>,
    /// Rules that must be found about the time after the sign-in.
    pub(super) after: Vec<&'static str>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) stop: Stop,
    /// What must be found about it.
    pub(super) rule: Option<&'static str>,
}

/// What kept an attempt from its end.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stop {
    /// Nothing: signed in.
    None,
    /// This step said no.
    Refused(StepName),
    /// This step never came.
    Never(StepName),
    /// The agent left while waiting for this step.
    Left(StepName),
}

impl End {
    /// Signed in, nothing to remark.
    pub(super) const SIGNED_IN: End = End {
        stop: Stop::None,
        rule: None,
    };
}
