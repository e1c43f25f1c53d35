//! Things that are not logs, or not whole: a clear message for each, and nothing else lost.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bundle;

use logintrace::protocol::SourceMeta;
use logintrace::record::Kind;
use logintrace::report::Report;
use logintrace::session::Session;

const DOCUMENT: &[u8] = include_bytes!("data/base-document.zh.txt");

/// Reads things beside the base document, which must not suffer.
fn beside_a_good_file(bad: &[(&str, &[u8])]) -> Report {
    let mut sources = vec![("good.txt", DOCUMENT)];
    sources.extend_from_slice(bad);
    let mut session = Session::new();
    let meta = |(name, bytes): &(&str, &[u8])| SourceMeta {
        name: (*name).to_owned(),
        size: bytes.len() as u64,
    };
    session.open(1, sources.iter().map(meta).collect(), Vec::new());
    for (nth, (_, bytes)) in (0u32..).zip(&sources) {
        session.begin(nth);
        bytes.chunks(1 << 16).for_each(|piece| session.feed(piece));
        session.end(None);
    }
    session.close(false, 0.0);
    let report = session.report(None);
    assert_eq!(report.sign_ins.len(), 1, "the good file lost its sign-in");
    report
}

/// The problem of the file whose chain starts with `name`.
fn problem(report: &Report, name: &str) -> String {
    let file = report
        .files
        .iter()
        .find(|file| file.chain[0] == name && file.problem.is_some());
    file.unwrap_or_else(|| panic!("{name} has no problem: {:#?}", report.files))
        .problem
        .clone()
        .unwrap()
}

#[test]
fn an_empty_file() {
    let report = beside_a_good_file(&[("nothing.log", b"")]);
    assert_eq!(problem(&report, "nothing.log"), "the file is empty");
}

#[test]
fn an_empty_archive() {
    let report = beside_a_good_file(&[("nothing.zip", &bundle::zip(&[]))]);
    assert!(problem(&report, "nothing.zip").contains("empty"));
}

#[test]
fn a_picture() {
    let report = beside_a_good_file(&[(
        "photo.log",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02\0\0\x01\0\x01\0\0",
    )]);
    assert!(
        problem(&report, "photo.log").contains("JPEG"),
        "{}",
        problem(&report, "photo.log")
    );
}

