//! What each file was recognised as, what was lost, and which clocks there are.

use crate::app::clocks::Clocks;
use crate::app::coverage::Coverage;
use crate::app::detail::RecordList;
use crate::app::reading::Reading;
use crate::app::state::State;
use crate::app::verdict::Finding;
use crate::app::widgets::VirtualList;
use leptos::prelude::*;
use logintrace::protocol::{FileRow, FindingView, Summary};
use logintrace::view::files::{base_name, problems_first, totals};
use logintrace::view::quantity::{bytes, count};
use logintrace::view::time::{duration, range as time_range};
use logintrace::words::{ui_flow, ui_sentences};
use std::sync::Arc;

/// Height of a row, CSS px; `--row-file` in the style sheet.
const ROW_HEIGHT: f64 = 52.0;

#[component]
pub(crate) fn Files() -> impl IntoView {
    let state = State::get();
    // Times of the coverage are drawn in the zone there is.
    let zone = Memo::new(move |_| {
        (
            state.route.with(|route| route.zone),
            state.bundle_offset.get(),
        )
    });
    let coverage = move || {
        zone.track();
        let summary = state.summary.get()?;
        Some(view! { <Coverage coverage=summary.coverage.clone()/> })
    };
    view! {
        <main class="files-view">
            <Reading/>
            {move || state.summary.get().map(|summary| view! { <About summary/> })}
            {coverage}
            <FileTable/>
        </main>
    }
}

/// The bundle as a whole: totals, findings, clocks.
#[component]
fn About(summary: Arc<Summary>) -> impl IntoView {
    let ui = State::get().ui();
    let facts = [
        ui_sentences::files(ui.lang, u64::from(summary.files)),
        ui_sentences::records(ui.lang, summary.records),
        bytes(summary.inflated),
        duration(summary.elapsed_ms as i64),
    ];
    let problems = if summary.problems == 0 {
        ui.no_problem.to_owned()
    } else {
        ui_sentences::problems(ui.lang, u64::from(summary.problems))
    };
    let findings = (0u32..).zip(summary.findings.clone());
    let findings = findings.map(|(nth, finding)| view! { <BundleFinding finding nth/> });
    view! {
        <section class="about">
            <div>
                <h2>{ui.files}</h2>
                <p class="facts">{facts.map(|it| view! { <span>{it}</span> })}</p>
                <p class:bad=summary.problems != 0>{problems}</p>
                {(!summary.findings.is_empty()).then(|| view! { <h3>{ui.bundle_findings}</h3> })}
                <div class="findings">{findings.collect_view()}</div>
            </div>
            <Clocks summary=summary.clone()/>

        </section>
    }
}

/// A finding with the way to its evidence, which opens below it.
#[component]
fn BundleFinding(finding: FindingView, nth: u32) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let total = finding.evidence;
    let is_open = move || state.bundle_finding.get() == Some(nth);
    let toggle = move |_| {
        let next = (!is_open()).then_some(nth);
        state.route.update(|route| route.bundle_finding = next);
    };
    let button = (total > 0).then(|| {
        view! {
            <button type="button" class="quiet" data-testid="bundle-evidence"
                aria-expanded=move || is_open().to_string() on:click=toggle>
                {ui_sentences::evidence(ui.lang, total)}
            </button>
        }
    });
    let records = move || {
        if !is_open() {
            return ().into_any();
        }
        match state.bundle_evidence.get() {
            Some((of, records)) if of == nth => {
                view! { <RecordList records total=total as usize/> }.into_any()
            }
            _ => view! { <p class="soft">{ui.loading}</p> }.into_any(),
        }
    };
    let open = state.bundle_finding.get_untracked() == Some(nth);
    view! {
        <Finding finding open button=view! { {button} <div class="bundle-records">{records}</div> }.into_any()/>
    }
}

#[component]
fn FileTable() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let sorted = Memo::new(move |_| {
        Arc::new(state.files.with(|files| {
            files
                .as_ref()
                .map(|it| problems_first(it))
                .unwrap_or_default()
        }))
    });
    let item = move |at: usize| {
        let position = sorted.with(|sorted| sorted.get(at).copied())?;
        state
            .files
            .with(|files| files.as_ref()?.get(position as usize).cloned())
    };
    view! {
        <section class="file-table">
            <FileHeads/>
            <VirtualList
                rows=Signal::derive(move || sorted.with(|it| it.len()))
                row_height=ROW_HEIGHT
                reveal=Signal::derive(|| None)
                item
                draw=|file| view! { <FileItem file/> }
                label=ui.files
            />
            {move || state.files.get().map(|files| view! { <Totals files/> })}
        </section>
    }
}

