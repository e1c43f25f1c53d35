//! A sign-in as a ladder: lanes, bands and rows in causal order, as values. The page paints it, the
//! text report draws it with characters; neither computes anything.

mod coverage;
mod decoded;
mod label;
mod latency;
mod rows;
mod strip;
mod times;

use crate::correlate::step::SignIn;
use crate::diagnose::Finding;
use crate::flow::{LANES, Lane, Outcome, Severity, StepStatus};
use crate::protocol::{Band, FindingView, Ladder, LaneView, Row, SignInRow, Verdict};
use crate::record::{Kind, Records};
use crate::words::{self, Lang, Said};
pub use coverage::coverage;
pub use decoded::{causes, decoded};
pub use label::{between, keys};
pub use latency::latencies;
pub use rows::records_of_row;
use std::collections::BTreeSet;
pub use strip::strip;
pub use times::Scene;

/// The ladder of a sign-in.
#[must_use]
pub fn ladder(scene: &Scene<'_>, sign_in: &SignIn) -> Ladder {
    let (rows, clocks) = rows::rows(scene, sign_in);
    Ladder {
        sign_in: list_row(scene, sign_in),
        verdict: verdict(sign_in, &scene.findings(sign_in), scene.lang),
        lanes: LANES
            .iter()
            .map(|&lane| lane_view(scene.records, sign_in, lane))
            .collect(),
        bands: bands(&rows),
        rows,
        times: scene.times,
        clocks: clocks.iter().filter_map(|&id| scene.clock(id)).collect(),
    }
}

/// A sign-in as it stands in the list.
#[must_use]
pub fn list_row(scene: &Scene<'_>, sign_in: &SignIn) -> SignInRow {
    let text = |sym| scene.records.strings.some(sym).map(str::to_owned);
    SignInRow {
        id: sign_in.id.clone(),
        agent: text(sign_in.agent).unwrap_or_default(),
        login_name: text(sign_in.login_name),
        extension: text(sign_in.extension),
        node: text(sign_in.node),
        started: scene.started(sign_in),
        duration_ms: sign_in.duration_ms,
        outcome: sign_in.outcome,
        stopped_at: sign_in.stopped_at,
        slow: sign_in
            .steps
            .iter()
            .any(|step| step.status == StepStatus::Slow),
        verdict: verdict(sign_in, &scene.findings(sign_in), scene.lang).title,
    }
}

/// The verdict on a sign-in of which `findings` are all there is to say: the worst one's sentence, or how
/// it ended. What is only worth knowing is no verdict on a sign-in that went well.
#[must_use]
pub fn verdict(sign_in: &SignIn, findings: &[Finding], lang: Lang) -> Verdict {
    let ended = Said::Ended {
        outcome: sign_in.outcome,
        duration_ms: sign_in.duration_ms,
        stopped_at: sign_in.stopped_at,
    };
    let signed_in = sign_in.outcome == Outcome::SignedIn;
    let worst = findings
        .first()
        .filter(|finding| !signed_in || finding.severity > Severity::Info);
    let title = match worst {
        Some(finding) if signed_in => words::signed_in_but(lang, &finding.said),
        Some(finding) => finding.said.texts(lang).title,
        None => ended.texts(lang).title,
    };
    Verdict {
        title,
        findings: findings
            .iter()
            .map(|finding| finding_view(finding, lang))
            .collect(),
    }
}

/// A finding in words.
#[must_use]
pub fn finding_view(finding: &Finding, lang: Lang) -> FindingView {
    let texts = finding.said.texts(lang);
    FindingView {
        rule: finding.rule.to_owned(),
        severity: finding.severity,
        confidence: finding.confidence,
        title: texts.title,
        explanation: texts.explanation,
        next: texts.next,
        evidence: u32::try_from(finding.evidence.len()).unwrap_or(u32::MAX),
    }
}

/// Runs of rows of one stage. A stage may come again: follow-ups of an earlier step are not moved.
fn bands(rows: &[Row]) -> Vec<Band> {
    let mut bands: Vec<Band> = Vec::new();
    for (nth, row) in (0u32..).zip(rows) {
        match bands
            .last_mut()
            .filter(|band| band.stage == row.step.stage())
        {
            Some(band) => {
                band.rows += 1;
                band.status = worse(band.status, row.status);
            }
            None => bands.push(Band {
                stage: row.step.stage(),
                first: nth,
                rows: 1,
                status: row.status,
            }),
        }
    }
    bands
}

fn worse(one: StepStatus, other: StepStatus) -> StepStatus {
    let badness = |status: StepStatus| match status {
        StepStatus::NotCovered => 0,
        StepStatus::Ok => 1,
        StepStatus::Slow => 2,
        StepStatus::Missing => 3,
        StepStatus::Error => 4,
    };
    if badness(other) > badness(one) {
        other
    } else {
        one
    }
}

fn lane_view(records: &Records, sign_in: &SignIn, lane: Lane) -> LaneView {
    let (proof, kinds): (Option<Kind>, &[Kind]) = match lane {
        Lane::Client => (Some(Kind::ClientLog), &[Kind::ClientLog]),
        Lane::Tomcat => (Some(Kind::AccessLog), &[Kind::AccessLog]),
        Lane::RestApi => (Some(Kind::Webservices), &[Kind::Webservices]),
        Lane::CtiServer => (Some(Kind::CtiServer), &[Kind::CtiServer, Kind::UccxEngine]),
        Lane::Notification => (
            Some(Kind::Notification),
            &[Kind::Notification, Kind::HttpWire],
        ),
        Lane::FinesseDb => (None, &[]),
    };
    let own: Vec<_> = sign_in
        .records()
        .map(|at| &records.all[at])
        .filter(|record| kinds.contains(&record.kind()))
        .collect();
    let nodes: BTreeSet<&str> = own
        .iter()
        .map(|record| {
            if lane == Lane::Tomcat {
                sign_in.node
            } else {
                record.keys().node
            }
        })
        .filter_map(|node| records.strings.some(node))
        .collect();
    LaneView {
        lane,
        nodes: nodes.into_iter().map(str::to_owned).collect(),
        covered: !own.is_empty() || sign_in.covered.contains(&lane),
        proof,
    }
}
