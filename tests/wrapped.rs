//! Logs whose lines were broken where no log breaks them, by a document, a terminal or a mail program: the same
//! is read, and no credential comes out in pieces.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod records;

use records::{keys, read};

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
        let mut line = format!("{:?}", record.what());
        keys(&record.keys(), &strings, &mut line);
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

/// Logs with the prefix of real ones: narrow rows cut their heads.
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
    for width in 60..=240 {
        let lines = FULL.map(|line| rows_of_terminal(line, width));
        let wrapped = lines.concat().join("\n");
        assert_eq!(what_and_keys(&wrapped), whole, "at {width}:\n{wrapped}");
        let (reading, _) = read("x", wrapped.as_bytes(), 11);
        let counts = reading.file.counts;
        assert_eq!(counts.lines, wrapped.lines().count() as u64);
        assert_eq!((counts.records, counts.unknown_lines), (6, 0));
        let mut line = 1;
        for (record, rows) in reading.records.iter().zip(lines) {
            let place = (record.place().line, record.place().lines as usize);
            assert_eq!(place, (line, rows.len()), "at {width}:\n{wrapped}");
            line += rows.len() as u32;
        }
    }
}

fn rows_of_terminal(line: &str, width: usize) -> Vec<&str> {
    let rows = line.as_bytes().chunks(width);
    rows.map(|row| std::str::from_utf8(row).unwrap()).collect()
}

/// A mail program breaks lines between words, and leaves a long word as long as it is.
#[test]
fn full_logs_in_a_mail_lose_nothing() {
    let whole = what_and_keys(&FULL.join("\n"));
    for width in 66..=240 {
        let wrapped = FULL.map(|line| wrapped_by_words(line, width)).join("\n");
        assert_eq!(what_and_keys(&wrapped), whole, "at {width}:\n{wrapped}");
    }
}

fn wrapped_by_words(line: &str, width: usize) -> String {
    let mut text = String::new();
    let mut row = 0;
    for word in line.split(' ') {
        let fits = row + 1 + word.len() <= width;
        if !text.is_empty() {
            text.push(if fits { ' ' } else { '\n' });
        }
        row = if fits {
            row + 1 + word.len()
        } else {
            word.len()
        };
        text.push_str(word);
    }
    text
}

/// A head that bears on no sign-in is not made to by the line behind it, unless something wrapped the two.
#[test]
fn what_a_log_itself_writes_on_two_lines_is_no_wrapped_head() {
    let log = "0000000345: 192.0.2.10: May 23 2014 10:34:12.372 +0530: %CCBU_http-8080-7-6-API_\nREQUEST: %[REQUEST_URL=User/2001][agent_id=2001]: Request\n";
    let (reading, _) = read("x", log.as_bytes(), 7);
    assert_eq!(
        reading.records.len(),
        1,
        "a row of the width of the next one"
    );
    let wider = format!("{}\n{log}", "a line that is wider ".repeat(8));
    let (reading, _) = read("x", wider.as_bytes(), 7);
    assert_eq!(reading.records.len(), 0);
    assert_eq!(reading.file.counts.rewrapped, 0);
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
        assert_eq!(reading.records[0].place().line, 2);
        assert_eq!(counts.rewrapped, 0);
    }
}
