//! An explanation in a box beside what the pointer or the keyboard is on: a code's meaning, why a
//! time is odd. One box for the whole page, so that no scrolled pane cuts it off.

use crate::app::browser::{Spot, spot_beside};
use crate::app::state::State;
use gloo::timers::callback::Timeout;
use leptos::attr::Attribute;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent};

/// The pointer rests this long before the box comes, ms: it must not flicker on the way elsewhere.
const REST_MS: u32 = 250;
/// The box stays this long after the pointer left, ms: so that the pointer can go into it.
const LINGER_MS: u32 = 160;

/// A box and what it says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hint {
    lines: Vec<HintLine>,
    spot: Spot,
}

/// A line of the box: what is explained, and the explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HintLine {
    pub(crate) head: String,
    pub(crate) text: String,
}

/// Makes an element explain itself under pointer, keyboard and touch; `{..explained(…)}` in a view.
/// What is marked `data-hint` in it is where the box stands.
pub(crate) fn explained(lines: Vec<HintLine>) -> impl Attribute + Clone {
    explained_by(Arc::new(move || lines.clone()))
}

/// Works out an explanation.
type Lines = Arc<dyn Fn() -> Vec<HintLine> + Send + Sync>;

/// The same with an explanation that changes with what is shown.
pub(crate) fn explained_by(lines: Lines) -> impl Attribute + Clone {
    let state = State::get();
    let (focused, entered) = (lines.clone(), lines.clone());
    let spoken = move || {
        let lines = lines();
        (!lines.is_empty()).then(|| spoken(&lines))
    };
    let on_focus = move |event: web_sys::FocusEvent| show(state, untrack(&*focused), &event, 0);
    let on_enter = move |event: PointerEvent| show(state, untrack(&*entered), &event, REST_MS);
    let on_leave = move |event: PointerEvent| {
        // A finger that is lifted leaves, too; what it touched has the focus now.
        if event.pointer_type() != "touch" {
            hide_soon(state);
        }
    };
    let on_blur = move |_| hide(state);
    view! {
        <{..}
            aria-description=spoken
            on:focus=on_focus
            on:blur=on_blur
            on:pointerenter=on_enter
            on:pointerleave=on_leave
        />
    }
}

fn spoken(lines: &[HintLine]) -> String {
    let sentences = lines.iter().map(|line| match line.head.as_str() {
        "" => line.text.clone(),
        head => format!("{head}: {}", line.text),
    });
    sentences.collect::<Vec<_>>().join(" ")
}

fn show(state: State, lines: Vec<HintLine>, event: &Event, after_ms: u32) {
    let target = event.current_target();
    let Some(element) = target.and_then(|it| it.dyn_into::<Element>().ok()) else {
        return;
    };
    if lines.is_empty() {
        return hide(state);
    }
    let come = move || {
        let anchor = element.query_selector("[data-hint]").ok().flatten();
        let spot = spot_beside(anchor.as_ref().unwrap_or(&element));
        state.hint.set(Some(Hint { lines, spot }));
    };
    later(state, Timeout::new(after_ms, come));
}

/// Takes the box away.
pub(crate) fn hide(state: State) {
    state.quiet.update_value(|quiet| quiet.hint = None);
    if state.hint.with_untracked(Option::is_some) {
        state.hint.set(None);
    }
}

fn hide_soon(state: State) {
    later(state, Timeout::new(LINGER_MS, move || hide(state)));
}

/// In place of what was about to happen.
fn later(state: State, timeout: Timeout) {
    state.quiet.update_value(|quiet| quiet.hint = Some(timeout));
}

/// The box.
#[component]
pub(crate) fn HintBox() -> impl IntoView {
    let state = State::get();
    let stay = move |_| state.quiet.update_value(|quiet| quiet.hint = None);
    move || {
        state.hint.get().map(|Hint { lines, spot }| {
            let lines = lines.into_iter().map(|line| {
                let head = (!line.head.is_empty()).then(|| view! { <dt>{line.head}</dt> });
                view! { {head}<dd>{line.text}</dd> }
            });
            view! {
                <dl
                    class="hint"
                    role="tooltip"
                    data-testid="hint"
                    style:left=format!("{}px", spot.left)
                    style:top=spot.top.map(|px| format!("{px}px"))
                    style:bottom=spot.bottom.map(|px| format!("{px}px"))
                    on:pointerenter=stay
                    on:pointerleave=move |_| hide_soon(state)
                >
                    {lines.collect_view()}
                </dl>
            }
        })
    }
}
