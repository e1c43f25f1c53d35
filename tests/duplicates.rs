//! Records that stand in a bundle more than once count once: the same file twice, a log and its
//! `Error-` companion, overlapping uploads. What happened twice stays two.

mod bundle;
mod reading;

use bundle::{gzip, tgz, zip};
use logintrace::record::Kind;
use logintrace::report::{File, Report};
use logintrace::session::Session;
use logintrace::simulate::{self, Bundle, Config};
use reading::{Sources, report, sources};

/// A calm day: what is tested here does not depend on how much is said.
fn simulated(seed: u64) -> Bundle {
    simulate::run(&Config {
        both_hear: true,
        calm: 10,
        ..Config::new(12, seed)
    })
}

fn named<'r>(report: &'r Report, name: &str) -> &'r File {
    let named = |file: &&File| file.chain.join("/").ends_with(name);
    report.files.iter().find(named).expect(name)
}

/// The report says the same of sign-ins and clocks; files and their counts may differ.
#[track_caller]
fn assert_same_sign_ins(one: &Sources, other: &Sources) {
    reading::assert_same(&reading::told(one), &reading::told(other), "sign-ins");
}

#[test]
fn a_log_keeps_what_its_error_log_repeats() {
    let bundle = simulated(3);
    let all = sources(&bundle);
    let report = report(&all);
    let of_errors = |file: &&File| file.chain[0].contains("Error-Desktop-webservices");
    let errors: Vec<&File> = report.files.iter().filter(of_errors).collect();
    assert!(!errors.is_empty(), "the simulator writes error logs");
    for file in errors {
        assert!(file.records > 0, "{:?}", file.chain);
        assert_eq!(
            file.orphans, 0,
            "{:?}: what is kept is repeated",
            file.chain
        );
    }
    let without: Sources = all
        .iter()
        .filter(|(name, _)| !name.contains("Error-Desktop-webservices"))
        .cloned()
        .collect();
    assert_same_sign_ins(&all, &without);
}

#[test]
fn the_same_files_in_other_wrappings_count_once() {
    type Wrap = fn(&str, &[u8]) -> (String, Vec<u8>);
    const WRAPS: [Wrap; 4] = [
        |name, bytes| (format!("again/{name}"), bytes.to_vec()),
        |name, bytes| (format!("again/{name}.gz"), gzip(bytes)),
        |name, bytes| (format!("again/{name}.zip"), zip(&[("x.log", bytes)])),
        |name, bytes| (format!("again/{name}.tgz"), tgz(&[("logs/x.log", bytes)])),
    ];
    let once = sources(&simulated(4));
    let told_once = reading::told(&once);
    let orphans = |report: &Report| report.files.iter().map(|file| file.orphans).sum::<u64>();
    let orphans_once = orphans(&report(&once));
    for wrap in WRAPS {
        let copies = once.iter().map(|(name, bytes)| wrap(name, bytes));
        let twice: Sources = once.iter().cloned().chain(copies).collect();
        let report = report(&twice);
        let copies = report
            .files
            .iter()
            .filter(|file| file.duplicate_of.is_some());
        assert_eq!(copies.count(), once.len());
        assert_eq!(orphans(&report), orphans_once);
        reading::assert_same(&told_once, &reading::told(&twice), "copies");
    }
}

#[test]
fn the_whole_bundle_twice_counts_once() {
    let bundle = simulated(5);
    let packed = bundle.pack();
    let once = vec![("a.tgz".to_owned(), packed.clone())];
    let twice = vec![
        ("a.tgz".to_owned(), packed.clone()),
        ("b.tgz".to_owned(), packed),
    ];
    assert_same_sign_ins(&once, &twice);
    let files = report(&twice).files;
    assert_eq!(
        files
            .iter()
            .filter(|file| file.duplicate_of.is_some())
            .count(),
        bundle.files.len()
    );
}

