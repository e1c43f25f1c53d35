//! Archives that are cut off, corrupt, locked, foreign or made to harm: never a panic, everything
//! that can be read comes out, and what cannot is reported with its reason.

mod bundle;

use bundle::*;
use logintrace::error::Error;
use logintrace::source::{Limits, Opener};
use proptest::prelude::*;

/// Whole members must come out as they are; returns how many did.
fn whole_members(events: &[Event], expected: &[Event], what: &str) -> usize {
    let whole: Vec<&Event> = events
        .iter()
        .filter(|event| matches!(event, Event::Member(_, _, None)))
        .collect();
    for event in &whole {
        assert!(expected.contains(event), "{what}: changed: {event:?}");
    }
    whole.len()
}

/// Cuts `bytes` at every byte before `end`.
fn cut_everywhere(name: &str, bytes: &[u8], end: usize, expected: &[Event]) {
    let mut most = 0;
    for cut in 0..end {
        let events = open_in(name, &bytes[..cut], 1000, Limits::DEFAULT);
        let what = format!("{name} cut at {cut} of {}", bytes.len());
        if cut > 2 {
            assert!(events.iter().any(Event::has_problem), "{what}: {events:?}");
            let whole = whole_members(&events, expected, &what);
            assert!(whole >= most, "{what}: a member is lost");
            most = whole;
        }
    }
    let whole = open_in(name, bytes, bytes.len(), Limits::DEFAULT);
    assert_eq!(whole, expected, "{name}");
}

#[test]
fn a_bundle_may_be_cut_at_every_byte() {
    let (bytes, expected) = bundle();
    cut_everywhere("active_1.tgz", &bytes, bytes.len(), &expected);
}

#[test]
fn a_zip_may_be_cut_at_every_byte() {
    let (a, b) = (log(10), log(5));
    let files: &[(&str, &[u8])] = &[("a.log", &a), ("b.log", &b)];
    let expected = [
        Event::whole("x.zip > a.log", &a),
        Event::whole("x.zip > b.log", &b),
    ];
    for bytes in [
        zip(files),
        zip_with(stored(), files),
        zip_stream(deflated(), files),
        zip_stream(stored(), files),
    ] {
        // Three bytes more: a file of "PK" and the like is no archive yet.
        assert_eq!(open("x", &bytes[..3]), [Event::whole("x", &bytes[..3])]);
        for cut in 4..bytes.len() {
            let events = open_in("x.zip", &bytes[..cut], 64, Limits::DEFAULT);
            assert!(
                events.iter().any(Event::has_problem),
                "cut at {cut}: {events:?}"
            );
            whole_members(&events, &expected, &format!("cut at {cut}"));
        }
        assert_eq!(open("x.zip", &bytes), expected);
    }
}

#[test]
fn a_tar_may_be_cut_at_every_byte() {
    let bytes = tar(&[("a.log", &log(10)), ("b.log", b"b")]);
    let end = bytes.len() - 1024;
    for cut in 512..end {
        let events = open_in("x", &bytes[..cut], 700, Limits::DEFAULT);
        assert!(
            events.iter().any(Event::has_problem),
            "cut at {cut}: {events:?}"
        );
    }
}

#[test]
fn any_byte_of_a_bundle_may_be_wrong() {
    let (bytes, expected) = bundle();
    for at in 0..bytes.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut bytes = bytes.clone();
            bytes[at] ^= flip;
            let events = open_in("active_1.tgz", &bytes, bytes.len(), Limits::DEFAULT);
            let pieces = open_in("active_1.tgz", &bytes, 7, Limits::DEFAULT);
            assert_eq!(events, pieces, "byte {at} ^ {flip:#x}");
            if at > 2 && !events.iter().any(Event::has_problem) {
                whole_members(&events, &expected, &format!("byte {at} ^ {flip:#x}"));
            }
        }
    }
}

#[test]
fn any_byte_of_a_zip_or_tar_may_be_wrong() {
    let (a, b) = (log(8), gzip(&log(4)));
    let files: &[(&str, &[u8])] = &[("a.log", &a), ("b.log.gz", &b)];
    for bytes in [
        zip(files),
        zip_with(stored(), files),
        zip_stream(deflated(), files),
        zip_stream(stored(), files),
        tar(files),
    ] {
        for at in 0..bytes.len() {
            for flip in [0x01, 0x08, 0xff] {
                let mut bytes = bytes.clone();
                bytes[at] ^= flip;
                let events = open_in("x", &bytes, bytes.len(), Limits::DEFAULT);
                let pieces = open_in("x", &bytes, 5, Limits::DEFAULT);
                assert_eq!(events, pieces, "byte {at} ^ {flip:#x}");
            }
        }
    }
}

