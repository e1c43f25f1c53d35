//! Any bytes as a dropped file: the same members come out whole and in pieces, and nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use logintrace::error::Error;
use logintrace::source::{Limits, MemberSink, Opener};

/// Small, so that a bomb costs no time.
const LIMITS: Limits = Limits {
    depth: 6,
    member_bytes: 1 << 20,
    total_bytes: 4 << 20,
    members: 1_000,
    checkpoint_bytes: 1 << 15,
};

/// What the sink heard, data pieces merged.
#[derive(Debug, PartialEq)]
enum Event {
    Member(Vec<String>, Vec<u8>, Option<String>),
    Unreadable(Vec<String>, u64, String),
    Skipped(Vec<String>, &'static str),
}

#[derive(Default)]
struct Heard {
    events: Vec<Event>,
    open: Option<(Vec<String>, Vec<u8>)>,
}

impl MemberSink for Heard {
    fn start(&mut self, chain: &[String]) {
        assert!(self.open.is_none(), "a member in a member");
        self.open = Some((chain.to_vec(), Vec::new()));
    }
    fn data(&mut self, bytes: &[u8]) {
        self.open.as_mut().expect("data of a member").1.extend_from_slice(bytes);
    }
    fn end(&mut self, problem: Option<Error>) {
        let (chain, data) = self.open.take().expect("the end of a member");
        self.events.push(Event::Member(chain, data, problem.map(|why| why.to_string())));
    }
    fn unreadable(&mut self, chain: &[String], bytes: u64, why: Error) {
        self.events.push(Event::Unreadable(chain.to_vec(), bytes, why.to_string()));
    }
    fn skipped(&mut self, chain: &[String], why: &'static str) {
        self.events.push(Event::Skipped(chain.to_vec(), why));
    }
}

fn open(bytes: &[u8], chunk: usize) -> Vec<Event> {
    let mut heard = Heard::default();
    let mut opener = Opener::new("dropped", LIMITS);
    for piece in bytes.chunks(chunk) {
        opener.push(piece, &mut heard);
    }
    opener.finish(&mut heard);
    assert!(heard.open.is_none(), "every member ends");
    heard.events
}

fuzz_target!(|input: &[u8]| {
    // The first byte chooses the size of the pieces, so that the fuzzer finds bad ones.
    let Some((chunk, bytes)) = input.split_first() else {
        return;
    };
    let whole = open(bytes, bytes.len().max(1));
    let pieces = open(bytes, usize::from(*chunk).max(1));
    // Where a limit stops the reading may depend on the pieces; that it does stop does not.
    let limited = |events: &[Event]| {
        events.iter().any(|event| format!("{event:?}").contains("expected at most"))
    };
    if limited(&whole) || limited(&pieces) {
        assert_eq!(limited(&whole), limited(&pieces));
    } else {
        assert_eq!(whole, pieces);
    }
});
