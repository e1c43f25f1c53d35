//! Logs that got lost: which files are left, and what time each log still covers.

use super::Config;
use super::journal::Log;
use super::layout::{Laid, Placed};
use super::random::Random;
use crate::record::Kind;

/// The time one file covers: from its first entry to its last (true time, ms).
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) log: Log,
    pub(super) from: i64,
    pub(super) to: i64,
}

/// What is left of the logs, with the time each covers without a hole.
#[derive(Debug)]
pub(super) struct Left {
    spans: Vec<Span>,
}

impl Left {
    /// Whether a log has no hole from `from` to `to`.
    pub(super) fn covers(&self, log: Log, from: i64, to: i64) -> bool {
        let encloses = |span: &Span| span.log == log && span.from <= from && to <= span.to;
        self.spans.iter().any(encloses)
    }
}

/// Removes each file with a chance of [`Config::drop`] percent, and each kind of log with half of it.
/// Files of `lost` logs that have the entries of that time are gone, too.
pub(super) fn remove(config: &Config, lost: &[(Log, i64)], laid: Laid) -> (Laid, Left) {
    let mut random = Random::new(config.seed).branch(5);
    let without: Vec<Kind> = KINDS
        .into_iter()
        .filter(|_| random.chance(config.drop / 2))
        .collect();
    let is_lost = |span: &Span| {
        let has = |(log, at): &(Log, i64)| span.log == *log && (span.from..=span.to).contains(at);
        lost.iter().any(has)
    };
    let kept: Vec<bool> = laid
        .truth
        .iter()
        .zip(&laid.spans)
        .map(|(file, span)| {
            !random.chance(config.drop) && !without.contains(&file.kind) && !is_lost(span)
        })
        .collect();
    let left = Left {
        spans: merged(&laid.spans, &kept),
    };
    (laid.keep(&kept), left)
}

const KINDS: [Kind; 7] = [
    Kind::AccessLog,
    Kind::ClientLog,
    Kind::Webservices,
    Kind::Notification,
    Kind::HttpWire,
    Kind::CtiServer,
    Kind::UccxEngine,
];

/// Files of one log that follow each other are one span, unless a file between them is missing.
fn merged(spans: &[Span], kept: &[bool]) -> Vec<Span> {
    let mut merged: Vec<Span> = Vec::new();
    let mut joins = false;
    for (span, &kept) in spans.iter().zip(kept) {
        match merged.last_mut() {
            Some(last) if kept && joins && last.log == span.log => last.to = span.to,
            _ if kept => merged.push(*span),
            _ => {}
        }
        joins = kept;
    }
    merged
}

impl Laid {
    /// Only the files that are kept; entries elsewhere are gone.
    fn keep(self, kept: &[bool]) -> Laid {
        let mut numbers = Vec::new();
        let mut next = 0;
        for &keep in kept {
            numbers.push(keep.then_some(next));
            next += u32::from(keep);
        }
        let number = |file: u32| numbers.get(file as usize).copied().flatten();
        let placed = self.placed.into_iter().filter_map(|placed| {
            let mut proof = placed.proof;
            proof.file = number(proof.file)?;
            Some(Placed { proof, ..placed })
        });
        let of_kept = |position: usize| kept[position];
        Laid {
            placed: placed.collect(),
            files: retained(self.files, of_kept),
            truth: retained(self.truth, of_kept),
            spans: retained(self.spans, of_kept),
            ..Laid::default()
        }
    }
}

fn retained<T>(all: Vec<T>, kept: impl Fn(usize) -> bool) -> Vec<T> {
    let numbered = all.into_iter().enumerate();
    numbered
        .filter(|(position, _)| kept(*position))
        .map(|(_, item)| item)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_missing_between_two_others_is_a_hole() {
        let file = |from, to| Span {
            log: Log::Webservices(0),
            from,
            to,
        };
        let spans = [file(0, 10), file(11, 20), file(21, 30), file(31, 40)];
        let left = Left {
            spans: merged(&spans, &[true, true, false, true]),
        };
        assert!(left.covers(Log::Webservices(0), 5, 15));
        assert!(!left.covers(Log::Webservices(0), 15, 35));
        assert!(left.covers(Log::Webservices(0), 32, 35));
        assert!(!left.covers(Log::Webservices(1), 32, 35));
    }
}
