//! Reading for practice, before there is a bundle: browsers run code slowly until they have seen it run,
//! and whoever opens the page has yet to find the file. The first 200 MB took a third less time after it
//! (`docs/performance.md`).

use crate::reading::{Pump, now, pause};
use logintrace::protocol::SourceMeta;
use logintrace::session::Session;
use std::rc::Rc;

/// As much as 4.7 MB of log with this sample; a bundle of 36 MB read before brought no more (Chromium 156).
const ROUNDS: u32 = 8;
/// Slow machines have better things to do for longer than this, ms.
const LIMIT_MS: f64 = 1500.0;
/// Bytes fed at once: a bundle waits no longer than these take.
const PART: usize = 8 * 1024;

/// Reads `bundle` and forgets it, some times over; ends as soon as there is another one to be read.
pub(crate) async fn practise(pump: Rc<Pump>, bundle: Vec<u8>) {
    let started = now();
    for _ in 0..ROUNDS {
        if read(&pump, &bundle).await.is_err() || now() - started > LIMIT_MS {
            break;
        }
    }
}

/// There is a bundle to be read.
struct Wanted;

/// Lets the page's messages in.
async fn give_way(pump: &Pump) -> Result<(), Wanted> {
    pause().await;
    if pump.has_begun() {
        Err(Wanted)
    } else {
        Ok(())
    }
}

async fn read(pump: &Pump, bundle: &[u8]) -> Result<(), Wanted> {
    let mut session = Session::new();
    let source = SourceMeta {
        name: String::new(),
        size: bundle.len() as u64,
    };
    session.open(0, vec![source], Vec::new());
    session.begin(0);
    for part in bundle.chunks(PART) {
        give_way(pump).await?;
        session.feed(part);
    }
    session.end(None);
    give_way(pump).await?;
    let _ = session.close(false, 0.0);
    Ok(())
}
