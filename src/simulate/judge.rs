//! What the logs that are left can tell of each attempt.

use super::cluster::{Cluster, Deployment};
use super::journal::Log;
use super::layout::Placed;
use super::ledger::{Played, Stop};
use super::removal::Left;
use super::truth::{Attempt, Proof, TruthStep};
use super::verdict::{self, Logs};
use super::{Config, Quirk};
use crate::flow::{Outcome, STEPS, StepName};
use crate::record::Kind;

/// The judge of one run.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) config: &'a Config,
    pub(super) cluster: &'a Cluster,
    pub(super) left: &'a Left,
    /// What kind each file is.
    pub(super) kinds: Vec<Kind>,
}

/// A desktop or a server that waits has surely given up after this time, ms.
const PATIENCE_MS: i64 = 45_000;

impl Judge<'_> {
    /// `None` if the logs that are left do not show that anybody tried to sign in.
    pub(super) fn attempt(&self, played: Played, placed: &[Placed]) -> Option<Attempt> {
        let steps = truth_steps(placed);
        if !self.config.loses_logs() {
            let logs = self.collected(&played);
            let steps = with_callers(steps, &logs);
            let told = verdict::told(&played, &steps, &logs);
            if self.begins_within(&played, placed) {
                return Some(self.told_in_part(played, placed, steps, logs));
            }
            return told.then(|| self.told(played, placed, steps, &logs));
        }
        if placed.is_empty() {
            return None;
        }
        let (sure, perhaps) = self.remaining(&played, placed);
        let faint = !self.names_a_try(&played, &steps, &sure);
        let played_again = played.scenario.tries_twice() || self.config.has(Quirk::Shifts);
        let (played_stop, at_best) = (
            played.end.stop,
            verdict::verdict(&played, &steps, &perhaps).0,
        );
        let mut attempt = self.told(played, placed, steps, &sure);
        attempt.faint = faint;
        attempt.or = also_right(played_stop, at_best, faint);
        // The log of a page ends where the next one is opened, however soon that is.
        if played_again {
            attempt.or.push(Outcome::NotCovered);
        }
        attempt.or.retain(|&outcome| outcome != attempt.outcome);
        Some(attempt)
    }

    /// Whether the client log is a ring buffer, and begins in the middle of the attempt or after it.
    fn begins_within(&self, played: &Played, placed: &[Placed]) -> bool {
        let header = |placed: &&Placed| self.kind_of(placed) == Some(Kind::ClientLog);
        let first = placed.iter().filter(header).map(|placed| placed.at).min();
        let ring = self.config.has(Quirk::ClientRing) && played.client_log;
        ring && first.is_none_or(|first| first > played.started + WHOLE_PAGE_MS)
    }

    fn kind_of(&self, placed: &Placed) -> Option<Kind> {
        self.kinds.get(placed.proof.file as usize).copied()
    }

    /// What is left of the client log may or may not show how it ended.
    fn told_in_part(
        &self,
        played: Played,
        placed: &[Placed],
        steps: Vec<TruthStep>,
        logs: Logs,
    ) -> Attempt {
        let own = placed.iter().filter(|placed| !placed.later);
        let client = own
            .into_iter()
            .any(|it| self.kind_of(it) == Some(Kind::ClientLog));
        let without = Logs {
            client: false,
            ..logs.clone()
        };
        let (sure, perhaps) = if client {
            (logs, without)
        } else {
            (without, logs)
        };
        let also = verdict::verdict(&played, &steps, &perhaps).0;
        // Half of the tries to connect may be all that is left of a desktop that never could.
        let faint = matches!(played.end.stop, Stop::Never(StepName::Connect))
            || !verdict::told(&played, &steps, &sure);
        let mut attempt = self.told(played, placed, steps, &sure);
        attempt.faint = faint;
        attempt
            .or
            .extend(Some(also).filter(|also| *also != attempt.outcome));
        attempt
    }

    /// Whether what is left shows a try to sign in beyond doubt. The access log prints that something
    /// was asked of the agent, but not what: every change of state looks the same there. The CTI
    /// server's log prints neither date nor zone, and may be all that is left of that hour.
    fn names_a_try(&self, played: &Played, steps: &[TruthStep], logs: &Logs) -> bool {
        let seen = |step: StepName| steps.iter().any(|truth| truth.step == step);
        let names_it = |proof: &Proof| {
            let kind = self.kinds.get(proof.file as usize);
            kind.is_some_and(|kind| matches!(kind, Kind::Webservices | Kind::ClientLog))
        };
        let asks = |step: StepName| matches!(step, StepName::LoginRequest | StepName::CtiRequest);
        if played.request_id.is_some() {
            let mut requests = steps.iter().filter(|truth| asks(truth.step));
            requests.any(|request| request.evidence.iter().any(names_it))
        } else {
            // The REST API notes that the user was asked for, but not that this was refused.
            let proofs = steps.iter().flat_map(|step| &step.evidence);
            let mut kinds = proofs.filter_map(|proof| self.kinds.get(proof.file as usize));
            (seen(StepName::UserGet) || seen(StepName::SystemInfo))
                && kinds.any(|kind| *kind != Kind::Webservices)
                && verdict::told(played, steps, logs)
        }
    }

    fn told(
        &self,
        played: Played,
        placed: &[Placed],
        steps: Vec<TruthStep>,
        logs: &Logs,
    ) -> Attempt {
        let (outcome, stopped_at) = verdict::verdict(&played, &steps, logs);
        let rule = verdict::rule(&played.end, (outcome, stopped_at), logs);
        let after = verdict::after(&played, outcome, logs);
        Attempt {
            agent: played.agent,
            extension: played.extension,
            login_name: played.login,
            request_id: played.request_id,
            node: self.cluster.nodes[played.node].address.to_owned(),
            scenario: played.scenario.slug().to_owned(),
            started: played.started,
            outcome,
            or: Vec::new(),
            faint: false,
            stopped_at,
            rule: rule.map(str::to_owned),
            after: after.into_iter().map(str::to_owned).collect(),
            steps,
            related: unproving(placed, false),
            later: unproving(placed, true),
        }
    }

    fn access_time(&self) -> bool {
        self.cluster.forms.access_time
    }

    /// The logs of a bundle of which whole kinds may be missing, but nothing else.
    fn collected(&self, played: &Played) -> Logs {
        let elsewhere = match self.config.deployment {
            Deployment::Cce => Kind::UccxEngine,
            Deployment::Ccx => Kind::CtiServer,
        };
        let present = |kind: Kind| kind != elsewhere && !self.config.without.contains(&kind);
        Logs {
            kinds: LOGS.into_iter().filter(|&kind| present(kind)).collect(),
            client: played.client_log && present(Kind::ClientLog),
            access_time: self.access_time(),
        }
    }

    /// The logs that surely cover the attempt and the time it waited, and those that perhaps do.
    fn remaining(&self, played: &Played, placed: &[Placed]) -> (Logs, Logs) {
        let own = || placed.iter().filter(|placed| !placed.later);
        let first = own().map(|placed| placed.at).min();
        let last = own().map(|placed| placed.at).max();
        let last = last.unwrap_or(played.started);
        let first = first.unwrap_or(played.started).min(played.started);
        let client = own()
            .any(|placed| self.kinds.get(placed.proof.file as usize) == Some(&Kind::ClientLog));
        let logs = |from: i64, to: i64| {
            let covered = |kind: &Kind| {
                log_of(*kind, played.node).is_some_and(|log| self.left.covers(log, from, to))
            };
            Logs {
                kinds: LOGS.into_iter().filter(covered).collect(),
                client,
                access_time: self.access_time(),
            }
        };
        (logs(first, last + PATIENCE_MS), logs(last, last))
    }
}

