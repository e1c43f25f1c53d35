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

/// Something to be told that is no trouble, and what can be done about it.
struct Notice {
    name: &'static str,
    text: &'static str,
    /// The way on, if there is one.
    act: Option<Act>,
    /// The way out.
    end: Act,
}

/// A button.
struct Act {
    label: &'static str,
    act: fn(State),
}

/// One at a time: the newest is the one to be answered.
fn notice(state: State) -> Option<Notice> {
    let ui = state.ui();
    let notice = |name, text, label, act: fn(State)| Notice {
        name,
        text,
        act: None,
        end: Act { label, act },
    };
    if state.offered.get() {
        let take = Act {
            label: ui.take_offer,
            act: |it| it.take_offer(),
        };
        return Some(Notice {
            act: Some(take),
            ..notice("offered", ui.offered, ui.dismiss, |it| {
                _ = it.withdraw_offer()
            })
        });
    }
    if state.collecting.get() {
        let cancel = |it: State| _ = it.next_intake();
        return Some(notice("collecting", ui.collecting, ui.cancel, cancel));
    }
    if state.nothing_dropped.get() {
        let dismiss = |it: State| it.nothing_dropped.set(false);
        return Some(notice("nothing", ui.nothing_dropped, ui.dismiss, dismiss));
    }
    let close = |it: State| it.close();
    let is_cancelled = state.stopped() == Some(Stopped::Cancelled);
    is_cancelled.then(|| notice("cancelled", ui.cancelled, ui.close_bundle, close))
}

#[component]
fn Notices() -> impl IntoView {
    let state = State::get();
    move || {
        let Notice {
            name,
            text,
            end,
            act,
        } = notice(state)?;
        let button = |Act { label, act }: Act, part: &str| {
            view! {
                <button type="button" data-testid=format!("{name}-{part}") on:click=move |_| act(state)>{label}</button>
            }
        };
        Some(view! {
            <div class="banner" data-testid=name>
                <p>{text}</p>
                {act.map(|act| button(act, "act"))}
                {button(end, "end")}
            </div>
        })
    }
}
