//! Stories that are the same wherever the page lives.
