//! Every log of `tests/data/format/<kind>/<case>.log` is read to exactly the records in
//! `<case>.expected`, however it is cut into chunks and whatever it is called.
//!
//! `LOGINTRACE_EXPECT=write cargo test --test formats` writes the expected files: review the diff.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use logintrace::format::FORMATS;
use logintrace::format::reader::{FileReading, Reader};
use logintrace::record::intern::Strings;
use logintrace::record::time::{DAY_MS, EpochMs, Stamp, zone_name};
use logintrace::record::{Facts, Keys, Record};
use proptest::prelude::*;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn read(name: &str, bytes: &[u8], chunk: usize) -> (FileReading, Strings) {
    let mut strings = Strings::default();
    let mut reader = Reader::new(&[name.to_owned()]);
    for piece in bytes.chunks(chunk.max(1)) {
        reader.push(piece, &mut strings);
    }
    let reading = reader.finish(None, &mut strings);
    (reading, strings)
}

/// The file on one line, then a line for every record.
fn dump(reading: &FileReading, strings: &Strings) -> String {
    let (file, counts) = (&reading.file, &reading.file.counts);
    let mut text = format!(
        "{:?} node={} {}..{} lines={} records={} unknown={} truncated={} damaged={} rewrapped={} unglued={} undecodable={} masked={} (line {}){}\n",
        file.kind,
        strings.get(file.node),
        stamp(file.first),
        stamp(file.last),
        counts.lines,
        counts.records,
        counts.unknown_lines,
        counts.truncated,
        counts.damaged,
        counts.rewrapped,
        counts.unglued,
        counts.undecodable,
        counts.masked,
        counts.first_masked_line,
        file.problem
            .as_ref()
            .map(|p| format!(" problem: {p}"))
            .unwrap_or_default(),
    );
    for record in &reading.records {
        text += &line_of(record, strings);
    }
    text
}

fn line_of(record: &Record, strings: &Strings) -> String {
    let place = record.place;
    let mut line = format!("{}+{}", place.line, place.lines);
    if record.nth > 0 {
        write!(line, " #{}", record.nth).unwrap();
    }
    write!(
        line,
        " {} {:?} {:?}",
        stamp(record.stamp),
        record.kind,
        record.what
    )
    .unwrap();
    keys(&record.keys, strings, &mut line);
    facts(&record.facts, strings, &mut line);
    line + "\n"
}

fn keys(keys: &Keys, strings: &Strings, line: &mut String) {
    let texts = [
        ("agent", keys.agent),
        ("extension", keys.extension),
        ("request_id", keys.request_id),
        ("thread", keys.thread),
        ("node", keys.node),
        ("client", keys.client),
        ("jid", keys.jid),
    ];
    for (name, sym) in texts.into_iter().filter(|(_, sym)| sym.is_some()) {
        write!(line, " {name}={:?}", strings.get(sym)).unwrap();
    }
    let numbers = [
        ("nocache", keys.nocache.map(|EpochMs(ms)| ms)),
        ("invoke_id", keys.invoke_id.map(i64::from)),
        ("session", keys.session.map(i64::from)),
    ];
    show(&numbers, line);
}

fn facts(facts: &Facts, strings: &Strings, line: &mut String) {
    *line += " |";
    let texts = [
        ("method", facts.method),
        ("resource", facts.resource),
        ("failure_text", facts.failure_text),
        ("failure_type", facts.failure_type),
        ("word", facts.word),
        ("login_name", facts.login_name),
        ("deployment", facts.deployment),
    ];
    for (name, sym) in texts.into_iter().filter(|(_, sym)| sym.is_some()) {
        write!(line, " {name}={:?}", strings.get(sym)).unwrap();
    }
    let numbers = [
        ("status", facts.status.map(i64::from)),
        ("elapsed_ms", facts.elapsed_ms.map(i64::from)),
        ("msg_id", facts.msg_id.map(i64::from)),
        ("failure", facts.failure.map(i64::from)),
        ("peripheral", facts.peripheral.map(i64::from)),
        ("reason", facts.reason.map(i64::from)),
        ("count", facts.count),
    ];
    show(&numbers, line);
    if let Some(state) = facts.state {
        write!(line, " state={}", state.name()).unwrap();
    }
    if let Some(state) = facts.skill_state {
        write!(line, " skill_state={}", state.name()).unwrap();
    }
    if let Some((at, precision)) = facts.server_time {
        write!(line, " server_time={at} {precision:?}").unwrap();
    }
    if facts.from_localhost {
        *line += " from_localhost";
    }
}

fn show(numbers: &[(&str, Option<i64>)], line: &mut String) {
    for (name, number) in numbers {
        if let Some(number) = number {
            write!(line, " {name}={number}").unwrap();
        }
    }
}

