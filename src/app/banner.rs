//! What went wrong, where, and what to do; above everything, and never instead of it.

use crate::app::browser;
use crate::app::narrow::Narrow;
use crate::app::state::State;
use leptos::prelude::*;
use logintrace::protocol::Stopped;

#[component]
pub(crate) fn Banners() -> impl IntoView {
    view! {
        <div class="banners" role="status">
            <Fatal/>
            <Narrow/>
            <Notices/>
        </div>
    }
}

#[component]
fn Fatal() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    move || {
        let why = state.fatal.get().filter(|_| !state.is_too_large());
        why.map(|why| {
            view! {
                <div class="banner banner-bad" role="alert" data-testid="fatal">
                    <p><strong>{ui.fatal_title}</strong>" "<span class="said">{why}</span></p>
                    <p>{ui.fatal_next}</p>
                    <button type="button" on:click=move |_| state.try_again()>{ui.try_again}</button>
                    <button type="button" on:click=|_| browser::reload()>{ui.reload}</button>
                </div>
            }
        })
    }
}

#[component]
fn Notices() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let cancelled = move || {
        state.summary.with(|it| it.as_ref()?.part.as_ref()?.stopped) == Some(Stopped::Cancelled)
    };
    view! {
        <Show when=move || state.nothing_dropped.get()>
            <div class="banner">
                <p>{ui.nothing_dropped}</p>
                <button type="button" on:click=move |_| state.nothing_dropped.set(false)>{ui.dismiss}</button>
            </div>
        </Show>
        <Show when=cancelled>
            <div class="banner">
                <p>{ui.cancelled}</p>
                <button type="button" data-testid="close" on:click=move |_| state.close()>{ui.close_bundle}</button>
            </div>
        </Show>
    }
}
