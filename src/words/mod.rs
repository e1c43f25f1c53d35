//! Every text a person reads, in every language, as typed tables: a text missing in one language
//! does not compile.

mod said;
mod said_en;
mod said_zh;
pub mod ui;
pub mod ui_collect;
pub mod ui_flow;
pub mod ui_sentences;

pub use said::{Said, Texts};

use serde::{Deserialize, Serialize};

/// A language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}
