//! The page's end of the worker: starts it, sends requests, hears replies.
//!
//! There is one way to start it. The single-file build hands over the compiled worker and a blob
//! address for its script in the global [`EMBEDDED`]; without that global the page is hosted, and the
//! script lies next to it as [`HOSTED`]. Both are classic workers: module workers do not start from
//! `file:` in Chromium.

use crate::app::browser;
use crate::app::crew::Crew;
use crate::app::intake::SAMPLE;
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use gloo::utils::document;
use js_sys::{Array, JSON, Promise, Reflect, Uint8Array};
use logintrace::protocol::{PROTOCOL_VERSION, Reply, Request, SourceMeta};
use logintrace::scope::Scope;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, ErrorEvent, Event, File, MessageEvent, Url, Worker};

/// Global of the single-file page (set by `xtask/src/bootstrap.js`): a promise of
/// `{ script, module }`, the blob address of the worker's script and its compiled wasm.
const EMBEDDED: &str = "logintraceWorker";

/// The worker's script on a host, relative to the page; the name Trunk gives it.
const HOSTED: &str = "worker_loader.js";

/// Files handed over at once. Ten thousand handles in one message kept the page from answering for
/// 66 ms (Chromium 156, 2 cores); in parts of this size no task of the page took 50 ms.
const HANDLES: usize = 500;

/// A worker that has not spoken after this long, ms, will not. Starting takes under 100 ms; a slow
/// line may need seconds to fetch the hosted one.
const START_LIMIT_MS: u32 = 30_000;

/// The worker practises this long after it said that it is ready, ms: at the same time as the page draws itself
/// it made tasks of the page take up to 180 ms (Chromium 156, 2 cores).
const PRACTICE_MS: u32 = 400;

/// The worker as the page knows it. Clones are the same worker.
#[derive(Clone)]
pub(crate) struct Client(Rc<Shared>);

struct Shared {
    on_reply: Box<dyn Fn(Reply)>,
    on_fatal: Box<dyn Fn(String)>,
    link: RefCell<Option<Link>>,
    ready: Cell<bool>,
    /// Messages for a worker that has not said ready yet: it would not hear them.
    waiting: RefCell<Vec<JsValue>>,
    /// Counts starts, so that a start overtaken by a later one is dropped.
    start: Cell<u32>,
    /// The bundle that was opened last.
    opening: Cell<u32>,
}

