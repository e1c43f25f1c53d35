//! Drawing in turns: what is much to draw waits until it is due, and between two frames only so much
//! is. Together it would keep the page from answering, however little each of it is: several replies
//! of the worker may come between two frames, and the browser lays out all they changed at once.

use crate::app::browser;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use std::cell::RefCell;
use std::collections::VecDeque;

/// Nothing more is drawn before the next frame once drawing took this long, ms: laying it out and
/// painting it takes the browser two to three times as long again.
const ENOUGH_MS: f64 = 4.0;

/// What waits for its turn, first come, first served. The page has one thread, and draws nowhere else.
#[derive(Default)]
struct Waiting {
    draws: VecDeque<Box<dyn FnOnce()>>,
    /// What can wait until nothing is left to be drawn.
    leftovers: VecDeque<Box<dyn FnOnce()>>,
    /// Whether somebody works through them.
    is_served: bool,
}

thread_local! {
    static WAITING: RefCell<Waiting> = RefCell::default();
}

/// Does something when it is its turn: sets a signal that something to draw follows.
pub(crate) fn in_turn(draw: impl FnOnce() + 'static) {
    let is_first = WAITING.with_borrow_mut(|waiting| {
        waiting.draws.push_back(Box::new(draw));
        waiting.draws.len() == 1
    });
    if is_first {
        browser::note_drawing(true);
    }
    see_to_it();
}

/// Does something, a little at a time, once nothing is left to be drawn.
pub(crate) fn when_idle(act: impl FnOnce() + 'static) {
    WAITING.with_borrow_mut(|waiting| waiting.leftovers.push_back(Box::new(act)));
    see_to_it();
}

fn see_to_it() {
    let is_served =
        WAITING.with_borrow_mut(|waiting| std::mem::replace(&mut waiting.is_served, true));
    if !is_served {
        spawn_local(serve());
    }
}

/// Whether it is one's turn yet. Whoever is gone by then is passed over.
pub(crate) fn turn() -> ReadSignal<bool> {
    let due = RwSignal::new(false);
    in_turn(move || {
        due.try_set(true);
    });
    due.read_only()
}

/// What `wanted` was when it last had its turn, before the first one `drawn`. What is drawn from this
/// stands until what comes in its place is due.
pub(crate) fn when_due<T>(wanted: Memo<T>, drawn: Option<T>) -> ReadSignal<Option<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let shown = RwSignal::new(drawn);
    Effect::new(move |_| {
        wanted.track();
        in_turn(move || {
            let wanted = wanted.try_get_untracked();
            if shown.try_with_untracked(|shown| *shown != wanted) == Some(true) {
                shown.try_set(wanted);
            }
        });
    });
    shown.read_only()
}

/// Draws its children when it is their turn.
#[component]
pub(crate) fn InTurn(children: ChildrenFn) -> impl IntoView {
    let due = turn();
    move || due.get().then(|| children())
}

/// Does something once the next frame has been drawn: what is asked of the browser's layout then
/// costs nothing, it is done.
pub(crate) fn after_frame(act: impl FnOnce() + 'static) {
    spawn_local(async {
        browser::frame().await;
        act();
    });
}

/// Works through what waits, a little after each frame.
async fn serve() {
    loop {
        browser::frame().await;
        let start = browser::now();
        while let Some(act) = next() {
            act();
            // The effects that follow run now.
            tick().await;
            if browser::now() - start > ENOUGH_MS {
                break;
            }
        }
        let (is_drawn, is_done) = rest();
        if is_drawn {
            browser::note_drawing(false);
        }
        if is_done {
            return;
        }
    }
}

fn next() -> Option<Box<dyn FnOnce()>> {
    WAITING.with_borrow_mut(|waiting| {
        let draw = waiting.draws.pop_front();
        draw.or_else(|| waiting.leftovers.pop_front())
    })
}

/// Whether all is drawn, and whether nothing is left at all: then nobody works through it any more.
fn rest() -> (bool, bool) {
    WAITING.with_borrow_mut(|waiting| {
        let is_drawn = waiting.draws.is_empty();
        waiting.is_served = !is_drawn || !waiting.leftovers.is_empty();
        (is_drawn, !waiting.is_served)
    })
}
