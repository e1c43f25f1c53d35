//! Quiet days before the day of the sign-ins: what makes a bundle large, and not more eventful.
//!
//! Every day is played anew, with its own date, chance and invoke ids, and written before the next one
//! is played. Nobody signs in; most of it is what machines log of themselves, and a handful of
//! agents changes state as usual.

use super::cluster::Cluster;
use super::journal::Journal;
use super::layout::{self, LogFile};
use super::ledger::Ledger;
use super::pack::Stream;
use super::pens::Pens;
use super::random::Random;
use super::{Config, noise};
use crate::record::time::EpochMs;
use std::io;

/// How long a quiet day is, ms: short enough to lie within one date in every zone of the cluster.
const LOGGED_MS: i64 = 3_600_000;

/// How much more the machines log of themselves than beside the sign-ins: with the agents' share as
/// it is, the larger part of a day.
const BUSY: u32 = 20;

/// ms of a day.
const DAY_MS: i64 = 86_400_000;

/// First invoke id of the first quiet day, above those of the day of the sign-ins, and how many a day has at
/// most: no id comes twice in the bundle.
const FIRST_INVOKE: i64 = 100_000;
const INVOKES_A_DAY: i64 = 50_000;

/// Writes quiet days, the latest one first, until there are `size` bytes of log with `files`, and then
/// those; returns the bytes of log.
pub(super) fn pack(
    config: &Config,
    files: &[LogFile],
    size: u64,
    out: impl io::Write,
) -> io::Result<u64> {
    pack_days((config, LOGGED_MS), files, size, out)
}

fn pack_days(
    (config, logged_ms): (&Config, i64),
    files: &[LogFile],
    size: u64,
    out: impl io::Write,
) -> io::Result<u64> {
    let mut stream = Stream::new(out);
    let mut written = bytes(files);
    for ago in 1.. {
        if written >= size {
            break;
        }
        let quiet = day(config, ago, logged_ms);
        written += bytes(&quiet);
        for file in &quiet {
            stream.member(&file.path, &file.bytes)?;
        }
    }
    for file in files {
        stream.member(&file.path, &file.bytes)?;
    }
    stream.finish()?;
    Ok(written)
}

fn bytes(files: &[LogFile]) -> u64 {
    files.iter().map(|file| file.bytes.len() as u64).sum()
}

/// The logs of the day that was `ago` days earlier, in a folder of their own.
fn day(config: &Config, ago: i64, logged_ms: i64) -> Vec<LogFile> {
    let quiet = Config {
        agents: 0,
        start: EpochMs(config.start.0 - ago * DAY_MS),
        rotate_ms: DAY_MS,
        restart: false,
        window: None,
        ..config.clone()
    };
    let cluster = Cluster::new(&quiet);
    let (mut journal, mut ledger) = (Journal::default(), Ledger::default());
    let mut pens = Pens {
        cluster: &cluster,
        journal: &mut journal,
    };
    let span = (quiet.start.0, quiet.start.0 + logged_ms, 1);
    let mut random = Random::new(quiet.seed).branch(1_000_000 + ago.unsigned_abs());
    for _ in 0..BUSY {
        noise::machines(&mut pens, &Ledger::default(), span, &mut random);
    }
    noise::residents(&mut pens, &mut ledger, span, &mut random);
    let first_invoke = FIRST_INVOKE + ago * INVOKES_A_DAY;
    let entries = journal.settle(&[first_invoke, first_invoke], &[None, None]);
    let laid = layout::lay_out(&quiet, &cluster, &ledger.client_logs, entries);
    let date = cluster.nodes[0].clock.date(quiet.start.0);
    let in_folder = |file: LogFile| LogFile {
        path: format!("{date}/{}", file.path),
        ..file
    };
    laid.files.into_iter().map(in_folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiet_day_names_its_own_date_only_and_is_not_the_day_before() {
        let config = Config::new(2, 1);
        let texts = |ago| {
            let day = day(&config, ago, 120_000);
            let text = |file: LogFile| (file.path, String::from_utf8(file.bytes).unwrap());
            day.into_iter().map(text).collect::<Vec<_>>()
        };
        let (one, other) = (texts(1), texts(2));
        assert_eq!(one.len(), other.len());
        for ((path, text), (other_path, other_text)) in one.iter().zip(&other) {
            assert!(path.starts_with("2017-03-13/"), "{path}");
            assert!(other_path.starts_with("2017-03-12/"), "{other_path}");
            assert_ne!(text, other_text);
            for day in [
                "2017-03-12",
                "12 2017",
                "12, 2017",
                "2017-03-14",
                "14 2017",
                "2017.03.14",
            ] {
                assert!(!text.contains(day), "{path}: {day}");
            }
        }
    }

    #[test]
    fn there_is_as_much_as_asked_for_and_the_own_logs_come_last() {
        let config = Config::new(2, 1);
        let own = LogFile {
            path: "a.log".to_owned(),
            bytes: b"line\n".to_vec(),
        };
        let mut packed = Vec::new();
        assert_eq!(
            pack_days(
                (&config, 60_000),
                std::slice::from_ref(&own),
                5,
                &mut packed
            )
            .unwrap(),
            5
        );
        assert_eq!(names(&packed), ["a.log"]);

        packed.clear();
        let written = pack_days((&config, 60_000), &[own], 6, &mut packed).unwrap();
        assert!(written >= 6);
        let names = names(&packed);
        let (last, quiet) = names.split_last().unwrap();
        assert_eq!(last, "a.log");
        assert!(
            quiet.len() > 5 && quiet.iter().all(|name| name.starts_with("2017-03-13/")),
            "{quiet:?}"
        );
    }

    fn names(packed: &[u8]) -> Vec<String> {
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed));
        let entries = archive.entries().unwrap();
        entries
            .map(|entry| entry.unwrap().path().unwrap().display().to_string())
            .collect()
    }
}
