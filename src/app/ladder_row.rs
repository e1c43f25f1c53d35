//! One row of the diagram: an arrow, or a note on one lane.

use crate::app::browser;
use crate::app::keys::DETAIL_ID;
use crate::app::state::State;
use crate::app::widgets::{HintLine, Shape, explained};
use leptos::prelude::*;
use logintrace::flow::StepStatus;
use logintrace::protocol::{Decoded, Ladder, Row, RowKind};
use logintrace::view::ladder::{Arrow, delay};
use logintrace::view::mark::{Mark, status_slug};
use logintrace::view::route::Selected;
use logintrace::view::time::{TimeMode, duration, seconds, time_of_day};
use logintrace::words::ui::Ui;
use logintrace::words::{ui_flow, ui_sentences};
use std::sync::Arc;

/// Id of a row's element.
pub(crate) fn row_id(at: usize) -> String {
    format!("row-{at}")
}

#[component]
pub(crate) fn LadderRow(
    ladder: Arc<Ladder>,
    row: Row,
    /// Its position in the ladder, 0-based.
    at: usize,
    glow: Memo<Arc<Vec<bool>>>,
) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let selected = u32::try_from(at).ok().map(Selected::Row);
    let current = move || (state.selected.get() == selected).then_some("true");
    let related = move || glow.with(|glow| glow.get(at).copied().unwrap_or_default());
    let choose = move |_| match selected {
        Some(selected) if state.selected.get_untracked() != Some(selected) => {
            state.select(selected)
        }
        _ => browser::focus(DETAIL_ID),
    };
    let label = {
        let row = row.clone();
        move || {
            let at = row
                .time
                .map(|at| time_of_day(at, state.offset_at(at), row.time_exact));
            ui_sentences::row(ui.lang, &row, &at.unwrap_or_default())
        }
    };
    let hints = hints(ui, &ladder, &row);
    let (kind, step, status) = (
        kind_name(row.kind),
        row.step.slug(),
        status_slug(row.status),
    );
    view! {
        <li>
            <button
                type="button"
                {..explained(hints)}
                id=row_id(at)
                class=format!("row row-{kind} status-{status}")
                class:related=related
                data-testid="ladder-row"
                data-step=step
                data-kind=kind
                data-status=status
                aria-current=current
                aria-label=label
                on:click=choose
            >
                <Gutter row=row.clone() ladder=ladder.clone()/>
                <Lanes row ladder/>
            </button>
        </li>
    }
}

/// What is worth explaining about a row.
fn hints(ui: &Ui, ladder: &Ladder, row: &Row) -> Vec<HintLine> {
    let disorder = row.disorder.map(|disorder| HintLine {
        head: String::new(),
        text: ui_sentences::disorder(ui.lang, ladder, row, disorder),
    });
    let unmeasured = ladder.is_unmeasured(row).then(|| HintLine {
        head: String::new(),
        text: ui.clock_not_measured.to_owned(),
    });
    let leg = row.leg.map(|leg| HintLine {
        head: ui_flow::leg(ui.lang, leg.leg).0.to_owned(),
        text: ui_sentences::leg_took(ui.lang, leg),
    });
    let codes = row.codes.iter().map(code_hint);
    codes.chain(leg).chain(disorder).chain(unmeasured).collect()
}

/// A code with its name, and what it means.
pub(crate) fn code_hint(code: &Decoded) -> HintLine {
    let name = code.name.as_ref().map(|name| format!(" = {name}"));
    HintLine {
        head: format!("{} {}{}", code.what, code.raw, name.unwrap_or_default()),
        text: code.meaning.clone().unwrap_or_default(),
    }
}

fn kind_name(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Message => "message",
        RowKind::Ghost => "ghost",
        RowKind::NotCovered => "not_covered",
    }
}

/// Time and delta.
#[component]
fn Gutter(row: Row, ladder: Arc<Ladder>) -> impl IntoView {
    let state = State::get();
    let started = ladder.sign_in.started;
    let (time, exact, delta) = (row.time, row.time_exact, row.delta_ms);
    let shown = move || {
        let Some(at) = time else { return String::new() };
        match state.route.with(|route| route.time_mode) {
            TimeMode::Absolute => time_of_day(at, state.offset_at(at), exact),
            TimeMode::Relative => {
                started.map_or_else(String::new, |start| seconds(at.saturating_sub(start)))
            }
            TimeMode::Delta => delta.map_or_else(String::new, seconds),
        }
    };
    let slow_leg = row.leg.filter(|leg| leg.is_slow());
    let late = row.status == StepStatus::Slow || slow_leg.is_some();
    let length = slow_leg.map(|leg| leg.ms).or(delta).map_or(0.0, delay);
    let bar = (length > 0.0).then(|| {
        view! { <i class="delay" style:width=format!("{:.0}%", length * 100.0)></i> }
    });
    let disagree = row
        .disorder
        .map(|_| view! { <span class="disorder" data-testid="disorder">"⇅"</span> });
    let unmeasured = ladder
        .is_unmeasured(&row)
        .then(|| view! { <span class="unmeasured">"?"</span> });
    view! {
        <span class="time">{shown}{unmeasured}</span>
        <span class="delta" class:late=late>
            {disagree}
            {delta.map(duration)}
            {bar}
        </span>
    }
}

/// The arrow between its lanes, with its label.
#[component]
fn Lanes(row: Row, ladder: Arc<Ladder>) -> impl IntoView {
    let ui = State::get().ui();
    let arrow = Arrow::of(&row, &ladder.lanes);
    let leftwards = arrow.label_leftwards(ladder.lanes.len());
    let (first, last) = if leftwards {
        ("1".to_owned(), (arrow.right + 1).to_string())
    } else {
        ((arrow.left + 1).to_string(), "-1".to_owned())
    };
    let is_note = arrow.left == arrow.right;
    let end = if is_note {
        arrow.right + 2
    } else {
        arrow.right + 1
    };
    let said = (row.status != StepStatus::Ok).then(|| {
        let waited = row.waited_ms.map(|ms| ui_sentences::waited(ui.lang, ms));
        let text = waited.unwrap_or_else(|| ui_flow::status(ui.lang, row.status).to_owned());
        view! { <span class="said-status"><Shape mark=Mark::from(row.status)/>{text}</span> }
    });
    let proof = (row.kind == RowKind::NotCovered).then(|| {
        let logs: Vec<&str> = row
            .proof
            .iter()
            .map(|&kind| ui_flow::kind(ui.lang, kind))
            .collect();
        view! { <span class="missing-logs">{logs.join(", ")}</span> }
    });
    view! {
        <span class="lanes">
            <span
                class=if leftwards { "label label-left" } else { "label" }
                class:label-note=is_note
                style:grid-column=format!("{first} / {last}")
            >
                <span class="words" data-hint="">
                    {row.label.clone()}
                    {row.result.clone().map(|it| view! { <span class="result">" → "{it}</span> })}
                </span>
                {said}
                {proof}
            </span>
            <span
                class="arrow"
                class:arrow-back=arrow.back
                class:arrow-note=is_note
                style:grid-column=format!("{} / {end}", arrow.left + 1)
            ></span>
        </span>
    }
}
