//! Every log of `tests/data/format/<kind>/<case>.log` is read to exactly the records in
//! `<case>.expected`, however it is cut into chunks and whatever it is called.
//!
//! `LOGINTRACE_EXPECT=write cargo test --test formats` writes the expected files: review the diff.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod records;

use logintrace::format::FORMATS;
use logintrace::record::time::{DAY_MS, Stamp};
use proptest::prelude::*;
use records::{dump, read};
use std::fs;
use std::path::{Path, PathBuf};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// Reads `path` in every way that must not matter and compares with the file beside it.
fn check(path: &Path) {
    let bytes = fs::read(path).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    let (reading, strings) = read(name, &bytes, bytes.len());
    let found = dump(&reading, &strings);
    for chunk in [1, 7, 4096] {
        let (reading, strings) = read(name, &bytes, chunk);
        assert_eq!(
            dump(&reading, &strings),
            found,
            "{name} in chunks of {chunk}"
        );
    }
    let (unnamed, strings) = read("unknown", &bytes, bytes.len());
    assert_eq!(dump(&unnamed, &strings), found, "{name} under another name");
    let expected = path.with_extension("expected");
    if std::env::var_os("LOGINTRACE_EXPECT").is_some() {
        fs::write(&expected, &found).unwrap();
    }
    let expected = fs::read_to_string(&expected).unwrap_or_default();
    assert_eq!(found, expected, "{name}");
}

#[test]
fn logs_are_read_as_expected() {
    let mut logs = Vec::new();
    for kind in fs::read_dir(data().join("format")).unwrap() {
        for log in fs::read_dir(kind.unwrap().path()).unwrap() {
            logs.push(log.unwrap().path());
        }
    }
    logs.retain(|path| path.extension().is_some_and(|end| end == "log"));
    logs.sort();
    assert!(!logs.is_empty());
    logs.iter().for_each(|log| check(log));
}

#[test]
fn the_base_document_is_read_as_it_is() {
    check(&data().join("base-document.zh.txt"));
}

#[test]
fn every_sample_is_claimed_by_its_own_format_alone() {
    for format in FORMATS {
        for sample in format.samples() {
            let line = sample.lines().next().unwrap().as_bytes();
            let claims: Vec<_> = FORMATS
                .iter()
                .filter(|f| f.head(line).is_some())
                .map(|f| f.kind())
                .collect();
            assert_eq!(claims, [format.kind()], "{sample}");
        }
    }
}

/// Names that one format or another likes.
const NAMES: [&str; 14] = [
    "unknown",
    "localhost_access_log.txt",
    "clientlog.txt",
    "Desktop-webservices.2017-06-02T09-14-58.120.startup.log",
    "ctisvr.txt",
    "openfire/info.log",
    "wire.log",
    "realm.log",
    "catalina.out",
    "ids.log",
    "Cisco001MIVR076.log",
    "platform/log/cli00001.log",
    "webproxy/access.log",
    "CCBU-cuic.2018-03-03T11-20-07.114.log",
];

#[test]
fn no_name_makes_a_sample_another_log() {
    for format in FORMATS {
        for sample in format.samples() {
            for name in NAMES {
                let (reading, _) = read(name, sample.as_bytes(), 5);
                assert_eq!(reading.file.kind, format.kind(), "{name}: {sample}");
                assert_eq!(reading.file.counts.records, 1, "{name}: {sample}");
            }
        }
    }
}

#[test]
fn prose_between_blocks_is_part_of_no_entry() {
    let document = "```\n18:40:05: Container : [ClientServices] MasterPublisher._eventHandler() - Received event on node '/finesse/api/User/2001': <Update>\n```\nprose\n```\n<data></data>\n<requestId>6e210ca9-5786-43bc-babf-64a397a6057f</requestId>\n</Update>\n```\n";
    let (reading, _) = read("x", document.as_bytes(), 7);
    assert_eq!(reading.records.len(), 1);
    assert!(reading.records[0].keys().request_id.is_some());
    assert_eq!(
        (
            reading.records[0].place().line,
            reading.records[0].place().lines
        ),
        (2, 7)
    );
    assert!(
        !reading.texts.all().contains("prose") && !reading.texts.all().contains('`'),
        "{}",
        reading.texts.all()
    );
}

#[test]
fn times_of_day_are_within_a_day() {
    let (reading, _) = read(
        "x",
        b"23:59:59: Container : PageServices.onLoad(): BOSH established!",
        9,
    );
    assert!(matches!(reading.file.last, Stamp::TimeOfDay { ms, .. } if ms < DAY_MS));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), chunk in 1usize..64) {
        read("x", &bytes, chunk);
    }

    /// Pieces of real logs in no order at all: the same records at every chunk size, and no panic.
    #[test]
    fn a_soup_of_log_pieces_is_read_alike_in_all_chunks(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40),
        chunk in 1usize..64,
    ) {
        let soup = pieces.concat();
        let (whole, strings) = read("x", soup.as_bytes(), soup.len());
        let (chunked, chunked_strings) = read("x", soup.as_bytes(), chunk);
        prop_assert_eq!(dump(&whole, &strings), dump(&chunked, &chunked_strings));
    }
}

const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\n\n",
    " ",
    "```\n",
    "'",
    "é",
    "\u{a0}",
    "<",
    "</Update>",
    "<Update>",
    "[",
    "]",
    "(",
    "18:40:05",
    "18:40:05:",
    "18:40:05: Container : ",
    "Container : ",
    "[ClientServices] User: requestId='",
    "6e210ca9-5786-43bc-babf-64a397a6057f', ",
    "Making REST request: method=GET, url='",
    "/finesse/api/User/2001",
    "?nocache=1366756802163'",
    "Returned with status=",
    "202",
    "Returned with status=202,",
    "retryCount=",
    "-",
    "10.0.0.1 10.0.0.1 - - 80 GET /",
    " HTTP/1.1 200 1 1",
    " HTTP/",
    "%",
    "%2",
    "Authorization: Basic ",
    "MjAwMToyMDAx",
    "password=",
    "%CCBU_a-6-REQUEST_END: %[elapsed_time=1]: x",
    "Trace: AGENT_EVENT: ID=2001 Ext=2003",
    "48211: Jun 02 2017 09:14:31.000 +0200: [x] INFO ",
    "Unable to authenticate user: 2001",
    "Jun 2, 2017 9:14:31 AM a.LockOutRealm b",
    "WARNING: An attempt was made to authenticate the locked user \"2001\"",
    "2017-06-02 09:14:31,780 INFO [x] a - utils service stop X",
    "at a.B.c(D.java:1)",
    "2017-06-02 09:14:31.780 IST(+0530) [x] ERROR a B.java:1 - ",
    "Could not retrieve uid",
    "20417: Mar 14 09:22:41.903 EDT %MIVR-ICD_CTI-7-UNK:",
    "<134>25: h: Mar 9 2009 18:02:55.307 +0000: %ICM_X: [pname=ctisvr]: ",
    "2021/05/07 09:12:44 [error] x",
    "MsgType:",
    ")",
    "Line 12: ",
    "/var/x.log:",
    "Client: 2016-02-11T18:05:10.310Z, ",
    "Server: ",
    "Drift: ",
];
