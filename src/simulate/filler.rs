//! Quiet days before the day of the sign-ins: what makes a bundle large, and not more eventful.
//!
//! One busy stretch of a cluster on which nobody signs in is simulated once; every earlier day
//! repeats it with that day's date in every line. Most of it is what machines log of themselves;
//! a handful of agents changes state as usual.

use super::clock::Clock;
use super::cluster::Cluster;
use super::journal::Journal;
use super::layout::{self, LogFile};
use super::ledger::Ledger;
use super::pack::Stream;
use super::pens::Pens;
use super::random::Random;
use super::{Config, noise};
use memchr::memmem;
use std::io;

/// How long a quiet day is, ms: short enough to lie within one date in every zone of the cluster.
const DAY_LOGGED_MS: i64 = 3_600_000;

/// How much more the machines log of themselves than beside the sign-ins: with the agents' share as
/// it is, the larger part of a day.
const BUSY: u32 = 20;

/// ms of a day.
const DAY_MS: i64 = 86_400_000;

/// Writes the quiet days, oldest first, and then `files`; returns the bytes of log.
pub(super) fn pack(
    config: &Config,
    files: &[LogFile],
    size: u64,
    out: impl io::Write,
) -> io::Result<u64> {
    Day::simulate(config, DAY_LOGGED_MS).pack_before(files, size, out)
}

/// A quiet day, to be printed with any date.
struct Day {
    /// When it begins (true time).
    start: i64,
    files: Vec<Dated>,
}

/// A log cut at its dates.
struct Dated {
    path: Cut,
    text: Cut,
}

/// Text with a date before every piece but the first, each in the form at this position of [`FORMS`].
struct Cut {
    first: Vec<u8>,
    rest: Vec<(usize, Vec<u8>)>,
}

/// How a date is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `2017-03-14`.
    Iso,
    /// `2017.03.14`.
    Dotted,
    /// `14/Mar/2017`.
    Access,
    /// `Mar 14 2017`.
    Webservices,
    /// `March 14, 2017`.
    Long,
}

const FORMS: [Form; 5] = [
    Form::Iso,
    Form::Dotted,
    Form::Access,
    Form::Webservices,
    Form::Long,
];

impl Form {
    /// The date of `at`, UTC.
    fn print(self, at: i64) -> String {
        let clock = Clock {
            offset_ms: 0,
            zone: 0,
        };
        match self {
            Self::Iso => clock.date(at),
            Self::Dotted => clock.date(at).replace('-', "."),
            Self::Access => clock.access(at)[1..12].to_owned(),
            Self::Webservices => clock.webservices(at, false)[..11].to_owned(),
            Self::Long => clock.long_date(at),
        }
    }
}

