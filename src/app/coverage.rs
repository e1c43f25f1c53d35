//! Which log of the bundle covers which time, as bars along one scale, and the same as a table.

use crate::app::state::State;
use crate::app::widgets::{HintLine, explained};
use leptos::prelude::*;
use logintrace::correlate::coverage::Why;
use logintrace::protocol::{CoverageView, HoleView, SourceView};
use logintrace::view::coverage::{Part, extent, part, scale};
use logintrace::view::time::{offset_name, range};
use logintrace::words::{ui_flow, ui_sentences};

#[component]
pub(crate) fn Coverage(coverage: CoverageView) -> impl IntoView {
    let ui = State::get().ui();
    let missing: Vec<&str> = coverage
        .missing
        .iter()
        .map(|&kind| ui_flow::kind(ui.lang, kind))
        .collect();
    let missing = (!missing.is_empty()).then(|| {
        view! {
            <p class="bad" data-testid="coverage-missing">{ui.coverage_missing}" "<strong>{missing.join(", ")}</strong></p>
        }
    });
    let drawn = extent(&coverage).map(|whole| {
        let rows = coverage.sources.clone().into_iter().map(|source| {
            view! { <Source source whole/> }
        });
        view! {
            <div class="coverage-rows">{rows.collect_view()}<Scale whole/></div>
            <Twin sources=coverage.sources.clone()/>
        }
    });
    view! {
        <section class="coverage" data-testid="coverage" aria-label=ui.coverage>
            <h2>{ui.coverage}</h2>
            <p class="soft">{ui.coverage_note}</p>
            {missing}
            {drawn}
        </section>
    }
}

/// `Webservices log 192.0.2.10`, `Desktop client log (12 desktops)`.
fn name_of(source: &SourceView) -> String {
    let ui = State::get().ui();
    let kind = ui_flow::kind(ui.lang, source.kind);
    match (&source.owner, source.desktops) {
        (Some(owner), _) => format!("{kind} {owner}"),
        (None, 0) => kind.to_owned(),
        (None, n) => format!("{kind} ({})", ui_sentences::desktops(ui.lang, n)),
    }
}

/// Spans and holes with their exact times.
fn times_of(source: &SourceView) -> Vec<HintLine> {
    let state = State::get();
    let ui = state.ui();
    let between = |from: i64, until: i64| {
        range(
            (from, state.offset_at(from)),
            (until, state.offset_at(until)),
        )
    };
    let spans = source.spans.iter().map(|&(from, until)| HintLine {
        head: ui.covered.to_owned(),
        text: between(from, until),
    });
    let holes = source.holes.iter().map(|hole| {
        let until = hole.until.unwrap_or(hole.from);
        let when = between(hole.from, until);
        HintLine {
            head: why(hole).to_owned(),
            text: match hole.until {
                Some(_) => when,
                None => format!("{when} …"),
            },
        }
    });
    spans.chain(holes).collect()
}

fn why(hole: &HoleView) -> &'static str {
    let ui = State::get().ui();
    match hole.why {
        Why::Rotated => ui.hole_rotated,
        Why::Damaged => ui.hole_damaged,
        Why::Silent => ui.hole_silent,
    }
}

/// Lines of an explanation at most; the table has them all.
const MOST_LINES: usize = 8;

#[component]
fn Source(source: SourceView, whole: (i64, i64)) -> impl IntoView {
    let name = name_of(&source);
    let mut lines = times_of(&source);
    lines.truncate(MOST_LINES);
    let bars = source.spans.iter().map(|&span| {
        view! { <Bar class="coverage-span" at=part(whole, span)/> }
    });
    let holes = source.holes.iter().map(|hole| {
        let at = part(whole, (hole.from, hole.until.unwrap_or(whole.1)));
        view! { <Bar class="coverage-hole" at/> }
    });
    let label = name.clone();
    view! {
        <div class="coverage-row" data-testid="coverage-row">
            <span class="coverage-name" title=label>{name.clone()}</span>
            <span class="coverage-track" {..explained(lines)} tabindex="0" role="img" aria-label=name>
                {bars.collect_view()}
                {holes.collect_view()}
            </span>
        </div>
    }
}

#[component]
fn Bar(class: &'static str, at: Part) -> impl IntoView {
    let percent = |of: f64| format!("{:.3}%", of * 100.0);
    view! { <i class=class style:left=percent(at.left) style:width=percent(at.width)></i> }
}

#[component]
fn Scale(whole: (i64, i64)) -> impl IntoView {
    let state = State::get();
    let labels = move || {
        let offset = state.offset_at(whole.0);
        let ticks = scale(whole, offset)
            .into_iter()
            .filter(|tick| tick.at < 0.92);
        let ticks = ticks.map(|tick| {
            view! { <span style:left=format!("{:.3}%", tick.at * 100.0)>{tick.text}</span> }
        });
        view! { {ticks.collect_view()} <em>{offset_name(offset)}</em> }
    };
    view! { <div class="coverage-scale strip-scale" aria-hidden="true">{labels}</div> }
}

/// The same as a table.
#[component]
fn Twin(sources: Vec<SourceView>) -> impl IntoView {
    let ui = State::get().ui();
    let rows = sources.iter().flat_map(|source| {
        let name = name_of(source);
        times_of(source).into_iter().map(move |line| {
            view! { <tr><th scope="row">{name.clone()}</th><td>{line.head}</td><td>{line.text}</td></tr> }
        })
    });
    view! {
        <details class="coverage-twin" data-testid="coverage-twin">
            <summary>{ui.as_table}</summary>
            <table><tbody>{rows.collect_view()}</tbody></table>
        </details>
    }
}
