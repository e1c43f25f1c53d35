//! Dropped files that are read by somebody else as a whole: nobody can tell afterwards.

mod reading;

use logintrace::protocol::{Part, Reply, Summary};
use logintrace::scope::{Branch, Scope};
use logintrace::session::{Borrower, Errand, Outcome, Session, Sharing};
use logintrace::simulate::{Config, run};
use reading::{Sources, metas, sent};

/// Everything is lent that may be.
const SHARING: Sharing = Sharing {
    readers: 2,
    whole: 4 << 20,
    lent: 1,
};

/// Three nodes' bundles, and a file that is no log.
fn bundles() -> Sources {
    let mut bundles: Sources = (1..4)
        .map(|seed| (format!("node{seed}.tgz"), run(&Config::new(6, seed)).pack()))
        .collect();
    bundles.insert(
        1,
        ("broken.zip".to_owned(), b"PK\x03\x04 and no more".to_vec()),
    );
    bundles
}

fn open(sources: &Sources, sharing: Sharing, scope: Scope) -> Session {
    let mut session = Session::shared(sharing);
    session.open_within(1, metas(sources), Vec::new(), scope, 0);
    session
}

/// Reads all, and returns how many files were lent. A lent file is read in pieces of `chunk` bytes, and told of
/// after each.
fn read(session: &mut Session, sources: &Sources, chunk: usize) -> usize {
    let mut lent = 0;
    let mut parts: Vec<Outcome> = Vec::new();
    for (source, (_, bytes)) in (0u32..).zip(sources) {
        if session.lend(source) {
            lent += 1;
        } else if session.begin(source) {
            for piece in bytes.chunks(50_000) {
                session.feed(piece);
                // What others met comes in between, a part at a time.
                for (_, errand) in session.errands() {
                    parts.extend(borrowed(errand, sources, chunk));
                }
                if !parts.is_empty() {
                    session.take(sent(&parts.remove(0)));
                }
            }
            session.end(None);
        }
    }
    for (_, errand) in session.errands() {
        parts.extend(borrowed(errand, sources, chunk));
    }
    parts.iter().for_each(|part| session.take(sent(part)));
    assert!(!session.is_waiting());
    lent
}

fn borrowed(errand: Errand, sources: &Sources, chunk: usize) -> Vec<Outcome> {
    let name = errand.chain[0].clone();
    let mut borrower = match Borrower::of(errand) {
        Ok(borrower) => borrower,
        Err(errand) => return vec![errand.run()],
    };
    let (_, bytes) = sources
        .iter()
        .find(|(source, _)| *source == name)
        .expect("it was dropped");
    let mut parts = Vec::new();
    for piece in bytes.chunks(chunk) {
        borrower.push(piece);
        parts.push(borrower.part());
    }
    parts.push(borrower.finish(None));
    parts
}

fn summary(replies: Vec<Reply>) -> Summary {
    let done = replies.into_iter().find_map(|reply| match reply {
        Reply::Done { summary, .. } => Some(summary),
        _ => None,
    });
    done.expect("reading is over")
}

/// Reads with and without readers, and returns the report with the number of files that were lent.
fn same(scope: &Scope) -> (String, usize) {
    let sources = bundles();
    let mut alone = open(&sources, Sharing::among(0), scope.clone());
    assert_eq!(read(&mut alone, &sources, 1), 0);
    let expected = summary(alone.close(false, 0.0));
    let expected_report = alone.report(None).to_json();
    let mut most = 0;
    for chunk in [30_000, usize::MAX] {
        let mut shared = open(&sources, SHARING, scope.clone());
        most = most.max(read(&mut shared, &sources, chunk));
        let progress = shared.progress(0.0);
        assert_eq!(progress.read, progress.size, "all bytes are accounted for");
        assert_eq!(summary(shared.close(false, 0.0)), expected);
        assert!(shared.report(None).to_json() == expected_report, "{chunk}");
    }
    (expected_report, most)
}

#[test]
fn what_others_read_is_as_if_the_owner_had() {
    let (report, lent) = same(&Scope::default());
    assert_eq!(lent, 2);
    assert!(report.contains("broken.zip"));
}

#[test]
fn what_is_not_wanted_is_left_out_by_others_too() {
    let whole = |name: &str| Branch(vec![name.to_owned()]);
    let folder = |archive: &str, folder: &str| Branch(vec![archive.to_owned(), folder.to_owned()]);
    let (report, lent) = same(&Scope {
        without: vec![whole("node2.tgz"), folder("node1.tgz", "desktop/")],
        ..Scope::default()
    });
    assert!(lent > 0);
    assert!(report.contains("not asked for"));
}

#[test]
fn what_was_stopped_is_counted() {
    let sources = bundles();
    let mut session = open(&sources, SHARING, Scope::default());
    assert!(session.lend(0));
    let (_, errand) = session.errands().remove(0);
    let Ok(mut borrower) = Borrower::of(errand) else {
        panic!("it is about a file");
    };
    let read = 20_000;
    borrower.push(&sources[0].1[..read]);
    session.take(sent(&borrower.part()));
    assert_eq!(session.progress(0.0).read, read as u64);
    session.stop();
    session.take(sent(&borrower.stop()));
    assert!(!session.is_waiting());
    let part: Part = summary(session.close(true, 0.0))
        .part
        .expect("it was stopped");
    let all: usize = sources.iter().map(|(_, bytes)| bytes.len()).sum();
    assert_eq!(part.unread, (all - read) as u64);
    let report = session.report(None);
    let stopped = |problem: &&String| problem.starts_with("reading was stopped here");
    assert_eq!(
        report
            .files
            .iter()
            .filter_map(|file| file.problem.as_ref())
            .filter(stopped)
            .count(),
        1
    );
}

#[test]
fn a_single_large_file_is_not_lent() {
    let sources: Sources = bundles().into_iter().take(1).collect();
    let mut session = open(&sources, SHARING, Scope::default());
    assert!(!session.lend(0));
}
