//! What the page knows. Few signals; whatever can be derived from them is a memo.

use crate::app::browser;
use crate::app::client::Client;
use crate::app::intake::Intake;
use crate::app::widgets::{Hint, when_due};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use logintrace::flow::Stage;
use logintrace::protocol::{
    FileRow, Ladder, Progress, RecordView, Request, Seen, SourceMeta, Strip, Summary, Times,
};
use logintrace::scope::Scope;
use logintrace::view::clocks::any_offset;
use logintrace::view::filter::{Filter, first_of_interest};
use logintrace::view::ladder;
use logintrace::view::list::SignInList;
use logintrace::view::route::{Route, Selected, Tab};
use logintrace::view::time::{Zone, offset_of};
use logintrace::words::Lang;
use logintrace::words::ui::Ui;
use std::collections::BTreeSet;
use std::sync::Arc;

/// All of it. Lives as long as the page.
#[derive(Clone, Copy)]
pub(crate) struct State {
    /// What is chosen; stands in the address.
    pub(crate) route: RwSignal<Route>,
    /// Language of the page.
    pub(crate) lang: RwSignal<Lang>,
    /// Light or dark.
    pub(crate) theme: RwSignal<Theme>,
    /// The bundle, once there is one.
    pub(crate) bundle: RwSignal<Option<Arc<Bundle>>>,
    /// How far reading is.
    pub(crate) progress: RwSignal<Option<Progress>>,
    /// The bundle as a whole, once it has been read.
    pub(crate) summary: RwSignal<Option<Arc<Summary>>>,
    /// What a bundle that is too large could be narrowed to, as far as it was read.
    pub(crate) seen: RwSignal<Option<Arc<Seen>>>,
    /// The list of sign-ins.
    pub(crate) sign_ins: RwSignal<Arc<SignInList>>,
    /// All sign-ins along time.
    pub(crate) strip: RwSignal<Option<Arc<Strip>>>,
    /// The diagram last answered.
    pub(crate) ladder: RwSignal<Option<Arc<Ladder>>>,
    /// The evidence last answered, and what it is about.
    pub(crate) evidence: RwSignal<Option<Evidence>>,
    /// The evidence of a finding about the whole bundle, and of which, 0-based.
    pub(crate) bundle_evidence: RwSignal<Option<(u32, Arc<Vec<RecordView>>)>>,
    /// The files of the bundle.
    pub(crate) files: RwSignal<Option<Arc<Vec<FileRow>>>>,
    /// What was searched for, and the answer.
    pub(crate) search: RwSignal<Option<Search>>,
    /// Bands folded away.
    pub(crate) folded: RwSignal<BTreeSet<Stage>>,
    /// Why the worker is gone.
    pub(crate) fatal: RwSignal<Option<String>>,
    /// Whether what was dropped held no file.
    pub(crate) nothing_dropped: RwSignal<bool>,
    /// Whether a dropped folder is still being looked through.
    pub(crate) collecting: RwSignal<bool>,
    /// Whether there is a text that could be read in place of the bundle.
    pub(crate) offered: RwSignal<bool>,
    /// Whether the clipboard took what was last copied by an export; gone after a moment.
    pub(crate) copied: RwSignal<Option<bool>>,
    /// Whether the keys are shown.
    pub(crate) help_open: RwSignal<bool>,
    /// The explanation shown beside something.
    pub(crate) hint: RwSignal<Option<Hint>>,
    /// Whether something is dragged over the page.
    pub(crate) dragged_over: RwSignal<bool>,

    /// Which screen is shown.
    pub(crate) screen: Memo<Screen>,
    /// The sign-in shown: the one chosen, else the most interesting one.
    pub(crate) sign_in: Memo<Option<String>>,
    /// The diagram, if it is of the sign-in shown.
    pub(crate) shown: Memo<Option<Arc<Ladder>>>,
    /// What the detail pane is about: what was chosen, else the most interesting row.
    pub(crate) selected: Memo<Option<Selected>>,
    /// Positions of the sign-ins the list shows.
    pub(crate) visible: Memo<Arc<Vec<u32>>>,
    /// The zone of the bundle, minutes east of UTC.
    pub(crate) bundle_offset: Memo<Option<i32>>,
    /// By which clock times are shown.
    pub(crate) times: Memo<Times>,
    /// The finding about the whole bundle whose evidence is open.
    pub(crate) bundle_finding: Memo<Option<u32>>,
    /// Whether there is a clock offset to apply.
    pub(crate) any_offset: Memo<bool>,

