//! What the page shows, as values: formatting, filtering, selection and the address of a view.
//! Nothing here knows a browser, so everything here is tested without one.

pub mod clocks;
pub mod coverage;
pub mod files;
pub mod filter;
pub mod keys;
pub mod ladder;
pub mod latency;
pub mod list;
pub mod mark;
pub mod narrow;
pub mod quantity;
pub mod route;
pub mod strip;
pub mod text;
pub mod time;
pub mod window;
