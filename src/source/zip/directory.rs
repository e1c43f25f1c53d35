//! The directory at the end of a zip, and the records that end it.

use super::header::{CENTRAL_FIXED, Header, u16_at, u64_at};
use super::{State, Zip, fill, hash};
use crate::source::names;
use crate::source::opener::Out;

impl Zip {
    pub(super) fn central(&mut self, input: &mut &[u8], out: &mut Out<'_>) -> bool {
        if !fill(&mut self.held, input, CENTRAL_FIXED) {
            return false;
        }
        let length = Header::central_length(&self.held);
        if !fill(&mut self.held, input, length) {
            return false;
        }
        let header = Header::central(self.held.get(..length).unwrap_or_default());
        self.listed += 1;
        if !self.met.contains(&hash(&header.raw_name)) {
            self.report_missing(&header, out);
        }
        self.use_up(length);
        self.state = State::Signature;
        true
    }

    fn report_missing(&self, header: &Header, out: &mut Out<'_>) {
        let name = names::shown(&header.name);
        if names::left_out(&name).is_none() {
            let why = self.broken("a member before this entry of the directory", "none");
            let chain = [self.chain.as_slice(), &[name]].concat();
            out.unreadable(&chain, header.packed, why);
        }
    }

    pub(super) fn end(&mut self, input: &mut &[u8]) -> bool {
        const FIXED: usize = 22;
        if !fill(&mut self.held, input, FIXED) {
            return false;
        }
        let comment = u64::from(u16_at(&self.held, 20));
        self.ended = true;
        self.use_up(FIXED);
        self.skip(comment);
        true
    }

    pub(super) fn zip64_end(&mut self, input: &mut &[u8]) -> bool {
        const FIXED: usize = 12;
        if !fill(&mut self.held, input, FIXED) {
            return false;
        }
        let rest = u64_at(&self.held, 4);
        self.use_up(FIXED);
        self.skip(rest);
        true
    }
}
