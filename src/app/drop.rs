//! Drops and pastes, anywhere and at any time. The browser never gets to open a dropped file itself.

use crate::app::intake;
use crate::app::state::State;
use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::window;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{ClipboardEvent, DragEvent, Element, Event};

/// Listens for as long as the page lives.
pub(crate) fn listen(state: State) {
    on("dragenter", move |event| over(state, event));
    on("dragover", move |event| over(state, event));
    on("dragleave", move |event| {
        // Only when the pointer left the window: between elements there is another element to go to.
        let to = event
            .dyn_ref::<DragEvent>()
            .and_then(|it| it.related_target());
        if to.is_none() {
            state.dragged_over.set(false);
        }
    });
    on("drop", move |event| dropped(state, event));
    on("paste", move |event| pasted(state, event));
}

/// Says that letting go will read.
#[component]
pub(crate) fn Veil() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let text = move || {
        if state.bundle.with(Option::is_some) {
            ui.release_replace
        } else {
            ui.release
        }
    };
    view! {
        <Show when=move || state.dragged_over.get()>
            <div class="veil" aria-hidden="true"><p>{text}</p></div>
        </Show>
    }
}

fn on(name: &'static str, heard: impl FnMut(&Event) + 'static) {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), name, options, heard).forget();
}

fn over(state: State, event: &Event) {
    event.prevent_default();
    if let Some(transfer) = event
        .dyn_ref::<DragEvent>()
        .and_then(|it| it.data_transfer())
    {
        transfer.set_drop_effect("copy");
    }
    // Comes many times a second.
    if !state.dragged_over.get_untracked() {
        state.dragged_over.set(true);
    }
}

fn dropped(state: State, event: &Event) {
    event.prevent_default();
    state.dragged_over.set(false);
    let Some(transfer) = event
        .dyn_ref::<DragEvent>()
        .and_then(|it| it.data_transfer())
    else {
        return;
    };
    let intake = intake::dropped(&transfer);
    spawn_local(async move { state.open(intake.await) });
}

/// A paste into a text field stays there.
fn pasted(state: State, event: &Event) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    if target.is_some_and(|it| matches!(it.tag_name().as_str(), "INPUT" | "TEXTAREA")) {
        return;
    }
    if let Some(data) = event
        .dyn_ref::<ClipboardEvent>()
        .and_then(|it| it.clipboard_data())
    {
        event.prevent_default();
        state.open(intake::pasted(&data));
    }
}
