//! Which log of the bundle covers which time: without that, "it never came" cannot be said.

use super::clock::{ClockId, ClockOwner};
use super::view::View;
use crate::flow::StepName;
use crate::record::intern::Sym;
use crate::record::{FileId, Kind, Record};
use std::collections::{BTreeMap, BTreeSet};

/// Rotated files of one log with no more than this between them cover the time between, ms: a
/// quiet system writes little.
const ROTATION_GAP_MS: i64 = 10 * 60_000;

/// The logs that would show a step, best first.
#[must_use]
pub fn proof(step: StepName) -> &'static [Kind] {
    use Kind::{AccessLog, ClientLog, CtiServer, Notification, Webservices};
    match step {
        StepName::PageLoad => &[AccessLog],
        StepName::Connect | StepName::EventReceived | StepName::SignedIn => &[ClientLog],
        StepName::Presence | StepName::Publish => &[Webservices],
        StepName::CtiRequest | StepName::CtiEvent => &[Webservices, CtiServer],
        StepName::CtiReply => &[CtiServer, Webservices],
        StepName::Route => &[Notification],
        StepName::LoginRequest | StepName::LoginAccepted => &[Webservices, ClientLog, AccessLog],
        StepName::SystemInfo | StepName::UserGet | StepName::FollowUp => {
            &[ClientLog, Webservices, AccessLog]
        }
    }
}

/// The times covered by each log, on the reference clock.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    spans: BTreeMap<(Kind, Sym), Vec<(i64, i64)>>,
}

/// Whose logs count for a sign-in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject {
    pub(super) agent: Sym,
    pub(super) node: Sym,
}

impl Coverage {
    pub(super) fn new(view: &View<'_>) -> Self {
        let mut spans: BTreeMap<(Kind, Sym), Vec<(i64, i64)>> = BTreeMap::new();
        for (key, span) in file_spans(view) {
            spans.entry(key).or_default().push(span);
        }
        for spans in spans.values_mut() {
            spans.sort_unstable();
            spans.dedup_by(|next, merged| {
                let joins = next.0 <= merged.1 + ROTATION_GAP_MS;
                if joins {
                    merged.1 = merged.1.max(next.1);
                }
                joins
            });
        }
        Self { spans }
    }

    /// Whether a log of this kind that would show the sign-in has lines before `from` and after `until`.
    pub(super) fn covers(&self, kind: Kind, subject: Subject, from: i64, until: i64) -> bool {
        let owners = match kind {
            Kind::ClientLog => [Some(subject.agent), None],
            Kind::CtiServer => return self.any_node(kind, |_| true, from, until),
            _ => {
                return self.any_node(
                    kind,
                    |node| node.is_none() || subject.node.is_none() || node == subject.node,
                    from,
                    until,
                );
            }
        };
        owners.into_iter().flatten().any(|owner| {
            self.spans
                .get(&(kind, owner))
                .is_some_and(|spans| spans.iter().any(|&span| encloses(span, from, until)))
        })
    }

    fn any_node(&self, kind: Kind, is_of: impl Fn(Sym) -> bool, from: i64, until: i64) -> bool {
        self.spans
            .iter()
            .filter(|((span_kind, node), _)| *span_kind == kind && is_of(*node))
            .any(|(_, spans)| spans.iter().any(|&span| encloses(span, from, until)))
    }
}

fn encloses(span: (i64, i64), from: i64, until: i64) -> bool {
    span.0 <= from && until <= span.1
}

/// From first to last entry of each log: whole files where their clock is known, and within mixed
/// files the kept records of each kind. A log that says nothing of a sign-in covers its time all the same.
fn file_spans(view: &View<'_>) -> Vec<((Kind, Sym), (i64, i64))> {
    let mut spans: BTreeMap<(FileId, Kind, Sym), (i64, i64)> = BTreeMap::new();
    for (at, record) in view.records.all.iter().enumerate() {
        let Some(when) = view.clocks.at[at] else {
            continue;
        };
        let clock = view.clocks.of_record[at];
        let key = (record.place.file, record.kind, owner_name(view, clock));
        let when = view.on_reference(clock, when.at);
        let span = spans
            .entry(key)
            .or_insert_with(|| whole_file(view, record, clock).unwrap_or((when, when)));
        *span = (span.0.min(when), span.1.max(when));
    }
    let kept = spans
        .keys()
        .map(|&(file, ..)| file)
        .collect::<BTreeSet<_>>();
    let silent = (0u32..)
        .map(FileId)
        .zip(&view.records.files)
        .filter(|(file, _)| !kept.contains(file));
    let silent = silent.filter_map(|(id, file)| {
        let (first, last) = view.clocks.of_file[id.0 as usize]?;
        Some((
            (file.kind, view.clocks.node_of_file[id.0 as usize]),
            (first.0, last.0),
        ))
    });
    spans
        .iter()
        .map(|(&(_, kind, owner), &span)| ((kind, owner), span))
        .chain(silent)
        .collect()
}

fn whole_file(view: &View<'_>, record: &Record, clock: ClockId) -> Option<(i64, i64)> {
    let file = record.place.file.0 as usize;
    let (first, last) =
        view.clocks.of_file[file].filter(|_| view.records.files[file].kind == record.kind)?;
    Some((
        view.on_reference(clock, first),
        view.on_reference(clock, last),
    ))
}

fn owner_name(view: &View<'_>, clock: ClockId) -> Sym {
    match view.clocks.all[clock.0 as usize].owner {
        ClockOwner::Client(name) | ClockOwner::Finesse(name) | ClockOwner::Cti(name) => name,
    }
}
