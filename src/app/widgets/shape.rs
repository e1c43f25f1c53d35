//! A status shape.

use leptos::prelude::*;
use logintrace::view::mark::Mark;

/// Drawn in the colour of the text around; says nothing to a screen reader, the text beside it does.
#[component]
pub(crate) fn Shape(mark: Mark) -> impl IntoView {
    let filled = if mark.filled() {
        "mark-filled"
    } else {
        "mark-open"
    };
    view! {
        <svg class=format!("mark mark-{} {filled}", mark.name()) viewBox="0 0 12 12" aria-hidden="true">
            <path d=mark.path()></path>
        </svg>
    }
}