/// A running worker and what listens to it.
struct Link {
    worker: Worker,
    crew: Crew,
    _listeners: [EventListener; 3],
    practice: RefCell<Option<Timeout>>,
    _start_limit: Timeout,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Client {
    /// Starts the worker. `on_reply` hears every reply but [`Reply::Ready`]. `on_fatal` hears why the
    /// worker is gone, to stand behind "The reader stopped:"; nothing more comes until
    /// [`Client::restart`].
    pub(crate) fn start(
        on_reply: impl Fn(Reply) + 'static,
        on_fatal: impl Fn(String) + 'static,
    ) -> Self {
        let client = Self(Rc::new(Shared {
            on_reply: Box::new(on_reply),
            on_fatal: Box::new(on_fatal),
            link: RefCell::new(None),
            ready: Cell::new(false),
            waiting: RefCell::default(),
            start: Cell::new(0),
            opening: Cell::new(0),
        }));
        client.restart();
        client
    }

    /// Ends the worker at once, with all it knows and all the memory it has, and starts an empty one.
    /// Settings sent before ([`Request::Language`]) must be sent again.
    pub(crate) fn restart(&self) {
        let shared = self.0.clone();
        shared.stop();
        let start = shared.start.get();
        spawn_local(async move {
            let ready = Start::ready().await;
            if shared.start.get() != start {
                return;
            }
            match ready.and_then(|ready| Link::new(&shared, &ready)) {
                Ok(link) => *shared.link.borrow_mut() = Some(link),
                Err(error) => shared.fail(format!("it did not start: {}", why(&error))),
            }
        });
    }

    /// Opens `files` as bundle `generation`, as far as it is wanted and the memory in bytes lets; see
    /// [`Request::Open`].
    pub(crate) fn open(
        &self,
        generation: u32,
        files: Vec<(SourceMeta, File)>,
        unreadable: Vec<(String, String)>,
        (scope, memory): (Scope, u64),
    ) {
        let (sources, handles): (Vec<_>, Vec<_>) = files.into_iter().unzip();
        let client = self.clone();
        let start = self.0.start.get();
        self.0.opening.set(generation);
        spawn_local(async move {
            for some in handles.chunks(HANDLES) {
                client.post(&Request::Hand { generation }, some);
                breathe().await;
                if client.0.start.get() != start {
                    return; // Another worker, which knows nothing of this bundle.
                }
                if client.0.opening.get() != generation {
                    return; // Another bundle, which was opened meanwhile.
                }
            }
            client.send(&Request::Open {
                generation,
                sources,
                unreadable,
                scope,
                memory,
            });
        });
    }

    /// Sends what needs no files beside it.
    pub(crate) fn send(&self, request: &Request) {
        self.post(request, &[]);
    }

    fn post(&self, request: &Request, handles: &[File]) {
        let message = match envelope(request) {
            Ok(message) => message,
            Err(error) => return self.0.fail(error),
        };
        for handle in handles {
            message.push(handle);
        }
        if self.0.ready.get() {
            self.0.deliver(&message);
        } else {
            self.0.waiting.borrow_mut().push(message.into());
        }
    }
}

/// A message with this request, to which may be added what travels beside it.
pub(crate) fn envelope(request: &Request) -> Result<Array, String> {
    postcard::to_allocvec(request)
        .map(|bytes| Array::of1(&Uint8Array::from(bytes.as_slice())))
        .map_err(|error| format!("a request could not be written: {error}"))
}

/// Lets the page answer whatever is waiting.
async fn breathe() {
    let later = Promise::new(&mut |resolve, _| {
        Timeout::new(0, move || {
            let _ = resolve.call0(&JsValue::NULL);
        })
        .forget();
    });
    // A timer's promise is never rejected.
    let _ = JsFuture::from(later).await;
}

impl Shared {
    fn stop(&self) {
        self.start.set(self.start.get() + 1);
        self.ready.set(false);
        self.waiting.borrow_mut().clear();
        self.link.borrow_mut().take();
    }

    fn fail(&self, sentence: String) {
        self.stop();
        (self.on_fatal)(sentence);
    }

    fn deliver(&self, message: &JsValue) {
        let sent = match self.link.borrow().as_ref() {
            Some(link) => link.worker.post_message(message),
            None => return,
        };
        if let Err(error) = sent {
            self.fail(format!("it could not be asked: {}", why(&error)));
        }
    }

    /// A string is the worker's last word; anything else is a reply.
    fn hear(&self, data: &JsValue) {
        if let Some(sentence) = data.as_string() {
            return self.fail(sentence);
        }
        let bytes = Uint8Array::new(data).to_vec();
        match postcard::from_bytes(&bytes) {
            Ok(Reply::Ready { version }) => self.begin(version),
            Ok(reply) => (self.on_reply)(reply),
            Err(error) => self.fail(format!("a reply could not be read: {error}")),
        }
    }

    fn begin(&self, version: u32) {
        if version != PROTOCOL_VERSION {
            return self.fail(format!(
                "the page is version {PROTOCOL_VERSION} and its reader version {version}: reload the page"
            ));
        }
        self.ready.set(true);
        let prepared = match &*self.link.borrow() {
            Some(link) => link.prepare(),
            None => return,
        };
        if let Err(error) = prepared {
            return self.fail(error);
        }
        for message in self.waiting.take() {
            self.deliver(&message);
        }
    }
}

impl Link {
    /// Gives a worker that listens its readers, and lets it practise once the page has settled.
    fn prepare(&self) -> Result<(), String> {
        let introduced = self.crew.introduce(&self.worker);
        introduced.map_err(|error| format!("it could not be helped: {}", why(&error)))?;
        let message = envelope(&Request::Practise)?;
        message.push(&Uint8Array::from(SAMPLE));
        let worker = self.worker.clone();
        let later = Timeout::new(PRACTICE_MS, move || {
            // Who cannot practise reads no worse than before.
            let _ = worker.post_message(&message);
        });
        *self.practice.borrow_mut() = Some(later);
        Ok(())
    }

