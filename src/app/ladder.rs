//! The diagram: lanes, bands, rows.

use crate::app::browser;
use crate::app::ladder_row::{LadderRow, row_id};
use crate::app::state::State;
use crate::app::welcome::CollectList;
use crate::app::widgets::{Shape, Slices, after_frame};
use leptos::prelude::*;
use logintrace::flow::{Stage, StepStatus};
use logintrace::protocol::{Band, Ladder, LaneView};
use logintrace::view::ladder::related;
use logintrace::view::mark::Mark;
use logintrace::view::route::Selected;
use logintrace::view::time::TimeMode;
use logintrace::words::{ui_flow, ui_sentences};
use std::ops::Range;
use std::sync::Arc;

#[component]
pub(crate) fn LadderPane() -> impl IntoView {
    let state = State::get();
    let shown = state.drawn_ladder();
    move || match shown.get() {
        Some(ladder) => view! { <Diagram ladder/> }.into_any(),
        None if state.is_reading() => ().into_any(),
        None if state.sign_in.with(Option::is_some) => ().into_any(),
        None if state.sign_ins.with(|rows| !rows.is_empty()) => {
            view! { <p class="waiting">{state.ui().waiting}</p> }.into_any()
        }
        None if state.is_part() => {
            view! { <p class="waiting">{state.ui().none_before_stop}</p> }.into_any()
        }
        None => view! { <NoSignIn/> }.into_any(),
    }
}

/// The bundle was read and holds none: what to do about it.
#[component]
fn NoSignIn() -> impl IntoView {
    let ui = State::get().ui();
    view! {
        <section class="nothing">
            <h2>{ui.no_sign_ins}</h2>
            <p>{ui.no_sign_ins_next}</p>
            <CollectList/>
        </section>
    }
}

#[component]
fn Diagram(ladder: Arc<Ladder>) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let glow = Memo::new(move |_| glowing(state));
    let slices = Slices::of(ladder.rows.len(), AT_ONCE);
    Effect::new(move |_| keep_in_sight(state, slices));
    let lanes = ladder.lanes.len().clamp(1, MOST_LANES);
    let bands = ladder.bands.clone().into_iter().map(|band| {
        view! { <BandView ladder=ladder.clone() band slices glow/> }
    });
    view! {
        <section id=LADDER_ID class=format!("ladder lanes-{lanes}") data-testid="ladder" aria-label=ui.ladder>
            <LaneHeads lanes=ladder.lanes.clone()/>
            <div class="bands">
                <Lifelines lanes=ladder.lanes.clone()/>
                {bands.collect_view()}
            </div>
        </section>
    }
}

/// Id of the scrolled pane.
const LADDER_ID: &str = "ladder";

/// Rows drawn in one turn.
const AT_ONCE: usize = 4;

/// Scrolls to what is selected, once it is drawn.
fn keep_in_sight(state: State, slices: Slices) {
    if let Some(Selected::Row(row)) = state.selected.get()
        && slices.has_drawn(row as usize)
    {
        after_frame(move || browser::reveal(&row_id(row as usize), LADDER_ID));
    }
}

/// As many as the style sheet has columns for.
const MOST_LANES: usize = 6;

/// Rows that share a key with the one selected.
fn glowing(state: State) -> Arc<Vec<bool>> {
    let rows = match (state.shown.get(), state.selected.get()) {
        (Some(shown), Some(Selected::Row(row))) => related(&shown.rows, row as usize),
        _ => Vec::new(),
    };
    Arc::new(rows)
}

#[component]
fn LaneHeads(lanes: Vec<LaneView>) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let mode = move || match state.route.with(|route| route.time_mode) {
        TimeMode::Absolute => ui.time,
        TimeMode::Relative => ui.since_start,
        TimeMode::Delta => ui.since_before,
    };
    let next = move |_| {
        state
            .route
            .update(|route| route.time_mode = route.time_mode.next())
    };
    view! {
        <div class="lane-heads">
            <button type="button" class="quiet time-mode" title=ui.time_mode on:click=next>{mode}</button>
            <span class="delta-head">{ui.delta}</span>
            <ol class="lanes-row">{lanes.into_iter().map(|lane| view! { <LaneHead lane/> }).collect_view()}</ol>
        </div>
    }
}

#[component]
fn LaneHead(lane: LaneView) -> impl IntoView {
    let ui = State::get().ui();
    let proof = lane.proof.map(|kind| ui_flow::kind(ui.lang, kind));
    let title = if lane.covered {
        proof.unwrap_or_default().to_owned()
    } else {
        format!("{}: {}", ui.not_in_bundle, proof.unwrap_or_default())
    };
    let missing =
        (!lane.covered).then(|| view! { <span class="lane-missing">{ui.not_covered}</span> });
    view! {
        <li class="lane-head" class:uncovered=!lane.covered data-testid="lane-head" data-lane=lane.lane.slug() title=title>
            <strong>{ui_flow::lane(ui.lang, lane.lane)}</strong>
            {missing}
            <span class="nodes">{lane.nodes.join(", ")}</span>
        </li>
    }
}

/// The vertical lines, behind everything; hatched where no log would show the lane.
#[component]
fn Lifelines(lanes: Vec<LaneView>) -> impl IntoView {
    let lines = lanes
        .into_iter()
        .map(|lane| view! { <i class:uncovered=!lane.covered></i> });
    view! { <div class="lifelines" aria-hidden="true">{lines.collect_view()}</div> }
}

#[component]
fn BandView(
    ladder: Arc<Ladder>,
    band: Band,
    slices: Slices,
    glow: Memo<Arc<Vec<bool>>>,
) -> impl IntoView {
    let state = State::get();
    let stage = band.stage;
    let folded = move || state.folded.with(|folded| folded.contains(&stage));
    let rows = move || {
        let ladder = ladder.clone();
        let draw = move |slice: Range<usize>| {
            slice
                .filter_map(|at| Some((at, ladder.rows.get(at)?.clone())))
                .map(|(at, row)| view! { <LadderRow ladder=ladder.clone() row at glow/> })
                .collect_view()
        };
        let range = band.first as usize..(band.first + band.rows) as usize;
        (!folded()).then(|| slices.draw(range, draw))
    };
    view! {
        <section class="band">
            <BandHead stage status=band.status rows=band.rows/>
            <ol class="rows">{rows}</ol>
        </section>
    }
}

#[component]
fn BandHead(stage: Stage, status: StepStatus, rows: u32) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let open = move || state.folded.with(|folded| !folded.contains(&stage));
    let toggle = move |_| {
        state.folded.update(|folded| {
            if !folded.remove(&stage) {
                folded.insert(stage);
            }
        });
    };
    let said = (status != StepStatus::Ok).then(|| ui_flow::status(ui.lang, status));
    view! {
        <button type="button" class="band-head" aria-expanded=move || open().to_string() on:click=toggle>
            <span class="twist" aria-hidden="true"></span>
            <span class="band-name">{ui_flow::stage(ui.lang, stage)}</span>
            <span class="band-status"><Shape mark=Mark::from(status)/>{said}</span>
            <span class="soft">{ui_sentences::messages(ui.lang, rows)}</span>
        </button>
    }
}