#[test]
fn a_cut_off_gzip_gives_what_came_and_says_where_it_ends() {
    let bytes = gzip(&log(2000));
    let events = open("x.log.gz", &bytes[..5000]);
    let [Event::Member(chain, data, Some(problem))] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!(chain, "x.log.gz > x.log");
    assert!(log(2000).starts_with(data) && data.len() > 5000);
    assert_eq!(
        problem,
        "expected more compressed data, found the end at byte 5000 of x.log.gz"
    );
}

#[test]
fn a_gzip_with_a_wrong_checksum_keeps_its_data() {
    let mut bytes = gzip(b"hello\n");
    let crc = bytes.len() - 8;
    bytes[crc..crc + 4].copy_from_slice(&[0; 4]);
    let expected = Event::Member(
        "x.gz > x".into(),
        b"hello\n".to_vec(),
        Some("expected data of checksum 00000000, found 363a3020 at byte 26 of x.gz".into()),
    );
    assert_eq!(open("x.gz", &bytes), [expected]);
}

#[test]
fn garbage_after_a_gzip_is_noted() {
    let bytes = [gzip(b"hello\n"), b"\0\0garbage".to_vec()].concat();
    let expected = Event::Member(
        "x.gz > x".into(),
        b"hello\n".to_vec(),
        Some("expected another gzip member or the end, found 7 bytes of something else at byte 28 of x.gz".into()),
    );
    assert_eq!(open("x.gz", &bytes), [expected]);
}

/// Sets `bit` in the flags of the first local header.
fn set_flag(zip: &mut [u8], bit: u8) {
    zip[6] |= bit;
}

#[test]
fn a_locked_member_is_named_and_the_next_one_read() {
    for mut bytes in [
        zip(&[("a.log", b"secret secret secret"), ("b.log", b"b")]),
        zip_with(
            stored(),
            &[("a.log", b"secret secret secret"), ("b.log", b"b")],
        ),
        zip_stream(
            deflated(),
            &[("a.log", b"secret secret secret"), ("b.log", b"b")],
        ),
    ] {
        set_flag(&mut bytes, 1);
        let events = open("x.zip", &bytes);
        let [Event::Unreadable(chain, packed, why), next] = events.as_slice() else {
            panic!("{events:?}");
        };
        assert_eq!(chain, "x.zip > a.log");
        assert!(*packed > 0);
        assert!(why.starts_with("password-protected"), "{why}");
        assert_eq!(next, &Event::whole("x.zip > b.log", b"b"));
    }
}

#[test]
fn other_methods_are_named_and_passed_over() {
    for (method, name) in [
        (9, "deflate64"),
        (14, "LZMA"),
        (95, "xz"),
        (77, "method 77"),
    ] {
        let mut bytes = zip(&[("a.log", b"aaaaaaaaaaaaaaa"), ("b.log", b"b")]);
        bytes[8] = method;
        let events = open("x.zip", &bytes);
        let [Event::Unreadable(chain, _, why), next] = events.as_slice() else {
            panic!("{events:?}");
        };
        assert_eq!(chain, "x.zip > a.log");
        assert!(
            why.starts_with(&format!("compressed with {name}, which")),
            "{why}"
        );
        assert_eq!(next, &Event::whole("x.zip > b.log", b"b"));
    }
}

#[test]
fn a_corrupt_member_of_a_zip_does_not_hide_the_next() {
    let (a, b) = (log(500), log(10));
    for (bytes, cause) in [
        (zip(&[("a.log", &a), ("b.log", &b)]), "sized"),
        (
            zip_stream(deflated(), &[("a.log", &a), ("b.log", &b)]),
            "piped",
        ),
    ] {
        let mut bytes = bytes;
        bytes[2000..2100].fill(0xff);
        let events = open("x.zip", &bytes);
        let [Event::Member(chain, data, Some(problem)), next] = events.as_slice() else {
            panic!("{cause}: {events:?}");
        };
        assert_eq!(chain, "x.zip > a.log");
        assert!(data.len() > 1000 && data[..1000] == a[..1000], "{cause}");
        assert!(problem.contains(" of x.zip"), "{cause}: {problem}");
        assert_eq!(next, &Event::whole("x.zip > b.log", &b), "{cause}");
    }
}

#[test]
fn a_member_only_the_directory_knows_is_reported() {
    let both = zip(&[("a.log", b"aaaa"), ("b.log", b"bbbb")]);
    let second = memchr::memmem::rfind(&both, b"PK\x03\x04").unwrap();
    let directory = memchr::memmem::find(&both, b"PK\x01\x02").unwrap();
    let bytes = [&both[..second], &both[directory..]].concat();
    let events = open("x.zip", &bytes);
    let [first, Event::Unreadable(chain, 6, why)] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!(first, &Event::whole("x.zip > a.log", b"aaaa"));
    assert_eq!(chain, "x.zip > b.log");
    assert!(
        why.starts_with("expected a member before this entry of the directory, found none"),
        "{why}"
    );
}

