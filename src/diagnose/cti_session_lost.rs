//! Finesse had no session with the CTI server: `cti_session_lost`.
//!
//! *Detects*, for the bundle, each time a node lost its CTI session or was refused one, until it had
//! one again; for a sign-in that did not succeed, that it fell into such a time.
//!
//! *Evidence*: the lines of the loss and of the recovery.
//!
//! *Cause*: three missed heartbeats of 5 s, a closed socket, a fail-over of the CTI servers; when
//! refused, a wrong peripheral or version in the settings.
//!
//! *Check next*: the CTI server's log of that minute on both sides, the network between; agents may
//! retry once Finesse is in service again (120 to 150 s in large sites).
//!
//! *Source*: Finesse 12.6 serviceability material (mnemonics), administration guide (fail-over),
//! GED-188 (FAILURE_CONF, FAILURE_EVENT).
//!
//! *Confidence*: seen for the loss; inferred that a sign-in failed because of it.
//!
//! *Versions*: mnemonics of 12.x; CTI messages of all.
//!
//! *Must not fire* on the standby node of a UCCX pair, which is refused with 92 as long as it is
//! standby.

use super::{BundleRule, Case, Finding, SignInRule};
use crate::correlate::Flows;
use crate::correlate::servers::{ServerEvent, ServerRecord};
use crate::correlate::thresholds::{RECOVERY_MS, UNNOTICED_MS};
use crate::flow::{Confidence, Outcome, Severity};
use crate::record::Records;
use crate::record::intern::Sym;
use crate::words::{Said, SaidServer};
use std::collections::BTreeSet;

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &["cti_session_lost"],
    check,
};

pub(super) const OUTAGES: BundleRule = BundleRule {
    slugs: &["cti_session_lost"],
    check: outages,
};

/// A time without CTI session.
#[derive(Debug)]
pub(super) struct Gap {
    node: Sym,
    lost: Vec<ServerRecord>,
    back: Option<ServerRecord>,
}

impl Gap {
    fn said(&self, records: &Records, flows: &Flows) -> Said {
        let first = self.lost.first();
        Said::Server(SaidServer::CtiOutage {
            node: records.strings.get(self.node).to_owned(),
            from: first.and_then(|first| flows.read(records, first.at)),
            lasted_ms: first
                .zip(self.back)
                .map(|(first, back)| back.when - first.when),
            refused: self
                .lost
                .iter()
                .all(|lost| lost.event == ServerEvent::CtiNotOpened),
        })
    }

    fn evidence(&self, records: &Records) -> Vec<crate::record::Place> {
        let told = self.lost.iter().copied().chain(self.back);
        told.map(|server| records.all[server.at].place()).collect()
    }
}

/// The times without CTI session, of each node in order of time.
pub(super) fn gaps(records: &Records, flows: &Flows) -> Vec<Gap> {
    let is_cti = |server: &&ServerRecord| {
        matches!(
            server.event,
            ServerEvent::CtiLost | ServerEvent::CtiNotOpened | ServerEvent::CtiOpened
        )
    };
    let of_cti: Vec<&ServerRecord> = flows.servers.iter().filter(is_cti).collect();
    let nodes: BTreeSet<(&str, Sym)> = of_cti
        .iter()
        .map(|server| (records.strings.get(server.node), server.node))
        .collect();
    let mut gaps: Vec<Gap> = Vec::new();
    for (_, node) in nodes {
        let mut open: Option<Gap> = None;
        for &&server in of_cti.iter().filter(|server| server.node == node) {
            if server.event != ServerEvent::CtiOpened {
                let gap = open.get_or_insert(Gap {
                    node,
                    lost: Vec::new(),
                    back: None,
                });
                gap.lost.push(server);
            } else if let Some(mut gap) = open.take() {
                gap.back = Some(server);
                gaps.push(gap);
            }
        }
        gaps.extend(open);
    }
    gaps
}

fn outages(records: &Records, flows: &Flows) -> Vec<Finding> {
    let gaps = gaps(records, flows);
    gaps.iter()
        .map(|gap| Finding {
            rule: "cti_session_lost",
            severity: Severity::Error,
            confidence: Confidence::Seen,
            said: gap.said(records, flows),
            evidence: gap.evidence(records),
        })
        .collect()
}

fn check(case: &Case<'_>) -> Vec<Finding> {
    let failed = matches!(
        case.sign_in.outcome,
        Outcome::Refused | Outcome::Stalled | Outcome::NotCovered | Outcome::Abandoned
    );
    let (true, Some((_, ended))) = (failed, case.span()) else {
        return Vec::new();
    };
    let node = case.sign_in.node;
    let explains = |gap: &&Gap| {
        let from = gap.lost.first().map(|lost| lost.when - UNNOTICED_MS);
        let last = gap.lost.last().map_or(0, |lost| lost.when);
        let until = gap.back.map_or(last + RECOVERY_MS, |back| back.when);
        let here = node.is_none() || gap.node.is_none() || gap.node == node;
        here && from.is_some_and(|from| (from..=until).contains(&ended))
    };
    // What the CTI server answered, it answered over a living session.
    let answered = case.evidence().any(|(step, record)| {
        step == crate::flow::StepName::CtiReply && record.facts().failure.is_some()
    });
    let gap = case.causes.gaps.iter().find(explains).filter(|_| !answered);
    gap.map(|gap| Finding {
        rule: "cti_session_lost",
        severity: Severity::Error,
        confidence: Confidence::Inferred,
        said: gap.said(case.records, case.flows),
        evidence: gap.evidence(case.records),
    })
    .into_iter()
    .collect()
}
