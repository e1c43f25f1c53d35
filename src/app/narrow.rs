//! A bundle that is read in part: because it is too large, or because somebody wants no more. Says
//! what was left out, and offers what else could be.

use crate::app::state::State;
use leptos::prelude::*;
use logintrace::protocol::{Part, Seen, SeenPart};
use logintrace::scope::Scope;
use logintrace::view::narrow::{Choice, of_sources};
use logintrace::view::time::{offset_name, range};
use logintrace::words::ui_sentences;
use std::sync::Arc;

#[component]
pub(crate) fn Narrow() -> impl IntoView {
    let state = State::get();
    let part = Memo::new(move |_| state.summary.with(|it| it.as_ref()?.part.clone()));
    let is_too_large = Memo::new(move |_| state.is_too_large());
    move || {
        let is_too_large = is_too_large.get();
        let part = part.get().unwrap_or_default();
        let is_shown = is_too_large || !part.scope.is_whole();
        is_shown.then(|| view! { <Panel part is_too_large/> })
    }
}

#[component]
fn Panel(part: Part, is_too_large: bool) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let seen = state.seen.get_untracked().unwrap_or_else(|| {
        let bundle = state.bundle.get_untracked();
        Arc::new(bundle.map_or_else(Seen::default, |it| of_sources(&it.sources)))
    });
    let title = if is_too_large {
        ui.too_large
    } else {
        ui.narrowed
    };
    let fact = is_too_large.then(|| stopped(state, &part));
    let scope = part.scope.clone();
    let narrowed = (!scope.is_whole()).then(|| {
        view! {
            <span>{move || narrowed_to(state, &scope)}</span>
            <span class="soft" data-testid="left-out">{ui_sentences::left_out(ui.lang, &part)}</span>
        }
    });
    let everything = narrowed.is_some();
    view! {
        <details class="narrow" class:too-large=is_too_large open=is_too_large data-testid="narrow">
            <summary>
                <strong>{title}</strong>
                <span>{fact}</span>
                {narrowed}
            </summary>
            <Choices seen everything/>
        </details>
    }
}

/// What is left of the bundle where reading stopped.
fn stopped(state: State, part: &Part) -> String {
    let ui = state.ui();
    if part.stopped.is_none() {
        return ui.lost.to_owned();
    }
    let limit = state
        .progress
        .with_untracked(|it| it.as_ref().map(|it| it.memory_limit));
    ui_sentences::stopped_full(ui.lang, limit.unwrap_or_default(), part.unread)
}

fn narrowed_to(state: State, scope: &Scope) -> String {
    let window = scope.window.map(|window| {
        let ends = [window.from, window.until].map(|at| (at, state.offset_at(at)));
        format!("{} {}", range(ends[0], ends[1]), offset_name(ends[0].1))
    });
    ui_sentences::narrowed_to(state.ui().lang, window, scope.without.len())
}

/// What can be left out, and the buttons to do so and to take it back.
#[component]
fn Choices(seen: Arc<Seen>, everything: bool) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let first = seen.span.map_or(0, |(first, _)| first);
    // The fields are not written anew when the zone changes: somebody may be typing in them.
    let offset = untrack(|| state.offset_at(first));
    let before = state.route.with_untracked(|route| route.scope.clone());
    let choice = RwSignal::new(Choice::of(&before, &seen, offset));
    let scope = {
        let seen = seen.clone();
        Memo::new(move |_| choice.with(|choice| choice.scope(&seen, offset)))
    };
    let is_news = {
        let before = before.clone();
        Memo::new(move |_| scope.with(|scope| scope.as_ref().is_some_and(|it| *it != before)))
    };
    let problem = move || match (scope.with(Option::is_some), is_news.get()) {
        (false, _) => Some(ui.no_such_time),
        (true, false) => Some(ui.nothing_chosen),
        (true, true) => None,
    };
    let read = move |_| {
        if let Some(scope) = scope.get_untracked() {
            state.route.update(|route| route.scope = scope);
        }
    };
    let read_all = move |_| state.route.update(|route| route.scope = Scope::default());
    view! {
        <div class="narrow-choices">
            <p class="soft">{ui.too_large_next}</p>
            <TimeFields choice seen=seen.clone() offset/>
            <Parts title=ui.narrow_by_node parts=seen.nodes.clone() choice/>
            <Parts title=ui.narrow_by_file parts=seen.members.clone() choice/>
            <div class="narrow-actions">
                <button type="button" class="button button-main" data-testid="read-narrowed"
                    disabled=move || !is_news.get() on:click=read>{ui.read_narrowed}</button>
                {everything.then(|| view! {
                    <button type="button" class="button" data-testid="read-all" on:click=read_all>{ui.read_all}</button>
                })}
                <button type="button" class="button" on:click=move |_| state.close()>{ui.close_bundle}</button>
                <span class="soft" role="status">{problem}</span>
            </div>
        </div>
    }
}

#[component]
fn TimeFields(choice: RwSignal<Choice>, seen: Arc<Seen>, offset: i32) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let field = move |of: fn(&mut Choice) -> &mut String, name: &'static str, id: &'static str| {
        let value = choice.with_untracked(|choice| of(&mut choice.clone()).clone());
        let typed = move |event| {
            let text = event_target_value(&event);
            choice.update(|choice| *of(choice) = text);
        };
        view! {
            <label for=id>{name}</label>
            <input type="datetime-local" step="1" id=id data-testid=id prop:value=value on:input=typed/>
        }
    };
    let fields = seen.span.is_some().then(|| {
        view! {
            <div class="narrow-time">
                {field(|choice| &mut choice.from, ui.narrow_from, "narrow-from")}
                {field(|choice| &mut choice.until, ui.narrow_until, "narrow-until")}
            </div>
        }
    });
    let undated = seen.span.is_none().then_some(ui.nothing_dated);
    view! {
        <fieldset>
            <legend>{ui.narrow_by_time}" "<span class="soft">{offset_name(offset)}</span></legend>
            {fields}
            <p class="soft">{undated}</p>
        </fieldset>
    }
}

#[component]
fn Parts(title: &'static str, parts: Vec<SeenPart>, choice: RwSignal<Choice>) -> impl IntoView {
    let ui = State::get().ui();
    if parts.is_empty() {
        return view! { <span></span> }.into_any();
    }
    let one = move |part: SeenPart| {
        let size = ui_sentences::seen_part(ui.lang, &part);
        let (name, whole) = (part.name.clone(), part.name.clone());
        let base = name.rsplit('/').next().unwrap_or_default().to_owned();
        let around = (base.len() < name.len()).then(|| name.clone());
        let part = StoredValue::new(part);
        let checked = move || choice.with(|choice| part.with_value(|part| choice.leaves_out(part)));
        let toggle = move |_| choice.update(|choice| part.with_value(|part| choice.toggle(part)));
        view! {
            <label class="narrow-part" data-testid="narrow-part">
                <input type="checkbox" prop:checked=checked on:change=toggle/>
                <span class="narrow-name" title=whole>
                    {base}" "{around.map(|it| view! { <span class="soft">{it}</span> })}
                </span>
                <span class="narrow-size">{size}</span>
            </label>
        }
    };
    view! {
        <fieldset>
            <legend>{title}</legend>
            {parts.into_iter().map(one).collect_view()}
        </fieldset>
    }
    .into_any()
}
