//! The log lines behind what is selected, and why they belong to it.

use crate::app::keys::{DETAIL_ID, go_to};
use crate::app::state::State;
use crate::app::welcome::{CollectCard, copy_texts};
use crate::app::widgets::{CopyButton, Shape, Slices};
use leptos::prelude::*;
use logintrace::protocol::{Cover, Ladder, RecordView, Row, RowKind};
use logintrace::record::Kind;
use logintrace::view::mark::Mark;
use logintrace::view::route::Selected;
use logintrace::view::text::pieces;
use logintrace::view::time::{date_time, offset_name, range, time_of_day};
use logintrace::words::{ui_collect, ui_flow, ui_sentences};
use std::ops::Range;
use std::sync::Arc;

/// Records drawn at most; a row with more says so.
const MOST_RECORDS: usize = 100;

/// Records drawn in one turn.
const AT_ONCE: usize = 4;

#[component]
pub(crate) fn Detail() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let ladder = state.drawn_ladder();
    let body = move || match (ladder.get(), state.selected.get()) {
        (Some(ladder), Some(Selected::Row(row))) => ladder.rows.get(row as usize).map(|it| {
            view! { <RowDetail ladder=ladder.clone() row=it.clone() at=row as usize/> }.into_any()
        }),
        (Some(ladder), Some(Selected::Finding(finding))) => {
            ladder.verdict.findings.get(finding as usize).map(|it| {
                view! { <h3 class="detail-title">{it.title.clone()}</h3><Records/> }.into_any()
            })
        }
        _ => Some(view! { <p class="soft">{ui.choose_arrow}</p> }.into_any()),
    };
    view! {
        <aside class="detail" id=DETAIL_ID tabindex="0" data-testid="evidence" aria-label=ui.detail>
            {body}
        </aside>
    }
}

#[component]
fn RowDetail(ladder: Arc<Ladder>, row: Row, at: usize) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let last = ladder.rows.len().saturating_sub(1);
    let from_to = if row.from == row.to {
        ui_flow::lane(ui.lang, row.from).to_owned()
    } else {
        format!(
            "{} → {}",
            ui_flow::lane(ui.lang, row.from),
            ui_flow::lane(ui.lang, row.to)
        )
    };
    let (time, exact) = (row.time, row.time_exact);
    let when = move || {
        time.map(|at| {
            let offset = state.offset_at(at);
            format!("{} {}", time_of_day(at, offset, exact), offset_name(offset))
        })
    };
    view! {
        <header class="detail-head">
            <p class="detail-step">
                <Shape mark=Mark::from(row.status)/>
                {ui_flow::what(ui.lang, &row)}" · "{ui_flow::status(ui.lang, row.status)}
            </p>
            <p class="walk">
                <button type="button" class="quiet" aria-label=ui.previous title=ui.previous disabled=at == 0
                    on:click=move |_| go_to(state, at.saturating_sub(1))>"‹"</button>
                <button type="button" class="quiet" aria-label=ui.following title=ui.following disabled=at == last
                    on:click=move |_| go_to(state, at + 1)>"›"</button>
            </p>
            <h3 class="detail-title">{row.label.clone()}{row.result.clone().map(|it| format!(" → {it}"))}</h3>
            <p class="soft">{from_to}{move || when().map(|it| format!(" · {it}"))}</p>
            {row.disorder.map(|it| {
                view! { <p class="note">{ui_sentences::disorder(ui.lang, &ladder, &row, it)}</p> }
            })}
        </header>
        <WhyJoined row=row.clone()/>
        {if row.evidence == 0 {
            view! { <NoRecord row/> }.into_any()
        } else {
            view! { <Records/> }.into_any()
        }}
    }
}

