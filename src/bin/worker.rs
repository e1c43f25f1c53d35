//! The page's worker: a pump between the page's messages, the bytes of its files, and [`Session`].

use js_sys::{Array, Promise, Reflect, Uint8Array};
use logintrace::protocol::{PROTOCOL_VERSION, Reply, Request};
use logintrace::session::Session;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent, ReadableStreamDefaultReader};

/// Messages of the page wait at most this long, ms, while a file is read.
const TURN_MS: f64 = 100.0;
/// Files up to this size, in bytes, are read in one go …
const SMALL: f64 = 65536.0;
/// … and asked for this many files ahead: of thousands of tiny files the asking takes longest.
const AHEAD: usize = 16;
/// The page hears of progress this often, ms.
const PROGRESS_MS: f64 = 125.0;
/// The sign-ins known so far are worked out at most this often, ms …
const ANALYSIS_MS: f64 = 1000.0;
/// … and in no more than this part of the time spent reading.
const ANALYSIS_SHARE: f64 = 0.1;

fn main() {
    std::panic::set_hook(Box::new(|info| {
        let _ = scope().post_message(&format!("the reader stopped: {info}").into());
    }));
    let pump = Rc::new(Pump {
        session: RefCell::new(Session::new()),
        reading: RefCell::default(),
    });
    let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        hear(&pump, &event.data().unchecked_into());
    });
    scope().set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    let version = PROTOCOL_VERSION;
    say(&[Reply::Ready { version }]);
}

struct Pump {
    session: RefCell<Session>,
    reading: RefCell<Reading>,
}

/// The bundle being read. Times are ms of this worker's clock.
#[derive(Default, Clone, Copy)]
struct Reading {
    /// Counts bundles: a task that reads for another one is overtaken and must stop.
    turn: u32,
    cancelled: bool,
    started: f64,
    yielded: f64,
    told: f64,
    analysed: f64,
    /// Duration of the last analysis, and of all.
    analysis: f64,
    analyses: f64,
}

/// A message is an array: the request's bytes, then the files of an `Open`.
fn hear(pump: &Rc<Pump>, message: &Array) {
    let bytes = Uint8Array::new(&message.get(0)).to_vec();
    let request = match postcard::from_bytes(&bytes) {
        Ok(request) => request,
        Err(error) => panic!("a request could not be read: {error}"),
    };
    match request {
        Request::Open {
            generation,
            sources,
            unreadable,
        } => {
            let mut session = pump.session.borrow_mut();
            session.open(generation, sources, unreadable);
            let files = message.iter().skip(1).map(JsCast::unchecked_into).collect();
            spawn_local(read(pump.clone(), pump.begin(), files));
        }
        Request::Cancel => pump.reading.borrow_mut().cancelled = true,
        request => say(&pump.session.borrow_mut().ask(request)),
    }
}

/// Why reading ended before the end of a file.
enum Stop {
    /// The page opened another bundle: the session is no longer ours.
    Overtaken,
    Cancelled,
    /// The rest of the file is lost, for this reason.
    Failed(String),
}

async fn read(pump: Rc<Pump>, turn: u32, files: Vec<File>) {
    let mut buffer = Vec::new();
    let mut files = files.into_iter();
    let mut asked: VecDeque<Asked> = files.by_ref().take(AHEAD).map(ask).collect();
    for source in 0u32.. {
        let Some(file) = asked.pop_front() else { break };
        asked.extend(files.next().map(ask));
        pump.session.borrow_mut().begin(source);
        let stopped = read_file(&pump, turn, file, &mut buffer).await;
        let failed = match stopped {
            Err(Stop::Overtaken) => return,
            Err(Stop::Cancelled) => break,
            Err(Stop::Failed(why)) => Some(why),
            Ok(()) => None,
        };
        pump.session.borrow_mut().end(failed);
    }
    let Reading {
        cancelled, started, ..
    } = *pump.reading.borrow();
    let elapsed = now() - started;
    say(&pump.session.borrow_mut().close(cancelled, elapsed));
}

