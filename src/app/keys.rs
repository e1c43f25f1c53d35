//! The keyboard.

use crate::app::browser;
use crate::app::ladder_row::row_id;
use crate::app::state::State;
use crate::app::widgets::hide;
use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use gloo::utils::{document, window};
use leptos::prelude::*;
use logintrace::view::keys::{Command, Focus, command};
use logintrace::view::ladder::{next_problem, previous_problem};
use logintrace::view::route::{Selected, Tab};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// Id of the search field.
pub(crate) const SEARCH_ID: &str = "search";

/// Id of the detail pane.
pub(crate) const DETAIL_ID: &str = "detail";

/// Listens for as long as the page lives.
pub(crate) fn listen(state: State) {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), "keydown", options, move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        if key.ctrl_key() || key.alt_key() || key.meta_key() || key.is_composing() {
            return;
        }
        if command(&key.key(), focus(state)).is_some_and(|command| obey(state, command)) {
            event.prevent_default();
        }
    })
    .forget();
}

/// Inputs that no letter can be typed into.
const NO_TEXT: [&str; 4] = ["file", "checkbox", "radio", "button"];

/// Where the keyboard is.
fn focus(state: State) -> Focus {
    let Some(element) = document().active_element() else {
        return Focus::Page;
    };
    let kind = element.get_attribute("type").unwrap_or_default();
    match element.tag_name().as_str() {
        "INPUT" if NO_TEXT.contains(&kind.as_str()) => Focus::Control,
        "INPUT" | "TEXTAREA" | "SELECT" => Focus::Field,
        // In the list j and k choose, and Enter goes on to what they chose, wherever it was clicked before.
        "BUTTON"
            if element.has_attribute("data-sign-in")
                && state.sign_in.with_untracked(Option::is_some) =>
        {
            Focus::Page
        }
        "BUTTON" | "A" | "SUMMARY" => Focus::Control,
        _ if element.has_attribute("tabindex") => Focus::Scroller,
        _ => Focus::Page,
    }
}

/// Whether there was something to do.
fn obey(state: State, command: Command) -> bool {
    let is_on_flow = state.route.with_untracked(|route| route.tab == Tab::Flow);
    match command {
        Command::NextSignIn
        | Command::PreviousSignIn
        | Command::NextRow
        | Command::PreviousRow
        | Command::NextProblem
        | Command::PreviousProblem
            if !is_on_flow =>
        {
            false
        }
        Command::NextSignIn => step_sign_in(state, 1),
        Command::PreviousSignIn => step_sign_in(state, -1),
        Command::NextRow => step_row(state, 1),
        Command::PreviousRow => step_row(state, -1),
        Command::NextProblem => to_problem(state, next_problem),
        Command::PreviousProblem => to_problem(state, previous_problem),
        Command::OpenEvidence => {
            browser::focus(DETAIL_ID);
            true
        }
        Command::TimeMode => {
            state
                .route
                .update(|route| route.time_mode = route.time_mode.next());
            true
        }
        Command::Zone => {
            state.route.update(|route| route.zone = route.zone.next());
            true
        }
        Command::Offsets => {
            if state.any_offset.get_untracked() {
                state.toggle_offsets();
            }
            true
        }
        Command::Search => {
            browser::focus(SEARCH_ID);
            true
        }
        Command::Help => {
            state.help_open.update(|open| *open = !*open);
            true
        }
        Command::Back => back(state),
    }
}

fn step_sign_in(state: State, by: isize) -> bool {
    let visible = state.visible.get_untracked();
    let rows = state.sign_ins.get_untracked();
    let present = state.sign_in.get_untracked();
    let at = visible.iter().position(|&row| {
        rows.get(row as usize)
            .is_some_and(|row| Some(&row.id) == present.as_ref())
    });
    let wanted = at.map_or(Some(0), |at| at.checked_add_signed(by));
    let row = wanted.and_then(|at| rows.get(*visible.get(at)? as usize));
    if let Some(row) = row {
        state.choose_sign_in(row.id.clone());
    }
    true
}

fn step_row(state: State, by: isize) -> bool {
    let Some(shown) = state.shown.get_untracked() else {
        return false;
    };
    let at = row_of(state).map_or(Some(0), |at| at.checked_add_signed(by));
    if let Some(at) = at.filter(|&at| at < shown.rows.len()) {
        go_to(state, at);
    }
    true
}

fn to_problem(
    state: State,
    find: fn(&[logintrace::protocol::Row], Option<usize>) -> Option<usize>,
) -> bool {
    let Some(shown) = state.shown.get_untracked() else {
        return false;
    };
    if let Some(at) = find(&shown.rows, row_of(state)) {
        go_to(state, at);
    }
    true
}

/// The row selected, 0-based.
fn row_of(state: State) -> Option<usize> {
    match state.selected.get_untracked()? {
        Selected::Row(row) => Some(row as usize),
        Selected::Finding(_) => None,
    }
}

/// Selects a row and takes the keyboard there, once it is drawn.
pub(crate) fn go_to(state: State, row: usize) {
    let Ok(position) = u32::try_from(row) else {
        return;
    };
    state.select(Selected::Row(position));
    Timeout::new(0, move || browser::focus(&row_id(row))).forget();
}

/// Leaves what is open: an explanation, help, a field, the evidence.
fn back(state: State) -> bool {
    if state.hint.with_untracked(Option::is_some) {
        hide(state);
        return true;
    }
    if state.help_open.get_untracked() {
        state.help_open.set(false);
        return true;
    }
    match (focus(state), row_of(state)) {
        (Focus::Scroller, Some(row)) => browser::focus(&row_id(row)),
        _ => {
            let active = document().active_element();
            if let Some(active) = active.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                active.blur().ok();
            }
        }
    }
    true
}