impl Day {
    fn simulate(config: &Config, logged_ms: i64) -> Self {
        let quiet = Config {
            agents: 0,
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
        let mut random = Random::new(quiet.seed).branch(5);
        for _ in 0..BUSY {
            noise::machines(&mut pens, span, &mut random);
        }
        noise::residents(&mut pens, &mut ledger, span, &mut random);
        let entries = journal.settle(&[1, 1], &[None, None]);
        let laid = layout::lay_out(&quiet, &cluster, &ledger.client_logs, entries);
        let start = quiet.start.0;
        let dates = FORMS.map(|form| form.print(start));
        let cut = |file: LogFile| Dated {
            path: Cut::of(file.path.as_bytes(), &dates),
            text: Cut::of(&file.bytes, &dates),
        };
        Self {
            start,
            files: laid.files.into_iter().map(cut).collect(),
        }
    }

    /// Writes as many days as `size` asks for, oldest first, then `files`.
    fn pack_before(&self, files: &[LogFile], size: u64, out: impl io::Write) -> io::Result<u64> {
        let own: u64 = files.iter().map(|file| file.bytes.len() as u64).sum();
        let days = size.saturating_sub(own).div_ceil(self.bytes().max(1));
        let (mut stream, mut written) = (Stream::new(out), own);
        for ago in (1..=i64::try_from(days).unwrap_or(i64::MAX)).rev() {
            for (path, text) in self.earlier(ago) {
                stream.member(&path, &text)?;
                written += text.len() as u64;
            }
        }
        for file in files {
            stream.member(&file.path, &file.bytes)?;
        }
        stream.finish()?;
        Ok(written)
    }

    /// Bytes of its logs.
    fn bytes(&self) -> u64 {
        let dates = FORMS.map(|form| form.print(self.start));
        let length = |file: &Dated| file.text.print(&dates).len() as u64;
        self.files.iter().map(length).sum()
    }

    /// The logs as of `ago` days earlier, each with its path: every day lies in a folder of its own.
    fn earlier(&self, ago: i64) -> impl Iterator<Item = (String, Vec<u8>)> {
        let dates = FORMS.map(|form| form.print(self.start - ago * DAY_MS));
        self.files.iter().map(move |file| {
            let path = file.path.print(&dates);
            let path = format!("{}/{}", dates[0], String::from_utf8_lossy(&path));
            (path, file.text.print(&dates))
        })
    }
}

impl Cut {
    /// Cuts `text` at each of `dates`, one for each of [`FORMS`].
    fn of(text: &[u8], dates: &[String; FORMS.len()]) -> Self {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (form, date) in dates.iter().enumerate() {
            let at = memmem::find_iter(text, date.as_bytes());
            found.extend(at.map(|at| (at, form)));
        }
        found.sort_unstable();
        let ends = found.iter().skip(1).map(|(at, _)| *at);
        let ends: Vec<usize> = ends.chain([text.len()]).collect();
        let piece = |((at, form), end): (&(usize, usize), usize)| {
            (*form, text[at + dates[*form].len()..end].to_vec())
        };
        let first = found.first().map_or(text.len(), |(at, _)| *at);
        Self {
            first: text[..first].to_vec(),
            rest: found.iter().zip(ends).map(piece).collect(),
        }
    }

    fn print(&self, dates: &[String; FORMS.len()]) -> Vec<u8> {
        let mut text = self.first.clone();
        for (form, piece) in &self.rest {
            text.extend_from_slice(dates[*form].as_bytes());
            text.extend_from_slice(piece);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::run;
    use std::io::Read;

    #[test]
    fn every_date_of_a_text_moves_and_nothing_else() {
        let dates = |day: &str| {
            let [iso, dotted] = ["-", "."].map(|mark| format!("2017{mark}03{mark}{day}"));
            let [access, month] = [format!("{day}/Mar/2017"), format!("Mar {day} 2017")];
            [iso, dotted, access, month, format!("March {day}, 2017")]
        };
        let text = "Mar 14 2017 10:00 [14/Mar/2017] 2017.03.14 March 14, 2017\n14 2017-03-14T";
        let moved = "Mar 09 2017 10:00 [09/Mar/2017] 2017.03.09 March 09, 2017\n14 2017-03-09T";
        let cut = Cut::of(text.as_bytes(), &dates("14"));
        assert_eq!(cut.print(&dates("09")), moved.as_bytes());
        assert_eq!(Cut::of(b"", &dates("14")).print(&dates("09")), b"");
    }

    #[test]
    fn quiet_days_come_first_and_name_only_their_own_date() {
        let config = Config::new(2, 1);
        let bundle = run(&config);
        let mut packed = Vec::new();
        // Less than one quiet day: one is added.
        let own: usize = bundle.files.iter().map(|file| file.bytes.len()).sum();
        let size = own as u64 + 1;
        let day = Day::simulate(&config, 300_000);
        let written = day.pack_before(&bundle.files, size, &mut packed).unwrap();
        assert!(written >= size);

        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed.as_slice()));
        let mut paths = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let path = entry.path().unwrap().display().to_string();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            let quiet = path.starts_with("2017-03-13/");
            let days = ["2017-03-12", "2017-03-13", "2017-03-14", "2017-03-15"];
            let days: Vec<&str> = days.into_iter().filter(|day| text.contains(day)).collect();
            assert!(
                !quiet || days.iter().all(|day| *day == "2017-03-13"),
                "{path}: {days:?}"
            );
            paths.push((quiet, path));
        }
        let quiet = paths.iter().take_while(|(quiet, _)| *quiet).count();
        assert!(quiet > 0);
        let own: Vec<&str> = paths[quiet..]
            .iter()
            .map(|(_, path)| path.as_str())
            .collect();
        let expected: Vec<&str> = bundle.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(own, expected);
    }
}
