//! Archives of every kind that is opened: their members come out exactly, however they are nested
//! and however their bytes are cut into pieces.

mod bundle;

use bundle::*;
use proptest::prelude::*;

#[test]
fn a_nested_bundle_comes_out_exactly() {
    let (bytes, expected) = bundle();
    assert_eq!(open("active_1.tgz", &bytes), expected);
}

#[test]
fn large_members_come_out_exactly() {
    let (a, b) = (log(20_000), log(15_000));
    let bytes = tgz(&[
        ("a.zip", &zip(&[("a.log", &a), ("a.log.gz", &gzip(&a))])),
        ("b.log", &b),
    ]);
    let expected = [
        Event::whole("x > a.zip > a.log", &a),
        Event::whole("x > a.zip > a.log.gz > a.log", &a),
        Event::whole("x > b.log", &b),
    ];
    assert_eq!(open("x", &bytes), expected);
}

#[test]
fn a_path_in_a_dropped_folder_is_one_element() {
    let events = open("bundle/logs/x.tgz", &tgz(&[("y.log", b"y")]));
    assert_eq!(events, [Event::whole("bundle/logs/x.tgz > y.log", b"y")]);
}

#[test]
fn a_log_is_its_own_member() {
    let text = log(100);
    assert_eq!(open("x.log", &text), [Event::whole("x.log", &text)]);
    assert_eq!(open("x.zip", b"short"), [Event::whole("x.zip", b"short")]);
    assert_eq!(open("empty.log", b""), [Event::whole("empty.log", b"")]);
}

#[test]
fn a_jpeg_passes_as_a_member() {
    let jpeg = [b"\xff\xd8\xff\xe0\x00\x10JFIF\0".as_slice(), &[0x55; 900]].concat();
    assert_eq!(open("x.tgz", &jpeg), [Event::whole("x.tgz", &jpeg)]);
}

#[test]
fn gzip_content_is_named_by_its_header_or_its_file() {
    let named = open("upload", &gzip_named("client.log", b"hello"));
    assert_eq!(named, [Event::whole("upload > client.log", b"hello")]);
    let unnamed = open("logs/client.log.gz", &gzip(b"hello"));
    assert_eq!(
        unnamed,
        [Event::whole("logs/client.log.gz > client.log", b"hello")]
    );
    let twice = open("x.log.gz.gz", &gzip(&gzip(b"hello")));
    assert_eq!(
        twice,
        [Event::whole("x.log.gz.gz > x.log.gz > x.log", b"hello")]
    );
}

#[test]
fn gzip_members_follow_each_other() {
    let bytes = [gzip(b"one\n"), gzip_named("other", b"two\n"), vec![0; 700]].concat();
    assert_eq!(
        open("x.gz", &bytes),
        [Event::whole("x.gz > x", b"one\ntwo\n")]
    );
}

#[test]
fn zips_of_every_way_of_writing_come_out_the_same() {
    let (a, b) = (log(50), log(5));
    let files: &[(&str, &[u8])] = &[("logs/a.log", &a), ("empty", b""), ("logs/b.log", &b)];
    let expected = [
        Event::whole("x.zip > logs/a.log", &a),
        Event::whole("x.zip > empty", b""),
        Event::whole("x.zip > logs/b.log", &b),
    ];
    assert_eq!(
        open("x.zip", &zip_with(deflated(), files)),
        expected,
        "deflated"
    );
    assert_eq!(
        open("x.zip", &zip_with(stored(), files)),
        expected,
        "stored"
    );
    let large = |options: zip::write::SimpleFileOptions| options.large_file(true);
    assert_eq!(
        open("x.zip", &zip_with(large(deflated()), files)),
        expected,
        "zip64"
    );
    assert_eq!(
        open("x.zip", &zip_with(large(stored()), files)),
        expected,
        "zip64, stored"
    );
    assert_eq!(
        open("x.zip", &zip_stream(deflated(), files)),
        expected,
        "piped"
    );
    assert_eq!(
        open("x.zip", &zip_stream(stored(), files)),
        expected,
        "piped, stored"
    );
    let piped = zip_stream(large(deflated()), files);
    assert_eq!(open("x.zip", &piped), expected, "piped, zip64");
}

#[test]
fn a_zip_may_have_a_comment() {
    let (a, b) = (log(50), log(5));
    let mut bytes = zip(&[("a.log", &a), ("b.log", &b)]);
    let expected = [
        Event::whole("x.zip > a.log", &a),
        Event::whole("x.zip > b.log", &b),
    ];
    let comment = b"PK\x01\x02 no entry, PK\x05\x06 no end";
    let length = bytes.len() - 2;
    bytes[length..].copy_from_slice(&(comment.len() as u16).to_le_bytes());
    bytes.extend_from_slice(comment);
    assert_eq!(open("x.zip", &bytes), expected);
}

