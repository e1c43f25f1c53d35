//! Whole dropped files read by somebody else, archives opened and all.
//!
//! Whoever reads one tells what it meets, in parts, and the owner takes each part in as if it had met all that
//! itself.

use super::crew::{Errand, Outcome, Reading, Work};
use crate::error::Error;
use crate::format::reader::{FileReading, Reader};
use crate::record::intern::Strings;
use crate::scope::Scope;
use crate::source::{Checkpoint, Limits, Mark, MemberSink, Opener};
use serde::{Deserialize, Serialize};

/// Something met in a dropped file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Met {
    Mark(Mark),
    Checkpoint(Checkpoint),
    /// A member, read, with its string table.
    Member(Box<FileReading>, Vec<Box<str>>),
    Unreadable {
        chain: Vec<String>,
        bytes: u64,
        why: String,
    },
    Skipped {
        chain: Vec<String>,
        why: String,
    },
    /// Not wanted.
    LeftOut {
        chain: Vec<String>,
        bytes: u64,
    },
}

/// What was met since the part before.
#[derive(Debug, Serialize, Deserialize)]
pub struct SourcePart {
    pub(super) met: Vec<Met>,
    /// Bytes of the file read since then.
    pub(super) read: u64,
    /// Bytes so far of the member that is being read, decompressed.
    pub(super) inflating: u64,
    /// Nothing more will come.
    pub(super) is_last: bool,
    /// Bytes of the file that nobody will read, because reading was stopped.
    pub(super) unread: u64,
}

/// Reads a dropped file for somebody else.
pub struct Borrower {
    number: u32,
    size: u64,
    /// Bytes read, and how many of them have been told of.
    read: u64,
    told: u64,
    opener: Opener,
    meeting: Meeting,
}

impl Borrower {
    /// For an errand that is about a whole file; gives back any other.
    ///
    /// # Errors
    /// The errand, if it is about something else.
    pub fn of(errand: Errand) -> Result<Self, Box<Errand>> {
        let Work::Source {
            size, ref scope, ..
        } = errand.work
        else {
            return Err(Box::new(errand));
        };
        let name = errand.chain.first().map_or("", String::as_str);
        Ok(Self {
            number: errand.number,
            size,
            read: 0,
            told: 0,
            opener: Opener::new(name, Limits::DEFAULT),
            meeting: Meeting {
                scope: scope.clone(),
                open: None,
                met: Vec::new(),
                kept: 0,
            },
        })
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        self.read += bytes.len() as u64;
        self.opener.push(bytes, &mut self.meeting);
    }

    /// How many records have not been told of yet.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.meeting.kept
    }

    /// What was met since the last time.
    pub fn part(&mut self) -> Outcome {
        let read = self.read - std::mem::replace(&mut self.told, self.read);
        self.meeting.kept = 0;
        self.outcome(read, 0, false)
    }

    /// The file is over, or could not be read further.
    #[must_use]
    pub fn finish(mut self, failed: Option<String>) -> Outcome {
        self.end(failed.map(Error::new));
        self.outcome(self.read - self.told, 0, true)
    }

    /// Nobody wants the rest.
    #[must_use]
    pub fn stop(mut self) -> Outcome {
        let rest = self.size.saturating_sub(self.read);
        self.end(Some(super::part::stopped(rest, self.size)));
        self.outcome(self.read - self.told, rest, true)
    }

    fn end(&mut self, problem: Option<Error>) {
        let over = Opener::new("", Limits::DEFAULT);
        let opener = std::mem::replace(&mut self.opener, over);
        match problem {
            None => opener.finish(&mut self.meeting),
            Some(why) => opener.fail(why, &mut self.meeting),
        }
    }

    fn outcome(&mut self, read: u64, unread: u64, is_last: bool) -> Outcome {
        let open = self.meeting.open.as_ref();
        Outcome {
            number: self.number,
            reading: Reading::Source(SourcePart {
                inflating: open.map_or(0, |open| open.bytes),
                met: std::mem::take(&mut self.meeting.met),
                read,
                is_last,
                unread,
            }),
        }
    }
}

/// Keeps what is met.
struct Meeting {
    scope: Scope,
    open: Option<Open>,
    met: Vec<Met>,
    kept: usize,
}

/// The member that is being read.
struct Open {
    chain: Vec<String>,
    bytes: u64,
    /// `None`: it is not wanted.
    reader: Option<(Box<Reader>, Strings)>,
}

impl MemberSink for Meeting {
    fn start(&mut self, chain: &[String]) {
        let reader = || {
            let reader = Reader::new(chain).narrowed(self.scope.window);
            (Box::new(reader), Strings::default())
        };
        self.open = Some(Open {
            chain: chain.to_vec(),
            bytes: 0,
            reader: self.scope.wants(chain).then(reader),
        });
    }

    fn data(&mut self, bytes: &[u8]) {
        let Some(open) = &mut self.open else { return };
        open.bytes += bytes.len() as u64;
        if let Some((reader, strings)) = &mut open.reader {
            reader.push(bytes, strings);
        }
    }

    fn end(&mut self, problem: Option<Error>) {
        let Some(open) = self.open.take() else { return };
        self.met.push(match open.reader {
            Some((reader, mut strings)) => {
                let reading = reader.finish(problem, &mut strings);
                self.kept += reading.records.len();
                Met::Member(Box::new(reading), strings.into_texts())
            }
            None => Met::LeftOut {
                chain: open.chain,
                bytes: open.bytes,
            },
        });
    }

    fn unreadable(&mut self, chain: &[String], bytes: u64, why: Error) {
        let chain = chain.to_vec();
        self.met.push(match self.scope.wants(&chain) {
            true => Met::Unreadable {
                chain,
                bytes,
                why: why.to_string(),
            },
            false => Met::LeftOut { chain, bytes },
        });
    }

    fn skipped(&mut self, chain: &[String], why: &'static str) {
        self.met.push(Met::Skipped {
            chain: chain.to_vec(),
            why: why.to_owned(),
        });
    }

    fn mark(&mut self, mark: Mark) {
        self.met.push(Met::Mark(mark));
    }

    fn checkpoint(&mut self, checkpoint: Checkpoint) {
        self.met.push(Met::Checkpoint(checkpoint));
    }
}