/// The rule and the keys that tie the row to the sign-in.
#[component]
fn WhyJoined(row: Row) -> impl IntoView {
    let ui = State::get().ui();
    let keys = row.keys.iter().map(|(name, value)| {
        view! { <dt><code>{name.clone()}</code></dt><dd><code class="key">{value.clone()}</code></dd> }
    });
    row.joined_by.map(|rule| {
        view! {
            <section class="why" data-testid="why-joined">
                <h4>{ui.why_joined}</h4>
                <p>{ui_flow::joined_by(ui.lang, rule)}" "<code class="soft">{rule.slug()}</code></p>
                <dl class="pairs">{keys.collect_view()}</dl>
            </section>
        }
    })
}

/// A ghost, or something no log covers: which log would show it, and how to get it.
#[component]
fn NoRecord(row: Row) -> impl IntoView {
    let ui = State::get().ui();
    let explained = match row.kind {
        RowKind::Ghost => ui.ghost_explained,
        RowKind::NotCovered => ui.not_covered_explained,
        RowKind::Message => ui.no_record,
    };
    let waited = row
        .waited_ms
        .map(|ms| view! { <p><strong>{ui_sentences::waited(ui.lang, ms)}</strong></p> });
    let names: Vec<&str> = row
        .proof
        .iter()
        .map(|&kind| ui_flow::kind(ui.lang, kind))
        .collect();
    let lead =
        (row.kind == RowKind::Ghost && !names.is_empty()).then(|| format!("{} ", ui.proof_logs));
    view! {
        {waited}
        <p>{explained}</p>
        {(!names.is_empty()).then(|| view! { <p>{lead}<strong>{names.join(", ")}</strong></p> })}
        <Covers covers=row.covered_by.clone()/>
        {(row.kind == RowKind::NotCovered).then(|| view! { <HowToGet proof=row.proof.clone()/> })}
    }
}

/// The logs that cover the time, with the time each covers.
#[component]
fn Covers(covers: Vec<Cover>) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let items = covers.into_iter().map(|cover| {
        let (from, until) = cover.span;
        let when = move || {
            range(
                (from, state.offset_at(from)),
                (until, state.offset_at(until)),
            )
        };
        let name = format!(
            "{} {}",
            ui_flow::kind(ui.lang, cover.kind),
            cover.owner.unwrap_or_default()
        );
        view! { <dt>{name}</dt><dd>{when}</dd> }
    });
    let items = items.collect_view();
    (!items.is_empty()).then(|| {
        view! {
            <section class="covered-by" data-testid="covered-by">
                <h4>{ui.covered_by}</h4>
                <dl class="covers">{items}</dl>
            </section>
        }
    })
}

#[component]
fn HowToGet(proof: Vec<Kind>) -> impl IntoView {
    let ui = State::get().ui();
    let mut ways: Vec<_> = proof
        .iter()
        .filter_map(|&kind| ui_collect::for_kind(ui.lang, kind))
        .collect();
    ways.dedup();
    ways.into_iter()
        .map(|collect| view! { <CollectCard collect/> })
        .collect_view()
}

/// The records of what is selected.
#[component]
fn Records() -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    move || {
        let evidence = state.evidence.get().filter(|it| {
            Some(it.of) == state.selected.get() && Some(&it.sign_in) == state.sign_in.get().as_ref()
        });
        match evidence {
            None => view! { <p class="soft">{ui.loading}</p> }.into_any(),
            Some(evidence) => {
                let total = evidence.records.len();
                view! { <RecordList records=evidence.records total/> }.into_any()
            }
        }
    }
}

/// Records, one below the other. `total` is how many there are, whether or not all were sent.
#[component]
pub(crate) fn RecordList(records: Arc<Vec<RecordView>>, total: usize) -> impl IntoView {
    let ui = State::get().ui();
    let sent = records.len().min(MOST_RECORDS);
    let draw = move |slice: Range<usize>| {
        let records = records.iter().enumerate();
        let records = records.skip(slice.start).take(slice.len());
        let items = records.map(|(at, record)| {
            view! { <RecordItem record=record.clone() at=at + 1 total/> }
        });
        items.collect_view()
    };
    let drawn = Slices::of(sent, AT_ONCE).draw(0..sent, draw);
    let more = total.saturating_sub(sent);
    let more = (more > 0).then(|| ui_sentences::more_records(ui.lang, more));
    view! { {drawn} <p class="soft">{more}</p> }
}

