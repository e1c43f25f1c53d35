//! The report as text: the ladder drawn with characters, for a terminal or a ticket.

use super::{Report, Scope};
use crate::correlate::step::SignIn as Traced;
use crate::diagram::{self, Scene};
use crate::flow::{LANES, Lane, StepStatus};
use crate::protocol::{Ladder, Row, RowKind, Times};
use crate::record::time::EpochMs;
use crate::record::{Place, Records};
use crate::words::Lang;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Columns of a lane.
const LANE_WIDTH: usize = 13;
/// Columns before the first lane: `22:40:08.374  +5.211`.
const GUTTER: usize = 24;

/// The whole report as text. A ladder is about 120 columns wide, without colour.
#[must_use]
pub fn text(report: &Report, scene: &Scene<'_>, keep: &dyn Fn(&Traced) -> bool) -> String {
    let mut out = String::new();
    summary(&mut out, report, scene.times);
    for traced in scene.flows.sign_ins.iter().filter(|traced| keep(traced)) {
        draw(
            &mut out,
            &diagram::ladder(scene, traced),
            report,
            traced,
            scene.records,
        );
    }
    for finding in &report.findings {
        line(&mut out, &format!("* {}", finding.title));
        line(&mut out, &format!("  {}", finding.next));
    }
    latency(&mut out, report);
    problems(&mut out, report);
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text.trim_end());
    out.push('\n');
}

fn summary(out: &mut String, report: &Report, times: Times) {
    let records: u64 = report.files.iter().map(|file| file.records).sum();
    line(
        out,
        &format!(
            "{} sign-in(s) in {} file(s), {records} records",
            report.sign_ins.len(),
            report.files.len()
        ),
    );
    if let Some(scope) = &report.scope {
        line(out, &narrowed(scope));
    }
    if times == Times::OnReference {
        let reference = report.clocks.iter().find(|clock| clock.reference);
        let name = reference.map_or("the reference clock", |clock| &clock.clock);
        line(
            out,
            &format!(
                "times are on the clock {name}, not as printed; `?` marks those that could not be brought there"
            ),
        );
    }
}

/// What was asked for, where that is not everything.
fn narrowed(scope: &Scope) -> String {
    let end = |at: &Option<String>| at.clone().unwrap_or_default();
    let mut parts = Vec::new();
    if scope.from.is_some() {
        parts.push(format!(
            "{} to {} ({} entries and {} sign-ins are outside)",
            end(&scope.from),
            end(&scope.until),
            scope.entries_outside,
            scope.sign_ins_outside
        ));
    }
    let without = scope.without.iter().map(|it| it.join(" > "));
    parts.extend(without.map(|it| format!("without {it}")));
    format!("narrowed to {}", parts.join("; "))
}

/// The clocks of a ladder that are known to be off.
fn clocks(out: &mut String, ladder: &Ladder) {
    let done = match ladder.times {
        Times::AsPrinted => "times below are as printed",
        Times::OnReference => "taken off the times below",
    };
    for clock in &ladder.clocks {
        let Some(offset) = clock.offset_ms.filter(|&ms| ms != 0) else {
            continue;
        };
        let sure = clock
            .uncertainty_ms
            .map_or_else(String::new, |ms| format!(" ± {ms}"));
        line(
            out,
            &format!(
                "   clock {}: {offset}{sure} ms against the reference ({done})",
                clock.clock
            ),
        );
    }
}

fn draw(out: &mut String, ladder: &Ladder, report: &Report, traced: &Traced, records: &Records) {
    let sign_in = &ladder.sign_in;
    let started = sign_in
        .started
        .map_or_else(|| "time unknown".to_owned(), |ms| EpochMs(ms).to_string());
    let extension = sign_in.extension.as_deref().unwrap_or("?");
    line(out, "");
    line(
        out,
        &format!(
            "== {}  agent {}  extension {extension}  {started}",
            sign_in.id, sign_in.agent
        ),
    );
    line(out, &format!("   {}", ladder.verdict.title));
    for finding in &ladder.verdict.findings {
        line(out, &format!("   why: {}", finding.explanation));
        line(out, &format!("   next: {}", finding.next));
    }
    clocks(out, ladder);
    line(out, "");
    lane_heads(out, ladder);
    let mut cited = BTreeSet::new();
    for band in &ladder.bands {
        let rows = band.first as usize..(band.first + band.rows) as usize;
        line(out, &format!("{:GUTTER$}-- {}", "", stage_name(band.stage)));
        for (nth, row) in rows.clone().zip(&ladder.rows[rows]) {
            let place = first_proof(traced, records, nth);
            arrow(out, row, ladder.is_unmeasured(row), place);
            cited.extend(place.map(|place| place.file.0));
        }
    }
    for code in diagram::causes(records, traced, Lang::En) {
        line(out, &format!("   {} {}", code.what, code.shown()));
    }
    for file in cited.iter().filter_map(|&id| report.files.get(id as usize)) {
        line(out, &format!("   [{}] {}", file.id, file.chain.join(" > ")));
    }
}

