//! All sign-ins along time: one look says when things went wrong, a click shows one of them, a drag
//! narrows the list.

use crate::app::state::State;
use crate::app::widgets::{HintLine, Shape, Slices, explained_by};
use leptos::html::Div;
use leptos::prelude::*;
use logintrace::protocol::{Column, Strip};
use logintrace::view::strip::{heights, is_crowded, marks, next_column, ticks, window};
use logintrace::view::time::{offset_name, range};
use logintrace::words::ui_sentences;
use std::ops::Range;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent};

/// A pointer that moved less than this between press and release meant a click, CSS px.
const DRAG_PX: f64 = 5.0;

/// Columns drawn in one turn.
const AT_ONCE: usize = 8;

#[component]
pub(crate) fn DayStrip() -> impl IntoView {
    let state = State::get();
    move || {
        let strip = state.strip.get()?;
        Some(view! { <Columns strip/> })
    }
}

/// What is being drawn with the pointer: where it was pressed, and from which column to which.
#[derive(Clone, Copy)]
struct Drag {
    pressed_at: f64,
    columns: Option<(usize, usize)>,
}

#[component]
fn Columns(strip: Arc<Strip>) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let pane = NodeRef::<Div>::new();
    let drag = RwSignal::new(None::<Drag>);
    let current = {
        let strip = strip.clone();
        Memo::new(move |_| current_column(state, &strip))
    };
    let chosen = {
        let strip = strip.clone();
        move |at: usize| match drag.get().and_then(|drag| drag.columns) {
            Some((one, other)) => (one.min(other)..=one.max(other)).contains(&at),
            None => state.route.with(|route| {
                let window = route.filter.window;
                window.is_some_and(|(from, until)| {
                    let start = strip.start_of(at);
                    (from..until).contains(&start)
                })
            }),
        }
    };
    let crowded = is_crowded(&strip);
    let heights = Arc::new(heights(&strip));
    let draw = {
        let strip = strip.clone();
        move |slice: Range<usize>| {
            let columns = strip.columns.iter().enumerate();
            let columns = columns.skip(slice.start).take(slice.len());
            let columns = columns.map(|(at, column)| {
                let chosen = chosen.clone();
                view! {
                    <ColumnItem
                        strip=strip.clone()
                        column=column.clone()
                        at
                        height=heights.get(at).copied().unwrap_or_default()
                        chosen=Signal::derive(move || chosen(at))
                        current
                    />
                }
            });
            columns.collect_view()
        }
    };
    let total = strip.columns.len();
    let columns = Slices::of(total, AT_ONCE).draw(0..total, draw);
    let (moved, released, walked) = (strip.clone(), strip.clone(), strip.clone());
    let on_move = move |event: PointerEvent| {
        drag_to(pane, drag, &moved, &event);
    };
    let on_key = move |event: KeyboardEvent| {
        walk(state, pane, current, &walked, &event);
    };
    let on_up = move |event: PointerEvent| drop_at(state, drag, &released, &event);
    view! {
        <section class="strip" class:crowded=crowded data-testid="strip" aria-label=ui.strip>
            <div
                class="strip-columns"
                role="group"
                aria-label=ui.strip_keys
                node_ref=pane
                style:grid-template-columns=format!("repeat({total}, minmax(0, 1fr))")
                on:pointerdown=move |event| drag.set(Some(Drag { pressed_at: f64::from(event.client_x()), columns: None }))
                on:pointermove=on_move
                on:pointerup=on_up
                on:pointercancel=move |_| drag.set(None)
                on:keydown=on_key
            >
                {columns}
            </div>
            <Scale strip/>
        </section>
    }
}

/// The column of the sign-in shown.
fn current_column(state: State, strip: &Strip) -> Option<usize> {
    let id = state.sign_in.get()?;
    state.sign_ins.with(|rows| {
        let row = rows.iter().find(|row| row.id == id)?;
        strip.column_of(row.started?)
    })
}

#[component]
fn ColumnItem(
    strip: Arc<Strip>,
    column: Column,
    /// Its position, 0-based.
    at: usize,
    /// Of its bar, 0 to 1.
    height: f64,
    /// Whether it lies in the time window.
    chosen: Signal<bool>,
    /// The column of the sign-in shown.
    current: Memo<Option<usize>>,
) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    if column.total() == 0 {
        return view! { <i class="strip-column" class:chosen=chosen></i> }.into_any();
    }
    let (from, until) = (strip.start_of(at), strip.start_of(at + 1));
    let said = ui_sentences::column(ui.lang, &column.counts);
    let hint = move || HintLine {
        head: range(
            (from, state.offset_at(from)),
            (until, state.offset_at(until)),
        ),
        text: said.clone(),
    };
    let label = {
        let hint = hint.clone();
        move || {
            let HintLine { head, text } = hint();
            format!("{head}: {text}")
        }
    };
    let drawn = marks(&column).into_iter().map(|(mark, n)| {
        let number = (n > 1).then(|| view! { <b>{n}</b> });
        view! { <span class="strip-mark"><Shape mark/>{number}</span> }
    });
    let drawn = drawn.collect_view();
    let worst = column.worst;
    let first = next_column(&strip, None, 1);
    let choose = move |_| {
        if let Some(id) = worst.clone() {
            state.choose_sign_in(id);
        }
    };
    view! {
        <button
            type="button"
            {..explained_by(Arc::new(move || vec![hint()]))}
            class="strip-column"
            class:chosen=chosen
            data-testid="strip-column"
            data-at=at
            aria-label=label
            aria-current=move || (current.get() == Some(at)).then_some("true")
            tabindex=move || if current.get().or(first) == Some(at) { "0" } else { "-1" }
            on:click=choose
        >
            <i class="strip-bar" style:height=format!("{:.0}%", height * 100.0)></i>
            {drawn}
        </button>
    }
    .into_any()
}