    /// What is no signal.
    pub(crate) quiet: StoredValue<Quiet, LocalStorage>,
}

/// Which screen is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Screen {
    /// Before the first bundle.
    Welcome,
    /// Sign-ins, ladder, evidence.
    Flow,
    /// Files and clocks.
    Files,
    /// How long the legs take.
    Latency,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    /// As the system says.
    #[default]
    Auto,
    Light,
    Dark,
}

/// What was dropped.
#[derive(Debug, PartialEq)]
pub(crate) struct Bundle {
    pub(crate) generation: u32,
    /// Name of the file, folder or first of several.
    pub(crate) name: String,
    pub(crate) sources: Vec<SourceMeta>,
    /// What of it is read.
    pub(crate) scope: Scope,
}

/// The records behind something.
#[derive(Clone, PartialEq)]
pub(crate) struct Evidence {
    pub(crate) sign_in: String,
    pub(crate) of: Selected,
    pub(crate) records: Arc<Vec<RecordView>>,
}

/// What was searched for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Search {
    pub(crate) pattern: String,
    /// Ids of the sign-ins, or what is wrong with the pattern; `None` while it is looked for.
    pub(crate) found: Option<Result<Arc<BTreeSet<String>>, String>>,
    /// Lines that could not be looked into.
    pub(crate) unread: u32,
}

/// What changes without anything being drawn.
#[derive(Default)]
pub(crate) struct Quiet {
    pub(crate) client: Option<Client>,
    pub(crate) generation: u32,
    /// By which clock the worker was told to show times.
    pub(crate) times: Times,
    /// Number of the last question.
    pub(crate) question: u32,
    /// Number of the newest question of each sort.
    pub(crate) ladder: u32,
    pub(crate) evidence: Option<(u32, String, Selected)>,
    pub(crate) bundle_evidence: (u32, u32),
    pub(crate) strip: u32,
    pub(crate) files: u32,
    pub(crate) find: u32,
    /// The exports asked for, and whether each goes to the clipboard instead of a file.
    pub(crate) exports: Vec<(u32, bool)>,
    /// What shows or hides the explanation in a moment.
    pub(crate) hint: Option<Timeout>,
    /// Sign-ins of which not all parts are there yet.
    pub(crate) arriving: SignInList,
    /// What was opened last, to read it again after trouble.
    pub(crate) last: Intake,
    /// Counts what was given to be read: what takes long to look through may be overtaken.
    pub(crate) intake: u32,
    /// Text that could be read in place of the bundle.
    pub(crate) offered: Intake,
    /// Whether something of the page itself is being dragged.
    pub(crate) drags_own: bool,
    /// Whether a link was followed since the bundle was opened: it may be meant for the next one.
    pub(crate) followed: bool,
}

impl Quiet {
    /// Questions are numbered from 1: no answer is awaited any more.
    pub(crate) fn forget_questions(&mut self) {
        self.ladder = 0;
        self.evidence = None;
        self.bundle_evidence = (0, 0);
        self.strip = 0;
        self.files = 0;
        self.find = 0;
        self.exports.clear();
        self.arriving = SignInList::default();
    }
}

