//! Text that is no longer in memory is read again: whoever asks sees what they would have seen if all had stayed.

mod bundle;
mod reading;

use bundle::{Event, gzip, open_in, tar, zip};
use logintrace::protocol::{EvidenceOf, RecordView, Reply, Request};
use logintrace::scope::Scope;
use logintrace::session::{Errand, Recall, Session, Sharing};
use logintrace::simulate::{Config, run};
use logintrace::source::Limits;
use reading::{Sources, metas};
use std::sync::LazyLock;

/// So little memory, in bytes, that there is room for one byte of text that is of no sign-in.
const LITTLE: u64 = 256;

/// Reads the sources and looks at what there is when half of the bytes have come: who signs in later is not known
/// of by then, and little of what is there is of a sign-in.
fn read(sources: &Sources, memory: u64, sharing: Sharing) -> Session {
    let mut session = Session::shared(sharing);
    session.open_within(1, metas(sources), Vec::new(), Scope::default(), memory);
    let half = sources.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() / 2;
    let mut fed = 0;
    for (source, (_, bytes)) in (0u32..).zip(sources) {
        session.begin(source);
        for part in bytes.chunks(20_000) {
            session.feed(part);
            work(&mut session);
            if fed < half && fed + part.len() >= half {
                session.analyse();
            }
            fed += part.len();
        }
        session.end(None);
        work(&mut session);
    }
    session.close(false, 0.0);
    session
}

fn work(session: &mut Session) {
    loop {
        let errands: Vec<(u32, Errand)> = session.errands();
        if errands.is_empty() {
            break;
        }
        for (_, errand) in errands {
            session.take(errand.run());
        }
    }
}

/// Where a file was entered, source and offset, and how many bytes of it were read.
type Read = (u32, u64, usize);

/// The answer after all that is missing has been read again, and what was read for it.
fn ask(session: &mut Session, sources: &Sources, request: &Request) -> (Vec<Reply>, Vec<Read>) {
    let mut read = Vec::new();
    while let Some(mut recall) = session.recall(request) {
        let (_, bytes) = &sources[recall.source() as usize];
        read.push((recall.source(), recall.from(), feed(&mut recall, bytes)));
        session.recalled(recall, None);
        assert!(read.len() < 1000, "it goes on for ever");
    }
    (session.ask(request.clone()), read)
}

fn feed(recall: &mut Recall, bytes: &[u8]) -> usize {
    let from = usize::try_from(recall.from()).expect("it is in memory");
    let mut fed = 0;
    for part in bytes[from..].chunks(4096) {
        fed += part.len();
        if !recall.feed(part) {
            break;
        }
    }
    fed
}

/// What the page can ask about lines: some of it, and at last for all lines of all sign-ins.
fn questions(session: &Session) -> Vec<Request> {
    let sign_ins = session.report(None).sign_ins;
    let of_sign_in = sign_ins.iter().take(2).flat_map(|sign_in| {
        let rows = [0, 4, 9].map(EvidenceOf::Row);
        rows.into_iter()
            .chain([EvidenceOf::Finding(0)])
            .map(|of| Request::Evidence {
                question: 1,
                sign_in: sign_in.id.clone(),
                of,
            })
    });
    let of_bundle = [Request::BundleEvidence {
        question: 2,
        finding: 0,
    }];
    let searched = ["2001", "/SET_AGENT_STATE|SetAgentState/"].map(|pattern| Request::Find {
        question: 3,
        pattern: pattern.to_owned(),
    });
    of_sign_in.chain(of_bundle).chain(searched).collect()
}

/// Asks a session with little memory and one with any, and returns all that was read for the answers.
fn same_answers(sources: &Sources, sharing: Sharing) -> Vec<Read> {
    let mut rich = read(sources, 0, sharing);
    let mut poor = read(sources, LITTLE, sharing);
    assert_eq!(rich.report(None).to_json(), poor.report(None).to_json());
    let mut all = Vec::new();
    for request in questions(&rich) {
        assert!(rich.recall(&request).is_none());
        let expected = rich.ask(request.clone());
        let (answer, read) = ask(&mut poor, sources, &request);
        assert_eq!(answer, expected, "{request:?}");
        all.extend(read);
        let (_, again) = ask(&mut poor, sources, &request);
        assert_eq!(again, [], "what was read once stays");
    }
    all
}

/// A few sign-ins behind a quiet day, as one `.tgz`.
static BUNDLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let config = Config::new(2, 7);
    let mut packed = Vec::new();
    let written = run(&config).pack_among_noise(&config, 600_000, &mut packed);
    written.expect("memory takes all");
    packed
});

fn one_archive() -> Sources {
    vec![("bundle.tgz".to_owned(), BUNDLE.clone())]
}

/// The same as files, with their paths.
fn files() -> Vec<(String, Vec<u8>)> {
    let members = open_in("", &BUNDLE, usize::MAX, Limits::DEFAULT);
    let members = members.into_iter().map(|event| match event {
        Event::Member(chain, bytes, None) => (chain.trim_start_matches(" > ").to_owned(), bytes),
        other => panic!("{other:?}"),
    });
    members.collect()
}

#[test]
fn a_bundle_in_one_archive() {
    let sources = one_archive();
    let read = same_answers(&sources, Sharing::among(0));
    assert!(!read.is_empty());
}

