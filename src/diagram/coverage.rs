//! What the bundle covers, as the page draws it.

use super::times::Scene;
use crate::correlate::coverage::{Source, Span};
use crate::correlate::step::SignIn;
use crate::protocol::{Cover, CoverageView, HoleView, SourceView};
use crate::record::Kind;
use crate::record::time::EpochMs;

/// The logs that prove the parts of a sign-in; those of one group stand in for each other.
const EXPECTED: [&[Kind]; 5] = [
    &[Kind::ClientLog],
    &[Kind::AccessLog],
    &[Kind::Webservices],
    &[Kind::CtiServer, Kind::UccxEngine],
    &[Kind::Notification],
];

/// What the bundle covers, the desktops together.
#[must_use]
pub fn coverage(scene: &Scene<'_>) -> CoverageView {
    let all = &scene.flows.coverage.sources;
    let (desktops, servers): (Vec<&Source>, Vec<&Source>) = all
        .iter()
        .partition(|source| source.kind == Kind::ClientLog);
    let mut sources: Vec<SourceView> = servers.into_iter().map(|it| view(scene, it)).collect();
    sources.extend(together(scene, &desktops));
    let there = |kinds: &&[Kind]| all.iter().any(|source| kinds.contains(&source.kind));
    let missing = EXPECTED.iter().filter(|kinds| !there(kinds));
    CoverageView {
        sources,
        missing: missing.filter_map(|kinds| kinds.first().copied()).collect(),
    }
}

/// The logs of these kinds that would show a sign-in and cover an instant on the reference clock.
pub(super) fn covers(scene: &Scene<'_>, sign_in: &SignIn, kinds: &[Kind], at: i64) -> Vec<Cover> {
    let is_of = |source: &&Source| match source.kind {
        Kind::ClientLog => source.owner == sign_in.agent,
        Kind::CtiServer | Kind::UccxEngine => true,
        _ => source.owner.is_none() || sign_in.node.is_none() || source.owner == sign_in.node,
    };
    let own = scene.flows.coverage.sources.iter();
    let own = own
        .filter(|source| kinds.contains(&source.kind))
        .filter(is_of);
    let here = own.flat_map(|source| source.spans.iter().map(move |span| (source, span)));
    here.filter(|(_, it)| (it.on_reference.0..=it.on_reference.1).contains(&at))
        .map(|(source, it)| Cover {
            kind: source.kind,
            owner: scene.records.strings.some(source.owner).map(str::to_owned),
            span: span(scene, source, it),
        })
        .collect()
}

fn view(scene: &Scene<'_>, source: &Source) -> SourceView {
    let holes = source.holes.iter().map(|hole| HoleView {
        from: shown(scene, source, hole.read.0),
        until: hole.read.1.map(|until| shown(scene, source, until)),
        why: hole.why,
    });
    SourceView {
        kind: source.kind,
        owner: scene.records.strings.some(source.owner).map(str::to_owned),
        desktops: 0,
        spans: source
            .spans
            .iter()
            .map(|it| span(scene, source, it))
            .collect(),
        holes: holes.collect(),
    }
}

/// All desktops as one: the times in which any of them has a log.
fn together(scene: &Scene<'_>, desktops: &[&Source]) -> Option<SourceView> {
    let own = |source: &&Source| {
        let spans = source.spans.iter().map(|it| span(scene, source, it));
        spans.collect::<Vec<_>>()
    };
    let mut all: Vec<(i64, i64)> = desktops.iter().flat_map(own).collect();
    all.sort_unstable();
    all.dedup_by(|next, merged| {
        let joins = next.0 <= merged.1;
        if joins {
            merged.1 = merged.1.max(next.1);
        }
        joins
    });
    (!desktops.is_empty()).then(|| SourceView {
        kind: Kind::ClientLog,
        owner: None,
        desktops: u32::try_from(desktops.len()).unwrap_or(u32::MAX),
        spans: all,
        holes: Vec::new(),
    })
}

fn span(scene: &Scene<'_>, source: &Source, span: &Span) -> (i64, i64) {
    (
        shown(scene, source, span.read.0),
        shown(scene, source, span.read.1),
    )
}

fn shown(scene: &Scene<'_>, source: &Source, at: EpochMs) -> i64 {
    source.clock.map_or(at.0, |clock| scene.shown(at, clock))
}