impl State {
    /// The state of the page around.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// The texts of the page. Not tracked: [`crate::app::App`] draws anew when they change.
    pub(crate) fn ui(&self) -> &'static Ui {
        Ui::of(self.lang.get_untracked())
    }

    /// Starts with what the address and the preferences say, and a worker.
    pub(crate) fn start() -> Self {
        let route = RwSignal::new(Route::parse(&browser::hash()));
        let bundle = RwSignal::new(None::<Arc<Bundle>>);
        let summary = RwSignal::new(None::<Arc<Summary>>);
        let sign_ins = RwSignal::new(Arc::<SignInList>::default());
        let ladder = RwSignal::new(None);
        let search = RwSignal::new(None);
        let sign_in = Memo::new(move |_| sign_in_shown(route, sign_ins, summary));
        let shown = Memo::new(move |_| {
            let id = sign_in.get()?;
            ladder
                .get()
                .filter(|ladder: &Arc<Ladder>| ladder.sign_in.id == id)
        });
        let filter = Memo::new(move |_| route.with(|route| route.filter.clone()));
        let state = Self {
            route,
            lang: RwSignal::new(browser::preferred_lang()),
            theme: RwSignal::new(browser::preferred_theme()),
            bundle,
            progress: RwSignal::new(None),
            summary,
            seen: RwSignal::new(None),
            sign_ins,
            strip: RwSignal::new(None),
            ladder,
            evidence: RwSignal::new(None),
            bundle_evidence: RwSignal::new(None),
            files: RwSignal::new(None),
            search,
            folded: RwSignal::new(BTreeSet::new()),
            fatal: RwSignal::new(None),
            nothing_dropped: RwSignal::new(false),
            collecting: RwSignal::new(false),
            offered: RwSignal::new(false),
            copied: RwSignal::new(None),
            help_open: RwSignal::new(false),
            hint: RwSignal::new(None),
            dragged_over: RwSignal::new(false),
            screen: Memo::new(move |_| {
                match (bundle.with(Option::is_some), route.with(|it| it.tab)) {
                    (false, _) => Screen::Welcome,
                    (true, Tab::Flow) => Screen::Flow,
                    (true, Tab::Files) => Screen::Files,
                    (true, Tab::Latency) => Screen::Latency,
                }
            }),
            sign_in,
            shown,
            selected: Memo::new(move |_| selected_of(route, shown)),
            visible: Memo::new(move |_| visible(filter, sign_ins, search)),
            bundle_offset: Memo::new(move |_| summary.with(|it| zone_of(it.as_deref()?))),
            times: Memo::new(move |_| route.with(|route| route.times)),
            bundle_finding: Memo::new(move |_| route.with(|route| route.bundle_finding)),
            any_offset: Memo::new(move |_| {
                summary.with(|it| it.as_ref().is_some_and(|it| any_offset(&it.clocks)))
            }),
            quiet: StoredValue::new_local(Quiet::default()),
        };
        let client = Client::start(
            move |reply| state.hear(reply),
            move |why| state.fatal.set(Some(why)),
        );
        state
            .quiet
            .update_value(|quiet| quiet.client = Some(client));
        state.tell_language();
        state
    }

    /// Sends a request, if there is a worker.
    pub(crate) fn send(&self, request: &Request) {
        if let Some(client) = self.quiet.with_value(|quiet| quiet.client.clone()) {
            client.send(request);
        }
    }

    /// Number for the next question.
    pub(crate) fn next_question(&self) -> u32 {
        self.quiet
            .try_update_value(|quiet| {
                quiet.question += 1;
                quiet.question
            })
            .unwrap_or_default()
    }

    /// Changes the language of the page and of the texts the worker makes.
    pub(crate) fn set_language(&self, lang: Lang) {
        self.lang.set(lang);
        self.tell_language();
    }

    pub(crate) fn tell_language(&self) {
        let lang = self.lang.get_untracked();
        self.send(&Request::Language { lang });
    }

    /// Applies the clock offsets to the times shown, or shows them as printed again.
    pub(crate) fn toggle_offsets(&self) {
        self.route.update(|route| route.times = route.times.other());
    }

    /// Tells the worker by which clock times are wanted, if it does not know yet.
    pub(crate) fn tell_times(&self) {
        let times = self.times.get_untracked();
        let told = self
            .quiet
            .try_update_value(|quiet| std::mem::replace(&mut quiet.times, times));
        if told != Some(times) {
            self.send(&Request::Times { times });
        }
    }

    /// Shows a sign-in.
    pub(crate) fn choose_sign_in(&self, id: String) {
        self.route.update(|route| {
            route.sign_in = Some(id);
            route.selected = None;
        });
    }

    /// Shows what is behind a row or a finding; unfolds the band it stands in.
    pub(crate) fn select(&self, selected: Selected) {
        let sign_in = self.sign_in.get_untracked();
        self.route.update(|route| {
            route.sign_in = sign_in;
            route.selected = Some(selected);
        });
        let Some(shown) = self.shown.get_untracked() else {
            return;
        };
        if let Selected::Row(row) = selected
            && let Some(stage) = ladder::stage_of(&shown.bands, row as usize)
            && self.folded.with_untracked(|folded| folded.contains(&stage))
        {
            self.folded.update(|folded| {
                folded.remove(&stage);
            });
        }
    }

    /// The diagram shown, as soon as it is its turn to be drawn; none of another sign-in until then.
    pub(crate) fn drawn_ladder(self) -> Memo<Option<Arc<Ladder>>> {
        let drawn = when_due(self.shown, None);
        Memo::new(move |_| {
            let drawn = drawn.get().flatten();
            drawn.filter(|it| self.sign_in.with(|id| id.as_ref() == Some(&it.sign_in.id)))
        })
    }

    /// Whether the bundle is being read.
    pub(crate) fn is_reading(&self) -> bool {
        self.bundle.with(Option::is_some)
            && self.summary.with(Option::is_none)
            && self.fatal.with(Option::is_none)
    }

    /// Minutes east of UTC in which an instant (epoch ms UTC) is shown. Tracked.
    pub(crate) fn offset_at(&self, at: i64) -> i32 {
        match self.route.with(|route| route.zone) {
            Zone::Utc => 0,
            Zone::Local => browser::local_offset(at),
            Zone::Bundle => self.bundle_offset.get().unwrap_or_default(),
        }
    }
}