fn stamp(stamp: Stamp) -> String {
    match stamp {
        Stamp::None => "-".to_owned(),
        Stamp::TimeOfDay { ms, .. } => EpochMs(ms).to_string()[11..23].to_owned(),
        Stamp::DayOfYear {
            month,
            day,
            ms,
            zone,
            ..
        } => format!(
            "{month:02}-{day:02}T{} {zone}",
            &EpochMs(ms).to_string()[11..23]
        ),
        Stamp::Local { ms, .. } => EpochMs(ms).to_string().replace('Z', " local"),
        Stamp::Utc {
            at, zone_minutes, ..
        } => format!("{at} {}", zone_name(zone_minutes)),
    }
}

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
fn no_piece_of_a_secret_survives_wrapping() {
    const SECRET: &str = "MjAwMToyMDAx";
    let line = "10.10.10.211 10.10.10.211 2001 - 80 GET /gadgets/makeRequest ?refresh=3600&url=http%3A%2F%2Flocalhost%2Ffinesse%2Fapi%2FSystemInfo%3Fnocache%3D1366756802163&httpMethod=GET&headers=Authorization%3DBasic%2520MjAwMToyMDAx%26locale%3Den_US&postData=&authz=&st= HTTP/1.1 200 659 596";
    for width in 1..line.len() {
        let wrapped: Vec<&str> = line
            .as_bytes()
            .chunks(width)
            .map(|c| std::str::from_utf8(c).unwrap())
            .collect();
        assert_masked(&wrapped.join("\n"), SECRET);
    }
    for at in 1..line.len() {
        assert_masked(&format!("{}\n{}", &line[..at], &line[at..]), SECRET);
    }
}

fn assert_masked(log: &str, secret: &str) {
    let (reading, _) = read("x", log.as_bytes(), log.len());
    let text = reading.texts.all().replace('\n', "");
    for start in 0..=secret.len() - 6 {
        let piece = &secret[start..start + 6];
        assert!(!text.contains(piece), "{piece} in\n{}", reading.texts.all());
    }
}

/// One entry to a line: a line of its own in a log, or in a paste.
const UNWRAPPED: [&str; 6] = [
    "10.10.10.211 10.10.10.211 2001 - 80 GET /gadgets/makeRequest ?refresh=3600&url=http%3A%2F%2Flocalhost%2Ffinesse%2Fapi%2FUser%2F2001%3Fnocache%3D1366756802163&httpMethod=GET&headers=Authorization%3DBasic%2520MjAwMToyMDAx%26locale%3Den_US&postData=&authz=&st=&contentType=TEXT HTTP/1.1 200 659 596",
    "18:40:05: Container : [ClientServices] User: requestId='6e210ca9-5786-43bc-babf-64a397a6057f', Making REST request: method=PUT, url='/finesse/api/User/2001?nocache=1366756802163'",
    "18:40:05: Container : [ClientServices] MasterPublisher._eventHandler() - Received event on node '/finesse/api/User/2001': <Update><data><user><extension>2003</extension><loginId>2001</loginId><state>NOT_READY</state></user></data><event>PUT</event><requestId>6e210ca9-5786-43bc-babf-64a397a6057f</requestId></Update>",
    "%CCBU_http-8080-7-6-API_REQUEST: %[REQUEST_URL=User/2001][agent_id=2001][request_identifer=6e210ca9-5786-43bc-babf-64a397a6057f][request_method=user.PUT][request_parameters= extension:2003 state:LOGIN]: Request from client to webservice api",
    "%CCBU_pool-5-thread-4-6-MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :20 , agentstate : 0, workmode : 0, reason code: -15532, forceflag :1, agentcapacity: 0, agentext: 2003, agentid: 2001][cti_message_name=SetAgentStateReq]: Message going to the backend cti server",
    "MsgType:AGENT_STATE_EVENT (MonitorID:0 PeripheralID:5001 SessionID:0x0 PeripheralType:EnterpriseAgent SkillGroupState:LOGIN StateDuration:0 SkillGroupNumber:85881 AgentState:NOT_READY EventReasonCode:0 AgentID:\"2001\" AgentExtension:\"2003\" )",
];

/// Wraps as the base document does: at the last blank, which is lost, or after a mark.
fn wrapped_as_text(line: &str, width: usize) -> String {
    let (mut rest, mut text) = (line, String::new());
    while rest.len() > width {
        let at = rest[..width]
            .rfind([' ', '=', '/', '_', '.', '-', '&', '%', '[', '<'])
            .unwrap();
        let at = if rest[at..].starts_with('<') {
            at
        } else {
            at + 1
        };
        text += rest[..at].trim_end();
        text.push('\n');
        rest = rest[at..].trim_start();
    }
    text + rest
}

fn what_and_keys(log: &str) -> Vec<String> {
    let (reading, strings) = read("x", log.as_bytes(), log.len());
    let all = reading.records.iter();
    all.map(|record| {
        let mut line = format!("{:?}", record.what);
        keys(&record.keys, &strings, &mut line);
        line
    })
    .collect()
}

#[test]
fn wrapping_changes_no_key() {
    for line in UNWRAPPED {
        let whole = what_and_keys(line);
        assert_eq!(whole.len(), 1, "{line}");
        for width in 60..line.len() {
            let wrapped = wrapped_as_text(line, width);
            assert_eq!(what_and_keys(&wrapped), whole, "at {width}:\n{wrapped}");
        }
    }
}

