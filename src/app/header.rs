//! The top of the page: what is open, search, zone, language, theme, export, help.

use crate::app::browser;
use crate::app::keys::SEARCH_ID;
use crate::app::state::{State, Theme};
use crate::app::welcome::take_picked;
use crate::app::widgets::InTurn;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use logintrace::protocol::{ExportFormat, Request, Times};
use logintrace::view::quantity::{bytes, count};
use logintrace::view::route::Tab;
use logintrace::view::time::{Zone, offset_name};
use logintrace::words::{Lang, ui_sentences};

/// A search is sent when nobody typed for this long, ms.
const TYPING_MS: u32 = 250;

#[component]
pub(crate) fn Header() -> impl IntoView {
    let state = State::get();
    let open = move || state.bundle.with(Option::is_some);
    view! {
        <header class="top">
            <h1 class="name">"Logintrace"</h1>
            <Show when=open>
                <InTurn><BundleName/><OpenAnother/><Tabs/></InTurn>
                <InTurn><FindField/><ZoneSwitch/><OffsetSwitch/></InTurn>
                <InTurn><Exports/></InTurn>
            </Show>
            <span class="stretch"></span>
            <Preferences/>
        </header>
    }
}

#[component]
fn BundleName() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let name = move || state.bundle.get().map(|bundle| bundle.name.clone());
    let size = move || {
        state.bundle.with(|it| {
            let sources = &it.as_ref()?.sources;
            Some(bytes(sources.iter().map(|it| it.size).sum()))
        })
    };
    let files = move || {
        state
            .summary
            .with(|it| Some(ui_sentences::files(ui.lang, u64::from(it.as_ref()?.files))))
    };
    view! {
        <p class="bundle" title=name>
            <strong>{name}</strong>
            <span>{size}</span>
            <span class="wide">{files}</span>
        </p>
    }
}

/// Another drop replaces the bundle; this does for those who cannot drop.
#[component]
fn OpenAnother() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    view! {
        <label class="quiet picker" title=ui.open_another_label>
            <input
                type="file"
                multiple
                class="visually-hidden"
                aria-label=ui.open_another_label
                on:change=move |event| take_picked(state, &event)
            />
            {ui.open_another}
        </label>
    }
}

#[component]
fn Tabs() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let go = move |tab| move |_| state.route.update(|route| route.tab = tab);
    let current = move |tab| move || state.route.with(|route| route.tab == tab).then_some("page");
    let problems = move || {
        state
            .summary
            .with(|it| it.as_ref().map_or(0, |it| it.problems))
    };
    view! {
        <nav class="tabs">
            <button type="button" data-testid="tab-flow" aria-current=current(Tab::Flow) on:click=go(Tab::Flow)>
                {ui.tab_flow}
                <span class="count">{move || count(state.sign_ins.with(|it| it.len()) as u64)}</span>
            </button>
            <button type="button" data-testid="tab-files" aria-current=current(Tab::Files) on:click=go(Tab::Files)>
                {ui.tab_files}
                <Show when=move || problems() != 0>
                    <span class="count count-bad">{move || count(u64::from(problems()))}</span>
                </Show>
            </button>
            <button type="button" data-testid="tab-latency" aria-current=current(Tab::Latency) on:click=go(Tab::Latency)>
                {ui.tab_latency}
            </button>
        </nav>
    }
}

#[component]
fn FindField() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let typing = StoredValue::new_local(None::<Timeout>);
    let look = move |event| {
        let pattern = event_target_value(&event);
        let look = move || state.route.update(|route| route.search = pattern);
        typing.set_value(Some(Timeout::new(TYPING_MS, look)));
    };
    // Not at each change of the address: what is being typed would be taken back.
    let pattern = Memo::new(move |_| state.route.with(|route| route.search.clone()));
    view! {
        <input
            id=SEARCH_ID
            class="find"
            type="search"
            placeholder=ui.find
            aria-label=ui.find_label
            title=ui.find
            prop:value=pattern
            on:input=look
        />
    }
}

