//! What a kept record costs, at most: a bundle that is larger by quiet days may need only so much more memory.
//! Alone in its program, so that nobody else's memory is counted.

use logintrace::protocol::SourceMeta;
use logintrace::session::Session;
use logintrace::simulate::{Config, run};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Bytes for each record kept, at the peak: 48 of the record, some 45 of its text, packed, and some 8 noted
/// while records are joined, on a machine of 64 bits. Ours: measured (101), and a little more.
const LIMIT: usize = 115;

/// A bundle of so many bytes of log.
fn bundle(size: u64) -> Vec<u8> {
    let config = Config::new(10, 3);
    let mut packed = Vec::new();
    let written = run(&config).pack_among_noise(&config, size, &mut packed);
    written.expect("memory takes all");
    packed
}

/// Reads and joins: the most bytes that took, and how many records are kept.
fn read(packed: &[u8]) -> (usize, u64) {
    let name = "bundle.tgz".to_owned();
    let size = packed.len() as u64;
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let mut session = Session::new();
    session.open(1, vec![SourceMeta { name, size }], Vec::new());
    session.begin(0);
    for bytes in packed.chunks(64 << 10) {
        session.feed(bytes);
    }
    session.end(None);
    session.close(false, 0.0);
    let most = MEMORY.peak_usage() - before;
    let report = session.report(None);
    (most, report.files.iter().map(|file| file.orphans).sum())
}

#[test]
fn quiet_days_take_little_memory() {
    let (small, large) = (bundle(20_000_000), bundle(60_000_000));
    let ((least, few), (most, many)) = (read(&small), read(&large));
    let (bytes, records) = (most - least, usize::try_from(many - few).unwrap());
    assert!(records > 15_000, "{records} more records are kept");
    let each = bytes / records;
    assert!(each <= LIMIT, "{each} bytes for each of {records} records");
    println!("{each} bytes for each of {records} records");
}
