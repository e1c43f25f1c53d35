//! The document the product was born from: Cisco technote 116255, dropped as it is, and its log
//! lines as the five files they were cut from.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bundle;
mod reading;

use logintrace::flow::{Outcome, StepName};
use logintrace::report::{Report, SignIn};
use reading::{Sources, report, report_in};

const DOCUMENT: &[u8] = include_bytes!("data/base-document.zh.txt");

/// Which fenced blocks of the document, 0-based, are of which log.
const LOGS: [(&str, &[usize]); 5] = [
    ("clientlogs/2001.log", &[1, 5, 7, 11, 12, 21, 22, 23, 24]),
    ("tomcat/localhost_access_log.txt", &[0, 2]),
    (
        "webservices/Desktop-webservices.log",
        &[3, 4, 6, 8, 13, 16, 17, 18],
    ),
    ("ctisvr.txt", &[14, 15]),
    ("openfire/debug.log", &[9, 10, 19, 20]),
];

/// Steps the document has lines for.
const SHOWN: [StepName; 13] = [
    StepName::PageLoad,
    StepName::SystemInfo,
    StepName::Connect,
    StepName::Presence,
    StepName::UserGet,
    StepName::LoginRequest,
    StepName::LoginAccepted,
    StepName::CtiRequest,
    StepName::CtiEvent,
    StepName::Publish,
    StepName::Route,
    StepName::EventReceived,
    StepName::SignedIn,
];

/// The document under its own name.
fn document() -> Sources {
    one("base-document.zh.txt", DOCUMENT.to_vec())
}

fn one(name: &str, bytes: Vec<u8>) -> Sources {
    vec![(name.to_owned(), bytes)]
}

fn the_one(report: &Report) -> &SignIn {
    assert_eq!(
        report.sign_ins.len(),
        1,
        "{:#?}",
        report
            .sign_ins
            .iter()
            .map(|one| &one.id)
            .collect::<Vec<_>>()
    );
    &report.sign_ins[0]
}

/// The log lines of the document as the files they were cut from.
fn logs() -> Sources {
    let text = std::str::from_utf8(DOCUMENT).unwrap();
    let blocks: Vec<&str> = text.split("```").skip(1).step_by(2).collect();
    let join = |blocks_of: &[usize]| {
        blocks_of
            .iter()
            .map(|&nth| blocks[nth].trim_start_matches('\n'))
            .collect::<String>()
    };
    LOGS.iter()
        .map(|(name, blocks_of)| ((*name).to_owned(), join(blocks_of).into_bytes()))
        .collect()
}

fn assert_is_the_sign_in(report: &Report) {
    let sign_in = the_one(report);
    assert_eq!(sign_in.agent.as_deref(), Some("2001"));
    assert_eq!(sign_in.extension.as_deref(), Some("2003"));
    assert_eq!(sign_in.login_name.as_deref(), Some("mmouse"));
    assert_eq!(
        sign_in.request_id.as_deref(),
        Some("6e210ca9-5786-43bc-babf-64a397a6057f")
    );
    assert_eq!(sign_in.deployment.as_deref(), Some("CCE"));
    assert_eq!(
        (sign_in.outcome, sign_in.stopped_at),
        (Outcome::SignedIn, None)
    );
    let key = |step: StepName, key: &str| {
        sign_in.steps[step as usize]
            .keys
            .get(key)
            .map(String::as_str)
    };
    assert_eq!(key(StepName::SystemInfo, "nocache"), Some("1366756802163"));
    assert_eq!(key(StepName::UserGet, "nocache"), Some("1366756805180"));
    assert_eq!(key(StepName::CtiRequest, "invoke_id"), Some("20"));
    for step in SHOWN {
        assert!(
            !sign_in.steps[step as usize].evidence.is_empty(),
            "no evidence for {}",
            step.slug()
        );
    }
}

#[test]
fn dropped_as_it_is_it_shows_exactly_one_sign_in() {
    assert_is_the_sign_in(&report(&document()));
}

#[test]
fn the_clients_zone_comes_from_nocache_and_its_clock_is_behind() {
    let report = report(&document());
    let client = report
        .clocks
        .iter()
        .find(|clock| clock.clock == "client:2001")
        .unwrap();
    assert_eq!(client.zone.as_deref(), Some("-04:00"));
    // The event the server stamped 22:40:08.374 was read by the client before its 22:40:06.
    assert!(
        client.offset_ms.unwrap() + client.uncertainty_ms.unwrap() < -2_300,
        "{client:?}"
    );
    assert_eq!(
        report.clocks.iter().filter(|clock| clock.reference).count(),
        1
    );
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.rule == "clock_skew")
    );
}

#[test]
fn a_good_sign_in_has_no_warning() {
    let report = report(&document());
    assert_eq!(
        the_one(&report).findings.len(),
        0,
        "{:#?}",
        the_one(&report).findings
    );
}

#[test]
fn its_passwords_are_nowhere_in_the_report() {
    let json = report(&document()).to_json();
    assert!(!json.contains("MjAwMToyMDAx"));
    assert!(json.contains("credentials_in_log"));
}

#[test]
fn as_five_files_in_a_folder() {
    assert_is_the_sign_in(&report(&logs()));
}

#[test]
fn as_a_zip() {
    let logs = logs();
    let files: Vec<(&str, &[u8])> = logs
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    assert_is_the_sign_in(&report_in(&one("logs.zip", bundle::zip(&files)), 4096));
}

#[test]
fn as_a_tgz_with_zipped_members() {
    let zipped: Vec<(String, Vec<u8>)> = logs()
        .iter()
        .map(|(name, bytes)| (format!("{name}.zip"), bundle::zip(&[(name, bytes)])))
        .collect();
    let files: Vec<(&str, &[u8])> = zipped
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    assert_is_the_sign_in(&report_in(
        &one("active_1366756810000.tgz", bundle::tgz(&files)),
        777,
    ));
}

#[test]
fn the_order_of_the_files_does_not_matter() {
    let logs = logs();
    let mut reversed = logs.clone();
    reversed.reverse();
    assert_eq!(report(&logs).to_json(), report(&reversed).to_json());
}

#[test]
fn the_size_of_the_pieces_does_not_matter() {
    let whole = report(&document()).to_json();
    for chunk in [1, 7, 4096] {
        assert_eq!(
            report_in(&document(), chunk).to_json(),
            whole,
            "chunk {chunk}"
        );
    }
}
