//! The page before the first bundle: all of it is the drop zone.

use crate::app::browser;
use crate::app::intake;
use crate::app::state::State;
use crate::app::widgets::{CopyButton, CopyTexts};
use leptos::attr::Attribute;
use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;
use logintrace::words::ui::Ui;
use logintrace::words::ui_collect::{Collect, all};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

#[component]
pub(crate) fn Welcome() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let proof = if browser::is_single_file() {
        ui.private_proof
    } else {
        ui.private_proof_hosted
    };
    view! {
        <main class="welcome" data-testid="drop-zone">
            <section class="invitation">
                <h2>{ui.headline}</h2>
                <p class="lead">{ui.subline}</p>
                <Choose/>
                <p class="soft">{ui.accepted}</p>
                <p class="private"><strong>{ui.private}</strong>" "{proof}</p>
            </section>
            <section class="collect">
                <h3>{ui.collect_title}</h3>
                <p class="soft">{ui.collect_hint}</p>
                <CollectList/>
            </section>
        </main>
    }
}

/// What to collect and how, as cards.
#[component]
pub(crate) fn CollectList() -> impl IntoView {
    let ui = State::get().ui();
    view! { <div class="cards">{all(ui.lang).map(|it| view! { <CollectCard collect=it/> })}</div> }
}

/// One thing to collect.
#[component]
pub(crate) fn CollectCard(collect: Collect) -> impl IntoView {
    let ui = State::get().ui();
    let commands = collect.commands.iter().map(|&command| {
        view! {
            <div class="command">
                <code>{command}</code>
                <CopyButton text=command.to_owned() texts=copy_texts(ui) label=format!("{}: {command}", ui.copy)/>
            </div>
        }
    });
    view! {
        <article class="card">
            <h4>{collect.title}</h4>
            <p>{collect.how}</p>
            {commands.collect_view()}
            {(!collect.caution.is_empty()).then(|| view! { <p class="soft">{collect.caution}</p> })}
        </article>
    }
}

/// The words of every copy button.
pub(crate) fn copy_texts(ui: &Ui) -> CopyTexts {
    CopyTexts {
        copy: ui.copy,
        copied: ui.copied,
        refused: ui.copy_refused,
    }
}

#[component]
fn Choose() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    view! {
        <p class="choose">
            <label class="button button-main">
                <input type="file" multiple class="visually-hidden" data-testid="pick-files" on:change=move |event| take_picked(state, &event)/>
                {ui.choose_files}
            </label>
            <label class="button">
                <input type="file" multiple {..folders()} class="visually-hidden" data-testid="pick-folder" on:change=move |event| take_picked(state, &event)/>
                {ui.choose_folder}
            </label>
            <button type="button" class="button" data-testid="try-sample" on:click=move |_| state.open(intake::sample())>
                {ui.try_sample}
            </button>
            <span class="soft">{ui.paste_hint}</span>
        </p>
    }
}

/// Reads what was chosen in a file picker.
pub(crate) fn take_picked(state: State, event: &Event) {
    let Some(input) = event
        .target()
        .and_then(|it| it.dyn_into::<HtmlInputElement>().ok())
    else {
        return;
    };
    if let Some(list) = input.files() {
        state.open(intake::picked(&list));
    }
    // The same file chosen again must count as chosen again.
    input.set_value("");
}

/// Makes a file picker one of folders; the view macro does not know the attribute.
fn folders() -> impl Attribute {
    custom_attribute("webkitdirectory", "")
}