#[test]
fn archives_are_entered_at_the_member_that_is_wanted() {
    let files = files();
    let named: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
        .collect();
    for bytes in [tar(&named), zip(&named)] {
        let sources = vec![("bundle".to_owned(), bytes)];
        let read = same_answers(&sources, Sharing::among(0));
        assert!(read.iter().any(|(_, from, _)| *from > 0), "{read:?}");
        let size = sources[0].1.len();
        assert!(read.iter().any(|(.., bytes)| *bytes < size / 4), "{read:?}");
    }
}

#[test]
fn members_of_one_name_are_told_apart() {
    let files = files();
    let named: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(_, bytes)| ("x.log", bytes.as_slice()))
        .collect();
    // Twice compressed, it can only be entered at its start.
    for packed in [gzip(&gzip(&tar(&named))), tar(&named)] {
        let sources = vec![("bundle".to_owned(), packed)];
        let read = same_answers(&sources, Sharing::among(0));
        assert!(!read.is_empty());
    }
}

/// What is in all lines of all sign-ins.
fn find() -> Request {
    Request::Find {
        question: 4,
        pattern: "2001".to_owned(),
    }
}

#[test]
fn what_stands_close_together_is_read_in_one_go() {
    let files = files();
    let far = vec![b'\n'; 4 << 20];
    let mut named: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
        .collect();
    named.insert(named.len() / 2, ("between.txt", &far));
    let sources = vec![("bundle".to_owned(), tar(&named))];
    let mut session = read(&sources, LITTLE, Sharing::among(0));
    let (_, read) = ask(&mut session, &sources, &find());
    assert_eq!(read.len(), 2, "before and behind what is between: {read:?}");
    let bytes: usize = read.iter().map(|(.., bytes)| bytes).sum();
    assert!(bytes < 1 << 20, "{read:?}");
}

#[test]
fn all_files_of_a_folder_are_looked_for_at_once() {
    let sources = files();
    let mut session = read(&sources, LITTLE, Sharing::among(0));
    let mut files = 0;
    let mut next = session.recall(&find());
    while let Some(mut recall) = next {
        let (_, bytes) = &sources[recall.source() as usize];
        feed(&mut recall, bytes);
        files += 1;
        next = session.recalled(recall, None);
    }
    assert!(files > 1);
    assert!(session.recall(&find()).is_none(), "nothing is left");
}

#[test]
fn files_of_a_folder_are_read_alone() {
    let sources = files();
    let read = same_answers(&sources, Sharing::among(0));
    assert!(read.iter().any(|(source, ..)| *source > 0), "{read:?}");
}

#[test]
fn who_read_it_first_makes_no_difference() {
    let sources = one_archive();
    let cut = Sharing {
        readers: 2,
        whole: 1000,
        lent: u64::MAX,
    };
    assert!(!same_answers(&sources, cut).is_empty());
}

/// The first answer for which something has to be read again.
fn with_missing(session: &Session) -> Request {
    let missing = |request: &Request| session.recall(request).is_some();
    questions(session).into_iter().find(missing).expect("one")
}

fn records(replies: Vec<Reply>) -> Vec<RecordView> {
    match replies.into_iter().next() {
        Some(Reply::Evidence { records, .. }) => records,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_that_is_gone_is_said_to_be() {
    let sources = one_archive();
    let mut session = read(&sources, LITTLE, Sharing::among(0));
    let request = with_missing(&session);
    while let Some(recall) = session.recall(&request) {
        session.recalled(recall, Some("the file is gone".to_owned()));
    }
    let unread: Vec<_> = records(session.ask(request))
        .into_iter()
        .filter_map(|record| record.unread)
        .collect();
    assert!(!unread.is_empty());
    assert!(unread.iter().all(|why| why == "the file is gone"));
}

#[test]
fn a_file_that_has_changed_is_said_to_have() {
    let mut sources = one_archive();
    let mut session = read(&sources, LITTLE, Sharing::among(0));
    let request = with_missing(&session);
    sources[0].1 = run(&Config::new(2, 8)).pack();
    let (answer, _) = ask(&mut session, &sources, &request);
    let unread: Vec<_> = records(answer)
        .into_iter()
        .filter_map(|record| record.unread)
        .collect();
    assert!(!unread.is_empty());
    assert!(
        unread
            .iter()
            .all(|why| why == "the file is not what it was when it was read")
    );
}

#[test]
fn a_file_that_has_changed_is_read_from_its_start_once() {
    let files = files();
    let named: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
        .collect();
    let mut sources = vec![("bundle.tar".to_owned(), tar(&named))];
    let mut session = read(&sources, LITTLE, Sharing::among(0));
    sources[0].1.fill(b'\n');
    let (_, read) = ask(&mut session, &sources, &find());
    let (from_start, behind): (Vec<Read>, Vec<Read>) =
        read.into_iter().partition(|(_, from, _)| *from == 0);
    assert!(!behind.is_empty());
    assert_eq!(from_start.len(), 1, "for all that was not found");
}

#[test]
fn what_was_asked_of_another_bundle_is_not_taken_in() {
    let sources = one_archive();
    let mut session = read(&sources, LITTLE, Sharing::among(0));
    let request = with_missing(&session);
    let recall = session.recall(&request).expect("something is missing");
    session.open_within(2, Vec::new(), Vec::new(), Scope::default(), LITTLE);
    session.recalled(recall, Some("too late".to_owned()));
    assert!(session.recall(&request).is_none());
}
