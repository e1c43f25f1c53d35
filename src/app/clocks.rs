//! The clocks of a bundle: how far each is off, and whether that is taken into account.

use crate::app::state::State;
use crate::app::widgets::VirtualList;
use leptos::prelude::*;
use logintrace::protocol::{ClockView, Summary, Times};
use logintrace::view::clocks::{listed, uncertainty};
use logintrace::view::quantity::count;
use logintrace::view::time::seconds;
use std::sync::Arc;

/// Height of a row, CSS px; `--row-clock` in the style sheet.
const ROW_HEIGHT: f64 = 26.0;

#[component]
pub(crate) fn Clocks(summary: Arc<Summary>) -> impl IntoView {
    let ui = State::get().ui();
    let order = StoredValue::new(listed(&summary.clocks));
    let rows = summary.clocks.len();
    let item = move |at: usize| {
        let position = order.with_value(|order| order.get(at).copied())?;
        summary.clocks.get(position as usize).cloned()
    };
    let draw = |clock| view! { <ClockItem clock/> };
    view! {
        <div class="clocks">
            <h2>{ui.clocks}</h2>
            <p class="soft">{if rows == 0 { ui.no_clocks } else { ui.clocks_note }}</p>
            <OffsetButton/>
            {(rows > 0).then(|| view! {
                <ClockHeads/>
                <div class="clock-list" style:height=format!("{}px", height_of(rows))>
                    <VirtualList rows=Signal::derive(move || rows) row_height=ROW_HEIGHT reveal=Signal::derive(|| None) item draw label=ui.clocks/>
                </div>
            })}
        </div>
    }
}

/// A few clocks are shown whole, many are scrolled.
fn height_of(rows: usize) -> f64 {
    rows.min(8) as f64 * ROW_HEIGHT
}

/// Applies the offsets, or takes them back.
#[component]
fn OffsetButton() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let applied = move || state.times.get() == Times::OnReference;
    view! {
        <Show when=move || applied() || state.any_offset.get()>
            <button
                type="button"
                class="button"
                data-testid="apply-offsets"
                title=ui.apply_offsets_long
                on:click=move |_| state.toggle_offsets()
            >
                {move || if applied() { ui.undo_offsets } else { ui.apply_offsets }}
            </button>
        </Show>
    }
}

#[component]
fn ClockHeads() -> impl IntoView {
    let ui = State::get().ui();
    view! {
        <div class="clock-line clock-heads" aria-hidden="true">
            <span>{ui.clock}</span>
            <span>{ui.zone}</span>
            <span class="number">{ui.offset}</span>
            <span class="number">{ui.uncertainty}</span>
            <span class="number">{ui.samples}</span>
        </div>
    }
}

#[component]
fn ClockItem(clock: ClockView) -> impl IntoView {
    let ui = State::get().ui();
    let sure = uncertainty(&clock);
    let (offset, sure) = match (clock.reference, clock.offset_ms) {
        (true, _) => (ui.reference.to_owned(), String::new()),
        (false, None) => (ui.not_measured.to_owned(), String::new()),
        (false, Some(ms)) => (seconds(ms), sure.unwrap_or_else(|| ui.one_sided.to_owned())),
    };
    view! {
        <div class="clock-line" data-testid="clock-row">
            <code>{clock.clock}</code>
            <span>{clock.zone.unwrap_or_else(|| ui.zone_unknown.to_owned())}</span>
            <span class="number"><Named name=ui.offset/>{offset}</span>
            <span class="number"><Named name=ui.uncertainty/>{sure}</span>
            <span class="number"><Named name=ui.samples/>{count(u64::from(clock.samples))}</span>
        </div>
    }
}

/// The name of a column, for screen readers.
#[component]
fn Named(name: &'static str) -> impl IntoView {
    view! { <span class="visually-hidden">{name}": "</span> }
}
