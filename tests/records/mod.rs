//! Reads a log, and shows its records in lines that do not depend on how it was read.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "shared by test crates that each use a part of it"
)]

use logintrace::format::reader::{FileReading, Reader};
use logintrace::record::intern::Strings;
use logintrace::record::time::{EpochMs, Stamp, zone_name};
use logintrace::record::{Facts, Keys, Record};
use std::fmt::Write;

/// `bytes`, read in chunks as a file of this name.
pub fn read(name: &str, bytes: &[u8], chunk: usize) -> (FileReading, Strings) {
    let mut strings = Strings::default();
    let mut reader = Reader::new(&[name.to_owned()]);
    for piece in bytes.chunks(chunk.max(1)) {
        reader.push(piece, &mut strings);
    }
    let reading = reader.finish(None, &mut strings);
    (reading, strings)
}

/// The file on one line, then a line for every record.
pub fn dump(reading: &FileReading, strings: &Strings) -> String {
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
    let place = record.place();
    let mut line = format!("{}+{}", place.line, place.lines);
    if record.nth() > 0 {
        write!(line, " #{}", record.nth()).unwrap();
    }
    write!(
        line,
        " {} {:?} {:?}",
        stamp(record.stamp()),
        record.kind(),
        record.what()
    )
    .unwrap();
    keys(&record.keys(), strings, &mut line);
    facts(&record.facts(), strings, &mut line);
    line + "\n"
}

pub fn keys(keys: &Keys, strings: &Strings, line: &mut String) {
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
        ("reason", facts.reason.map(|reason| reason.code.into())),
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
