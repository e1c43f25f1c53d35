//! zstd and bzip2 that are cut off, damaged or made to harm, alone and in a zip: never a panic, the same in pieces of
//! any size, and what cannot be read is reported with its reason.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bundle;

use bundle::{Event, log, open, open_in, zip, zip_of_packed};
use logintrace::source::Limits;
use proptest::prelude::*;

/// `a.log` and `b.log` as two streams of each format, named as people would.
const STREAMS: [(&str, &[u8]); 2] = [
    ("x.zst", include_bytes!("data/archives/two-frames.zst")),
    ("x.bz2", include_bytes!("data/archives/two-streams.bz2")),
];

/// A tar of three logs in each format; a stream of some blocks.
const TARS: [(&str, &[u8]); 2] = [
    ("x.tar.zst", include_bytes!("data/archives/gnutar.tar.zst")),
    ("x.tar.bz2", include_bytes!("data/archives/gnutar.tar.bz2")),
];

fn both() -> Vec<u8> {
    let a = include_bytes!("data/archives/a.log");
    [a.as_slice(), b"second log\n"].concat()
}

#[test]
fn a_stream_may_be_cut_at_every_byte() {
    for (name, bytes) in STREAMS {
        let mut without_problem = 0;
        for cut in 20..bytes.len() {
            let events = open_in(name, &bytes[..cut], 64, Limits::DEFAULT);
            let [Event::Member(_, data, problem)] = events.as_slice() else {
                assert!(events.iter().all(Event::has_problem), "{name} at {cut}");
                continue;
            };
            assert!(both().starts_with(data), "{name} at {cut}");
            without_problem += usize::from(problem.is_none());
        }
        // Only between the two streams, and behind the frame for other programs.
        assert!(
            (1..=5).contains(&without_problem),
            "{name}: {without_problem}"
        );
    }
}

/// bzip2 has the whole tar in one block, which is lost with its end.
#[test]
fn what_came_before_a_cut_comes_out() {
    let cut_off = |bytes: &'static [u8]| &bytes[..bytes.len() - 500];
    let why =
        |name, at| format!("expected more compressed data, found the end at byte {at} of {name}");
    let [(zst, zstd), (bz2, bzip2)] = TARS;
    let events = open(zst, cut_off(zstd));
    let [Event::Member(..), Event::Member(chain, data, problem)] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!(chain, "x.tar.zst > five.log");
    assert!(log(5_000).starts_with(data) && data.len() > 200_000);
    assert_eq!(problem, &Some(why(zst, zstd.len() - 500)));
    let nothing = Event::Unreadable("x.tar.bz2 > x.tar".into(), 0, why(bz2, bzip2.len() - 500));
    assert_eq!(open(bz2, cut_off(bzip2)), [nothing]);
}

#[test]
fn any_byte_of_a_stream_may_be_wrong() {
    for (name, bytes) in STREAMS {
        for at in 0..bytes.len() {
            for flip in [0x01, 0x10, 0xff] {
                let mut bytes = bytes.to_vec();
                bytes[at] ^= flip;
                let events = open_in(name, &bytes, bytes.len(), Limits::DEFAULT);
                let pieces = open_in(name, &bytes, 7, Limits::DEFAULT);
                assert_eq!(events, pieces, "{name}: byte {at} ^ {flip:#x}");
            }
        }
    }
}

#[test]
fn a_damaged_stream_says_so_and_ends() {
    for ((name, bytes), format) in TARS.into_iter().zip(["zstd", "bzip2"]) {
        let mut bytes = bytes.to_vec();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 64].fill(0x55);
        let events = open(name, &bytes);
        let said = format!("expected {format} data, found ");
        let says = |event: &Event| match event {
            Event::Member(_, _, Some(why)) | Event::Unreadable(_, _, why) => why.starts_with(&said),
            _ => false,
        };
        assert!(events.iter().any(says), "{events:?}");
    }
}

#[test]
fn garbage_after_a_stream_is_noted() {
    for ((name, bytes), format) in STREAMS.into_iter().zip(["zstd", "bzip2"]) {
        let events = open(name, &[bytes, b"this is something else"].concat());
        let why = format!(
            "expected another {format} stream or the end, found 22 bytes of something else at byte {} of {name}",
            bytes.len()
        );
        assert_eq!(
            events,
            [Event::Member(format!("{name} > x"), both(), Some(why))]
        );
    }
}

