//! The list of sign-ins.

use crate::app::state::State;
use crate::app::widgets::{InTurn, Shape, VirtualList};
use leptos::prelude::*;
use logintrace::flow::Outcome;
use logintrace::protocol::SignInRow;
use logintrace::view::mark::{Mark, OUTCOMES, outcome_slug};
use logintrace::view::quantity::count;
use logintrace::view::time::{date, date_time, duration, range, time_of_day};
use logintrace::words::{ui_flow, ui_sentences};

/// Height of a row, CSS px; `--row-sign-in` in the style sheet.
const ROW_HEIGHT: f64 = 48.0;

/// A sign-in, and where in the list it stood when it was brought into sight.
type Revealed = (Option<String>, Option<usize>);

#[component]
pub(crate) fn SignIns() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let position = Memo::new(move |_| {
        let id = state.sign_in.get()?;
        state.sign_ins.with(|rows| {
            let visible = state.visible.get();
            visible
                .iter()
                .position(|&row| rows.get(row as usize).is_some_and(|it| it.id == id))
        })
    });
    // Whoever scrolls is not brought back because the list grew: only what is chosen anew is shown.
    let reveal = Memo::new(move |before: Option<&Revealed>| {
        let (id, at) = (state.sign_in.get(), position.get());
        match before {
            Some((same, seen @ Some(_))) if *same == id && at.is_some() => (id, *seen),
            _ => (id, at),
        }
    });
    // The one row that Tab stops at; j and k go to the others.
    let tab_stop = Memo::new(move |_| match position.get() {
        Some(_) => state.sign_in.get(),
        None => {
            let first = state.visible.with(|visible| visible.first().copied())?;
            state
                .sign_ins
                .with(|rows| Some(rows.get(first as usize)?.id.clone()))
        }
    });
    let one_day = Memo::new(move |_| is_one_day(state));
    let item = move |at: usize| {
        let row = state.visible.with(|visible| visible.get(at).copied())?;
        state.sign_ins.with(|rows| rows.get(row as usize).cloned())
    };
    view! {
        <nav class="sign-ins" aria-label=ui.sign_ins>
            <Chips/>
            <FilterField/>
            <Narrowed/>
            <InTurn>
                <VirtualList
                    rows=Signal::derive(move || state.visible.with(|it| it.len()))
                    row_height=ROW_HEIGHT
                    reveal=Signal::derive(move || reveal.with(|(_, at)| *at))
                    item
                    draw=move |row| view! { <SignInItem row one_day tab_stop/> }
                    label=ui.sign_ins
                />
            </InTurn>
            <Memory/>
        </nav>
    }
}

/// How much memory the bundle takes: small, and always in sight.
#[component]
fn Memory() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    move || {
        let (used, limit) = state
            .progress
            .with(|it| it.as_ref().map(|it| (it.memory, it.memory_limit)))?;
        let title = ui_sentences::memory_limit(ui.lang, limit);
        Some(view! {
            <p class="memory" data-testid="memory" title=title>{ui_sentences::memory(ui.lang, used)}</p>
        })
    }
}

/// The list is in order of start, so its ends decide.
fn is_one_day(state: State) -> bool {
    let ends = state.sign_ins.with(|rows| {
        let first = rows.iter().find_map(|row| row.started)?;
        let last = rows.iter().rev().find_map(|row| row.started)?;
        Some([first, last])
    });
    ends.is_some_and(|[first, last]| {
        date(first, state.offset_at(first)) == date(last, state.offset_at(last))
    })
}

#[component]
fn Chips() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let counts = Memo::new(move |_| state.sign_ins.with(|rows| rows.outcomes()));
    let chip = move |(position, outcome): (usize, Outcome)| {
        let pressed = move || {
            state
                .route
                .with(|route| route.filter.outcomes.contains(&outcome))
        };
        let number = move || counts.get()[position];
        view! {
            <button
                type="button"
                class="chip"
                data-outcome=outcome_slug(outcome)
                aria-pressed=move || pressed().to_string()
                disabled=move || number() == 0 && !pressed()
                on:click=move |_| state.route.update(|route| route.filter.toggle(outcome))
            >
                <Shape mark=Mark::from(outcome)/>
                {ui_flow::outcome(ui.lang, outcome)}
                <span class="count">{move || count(u64::from(number()))}</span>
            </button>
        }
    };
    view! { <div class="chips">{OUTCOMES.into_iter().enumerate().map(chip).collect_view()}</div> }
}

