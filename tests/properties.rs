//! Properties of whole reports: what a bundle tells of sign-ins and clocks does not depend on how it
//! is packed, split, ordered, cut into pieces or, for a paste, wrapped.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bundle;
mod reading;

use bundle::{gzip, tar, tgz, zip};
use logintrace::record::Kind;
use logintrace::report::SignIn;
use logintrace::simulate::{self, Bundle, Config, Forms, Release};
use reading::{
    Sources, assert_same, entry_starts, report, sources, told, told_in, told_without_lines,
};

/// Numbers that look random and are the same in every run (Knuth's MMIX generator).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }
}

/// Both nodes hear of every agent, and logs are rotated in the middle of things.
fn simulated(seed: u64) -> Bundle {
    simulate::run(&Config {
        both_hear: true,
        calm: 10,
        rotate_ms: 3 * 60_000,
        ..Config::new(12, seed)
    })
}

#[test]
fn the_order_of_files_does_not_matter() {
    let files = sources(&simulated(21));
    let whole = report(&files).to_json();
    let mut dice = Dice(21);
    for _ in 0..3 {
        let mut shuffled = files.clone();
        for nth in (1..shuffled.len()).rev() {
            shuffled.swap(nth, dice.roll(nth + 1));
        }
        assert_eq!(report(&shuffled).to_json(), whole);
    }
}

#[test]
fn the_size_of_pieces_does_not_matter() {
    let bundle = simulated(22);
    let packed = vec![("active.tgz".to_owned(), bundle.pack())];
    let whole = report(&packed).to_json();
    for chunk in [13, 1000, 99_991] {
        let pieces = reading::report_in(&packed, chunk).to_json();
        assert_eq!(pieces, whole, "pieces of {chunk} bytes");
    }
    let files = sources(&bundle);
    assert_same(&told(&files), &told_in(&files, 17), "pieces of 17 bytes");
}

#[test]
fn the_nesting_of_archives_does_not_matter() {
    let bundle = simulated(23);
    let files = sources(&bundle);
    let plain = told(&files);
    let listed: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let zipped: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|(name, bytes)| (format!("{name}.zip"), zip(&[(base(name), bytes)])))
        .collect();
    let zipped: Vec<(&str, &[u8])> = zipped
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let gzipped: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|(name, bytes)| (format!("{name}.gz"), gzip(bytes)))
        .collect();
    let one = |name: &str, bytes: Vec<u8>| vec![(name.to_owned(), bytes)];
    for (what, dropped) in [
        ("a zip", one("x.zip", zip(&listed))),
        ("a tar", one("x.tar", tar(&listed))),
        ("a tgz of zips", one("x.tgz", tgz(&zipped))),
        ("a zip of zips", one("x.zip", zip(&zipped))),
        (
            "a tgz in a zip",
            one("x.zip", zip(&[("active.tgz", &tgz(&listed))])),
        ),
        (
            "a zip in a tgz in a zip",
            one(
                "x.zip",
                zip(&[("a.tgz", &tgz(&[("b.zip", &zip(&listed))]))]),
            ),
        ),
        ("gzipped files", gzipped),
        ("as the real tools pack", one("x.tgz", bundle.pack())),
    ] {
        assert_same(&plain, &told(&dropped), what);
    }
}

/// Files split between entries, with names as rotation gives them; lines are not where they were.
#[test]
fn splitting_files_does_not_matter() {
    for seed in 24..32 {
        let bundle = simulated(seed);
        // A client log is one upload of one desktop, never rotated; the next test is about it.
        let split = split(&bundle, seed, |kind| kind != Kind::ClientLog);
        let whole = told_without_lines(&sources(&bundle));
        assert_same(&whole, &told_without_lines(&split), &format!("seed {seed}"));
    }
}

