//! The newest questions: nobody waits for the answers to older ones.

use crate::protocol::Request;
use std::mem::discriminant;

/// The newest question of each kind about the bundle that is open. There are few kinds.
#[derive(Debug, Default)]
pub struct Newest(Vec<Request>);

impl Newest {
    /// A question has been asked.
    pub fn ask(&mut self, request: &Request) {
        self.0
            .retain(|older| discriminant(older) != discriminant(request));
        self.0.push(request.clone());
    }

    /// Whether its answer is still waited for.
    #[must_use]
    pub fn is(&self, request: &Request) -> bool {
        self.0.contains(request)
    }

    /// Another bundle is open: what was asked of the one before is not to be answered any more.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(question: u32) -> Request {
        Request::Find {
            question,
            pattern: "2001".to_owned(),
        }
    }

    #[test]
    fn the_next_question_of_its_kind_or_another_bundle_ends_the_waiting() {
        let mut newest = Newest::default();
        assert!(!newest.is(&find(1)));
        newest.ask(&find(1));
        newest.ask(&Request::Strip { question: 2 });
        assert!(newest.is(&find(1)), "the other is of another kind");
        newest.ask(&find(3));
        assert!(!newest.is(&find(1)) && newest.is(&find(3)));
        newest.forget();
        assert!(!newest.is(&find(3)));
    }
}