#[component]
fn FileHeads() -> impl IntoView {
    let ui = State::get().ui();
    view! {
        <div class="file-line file-heads" aria-hidden="true">
            <span>{ui.file}</span>
            <span>{ui.kind}</span>
            <span>{ui.node}</span>
            <span class="number">{ui.record_count}</span>
            <span class="number" title=ui.orphans_long>{ui.orphans}</span>
            <span class="number" title=ui.duplicates_long>{ui.duplicates}</span>
            <span class="number">{ui.unknown_lines}</span>
            <span class="number">{ui.truncated}</span>
            <span class="number" title=ui.damaged_long>{ui.damaged}</span>
            <span class="number">{ui.rewrapped}</span>
            <span class="number" title=ui.masked_long>{ui.masked}</span>
            <span class="number">{ui.size}</span>
            <span>{ui.range}</span>
        </div>
    }
}

#[component]
fn FileItem(file: FileRow) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let (first, last) = (file.first_time, file.last_time);
    let range = move || {
        let with_offset = |at: i64| (at, state.offset_at(at));
        Some(time_range(with_offset(first?), with_offset(last?)))
    };
    let chain = file.chain.join(" › ");
    let title = chain.clone();
    let inner = base_name(&file.chain).to_owned();
    // A row has two lines: with a problem on the second, the whole chain is on the first.
    let (shown, below) = match &file.problem {
        Some(_) => (chain, None),
        None => (inner.clone(), (chain != inner).then_some(chain)),
    };
    let original = file.duplicate_of.and_then(|original| {
        let files = state.files.get_untracked()?;
        Some(files.get(original as usize)?.chain.join(" › "))
    });
    let below = original
        .map(|original| ui_sentences::same_as(ui.lang, &original))
        .or(below);
    let counts = file.counts;
    let numbers = [
        (ui.record_count, counts.records),
        (ui.orphans, file.orphans),
        (ui.duplicates, counts.duplicates),
        (ui.unknown_lines, counts.unknown_lines),
        (ui.truncated, counts.truncated),
        (ui.damaged, counts.damaged),
        (ui.rewrapped, counts.rewrapped),
        (ui.masked, counts.masked),
    ];
    let numbers = numbers.map(|(name, n)| view! { <Number name n/> });
    view! {
        <div class="file-line" class:file-bad=file.problem.is_some() data-testid="file-row">
            <span class="file-name" title=title>
                <strong>{shown}</strong>
                <span class="chain">{below}</span>
                {file.problem.clone().map(|why| view! {
                    <span class="file-problem" data-testid="file-problem" title=why>{ui.problem}": "{why.clone()}</span>
                })}
            </span>
            <span>{ui_flow::kind(ui.lang, file.kind)}</span>
            <span>{file.node.clone()}</span>
            {numbers}
            <span class="number">{bytes(counts.bytes)}</span>
            <span class="range">{range}{file.as_printed.then(|| format!(" ({})", ui.as_printed_file))}</span>
        </div>
    }
}

/// A count with its name for screen readers; nothing for 0, so that what counts stands out.
#[component]
fn Number(name: &'static str, n: u64) -> impl IntoView {
    view! {
        <span class="number" class:zero=n == 0>
            <span class="visually-hidden">{name}": "</span>
            {count(n)}
        </span>
    }
}

#[component]
fn Totals(files: Arc<Vec<FileRow>>) -> impl IntoView {
    let ui = State::get().ui();
    let (sum, orphans) = totals(&files);
    let numbers = [
        sum.records,
        orphans,
        sum.duplicates,
        sum.unknown_lines,
        sum.truncated,
        sum.damaged,
        sum.rewrapped,
        sum.masked,
    ];
    view! {
        <div class="file-line file-totals">
            <span><strong>{ui.totals}</strong></span>
            <span>{ui_sentences::files(ui.lang, files.len() as u64)}</span>
            <span></span>
            {numbers.map(|n| view! { <span class="number">{count(n)}</span> })}
            <span class="number">{bytes(sum.bytes)}</span>
            <span></span>
        </div>
    }
}