#[component]
fn ZoneSwitch() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let shown = move || {
        let at = state.shown.with(|it| it.as_ref()?.sign_in.started);
        let at = at
            .or_else(|| state.sign_ins.with(|rows| rows.get(0)?.started))
            .unwrap_or_default();
        let name = offset_name(state.offset_at(at));
        match state.route.with(|route| route.zone) {
            Zone::Utc => ui.zone_utc.to_owned(),
            Zone::Local => format!("{} {name}", ui.zone_local),
            Zone::Bundle if state.bundle_offset.get().is_none() => ui.zone_utc.to_owned(),
            Zone::Bundle => format!("{} {name}", ui.zone_bundle),
        }
    };
    let next = move |_| state.route.update(|route| route.zone = route.zone.next());
    view! {
        <button type="button" class="quiet zone" title=format!("{} (z)", ui.time_zone) on:click=next>
            <span class="visually-hidden">{ui.time_zone}" "</span>
            {shown}
        </button>
    }
}

/// Whether clock offsets are applied: always in sight, and a click away from the other.
#[component]
pub(crate) fn OffsetSwitch() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let applied = move || state.times.get() == Times::OnReference;
    let text = move || match applied() {
        true => ui.times_applied,
        false => ui.times_as_printed,
    };
    let title = move || match applied() {
        true => ui.undo_offsets_long,
        false => ui.apply_offsets_long,
    };
    view! {
        <Show when=move || applied() || state.any_offset.get()>
            <button
                type="button"
                class="quiet"
                class:applied=applied
                data-testid="offsets"
                aria-pressed=move || applied().to_string()
                aria-label=move || if applied() { ui.times_applied } else { ui.apply_offsets }
                title=title
                on:click=move |_| state.toggle_offsets()
            >{text}</button>
        </Show>
    }
}

#[component]
fn Exports() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let disabled = move || state.summary.with(Option::is_none);
    view! {
        <span class="exports">
            <span class="wide">{ui.export}</span>
            <button
                type="button"
                class="quiet"
                data-testid="export-json"
                aria-label=ui.export_json_label
                title=ui.export_json_label
                disabled=disabled
                on:click=move |_| export(state, ExportFormat::Json, None)
            >{ui.export_json}</button>
            <button
                type="button"
                class="quiet"
                data-testid="export-text"
                aria-label=ui.export_text_label
                title=ui.export_text_label
                disabled=disabled
                on:click=move |_| export(state, ExportFormat::Text, None)
            >{ui.export_text}</button>
        </span>
    }
}

/// Asks for the report of the bundle as a file, or of one sign-in for the clipboard.
pub(crate) fn export(state: State, format: ExportFormat, sign_in: Option<String>) {
    let question = state.next_question();
    let to_clipboard = sign_in.is_some();
    state.quiet.update_value(|quiet| {
        quiet.exports.push((question, to_clipboard));
    });
    state.send(&Request::Export {
        question,
        format,
        sign_in,
    });
}

#[component]
fn Preferences() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let other = match ui.lang {
        Lang::En => Lang::Zh,
        Lang::Zh => Lang::En,
    };
    let theme = move || match state.theme.get() {
        Theme::Auto => ui.theme_auto,
        Theme::Light => ui.theme_light,
        Theme::Dark => ui.theme_dark,
    };
    let next_theme = move |_| {
        state.theme.update(|theme| {
            *theme = match theme {
                Theme::Auto => Theme::Light,
                Theme::Light => Theme::Dark,
                Theme::Dark => Theme::Auto,
            }
        });
    };
    view! {
        <Show when=|| !browser::is_single_file()>
            <a class="quiet" href="logintrace.html" download="logintrace.html" data-testid="download-app" title=ui.download_app>
                {ui.download_short}
            </a>
        </Show>
        <button type="button" class="quiet" data-testid="lang" title=ui.language_label aria-label=ui.language_label
            on:click=move |_| state.set_language(other)>{ui.language}</button>
        <button type="button" class="quiet theme" data-testid="theme" title=theme aria-label=theme on:click=next_theme>
            <ThemeSign/>
        </button>
        <button type="button" class="quiet" data-testid="help" title=format!("{} (?)", ui.help) aria-label=ui.help
            aria-expanded=move || state.help_open.get().to_string()
            on:click=move |_| state.help_open.update(|open| *open = !*open)>"?"</button>
    }
}

/// A disc: half for as the system, ring for light, full for dark.
#[component]
fn ThemeSign() -> impl IntoView {
    let state = State::get();
    let path = move || match state.theme.get() {
        Theme::Auto => "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12M8 2a6 6 0 0 1 0 12z",
        Theme::Light => "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12",
        Theme::Dark => "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12M8 2a6 6 0 0 1 0 12a6 6 0 0 1 0-12z",
    };
    view! { <svg class="sign" viewBox="0 0 16 16" aria-hidden="true"><path d=path></path></svg> }
}