/// Only the lines of a client log tell whose it is. What a piece that names nobody says is joined to nobody:
/// where a sign-in is told otherwise without it, the piece has orphans, and they are counted.
#[test]
fn a_piece_of_a_client_log_that_names_nobody_is_counted() {
    let mut others = 0;
    for seed in 24..32 {
        let bundle = simulated(seed);
        let split = split(&bundle, seed, |kind| kind == Kind::ClientLog);
        let (whole, pieces) = (report(&sources(&bundle)), report(&split));
        let nameless = |agent: &str| {
            let (path, _) = split.iter().find(|(path, bytes)| {
                let text = std::str::from_utf8(bytes).unwrap();
                agent_of(path) == Some(agent) && !text.contains(agent)
            })?;
            pieces.files.iter().find(|file| file.chain[0] == *path)
        };
        for sign_in in &whole.sign_ins {
            let same =
                |other: &&SignIn| (&other.id, &other.verdict) == (&sign_in.id, &sign_in.verdict);
            if !pieces.sign_ins.iter().any(|other| same(&other)) {
                let piece = nameless(sign_in.agent.as_deref().unwrap()).unwrap();
                assert!(piece.orphans > 0, "{}", sign_in.id);
                others += 1;
            }
        }
    }
    // In a bundle of twelve agents at most the one who tried to connect and never signed in.
    assert!((1..=8).contains(&others), "{others}");
}

/// The files of these kinds in two pieces each.
fn split(bundle: &Bundle, seed: u64, is_split: impl Fn(Kind) -> bool) -> Sources {
    let mut dice = Dice(seed);
    let mut split = Sources::new();
    for (file, truth) in bundle.files.iter().zip(&bundle.truth.files) {
        let text = std::str::from_utf8(&file.bytes).unwrap();
        let starts = entry_starts(truth.kind, text);
        if starts.len() < 8 || !is_split(truth.kind) {
            split.push((file.path.clone(), file.bytes.clone()));
            continue;
        }
        let at = starts[starts.len() / 4 + dice.roll(starts.len() / 2)];
        // A dumplog's later file says its day again.
        let day = text
            .lines()
            .next()
            .filter(|line| line.starts_with("Events from"));
        let head = day.map_or(String::new(), |day| format!("{day}\n"));
        split.push((format!("{}.1", file.path), text[..at].into()));
        split.push((
            format!("{}.2", file.path),
            [&head, &text[at..]].concat().into(),
        ));
    }
    split
}

/// `…/Desktop-ClientLog.2001.….log`.
fn agent_of(path: &str) -> Option<&str> {
    let (_, rest) = path.split_once("Desktop-ClientLog.")?;
    rest.split('.').next()
}

/// One text wrapped as the technote is, or as a terminal of some other width does it: every sign-in is still told
/// the same, whether its lines have the prefix of a real log or not.
#[test]
fn wrapping_a_paste_does_not_matter() {
    for (forms, widths) in [
        (
            Forms {
                webservices_stripped: true,
                ..Forms::OLD
            },
            &[80, 100, 132][..],
        ),
        (
            Forms {
                release: Release::V11,
                persistent_client_log: true,
                ..Forms::OLD
            },
            &[66, 80, 97, 120, 132, 160, 211],
        ),
    ] {
        let bundle = simulate::run(&Config {
            calm: 50,
            forms,
            ..Config::new(3, 28)
        });
        let plain = pasted(&bundle, None);
        let lines = |pasted: &Sources| report(pasted).files[0].lines;
        for width in widths {
            let narrow = pasted(&bundle, Some(*width));
            assert!(
                lines(&narrow) * 2 > lines(&plain) * 3,
                "many lines are wrapped"
            );
            assert_same(
                &told_without_lines(&plain),
                &told_without_lines(&narrow),
                &format!("wrapped at {width}"),
            );
        }
    }
}

/// The webservices and client logs of a bundle in one text.
fn pasted(bundle: &Bundle, wrap: Option<usize>) -> Sources {
    let parts = bundle.files.iter().zip(&bundle.truth.files);
    let parts =
        parts.filter(|(_, truth)| matches!(truth.kind, Kind::Webservices | Kind::ClientLog));
    let text: Vec<String> = parts
        .map(|(file, _)| {
            let text = std::str::from_utf8(&file.bytes).unwrap();
            text.lines()
                .map(|line| wrapped(line, wrap))
                .collect::<String>()
        })
        .collect();
    vec![("pasted text".to_owned(), text.join("\n").into_bytes())]
}

fn wrapped(line: &str, width: Option<usize>) -> String {
    let width = width.unwrap_or(usize::MAX);
    let chars: Vec<char> = line.chars().collect();
    let rows = chars
        .chunks(width)
        .map(|row| row.iter().collect::<String>() + "\n");
    if chars.is_empty() {
        "\n".to_owned()
    } else {
        rows.collect()
    }
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