    fn new(shared: &Rc<Shared>, start: &Start) -> Result<Self, JsValue> {
        let worker = start.worker()?;
        let message = listen(shared, &worker, "message", |shared, event| {
            shared.hear(&event.unchecked_ref::<MessageEvent>().data());
        });
        let error = listen(shared, &worker, "error", |shared, event| {
            shared.fail(format!("an error of its own: {}", last_words(event)));
        });
        let garbled = listen(shared, &worker, "messageerror", |shared, _| {
            shared.fail("its message could not be read".to_owned());
        });
        let limit = {
            let shared = Rc::downgrade(shared);
            Timeout::new(START_LIMIT_MS, move || {
                let late = shared.upgrade().filter(|shared| !shared.ready.get());
                if let Some(shared) = late {
                    shared.fail("it did not start: it said nothing".to_owned());
                }
            })
        };
        let lost = Rc::downgrade(shared);
        let this = shared.start.get();
        let crew = Crew::start(start, move |why| {
            let lost = lost.clone();
            spawn_local(async move {
                let present = lost.upgrade().filter(|it| it.start.get() == this);
                if let Some(shared) = present {
                    shared.fail(why);
                }
            });
        })?;
        Ok(Self {
            worker,
            crew,
            _listeners: [message, error, garbled],
            practice: RefCell::default(),
            _start_limit: limit,
        })
    }
}

/// Calls `heard` for each such event of the worker, outside the event: `heard` may end the worker,
/// and with it this very listener.
fn listen(
    shared: &Rc<Shared>,
    worker: &Worker,
    event: &'static str,
    heard: fn(&Shared, &Event),
) -> EventListener {
    let shared = Rc::downgrade(shared);
    let start = shared.upgrade().map_or(0, |shared| shared.start.get());
    EventListener::new(worker, event, move |event| {
        let (shared, event) = (shared.clone(), event.clone());
        spawn_local(async move {
            let present = shared.upgrade().filter(|it| it.start.get() == start);
            if let Some(shared) = present {
                heard(&shared, &event);
            }
        });
    })
}

/// What a worker is started from.
pub(crate) enum Start {
    /// The address of a script on the page's host, or of a blob that calls it.
    Hosted(String),
    /// A blob's address and the compiled module to post to it.
    Embedded(String, JsValue),
}

impl Start {
    async fn ready() -> Result<Self, JsValue> {
        let embedded = Reflect::get(&js_sys::global(), &EMBEDDED.into())?;
        let Ok(embedded) = embedded.dyn_into::<Promise>() else {
            return hosted().map(Self::Hosted);
        };
        let embedded = JsFuture::from(embedded).await?;
        let script = Reflect::get(&embedded, &"script".into())?;
        let module = Reflect::get(&embedded, &"module".into())?;
        Ok(Self::Embedded(
            script.as_string().unwrap_or_default(),
            module,
        ))
    }

    /// Another worker.
    pub(crate) fn worker(&self) -> Result<Worker, JsValue> {
        match self {
            Self::Hosted(script) => Worker::new(script),
            Self::Embedded(script, module) => {
                let worker = Worker::new(script)?;
                worker.post_message(module)?;
                Ok(worker)
            }
        }
    }
}

/// A worker that is loaded from a host has no policy but what the host sends with it; one that starts from a blob has
/// the page's. So a page with a policy hands it on.
fn hosted() -> Result<String, JsValue> {
    if !browser::has_policy() {
        return Ok(HOSTED.to_owned());
    }
    let here = document().base_uri()?.unwrap_or_default();
    let base = JSON::stringify(&Url::new_with_base("./", &here)?.href().into())?;
    let script =
        format!("self.logintraceBase = {base}; importScripts(self.logintraceBase + \"{HOSTED}\");");
    let blob = Blob::new_with_str_sequence(&Array::of1(&script.into()))?;
    Url::create_object_url_with_blob(&blob)
}

/// What a worker's `error` says. The address of a script that could not be fetched gives one without a message.
pub(crate) fn last_words(event: &Event) -> String {
    let said = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
    said.unwrap_or_else(|| "its script could not be loaded".to_owned())
}

/// What a thrown value says.
fn why(thrown: &JsValue) -> String {
    let message = Reflect::get(thrown, &"message".into()).ok();
    message
        .and_then(|message| message.as_string())
        .unwrap_or_else(|| format!("{thrown:?}"))
}
