//! One member of a zip while its data comes by.

use super::descriptor::Expect;
use super::header::{Header, unsupported};
use crate::error::Error;
use crate::source::inflate::Inflater;
use crate::source::names;
use crate::source::node::{Node, broken};
use crate::source::opener::Out;
use crate::source::packed::{Packed, Packing, Tally};
use crc32fast::Hasher as Crc;

/// A member between its local header and the end of its descriptor.
#[derive(Debug)]
pub(super) struct Entry {
    chain: Vec<String>,
    pub(super) header: Header,
    /// Why it cannot be opened.
    refused: Option<Error>,
    /// Where its data goes; `None` if it is refused or left out.
    member: Option<Data>,
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

/// Where the data of a member goes.
#[derive(Debug)]
enum Data {
    /// Decompressed bytes: deflated data is inflated before it gets here.
    Plain(Node),
    /// Compressed bytes, in another way than deflate.
    Packed(Box<Packed>),
}

impl Data {
    fn new(header: &Header, chain: Vec<String>, depth: u32) -> Self {
        match packing(header) {
            Some(packing) => Self::Packed(Box::new(Packed::in_zip(packing, chain, depth))),
            None => Self::Plain(Node::member(chain, depth)),
        }
    }
}

/// How a member is compressed that is neither stored nor deflated (APPNOTE 4.4.5).
fn packing(header: &Header) -> Option<Packing> {
    match header.method {
        12 => Some(Packing::Bzip2),
        93 => Some(Packing::Zstd),
        _ => None,
    }
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
            member: opened.then(|| Data::new(&header, chain.clone(), depth)),
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

    /// Whether its checksum and size are known when its data has come: those of packed data are only known
    /// when it is unpacked.
    fn is_measured(&self) -> bool {
        !self.is_passed_over() && packing(&self.header).is_none()
    }

    /// The next bytes: inflated, or as they stand.
    pub(super) fn push(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        match &mut self.member {
            Some(Data::Packed(packed)) => return packed.push(bytes, out),
            Some(Data::Plain(member)) => member.push(bytes, out),
            None => {}
        }
        self.crc.update(bytes);
        self.size += bytes.len() as u64;
    }

    /// Keeps the first problem.
    pub(super) fn note(&mut self, problem: Error) {
        self.problem.get_or_insert(problem);
    }

    /// What a descriptor behind the data so far would say.
    pub(super) fn expect(&self) -> Expect {
        let measured = self.is_measured();
        Expect {
            crc: measured.then(|| self.crc.clone().finalize()),
            packed: self.packed,
            size: measured.then_some(self.size),
        }
    }

    /// Compares the data with what the local header says of it.
    pub(super) fn check(&mut self, at: u64, archive: &str) {
        if self.is_measured()
            && let Some(problem) = differs(
                &self.header,
                (self.crc.clone().finalize(), self.size),
                (at, archive),
            )
        {
            self.note(problem);
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
            let problem = problem.or(self.problem);
            match member {
                Data::Plain(member) => member.finish(problem, out),
                Data::Packed(packed) => {
                    let check = |tally: &Tally| check_unpacked(&self.header, tally, &self.chain);
                    packed.finish_checked(problem, check, out);
                }
            }
        } else if let Some(problem) = problem {
            out.unreadable(&self.chain, self.packed, problem);
        }
    }
}

/// Compares checksum and size with what the local header says, at this byte of this archive.
fn differs(header: &Header, (crc, size): (u32, u64), (at, archive): (u64, &str)) -> Option<Error> {
    if header.size != size {
        let expected = format!("{} bytes of data", header.size);
        Some(broken(&expected, &size.to_string(), at, archive))
    } else if header.crc != crc {
        let expected = format!("data of checksum {:08x}", header.crc);
        Some(broken(&expected, &format!("{crc:08x}"), at, archive))
    } else {
        None
    }
}

/// The same for packed data. What a descriptor says of it came before it could be compared.
fn check_unpacked(header: &Header, tally: &Tally, chain: &[String]) -> Option<Error> {
    let name = chain.last().map_or("", String::as_str);
    let said = (!header.descriptor).then_some((tally.crc(), tally.size()))?;
    differs(header, said, (header.packed, name))
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
