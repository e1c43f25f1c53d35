//! What the run keeps account of while it plays: attempts, client logs, nocaches.

use super::rest::Nocaches;
use super::scenario::Scenario;
use crate::flow::{Outcome, StepName};

/// The account of a run.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) nocaches: Nocaches,
    pub(super) client_logs: Vec<ClientLog>,
    pub(super) attempts: Vec<Played>,
}

/// A client log, uploaded from one desktop page.
#[derive(Debug)]
pub(super) struct ClientLog {
    pub(super) agent: String,
    pub(super) node: usize,
    /// When its page was opened (true time).
    pub(super) started: i64,
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
    pub(super) end: End,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) outcome: Outcome,
    pub(super) stopped_at: Option<StepName>,
    pub(super) rule: Option<&'static str>,
}

impl End {
    /// Signed in, nothing to remark.
    pub(super) const SIGNED_IN: End = End {
        outcome: Outcome::SignedIn,
        stopped_at: None,
        rule: None,
    };

    /// Ended before the agent was signed in.
    pub(super) fn stopped(outcome: Outcome, at: StepName, rule: Option<&'static str>) -> End {
        End {
            outcome,
            stopped_at: Some(at),
            rule,
        }
    }
}
