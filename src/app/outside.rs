//! Everything that reaches out of the page's state: the address, the document, and the questions
//! that follow from what is chosen.

use crate::app::browser;
use crate::app::state::{Search, State};
use gloo::events::EventListener;
use gloo::utils::window;
use leptos::prelude::*;
use logintrace::protocol::{EvidenceOf, Request};
use logintrace::view::route::{Route, Selected, Tab};

/// Keeps address, document and worker in step with the state, as long as the page lives.
pub(crate) fn keep(state: State) {
    // Somebody changed the address by hand, or followed a link into this page.
    EventListener::new(&window(), "hashchange", move |_| {
        state.quiet.update_value(|quiet| quiet.followed = true);
        state.route.set(Route::parse(&browser::hash()));
    })
    .forget();
    Effect::new(move |_| browser::set_hash(&state.route.with(|route| route.print())));
    Effect::new(move |_| browser::apply_lang(state.lang.get()));
    Effect::new(move |_| browser::apply_theme(state.theme.get()));
    Effect::new(move |_| browser::set_title(&title(state)));
    Effect::new(move |_| {
        state.times.track();
        state.tell_times();
    });
    let scope = Memo::new(move |_| state.route.with(|route| route.scope.clone()));
    Effect::new(move |_| {
        scope.track();
        state.follow_scope();
    });
    Effect::new(move |_| ask_ladder(state));
    Effect::new(move |_| ask_evidence(state));
    Effect::new(move |_| ask_bundle_evidence(state));
    Effect::new(move |_| ask_strip(state));
    Effect::new(move |_| ask_files(state));
    let pattern = Memo::new(move |_| state.route.with(|route| route.search.trim().to_owned()));
    Effect::new(move |_| ask_search(state, &pattern.get()));
}

fn title(state: State) -> String {
    match state.bundle.get() {
        Some(bundle) => format!("{} – Logintrace", bundle.name),
        None => "Logintrace".to_owned(),
    }
}

/// Again when the list is new, when the bundle is complete, and when the language of the verdict or the clock changes.
fn ask_ladder(state: State) {
    state.times.track();
    state.tell_times();
    state.sign_ins.track();
    state.summary.track();
    state.lang.track();
    let Some(sign_in) = state.sign_in.get() else {
        return;
    };
    let question = state.next_question();
    state.quiet.update_value(|quiet| quiet.ladder = question);
    state.send(&Request::Ladder { question, sign_in });
}

fn ask_evidence(state: State) {
    let (Some(shown), Some(selected)) = (state.shown.get(), state.selected.get()) else {
        return;
    };
    let (records, of) = match selected {
        Selected::Row(row) => (
            shown.rows.get(row as usize).map(|it| it.evidence),
            EvidenceOf::Row(row),
        ),
        Selected::Finding(finding) => (
            shown
                .verdict
                .findings
                .get(finding as usize)
                .map(|it| it.evidence),
            EvidenceOf::Finding(finding),
        ),
    };
    if records.is_none_or(|records| records == 0) {
        return;
    }
    let (question, sign_in) = (state.next_question(), shown.sign_in.id.clone());
    state.quiet.update_value(|quiet| {
        quiet.evidence = Some((question, sign_in.clone(), selected));
    });
    state.send(&Request::Evidence {
        question,
        sign_in,
        of,
    });
}

/// Again when the bundle is complete: its findings are known then.
fn ask_bundle_evidence(state: State) {
    let (Some(finding), true) = (
        state.bundle_finding.get(),
        state.summary.with(Option::is_some),
    ) else {
        return;
    };
    let question = state.next_question();
    state
        .quiet
        .update_value(|quiet| quiet.bundle_evidence = (question, finding));
    state.send(&Request::BundleEvidence { question, finding });
}

/// Whenever the list of sign-ins is new.
fn ask_strip(state: State) {
    if state.sign_ins.with(|rows| rows.is_empty()) {
        return;
    }
    let question = state.next_question();
    state.quiet.update_value(|quiet| quiet.strip = question);
    state.send(&Request::Strip { question });
}

/// Which sign-ins contain the pattern: again whenever the list of sign-ins is new. An empty one shows all.
fn ask_search(state: State, pattern: &str) {
    state.sign_ins.track();
    if pattern.is_empty() || state.bundle.with(Option::is_none) {
        state.quiet.update_value(|quiet| quiet.find = 0);
        if state.search.with_untracked(Option::is_some) {
            state.search.set(None);
        }
        return;
    }
    let question = state.next_question();
    state.quiet.update_value(|quiet| quiet.find = question);
    // What was found so far stays until there is more.
    let is_asked = |it: &Search| it.pattern == pattern;
    if !state
        .search
        .with_untracked(|it| it.as_ref().is_some_and(is_asked))
    {
        state.search.set(Some(Search {
            pattern: pattern.to_owned(),
            found: None,
            unread: 0,
        }));
    }
    let pattern = pattern.to_owned();
    state.send(&Request::Find { question, pattern });
}

fn ask_files(state: State) {
    let wanted = state.route.with(|route| route.tab == Tab::Files);
    if !wanted || state.summary.with(Option::is_none) {
        return;
    }
    let question = state.next_question();
    state.quiet.update_value(|quiet| quiet.files = question);
    state.send(&Request::Files { question });
}