/// A client log that begins within this time of the attempt, ms, is whole: the page's parts are loaded
/// first, and its header may be cut.
const WHOLE_PAGE_MS: i64 = 2000;

/// The log of that kind that tells of a node.
fn log_of(kind: Kind, node: usize) -> Option<Log> {
    Some(match kind {
        Kind::AccessLog => Log::Access(node),
        Kind::Webservices => Log::Webservices(node),
        Kind::Notification => Log::Notification(node),
        Kind::HttpWire => Log::Wire(node),
        Kind::CtiServer => Log::Cti,
        Kind::UccxEngine => Log::Engine(node),
        Kind::Catalina => Log::Catalina(node),
        _ => return None,
    })
}

/// What a report may say as well, because the logs end in the middle of it.
fn also_right(stop: Stop, at_best: Outcome, faint: bool) -> Vec<Outcome> {
    let mut outcomes = vec![at_best];
    if faint {
        outcomes.push(Outcome::NotCovered);
    }
    // What never came never came, even if the logs end before everybody would have given up on it.
    if let Stop::Never(_) = stop {
        outcomes.push(Outcome::Stalled);
    }
    // Without the attempt that came next, nothing says that this one was given up.
    if let Stop::Left(_) = stop {
        outcomes.extend([Outcome::NotCovered, Outcome::Stalled]);
    }
    outcomes.sort_unstable_by_key(|outcome| *outcome as u8);
    outcomes.dedup();
    outcomes
}

fn with_callers(mut steps: Vec<TruthStep>, logs: &Logs) -> Vec<TruthStep> {
    if !verdict::names_callers(logs) {
        steps.retain(|step| step.step != StepName::SystemInfo);
    }
    steps
}

fn unproving(placed: &[Placed], later: bool) -> Vec<Proof> {
    placed
        .iter()
        .filter(|placed| placed.steps.is_empty() && placed.later == later)
        .map(|placed| placed.proof)
        .collect()
}

/// The logs of the servers.
const LOGS: [Kind; 7] = [
    Kind::AccessLog,
    Kind::Webservices,
    Kind::Notification,
    Kind::HttpWire,
    Kind::CtiServer,
    Kind::UccxEngine,
    Kind::Catalina,
];

fn truth_steps(placed: &[Placed]) -> Vec<TruthStep> {
    STEPS
        .into_iter()
        .map(|step| TruthStep {
            step,
            evidence: placed
                .iter()
                .filter(|placed| placed.steps.contains(&step))
                .map(|placed| placed.proof)
                .collect(),
        })
        .filter(|step| !step.evidence.is_empty())
        .collect()
}