/// The start of a Windows program, 3,000 bytes of it, with something that looks like a member's header.
fn program() -> Vec<u8> {
    let mut program = vec![0x90; 3000];
    program[..4].copy_from_slice(b"MZP\0");
    program[0x3c..0x40].copy_from_slice(&[0x80, 0, 0, 0]);
    program[0x80..0x84].copy_from_slice(b"PE\0\0");
    program[2000..2004].copy_from_slice(b"PK\x03\x04");
    program
}

#[test]
fn the_zip_behind_a_self_extractor_is_opened() {
    let (a, b) = (log(50), log(5));
    let bytes = zip(&[("a.log", &a), ("b.log", &b)]);
    let expected = [
        Event::whole("x.exe > a.log", &a),
        Event::whole("x.exe > b.log", &b),
    ];
    assert_eq!(open("x.exe", &[program(), bytes].concat()), expected);
}

#[test]
fn a_program_without_a_zip_is_named() {
    let why = "a Windows program, with no zip in it: drop the logs themselves";
    let short = b"MZ\x90\0 and more".to_vec();
    for program in [program(), short] {
        let bytes = program.len() as u64;
        let expected = Event::Unreadable("x.exe".into(), bytes, why.into());
        assert_eq!(open("x.exe", &program), [expected]);
    }
}

/// "MZ" alone begins a text as well.
#[test]
fn a_text_that_begins_like_a_program_is_a_text() {
    let text = "MZ is the state of the agent\n".repeat(40);
    assert_eq!(
        open("x.log", text.as_bytes()),
        [Event::whole("x.log", text.as_bytes())]
    );
}

#[test]
fn descriptors_without_a_signature_are_understood() {
    let (a, b) = (log(50), log(5));
    let mut bytes = zip_stream(deflated(), &[("a.log", &a), ("b.log", &b)]);
    while let Some(at) = memchr::memmem::find(&bytes, b"PK\x07\x08") {
        bytes.drain(at..at + 4);
    }
    let expected = [
        Event::whole("x.zip > a.log", &a),
        Event::whole("x.zip > b.log", &b),
    ];
    assert_eq!(open("x.zip", &bytes), expected);
}

#[test]
fn a_piped_stored_zip_may_hold_another() {
    let inner = zip_stream(stored(), &[("a.log", b"PK\x07\x08 is no descriptor here")]);
    let outer = zip_stream(stored(), &[("inner.zip", &inner), ("b.log", b"b")]);
    let expected = [
        Event::whole("x > inner.zip > a.log", b"PK\x07\x08 is no descriptor here"),
        Event::whole("x > b.log", b"b"),
    ];
    assert_eq!(open("x", &outer), expected);
}

#[test]
fn long_tar_names_are_read() {
    let long = format!("desktop/{}/x.log", "logs/".repeat(60));
    let gnu = tar(&[(&long, b"gnu"), ("short.log", b"short")]);
    let expected = [
        Event::whole(&format!("x > {long}"), b"gnu"),
        Event::whole("x > short.log", b"short"),
    ];
    assert_eq!(open("x", &gnu), expected);
}

#[test]
fn pax_records_override_the_header() {
    let mut builder = tar::Builder::new(Vec::new());
    let path = "日志/座席.log".as_bytes();
    builder
        .append_pax_extensions([("path", path), ("mtime", b"1366756805.18".as_slice())])
        .unwrap();
    let mut header = tar::Header::new_ustar();
    header.set_path("placeholder").unwrap();
    header.set_size(3);
    header.set_cksum();
    builder.append(&header, b"pax".as_slice()).unwrap();
    let bytes = builder.into_inner().unwrap();
    assert_eq!(
        open("x", &bytes),
        [Event::whole("x > 日志/座席.log", b"pax")]
    );
}

#[test]
fn a_tar_without_magic_is_recognised_by_its_checksum() {
    let mut header = tar::Header::new_old();
    header.set_path("old.log").unwrap();
    header.set_size(600);
    header.set_cksum();
    let mut builder = tar::Builder::new(Vec::new());
    builder.append(&header, [b'x'; 600].as_slice()).unwrap();
    let bytes = builder.into_inner().unwrap();
    assert_eq!(
        open("x", &bytes),
        [Event::whole("x > old.log", &[b'x'; 600])]
    );
}

