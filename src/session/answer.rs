//! Answers to the page's questions.

use super::Session;
use crate::correlate::Joined;
use crate::correlate::clock::ClockId;
use crate::correlate::step::SignIn;
use crate::protocol::{
    ClockView, EvidenceOf, ExportFormat, FileRow, RecordView, Reply, Request, Times,
};
use crate::record::time::EpochMs;
use crate::record::{Place, Record, Records};
use crate::words::Lang;
use crate::{diagnose, diagram, report};
use std::collections::BTreeSet;

/// The answer to a question about the bundle; `None` to what is not one.
pub(super) fn answer(session: &Session, request: Request) -> Option<Reply> {
    Some(match request {
        Request::Ladder { question, sign_in } => {
            let ladder = find(session, &sign_in)
                .map(|sign_in| Box::new(diagram::ladder(&session.scene(), sign_in)));
            Reply::Ladder { question, ladder }
        }
        Request::Evidence {
            question,
            sign_in,
            of,
        } => {
            let found = find(session, &sign_in)
                .map_or_else(Vec::new, |sign_in| evidence(session, sign_in, of));
            let records = found
                .into_iter()
                .map(|(at, joined)| view(session, at, joined));
            let records = records.collect();
            Reply::Evidence { question, records }
        }
        Request::BundleEvidence { question, finding } => Reply::Evidence {
            question,
            records: bundle_evidence(session, finding)
                .into_iter()
                .map(|at| view(session, at, None))
                .collect(),
        },
        Request::Strip { question } => Reply::Strip {
            question,
            strip: diagram::strip(&session.scene()),
        },
        Request::Files { question } => Reply::Files {
            question,
            files: files(session),
        },
        Request::Export {
            question,
            format,
            sign_in,
        } => export(session, question, format, sign_in.as_deref()),
        Request::Find { question, pattern } => search(session, question, &pattern),
        Request::Crew
        | Request::Join
        | Request::Practise
        | Request::Hand { .. }
        | Request::Open { .. }
        | Request::Cancel
        | Request::Language { .. }
        | Request::Times { .. } => return None,
    })
}

fn find<'s>(session: &'s Session, id: &str) -> Option<&'s SignIn> {
    session
        .flows
        .sign_ins
        .iter()
        .find(|sign_in| sign_in.id == id)
}

/// Records of a row or finding, by position, and why each belongs to the sign-in, if it does.
fn evidence<'s>(
    session: &Session,
    sign_in: &'s SignIn,
    of: EvidenceOf,
) -> Vec<(usize, Option<&'s Joined>)> {
    match of {
        EvidenceOf::Row(row) => {
            let joined = diagram::records_of_row(sign_in, row as usize).unwrap_or_default();
            joined
                .iter()
                .map(|joined| (joined.at, Some(joined)))
                .collect()
        }
        EvidenceOf::Finding(nth) => {
            let findings = session.scene().findings(sign_in);
            let places = findings
                .into_iter()
                .nth(nth as usize)
                .map(|finding| finding.evidence)
                .unwrap_or_default();
            records_at(session, sign_in, &places)
        }
    }
}

/// The records whose text an answer needs, by position.
pub(super) fn read_for(session: &Session, request: &Request) -> Vec<usize> {
    match request {
        Request::Evidence { sign_in, of, .. } => {
            let found = find(session, sign_in);
            let shown = found.map_or_else(Vec::new, |found| evidence(session, found, *of));
            shown.into_iter().map(|(at, _)| at).collect()
        }
        Request::BundleEvidence { finding, .. } => bundle_evidence(session, *finding),
        Request::Find { pattern, .. } if expression(pattern).is_ok() => {
            let sign_ins = session.flows.sign_ins.iter();
            sign_ins.flat_map(SignIn::records_with_later).collect()
        }
        _ => Vec::new(),
    }
}

/// Records of a bundle's finding that are sent at most: it may have one for every line of a log.
const MOST_RECORDS: usize = 100;

