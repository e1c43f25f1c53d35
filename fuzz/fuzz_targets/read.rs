//! Any bytes as one log: the same records come out whole and in pieces, every line is counted, and
//! every record stands where it says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use logintrace::format::reader::{FileReading, Reader};
use logintrace::record::intern::Strings;

/// Names that hint at a format each, and one that does not.
const NAMES: [&str; 6] = [
    "localhost_access_log.txt",
    "Desktop-ClientLog.log",
    "Desktop-webservices.log",
    "ctisvr.txt",
    "openfire/debug.log",
    "x",
];

fn read(name: &str, bytes: &[u8], chunk: usize) -> FileReading {
    let mut strings = Strings::default();
    let mut reader = Reader::new(&[name.to_owned()]);
    for piece in bytes.chunks(chunk) {
        reader.push(piece, &mut strings);
    }
    reader.finish(None, &mut strings)
}

fuzz_target!(|input: &[u8]| {
    let [name, chunk, bytes @ ..] = input else {
        return;
    };
    let name = NAMES[usize::from(*name) % NAMES.len()];
    let whole = read(name, bytes, bytes.len().max(1));
    let pieces = read(name, bytes, usize::from(*chunk).max(1));
    assert_eq!(format!("{whole:?}"), format!("{pieces:?}"));
    let counts = whole.file.counts;
    assert_eq!(counts.bytes, bytes.len() as u64);
    assert!(counts.records >= whole.records.len() as u64);
    for record in &whole.records {
        assert!(record.place().line >= 1 && record.place().lines >= 1);
        assert!(u64::from(record.place().line + record.place().lines - 1) <= counts.lines);
        let text = whole.texts.get(record.text());
        assert_eq!(text.map(|text| text.len()), Some(record.text().length()));
    }
});
