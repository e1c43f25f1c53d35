//! How long the legs of sign-ins take: figures, a drawing of each, and the way to the worst one.

use crate::app::reading::Reading;
use crate::app::state::State;
use leptos::prelude::*;
use logintrace::protocol::LatencyView;
use logintrace::view::latency::{HEIGHT, WIDTH, decades, path, place};
use logintrace::view::quantity::count;
use logintrace::view::route::Tab;
use logintrace::view::time::duration;
use logintrace::words::{ui_flow, ui_sentences};

#[component]
pub(crate) fn LatencyPane() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let table = move || {
        let summary = state.summary.get()?;
        Some(if summary.latencies.is_empty() {
            view! { <p class="soft">{ui.no_latency}</p> }.into_any()
        } else {
            view! { <Table latencies=summary.latencies.clone()/> }.into_any()
        })
    };
    view! {
        <main class="latency" data-testid="latency">
            <Reading/>
            <h2>{ui.tab_latency}</h2>
            <p class="soft">{ui.latency_note}</p>
            {table}
        </main>
    }
}

#[component]
fn Table(latencies: Vec<LatencyView>) -> impl IntoView {
    let ui = State::get().ui();
    let rows = latencies
        .into_iter()
        .map(|latency| view! { <Leg latency/> });
    view! {
        <table>
            <thead><tr>
                <th scope="col">{ui.leg}</th>
                <th scope="col" class="number">{ui.measured}</th>
                <th scope="col" class="number">{ui.median}</th>
                <th scope="col" class="number">{ui.p95}</th>
                <th scope="col" class="number">{ui.worst}</th>
                <th scope="col" class="number">{ui.slow_over}</th>
                <th scope="col" class="number">{ui.slow_count}</th>
                <th scope="col" class="number">{ui.documented}</th>
                <th scope="col">{ui.distribution}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Leg(latency: LatencyView) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let (name, ends) = ui_flow::leg(ui.lang, latency.leg);
    let id = latency.worst.clone();
    let slug = latency.leg.slug();
    let show = move |_| {
        state.choose_sign_in(id.clone());
        state.route.update(|route| route.tab = Tab::Flow);
    };
    view! {
        <tr data-testid="leg" data-leg=slug>
            <th scope="row">{name}<span class="soft">{ends}</span></th>
            <td class="number">{count(u64::from(latency.n))}</td>
            <td class="number">{duration(latency.median_ms)}</td>
            <td class="number">{duration(latency.p95_ms)}</td>
            <td class="number">
                <button type="button" class="quiet" data-testid="worst" on:click=show>{duration(latency.worst_ms)}</button>
            </td>
            <td class="number">{duration(latency.slow_over_ms)}</td>
            <td class="number" class:late=latency.slow != 0>{count(u64::from(latency.slow))}</td>
            <td class="number">{latency.documented_ms.map(duration)}</td>
            <td><Plot latency/></td>
        </tr>
    }
}

/// The distribution; what is right of the line is slow.
#[component]
fn Plot(latency: LatencyView) -> impl IntoView {
    let ui = State::get().ui();
    let limit = place(latency.slow_over_ms);
    let said = ui_sentences::distribution(ui.lang, &decades(&latency));
    let scale =
        format!("M0 {HEIGHT}h{WIDTH}M32 {HEIGHT}v-4M64 {HEIGHT}v-4M96 {HEIGHT}v-4M128 {HEIGHT}v-4");
    view! {
        <svg class="plot" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=said>
            <path class="plot-scale" d=scale></path>
            <path class="plot-bars" d=path(&latency.bins)></path>
            <path class="plot-limit" d=format!("M{limit:.1} 0V{HEIGHT}")></path>
        </svg>
    }
}