/// 24 MiB of zeros in a few bytes, as the formats' own repetition makes them.
#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let limits = Limits {
        total_bytes: 1 << 20,
        ..Limits::DEFAULT
    };
    // A frame of 128 KiB repeated 192 times: window 128 KiB, then blocks of kind 1.
    let mut zstd = b"\x28\xb5\x2f\xfd\x00\x38".to_vec();
    for nth in 0..192u32 {
        let header = (128 << 10) << 3 | 1 << 1 | u32::from(nth == 191);
        zstd.extend_from_slice(&header.to_le_bytes()[..3]);
        zstd.push(b'x');
    }
    let events = open_in("bomb.zst", &zstd, 4096, limits);
    let [Event::Member(_, data, Some(why))] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert!(data.len() < 2 << 20);
    assert_eq!(
        why,
        "expected at most 1048576 bytes after decompression, found more"
    );
    for (name, bytes) in TARS {
        let limits = Limits {
            total_bytes: 100_000,
            ..Limits::DEFAULT
        };
        let events = open_in(name, bytes, 4096, limits);
        let found = "expected at most 100000 bytes after decompression, found more";
        let says = |event: &Event| match event {
            Event::Member(_, _, Some(why)) | Event::Unreadable(_, _, why) => why == found,
            _ => false,
        };
        assert!(events.iter().any(says), "{name}: {events:?}");
    }
}

#[test]
fn more_memory_than_is_given_is_named() {
    // A window of 2^41 bytes.
    let zstd = b"\x28\xb5\x2f\xfd\x00\xf8\x01\0\0";
    let events = open("x.zst", zstd);
    assert!(
        format!("{events:?}").contains("found a window of more than 64 MiB"),
        "{events:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_after_a_magic_make_it_panic(
        which in 0..2usize,
        tail in prop::collection::vec(any::<u8>(), 0..600),
        keep in 0..60usize,
        chunk in 1..64usize,
    ) {
        let (name, bytes) = STREAMS[which];
        let bytes = [&bytes[..keep], &tail].concat();
        let limits = Limits { total_bytes: 1 << 20, ..Limits::DEFAULT };
        let whole = open_in(name, &bytes, bytes.len(), limits);
        prop_assert_eq!(whole, open_in(name, &bytes, chunk, limits));
    }
}

/// Deflated data that the header calls bzip2 or zstd.
#[test]
fn a_member_that_is_packed_in_another_way_than_it_says_is_told_of() {
    for (method, name) in [(12, "bzip2"), (93, "zstd")] {
        let mut bytes = zip(&[("a.log", b"aaaaaaaaaaaaaaa"), ("b.log", b"b")]);
        bytes[8] = method;
        let events = open("x.zip", &bytes);
        let [Event::Unreadable(chain, _, why), next] = events.as_slice() else {
            panic!("{events:?}");
        };
        assert_eq!(chain, "x.zip > a.log");
        assert!(why.starts_with("expected"), "{why}");
        assert!(
            why.contains(name) || why.contains("more compressed"),
            "{why}"
        );
        assert_eq!(next, &Event::whole("x.zip > b.log", b"b"));
    }
}

/// zstd and bzip2 in a zip whose header says another checksum or size than comes out.
#[test]
fn packed_members_are_compared_with_their_header() {
    let data: &[u8] = b"second log\n";
    for (method, packed) in [
        (12, &include_bytes!("data/archives/b.log.bz2")[..]),
        (93, &include_bytes!("data/archives/b.log.zst")[..]),
    ] {
        let bytes = zip_of_packed(method, "b.log", packed, data);
        assert_eq!(open("x.zip", &bytes), [Event::whole("x.zip > b.log", data)]);
        for (at, what) in [(14, "checksum"), (22, "bytes of data")] {
            let mut lying = bytes.clone();
            lying[at] ^= 1;
            let events = open("x.zip", &lying);
            let [Event::Member(_, given, Some(why))] = events.as_slice() else {
                panic!("{events:?}");
            };
            assert!(given == data && why.contains(what), "{why}");
        }
        let cut = &bytes[..30 + 5 + packed.len() - 4];
        assert!(!matches!(
            open("x.zip", cut).as_slice(),
            [Event::Member(_, _, None)]
        ));
    }
}
