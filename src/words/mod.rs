//! Every text a person reads, in every language, as typed tables: a text missing in one language
//! does not compile.

pub mod codes;
mod said;
mod said_en;
mod said_later_en;
mod said_later_zh;
mod said_refused_en;
mod said_refused_zh;
mod said_server_en;
mod said_server_zh;
mod said_zh;
pub mod ui;
pub mod ui_collect;
pub mod ui_flow;
pub mod ui_sentences;

pub use said::{CtiRefusal, HttpRefusal, Said, SaidLater, SaidServer, Stall, Texts};

use serde::{Deserialize, Serialize};

/// The verdict on a sign-in that went well, but not well enough.
#[must_use]
pub fn signed_in_but(lang: Lang, said: &Said) -> String {
    let but = said.texts(lang).title;
    match lang {
        Lang::En => format!("Signed in, but: {but}"),
        Lang::Zh => format!("登录成功，但是：{but}"),
    }
}

/// A language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}
