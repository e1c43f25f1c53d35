//! Reading a bundle, file after file, while the page may ask, cancel, or open another one.

use crate::bytes::{Asked, Chunks, ask, why};
use crate::crew::Crew;
use crate::{say, scope};
use js_sys::Promise;
use logintrace::protocol::Reply;
use logintrace::session::{Handed, Newest, Opening, Session};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// The browser is asked for this many files ahead: of thousands of tiny files the asking takes longest.
const AHEAD: usize = 16;
/// Bytes taken in at once when others help, so that they are given work and heard often: inflated,
/// these are a few pieces.
const SHARED: usize = 128 * 1024;
/// Messages of the page wait at most this long, ms, while a file is read.
const TURN_MS: f64 = 100.0;
/// The page hears of progress this often, ms.
const PROGRESS_MS: f64 = 125.0;
/// The sign-ins known so far are worked out at most this often, ms …
const ANALYSIS_MS: f64 = 1000.0;
/// … and in no more than this part of the time spent reading.
const ANALYSIS_SHARE: f64 = 0.1;

/// The session and how far it is.
pub(crate) struct Pump {
    pub(crate) session: RefCell<Session>,
    pub(crate) crew: Crew,
    reading: RefCell<Reading>,
    /// Files of the bundle about to be opened.
    pub(crate) handed: RefCell<Handed<File>>,
    /// Those of the bundle that is open.
    files: RefCell<Vec<File>>,
    pub(crate) newest: RefCell<Newest>,
}

/// The bundle being read. Times are ms of this worker's clock.
#[derive(Default, Clone, Copy)]
struct Reading {
    /// Counts bundles: a task that reads for another one is overtaken and must stop.
    turn: u32,
    cancelled: bool,
    /// There is no more memory to read on with.
    full: bool,
    started: f64,
    yielded: f64,
    told: f64,
    analysed: f64,
    /// Duration of the last analysis, and of all.
    analysis: f64,
    analyses: f64,
}

/// Why reading ended before the end of a file.
enum Stop {
    /// The page opened another bundle: the session is no longer ours.
    Overtaken,
    Cancelled,
    /// The memory there is for the bundle is used up.
    Full,
    /// The rest of the file is lost, for this reason.
    Failed(String),
}

/// Another bundle is being read.
struct Overtaken;

/// Reads `files` into the session, for [`Pump::begin`]'s `turn`, and says how it went.
pub(crate) async fn read(pump: Rc<Pump>, turn: u32, files: Vec<File>) {
    let mut buffer = Vec::new();
    pump.files.borrow_mut().clone_from(&files);
    let mut files = files.into_iter();
    let mut asked: VecDeque<Asked> = files.by_ref().take(AHEAD).map(ask).collect();
    for source in 0u32.. {
        let Some(file) = asked.pop_front() else { break };
        asked.extend(files.next().map(ask));
        let is_lent = matches!(file, Asked::Large(_)) && pump.session.borrow_mut().lend(source);
        if is_lent || !pump.session.borrow_mut().begin(source) {
            pump.send();
            continue;
        }
        let stopped = read_file(&pump, turn, file, &mut buffer).await;
        let failed = match stopped {
            Err(Stop::Overtaken) => return,
            Err(Stop::Cancelled | Stop::Full) => break,
            Err(Stop::Failed(why)) => Some(why),
            Ok(()) => None,
        };
        pump.session.borrow_mut().end(failed);
        pump.send();
    }
    if pump.come_home(turn).await.is_err() {
        return;
    }
    let Reading {
        cancelled, started, ..
    } = *pump.reading.borrow();
    let elapsed = now() - started;
    let mut session = pump.session.borrow_mut();
    say(&session.close(cancelled, elapsed));
    // Joining records took some, too; nothing is left to stop.
    let _ = session.use_memory(pump.crew.memory());
    say(&[Reply::Progress(session.progress(elapsed))]);
}

async fn read_file(pump: &Pump, turn: u32, file: Asked, buffer: &mut Vec<u8>) -> Result<(), Stop> {
    let mut chunks = Chunks::of(file);
    loop {
        let chunk = chunks.next().await;
        pump.turn(turn).await?;
        let Some(chunk) = chunk.map_err(|error| Stop::Failed(why(&error)))? else {
            return Ok(());
        };
        buffer.resize(chunk.length() as usize, 0);
        chunk.copy_to(buffer);
        if pump.crew.is_empty() {
            pump.session.borrow_mut().feed(buffer);
        } else {
            pump.share(turn, buffer).await?;
        }
        pump.report();
    }
}

