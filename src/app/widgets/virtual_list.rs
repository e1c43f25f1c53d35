//! A list of any length of which only the rows in sight are drawn, and only those anew that changed.

use crate::app::browser::window_height;
use crate::app::widgets::{after_frame, when_due};
use gloo::events::EventListener;
use gloo::utils::window;
use leptos::html::Div;
use leptos::prelude::*;
use logintrace::view::window::{Scrolled, Window};

/// Rows of one height.
#[component]
pub(crate) fn VirtualList<F, T, D, V>(
    /// Number of rows.
    #[prop(into)]
    rows: Signal<usize>,
    /// Height of a row, CSS px, as the style sheet has it.
    row_height: f64,
    /// The row to keep in sight, 0-based; scrolled to when it changes.
    #[prop(into)]
    reveal: Signal<Option<usize>>,
    /// What a row, 0-based, is about; tracked.
    item: F,
    /// Draws a row.
    draw: D,
    /// What the list is called.
    #[prop(into)]
    label: String,
) -> impl IntoView
where
    F: Fn(usize) -> Option<T> + Clone + Send + Sync + 'static,
    T: Clone + PartialEq + Send + Sync + 'static,
    D: Fn(T) -> V + Clone + Send + 'static,
    V: IntoView + 'static,
{
    let list = NodeRef::<Div>::new();
    let top = RwSignal::new(0.0);
    let height = watch_height();
    let scrolled = move || Scrolled {
        rows: rows.get(),
        row_height,
        top: top.get(),
        height: height.get(),
    };
    let window = Memo::new(move |_| scrolled().window());
    Effect::new(move |_| {
        if let Some(row) = reveal.get() {
            after_frame(move || {
                reveal_row(list, row, row_height, rows);
            });
        }
    });
    let drawn = move || {
        let Window { first, end, .. } = window.get();
        first..end
    };
    let row = move |at: usize| {
        let item = item.clone();
        let shown = when_due(Memo::new(move |_| item(at)), None);
        let draw = draw.clone();
        let drawn = move || shown.get().flatten().map(&draw);
        view! { <li aria-posinset=at + 1 aria-setsize=move || rows.get()>{drawn}</li> }
    };
    let on_scroll = move |_| {
        if let Some(list) = list.get_untracked() {
            top.set(f64::from(list.scroll_top()));
        }
    };
    view! {
        <div class="virtual" node_ref=list on:scroll=on_scroll>
            <div class="virtual-space" style:height=move || format!("{}px", scrolled().total_height())>
                <ul
                    class="virtual-rows"
                    aria-label=label
                    style:transform=move || format!("translateY({}px)", window.get().offset)
                >
                    <For each=drawn key=|at| *at children=row/>
                </ul>
            </div>
        </div>
    }
}

/// Height of the window: never less than that of the list.
fn watch_height() -> RwSignal<f64> {
    let height = RwSignal::new(window_height());
    let resized = EventListener::new(&window(), "resize", move |_| {
        height.try_set(window_height());
    });
    // Ends with the list.
    StoredValue::new_local(resized);
    height
}

/// The list, or its rows, may be gone meanwhile.
fn reveal_row(list: NodeRef<Div>, row: usize, row_height: f64, rows: Signal<usize>) -> Option<()> {
    let list = list.try_get_untracked()??;
    let scrolled = Scrolled {
        rows: rows.try_get_untracked()?,
        row_height,
        top: f64::from(list.scroll_top()),
        height: f64::from(list.client_height()),
    };
    if let Some(top) = scrolled.reveal(row) {
        list.set_scroll_top(top as i32);
    }
    Some(())
}