fn sign_in_shown(
    route: RwSignal<Route>,
    sign_ins: RwSignal<Arc<SignInList>>,
    summary: RwSignal<Option<Arc<Summary>>>,
) -> Option<String> {
    let chosen = route.with(|route| route.sign_in.clone());
    sign_ins.with(|rows| {
        if let Some(id) = chosen.filter(|id| rows.iter().any(|row| row.id == *id)) {
            return Some(id);
        }
        // Nothing is chosen for the reader while the list still grows: it would jump.
        summary
            .with(Option::is_some)
            .then(|| first_of_interest(rows).map(|row| row.id.clone()))?
    })
}

fn selected_of(route: RwSignal<Route>, shown: Memo<Option<Arc<Ladder>>>) -> Option<Selected> {
    let shown = shown.get()?;
    let exists = |selected: &Selected| match *selected {
        Selected::Row(row) => (row as usize) < shown.rows.len(),
        Selected::Finding(finding) => (finding as usize) < shown.verdict.findings.len(),
    };
    // What was selected belongs to the sign-in it was selected in.
    let chosen = route.with(|route| {
        let of_this = route.sign_in.as_ref() == Some(&shown.sign_in.id);
        route.selected.filter(|_| of_this)
    });
    chosen.filter(exists).or_else(|| {
        let row = ladder::first_of_interest(&shown.rows)?;
        u32::try_from(row).ok().map(Selected::Row)
    })
}

fn visible(
    filter: Memo<Filter>,
    sign_ins: RwSignal<Arc<SignInList>>,
    search: RwSignal<Option<Search>>,
) -> Arc<Vec<u32>> {
    let found = search.with(|search| match search.as_ref()?.found.as_ref()? {
        Ok(ids) => Some(ids.clone()),
        Err(_) => None,
    });
    Arc::new(
        sign_ins.with(|rows| filter.with(|filter| filter.visible(rows.iter(), found.as_deref()))),
    )
}

fn zone_of(summary: &Summary) -> Option<i32> {
    let reference = summary.clocks.iter().filter(|clock| clock.reference);
    reference
        .chain(&summary.clocks)
        .find_map(|clock| offset_of(clock.zone.as_deref()?))
}