/// Bytes as they come, of which hardly one is zero: not known for binary by that.
#[test]
fn a_binary_trace_of_the_cti_server() {
    let mut state = 1_u32;
    let trace: Vec<u8> = (0..40_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect();
    let zeros = [vec![0; 3_000], trace.clone()].concat();
    let report = beside_a_good_file(&[
        ("ctisvr_170314_090000_000000.ems", &trace),
        ("ctisvr_170314_100000_000000.ems", &zeros),
        ("other.bin", &trace),
        (
            "dumplog of x.ems.txt",
            b"09:00:01:002 cg1A-ctisvr Trace: caf\xe9\n",
        ),
    ]);
    for name in [
        "ctisvr_170314_090000_000000.ems",
        "ctisvr_170314_100000_000000.ems",
    ] {
        assert_eq!(
            problem(&report, name),
            "binary EMS trace: run dumplog on the server first"
        );
    }
    let of = |name: &str| {
        report
            .files
            .iter()
            .find(|file| file.chain[0] == name)
            .unwrap()
    };
    assert_eq!(of("other.bin").kind, Kind::Unknown);
    let dumplog = of("dumplog of x.ems.txt");
    assert_eq!((dumplog.kind, &dumplog.problem), (Kind::CtiServer, &None));
}

#[test]
fn a_zip_cut_in_the_middle_keeps_what_was_before() {
    let whole = bundle::zip(&[("first.txt", DOCUMENT), ("second.txt", &bundle::log(2_000))]);
    let report = beside_a_good_file(&[("cut.zip", &whole[..whole.len() * 3 / 4])]);
    assert!(
        problem(&report, "cut.zip").contains("expected"),
        "{}",
        problem(&report, "cut.zip")
    );
    assert!(
        report
            .files
            .iter()
            .any(|file| file.chain == ["cut.zip", "first.txt"] && file.problem.is_none())
    );
}

#[test]
fn a_gzip_cut_in_the_middle_keeps_what_was_before() {
    let whole = bundle::gzip(&bundle::log(5_000));
    let report = beside_a_good_file(&[("cut.log.gz", &whole[..whole.len() / 2])]);
    assert!(
        problem(&report, "cut.log.gz").contains("expected"),
        "{}",
        problem(&report, "cut.log.gz")
    );
    let file = report
        .files
        .iter()
        .find(|file| file.chain[0] == "cut.log.gz" && file.lines > 0);
    assert!(file.is_some(), "nothing of it was read");
}

#[test]
fn a_zip_with_a_password() {
    let locked = include_bytes!("data/archives/infozip-password.zip");
    let report = beside_a_good_file(&[("locked.zip", locked)]);
    assert!(
        problem(&report, "locked.zip").contains("password"),
        "{}",
        problem(&report, "locked.zip")
    );
}

#[test]
fn bytes_that_are_not_utf_8_are_counted_and_the_rest_is_read() {
    let mut text = b"caf\xe9 \xff\xfe\n".to_vec();
    text.extend_from_slice(DOCUMENT);
    let report = beside_a_good_file(&[("latin.txt", &text)]);
    assert_eq!(
        report
            .files
            .iter()
            .find(|file| file.chain[0] == "latin.txt")
            .unwrap()
            .problem,
        None
    );
}

#[test]
fn utf_16_is_read_like_utf_8() {
    let text = std::str::from_utf8(DOCUMENT).unwrap();
    let mut wide = vec![0xff, 0xfe];
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let report = beside_a_good_file(&[("wide.txt", &wide)]);
    let kinds: Vec<_> = report
        .files
        .iter()
        .map(|file| (file.kind, file.records, file.lines))
        .collect();
    assert_eq!(kinds[0], kinds[1]);
}

#[test]
fn a_file_that_vanishes_while_it_is_read() {
    let mut session = Session::new();
    let meta = |name: &str| SourceMeta {
        name: name.to_owned(),
        size: DOCUMENT.len() as u64,
    };
    session.open(1, vec![meta("gone.txt"), meta("good.txt")], Vec::new());
    session.begin(0);
    session.feed(&DOCUMENT[..3_000]);
    session.end(Some("the file is no longer there".to_owned()));
    session.begin(1);
    session.feed(DOCUMENT);
    session.end(None);
    session.close(false, 0.0);
    let report = session.report(None);
    assert!(problem(&report, "gone.txt").contains("no longer there"));
    assert_eq!(report.sign_ins.len(), 1);
}

#[test]
fn something_that_could_not_even_be_opened() {
    let mut session = Session::new();
    session.open(
        1,
        Vec::new(),
        vec![("locked.log".to_owned(), "permission denied".to_owned())],
    );
    session.close(false, 0.0);
    assert_eq!(
        problem(&session.report(None), "locked.log"),
        "permission denied"
    );
}

#[test]
fn one_line_without_end_uses_no_memory_for_it() {
    let mut session = Session::new();
    let piece = vec![b'x'; 1 << 20];
    session.open(
        1,
        vec![SourceMeta {
            name: "long.log".to_owned(),
            size: 64 << 20,
        }],
        Vec::new(),
    );
    session.begin(0);
    for _ in 0..64 {
        session.feed(&piece);
    }
    session.end(None);
    session.close(false, 0.0);
    let report = session.report(None);
    assert_eq!(
        (report.files[0].lines, report.files[0].bytes),
        (1, 64 << 20)
    );
    assert_eq!(report.files[0].truncated, 1);
}

#[test]
fn ten_thousand_tiny_files() {
    let names: Vec<String> = (0..10_000)
        .map(|nth| format!("logs/{nth:05}.log"))
        .collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), b"x\n".as_slice()))
        .collect();
    let report = beside_a_good_file(&[("many.tgz", &bundle::tgz(&files))]);
    assert_eq!(report.files.len(), 10_001);
}

#[test]
fn the_order_of_the_sources_does_not_matter_even_with_equal_names() {
    let read = |sources: [&[u8]; 2]| {
        let mut session = Session::new();
        let meta = || SourceMeta {
            name: "same.log".to_owned(),
            size: 1,
        };
        session.open(1, vec![meta(), meta()], Vec::new());
        for (nth, bytes) in (0u32..).zip(sources) {
            session.begin(nth);
            session.feed(bytes);
            session.end(None);
        }
        session.close(false, 0.0);
        session.report(None).to_json()
    };
    assert_eq!(read([DOCUMENT, b"other\n"]), read([b"other\n", DOCUMENT]));
}
