//! Any bytes as a whole bundle of up to three files: the report is the same whatever their order and
//! pieces, and whether or not it was asked for in between.
#![no_main]

use libfuzzer_sys::fuzz_target;
use logintrace::protocol::SourceMeta;
use logintrace::session::Session;

/// Stands between two files.
const BETWEEN: &[u8] = b"\n--8<--\n";

fn report(files: &[(String, &[u8])], chunk: usize, ask_between: bool) -> (String, String) {
    let mut session = Session::new();
    let meta = |(name, bytes): &(String, &[u8])| SourceMeta {
        name: name.clone(),
        size: bytes.len() as u64,
    };
    session.open(1, files.iter().map(meta).collect(), Vec::new());
    for (nth, (_, bytes)) in (0u32..).zip(files) {
        session.begin(nth);
        for piece in bytes.chunks(chunk) {
            session.feed(piece);
        }
        session.end(None);
        if ask_between {
            session.analyse();
        }
    }
    session.close(false, 0.0);
    (session.report(None).to_json(), session.text(None))
}

fuzz_target!(|input: &[u8]| {
    let Some((chunk, bytes)) = input.split_first() else {
        return;
    };
    let mut files: Vec<(String, &[u8])> = Vec::new();
    let mut rest = bytes;
    while files.len() < 2 {
        let place = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN);
        let Some(at) = place else { break };
        files.push((format!("{}.log", files.len()), &rest[..at]));
        rest = &rest[at + BETWEEN.len()..];
    }
    files.push((format!("{}.log", files.len()), rest));
    let whole = report(&files, bytes.len().max(1), false);
    files.reverse();
    let other = report(&files, usize::from(*chunk).max(1), true);
    assert_eq!(whole, other);
});
