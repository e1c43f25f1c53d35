//! Parts without product words.

mod copy_button;
mod hint;
mod shape;
mod slices;
mod turns;
mod virtual_list;

pub(crate) use copy_button::{CopyButton, CopyTexts};
pub(crate) use hint::{Hint, HintBox, HintLine, explained, explained_by, hide};
pub(crate) use shape::Shape;
pub(crate) use slices::Slices;
pub(crate) use turns::{InTurn, after_frame, when_due, when_idle};
pub(crate) use virtual_list::VirtualList;
