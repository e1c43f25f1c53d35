//! Silences inside a file that are holes: the log is one that never stops, but then it did.
//!
//! A log is judged by its own rhythm, over all its files in the bundle. Its long silences are holes if
//!
//! - the log is one of a server that writes of its own accord ([`writes_by_itself`]), and
//! - no silence is of a middling length: the shortest long one is at least [`RHYTHM`] times the longest
//!   other one. Where people are what a log speaks of, they come and go one by one, and its silences have
//!   all lengths; where a heartbeat keeps it going, they have not, and
//! - the log has kept its rhythm for at least [`STEADY`] times as long as it was silent. A night is half as long as
//!   a day at least: a log that is silent every night has no hole there.
//!
//! Nothing is said of a log whose clock goes back, or is put forward by an hour, nor where more silences are long
//! than are kept of a file ([`crate::record::rhythm`]).
//!
//! Source of the rule: ours. That CTI server and Finesse exchange heartbeats every 5 s is documented (Finesse
//! administration guide, fail-over); whether a log prints them depends on its trace level, and so the log itself must show
//! that it is steady.
//!
//! *Not told*: silences of access logs, the Notification Service's and the wire log. An open desktop polls every minute or
//! so, and when the last one is closed the log stops at once, which looks the same as lines that are missing. Nor those of
//! desktops, realm, console, command line and Identity Service, which write when something happens.

use super::{Part, RHYTHM, View};
use crate::record::rhythm::{KEPT, SHORTEST_MS, Silence, reading};
use crate::record::time::EpochMs;
use crate::record::{File, Kind};

/// A silence this long may be a hole, ms. Ours: longer than the documented fail-over of a large site
/// ([`super::super::thresholds::RECOVERY_MS`]), which is no reason to look for lines.
const LONG_MS: i64 = 5 * 60_000;

/// A log must keep its rhythm this many times as long as it is silent. Ours.
const STEADY: i64 = 4;

/// By how much a clock is put forward when summer time begins, ms.
const SUMMER_TIME_MS: i64 = 60 * 60_000;

/// Threads that share a log may write its first and last entries in any order, ms.
const DISORDER_MS: u64 = SHORTEST_MS as u64;

/// Whether a log speaks of what servers do among themselves, too.
fn writes_by_itself(kind: Kind) -> bool {
    matches!(kind, Kind::Webservices | Kind::CtiServer | Kind::UccxEngine)
}

/// The files of one log, cut where it is silent and must not be: what was one part is one for each
/// time between silences.
pub(super) fn cut(view: &View<'_>, kind: Kind, parts: Vec<Part>) -> Vec<Part> {
    let file = |part: &Part| &view.records.files[part.file.0 as usize];
    let own = |part: &&Part| file(part).kind == kind;
    let judged: Vec<(&File, &Part)> = parts.iter().filter(own).map(|it| (file(it), it)).collect();
    if !writes_by_itself(kind) || !has_holes(&judged) {
        return parts;
    }
    let pieces = parts.iter().flat_map(|part| match file(part) {
        file if file.kind == kind => pieces(file, part),
        _ => vec![*part],
    });
    pieces.collect()
}

/// Whether long silences are holes, going by all files of a log.
fn has_holes(files: &[(&File, &Part)]) -> bool {
    let (mut usual, mut shortest, mut silent, mut covered) = (SHORTEST_MS, i64::MAX, 0, 0);
    for (file, part) in files {
        let rhythm = &file.rhythm;
        let (long, short): (Vec<i64>, Vec<i64>) = rhythm
            .silences()
            .iter()
            .map(Silence::ms)
            .partition(|&ms| ms >= LONG_MS);
        let put_forward = |&ms: &i64| !rhythm.is_zoned() && is_summer_time(ms);
        if long.len() == KEPT || long.iter().any(put_forward) || !is_dated(file, part) {
            return false;
        }
        usual = short
            .into_iter()
            .fold(usual.max(rhythm.back_ms()), i64::max);
        silent += long.iter().sum::<i64>();
        shortest = long.into_iter().fold(shortest, i64::min);
        covered += part.span.on_reference.1 - part.span.on_reference.0;
    }
    silent > 0 && shortest / RHYTHM >= usual && (covered - silent) / STEADY >= silent
}

