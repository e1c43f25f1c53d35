//! Drops and pastes, anywhere and at any time. The browser never gets to open a dropped file itself.

use crate::app::intake;
use crate::app::state::State;
use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::window;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, Element, Event};

/// Listens for as long as the page lives.
pub(crate) fn listen(state: State) {
    on("dragstart", move |_| drags_own(state, true));
    on("dragend", move |_| drags_own(state, false));
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

/// What is dragged from the page itself, such as some of a log line, is not meant to be read.
fn drags_own(state: State, own: bool) {
    state.quiet.update_value(|quiet| quiet.drags_own = own);
}

fn over(state: State, event: &Event) {
    let Some(transfer) = transfer_of(event) else {
        return;
    };
    if is_for_field(event, &transfer) {
        return;
    }
    event.prevent_default();
    if state.quiet.with_value(|quiet| quiet.drags_own) {
        return transfer.set_drop_effect("none");
    }
    transfer.set_drop_effect("copy");
    // Comes many times a second.
    if !state.dragged_over.get_untracked() {
        state.dragged_over.set(true);
    }
}

fn dropped(state: State, event: &Event) {
    state.dragged_over.set(false);
    let transfer = transfer_of(event);
    if transfer.as_ref().is_some_and(|it| is_for_field(event, it)) {
        return;
    }
    event.prevent_default();
    if let Some(transfer) = transfer
        && !state.quiet.with_value(|quiet| quiet.drags_own)
    {
        state.open_later(intake::dropped(&transfer));
    }
}

fn transfer_of(event: &Event) -> Option<DataTransfer> {
    event.dyn_ref::<DragEvent>()?.data_transfer()
}

/// Text that is let go over a text field stays there.
fn is_for_field(event: &Event, transfer: &DataTransfer) -> bool {
    is_on_field(event) && !transfer.types().includes(&"Files".into(), 0)
}

fn is_on_field(event: &Event) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    target.is_some_and(|it| matches!(it.tag_name().as_str(), "INPUT" | "TEXTAREA"))
}

/// A paste into a text field stays there.
fn pasted(state: State, event: &Event) {
    if is_on_field(event) {
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
