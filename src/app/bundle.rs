//! The bundle as a whole: opened, narrowed, read again after trouble, closed.

use crate::app::intake::Intake;
use crate::app::state::{Bundle, Quiet, State};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use logintrace::protocol::{Stopped, Times};
use logintrace::session::TAB_MEMORY;
use logintrace::view::list::SignInList;
use logintrace::view::narrow::is_lack_of_memory;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Bytes of memory of the workers that are worth the time a new one takes to start, some 80 ms.
const MUCH: u64 = 256_000_000;

/// What takes longer than this to look through is told of, ms.
const SOON_MS: u32 = 300;

impl State {
    /// Reads what is still being looked through, if nothing else was given by then.
    pub(crate) fn open_later(self, intake: impl Future<Output = Intake> + 'static) {
        let number = self.next_intake();
        let is_newest = move || self.quiet.with_value(|quiet| quiet.intake) == number;
        let say = move || {
            if is_newest() {
                self.collecting.set(true);
            }
        };
        Timeout::new(SOON_MS, say).forget();
        spawn_local(async move {
            let intake = intake.await;
            if is_newest() {
                self.open(intake);
            }
        });
    }

    /// Whatever is being looked through is not wanted any more. Returns the number of what comes next.
    pub(crate) fn next_intake(&self) -> u32 {
        self.collecting.set(false);
        self.quiet
            .try_update_value(|quiet| {
                quiet.intake += 1;
                quiet.intake
            })
            .unwrap_or_default()
    }

    /// Reads `intake` as the new bundle. What was chosen in the bundle before is not meant for it, unless somebody
    /// followed a link since. A few words never take the place of a bundle unasked.
    pub(crate) fn open(&self, intake: Intake) {
        self.next_intake();
        self.withdraw_offer();
        if intake.is_empty() {
            self.nothing_dropped.set(true);
            return;
        }
        let another = self.bundle.with_untracked(Option::is_some);
        if another && intake.is_text {
            self.quiet.update_value(|quiet| quiet.offered = intake);
            self.offered.set(true);
            return;
        }
        self.replace(intake);
    }

    /// Reads the text that was offered in place of the bundle.
    pub(crate) fn take_offer(&self) {
        if let Some(offered) = self.withdraw_offer() {
            self.replace(offered);
        }
    }

    /// The bundle stays. Returns what was offered in its place.
    pub(crate) fn withdraw_offer(&self) -> Option<Intake> {
        self.offered.set(false);
        self.quiet
            .try_update_value(|quiet| std::mem::take(&mut quiet.offered))
    }

    fn replace(&self, intake: Intake) {
        let followed = self
            .quiet
            .try_update_value(|quiet| std::mem::take(&mut quiet.followed));
        let another = self.bundle.with_untracked(Option::is_some);
        if another && followed == Some(false) {
            self.route.update(|route| *route = route.of_any_bundle());
        }
        self.read(intake);
    }

    /// Reads the bundle again if something else of it is wanted by now.
    pub(crate) fn follow_scope(&self) {
        let scope = self.route.with(|route| route.scope.clone());
        let present = self
            .bundle
            .with_untracked(|it| Some(it.as_ref()?.scope == scope));
        if present == Some(false) {
            self.read(self.quiet.with_value(|quiet| quiet.last.clone()));
        }
    }

    /// Lets go of the bundle, and of all the memory it took.
    pub(crate) fn close(&self) {
        self.fresh_worker();
        self.forget_bundle();
        self.bundle.set(None);
        self.route.update(|route| *route = route.of_any_bundle());
        self.quiet.update_value(|quiet| {
            quiet.generation += 1;
            quiet.last = Intake::default();
        });
    }

    /// A worker never gives memory back: what is read after much needs another one. So does what is read after a
    /// worker was lost.
    fn read(&self, intake: Intake) {
        let held = self.progress.with_untracked(|it| Some(it.as_ref()?.memory));
        let lost = self.fatal.with_untracked(Option::is_some);
        if lost || held.is_some_and(|held| held >= MUCH) || self.is_too_large() {
            self.fresh_worker();
        }
        let (scope, memory) = self.route.with_untracked(|route| {
            let wanted = route.memory.map(|mb| u64::from(mb) * 1_000_000);
            (route.scope.clone(), wanted.unwrap_or(TAB_MEMORY))
        });
        let (files, unreadable) = (intake.files.clone(), intake.unreadable.clone());
        let generation = self.quiet.with_value(|quiet| quiet.generation) + 1;
        self.forget_bundle();
        self.bundle.set(Some(Arc::new(Bundle {
            generation,
            name: name_of(&intake),
            sources: intake.files.iter().map(|(meta, _)| meta.clone()).collect(),
            scope: scope.clone(),
        })));
        self.quiet.update_value(|quiet| {
            quiet.generation = generation;
            quiet.last = intake;
        });
        if let Some(client) = self.quiet.with_value(|quiet| quiet.client.clone()) {
            let part = (scope, memory);
            client.open(generation, files, unreadable, part);
        }
    }

    /// Starts a new worker and reads the last bundle again.
    pub(crate) fn try_again(&self) {
        self.fatal.set(None);
        self.fresh_worker();
        let last = self
            .quiet
            .try_update_value(|quiet| std::mem::take(&mut quiet.last));
        if let Some(last) = last.filter(|last| !last.is_empty()) {
            self.read(last);
        }
    }

    /// Starts a new worker, which knows nothing and has no memory yet.
    fn fresh_worker(&self) {
        if let Some(client) = self.quiet.with_value(|quiet| quiet.client.clone()) {
            client.restart();
        }
        self.quiet
            .update_value(|quiet| quiet.times = Times::default());
        self.tell_language();
        self.tell_times();
    }

    /// Why reading ended before the end of the bundle, if it did and the reader is still there.
    pub(crate) fn stopped(&self) -> Option<Stopped> {
        self.summary.with(|it| it.as_ref()?.part.as_ref()?.stopped)
    }

    /// Whether reading ended before the end of the bundle.
    pub(crate) fn is_part(&self) -> bool {
        self.fatal.with(Option::is_some) || self.stopped().is_some()
    }

    /// Whether reading ended because a tab has no more memory.
    pub(crate) fn is_too_large(&self) -> bool {
        let said = self
            .fatal
            .with(|it| it.as_deref().is_some_and(is_lack_of_memory));
        self.stopped() == Some(Stopped::Full) || said
    }

    /// Answers to what was asked of it are not heard any more.
    fn forget_bundle(&self) {
        self.quiet.update_value(Quiet::forget_questions);
        self.nothing_dropped.set(false);
        self.fatal.set(None);
        self.progress.set(None);
        self.summary.set(None);
        self.seen.set(None);
        self.show_sign_ins(SignInList::default());
        self.strip.set(None);
        self.bundle_evidence.set(None);
        self.ladder.set(None);
        self.evidence.set(None);
        self.files.set(None);
        self.search.set(None);
    }
}

/// The name of the one file or folder, or of the first of several.
fn name_of(intake: &Intake) -> String {
    let mut tops: Vec<&str> = intake
        .files
        .iter()
        .map(|(meta, _)| meta.name.as_str())
        .chain(intake.unreadable.iter().map(|(name, _)| name.as_str()))
        .map(|name| {
            name.trim_start_matches('/')
                .split('/')
                .next()
                .unwrap_or(name)
        })
        .collect();
    tops.dedup();
    match tops.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first, rest @ ..] => format!("{first} + {}", rest.len()),
    }
}