/// Whether a silence may be the hour that is left out when summer time begins.
fn is_summer_time(ms: i64) -> bool {
    (SUMMER_TIME_MS..SUMMER_TIME_MS + LONG_MS).contains(&ms)
}

/// Whether the clock of the file's silences is that of its span, as far as its end shows.
fn is_dated(file: &File, part: &Part) -> bool {
    let (from, until) = file.rhythm.ends();
    file.rhythm.silences().is_empty()
        || file.rhythm.is_zoned()
        || (part.span.read.1.0 - part.span.read.0.0).abs_diff(until - from) <= DISORDER_MS
}

/// A part without the long silences of its file.
fn pieces(file: &File, part: &Part) -> Vec<Part> {
    let mut silences = file.rhythm.silences().to_vec();
    silences.retain(|silence| silence.ms() >= LONG_MS);
    silences.sort_unstable_by_key(|silence| silence.between);
    let ahead = part.span.read.0.0 - reading(file.first).1;
    let mut pieces = vec![*part];
    for silence in silences {
        let [end, start] = [silence.between.0, silence.between.1].map(|at| EpochMs(at + ahead));
        let on_reference = |at: EpochMs| part.span.on_reference.0 + at.0 - part.span.read.0.0;
        if let Some(before) = pieces.last_mut() {
            before.span.read.1 = end;
            before.span.on_reference.1 = on_reference(end);
        }
        let mut after = *part;
        after.span.read.0 = start;
        after.span.on_reference.0 = on_reference(start);
        after.line = u32::try_from(silence.line).ok();
        pieces.push(after);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use crate::correlate::coverage::{Coverage, Why};
    use crate::correlate::fixture::Fixture;
    use crate::correlate::view::View;
    use crate::record::time::{EpochMs, Precision, Stamp};
    use crate::record::{Kind, What};

    const SECOND: i64 = 1_000;
    const MINUTE: i64 = 60 * SECOND;
    const HOUR: i64 = 60 * MINUTE;

    /// Entries from and until, one in so many ms.
    type Stretch = (i64, i64, usize);

    fn entries(stretches: &[Stretch]) -> Vec<i64> {
        let times = stretches.iter();
        times
            .flat_map(|&(from, until, step)| (from..=until).step_by(step))
            .collect()
    }

    fn utc(ms: i64) -> Stamp {
        Stamp::Utc {
            at: EpochMs(ms),
            zone_minutes: 0,
            precision: Precision::Millisecond,
        }
    }

    /// A file of a log with these entries, the first of which is kept.
    fn log(bundle: &mut Fixture, name: &str, kind: Kind, times: &[i64]) {
        let (first, last) = (times[0], times[times.len() - 1]);
        let file = bundle.file(name, kind, (first, last));
        file.counts.records = times.len() as u64;
        for (line, &at) in (1..).zip(times) {
            file.rhythm.take(utc(at), line);
        }
        bundle
            .record(kind, What::RequestStart)
            .node("192.0.2.10")
            .utc(first);
    }

    /// Holes in minutes, and the line behind each.
    fn holes(bundle: &Fixture) -> Vec<(i64, i64, Option<u32>)> {
        let view = View::new(&bundle.records);
        let sources = Coverage::new(&view).sources;
        let holes = sources.iter().flat_map(|source| &source.holes);
        holes
            .map(|hole| {
                assert_eq!(hole.why, Why::Silent);
                let until = hole.on_reference.1.unwrap();
                (hole.on_reference.0 / MINUTE, until / MINUTE, hole.line)
            })
            .collect()
    }

    fn holes_of(kind: Kind, stretches: &[Stretch]) -> Vec<(i64, i64, Option<u32>)> {
        let mut bundle = Fixture::default();
        log(&mut bundle, "a.log", kind, &entries(stretches));
        holes(&bundle)
    }

    /// A heartbeat every 5 s, silent from 10:00 to 10:40.
    const STOPPED: [Stretch; 2] = [
        (8 * HOUR, 10 * HOUR, 5_000),
        (10 * HOUR + 40 * MINUTE, 12 * HOUR, 5_000),
    ];

    #[test]
    fn a_log_that_never_stops_has_a_hole_where_it_does() {
        let line = u32::try_from(2 * HOUR / 5_000).unwrap() + 2;
        for kind in [Kind::Webservices, Kind::CtiServer, Kind::UccxEngine] {
            assert_eq!(holes_of(kind, &STOPPED), [(600, 640, Some(line))]);
        }
    }

    #[test]
    fn a_log_that_stops_with_the_last_desktop_has_none() {
        for kind in [Kind::AccessLog, Kind::Notification, Kind::HttpWire] {
            assert_eq!(holes_of(kind, &STOPPED), []);
        }
    }

    #[test]
    fn a_quiet_night_is_no_hole() {
        let one = [(7 * HOUR, 19 * HOUR, 5_000), (31 * HOUR, 43 * HOUR, 5_000)];
        assert_eq!(holes_of(Kind::Webservices, &one), []);
    }

    #[test]
    fn where_silences_have_all_lengths_none_is_a_hole() {
        let people = [
            (8 * HOUR, 10 * HOUR, 5_000),
            (10 * HOUR + 4 * MINUTE, 10 * HOUR + 9 * MINUTE, 5_000),
            (10 * HOUR + 40 * MINUTE, 14 * HOUR, 5_000),
        ];
        assert_eq!(holes_of(Kind::Webservices, &people), []);
        let seldom = [
            (8 * HOUR, 10 * HOUR, 240_000),
            (10 * HOUR + 40 * MINUTE, 14 * HOUR, 240_000),
        ];
        assert_eq!(holes_of(Kind::Webservices, &seldom), []);
    }

    #[test]
    fn an_excerpt_of_some_minutes_has_no_rhythm() {
        let pasted = [
            (8 * HOUR, 8 * HOUR + 3 * MINUTE, 2_000),
            (10 * HOUR, 10 * HOUR + 3 * MINUTE, 2_000),
        ];
        assert_eq!(holes_of(Kind::Webservices, &pasted), []);
    }

    #[test]
    fn all_files_of_a_log_tell_its_rhythm() {
        let mut bundle = Fixture::default();
        let short = [
            (8 * HOUR, 8 * HOUR + 10 * MINUTE, 5_000),
            (8 * HOUR + 50 * MINUTE, 9 * HOUR, 5_000),
        ];
        log(&mut bundle, "a.log", Kind::Webservices, &entries(&short));
        assert_eq!(holes(&bundle), [], "no rhythm in 20 minutes");
        let long = entries(&[(9 * HOUR + 5_000, 14 * HOUR, 5_000)]);
        log(&mut bundle, "b.log", Kind::Webservices, &long);
        assert_eq!(holes(&bundle), [(490, 530, Some(122))]);
    }

    #[test]
    fn what_another_file_covers_is_no_hole() {
        let mut bundle = Fixture::default();
        log(&mut bundle, "a.log", Kind::Webservices, &entries(&STOPPED));
        let rest = entries(&[(9 * HOUR + 55 * MINUTE, 11 * HOUR, 5_000)]);
        log(&mut bundle, "b.log", Kind::Webservices, &rest);
        assert_eq!(holes(&bundle), []);
    }

    #[test]
    fn a_clock_that_goes_back_tells_of_no_hole() {
        let mut times = entries(&STOPPED);
        times.extend(entries(&[(11 * HOUR, 16 * HOUR, 5_000)]));
        let mut bundle = Fixture::default();
        log(&mut bundle, "a.log", Kind::Webservices, &times);
        assert_eq!(holes(&bundle), []);
    }
}
