//! Archives written by the programs people use: Info-ZIP 3.0 zip, GNU tar, gzip, OpenJDK jar, xz,
//! zstd, bzip2. `a.log` is what they packed; `b.log` is one line.

mod bundle;

use bundle::{Event, open};

const A: &[u8] = include_bytes!("data/archives/a.log");
const B: &[u8] = b"second log\n";

/// Opens a file of `tests/data/archives` under the name `f`.
macro_rules! opened {
    ($name:literal) => {
        open("f", include_bytes!(concat!("data/archives/", $name)))
    };
}

fn a_and_b() -> [Event; 2] {
    [Event::whole("f > a.log", A), Event::whole("f > b.log", B)]
}

fn unreadable(chain: &str, bytes: u64, why: &str) -> Event {
    Event::Unreadable(chain.to_owned(), bytes, why.to_owned())
}

#[test]
fn zip_through_a_pipe() {
    assert_eq!(opened!("infozip-piped.zip"), a_and_b());
    assert_eq!(opened!("infozip-stdin.zip"), [Event::whole("f > -", A)]);
    assert_eq!(opened!("jar.zip"), a_and_b());
}

#[test]
fn zip_of_a_folder() {
    let expected = [
        Event::Skipped("f > logs/".into(), "a folder"),
        Event::whole("f > logs/a.log", A),
    ];
    assert_eq!(opened!("infozip-folder.zip"), expected);
}

#[test]
fn zip_with_a_password() {
    let why = "password-protected: unpack it with the password and drop what was in it";
    let expected = [
        unreadable("f > a.log", 236, why),
        unreadable("f > b.log", 23, why),
    ];
    assert_eq!(opened!("infozip-password.zip"), expected);
    let expected = [unreadable("f > -", 236, why)];
    assert_eq!(opened!("infozip-password-piped.zip"), expected);
}

#[test]
fn zip_with_bzip2() {
    assert_eq!(opened!("infozip-bzip2.zip"), a_and_b());
}

#[test]
fn zip_without_members() {
    assert_eq!(
        opened!("empty.zip"),
        [unreadable("f", 22, "the archive is empty")]
    );
}

#[test]
fn tar_with_long_names() {
    let long = format!("f > desktop/{}x.log", "logs/".repeat(30));
    let expected = [Event::whole(&long, A), Event::whole("f > b.log", B)];
    assert_eq!(opened!("gnutar-long-name.tgz"), expected, "GNU");
    assert_eq!(opened!("gnutar-pax.tgz"), expected, "PAX");
}

#[test]
fn tar_of_1979() {
    let [a, b] = a_and_b();
    assert_eq!(opened!("gnutar-v7.tgz"), [b, a]);
}

#[test]
fn tar_with_links() {
    let expected = [
        Event::whole("f > a.log", A),
        Event::Skipped("f > hard.log".into(), "a link"),
        Event::Skipped("f > link.log".into(), "a link"),
    ];
    assert_eq!(opened!("gnutar-links.tgz"), expected);
}

#[test]
fn tar_with_sparse_files() {
    let why = "sparse files in a tar cannot be read here: unpack it and drop the file";
    let b = Event::whole("f > b.log", B);
    let expected = [unreadable("f > sparse.log", 1700, why), b.clone()];
    assert_eq!(opened!("gnutar-sparse.tgz"), expected, "GNU");
    let expected = [unreadable("f > sparse.log", 2212, why), b];
    assert_eq!(opened!("gnutar-sparse-pax.tgz"), expected, "PAX");
}

#[test]
fn tar_without_members() {
    let why = "the archive is empty: there is nothing in it but zero bytes";
    assert_eq!(opened!("empty.tgz"), [unreadable("f", 10240, why)]);
}

#[test]
fn gzip_of_two_files() {
    let both = [A, B].concat();
    assert_eq!(
        opened!("gzip-two-members.gz"),
        [Event::whole("f > a.log", &both)]
    );
}

#[test]
fn one_log_in_other_compressors() {
    let b = [Event::whole("f > f", B)];
    assert_eq!(opened!("b.log.zst"), b);
    assert_eq!(opened!("b.log.bz2"), b);
}

/// A tar of `a.log`, a log large enough for several blocks, and `b.log`.
#[test]
fn tar_in_other_compressors() {
    let expected = [
        Event::whole("f > a.log", A),
        Event::whole("f > five.log", &bundle::log(5_000)),
        Event::whole("f > b.log", B),
    ];
    assert_eq!(opened!("gnutar.tar.zst"), expected, "zstd");
    assert_eq!(opened!("gnutar.tar.bz2"), expected, "bzip2");
}

/// Two streams, the second zstd frame without a checksum and the first after a frame for other
/// programs. Then hundreds of them, so that they stand across all borders.
#[test]
fn streams_that_follow_each_other() {
    for bytes in [
        include_bytes!("data/archives/two-frames.zst").as_slice(),
        include_bytes!("data/archives/two-streams.bz2"),
    ] {
        let both = [A, B].concat();
        assert_eq!(open("f", bytes), [Event::whole("f > f", &both)]);
        let many = both.repeat(700);
        assert_eq!(
            open("f", &bytes.repeat(700)),
            [Event::whole("f > f", &many)]
        );
    }
}

#[test]
fn nothing_in_other_compressors() {
    let nothing = [Event::whole("f > f", b"")];
    assert_eq!(opened!("empty.zst"), nothing);
    assert_eq!(opened!("empty.bz2"), nothing);
}

#[test]
fn xz_is_not_read() {
    let why = "xz archives cannot be read here: unpack it and drop the folder, or repack it as zip or tgz";
    assert_eq!(opened!("b.log.xz"), [unreadable("f", 68, why)]);
}