#[component]
fn Scale(strip: Arc<Strip>) -> impl IntoView {
    let state = State::get();
    let labels = move || {
        let offset = state.offset_at(strip.from);
        let ticks = ticks(&strip, offset)
            .into_iter()
            .filter(|tick| tick.at < 0.92);
        let ticks = ticks.map(|tick| {
            view! { <span style:left=format!("{:.3}%", tick.at * 100.0)>{tick.text}</span> }
        });
        view! { {ticks.collect_view()} <em>{offset_name(offset)}</em> }
    };
    view! { <div class="strip-scale" aria-hidden="true">{labels}</div> }
}

/// The column under a pointer.
fn column_at(pane: NodeRef<Div>, strip: &Strip, event: &PointerEvent) -> Option<usize> {
    let pane = pane.get_untracked()?.get_bounding_client_rect();
    let within = (f64::from(event.client_x()) - pane.left()) / pane.width();
    let last = strip.columns.len().checked_sub(1)?;
    Some(((within.clamp(0.0, 1.0) * strip.columns.len() as f64) as usize).min(last))
}

fn drag_to(
    pane: NodeRef<Div>,
    drag: RwSignal<Option<Drag>>,
    strip: &Strip,
    event: &PointerEvent,
) -> Option<()> {
    let held = drag.get_untracked()?;
    if event.buttons() == 0 {
        drag.set(None);
        return None;
    }
    let here = column_at(pane, strip, event)?;
    let far = (f64::from(event.client_x()) - held.pressed_at).abs() >= DRAG_PX;
    if far && held.columns.is_none() {
        // So that it may be let go anywhere. Not before: a click would not be the column's.
        let pane = pane.get_untracked()?;
        pane.set_pointer_capture(event.pointer_id()).ok();
    }
    let columns = match held.columns {
        Some((from, _)) => Some((from, here)),
        None if far => Some((here, here)),
        None => None,
    };
    drag.set(Some(Drag { columns, ..held }));
    Some(())
}

fn drop_at(state: State, drag: RwSignal<Option<Drag>>, strip: &Strip, event: &PointerEvent) {
    let held = drag.get_untracked().and_then(|drag| drag.columns);
    drag.set(None);
    if let Some((one, other)) = held {
        event.prevent_default();
        narrow(state, Some(window(strip, one, other)));
    }
}

fn narrow(state: State, window: Option<(i64, i64)>) {
    state.route.update(|route| route.filter.window = window);
}

/// Left and right go from column to column, with Shift they draw a window; Home and End likewise.
fn walk(
    state: State,
    pane: NodeRef<Div>,
    current: Memo<Option<usize>>,
    strip: &Strip,
    event: &KeyboardEvent,
) -> Option<()> {
    let focused = event.target()?.dyn_into::<HtmlElement>().ok()?;
    let here: usize = focused.get_attribute("data-at")?.parse().ok()?;
    let there = match event.key().as_str() {
        "ArrowRight" => next_column(strip, Some(here), 1),
        "ArrowLeft" => next_column(strip, Some(here), -1),
        "Home" => next_column(strip, None, 1),
        "End" => next_column(strip, Some(strip.columns.len()), -1),
        _ => return None,
    };
    event.prevent_default();
    event.stop_propagation();
    let there = there?;
    if event.shift_key() {
        let anchor = match state.route.with_untracked(|route| route.filter.window) {
            Some((from, until)) => {
                // The end that is not under the keyboard stays.
                let (first, last) = (strip.column_of(from)?, strip.column_of(until - 1)?);
                if here == first { last } else { first }
            }
            None => here,
        };
        narrow(state, Some(window(strip, anchor, there)));
    }
    let selector = format!("[data-at=\"{there}\"]");
    let next = pane.get_untracked()?.query_selector(&selector).ok()??;
    next.dyn_into::<HtmlElement>().ok()?.focus().ok()?;
    if !event.shift_key() && current.get_untracked().is_some() {
        // The list follows the keyboard, as it does in the list itself.
        if let Some(id) = strip.columns.get(there).and_then(|it| it.worst.clone()) {
            state.choose_sign_in(id);
        }
    }
    Some(())
}
