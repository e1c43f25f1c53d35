//! A bundle read by several readers tells the same as one read by one, whoever was first.

mod reading;

use logintrace::session::{Errand, Session, Sharing};
use logintrace::simulate::{Config, Forms, run};
use reading::{Sources, sent};

/// Reads `bundle` with readers that are as slow and out of order as `seed` says.
fn report(bundle: &Sources, sharing: Sharing, seed: u64) -> String {
    let mut slow = Slow {
        errands: Vec::new(),
        state: seed,
    };
    let mut session = Session::shared(sharing);
    reading::feed(&mut session, bundle, 100_000, &mut |session| {
        slow.work(session, 2);
    });
    slow.work(&mut session, 0);
    assert!(!session.is_waiting());
    session.close(false, 0.0);
    session.report(None).to_json()
}

/// Readers that finish in any order.
struct Slow {
    errands: Vec<Errand>,
    state: u64,
}

impl Slow {
    /// Takes new errands, and runs old ones until no more than `left` are left.
    fn work(&mut self, session: &mut Session, left: usize) {
        loop {
            let new = session.errands().into_iter().map(|(_, errand)| errand);
            self.errands.extend(new);
            if self.errands.len() <= left {
                return;
            }
            self.state = self.state.wrapping_mul(6_364_136_223_846_793_005) + 1;
            let at = (self.state >> 33) as usize % self.errands.len();
            let outcome = self.errands.swap_remove(at).run();
            session.take(sent(&outcome));
        }
    }
}

fn same_for_all(bundle: &Sources) {
    let alone = report(bundle, Sharing::among(0), 0);
    let cut = Sharing {
        readers: 1,
        whole: 2 << 20,
        ..Sharing::among(1)
    };
    for (sharing, seed) in [(cut, 1), (Sharing::among(3), 2)] {
        assert!(
            report(bundle, sharing, seed) == alone,
            "{sharing:?}, seed {seed}"
        );
    }
}

#[test]
fn a_bundle_of_many_logs_is_the_same() {
    let bundle = run(&Config::new(40, 5));
    same_for_all(&vec![("bundle.tgz".to_owned(), bundle.pack())]);
}

/// Each log of the bundle as one file of several pieces: entries and lines stand across the cuts.
#[test]
fn logs_of_several_pieces_are_the_same() {
    for (seed, forms) in [(1, Forms::FULL), (2, Forms::OLD)] {
        let bundle = run(&Config {
            forms,
            rotate_ms: i64::MAX / 4,
            ..Config::new(20, seed)
        });
        let large: Sources = ["webservices", "access_log", "ctisvr"]
            .into_iter()
            .filter_map(|log| bundle.files.iter().find(|file| file.path.contains(log)))
            .map(|file| {
                (
                    file.path.clone(),
                    file.bytes.repeat((5 << 20) / file.bytes.len() + 1),
                )
            })
            .collect();
        assert_eq!(large.len(), 3);
        same_for_all(&large);
    }
}

/// What no log looks like: lines without end, pastes, prose, other encodings.
#[test]
fn odd_members_are_the_same() {
    let log = "0000000345: 192.0.2.10: May 23 2014 10:34:12.372 +0530: %CCBU_http-bio-8445-exec-7-6-REQUEST_START: \
               %[method_name=PUT][resource_name=/User/2001][usr=2001]: Request start\nand a line more\n";
    let logs = log.repeat(16_000);
    let files = [
        (
            "endless.log",
            [
                b"x".repeat(5 << 20),
                b"\n".to_vec(),
                logs.clone().into_bytes(),
            ]
            .concat(),
        ),
        ("prose.txt", b"nothing but prose\r\n".repeat(200_000)),
        (
            "fenced.md",
            format!("```\n{logs}```\nprose\n{logs}").into_bytes(),
        ),
        (
            "late-fence.log",
            format!("{logs}{logs}```\n{logs}```\n{logs}").into_bytes(),
        ),
        ("cut.log", logs.as_bytes()[..logs.len() - 40].to_vec()),
        ("utf-16.log", [&[0xff, 0xfe][..], &utf_16(&logs)].concat()),
        (
            "marked.log",
            [&b"\xef\xbb\xbf"[..], logs.as_bytes()].concat(),
        ),
    ];
    let files: Sources = files
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .collect();
    same_for_all(&files);
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