#[test]
fn folders_links_and_macos_forks_are_counted_not_opened() {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Directory);
    header.set_size(0);
    builder
        .append_data(&mut header, "logs/", [].as_slice())
        .unwrap();
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder
        .append_link(&mut header, "logs/current", "x.log")
        .unwrap();
    let mut header = tar::Header::new_gnu();
    header.set_size(1);
    builder
        .append_data(&mut header, "._x.log", b"f".as_slice())
        .unwrap();
    let bytes = builder.into_inner().unwrap();
    let expected = [
        Event::Skipped("x > logs/".into(), "a folder"),
        Event::Skipped("x > logs/current".into(), "a link"),
        Event::Skipped("x > ._x.log".into(), "a macOS resource fork"),
    ];
    assert_eq!(open("x", &bytes), expected);
    let files: &[(&str, &[u8])] = &[
        ("__MACOSX/._a.log", b"fork"),
        ("a.log", b"a"),
        (".DS_Store", b"s"),
    ];
    let expected = [
        Event::Skipped("x > __MACOSX/._a.log".into(), "a macOS resource fork"),
        Event::whole("x > a.log", b"a"),
        Event::Skipped("x > .DS_Store".into(), "macOS folder settings"),
    ];
    assert_eq!(open("x", &zip_stream(deflated(), files)), expected);
    assert_eq!(open("x", &zip(files)), expected);
}

#[test]
fn ten_thousand_tiny_files_come_out() {
    let names: Vec<String> = (0..10_000).map(|n| format!("logs/{n}.log")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), n.as_bytes())).collect();
    for bytes in [zip(&files), tgz(&files)] {
        let events = bundle::open_in("x", &bytes, 65_536, Default::default());
        assert_eq!(events.len(), files.len());
        for (event, (name, data)) in events.iter().zip(&files) {
            assert_eq!(event, &Event::whole(&format!("x > {name}"), data));
        }
    }
}

/// A file, or an archive of some.
#[derive(Debug, Clone)]
enum Tree {
    File(Vec<u8>),
    Gzip(Box<Tree>),
    Archive(Way, Vec<Tree>),
}

#[derive(Debug, Clone, Copy)]
enum Way {
    Tar,
    Stored,
    Deflated,
    Piped,
    PipedStored,
}

fn trees() -> impl Strategy<Value = Tree> {
    // Starting with a letter no archive starts with.
    let file = prop::collection::vec(any::<u8>(), 0..2000)
        .prop_map(|data| Tree::File([b"=".as_slice(), &data].concat()));
    let way = prop::sample::select(vec![
        Way::Tar,
        Way::Stored,
        Way::Deflated,
        Way::Piped,
        Way::PipedStored,
    ]);
    file.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            inner.clone().prop_map(|tree| Tree::Gzip(Box::new(tree))),
            (way.clone(), prop::collection::vec(inner, 1..4))
                .prop_map(|(way, trees)| Tree::Archive(way, trees)),
        ]
    })
}

/// The bytes of `tree`; the members in it, called after `chain`, are added to `events`.
fn pack(tree: &Tree, chain: &str, in_gzip: bool, events: &mut Vec<Event>) -> Vec<u8> {
    let inner = if in_gzip && !matches!(tree, Tree::Archive(Way::Tar, _)) {
        let last = chain.rsplit(" > ").next().unwrap_or(chain);
        format!("{chain} > {}", last.strip_suffix(".gz").unwrap_or(last))
    } else {
        chain.to_owned()
    };
    match tree {
        Tree::File(data) => {
            events.push(Event::whole(&inner, data));
            data.clone()
        }
        Tree::Gzip(tree) => gzip(&pack(tree, &inner, true, events)),
        Tree::Archive(way, trees) => {
            let packed: Vec<(String, Vec<u8>)> = trees
                .iter()
                .enumerate()
                .map(|(n, tree)| {
                    let name = format!("{n}.gz");
                    let bytes = pack(tree, &format!("{inner} > {name}"), false, events);
                    (name, bytes)
                })
                .collect();
            let files: Vec<(&str, &[u8])> = packed
                .iter()
                .map(|(n, b)| (n.as_str(), b.as_slice()))
                .collect();
            match way {
                Way::Tar => tar(&files),
                Way::Stored => zip_with(stored(), &files),
                Way::Deflated => zip(&files),
                Way::Piped => zip_stream(deflated(), &files),
                Way::PipedStored => zip_stream(stored(), &files),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_nesting_comes_out_exactly(tree in trees(), chunk in 1..5000_usize) {
        let mut expected = Vec::new();
        let bytes = pack(&tree, "x.gz", false, &mut expected);
        prop_assert_eq!(bundle::open_in("x.gz", &bytes, chunk, Default::default()), expected);
    }
}
