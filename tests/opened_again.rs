//! Dropped files opened once more in the middle: what is read from a mark on is what was read there before.

#[path = "bundle/mod.rs"]
mod bundle;

use bundle::{deflated, gzip, log, stored, tar, tgz, zip, zip_stream, zip_with};
use logintrace::error::Error;
use logintrace::source::{Checkpoint, Limits, Mark, MemberSink, Opener, checkpoint_for, leads_on};

/// A member as it was met: behind which mark, its names, its bytes.
type Met = (Mark, Vec<String>, Vec<u8>);

/// Keeps everything, and where it was.
struct Sink {
    mark: Mark,
    met: Vec<Met>,
    checkpoints: Vec<Checkpoint>,
    problems: Vec<Error>,
}

impl Sink {
    fn new() -> Self {
        Self {
            mark: Mark::FILE,
            met: Vec::new(),
            checkpoints: Vec::new(),
            problems: Vec::new(),
        }
    }
}

impl MemberSink for Sink {
    fn start(&mut self, chain: &[String]) {
        self.met.push((self.mark, chain.to_vec(), Vec::new()));
    }
    fn data(&mut self, bytes: &[u8]) {
        self.met
            .last_mut()
            .expect("it began")
            .2
            .extend_from_slice(bytes);
    }
    fn end(&mut self, problem: Option<Error>) {
        self.problems.extend(problem);
    }
    fn unreadable(&mut self, _: &[String], _: u64, why: Error) {
        self.problems.push(why);
    }
    fn skipped(&mut self, _: &[String], _: &'static str) {}
    fn mark(&mut self, mark: Mark) {
        self.mark = mark;
    }
    fn checkpoint(&mut self, checkpoint: Checkpoint) {
        self.checkpoints.push(checkpoint);
    }
}

/// Checkpoints as dense as blocks allow.
const LIMITS: Limits = Limits {
    checkpoint_bytes: 1,
    ..Limits::DEFAULT
};

/// Only what stands at the front: the rest of a file opened in the middle is of no interest.
struct First {
    chain: Vec<String>,
    open: bool,
    data: Option<Vec<u8>>,
}

impl MemberSink for First {
    fn start(&mut self, chain: &[String]) {
        self.open = self.data.is_none() && chain == self.chain;
        if self.open {
            self.data = Some(Vec::new());
        }
    }
    fn data(&mut self, bytes: &[u8]) {
        if let Some(data) = self.data.as_mut().filter(|_| self.open) {
            data.extend_from_slice(bytes);
        }
    }
    fn end(&mut self, _: Option<Error>) {
        self.open = false;
    }
    fn unreadable(&mut self, _: &[String], _: u64, _: Error) {}
    fn skipped(&mut self, _: &[String], _: &'static str) {}
}

fn read(name: &str, bytes: &[u8], chunk: usize) -> Sink {
    let mut sink = Sink::new();
    let mut opener = Opener::new(name, LIMITS);
    for piece in bytes.chunks(chunk) {
        opener.push(piece, &mut sink);
    }
    opener.finish(&mut sink);
    assert!(sink.problems.is_empty(), "{:?}", sink.problems);
    sink
}

/// Opens the file again for every member, and returns from where: offsets in bytes. All of it must be there, but
/// for members that go on in another gzip member, which are not followed there.
fn read_again(name: &str, bytes: &[u8], chunk: usize) -> Vec<u64> {
    let (from, whole): (Vec<u64>, Vec<bool>) = try_again(name, bytes, chunk).into_iter().unzip();
    assert!(whole.into_iter().all(|whole| whole));
    from
}

/// The same, and whether all of the member was there.
fn try_again(name: &str, bytes: &[u8], chunk: usize) -> Vec<(u64, bool)> {
    let sink = read(name, bytes, chunk);
    let again = sink.met.iter().map(|(mark, chain, data)| {
        let checkpoint = checkpoint_for(mark, &sink.checkpoints);
        let from = mark.start(checkpoint);
        let mut first = First {
            chain: chain.clone(),
            open: false,
            data: None,
        };
        let mut opener = Opener::again(name, LIMITS, mark, checkpoint);
        for piece in bytes[usize::try_from(from).expect("it is in memory")..].chunks(chunk) {
            opener.push(piece, &mut first);
            if !first.open && first.data.is_some() {
                break;
            }
        }
        let read = first
            .data
            .unwrap_or_else(|| panic!("{chain:?} from {from}"));
        assert!(data.starts_with(&read), "{chain:?} from {from}");
        (from, read == *data)
    });
    again.collect()
}

/// Fifty logs of some 100 kB, the tenth of each ten in a zip of its own.
fn logs() -> Vec<(String, Vec<u8>)> {
    let one = |nth: usize| match nth % 10 {
        9 => (
            format!("logs/{nth}.log.zip"),
            zip(&[("inside.log", &log(1000 + nth))]),
        ),
        _ => (format!("logs/{nth}.log"), log(2000 + nth)),
    };
    (0..50).map(one).collect()
}

fn named(logs: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    logs.iter()
        .map(|(name, data)| (name.as_str(), data.as_slice()))
        .collect()
}

#[test]
fn a_compressed_tar_is_entered_at_its_blocks() {
    let logs = logs();
    let bytes = tgz(&named(&logs));
    for chunk in [bytes.len(), 65_536, 10_000] {
        let mut from = read_again("bundle.tgz", &bytes, chunk);
        from.dedup();
        assert!(from.len() > 10, "pieces of {chunk} bytes: {from:?}");
    }
}

#[test]
fn no_checkpoint_is_guessed_from_a_few_bytes() {
    let bytes = tgz(&named(&logs()));
    assert!(read("bundle.tgz", &bytes, 1000).checkpoints.is_empty());
    assert!(
        read_again("bundle.tgz", &bytes, 1000)
            .iter()
            .all(|&from| from == 0)
    );
}

#[test]
fn gzip_members_one_after_another_are_entered_where_they_begin() {
    let bytes = gzip_members();
    let again = try_again("bundle.tgz", &bytes, 65_536);
    let (mut from, whole): (Vec<u64>, Vec<bool>) = again.into_iter().unzip();
    assert!(whole.iter().filter(|whole| **whole).count() > 40);
    from.dedup();
    assert!(from.len() > 10, "{from:?}");
    let starts = |at: &&u64| begins_at(&bytes, **at);
    assert!(from.iter().filter(starts).count() > 3, "{from:?}");
}

#[test]
fn a_tar_and_a_zip_are_entered_at_their_members() {
    let logs = logs();
    let streamed = zip_stream(deflated(), &named(&logs));
    for bytes in [tar(&named(&logs)), zip(&named(&logs)), streamed] {
        let mut from = read_again("bundle", &bytes, 65_536);
        from.dedup();
        assert_eq!(from.len(), logs.len());
    }
}

/// All members that come by from a mark on.
fn read_on(name: &str, bytes: &[u8], mark: &Mark, checkpoints: &[Checkpoint]) -> Sink {
    let checkpoint = checkpoint_for(mark, checkpoints);
    let from = usize::try_from(mark.start(checkpoint)).expect("it is in memory");
    let (mut sink, mut opener) = (Sink::new(), Opener::again(name, LIMITS, mark, checkpoint));
    opener.push(&bytes[from..], &mut sink);
    opener.finish(&mut sink);
    sink
}

/// Opens the file again for all members but the first `without`, only where nothing leads on from the member before.
/// All must come by, as whole as if each were read alone (`whole`); returns how often it was opened.
fn read_in_goes(name: &str, bytes: &[u8], without: usize, whole: &[bool]) -> usize {
    let met = read(name, bytes, 65_536);
    let mut goes: Vec<(Mark, Mark, Sink)> = Vec::new();
    for ((mark, chain, data), whole) in met.met.iter().zip(whole).skip(without) {
        let go = goes.last_mut();
        match go.filter(|(first, last, _)| leads_on(first, last, mark, &met.checkpoints)) {
            Some((_, last, _)) => *last = *mark,
            None => goes.push((*mark, *mark, read_on(name, bytes, mark, &met.checkpoints))),
        }
        let (.., sink) = goes.last().expect("one has begun");
        let again = sink.met.iter().find(|(_, again, _)| again == chain);
        let (.., again) = again.unwrap_or_else(|| panic!("{chain:?} has not come by"));
        assert!(!whole || again == data, "{chain:?}");
    }
    goes.len()
}

#[test]
fn members_come_by_where_the_one_before_leads_on_to_them() {
    let logs = logs();
    let whole = tar(&named(&logs));
    for bytes in [tgz(&named(&logs)), zip(&named(&logs)), whole] {
        assert_eq!(read_in_goes("bundle", &bytes, 0, &[true; 50]), 1);
    }
}

/// A tar in gzip members that begin anywhere in it.
fn gzip_members() -> Vec<u8> {
    let whole = tar(&named(&logs()));
    whole.chunks(300_001).flat_map(gzip).collect()
}

/// Whether a gzip header stands at an offset, in bytes.
fn begins_at(bytes: &[u8], at: u64) -> bool {
    let at = usize::try_from(at).expect("it is in memory");
    bytes[at..].starts_with(b"\x1f\x8b\x08")
}

#[test]
fn nothing_leads_on_behind_a_gzip_member_that_is_entered_in_its_middle() {
    let bytes = gzip_members();
    let again = try_again("bundle.tgz", &bytes, 65_536);
    let whole: Vec<bool> = again.iter().map(|(_, whole)| *whole).collect();
    assert_eq!(read_in_goes("bundle.tgz", &bytes, 0, &whole), 1);
    let without = again.iter().position(|(from, _)| !begins_at(&bytes, *from));
    let without = without.expect("one is entered in the middle");
    assert!(read_in_goes("bundle.tgz", &bytes, without, &whole) > 1);
}

#[test]
fn at_the_end_of_a_gzip_member_that_is_entered_in_its_middle_it_is_over() {
    let bytes = gzip_members();
    let met = read("bundle.tgz", &bytes, 65_536);
    let in_the_middle = |mark: &&Mark| {
        let checkpoint = checkpoint_for(mark, &met.checkpoints);
        !begins_at(&bytes, mark.start(checkpoint))
    };
    let mut marks = met.met.iter().map(|(mark, ..)| mark);
    let mark = marks.find(in_the_middle).expect("one");
    let checkpoint = checkpoint_for(mark, &met.checkpoints);
    let (mut sink, mut opener) = (
        Sink::new(),
        Opener::again("bundle.tgz", LIMITS, mark, checkpoint),
    );
    let from = usize::try_from(mark.start(checkpoint)).expect("it is in memory");
    let over = bytes[from..].chunks(10_000).position(|part| {
        opener.push(part, &mut sink);
        opener.is_over()
    });
    let needed = over.map(|parts| (parts + 1) * 10_000);
    assert!(needed.is_some_and(|needed| needed < bytes.len() / 4));
}

#[test]
fn nothing_leads_on_to_what_is_far() {
    let far = vec![b'\n'; 2 << 20];
    let files: [(&str, &[u8]); 3] = [("a.log", b"a"), ("far.txt", &far), ("b.log", b"b")];
    let goes = read_in_goes("bundle.tar", &tar(&files), 0, &[true; 3]);
    assert_eq!(goes, 2);
}

#[test]
fn anything_else_is_entered_at_its_start() {
    let log = log(100);
    for (name, bytes) in [
        ("a.log", log.clone()),
        ("a.log.gz", gzip(&log)),
        ("a.zip.gz", gzip(&zip(&[("a", &log)]))),
    ] {
        assert_eq!(read_again(name, &bytes, 999), [0]);
    }
}

#[test]
fn no_checkpoint_is_kept_where_no_mark_is() {
    let log = log(20_000);
    let zip = zip_with(stored(), &[("a.log", &log)]);
    for bytes in [gzip(&log), gzip(&zip), [gzip(&log), gzip(&log)].concat()] {
        assert_eq!(read("a.gz", &bytes, 65_536).checkpoints, []);
    }
    let tar = gzip(&tar(&[("a.log", &log)]));
    assert!(!read("a.gz", &tar, 65_536).checkpoints.is_empty());
}
