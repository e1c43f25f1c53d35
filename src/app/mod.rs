//! The page, pane by pane. All state is in [`state`]; panes derive what they show from it.

mod banner;
mod browser;
mod bundle;
mod client;
mod clocks;
mod coverage;
mod crew;
mod detail;
mod drop;
mod files;
mod header;
mod help;
mod intake;
mod keys;
mod ladder;
mod ladder_row;
mod latency;
mod narrow;
mod outside;
mod reading;
mod replies;
mod sign_ins;
mod state;
mod strip;
mod verdict;
mod welcome;
mod widgets;

use leptos::prelude::*;
use state::{Screen, State};

/// The whole page. Everything below the language is drawn anew when it changes, so that all panes
/// take their texts as plain values.
#[component]
pub(crate) fn App() -> impl IntoView {
    let state = State::start();
    provide_context(state);
    outside::keep(state);
    drop::listen(state);
    keys::listen(state);
    move || {
        state.lang.track();
        view! { <Page/> }
    }
}

#[component]
fn Page() -> impl IntoView {
    let state = State::get();
    view! {
        <div class="page">
            <header::Header/>
            <banner::Banners/>
            {move || match state.screen.get() {
                Screen::Welcome => view! { <welcome::Welcome/> }.into_any(),
                Screen::Flow => view! { <Flow/> }.into_any(),
                Screen::Files => view! { <files::Files/> }.into_any(),
                Screen::Latency => view! { <latency::LatencyPane/> }.into_any(),
            }}
            <help::Help/>
            <widgets::HintBox/>
            <drop::Veil/>
        </div>
    }
}

#[component]
fn Flow() -> impl IntoView {
    view! {
        <main class="work">
            <strip::DayStrip/>
            <sign_ins::SignIns/>
            <section class="centre">
                <reading::Reading/>
                <verdict::VerdictBar/>
                <ladder::LadderPane/>
            </section>
            <detail::Detail/>
        </main>
    }
}
