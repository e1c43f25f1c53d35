//! A bundle of which only a part is wanted, or of which only a part fits.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod reading;

use logintrace::protocol::{Part, Reply, SourceMeta, Stopped};
use logintrace::report::Report;
use logintrace::scope::{Branch, Scope, Window};
use logintrace::session::{Session, Sharing};
use logintrace::simulate::{Bundle, Config, run};
use reading::Sources;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn bundle() -> Bundle {
    run(&Config {
        spread_ms: 4 * 3_600_000,
        calm: 20,
        ..Config::new(40, 11)
    })
}

fn meta((name, bytes): &(String, Vec<u8>)) -> SourceMeta {
    SourceMeta {
        name: name.clone(),
        size: bytes.len() as u64,
    }
}

/// Reads what is wanted of `sources` with `readers` readers, in chunks of so many bytes.
fn session(sources: &Sources, scope: &Scope, readers: u32, chunk: usize) -> (Session, Part) {
    let mut session = Session::shared(Sharing::among(readers));
    let all = sources.iter().map(meta).collect();
    session.open_within(1, all, Vec::new(), scope.clone(), 0);
    for (nth, (_, bytes)) in (0u32..).zip(sources) {
        if !session.begin(nth) {
            continue;
        }
        for piece in bytes.chunks(chunk) {
            session.feed(piece);
            work(&mut session);
        }
        session.end(None);
    }
    work(&mut session);
    let replies = session.close(false, 0.0);
    (session, part(replies))
}

fn work(session: &mut Session) {
    loop {
        let errands = session.errands();
        if errands.is_empty() {
            return;
        }
        for (_, errand) in errands {
            session.take(errand.run());
        }
    }
}

fn part(replies: Vec<Reply>) -> Part {
    let summary = replies.into_iter().find_map(|reply| match reply {
        Reply::Done { summary, .. } => Some(summary),
        _ => None,
    });
    summary.unwrap().part.unwrap_or_default()
}

fn report(sources: &Sources, scope: &Scope) -> Report {
    session(sources, scope, 0, 1 << 16).0.report(None)
}

/// The middle half of the time in which sign-ins start.
fn middle(whole: &Report) -> Window {
    let mut started: Vec<i64> = whole.sign_ins.iter().filter_map(started).collect();
    started.sort_unstable();
    Window {
        from: started[started.len() / 4],
        until: started[started.len() * 3 / 4],
    }
}

/// Epoch ms of a sign-in's start, which stands in its id where there is no request.
fn started(sign_in: &logintrace::report::SignIn) -> Option<i64> {
    let text = sign_in.started.as_deref()?;
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let days = logintrace::record::time::days_from_civil(
        number(0..4)?,
        u32::try_from(number(5..7)?).ok()?,
        u32::try_from(number(8..10)?).ok()?,
    );
    let seconds = (number(11..13)? * 60 + number(14..16)?) * 60 + number(17..19)?;
    Some((days * 86_400 + seconds) * 1000 + number(20..23)?)
}

#[test]
fn only_sign_ins_of_the_time_wanted_are_told() {
    let sources = reading::sources(&bundle());
    let whole = report(&sources, &Scope::default());
    let window = middle(&whole);
    let scope = Scope {
        window: Some(window),
        ..Scope::default()
    };
    let (session, part) = session(&sources, &scope, 0, 1 << 16);
    let narrowed = session.report(None);
    let within =
        |sign_in: &&logintrace::report::SignIn| started(sign_in).is_none_or(|at| window.holds(at));
    let expected: Vec<&str> = whole
        .sign_ins
        .iter()
        .filter(within)
        .map(|it| &*it.id)
        .collect();
    let told: Vec<&str> = narrowed.sign_ins.iter().map(|it| &*it.id).collect();
    assert!(expected.len() > 10 && expected.len() < whole.sign_ins.len());
    assert_eq!(told, expected);
    assert!(part.entries > 0 && part.stopped.is_none());
    let outside: u64 = narrowed.files.iter().map(|file| file.outside).sum();
    assert_eq!(outside, part.entries);
    let kept = |report: &Report| report.files.iter().map(|file| file.records).sum::<u64>();
    assert_eq!(
        kept(&narrowed),
        kept(&whole),
        "entries are counted all the same"
    );
}

