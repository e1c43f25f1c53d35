//! The page's worker.

fn main() {}