/// The records that prove something of the whole bundle, by position, in the order of the proof.
fn bundle_evidence(session: &Session, finding: u32) -> Vec<usize> {
    let records = session.records();
    let findings = diagnose::bundle_findings(records, &session.flows);
    let places = findings
        .into_iter()
        .nth(finding as usize)
        .map(|finding| finding.evidence)
        .unwrap_or_default();
    let places = places.iter().take(MOST_RECORDS);
    places
        .filter_map(|place| standing_at(records, place).next())
        .collect()
}

/// The records at some places, in the order of the places; of several glued to one line the
/// sign-in's own.
fn records_at<'s>(
    session: &Session,
    sign_in: &'s SignIn,
    places: &[Place],
) -> Vec<(usize, Option<&'s Joined>)> {
    let own: BTreeSet<usize> = sign_in.records_with_later().collect();
    let at = |place: &Place| {
        let mut here = standing_at(session.records(), place).peekable();
        let any = here.peek().copied();
        here.find(|at| own.contains(at)).or(any)
    };
    places
        .iter()
        .filter_map(at)
        .map(|at| (at, joined(sign_in, at)))
        .collect()
}

/// The records at a place, by position.
fn standing_at<'r>(records: &'r Records, place: &'r Place) -> impl Iterator<Item = usize> + 'r {
    let key = |record: &Record| (record.file(), record.place().line);
    let first = records
        .all
        .partition_point(|record| key(record) < (place.file, place.line));
    (first..records.all.len()).take_while(move |&at| records.all[at].place() == *place)
}

fn joined(sign_in: &SignIn, at: usize) -> Option<&Joined> {
    let steps = sign_in.steps.iter().flat_map(|step| &step.evidence);
    let later = sign_in.stay.events.iter().flat_map(|later| &later.records);
    steps.chain(later).find(|joined| joined.at == at)
}

fn view(session: &Session, at: usize, joined: Option<&Joined>) -> RecordView {
    let records = session.records();
    let record = &records.all[at];
    let (text, unread) = match session.text_of(record) {
        Ok(text) => (text.into_owned(), None),
        Err(why) => (String::new(), Some(why.to_owned())),
    };
    let keys = joined.map_or_else(Vec::new, |joined| {
        diagram::keys(records, std::slice::from_ref(joined))
    });
    let join_key = joined.and_then(|joined| key_of(joined, &keys));
    RecordView {
        chain: records.files[record.file().0 as usize].chain.clone(),
        kind: record.kind(),
        line: record.place().line,
        lines: record.place().lines,
        time: session.flows.read(records, at).map(|at| at.0),
        clock: session.scene().clock(session.flows.clocks.of(at)),
        highlights: highlights(&text, &keys),
        text,
        unread,
        joined_by: joined.map(|joined| joined.by),
        join_key,
        decoded: diagram::decoded(records, record, session.lang),
    }
}

/// The key that joined a record, out of its keys.
fn key_of(joined: &Joined, keys: &[(String, String)]) -> Option<(String, String)> {
    let slug = joined.by.slug();
    keys.iter()
        .find(|(name, _)| slug.starts_with(name.as_str()))
        .cloned()
}

/// Where the values of keys stand in a text, also across wrapped lines.
fn highlights(text: &str, keys: &[(String, String)]) -> Vec<(u32, u32)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for value in keys
        .iter()
        .map(|(_, value)| value)
        .filter(|value| value.len() > 1)
    {
        found.extend(occurrences(text, value));
    }
    found.sort_unstable();
    found.dedup_by(|next, kept| {
        let overlaps = next.0 < kept.1;
        if overlaps {
            kept.1 = kept.1.max(next.1);
        }
        overlaps
    });
    let short = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    found
        .into_iter()
        .map(|(from, to)| (short(from), short(to)))
        .collect()
}