/// A log collected twice with other windows: both hold the middle.
#[test]
fn overlapping_pieces_of_one_log_count_once() {
    let bundle = simulated(6);
    let once = sources(&bundle);
    for kind in [
        Kind::Webservices,
        Kind::CtiServer,
        Kind::ClientLog,
        Kind::Notification,
    ] {
        let nth = bundle
            .truth
            .files
            .iter()
            .position(|file| file.kind == kind && file.lines > 60);
        let nth = nth.expect("a log of every kind");
        let file = &bundle.files[nth];
        let text = std::str::from_utf8(&file.bytes).expect("UTF-8");
        let starts = reading::entry_starts(kind, text);
        let (third, two_thirds) = (starts[starts.len() / 3], starts[starts.len() * 2 / 3]);
        let mut twice: Sources = once
            .iter()
            .filter(|(name, _)| *name != file.path)
            .cloned()
            .collect();
        twice.push((format!("{}.1", file.path), text[..two_thirds].into()));
        twice.push((format!("{}.2", file.path), text[third..].into()));
        let (whole, pieces) = (report(&once), report(&twice));
        let (first, second) = (named(&pieces, ".1"), named(&pieces, ".2"));
        let repeated = first.duplicates + second.duplicates;
        assert!(
            repeated >= 3,
            "{kind:?}: {repeated} records of the middle are in both"
        );
        assert!(
            first.records + second.records > named(&whole, &file.path).records,
            "{kind:?}: the pieces overlap"
        );
        let (one, other) = (
            reading::told_without_lines(&once),
            reading::told_without_lines(&twice),
        );
        reading::assert_same(&one, &other, &format!("{kind:?}"));
    }
}

#[test]
fn what_one_log_says_twice_happened_twice() {
    let line = "0000000345: 192.0.2.10: May 23 2014 10:34:12.372 +0530: %CCBU_http-1-6-REQUEST_START: \
        %[method_name=PUT][resource_name=/User/2001][usr=2001]: Request start\n";
    let report = |files: &[(&str, String)]| {
        let named = |(name, text): &(&str, String)| ((*name).to_owned(), text.clone().into_bytes());
        reading::report(&files.iter().map(named).collect())
    };
    let other = line.replace("12.372", "12.373");
    let one = report(&[("a.log", line.repeat(2))]);
    assert_eq!(one.files[0].duplicates, 0, "within one file");
    let two = report(&[
        ("a.log", format!("{}{other}", line.repeat(2))),
        ("b.log", line.repeat(3)),
    ]);
    let counts: Vec<u64> = two.files.iter().map(|file| file.duplicates).collect();
    assert_eq!(
        counts,
        [0, 2],
        "the first two of three; the third happened once more"
    );
}

#[test]
fn nodes_that_hear_the_same_are_two() {
    let line = "0000000345: 192.0.2.10: May 23 2014 10:34:12.372 +0530: %CCBU_http-1-6-REQUEST_START: \
        %[method_name=PUT][resource_name=/User/2001][usr=2001]: Request start\n";
    let other_node = line.replace("192.0.2.10", "192.0.2.11");
    let unnamed = line.replace(" 192.0.2.10", "");
    let duplicates = |a: (&str, &str), b: (&str, &str)| {
        let file = |(name, line): (&str, &str)| (name.to_owned(), line.as_bytes().to_vec());
        let mut b = file(b);
        b.1.splice(0..0, *b"a line of no entry\n");
        let report = reading::report(&vec![file(a), b]);
        report.files.iter().map(|file| file.duplicates).sum::<u64>()
    };
    assert_eq!(
        duplicates(("x/a.log", line), ("y/b.log", line)),
        1,
        "one node"
    );
    assert_eq!(
        duplicates(("x/a.log", line), ("y/b.log", &other_node)),
        0,
        "two nodes"
    );
    assert_eq!(
        duplicates(("x/a.log", &unnamed), ("x/b.log", &unnamed)),
        1,
        "one folder"
    );
    assert_eq!(
        duplicates(("x/a.log", &unnamed), ("y/b.log", &unnamed)),
        0,
        "two folders, no node"
    );
}