#[component]
fn FilterField() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    view! {
        <input
            class="filter"
            type="search"
            placeholder=ui.filter
            aria-label=ui.filter_label
            prop:value=move || state.route.with(|route| route.filter.text.clone())
            on:input=move |event| {
                let text = event_target_value(&event);
                state.route.update(|route| route.filter.text = text);
            }
        />
    }
}

/// How many are shown, and why not all; with a way back.
#[component]
fn Narrowed() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let searched = move || {
        let search = state.search.get()?;
        Some(match search.found {
            None => format!("{} …", search.pattern),
            Some(Ok(ids)) => {
                let found = ui_sentences::found(ui.lang, ids.len(), &search.pattern);
                match search.unread {
                    0 => found,
                    n => format!("{found}. {}", ui_sentences::not_looked_into(ui.lang, n)),
                }
            }
            Some(Err(why)) => format!("{} {why}", ui.bad_pattern),
        })
    };
    let is_narrowed = move || {
        state.search.with(Option::is_some) || state.route.with(|route| !route.filter.is_open())
    };
    let window = move || {
        let (from, until) = state.route.with(|route| route.filter.window)?;
        Some(range(
            (from, state.offset_at(from)),
            (until, state.offset_at(until)),
        ))
    };
    let number = move || {
        let (shown, all) = (
            state.visible.with(|it| it.len()),
            state.sign_ins.with(|it| it.len()),
        );
        ui_sentences::shown_of(ui.lang, shown, all)
    };
    let clear = move |_| {
        state.route.update(|route| {
            route.filter = Default::default();
            route.search.clear();
        });
    };
    view! {
        <Show when=is_narrowed>
            <div class="narrowed" role="status">
                <p>{searched}</p>
                <p data-testid="window">{window}</p>
                <p>{number}" "<button type="button" class="quiet" on:click=clear>{ui.clear}</button></p>
            </div>
        </Show>
    }
}

#[component]
fn SignInItem(
    row: SignInRow,
    /// Whether all sign-ins started on one day: then it is not repeated.
    one_day: Memo<bool>,
    tab_stop: Memo<Option<String>>,
) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let id = row.id.clone();
    let chosen = {
        let id = id.clone();
        move || {
            state
                .sign_in
                .with(|shown| shown.as_deref() == Some(&id))
                .then_some("true")
        }
    };
    let tabindex = {
        let id = id.clone();
        move || match tab_stop.with(|stop| stop.as_deref() == Some(&id)) {
            true => "0",
            false => "-1",
        }
    };
    let started = row.started;
    let when = move || {
        started.map(|at| match one_day.get() {
            true => time_of_day(at, state.offset_at(at), false),
            false => date_time(at, state.offset_at(at)),
        })
    };
    let agent = if row.agent.is_empty() {
        ui.unknown_agent.to_owned()
    } else {
        row.agent.clone()
    };
    let went = match row.stopped_at {
        Some(step) => format!(
            "{} · {}",
            ui_flow::outcome(ui.lang, row.outcome),
            ui_flow::step(ui.lang, step)
        ),
        None => ui_flow::outcome(ui.lang, row.outcome).to_owned(),
    };
    let choose = {
        let id = id.clone();
        move |_| state.choose_sign_in(id.clone())
    };
    view! {
        <button
            type="button"
            class="sign-in"
            data-testid="sign-in-row"
            data-sign-in=id
            data-outcome=outcome_slug(row.outcome)
            aria-current=chosen
            tabindex=tabindex
            aria-label=ui_sentences::sign_in(ui.lang, &row)
            title=row.verdict.clone()
            on:click=choose
        >
            <Shape mark=Mark::from(row.outcome)/>
            <span class="sign-in-line">
                <strong>{agent}</strong>
                {row.extension.clone().map(|it| view! { <span class="extension">{ui.extension}" "{it}</span> })}
                {row.login_name.clone().map(|name| view! { <span class="login-name">{name}</span> })}
                <span class="took">
                    {row.slow.then(|| view! { <Shape mark=Mark::Slow/> })}
                    {row.duration_ms.map(duration)}
                </span>
            </span>
            <span class="sign-in-line small">
                <span class="went">{went}</span>
                <time class="when">{when}</time>
            </span>
        </button>
    }
}