#[test]
fn garbage_in_a_zip_or_tar_is_passed_and_reported() {
    let one = zip(&[("a.log", b"aaaa")]);
    let directory = memchr::memmem::find(&one, b"PK\x01\x02").unwrap();
    let bytes = [
        &one[..directory],
        b"garbage PK\x03\x04 garbage",
        &zip(&[("b.log", b"b")]),
    ]
    .concat();
    let why = format!("expected a zip header, found something else at byte {directory} of x");
    let expected = [
        Event::whole("x > a.log", b"aaaa"),
        Event::Unreadable("x".into(), 20, why),
        Event::whole("x > b.log", b"b"),
    ];
    assert_eq!(open("x", &bytes), expected);

    let one = tar(&[("a.log", b"aaaa")]);
    let bytes = [&one[..1024], &[b'g'; 1024], &tar(&[("b.log", b"b")])].concat();
    let why = "expected a tar header, found something else at byte 1024 of x".to_owned();
    let expected = [
        Event::whole("x > a.log", b"aaaa"),
        Event::Unreadable("x".into(), 1024, why),
        Event::whole("x > b.log", b"b"),
    ];
    assert_eq!(open("x", &bytes), expected);
}

#[test]
fn empty_archives_say_so() {
    let empty = |name: &str, bytes: &[u8]| {
        let events = open(name, bytes);
        let [Event::Unreadable(chain, _, why)] = events.as_slice() else {
            panic!("{name}: {events:?}");
        };
        assert_eq!(chain, name);
        assert!(why.starts_with("the archive is empty"), "{why}");
    };
    empty("x.zip", &zip(&[]));
    empty("x.tar", &tar(&[]));
    empty("x.tgz", &tgz(&[]));
}

#[test]
fn zeros_in_front_of_a_log_are_kept() {
    let text = [vec![0; 5000], b"log".to_vec()].concat();
    assert_eq!(open("x.log", &text), [Event::whole("x.log", &text)]);
}

#[test]
fn archives_of_other_kinds_are_recognised_at_any_depth() {
    let xz = b"\xfd7zXZ\0\0\x04".as_slice();
    let events = open(
        "x.tgz",
        &tgz(&[("a.log", b"a"), ("b.xz", xz), ("c.log", b"c")]),
    );
    let expected = [
        Event::whole("x.tgz > a.log", b"a"),
        Event::Unreadable(
            "x.tgz > b.xz".into(),
            8,
            "xz archives cannot be read here: unpack it and drop the folder, or repack it as zip or tgz".into(),
        ),
        Event::whole("x.tgz > c.log", b"c"),
    ];
    assert_eq!(events, expected);
}

#[test]
fn names_cannot_deceive() {
    let events = open("x", &zip(&[("..\\..\\a\u{202e}gol.exe", b"a")]));
    assert_eq!(events, [Event::whole("x > ../../agol.exe", b"a")]);
}

#[test]
fn a_file_that_stops_being_readable_ends_what_is_open() {
    let bytes = tgz(&[("a.log", &log(3000)), ("b.log", b"b")]);
    let mut record = Record::default();
    let mut opener = Opener::new("x.tgz", Limits::DEFAULT);
    opener.push(&bytes[..9000], &mut record);
    opener.fail(Error::new("the file was deleted"), &mut record);
    let [Event::Member(chain, data, Some(problem))] = record.events.as_slice() else {
        panic!("{:?}", record.events);
    };
    assert_eq!(chain, "x.tgz > a.log");
    assert!(!data.is_empty());
    assert_eq!(problem, "the file was deleted");
}

#[test]
fn a_file_that_was_never_readable_is_reported() {
    let mut record = Record::default();
    let opener = Opener::new("x.log", Limits::DEFAULT);
    opener.fail(Error::new("the file was deleted"), &mut record);
    let expected = Event::Unreadable("x.log".into(), 0, "the file was deleted".into());
    assert_eq!(record.events, [expected]);
}

