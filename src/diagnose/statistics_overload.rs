//! The statistics of the queues overrun their interval: `statistics_overload`.
//!
//! *Detects* the webservices error `QUEUE STATISTICS POLLING ERROR` (maximum pool and queue capacity
//! reached).
//!
//! *Evidence*: the first and the last of these lines on each node.
//!
//! *Cause*: Finesse asks for every queue's statistics every ten seconds; at more than 62 ms a reply,
//! 751 requests no longer fit. Everything that goes over the same connection is late then.
//!
//! *Check next*: the round trip to the CTI server (leg `cti_reply`), the number of queues.
//!
//! *Source*: Cisco technote 200937. The mnemonic is printed with blanks.
//!
//! *Confidence*: seen: the error itself.
//!
//! *Versions*: all; the mnemonic as technote 200937 prints it.
//!
//! *Must not fire* on the requests themselves (`QUEUE_STATISTICS_REQUEST`), which are normal.

use super::{BundleRule, Finding};
use crate::correlate::Flows;
use crate::correlate::servers::{ServerEvent, ServerRecord};
use crate::flow::{Confidence, Severity};
use crate::record::Records;
use crate::record::intern::Sym;
use crate::words::{Said, SaidServer};
use std::collections::BTreeMap;

pub(super) const RULE: BundleRule = BundleRule {
    slugs: &["statistics_overload"],
    check,
};

fn check(records: &Records, flows: &Flows) -> Vec<Finding> {
    let mut nodes: BTreeMap<(&str, Sym), Vec<&ServerRecord>> = BTreeMap::new();
    let overload = |server: &&ServerRecord| server.event == ServerEvent::StatisticsOverload;
    for server in flows.servers.iter().filter(overload) {
        let name = records.strings.get(server.node);
        nodes.entry((name, server.node)).or_default().push(server);
    }
    let findings = nodes.into_iter().map(|((node, _), lines)| {
        let ends = [lines.first(), lines.get(1..).and_then(<[_]>::last)];
        Finding {
            rule: "statistics_overload",
            severity: Severity::Warning,
            confidence: Confidence::Seen,
            said: Said::Server(SaidServer::StatisticsOverload {
                node: node.to_owned(),
                times: lines.len(),
            }),
            evidence: ends
                .into_iter()
                .flatten()
                .map(|server| records.all[server.at].place())
                .collect(),
        }
    });
    findings.collect()
}
