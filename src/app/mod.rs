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
use widgets::{InTurn, when_due};

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
    let screen = when_due(state.screen, Some(state.screen.get_untracked()));
    view! {
        <div class="page">
            <header::Header/>
            <banner::Banners/>
            {move || match screen.get().unwrap_or(Screen::Welcome) {
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
            <InTurn><sign_ins::SignIns/></InTurn>
            <section class="centre">
                <InTurn><reading::Reading/></InTurn>
                <verdict::VerdictBar/>
                <ladder::LadderPane/>
            </section>
            <InTurn><detail::Detail/></InTurn>
        </main>
    }
}
