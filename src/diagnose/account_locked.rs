//! Agents locked out by wrong passwords: `account_locked`.
//!
//! *Detects* more than five sign-ins of one agent answered 401, each within five minutes of the one
//! before: Finesse refuses the right password, too, from the fifth failure on, for five minutes. One
//! finding per agent. Where Tomcat's own log says that the user is locked, the sign-in itself says so
//! (the rules of the REST API's refusals); else it says `wrong_password`.
//!
//! *Evidence*: the refused call of each sign-in, and Tomcat's lines about the locked user.
//!
//! *Cause*: a saved password that has changed, another program that signs in with it.
//!
//! *Check next*: where the first failures come from (browser address in the access log); wait five
//! minutes without any try.
//!
//! *Source*: Cisco Finesse developer guide, "User – sign in": five failures, five minutes. The CTI
//! server's own code for it is 289.
//!
//! *Confidence*: seen where Tomcat's own log says that the user is locked, else documented: five
//! failures in five minutes lock.
//!
//! *Versions*: all; Tomcat's lines in both of their forms.
//!
//! *Must not fire* on an agent who needs two or three tries.

use super::{BundleRule, Finding};
use crate::correlate::Flows;
use crate::correlate::servers::ServerEvent;
use crate::flow::{Confidence, Severity, StepName};
use crate::record::Records;
use crate::record::intern::Sym;
use crate::words::{Said, SaidServer};

pub(super) const RULE: BundleRule = BundleRule {
    slugs: &["account_locked"],
    check,
};

/// Failures that lock, and for how long, ms.
const FAILURES: usize = 5;
const LOCKED_MS: i64 = 5 * 60_000;

fn check(records: &Records, flows: &Flows) -> Vec<Finding> {
    let mut agents: Vec<(&str, Sym)> = flows
        .of_agent
        .iter()
        .filter(|(_, own)| own.len() > FAILURES)
        .map(|(&agent, _)| (records.strings.get(agent), agent))
        .collect();
    agents.sort_unstable();
    let locked = agents.into_iter().flat_map(|(name, agent)| {
        let failures = failures(records, flows, agent);
        let runs = failures.chunk_by(|one, next| next.0 - one.0 <= LOCKED_MS);
        let runs: Vec<Vec<usize>> = runs
            .filter(|run| run.len() > FAILURES)
            .map(|run| run.iter().map(|&(_, at)| at).collect())
            .collect();
        runs.into_iter()
            .map(move |run| finding(records, flows, (name, agent), &run))
    });
    locked.collect()
}

fn finding(records: &Records, flows: &Flows, (name, agent): (&str, Sym), run: &[usize]) -> Finding {
    let ends = run.first().zip(run.last());
    let lasted = ends.and_then(|(&first, &last)| {
        Some((flows.when(records, first)?, flows.when(records, last)?))
    });
    let during = lasted.map(|(from, until)| flows.servers.during(from..=until));
    let said = during
        .into_iter()
        .flatten()
        .filter(|server| server.event == ServerEvent::LockedOut && server.agent == agent);
    let said: Vec<usize> = said.map(|server| server.at).collect();
    Finding {
        rule: "account_locked",
        severity: Severity::Warning,
        confidence: match said.is_empty() {
            true => Confidence::Documented,
            false => Confidence::Seen,
        },
        said: Said::Server(SaidServer::LockedOut {
            agent: name.to_owned(),
            failures: run.len(),
        }),
        evidence: run
            .iter()
            .chain(&said)
            .map(|&at| records.all[at].place())
            .collect(),
    }
}

/// The sign-ins of an agent answered 401: when, and the first record that says so.
fn failures(records: &Records, flows: &Flows, agent: Sym) -> Vec<(i64, usize)> {
    let own = flows.of_agent.get(&agent).map_or(&[][..], Vec::as_slice);
    let refused = own.iter().filter_map(|&nth| {
        let read = &flows.sign_ins[nth].step(StepName::UserGet).evidence;
        let refused = |at: &usize| records.all[*at].facts().status == Some(401);
        let at = read.iter().map(|joined| joined.at).find(refused)?;
        Some((flows.when(records, at)?, at))
    });
    let mut failures: Vec<(i64, usize)> = refused.collect();
    failures.sort_unstable();
    failures
}