/// A file of which the browser has been asked for bytes.
enum Asked {
    /// For all of them.
    Small(Promise),
    /// For none yet: they come as a stream.
    Large(File),
}

fn ask(file: File) -> Asked {
    if file.size() > SMALL {
        Asked::Large(file)
    } else {
        Asked::Small(file.array_buffer())
    }
}

async fn read_file(
    pump: &Pump,
    turn: u32,
    file: Asked,
    buffer: &mut Vec<u8>,
) -> Result<(), Stop> {
    let mut chunks = Chunks::of(file);
    loop {
        let chunk = chunks.next().await;
        pump.turn(turn).await?;
        let Some(chunk) = chunk.map_err(|error| Stop::Failed(why(&error)))? else {
            return Ok(());
        };
        buffer.resize(chunk.length() as usize, 0);
        chunk.copy_to(buffer);
        pump.session.borrow_mut().feed(buffer);
        pump.report();
    }
}

/// The bytes of a file as they come.
enum Chunks {
    Whole(Option<Promise>),
    Stream(ReadableStreamDefaultReader),
}

impl Chunks {
    fn of(file: Asked) -> Self {
        match file {
            Asked::Small(bytes) => Self::Whole(Some(bytes)),
            Asked::Large(file) => Self::Stream(file.stream().get_reader().unchecked_into()),
        }
    }

    /// The next bytes of the file; `None` at its end.
    async fn next(&mut self) -> Result<Option<Uint8Array>, JsValue> {
        match self {
            Self::Whole(bytes) => {
                let Some(bytes) = bytes.take() else { return Ok(None) };
                Ok(Some(Uint8Array::new(&JsFuture::from(bytes).await?)))
            }
            Self::Stream(reader) => {
                let read = JsFuture::from(reader.read()).await?;
                let value = Reflect::get(&read, &"value".into())?;
                Ok(value.dyn_into().ok())
            }
        }
    }
}

impl Pump {
    fn begin(&self) -> u32 {
        let mut reading = self.reading.borrow_mut();
        let turn = reading.turn + 1;
        let started = now();
        *reading = Reading {
            turn,
            started,
            yielded: started,
            told: started,
            analysed: started,
            ..Reading::default()
        };
        turn
    }

    /// Lets the page's messages in now and then, and stops when one of them says so.
    async fn turn(&self, turn: u32) -> Result<(), Stop> {
        let waited = now() - self.reading.borrow().yielded;
        if waited >= TURN_MS {
            pause().await;
            self.reading.borrow_mut().yielded = now();
        }
        match *self.reading.borrow() {
            reading if reading.turn != turn => Err(Stop::Overtaken),
            reading if reading.cancelled => Err(Stop::Cancelled),
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

/// Posts each reply as postcard bytes, moved, not copied.
fn say(replies: &[Reply]) {
    for reply in replies {
        let bytes = match postcard::to_allocvec(reply) {
            Ok(bytes) => Uint8Array::from(bytes.as_slice()),
            Err(error) => panic!("a reply could not be written: {error}"),
        };
        let moved = Array::of1(&bytes.buffer());
        if let Err(error) = scope().post_message_with_transfer(&bytes, &moved) {
            panic!("a reply could not be sent: {}", why(&error));
        }
    }
}

/// Resolves after the messages that are waiting now.
async fn pause() {
    let timer = Promise::new(&mut |resolve, _| {
        // Cannot fail: a timer without a delay has no argument to reject.
        let _ = scope().set_timeout_with_callback(&resolve);
    });
    let _ = JsFuture::from(timer).await;
}

fn now() -> f64 {
    scope().performance().map_or(0.0, |clock| clock.now())
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Why a file could not be read, for the person who dropped it.
fn why(error: &JsValue) -> String {
    let text = |name: &str| Reflect::get(error, &name.into()).ok()?.as_string();
    match text("name").as_deref() {
        Some("NotFoundError") => "the file is gone: moved or deleted after it was given".to_owned(),
        Some("NotReadableError") => {
            "the file cannot be read: changed, locked or deleted after it was given".to_owned()
        }
        _ => text("message").unwrap_or_else(|| "the browser gave no reason".to_owned()),
    }
}