#[test]
fn a_terminal_of_80_columns_changes_no_key() {
    for line in UNWRAPPED {
        let pieces: Vec<&str> = line
            .as_bytes()
            .chunks(80)
            .map(|c| std::str::from_utf8(c).unwrap())
            .collect();
        let wrapped = pieces.join("\n");
        assert_eq!(what_and_keys(&wrapped), what_and_keys(line), "{wrapped}");
    }
}

/// Logs with the prefix of real ones: at 80 columns no line of most of them is a head.
const FULL: [&str; 6] = [
    "2016-02-11T14:05:10.310 -04:00: : fin-a.acme.example: Feb 11 2016 13:12:24.162 -0500: Container : SignIn.handleUserLoad(): Performing login: extn=2003",
    "2016-02-11T14:05:11.310 -04:00: C5E373: fin-a.acme.example: --- -- ---- --:--:--.--- -----: Header : [ClientServices] User: requestId='6e210ca9-5786-43bc-babf-64a397a6057f', Making REST request: method=PUT, url='/finesse/api/User/2001'",
    "2016-02-11T14:05:12.310 -04:00: : fin-a.acme.example: Feb 11 2016 13:12:26.162 -0500: Container : [ClientServices] MasterPublisher._parseAndPublishXMLEvent() - Received XML event on node '/finesse/api/User/2001': <Update><data><user><extension>2003</extension><loginId>2001</loginId><state>NOT_READY</state></user></data><event>PUT</event><requestId>6e210ca9-5786-43bc-babf-64a397a6057f</requestId></Update>",
    "0000000345: 192.0.2.10: May 23 2014 10:34:12.372 +0530: %CCBU_http-bio-8445-exec-7-6-API_REQUEST: %[REQUEST_URL=User/2001][agent_id=2001][request_identifer=6e210ca9-5786-43bc-babf-64a397a6057f][request_method=user.PUT][request_parameters= extension:2003 state:LOGIN]: Request from client to webservice api",
    "0000000346: finesse-primary.contact.example.com: May 23 2014 10:34:12.472 +0530: %CCBU_pool-5-thread-4-6-MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :20 , agentstate : 0, workmode : 0, reason code: -15532, forceflag :1, agentcapacity: 0, agentext: 2003, agentid: 2001][cti_message_name=SetAgentStateReq]: Message going to the backend cti server",
    "0000000347:: May 23 2014 10:34:12.572 +0530: %CCBU_Smack Listener Processor (1)-6-PRESENCE_NOTIFICATION_RECIEVED: %[FROM JID=2001@example.com/desktop][PRESENCE_TYPE=available]: Finesse received a presence notification",
];

#[test]
fn full_logs_in_a_terminal_lose_nothing() {
    let whole = what_and_keys(&FULL.join("\n"));
    assert_eq!(whole.len(), FULL.len());
    let rows = FULL.iter().flat_map(|line| line.as_bytes().chunks(80));
    let rows: Vec<_> = rows.map(|row| std::str::from_utf8(row).unwrap()).collect();
    let wrapped = rows.join("\n");
    assert_eq!(what_and_keys(&wrapped), whole, "{wrapped}");
    let (reading, _) = read("x", wrapped.as_bytes(), 11);
    assert_eq!(reading.file.counts.lines, wrapped.lines().count() as u64);
    assert_eq!(reading.file.counts.unknown_lines, 0);
    let mut line = 1;
    for (record, text) in reading.records.iter().zip(FULL) {
        let lines = text.len().div_ceil(80) as u32;
        assert_eq!((record.place.line, record.place.lines), (line, lines));
        line += lines;
    }
}

/// What could be the first half of a head, and is none.
#[test]
fn half_a_head_is_a_line_like_others() {
    let stub = "0000000345: 192.0.2.10: May 23 2014 10:34:12.372 +0530: and then nothing of it";
    let log = format!("{stub}\n{}\n{stub}\n\n{stub}", FULL[3]);
    for chunk in [1, 7, log.len()] {
        let (reading, _) = read("x", log.as_bytes(), chunk);
        let counts = reading.file.counts;
        assert_eq!((counts.lines, counts.records), (5, 1));
        assert_eq!(reading.records[0].place.line, 2);
        assert_eq!(counts.rewrapped, 0);
    }
}

#[test]
fn prose_between_blocks_is_part_of_no_entry() {
    let document = "```\n18:40:05: Container : [ClientServices] MasterPublisher._eventHandler() - Received event on node '/finesse/api/User/2001': <Update>\n```\nprose\n```\n<data></data>\n<requestId>6e210ca9-5786-43bc-babf-64a397a6057f</requestId>\n</Update>\n```\n";
    let (reading, _) = read("x", document.as_bytes(), 7);
    assert_eq!(reading.records.len(), 1);
    assert!(reading.records[0].keys.request_id.is_some());
    assert_eq!(
        (
            reading.records[0].place.line,
            reading.records[0].place.lines
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
