//! How far reading is, with a way to stop it.

use crate::app::state::State;
use leptos::prelude::*;
use logintrace::protocol::{Progress, Request};
use logintrace::view::quantity::{bytes, count, percent, rate, time_left_ms};
use logintrace::view::time::duration;
use logintrace::words::ui_sentences;

#[component]
pub(crate) fn Reading() -> impl IntoView {
    let state = State::get();
    view! {
        <Show when=move || state.is_reading()>
            <Panel/>
        </Show>
    }
}

#[component]
fn Panel() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let counters = move || {
        let progress = state.progress.get()?;
        let found = state.sign_ins.with(|it| it.len());
        Some(view! {
            <dl class="counters">
                <div><dt>{ui.members}</dt><dd>{count(u64::from(progress.members))}</dd></div>
                <div><dt>{ui.records}</dt><dd>{count(progress.records)}</dd></div>
                <div><dt>{ui.memory_used}</dt><dd>{bytes(progress.memory)}</dd></div>
                <div><dt>{ui.sign_ins_found}</dt><dd>{count(found as u64)}</dd></div>
            </dl>
        })
    };
    view! {
        <section class="reading" data-testid="progress" aria-live="off" aria-label=ui.reading>
            <header>
                <h2>{ui.reading}</h2>
                <p class="soft">{move || state.progress.get().map(|it| speed(state, &it))}</p>
                <button type="button" data-testid="cancel" on:click=move |_| state.send(&Request::Cancel)>
                    {ui.cancel}
                </button>
            </header>
            {move || state.progress.get().map(|it| bar(percent(it.read, it.size), bytes(it.read), bytes(it.size)))}
            <CurrentSource/>
            {counters}
            <p class="soft">{ui.reading_hint}</p>
        </section>
    }
}

/// The file being read, with a bar of its own if there are several.
#[component]
fn CurrentSource() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    move || {
        let progress = state.progress.get()?;
        if progress.size > 0 && progress.read >= progress.size {
            return Some(view! { <p class="member">{ui.analysing}</p> }.into_any());
        }
        let several = progress.sources > 1;
        Some(
            view! {
                <p class="member" title=progress.member.clone()>
                    {several.then(|| ui_sentences::source_of(ui.lang, progress.source + 1, progress.sources) + " · ")}
                    {progress.member.clone()}
                </p>
                {several.then(|| bar(
                    percent(progress.source_read, progress.source_size),
                    bytes(progress.source_read),
                    bytes(progress.source_size),
                ))}
            }
            .into_any(),
        )
    }
}

fn bar(percent: u64, read: String, size: String) -> impl IntoView {
    view! {
        <div class="bar-line">
            <progress class="bar" max="100" value=percent></progress>
            <span>{read}" / "{size}</span>
        </div>
    }
}

/// `85 MB/s · 12 s left`.
fn speed(state: State, progress: &Progress) -> String {
    let ui = state.ui();
    let left = time_left_ms(progress.read, progress.size, progress.elapsed_ms);
    let left = left.map(|ms| format!("{} {}", duration(ms), ui.left));
    let parts = [rate(progress.read, progress.elapsed_ms), left];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
