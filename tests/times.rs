//! Clock offsets are applied to the times shown only when asked for, and taken back without a trace.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use logintrace::flow::{Lane, StepName};
use logintrace::protocol::{
    EvidenceOf, ExportFormat, Ladder, RecordView, Reply, Request, SourceMeta, Times,
};
use logintrace::session::Session;
use logintrace::words::Lang;
use logintrace::words::ui_sentences::disorder;

/// Its desktop's clock is 2.8 s behind the server's.
const DOCUMENT: &[u8] = include_bytes!("data/base-document.zh.txt");

fn opened() -> Session {
    let mut session = Session::new();
    let meta = SourceMeta {
        name: "base-document.zh.txt".to_owned(),
        size: DOCUMENT.len() as u64,
    };
    session.open(1, vec![meta], Vec::new());
    session.begin(0);
    session.feed(DOCUMENT);
    session.end(None);
    session.close(false, 0.0);
    session
}

fn id(session: &mut Session) -> String {
    let replies = session.ask(Request::Language { lang: Lang::En });
    let row = replies.into_iter().find_map(|reply| match reply {
        Reply::SignIns { rows, .. } => rows.into_iter().next(),
        _ => None,
    });
    row.unwrap().id
}

fn ladder(session: &mut Session) -> Ladder {
    let sign_in = id(session);
    let question = 1;
    match session.ask(Request::Ladder { question, sign_in }).remove(0) {
        Reply::Ladder { ladder, .. } => *ladder.unwrap(),
        other => panic!("{other:?}"),
    }
}

fn record_of(session: &mut Session, row: usize) -> RecordView {
    let request = Request::Evidence {
        question: 1,
        sign_in: id(session),
        of: EvidenceOf::Row(u32::try_from(row).unwrap()),
    };
    match session.ask(request).remove(0) {
        Reply::Evidence { mut records, .. } => records.remove(0),
        other => panic!("{other:?}"),
    }
}

fn exported(session: &mut Session, format: ExportFormat) -> String {
    let request = Request::Export {
        question: 1,
        format,
        sign_in: None,
    };
    match session.ask(request).remove(0) {
        Reply::Export { text, .. } => text,
        other => panic!("{other:?}"),
    }
}

fn show(session: &mut Session, times: Times) {
    assert!(!session.ask(Request::Times { times }).is_empty());
}

fn row_of(ladder: &Ladder, step: StepName, from: Lane) -> usize {
    let found = ladder
        .rows
        .iter()
        .position(|row| (row.step, row.from) == (step, from));
    found.unwrap()
}

#[test]
fn times_are_as_printed_until_offsets_are_applied() {
    let mut session = opened();
    let printed = ladder(&mut session);
    let received = row_of(&printed, StepName::EventReceived, Lane::Notification);

    show(&mut session, Times::OnReference);
    let applied = ladder(&mut session);
    assert_eq!(applied.times, Times::OnReference);
    let clock = &applied.clocks[applied.rows[received].clock.unwrap() as usize];
    assert_eq!(clock.clock, "client:2001");
    let moved = applied.rows[received].time.unwrap() - printed.rows[received].time.unwrap();
    assert_eq!(moved, -clock.offset_ms.unwrap());
    for (row, before) in applied.rows.iter().zip(&printed.rows) {
        let clock = row.clock.map(|at| &applied.clocks[at as usize]);
        if clock.is_some_and(|clock| clock.reference) {
            assert_eq!(row.time, before.time);
        }
    }
    // The record itself says what its log printed.
    assert_eq!(
        record_of(&mut session, received).time,
        printed.rows[received].time
    );

    show(&mut session, Times::AsPrinted);
    assert_eq!(ladder(&mut session), printed);
}

#[test]
fn an_effect_before_its_cause_is_marked_and_explained() {
    let mut session = opened();
    let printed = ladder(&mut session);
    let received = row_of(&printed, StepName::EventReceived, Lane::Notification);
    let odd = printed.rows[received].disorder.unwrap();
    let said = disorder(Lang::En, &printed, &printed.rows[received], odd);
    assert!(
        said.contains("The clock client:2001 is 2.8 s behind finesse:"),
        "{said}"
    );
    assert!(said.ends_with("The order is by cause."), "{said}");

    show(&mut session, Times::OnReference);
    let applied = ladder(&mut session);
    let odd: Vec<_> = applied
        .rows
        .iter()
        .filter(|row| row.disorder.is_some())
        .collect();
    assert!(odd.is_empty(), "{odd:?}");
}

#[test]
fn what_is_marked_is_later_than_its_cause_by_more_than_rounding() {
    let printed = ladder(&mut opened());
    for row in &printed.rows {
        let Some(odd) = row.disorder else { continue };
        let cause = printed.rows[odd.cause as usize].time.unwrap();
        assert_eq!(cause - row.time.unwrap(), odd.early_ms);
        assert!(odd.early_ms > if row.time_exact { 0 } else { 999 });
    }
}

#[test]
fn exports_say_by_which_clock_they_are() {
    let mut session = opened();
    let (text, json) = (
        exported(&mut session, ExportFormat::Text),
        exported(&mut session, ExportFormat::Json),
    );
    assert!(text.contains("times below are as printed"), "{text}");

    show(&mut session, Times::OnReference);
    let applied = exported(&mut session, ExportFormat::Text);
    assert!(applied.contains("not as printed"), "{applied}");
    assert!(applied.contains("taken off the times below"), "{applied}");
    assert_ne!(text, applied);
    // The report keeps to what the logs print, whatever the page shows.
    assert_eq!(exported(&mut session, ExportFormat::Json), json);
}
