//! What the worker's replies change.

use crate::app::browser;
use crate::app::state::{Evidence, State};
use crate::app::widgets::when_idle;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use logintrace::protocol::{Ladder, Reply, SignInRow};
use logintrace::view::ladder::same_row;
use logintrace::view::list::{SignInList, successor};
use logintrace::view::route::Selected;
use std::sync::Arc;

/// How long it is said that something was copied, ms.
const SAID_MS: u32 = 1_600;

impl State {
    /// Takes a reply in. What belongs to an earlier bundle or question is dropped.
    pub(crate) fn hear(self, reply: Reply) {
        match reply {
            Reply::Ready { .. } => {}
            Reply::Progress(progress) if self.is_present(progress.generation) => {
                self.progress.set(Some(progress));
            }
            Reply::SignIns {
                generation,
                from,
                total,
                rows,
            } if self.is_present(generation) => {
                self.take_sign_ins(from, total, rows);
            }
            Reply::Done {
                generation,
                summary,
            } if self.is_present(generation) => {
                self.summary.set(Some(Arc::new(summary)));
            }
            Reply::Seen { generation, seen } if self.is_present(generation) => {
                self.seen.set(Some(Arc::new(seen)));
            }
            Reply::Progress(_)
            | Reply::SignIns { .. }
            | Reply::Seen { .. }
            | Reply::Done { .. } => {}
            Reply::Ladder { question, ladder } if self.newest(|it| it.ladder) == question => {
                self.take_ladder(ladder.map(|ladder| *ladder));
            }
            Reply::Files { question, files } if self.newest(|it| it.files) == question => {
                self.files.set(Some(Arc::new(files)));
            }
            Reply::Found {
                question,
                sign_ins,
                unread,
            } if self.newest(|it| it.find) == question => {
                let found = sign_ins.map(|ids| Arc::new(ids.into_iter().collect()));
                self.search.update(|search| {
                    if let Some(search) = search {
                        search.found = Some(found);
                        search.unread = unread;
                    }
                });
            }
            Reply::Strip { question, strip } if self.newest(|it| it.strip) == question => {
                let strip = strip.map(Arc::new);
                if self.strip.with_untracked(|present| *present != strip) {
                    self.strip.set(strip);
                }
            }
            Reply::Ladder { .. }
            | Reply::Strip { .. }
            | Reply::Files { .. }
            | Reply::Found { .. } => {}
            Reply::Evidence { question, records } => {
                self.take_evidence(question, Arc::new(records))
            }
            Reply::Export {
                question,
                name,
                text,
            } => self.take_export(question, &name, &text),
        }
    }

    fn is_present(self, generation: u32) -> bool {
        self.quiet.with_value(|quiet| quiet.generation) == generation
    }

    fn newest(self, of: impl Fn(&super::state::Quiet) -> u32) -> u32 {
        self.quiet.with_value(of)
    }

    /// Shows the list only when all its parts are there, so that it never shrinks on the way.
    fn take_sign_ins(self, from: u32, total: u32, rows: Vec<SignInRow>) {
        let whole = self.quiet.try_update_value(|quiet| {
            if from == 0 {
                quiet.arriving = SignInList::default();
            }
            quiet.arriving.push(rows);
            (quiet.arriving.len() >= total as usize).then(|| std::mem::take(&mut quiet.arriving))
        });
        if let Some(Some(whole)) = whole {
            self.show_sign_ins(whole);
        }
    }

    /// A sign-in has another id once a log tells one that is better: it stays chosen.
    fn follow_sign_in(self, list: &SignInList) {
        let Some(chosen) = self.route.with_untracked(|route| route.sign_in.clone()) else {
            return;
        };
        let became = self
            .sign_ins
            .with_untracked(|before| successor(before, list, &chosen));
        if let Some(became) = became {
            self.route.update(|route| route.sign_in = Some(became));
        }
    }

    /// Puts a list in the place of the one before, and lets go of that little by little: of a long one,
    /// each row with its texts, that takes longer than two frames are apart.
    pub(crate) fn show_sign_ins(self, list: SignInList) {
        self.follow_sign_in(&list);
        let before = self
            .sign_ins
            .try_update(|present| std::mem::replace(present, Arc::new(list)));
        if let Some(Ok(before)) = before.map(Arc::try_unwrap) {
            for part in before.into_parts() {
                when_idle(move || drop(part));
            }
        }
    }

    /// The diagram may have changed while the bundle is read: what was selected in it is found again.
    fn take_ladder(self, ladder: Option<Ladder>) {
        let before = self.ladder.get_untracked();
        let selected = self.route.with_untracked(|route| route.selected);
        if let (Some(before), Some(ladder), Some(Selected::Row(row))) = (before, &ladder, selected)
            && before.sign_in.id == ladder.sign_in.id
        {
            let now = same_row(&before.rows, &ladder.rows, row);
            if now != Some(row) {
                self.route
                    .update(|route| route.selected = now.map(Selected::Row));
            }
        }
        self.ladder.set(ladder.map(Arc::new));
    }

    fn take_evidence(self, question: u32, records: Arc<Vec<logintrace::protocol::RecordView>>) {
        let (newest, finding) = self.quiet.with_value(|quiet| quiet.bundle_evidence);
        if newest == question {
            self.bundle_evidence.set(Some((finding, records)));
            return;
        }
        let asked = self.quiet.with_value(|quiet| quiet.evidence.clone());
        if let Some((_, sign_in, of)) = asked.filter(|(newest, ..)| *newest == question) {
            self.evidence.set(Some(Evidence {
                sign_in,
                of,
                records,
            }));
        }
    }

    fn say_copied(self, done: bool) {
        self.copied.set(Some(done));
        Timeout::new(SAID_MS, move || self.copied.set(None)).forget();
    }

    fn take_export(self, question: u32, name: &str, text: &str) {
        let asked = self.quiet.try_update_value(|quiet| {
            let at = quiet.exports.iter().position(|(it, _)| *it == question)?;
            Some(quiet.exports.swap_remove(at).1)
        });
        match asked.flatten() {
            Some(true) => browser::copy(text, move |done| self.say_copied(done)),
            Some(false) => browser::save(name, text),
            None => {}
        }
    }
}