/// What a log no longer covers proves nothing: nobody is said to be stalled who was not.
#[test]
fn the_edges_of_the_time_make_nobody_fail() {
    let sources = reading::sources(&bundle());
    let whole = report(&sources, &Scope::default());
    let outcomes: BTreeMap<String, Value> = whole
        .sign_ins
        .iter()
        .map(|it| (it.id.clone(), json!(it.outcome)))
        .collect();
    let window = middle(&whole);
    for shift in [0, 7_000, 31_000, 950_000] {
        let scope = Scope {
            window: Some(Window {
                from: window.from + shift,
                until: window.until + shift,
            }),
            ..Scope::default()
        };
        for sign_in in report(&sources, &scope).sign_ins {
            let outcome = json!(sign_in.outcome);
            let before = outcomes.get(&sign_in.id).unwrap_or(&Value::Null);
            let is_less = outcome == json!("not_covered");
            assert!(
                outcome == *before || is_less,
                "{} was {before} and is {outcome}, shift {shift}",
                sign_in.id
            );
        }
    }
}

#[test]
fn a_part_is_the_same_whoever_reads_it() {
    let packed: Sources = vec![("bundle.tgz".to_owned(), bundle().pack())];
    let whole = report(&packed, &Scope::default());
    let left_out = &whole.files[whole.files.len() / 2].chain;
    let scope = Scope {
        window: Some(middle(&whole)),
        without: vec![Branch(left_out.clone())],
    };
    let alone = session(&packed, &scope, 0, 1 << 20)
        .0
        .report(None)
        .to_json();
    assert!(alone.contains("\"scope\": {"));
    for (readers, chunk) in [(0, 999), (1, 65_536), (3, 1 << 20)] {
        let other = session(&packed, &scope, readers, chunk).0.report(None);
        assert!(other.to_json() == alone, "{readers} readers, {chunk} bytes");
    }
}

#[test]
fn what_is_left_out_is_as_if_it_had_not_been_there_but_listed() {
    let sources = reading::sources(&bundle());
    let is_cti = |(name, _): &&(String, Vec<u8>)| name.contains("ctisvr");
    let without = sources.iter().filter(is_cti);
    let scope = Scope {
        window: None,
        without: without
            .map(|(name, _)| Branch(vec![name.clone()]))
            .collect(),
    };
    assert!(!scope.without.is_empty());
    let (session, part) = session(&sources, &scope, 0, 1 << 16);
    let narrowed = session.report(None);
    let rest: Sources = sources.iter().filter(|it| !is_cti(it)).cloned().collect();
    let expected = report(&rest, &Scope::default());
    assert_eq!(json!(narrowed.sign_ins), json!(expected.sign_ins));
    assert_eq!(json!(narrowed.files), json!(expected.files));
    let size: usize = sources
        .iter()
        .filter(is_cti)
        .map(|(_, bytes)| bytes.len())
        .sum();
    assert_eq!(part.members as usize, scope.without.len());
    assert_eq!(part.bytes, size as u64);
    for branch in &scope.without {
        let mut skipped = narrowed.skipped.iter();
        assert!(skipped.any(|it| it.chain == branch.0 && it.why.starts_with("not asked for")));
    }
}

#[test]
fn members_inside_an_archive_are_left_out_one_by_one_or_all() {
    let packed: Sources = vec![("bundle.tgz".to_owned(), bundle().pack())];
    let whole = report(&packed, &Scope::default());
    let one = Branch(whole.files[0].chain.clone());
    let all = Branch(vec!["bundle.tgz".to_owned()]);
    let without = |branch: &Branch| Scope {
        window: None,
        without: vec![branch.clone()],
    };
    let narrowed = report(&packed, &without(&one));
    assert_eq!(narrowed.files.len(), whole.files.len() - 1);
    let (session, part) = session(&packed, &without(&all), 0, 1 << 16);
    assert!(session.report(None).files.is_empty());
    assert_eq!((part.members, part.bytes), (1, packed[0].1.len() as u64));
}

#[test]
fn a_whole_bundle_has_no_scope() {
    let sources = reading::sources(&bundle());
    let json = report(&sources, &Scope::default()).to_json();
    assert!(!json.contains("\"scope\"") && !json.contains("\"outside\""));
}