#[component]
fn RecordItem(record: RecordView, at: usize, total: usize) -> impl IntoView {
    let state = State::get();
    let ui = state.ui();
    let time = record.time;
    let when = move || {
        time.map(|at| {
            let offset = state.offset_at(at);
            format!(
                "{} {} ({})",
                date_time(at, offset),
                offset_name(offset),
                ui.raw_time
            )
        })
    };
    let clock = record.clock.clone();
    let name = clock.as_ref().map(|clock| clock.clock.clone());
    let on_reference = move || {
        let clock = clock.as_ref()?;
        let off = clock.offset_ms.filter(|&ms| ms != 0)?;
        let at = time?.saturating_sub(off);
        let shown = time_of_day(at, state.offset_at(at), true);
        Some(ui_sentences::on_reference(
            ui.lang,
            &shown,
            off,
            clock.uncertainty_ms,
        ))
    };
    let is_there = record.unread.is_none();
    let unread = record
        .unread
        .as_ref()
        .map(|why| view! { <p class="note" data-testid="unread">{ui.unread}" "{why.clone()}</p> });
    let text = pieces(&record.text, &record.highlights)
        .into_iter()
        .map(|piece| match piece.key {
            true => view! { <mark>{piece.text.to_owned()}</mark> }.into_any(),
            false => piece.text.to_owned().into_any(),
        })
        .collect_view();
    let codes = record.decoded.iter();
    let decoded: Vec<_> = codes
        .map(|code| (code.what.clone(), code.shown()))
        .collect();
    let numbered = (total > 1).then(|| ui_sentences::record_of(ui.lang, at, total));
    view! {
        <article class="record" data-testid="evidence-record">
            <header>
                <p class="record-kind">
                    <strong>{ui_flow::kind(ui.lang, record.kind)}</strong>
                    <span class="soft">{numbered}</span>
                    {is_there.then(|| view! {
                        <CopyButton text=record.text.clone() texts=copy_texts(ui) label=ui.copy_record/>
                    })}
                </p>
                <p class="chain">
                    {record.chain.join(" › ")}
                    <strong>" : "{ui_sentences::lines(ui.lang, record.line, record.lines)}</strong>
                </p>
            </header>
            {unread}
            {is_there.then(|| view! { <pre class="raw" tabindex="0">{text}</pre> })}
            <Pairs title=ui.decoded pairs=decoded/>
            <RecordJoin record=record.clone()/>
            <p class="soft">{when}{name.map(|it| view! { " · "<code>{it}</code> })}</p>
            <p class="soft">{on_reference}</p>
        </article>
    }
}

/// Names and values under a title, if there are any.
#[component]
fn Pairs(title: &'static str, pairs: Vec<(String, String)>) -> impl IntoView {
    (!pairs.is_empty()).then(|| {
        let pairs = pairs.into_iter().map(|(name, value)| {
            view! { <dt><code>{name}</code></dt><dd>{value}</dd> }
        });
        view! { <h4>{title}</h4><dl class="pairs">{pairs.collect_view()}</dl> }
    })
}

/// Why this very record was joined.
#[component]
fn RecordJoin(record: RecordView) -> impl IntoView {
    let ui = State::get().ui();
    record.joined_by.map(|rule| {
        let key = record.join_key.map(|(name, value)| {
            view! { " · "<code>{name}</code>" "<code class="key">{value}</code> }
        });
        view! { <p class="join"><span class="soft">{ui.why_joined}": "</span>{ui_flow::joined_by(ui.lang, rule)}{key}</p> }
    })
}
