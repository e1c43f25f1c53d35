//! What am I looking at, and the keys.

use crate::app::state::State;
use crate::app::widgets::Shape;
use leptos::prelude::*;
use logintrace::view::keys::KEYS;
use logintrace::view::mark::{Mark, OUTCOMES};
use logintrace::words::{ui_flow, ui_sentences};

#[component]
pub(crate) fn Help() -> impl IntoView {
    let state = State::get();
    view! {
        <Show when=move || state.help_open.get()>
            <Panel/>
        </Show>
    }
}

#[component]
fn Panel() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let keys = KEYS.map(|(key, command)| {
        view! { <dt><kbd>{key}</kbd></dt><dd>{ui_sentences::key(ui.lang, command)}</dd> }
    });
    let marks = OUTCOMES.map(|outcome| {
        view! { <li><Shape mark=Mark::from(outcome)/>{ui_flow::outcome(ui.lang, outcome)}</li> }
    });
    view! {
        <aside class="help" aria-label=ui.help>
            <header>
                <h2>{ui.help_title}</h2>
                <button type="button" class="quiet" on:click=move |_| state.help_open.set(false)>{ui.close}</button>
            </header>
            <p>{ui.help_flow}</p>
            <p>{ui.help_ghost}</p>
            <p>{ui.help_hatched}</p>
            <p>{ui.help_time}</p>
            <ul class="legend">{marks}</ul>
            <h3>{ui.help_keys}</h3>
            <dl class="keys">{keys}</dl>
        </aside>
    }
}
