//! A button that copies a text and says for a moment whether it did.

use crate::app::browser;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// How long the answer stays, ms.
const ANSWER_MS: u32 = 1_600;

/// What the button says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CopyTexts {
    /// Before.
    pub(crate) copy: &'static str,
    /// When it worked.
    pub(crate) copied: &'static str,
    /// When the browser did not allow it.
    pub(crate) refused: &'static str,
}

#[component]
pub(crate) fn CopyButton(
    /// What it copies.
    #[prop(into)]
    text: Signal<String>,
    texts: CopyTexts,
    /// What a screen reader says.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let answer = RwSignal::new(None::<bool>);
    let copy = move |_| {
        browser::copy(&text.get_untracked(), move |done| {
            // The button may be gone by now.
            answer.try_set(Some(done));
            Timeout::new(ANSWER_MS, move || {
                answer.try_set(None);
            })
            .forget();
        });
    };
    view! {
        <button type="button" class="quiet copy" aria-label=label on:click=copy>
            {move || match answer.get() {
                None => texts.copy,
                Some(true) => texts.copied,
                Some(false) => texts.refused,
            }}
        </button>
    }
}
