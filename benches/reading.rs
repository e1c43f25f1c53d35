//! How fast each kind of log is read: `cargo bench --bench reading`.
//!
//! Input is a simulated bundle, its entries sorted by format and by whether they may bear on a
//! sign-in, each sort repeated to [`SIZE`] bytes. Prints MB/s, and how many times longer reading
//! takes than splitting the same bytes into lines, which depends less on the machine.
//! `cargo bench --bench reading -- --test` only checks that every kind is read, on a few kilobytes.
//! A word among the arguments restricts it to the kinds with that word in their name.

use logintrace::format::lines::{Line, Lines};
use logintrace::format::reader::Reader;
use logintrace::format::{FORMATS, Head};
use logintrace::record::Kind;
use logintrace::record::intern::Strings;
use logintrace::simulate::{Bundle, Config, Forms, run};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Bytes of each kind.
const SIZE: usize = 2 << 20;
/// Bytes of each kind with `--test`.
const TEST_SIZE: usize = 64 << 10;
/// Bytes given to the reader at once, as the worker does.
const CHUNK: usize = 1 << 20;
/// The best of this many runs counts.
const RUNS: usize = 15;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let test = arguments.iter().any(|argument| argument == "--test");
    let only = arguments.iter().find(|argument| !argument.starts_with('-'));
    let (size, runs) = if test { (TEST_SIZE, 1) } else { (SIZE, RUNS) };
    println!(
        "{:<28} {:>8} {:>8} {:>9}",
        "kind", "MB/s", "ratio", "records"
    );
    for (kind, sample) in samples() {
        if only.is_some_and(|word| !kind.contains(word.as_str())) {
            continue;
        }
        let input = sample.text.repeat(size / sample.text.len() + 1);
        let (reading, records) = best(runs, || read(&sample.name, &input));
        let (splitting, _) = best(runs, || split(&input));
        let speed = input.len() as f64 / 1e6 / reading.as_secs_f64();
        let ratio = reading.as_secs_f64() / splitting.as_secs_f64();
        println!("{kind:<28} {speed:>8.0} {ratio:>8.1} {records:>9}");
    }
}

/// One kind of input.
#[derive(Default)]
struct Sample {
    /// A name logs of this kind have.
    name: String,
    text: Vec<u8>,
}

fn samples() -> BTreeMap<String, Sample> {
    let mut samples = BTreeMap::new();
    for (release, forms) in [("", Forms::FULL), (" 9.x", Forms::OLD)] {
        let bundle = run(&Config {
            forms,
            ..Config::new(40, 7)
        });
        sort(&bundle, release, &mut samples);
    }
    samples.insert("unknown".to_owned(), unknown());
    samples
}

/// Sorts the entries of `bundle` by what their first line says of them.
fn sort(bundle: &Bundle, release: &str, samples: &mut BTreeMap<String, Sample>) {
    for file in &bundle.files {
        let mut place = None;
        for line in file.bytes.split_inclusive(|byte| *byte == b'\n') {
            if let Some((kind, head)) = head(line.trim_ascii_end()) {
                let sort = if head.wanted { "wanted" } else { "unwanted" };
                place = Some(format!("{} {sort}{release}", slug(kind)));
            }
            let Some(place) = &place else { continue };
            let sample: &mut Sample = samples.entry(place.clone()).or_default();
            sample.text.extend_from_slice(line);
            sample.name.clone_from(&file.path);
        }
    }
}

fn head(line: &[u8]) -> Option<(Kind, Head)> {
    let claim =
        |format: &&dyn logintrace::format::Format| Some((format.kind(), format.head(line)?));
    FORMATS.iter().find_map(claim)
}

fn slug(kind: Kind) -> String {
    format!("{kind:?}").to_ascii_lowercase()
}

/// Text of no known log: a Tomcat log with a stack trace, and prose.
fn unknown() -> Sample {
    const TEXT: &str = "\
INFO: Deployment of web application directory /opt/cisco/desktop/webapps/finesse has finished in 812 ms
java.lang.IllegalStateException: queue full, 12 elements waiting
\tat com.cisco.ccbu.common.executor.Pool.execute(Pool.java:118)
\tat java.lang.Thread.run(Thread.java:745)
The customer says that the desktop was slow on Monday; the agents could work again at noon.

[GC (Allocation Failure) [PSYoungGen: 523776K->12544K(611840K)] 1048576K->537344K(2010112K), 0.0112 secs]
";
    Sample {
        name: "catalina.out".to_owned(),
        text: TEXT.into(),
    }
}

fn read(name: &str, input: &[u8]) -> usize {
    let mut strings = Strings::default();
    let mut reader = Reader::new(&[name.to_owned()]);
    for chunk in input.chunks(CHUNK) {
        reader.push(chunk, &mut strings);
    }
    reader.finish(None, &mut strings).records.len()
}

fn split(input: &[u8]) -> usize {
    let (mut lines, mut count) = (Lines::default(), 0);
    for chunk in input.chunks(CHUNK) {
        lines.push(chunk, &mut |line: Line<'_>| {
            count += usize::from(!line.bytes.is_empty())
        });
    }
    count
}

fn best(runs: usize, work: impl Fn() -> usize) -> (Duration, usize) {
    let mut best = (Duration::MAX, 0);
    for _ in 0..runs {
        let start = Instant::now();
        let result = black_box(work());
        best = best.min((start.elapsed(), result));
    }
    best
}
