//! A service of a node was stopped, started or restarted: `service_restart`.
//!
//! *Detects*, for the bundle, the lines in which Tomcat starts and stops and the commands that an
//! administrator gave for a service, taken together as long as they follow each other within ten
//! minutes; for a sign-in that got no answer or a 5xx, that it fell into such a time.
//!
//! *Evidence*: each of these lines.
//!
//! *Cause*: an administrator, an upgrade, a crash. Only a command names who: its log is
//! `platform/log/cli*`.
//!
//! *Check next*: whether the restart was planned; if not, the end of the log before it.
//!
//! *Source*: Tomcat's own texts (`catalina.out`), Cisco's guides for the commands. While Finesse
//! starts, it answers 503 to everybody (developer guide, "API errors"); 120 to 150 s in large sites
//! (administration guide, fail-over).
//!
//! *Confidence*: seen for the restart; inferred that a sign-in failed because of it.
//!
//! *Versions*: all; Tomcat's lines in both of their forms.
//!
//! *Must not fire* as a warning where nobody's sign-in failed: a restart alone is no fault. It explains
//! no refusal by somebody who must have been up: 4xx, or a code of the CTI server.

use super::causes::{Cause, cause_of_sign_in, causes_of_bundle};
use super::{BundleRule, Case, Finding, SignInRule};
use crate::correlate::Flows;
use crate::correlate::servers::{ServerEvent, ServerRecord};
use crate::correlate::step::{SignIn, refuses};
use crate::correlate::thresholds::{RECOVERY_MS, SAME_RESTART_MS, UNNOTICED_MS};
use crate::flow::{Confidence, Outcome};
use crate::record::intern::Sym;
use crate::record::{Kind, Place, Records};
use crate::words::{Said, SaidServer};
use std::collections::BTreeMap;

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &["service_restart"],
    check,
};

pub(super) const BUNDLE: BundleRule = BundleRule {
    slugs: &["service_restart"],
    check: restarts_of_bundle,
};

/// Whose lines `catalina.out` has.
const TOMCAT: &str = "Cisco Finesse Tomcat";

/// What happened to one service of one node within one time.
#[derive(Debug)]
pub(super) struct Restart {
    node: Sym,
    service: String,
    lines: Vec<ServerRecord>,
}

impl Cause for Restart {
    const RULE: &'static str = "service_restart";
    const CONFIDENCE: Confidence = Confidence::Seen;

    /// Only a sign-in on that node.
    fn explains(&self, records: &Records, sign_in: &SignIn, ended: i64) -> bool {
        let (Some(first), Some(last)) = (self.lines.first(), self.lines.last()) else {
            return false;
        };
        let here = sign_in.node.is_none() || self.node.is_none() || sign_in.node == self.node;
        let during = first.when - UNNOTICED_MS..=last.when + RECOVERY_MS;
        here && during.contains(&ended) && is_unanswered(records, sign_in)
    }

    fn said(&self, records: &Records, flows: &Flows, sign_ins: usize) -> Said {
        let says = |line: &ServerRecord| records.strings.get(records.all[line.at].facts().word);
        let is_down =
            |line: &&ServerRecord| ["stopping", "stopped", "restarting"].contains(&says(line));
        let time = |line: &ServerRecord| flows.read(records, line.at);
        let down = self.lines.iter().find(is_down);
        let up = self.lines.iter().rfind(|line| !is_down(line));
        let since = down.or(self.lines.first());
        Said::Server(SaidServer::Restart {
            service: self.service.clone(),
            node: records.strings.get(self.node).to_owned(),
            at: since.and_then(time),
            stopped: down.is_some(),
            up_after_ms: since
                .zip(up)
                .map(|(since, up)| up.when - since.when)
                .filter(|&ms| ms >= 0),
            sign_ins,
        })
    }

    fn evidence(&self, records: &Records) -> Vec<Place> {
        let lines = self.lines.iter();
        lines.map(|line| records.all[line.at].place()).collect()
    }
}

/// Whether a sign-in failed without a word, or with an error of the server itself.
fn is_unanswered(records: &Records, sign_in: &SignIn) -> bool {
    match sign_in.outcome {
        Outcome::SignedIn => false,
        Outcome::Stalled | Outcome::NotCovered | Outcome::Abandoned => true,
        Outcome::Refused => {
            let mut proofs = sign_in.steps.iter().flat_map(|step| &step.evidence);
            proofs.any(|joined| {
                let record = &records.all[joined.at];
                refuses(joined.step, record) && record.facts().status >= Some(500)
            })
        }
    }
}

/// The restarts there were, by node and service, in order of time.
pub(super) fn restarts(records: &Records, flows: &Flows) -> Vec<Restart> {
    let mut of_service: BTreeMap<(&str, &str), Vec<ServerRecord>> = BTreeMap::new();
    let lines = flows.servers.iter();
    for &line in lines.filter(|line| line.event == ServerEvent::Service) {
        let node = records.strings.get(line.node);
        of_service
            .entry((node, service(records, &line)))
            .or_default()
            .push(line);
    }
    let restarts = of_service.into_iter().flat_map(|((_, service), lines)| {
        let near =
            |one: &ServerRecord, next: &ServerRecord| next.when - one.when <= SAME_RESTART_MS;
        let runs: Vec<Vec<_>> = lines.chunk_by(near).map(<[_]>::to_vec).collect();
        runs.into_iter().map(move |lines| Restart {
            node: lines.first().map_or(Sym::NONE, |line| line.node),
            service: service.to_owned(),
            lines,
        })
    });
    restarts.collect()
}

/// The service a line is about: Tomcat's own log names its parts.
fn service<'a>(records: &'a Records, line: &ServerRecord) -> &'a str {
    let record = &records.all[line.at];
    match record.kind() {
        Kind::Catalina => TOMCAT,
        _ => records.strings.get(record.facts().resource),
    }
}

fn restarts_of_bundle(records: &Records, flows: &Flows) -> Vec<Finding> {
    causes_of_bundle(&restarts(records, flows), records, flows)
}

fn check(case: &Case<'_>) -> Vec<Finding> {
    if !is_unanswered(case.records, case.sign_in) {
        return Vec::new();
    }
    cause_of_sign_in(&case.causes.restarts, case)
}
