//! One member of a zip while its data comes by.

use super::descriptor::Expect;
use super::header::{Header, unsupported};
use crate::error::Error;
use crate::source::inflate::Inflater;
use crate::source::names;
use crate::source::node::{Node, broken};
use crate::source::opener::Out;
use flate2::Crc;

/// A member between its local header and the end of its descriptor.
#[derive(Debug)]
pub(super) struct Entry {
    chain: Vec<String>,
    pub(super) header: Header,
    /// Why it cannot be opened.
    refused: Option<Error>,
    /// Where its data goes; `None` if it is refused or left out.
    member: Option<Node>,
    /// There if it is deflated.
    pub(super) inflater: Option<Inflater>,
    crc: Crc,
    /// Compressed bytes so far.
    pub(super) packed: u64,
    /// Decompressed bytes so far.
    size: u64,
    /// The first thing that was wrong.
    problem: Option<Error>,
}

impl Entry {
    /// The member `header` of the archive `archive`; one that is left out is reported at once.
    pub(super) fn begin(header: Header, archive: &[String], depth: u32, out: &mut Out<'_>) -> Self {
        let mut chain = archive.to_vec();
        let name = names::shown(&header.name);
        let left_out = names::left_out(&name);
        chain.push(name);
        if let Some(why) = left_out {
            out.skipped(&chain, why);
        }
        let refused = refusal(&header);
        let opened = left_out.is_none() && refused.is_none();
        Self {
            member: opened.then(|| Node::member(chain.clone(), depth)),
            inflater: (refused.is_none() && header.method == 8).then(|| out.inflater()),
            refused: refused.filter(|_| left_out.is_none()),
            chain,
            header,
            crc: Crc::new(),
            packed: 0,
            size: 0,
            problem: None,
        }
    }

    /// Whether its data is passed over without a look.
    pub(super) fn is_passed_over(&self) -> bool {
        refusal(&self.header).is_some()
    }

    /// The next decompressed bytes.
    pub(super) fn push(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        self.crc.update(bytes);
        self.size += bytes.len() as u64;
        if let Some(member) = &mut self.member {
            member.push(bytes, out);
        }
    }

    /// Keeps the first problem.
    pub(super) fn note(&mut self, problem: Error) {
        self.problem.get_or_insert(problem);
    }

    /// What a descriptor behind the data so far would say.
    pub(super) fn expect(&self) -> Expect {
        let unread = self.is_passed_over();
        Expect {
            crc: (!unread).then(|| self.crc.sum()),
            packed: self.packed,
            size: (!unread).then_some(self.size),
        }
    }

    /// Compares the data with what the local header says of it.
    pub(super) fn check(&mut self, at: u64, archive: &str) {
        if self.is_passed_over() {
            return;
        }
        let (crc, size) = (self.crc.sum(), self.size);
        if self.header.size != size {
            let expected = format!("{} bytes of data", self.header.size);
            self.note(broken(&expected, &size.to_string(), at, archive));
        } else if self.header.crc != crc {
            let expected = format!("data of checksum {:08x}", self.header.crc);
            self.note(broken(&expected, &format!("{crc:08x}"), at, archive));
        }
    }

    /// The member is over.
    pub(super) fn close(self, problem: Option<Error>, out: &mut Out<'_>) {
        if let Some(inflater) = self.inflater {
            out.give_back(inflater);
        }
        if let Some(why) = self.refused {
            out.unreadable(&self.chain, self.packed, why);
        } else if let Some(member) = self.member {
            member.finish(problem.or(self.problem), out);
        } else if let Some(problem) = problem {
            out.unreadable(&self.chain, self.packed, problem);
        }
    }
}

fn refusal(header: &Header) -> Option<Error> {
    if header.encrypted {
        return Some(Error::new(
            "password-protected: unpack it with the password and drop what was in it",
        ));
    }
    let method = unsupported(header.method)?;
    Some(Error::new(format!(
        "compressed with {method}, which cannot be read here: unpack it, or repack it as zip or tgz"
    )))
}
