//! The verdict over the diagram: what happened, why, what next, and the evidence.

use crate::app::browser;
use crate::app::header::export;
use crate::app::keys::DETAIL_ID;
use crate::app::ladder_row::code_hint;
use crate::app::state::State;
use crate::app::widgets::{Shape, explained};
use leptos::prelude::*;
use logintrace::protocol::{Decoded, ExportFormat, FindingView, Ladder};
use logintrace::view::ladder::blamed;
use logintrace::view::mark::{Mark, outcome_slug};
use logintrace::view::route::Selected;
use logintrace::view::time::{date_time, duration, offset_name};
use logintrace::words::{ui_flow, ui_sentences};
use std::sync::Arc;

#[component]
pub(crate) fn VerdictBar() -> impl IntoView {
    let state = State::get();
    let shown = state.drawn_ladder();
    move || shown.get().map(|ladder| view! { <Bar ladder/> })
}

#[component]
fn Bar(ladder: Arc<Ladder>) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let row = ladder.sign_in.clone();
    let id = row.id.clone();
    let started = row.started;
    let when = move || {
        started.map(|at| {
            let offset = state.offset_at(at);
            format!("{} {}", date_time(at, offset), offset_name(offset))
        })
    };
    let findings = ladder.verdict.findings.clone();
    let codes = blamed(&ladder.rows)
        .into_iter()
        .cloned()
        .collect::<Vec<_>>();
    view! {
            <section class="verdict" data-testid="verdict" data-outcome=outcome_slug(row.outcome)>
                <div class="verdict-head">
                    <Shape mark=Mark::from(row.outcome)/>
                    <h2>
                        {ladder.verdict.title.clone()}
                    </h2>
                    <button
                        type="button"
                        class="quiet"
                        on:click=move |_| export(state, ExportFormat::Text, Some(id.clone()))
                    >
    {move || match state.copied.get() {
     None => ui.copy_flow,
     Some(true) => ui.copied,
     Some(false) => ui.copy_refused,
    }}</button>
                </div>
                <p class="facts">
                    <span class="verdict-outcome">{ui_flow::outcome(ui.lang, row.outcome)}</span>
                    <span><strong>{row.agent.clone()}</strong>{row.login_name.clone().map(|it| format!(" {it}"))}</span>
                    {row.extension.clone().map(|it| view! { <span>{ui.extension}" "{it}</span> })}
                    {row.node.clone().map(|it| view! { <span>{it}</span> })}
                    <span>{when}</span>
                    {row.duration_ms.map(|it| view! { <span>{duration(it)}</span> })}
                    <Codes codes/>
                </p>
                <FindingList findings title=ladder.verdict.title.clone()/>
            </section>
        }
}

/// The codes of what failed, each with its meaning under pointer, keyboard and touch.
#[component]
fn Codes(codes: Vec<Decoded>) -> impl IntoView {
    let codes = codes.into_iter().map(|code| {
        let shown = code.name.clone().map_or_else(
            || code.raw.clone(),
            |name| format!("{name} ({})", code.raw),
        );
        view! { <button type="button" {..explained(vec![code_hint(&code)])} class="code" data-testid="code">{shown}</button> }
    });
    codes.collect_view()
}

/// The first finding open, the others folded. The first usually is the verdict: then its title
/// already stands above.
#[component]
fn FindingList(findings: Vec<FindingView>, title: String) -> impl IntoView {
    let state = State::get();
    let items = (0u32..).zip(findings).map(|(position, finding)| {
        let evidence = finding.evidence;
        let show = move |_| {
            state.select(Selected::Finding(position));
            browser::focus(DETAIL_ID);
        };
        let ui = state.ui();
        let button = (evidence > 0).then(|| {
            let pressed =
                move || (state.selected.get() == Some(Selected::Finding(position))).to_string();
            view! {
                <button type="button" class="quiet" aria-pressed=pressed on:click=show>
                    {ui_sentences::evidence(ui.lang, evidence)}
                </button>
            }
        });
        let button = button.into_any();
        let rule = finding.rule.clone();
        if position == 0 && finding.title == title {
            view! { <div class="finding" data-rule=rule><Reason finding button/></div> }.into_any()
        } else {
            view! { <Finding finding open=position == 0 button/> }.into_any()
        }
    });
    view! { <div class="findings">{items.collect_view()}</div> }
}

/// One finding, to be folded. `button` leads to its evidence, where there is a place to show it.
#[component]
pub(crate) fn Finding(finding: FindingView, open: bool, button: AnyView) -> impl IntoView {
    let ui = State::get().ui();
    let rule = finding.rule.clone();
    view! {
        <details class="finding" open=open data-rule=rule>
            <summary>
                <Shape mark=Mark::from(finding.severity)/>
                <span class="visually-hidden">{ui_flow::severity(ui.lang, finding.severity)}": "</span>
                <strong>{finding.title.clone()}</strong>
            </summary>
            <Reason finding button/>
        </details>
    }
}

/// Why, what next, and the way to the evidence.
#[component]
fn Reason(finding: FindingView, button: AnyView) -> impl IntoView {
    let ui = State::get().ui();
    view! {
        <dl>
            <dt>{ui.why}</dt>
            <dd>
                {finding.explanation}
                " "
                <span class="soft">"("{ui_flow::confidence(ui.lang, finding.confidence)}")"</span>
            </dd>
            <dt>{ui.next}</dt>
            <dd>{finding.next}</dd>
        </dl>
        {button}
    }
}