impl Pump {
    pub(crate) fn new() -> Self {
        Self {
            session: RefCell::new(Session::new()),
            crew: Crew::default(),
            reading: RefCell::default(),
            handed: RefCell::default(),
            files: RefCell::default(),
            newest: RefCell::default(),
        }
    }

    /// A file of the bundle that is open, by its position, 0-based.
    pub(crate) fn file(&self, source: u32) -> Option<File> {
        self.files.borrow().get(source as usize).cloned()
    }

    /// A new bundle; whatever reads the one before stops. Returns its number among those that are read.
    pub(crate) fn begin(&self, opening: &Opening<File>) -> u32 {
        let mut reading = self.reading.borrow_mut();
        let turn = reading.turn + 1;
        let started = now();
        *reading = Reading {
            turn,
            cancelled: opening.cancelled,
            started,
            yielded: started,
            told: started,
            analysed: started,
            ..Reading::default()
        };
        turn
    }

    /// Whether there was a bundle to be read.
    pub(crate) fn has_begun(&self) -> bool {
        self.reading.borrow().turn > 0
    }

    /// The bundle is not read any further, nor begun if it is only being handed over.
    pub(crate) fn cancel(&self) {
        self.handed.borrow_mut().cancel();
        self.reading.borrow_mut().cancelled = true;
    }

    /// Sends what there is to be read by others.
    fn send(&self) {
        self.crew
            .send(&mut self.session.borrow_mut(), &self.files.borrow());
    }

    /// Feeds the session and lets others help.
    async fn share(&self, turn: u32, bytes: &[u8]) -> Result<(), Stop> {
        for part in bytes.chunks(SHARED) {
            self.session.borrow_mut().feed(part);
            self.send();
            self.crew.breathe().await;
            self.turn(turn).await?;
        }
        Ok(())
    }

    /// Ends what is open and waits for all that is being read elsewhere.
    async fn come_home(&self, turn: u32) -> Result<(), Overtaken> {
        self.heed_stop();
        self.send();
        while self.session.borrow().is_waiting() {
            self.crew.back().await;
            if self.reading.borrow().turn != turn {
                return Err(Overtaken);
            }
            if !self.reading.borrow().full {
                self.heed_memory();
            }
            self.heed_stop();
            self.report();
        }
        self.crew.rest();
        Ok(())
    }

    /// If nothing more is to be read, tells everybody.
    fn heed_stop(&self) {
        let Reading {
            cancelled, full, ..
        } = *self.reading.borrow();
        if cancelled || full {
            let mut session = self.session.borrow_mut();
            session.stop();
            self.crew.stop(session.generation());
        }
    }

    /// Not asked again once there is too little: when everybody has stopped, nothing is left to be read that it is
    /// too little for.
    fn heed_memory(&self) {
        let has_room = self.session.borrow_mut().use_memory(self.crew.memory());
        self.reading.borrow_mut().full |= !has_room;
    }

    /// Lets the page's messages in now and then, and stops when one of them says so.
    async fn turn(&self, turn: u32) -> Result<(), Stop> {
        let waited = now() - self.reading.borrow().yielded;
        if waited >= TURN_MS {
            pause().await;
            self.reading.borrow_mut().yielded = now();
        }
        if self.reading.borrow().turn != turn {
            return Err(Stop::Overtaken);
        }
        self.heed_memory();
        match *self.reading.borrow() {
            reading if reading.cancelled => Err(Stop::Cancelled),
            reading if reading.full => Err(Stop::Full),
            _ => Ok(()),
        }
    }

    /// Tells the page how far reading is and what is known so far, when it is time to.
    fn report(&self) {
        let mut reading = self.reading.borrow_mut();
        let time = now();
        let elapsed = time - reading.started;
        if time - reading.told >= PROGRESS_MS {
            reading.told = time;
            say(&[Reply::Progress(self.session.borrow().progress(elapsed))]);
        }
        let cost = reading.analyses + reading.analysis;
        if time - reading.analysed >= ANALYSIS_MS && cost <= elapsed * ANALYSIS_SHARE {
            say(&self.session.borrow_mut().analyse());
            reading.analysed = now();
            reading.analysis = reading.analysed - time;
            reading.analyses += reading.analysis;
        }
    }
}

/// Resolves after the messages that are waiting now.
pub(crate) async fn pause() {
    let timer = Promise::new(&mut |resolve, _| {
        // Cannot fail: a timer without a delay has no argument to reject.
        let _ = scope().set_timeout_with_callback(&resolve);
    });
    let _ = JsFuture::from(timer).await;
}

pub(crate) fn now() -> f64 {
    scope().performance().map_or(0.0, |clock| clock.now())
}
