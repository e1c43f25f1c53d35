//! A list of any length of which only the rows in sight are drawn.

use crate::app::browser::window_height;
use gloo::events::EventListener;
use gloo::utils::window;
use leptos::html::Div;
use leptos::prelude::*;
use logintrace::view::window::{Scrolled, Window};

/// Rows of one height.
#[component]
pub(crate) fn VirtualList<F, V>(
    /// Number of rows.
    #[prop(into)]
    rows: Signal<usize>,
    /// Height of a row, CSS px, as the style sheet has it.
    row_height: f64,
    /// The row to keep in sight, 0-based; scrolled to when it changes.
    #[prop(into)]
    reveal: Signal<Option<usize>>,
    /// Draws a row; tracked.
    row: F,
    /// What the list is called.
    #[prop(into)]
    label: String,
) -> impl IntoView
where
    F: Fn(usize) -> V + Send + Sync + 'static,
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
    Effect::new(move |_| reveal_row(list, reveal.get()?, row_height, rows.get_untracked()));
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
                    {move || {
                        let Window { first, end, .. } = window.get();
                        (first..end)
                            .map(|at| {
                                view! {
                                    <li aria-posinset=at + 1 aria-setsize=move || rows.get()>{row(at)}</li>
                                }
                            })
                            .collect_view()
                    }}
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

fn reveal_row(list: NodeRef<Div>, row: usize, row_height: f64, rows: usize) -> Option<()> {
    let list = list.get()?;
    let scrolled = Scrolled {
        rows,
        row_height,
        top: f64::from(list.scroll_top()),
        height: f64::from(list.client_height()),
    };
    if let Some(top) = scrolled.reveal(row) {
        list.set_scroll_top(top as i32);
    }
    Some(())
}
