//! Reads files into a report, and says what a report tells whatever its files are called.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "shared by test crates that each use a part of it; bytes that cannot be read back fail the test"
)]

use logintrace::protocol::SourceMeta;
use logintrace::record::Kind;
use logintrace::report::Report;
use logintrace::session::{Outcome, Session};
use logintrace::simulate::Bundle;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Dropped files: name and content.
pub type Sources = Vec<(String, Vec<u8>)>;

/// The logs of a simulated bundle as files of a dropped folder.
pub fn sources(bundle: &Bundle) -> Sources {
    let files = bundle.files.iter();
    files
        .map(|file| (file.path.clone(), file.bytes.clone()))
        .collect()
}

pub fn report(sources: &Sources) -> Report {
    report_in(sources, 1 << 16)
}

/// The report on files that come in pieces of `chunk` bytes.
pub fn report_in(sources: &Sources, chunk: usize) -> Report {
    let mut session = Session::new();
    feed(&mut session, sources, chunk, &mut |_| {});
    session.close(false, 0.0);
    session.report(None)
}

/// What a session is told of files before it is fed with them.
pub fn metas(sources: &Sources) -> Vec<SourceMeta> {
    let meta = |(name, bytes): &(String, Vec<u8>)| SourceMeta {
        name: name.clone(),
        size: bytes.len() as u64,
    };
    sources.iter().map(meta).collect()
}

/// What came of an errand, as it comes out at the other end of a message.
pub fn sent(outcome: &Outcome) -> Outcome {
    let bytes = postcard::to_allocvec(outcome).unwrap();
    postcard::from_bytes(&bytes).unwrap()
}

/// Feeds files to a session; `between` comes after every piece of `chunk` bytes and after every file.
pub fn feed(
    session: &mut Session,
    sources: &Sources,
    chunk: usize,
    between: &mut dyn FnMut(&mut Session),
) {
    session.open(1, metas(sources), Vec::new());
    for (nth, (_, bytes)) in (0u32..).zip(sources) {
        session.begin(nth);
        for piece in bytes.chunks(chunk) {
            session.feed(piece);
            between(session);
        }
        session.end(None);
        between(session);
    }
}

/// What a report tells of sign-ins and clocks, its evidence as the text of the lines.
pub fn told(sources: &Sources) -> Value {
    told_in(sources, 1 << 16)
}

pub fn told_in(sources: &Sources, chunk: usize) -> Value {
    let report = report_in(sources, chunk);
    let members = members(sources);
    let lines: Vec<Vec<&str>> = report
        .files
        .iter()
        .map(|file| {
            members
                .get(&file.chain)
                .map_or(Vec::new(), |text| text.lines().collect())
        })
        .collect();
    let mut told = json!({ "sign_ins": report.sign_ins, "clocks": report.clocks });
    quote(&mut told, &|place| {
        let number = |key: &str| place[key].as_u64().unwrap() as usize;
        let first = number("line") - 1;
        json!(lines[number("file")][first..first + number("lines")])
    });
    told
}

/// The same without the text of the lines, for files whose lines are not where they were.
pub fn told_without_lines(sources: &Sources) -> Value {
    let report = report(sources);
    let mut told = json!({ "sign_ins": report.sign_ins, "clocks": report.clocks });
    quote(&mut told, &|_| json!(null));
    told
}

/// Replaces every place in a file by what `text` says of it; their order in a list is no matter.
fn quote(value: &mut Value, text: &dyn Fn(&Value) -> Value) {
    match value {
        Value::Object(object) if object.contains_key("line") && object.contains_key("file") => {
            *value = text(value);
        }
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                quote(value, text);
                if let ("evidence", Value::Array(places)) = (key.as_str(), value) {
                    places.sort_by_key(Value::to_string);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| quote(value, text)),
        _ => {}
    }
}

/// Asserts that two reports tell the same, and shows where they first differ.
#[track_caller]
pub fn assert_same(one: &Value, other: &Value, what: &str) {
    if let Some(place) = difference(one, other, String::new()) {
        panic!("{what}: not the same at {place}");
    }
}

fn difference(one: &Value, other: &Value, path: String) -> Option<String> {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => a
            .keys()
            .find_map(|key| difference(&a[key], &b[key], format!("{path}.{key}"))),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => (0..a.len()).find_map(|nth| {
            let name = a[nth]["id"]
                .as_str()
                .or(a[nth]["step"].as_str())
                .unwrap_or("");
            difference(&a[nth], &b[nth], format!("{path}[{nth} {name}]"))
        }),
        _ if one == other => None,
        _ => {
            let short = |value: &Value| value.to_string().chars().take(1500).collect::<String>();
            Some(format!("{path}: {} or {}", short(one), short(other)))
        }
    }
}

/// Every member of the files with its text, by chain.
fn members(sources: &Sources) -> BTreeMap<Vec<String>, String> {
    let mut members = Members::default();
    for (name, bytes) in sources {
        let mut opener = logintrace::source::Opener::new(name, Default::default());
        opener.push(bytes, &mut members);
        opener.finish(&mut members);
    }
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    members
        .0
        .into_iter()
        .map(|(chain, bytes)| (chain, text(bytes)))
        .collect()
}

#[derive(Default)]
struct Members(Vec<(Vec<String>, Vec<u8>)>);

impl logintrace::source::MemberSink for Members {
    fn start(&mut self, chain: &[String]) {
        self.0.push((chain.to_vec(), Vec::new()));
    }
    fn data(&mut self, bytes: &[u8]) {
        self.0.last_mut().unwrap().1.extend_from_slice(bytes);
    }
    fn end(&mut self, _: Option<logintrace::error::Error>) {}
    fn unreadable(&mut self, _: &[String], _: u64, _: logintrace::error::Error) {}
    fn skipped(&mut self, _: &[String], _: &'static str) {}
}

/// Where the entries of a simulated log start, byte offsets: lines with a digit in front, and no
/// continuation of a dumplog message.
pub fn entry_starts(kind: Kind, text: &str) -> Vec<usize> {
    let mut at = 0;
    let mut starts = Vec::new();
    for line in text.split_inclusive('\n') {
        let first = line.as_bytes().first().is_some_and(u8::is_ascii_digit);
        if first && !(kind == Kind::CtiServer && line.contains(":         ")) {
            starts.push(at);
        }
        at += line.len();
    }
    starts
}
