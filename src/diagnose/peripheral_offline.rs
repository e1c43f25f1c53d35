//! Something behind the CTI server was offline: `peripheral_offline`.
//!
//! *Detects*, for the bundle, each time a SYSTEM_EVENT said that the peripheral (id 4), its gateway (6),
//! the central controller (2) or the CTI server (7) is offline, until one said that it is back (3, 1,
//! 8); for a sign-in that the CTI server left unanswered, or refused because the phone system was not
//! there (34, 36, 267, UCCX 88001), that it fell into such a time.
//!
//! *Evidence*: the events of the loss and of the recovery, in each log that has them.
//!
//! *Cause*: the peripheral gateway lost Unified CM (JTAPI) or was restarted; on UCCX the engine is
//! not master, or has no JTAPI provider.
//!
//! *Check next*: the logs of gateway and JTAPI gateway (UCCX: engine) of that minute.
//!
//! *Source*: GED-188, SYSTEM_EVENT and its ids; the fields of a decoded one are guesses after it.
//!
//! *Confidence*: documented: no public log prints these events; inferred that a sign-in failed because
//! of one.
//!
//! *Versions*: all.
//!
//! *Must not fire* on phones that go out of and into service (10, 11); as a warning where nobody's
//! sign-in failed; on a sign-in that was refused for another reason.

use super::causes::{Cause, cause_of_sign_in, causes_of_bundle};
use super::{BundleRule, Case, Finding, SignInRule};
use crate::correlate::Flows;
use crate::correlate::servers::{ServerEvent, ServerRecord};
use crate::correlate::step::{SignIn, refuses};
use crate::correlate::thresholds::{RECOVERY_MS, UNNOTICED_MS};
use crate::flow::{Confidence, Outcome, StepName};
use crate::record::{Place, Records};
use crate::words::{Said, SaidServer};
use std::collections::BTreeMap;

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &["peripheral_offline"],
    check,
};

pub(super) const BUNDLE: BundleRule = BundleRule {
    slugs: &["peripheral_offline"],
    check: outages_of_bundle,
};

/// CF_RESOURCE_OUT_OF_SERVICE, CF_NETWORK_OUT_OF_SERVICE, CF_ADJUNCT_SWITCH_COMM_ERROR (GED-188), and
/// UCCX's JTAPI error: the phone system is not there.
const NO_PHONE_SYSTEM: [u32; 4] = [34, 36, 267, 88_001];

/// A time in which something behind the CTI server was offline.
#[derive(Debug)]
pub(super) struct Outage {
    /// Id of the event that says so.
    id: u32,
    gone: Vec<ServerRecord>,
    back: Vec<ServerRecord>,
}

impl Outage {
    fn from(&self) -> Option<i64> {
        self.gone.iter().map(|server| server.when).min()
    }

    fn until(&self) -> Option<i64> {
        self.back.iter().map(|server| server.when).max()
    }
}

impl Cause for Outage {
    const RULE: &'static str = "peripheral_offline";
    const CONFIDENCE: Confidence = Confidence::Documented;

    fn explains(&self, records: &Records, sign_in: &SignIn, ended: i64) -> bool {
        let Some(from) = self.from() else {
            return false;
        };
        let until = self.until().unwrap_or(from + RECOVERY_MS);
        (from - UNNOTICED_MS..=until).contains(&ended) && points_behind(records, sign_in)
    }

    fn said(&self, records: &Records, flows: &Flows, sign_ins: usize) -> Said {
        let first = self
            .gone
            .iter()
            .min_by_key(|server| (server.when, server.at));
        Said::Server(SaidServer::BackendOffline {
            event: self.id,
            from: first.and_then(|first| flows.read(records, first.at)),
            lasted_ms: self
                .from()
                .zip(self.until())
                .map(|(from, until)| until - from),
            sign_ins,
        })
    }

    fn evidence(&self, records: &Records) -> Vec<Place> {
        let told = self.gone.iter().chain(&self.back);
        told.map(|server| records.all[server.at].place()).collect()
    }
}

/// Whether the way a sign-in failed may come from behind the CTI server.
fn points_behind(records: &Records, sign_in: &SignIn) -> bool {
    match sign_in.outcome {
        Outcome::Stalled => {
            matches!(
                sign_in.stopped_at,
                Some(StepName::CtiReply | StepName::CtiEvent)
            )
        }
        Outcome::Refused => {
            let mut proofs = sign_in.steps.iter().flat_map(|step| &step.evidence);
            proofs.any(|joined| {
                let record = &records.all[joined.at];
                let code = record.facts().failure;
                refuses(joined.step, record)
                    && code.is_some_and(|code| NO_PHONE_SYSTEM.contains(&code))
            })
        }
        _ => false,
    }
}

/// What of the backend an event is about, by the event that says it is gone.
fn gone_as(id: u32) -> u32 {
    match id {
        1 => 2,
        3 | 6 => 4,
        8 => 7,
        gone => gone,
    }
}

/// The outages, in order of time. Each log tells of both ends by its own clock; what several logs tell
/// of one time is one outage.
pub(super) fn outages(records: &Records, flows: &Flows) -> Vec<Outage> {
    let mut told: BTreeMap<(bool, &str, u32), Vec<Outage>> = BTreeMap::new();
    for &server in flows.servers.iter() {
        let record = &records.all[server.at];
        let of_backend = matches!(
            server.event,
            ServerEvent::BackendOffline | ServerEvent::BackendOnline
        );
        let id = record.facts().count.filter(|_| of_backend);
        let Some(id) = id.and_then(|id| u32::try_from(id).ok()) else {
            continue;
        };
        let node = records.strings.get(server.node);
        let own = told
            .entry((record.kind().is_cti_side(), node, gone_as(id)))
            .or_default();
        let open = own.last_mut().filter(|outage| outage.back.is_empty());
        match (server.event, open) {
            (ServerEvent::BackendOffline, Some(outage)) => outage.gone.push(server),
            (ServerEvent::BackendOffline, None) => own.push(Outage {
                id,
                gone: vec![server],
                back: Vec::new(),
            }),
            (_, Some(outage)) => outage.back.push(server),
            (_, None) => {}
        }
    }
    let mut all: Vec<Outage> = told.into_values().flatten().collect();
    all.sort_by_key(|outage| (gone_as(outage.id), outage.from()));
    let mut merged: Vec<Outage> = Vec::new();
    for outage in all {
        match merged.last_mut() {
            Some(last) if is_same(last, &outage) => {
                last.gone.extend(outage.gone);
                last.back.extend(outage.back);
            }
            _ => merged.push(outage),
        }
    }
    merged.sort_by_key(Outage::from);
    merged
}

fn is_same(one: &Outage, other: &Outage) -> bool {
    let began = one.from().zip(other.from());
    gone_as(one.id) == gone_as(other.id)
        && began.is_some_and(|(one, other)| (other - one).abs() <= UNNOTICED_MS)
}

fn outages_of_bundle(records: &Records, flows: &Flows) -> Vec<Finding> {
    causes_of_bundle(&outages(records, flows), records, flows)
}

fn check(case: &Case<'_>) -> Vec<Finding> {
    if !points_behind(case.records, case.sign_in) {
        return Vec::new();
    }
    cause_of_sign_in(&case.causes.outages, case)
}