/// One line for each leg that was measured.
fn latency(out: &mut String, report: &Report) {
    if !report.latency.is_empty() {
        line(out, "");
        line(out, "Legs, in ms: median, 95 of 100, longest");
    }
    for leg in &report.latency {
        let documented = leg
            .documented_ms
            .map_or_else(String::new, |ms| format!(", documented {ms}"));
        line(
            out,
            &format!(
                "  {:<12}{:>8}{:>8}{:>8}  of {}{documented}; longest: {}",
                leg.leg, leg.median_ms, leg.p95_ms, leg.worst_ms, leg.n, leg.worst
            ),
        );
    }
}

fn stage_name(stage: crate::flow::Stage) -> &'static str {
    use crate::flow::Stage;
    match stage {
        Stage::PageLoad => "page load",
        Stage::SystemInfo => "system info",
        Stage::Connect => "connect",
        Stage::SignIn => "sign-in",
        Stage::Cti => "CTI",
        Stage::Notification => "notification",
        Stage::AfterSignIn => "after sign-in",
    }
}

fn lane_heads(out: &mut String, ladder: &Ladder) {
    let mut heads = format!("{:GUTTER$}", "");
    for lane in &ladder.lanes {
        let _ = write!(heads, "{:<LANE_WIDTH$}", lane.lane.slug());
    }
    line(out, &heads);
    let mut marks = format!("{:GUTTER$}", "");
    for lane in &ladder.lanes {
        let mark = if lane.covered { "|" } else { "| (no log)" };
        let _ = write!(marks, "{mark:<LANE_WIDTH$}");
    }
    line(out, &marks);
}

/// `22:40:08.374 +3.214   |<----------| AGENT_STATE_EVENT NOT_READY  [3:118]`: file and line.
fn arrow(out: &mut String, row: &Row, unmeasured: bool, place: Option<Place>) {
    let mut columns: Vec<char> = vec![' '; (LANES.len() - 1) * LANE_WIDTH + 1];
    for lane in 0..LANES.len() {
        columns[lane * LANE_WIDTH] = '|';
    }
    let (from, to) = (column(row.from), column(row.to));
    let body = if row.kind == RowKind::Message {
        '-'
    } else {
        '.'
    };
    for cell in columns.iter_mut().take(from.max(to)).skip(from.min(to) + 1) {
        *cell = body;
    }
    match from.cmp(&to) {
        std::cmp::Ordering::Less => columns[to - 1] = '>',
        std::cmp::Ordering::Greater => columns[to + 1] = '<',
        std::cmp::Ordering::Equal => columns[from] = '*',
    }
    let drawn: String = columns.into_iter().collect();
    let place = place.map_or_else(String::new, |place| {
        format!("  [{}:{}]", place.file.0, place.line)
    });
    line(
        out,
        &format!(
            "{:<GUTTER$}{drawn}  {}{place}",
            gutter(row, unmeasured),
            sentence(row)
        ),
    );
}

fn column(lane: Lane) -> usize {
    LANES.iter().position(|&drawn| drawn == lane).unwrap_or(0) * LANE_WIDTH
}

fn gutter(row: &Row, unmeasured: bool) -> String {
    let time = row.time.map_or_else(
        || " ".repeat(12),
        |ms| {
            let text = EpochMs(ms).to_string();
            let text = text.get(11..23).unwrap_or_default().to_owned();
            if row.time_exact {
                text
            } else {
                format!("{:<12}", text.get(..8).unwrap_or_default())
            }
        },
    );
    let delta = row.delta_ms.map_or_else(String::new, |ms| {
        let sign = if ms < 0 { '-' } else { '+' };
        format!("{sign}{}.{:03}", ms.abs() / 1000, ms.abs() % 1000)
    });
    let order = if row.disorder.is_some() { "!" } else { "" };
    let doubt = if unmeasured { '?' } else { ' ' };
    format!("{time}{doubt}{delta}{order}")
}

fn sentence(row: &Row) -> String {
    let mut text = row.label.clone();
    if let Some(result) = &row.result {
        let _ = write!(text, " -> {result}");
    }
    match row.kind {
        RowKind::Ghost => {
            let waited = row
                .waited_ms
                .map_or_else(String::new, |ms| format!(", waited {} s", ms / 1000));
            let _ = write!(text, "  [never came{waited}]");
        }
        RowKind::NotCovered => text.push_str("  [not covered]"),
        RowKind::Message => match row.status {
            StepStatus::Error => text.push_str("  [ERROR]"),
            StepStatus::Slow => text.push_str("  [slow]"),
            _ => {}
        },
    }
    text
}

/// Where the first record of a row stands.
fn first_proof(traced: &Traced, records: &Records, row: usize) -> Option<Place> {
    let joined = diagram::records_of_row(traced, row)?.first()?;
    Some(records.all[joined.at].place())
}

fn problems(out: &mut String, report: &Report) {
    let broken: Vec<_> = report
        .files
        .iter()
        .filter(|file| file.problem.is_some())
        .collect();
    if !broken.is_empty() {
        line(out, "");
        line(out, "Files that could not be read (completely):");
    }
    for file in broken {
        line(
            out,
            &format!(
                "  {}: {}",
                file.chain.join(" > "),
                file.problem.as_deref().unwrap_or_default()
            ),
        );
    }
}