/// Two uploads of one log, both dropped under its name; one of them could not be read to its end.
#[test]
fn of_equal_files_the_one_without_a_problem_is_the_original() {
    let line = "0000000345: 192.0.2.10: May 23 2014 10:34:12.372 +0530: %CCBU_http-1-6-REQUEST_START: \
        %[method_name=PUT][resource_name=/User/2001][usr=2001]: Request start\n";
    let sources = vec![("a.log".to_owned(), line.into()); 2];
    for failed in [0, 1] {
        let mut session = Session::new();
        session.open(1, reading::metas(&sources), Vec::new());
        for nth in [0, 1] {
            session.begin(nth);
            session.feed(line.as_bytes());
            session.end((nth == failed).then(|| "it is gone".to_owned()));
        }
        session.close(false, 0.0);
        let files = session.report(None).files;
        let [original, copy] = files.as_slice() else {
            panic!("{files:?}");
        };
        assert_eq!((&original.problem, original.duplicate_of), (&None, None));
        assert_eq!(copy.duplicate_of, Some(0));
        assert_eq!(copy.problem.as_deref(), Some("it is gone"));
    }
}

/// Page loads without a time look alike, day after day.
#[test]
fn lines_without_time_or_key_are_never_repetitions() {
    let page = "192.0.2.7 192.0.2.7 - - 80 GET /desktop/container/ HTTP/1.1 200 830 0\n\
        192.0.2.7 192.0.2.7 - - 80 GET /desktop/container/a.css HTTP/1.1 200 830 0\n\
        192.0.2.7 192.0.2.7 - - 80 GET /desktop/container/b.js HTTP/1.1 200 830 0\n";
    let files = vec![
        ("log.1".to_owned(), page.as_bytes().to_vec()),
        ("log.2".to_owned(), page.repeat(2).into_bytes()),
    ];
    let report = report(&files);
    assert!(
        report
            .files
            .iter()
            .all(|file| file.records > 0 && file.duplicates == 0)
    );
}

/// Two desktops whose clocks agree may be told the same in the same millisecond.
#[test]
fn desktops_that_are_told_the_same_are_two() {
    let log = |nocache: &str, agent: &str| {
        format!(
            "2017-03-14T08:06:16.161 -05:00: : fin-a.acme.example: --- -- ---- --:--:--.--- -----: Container : \
             [ClientServices] SystemInfo: requestId='undefined', Making REST request: method=GET, \
             url='/finesse/api/SystemInfo?nocache={nocache}'\n\
             2017-03-14T08:06:16.307 -05:00: : fin-a.acme.example: --- -- ---- --:--:--.--- -----: Container : \
             [ClientServices] SystemInfo: requestId='undefined', Returned with status=200, \
             content='<SystemInfo><status>IN_SERVICE</status></SystemInfo>'\n\
             2017-03-14T08:06:17.001 -05:00: : fin-a.acme.example: --- -- ---- --:--:--.--- -----: Container : \
             [ClientServices] User: requestId='undefined', Making REST request: method=GET, \
             url='/finesse/api/User/{agent}?nocache={nocache}1'\n"
        )
        .into_bytes()
    };
    let duplicates = |one: Vec<u8>, other: Vec<u8>| {
        let files = vec![
            ("x/one.log".to_owned(), one),
            ("x/other.log".to_owned(), other),
        ];
        let report = report(&files);
        report.files.iter().map(|file| file.duplicates).sum::<u64>()
    };
    let [one, other] = [log("148949677616", "2001"), log("148949677610", "2002")];
    assert_eq!(duplicates(one.clone(), other), 0);
    let again = [b"overlapping\n".to_vec(), one.clone()].concat();
    assert_eq!(duplicates(one, again), 3);
}