/// Whole occurrences of a value: not inside a longer number or word.
fn occurrences(text: &str, value: &str) -> Vec<(usize, usize)> {
    let pattern: Vec<String> = value
        .chars()
        .map(|c| regex::escape(&c.to_string()))
        .collect();
    // A wrapped paste may break a value anywhere.
    let pattern = pattern.join(r"[\r\n]*");
    let Ok(pattern) = regex::bytes::RegexBuilder::new(&pattern)
        .unicode(false)
        .case_insensitive(true)
        .build()
    else {
        return Vec::new();
    };
    let bytes = text.as_bytes();
    let is_word = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_alphanumeric)
    };
    pattern
        .find_iter(bytes)
        .map(|found| (found.start(), found.end()))
        .filter(|&(from, to)| !is_word(from.checked_sub(1)) && !is_word(Some(to)))
        .filter(|&(from, to)| text.is_char_boundary(from) && text.is_char_boundary(to))
        .collect()
}

fn files(session: &Session) -> Vec<FileRow> {
    let records = session.records();
    let orphans = report::orphans(records, &session.flows);
    let scene = session.scene();
    let clocks = scene.clock_of_files();
    let rows = records.files.iter().zip(orphans).enumerate();
    rows.map(|(id, (file, orphans))| {
        let span = session.flows.clocks.of_file.get(id).copied().flatten();
        let clock = clocks.get(id).copied().flatten();
        let measured = clock.is_some_and(|clock| scene.is_measured(clock));
        let shown = |at: EpochMs| clock.map_or(at.0, |clock| scene.shown(at, clock));
        let node = file.node.or(session
            .flows
            .clocks
            .node_of_file
            .get(id)
            .copied()
            .unwrap_or_default());
        FileRow {
            chain: file.chain.clone(),
            kind: file.kind,
            node: records.strings.some(node).map(str::to_owned),
            counts: file.counts,
            orphans,
            first_time: span.map(|(first, _)| shown(first)),
            last_time: span.map(|(_, last)| shown(last)),
            as_printed: scene.times == Times::OnReference && !measured,
            problem: file.problem.clone(),
            duplicate_of: file.duplicate_of.map(|original| original.0),
        }
    })
    .collect()
}

pub(super) fn clocks(session: &Session) -> Vec<ClockView> {
    let scene = session.scene();
    let ids = (0u32..).zip(&session.flows.clocks.all);
    ids.filter_map(|(id, _)| scene.clock(ClockId(id))).collect()
}

fn export(session: &Session, question: u32, format: ExportFormat, sign_in: Option<&str>) -> Reply {
    let keep = |traced: &SignIn| sign_in.is_none_or(|id| traced.id == id);
    let whole = session.report_of(&keep);
    let (name, text) = match format {
        ExportFormat::Json => ("logintrace.json", whole.to_json()),
        ExportFormat::Text => (
            "logintrace.txt",
            report::text::text(&whole, &session.scene_in(Lang::En), &keep),
        ),
    };
    Reply::Export {
        question,
        name: name.to_owned(),
        text,
    }
}

/// What is looked for, or what is wrong with it.
fn expression(pattern: &str) -> Result<regex::bytes::Regex, String> {
    let expression = match pattern
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'))
    {
        Some(expression) if !expression.is_empty() => expression.to_owned(),
        _ => regex::escape(pattern),
    };
    regex::bytes::RegexBuilder::new(&expression)
        .unicode(false)
        .case_insensitive(true)
        .build()
        .map_err(|error| error.to_string())
}

/// The sign-ins that have a record with this text; `/…/` is a regular expression. Letter case does not
/// matter.
fn search(session: &Session, question: u32, pattern: &str) -> Reply {
    let expression = match expression(pattern) {
        Ok(expression) => expression,
        Err(why) => {
            return Reply::Found {
                question,
                sign_ins: Err(why),
                unread: 0,
            };
        }
    };
    let mut found = Vec::new();
    let mut unread = 0;
    for sign_in in &session.flows.sign_ins {
        let mut is_match = |at: usize| match session.text_of(&session.records().all[at]) {
            Ok(text) => expression.is_match(text.as_bytes()),
            Err(_lost) => {
                unread += 1;
                false
            }
        };
        if sign_in.records_with_later().any(&mut is_match) {
            found.push(sign_in.id.clone());
        }
    }
    Reply::Found {
        question,
        sign_ins: Ok(found),
        unread,
    }
}
