//! Signed in, but the desktop is incomplete: `follow_up_failed`.
//!
//! *Detects* an HTTP error on what the desktop reads once it is signed in: reason codes, wrap-up
//! reasons, phone books, calls. And the desktop's own word that it could not subscribe to a node.
//!
//! *Evidence*: the calls that failed.
//!
//! *Cause*: the Finesse database; for a subscription the Notification Service.
//!
//! *Check next*: the same calls of other agents; replication of the Finesse database.
//!
//! *Source*: flow of technote 116255, last chapter; `finesse.js` for the subscription.
//!
//! *Confidence*: inferred: the statuses are seen, that the desktop lacks something because of them is
//! not.
//!
//! *Versions*: all.
//!
//! *Must not fire* on 404 to a phone book nobody made, which is an empty one.

use super::{Case, Finding, SignInRule};
use crate::flow::{Confidence, LaterEvent, Severity, StepName};
use crate::record::Record;
use crate::words::{Said, SaidLater};

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &["follow_up_failed"],
    check,
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    let failed = |record: &&Record| {
        let status = record.facts().status.unwrap_or_default();
        status >= 400 && status != 404
    };
    let reads: Vec<&Record> = case
        .evidence()
        .filter(|(step, _)| *step == StepName::FollowUp)
        .map(|(_, record)| record)
        .filter(failed)
        .collect();
    let unsubscribed = case.sign_in.stay.events.iter().filter(|later| {
        let first = later.records.first().map(|joined| case.record(joined.at));
        let word = first.map_or("", |first| case.records.strings.get(first.facts().word));
        later.event == LaterEvent::DesktopError && word.contains("subscribing")
    });
    let unsubscribed = unsubscribed.flat_map(|later| &later.records);
    let unsubscribed: Vec<&Record> = unsubscribed.map(|joined| case.record(joined.at)).collect();
    if reads.is_empty() && unsubscribed.is_empty() {
        return Vec::new();
    }
    let first = |value: fn(&Record) -> crate::record::intern::Sym| {
        let found = reads.iter().map(|record| value(record));
        case.name(
            found
                .into_iter()
                .find(|sym| sym.is_some())
                .unwrap_or_default(),
        )
    };
    vec![Finding {
        rule: "follow_up_failed",
        severity: Severity::Warning,
        confidence: Confidence::Inferred,
        said: Said::Later(SaidLater::FollowUpFailed {
            resource: first(|record| record.facts().resource),
            status: reads.first().and_then(|record| record.facts().status),
        }),
        evidence: reads
            .iter()
            .chain(&unsubscribed)
            .map(|record| record.place())
            .collect(),
    }]
}