#[test]
fn archives_too_deep_in_each_other_are_not_opened() {
    let mut bytes = b"a log".to_vec();
    for _ in 0..5 {
        bytes = zip(&[("x", &bytes)]);
    }
    let limits = |depth| Limits {
        depth,
        ..Limits::DEFAULT
    };
    let events = open_in("x", &bytes, 100, limits(5));
    assert_eq!(events, [Event::whole("x > x > x > x > x > x", b"a log")]);
    let events = open_in("x", &bytes, 100, limits(4));
    let [Event::Unreadable(chain, _, why)] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!(chain, "x > x > x > x > x");
    assert_eq!(
        why,
        "expected at most 4 archives inside each other, found more"
    );
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let zeros = vec![b'0'; 3_000_000];
    let bytes = gzip(&zip(&[("a.log", &zeros), ("b.log", &zeros)]));
    let limits = Limits {
        total_bytes: 1_000_000,
        ..Limits::DEFAULT
    };
    let events = open_in("x.gz", &bytes, 100, limits);
    let [Event::Member(chain, data, Some(why))] = events.as_slice() else {
        panic!("{} events", events.len());
    };
    assert_eq!(chain, "x.gz > x > a.log");
    assert!(data.len() < 1_200_000, "{}", data.len());
    assert_eq!(
        why,
        "expected at most 1000000 bytes after decompression, found more"
    );
}

#[test]
fn a_member_too_large_is_cut_and_the_next_one_read() {
    let bytes = tar(&[("a.log", &log(100)), ("b.log", b"b")]);
    let limits = Limits {
        member_bytes: 1000,
        ..Limits::DEFAULT
    };
    let events = open_in("x", &bytes, 333, limits);
    let cut = "expected a member of at most 1000 bytes, found more".to_owned();
    let expected = [
        Event::Member("x > a.log".into(), log(100)[..1000].to_vec(), Some(cut)),
        Event::whole("x > b.log", b"b"),
    ];
    assert_eq!(events, expected);
}

#[test]
fn too_many_members_stop_the_reading() {
    let names: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .map(|n| (n.as_str(), b"x".as_slice()))
        .collect();
    let limits = Limits {
        members: 5,
        ..Limits::DEFAULT
    };
    for bytes in [tar(&files), zip(&files)] {
        let events = open_in("x", &bytes, 100, limits);
        assert!(events.len() <= 7, "{events:?}");
        let why = "expected at most 5 members, found more";
        assert!(events.iter().any(|event| match event {
            Event::Member(_, _, problem) => problem.as_deref() == Some(why),
            Event::Unreadable(_, _, problem) => problem == why,
            Event::Skipped(..) => false,
        }));
    }
}

/// Data that looks like the end of a member at every fourth byte must not be searched in vain for
/// minutes; and it must come out.
#[test]
fn false_signatures_are_data() {
    let data = b"PK\x07\x08".repeat(100_000);
    let bytes = zip_stream(stored(), &[("a.log", &data), ("b.log", b"b")]);
    let expected = [
        Event::whole("x > a.log", &data),
        Event::whole("x > b.log", b"b"),
    ];
    assert_eq!(open_in("x", &bytes, bytes.len(), Limits::DEFAULT), expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_are_a_panic_and_pieces_make_no_difference(
        magic in prop::sample::select(vec![
            b"PK\x03\x04\x14\0\x08\0\x08\0".as_slice(), b"PK\x03\x04\x14\0\0\0\0\0", b"PK\x05\x06",
            b"PK\x03\x04\x14\0\x08\0\0\0", b"PK\x01\x02", b"\x1f\x8b\x08\0", b"\x1f\x8b\x08\x1f", b"",
        ]),
        rest in prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(b'P'), Just(b'K')], 0..1500),
        chunk in 1..200_usize,
    ) {
        let bytes = [magic, &rest].concat();
        let whole = open_in("x", &bytes, bytes.len(), Limits::DEFAULT);
        prop_assert_eq!(open_in("x", &bytes, chunk, Limits::DEFAULT), whole);
    }

    #[test]
    fn no_damage_is_a_panic_and_pieces_make_no_difference(
        way in 0..6_usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..40_usize, prop::collection::vec(any::<u8>(), 0..40)), 1..4),
        chunk in 1..5000_usize,
    ) {
        let (a, b) = (log(30), zip(&[("deep.log", &log(4))]));
        let files: &[(&str, &[u8])] = &[("a.log", &a), ("b.zip", &b), ("c.log", b"c")];
        let mut bytes = match way {
            0 => zip(files),
            1 => zip_with(stored(), files),
            2 => zip_stream(deflated(), files),
            3 => zip_stream(stored(), files),
            4 => tar(files),
            _ => tgz(files),
        };
        for (place, cut, insert) in damage {
            let at = place.index(bytes.len());
            let end = bytes.len().min(at + cut);
            bytes.splice(at..end, insert);
            prop_assume!(!bytes.is_empty());
        }
        let whole = open_in("x", &bytes, bytes.len(), Limits::DEFAULT);
        prop_assert_eq!(open_in("x", &bytes, chunk, Limits::DEFAULT), whole);
    }
}