#[test]
fn too_large_a_bundle_is_a_part_of_which_the_rest_is_counted() {
    let sources = reading::sources(&bundle());
    let mut session = Session::new();
    let limit = 50_000_000;
    let all: Vec<SourceMeta> = sources.iter().map(meta).collect();
    let size: u64 = all.iter().map(|source| source.size).sum();
    session.open_within(1, all, Vec::new(), Scope::default(), limit);
    let (mut read, mut memory) = (0, 10_000_000);
    'reading: for (nth, (_, bytes)) in (0u32..).zip(&sources) {
        session.begin(nth);
        for piece in bytes.chunks(10_000) {
            session.feed(piece);
            read += piece.len() as u64;
            memory += 500_000;
            if !session.use_memory(memory) {
                break 'reading;
            }
        }
        session.end(None);
    }
    assert!(memory >= limit && read < size / 2);
    let replies = session.close(false, 0.0);
    let seen = replies.iter().find_map(|reply| match reply {
        Reply::Seen { seen, .. } => Some(seen.clone()),
        _ => None,
    });
    let seen = seen.unwrap();
    assert!(seen.span.is_some() && !seen.members.is_empty());
    assert!(
        seen.members
            .is_sorted_by(|one, other| one.records >= other.records)
    );
    let part = part(replies);
    assert_eq!(
        (part.stopped, part.unread),
        (Some(Stopped::Full), size - read)
    );
    let report = session.report(None);
    let stopped = |why: &str| why.starts_with("reading was stopped here: ");
    let mut problems = report
        .files
        .iter()
        .filter_map(|file| file.problem.as_deref());
    assert!(problems.any(stopped), "the file that was cut says so");
    let unread =
        |it: &&logintrace::report::Skipped| it.why.starts_with("reading was stopped before");
    let listed = report.files.len() + report.skipped.iter().filter(unread).count();
    assert_eq!(listed, sources.len(), "every file is listed");
}

#[test]
fn a_bundle_that_was_read_to_its_end_is_whole_whatever_it_took() {
    let sources: Sources = vec![("x.log".to_owned(), b"nothing\n".to_vec())];
    let mut session = Session::new();
    session.open_within(
        1,
        sources.iter().map(meta).collect(),
        Vec::new(),
        Scope::default(),
        5,
    );
    session.begin(0);
    session.feed(&sources[0].1);
    assert!(session.use_memory(1_000));
    session.end(None);
    assert_eq!(part(session.close(false, 0.0)), Part::default());
}

/// Two nodes in two folders: each is offered as its folder, with all that is in it.
#[test]
fn a_node_is_left_out_with_its_archive() {
    let log = |node: &str, second: u32| {
        (0..50)
            .map(|nth| {
                format!(
                    "0000000345: {node}: May 23 2014 10:34:{second:02}.{nth:03} +0530: %CCBU_http-bio-8445-exec-7-6-REQUEST_START: \
                     %[method_name=PUT][parameter_name=][resource_name=/User/2001][usr=2001]: Request start\n"
                )
            })
            .collect::<String>()
    };
    let mut sources: Sources = ["192.0.2.10", "192.0.2.11"]
        .iter()
        .zip(["a", "b"])
        .map(|(node, name)| {
            (
                format!("bundle/{name}/Desktop-webservices.log"),
                log(node, 12).into_bytes(),
            )
        })
        .collect();
    let of_no_node = b"tells no node\n".to_vec();
    sources.push(("bundle/b/notes.txt".to_owned(), of_no_node));
    let mut session = Session::new();
    session.open_within(
        1,
        sources.iter().map(meta).collect(),
        Vec::new(),
        Scope::default(),
        2,
    );
    for (nth, (_, bytes)) in (0u32..).zip(&sources) {
        session.begin(nth);
        session.feed(bytes);
        session.end(None);
    }
    assert!(session.use_memory(1_000), "there is nothing left to read");
    let replies = session.close(false, 0.0);
    let nodes = replies.into_iter().find_map(|reply| match reply {
        Reply::Seen { seen, .. } => Some(seen.nodes),
        _ => None,
    });
    let nodes = nodes.unwrap();
    let told: Vec<(&str, &str)> = nodes
        .iter()
        .map(|node| (node.name.as_str(), node.branches[0].0[0].as_str()))
        .collect();
    assert_eq!(
        told,
        [("192.0.2.10", "bundle/a/"), ("192.0.2.11", "bundle/b/")]
    );
    assert!(nodes.iter().all(|node| node.branches.len() == 1));
    let size = |at: usize| sources[at].1.len() as u64;
    let bytes: Vec<u64> = nodes.iter().map(|node| node.bytes).collect();
    assert_eq!(bytes, [size(0), size(1) + size(2)]);
}
