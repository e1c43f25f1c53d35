//! Values of the Finesse REST API as logs print them: resources, agents, request ids, nocache.

use crate::record::intern::{Strings, Sym};
use crate::record::time::EpochMs;
use std::borrow::Cow;

/// Where the REST API lives on the server, as URLs, node ids and `uri` elements spell it.
const API_PREFIX: &str = "/finesse/api/";

/// `text` without any white space: ids get blanks and line breaks where a paste was wrapped.
#[must_use]
pub fn without_blanks(text: &str) -> Cow<'_, str> {
    // Most texts are plain, and bytes are looked at faster than characters.
    if text.bytes().all(|b| b.is_ascii_graphic()) {
        return Cow::Borrowed(text);
    }
    let text = text.trim();
    if text.contains(char::is_whitespace) {
        Cow::Owned(text.split_whitespace().collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// `text` without white space around it. Most has none, and its outer bytes tell.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    let outer = [text.as_bytes().first(), text.as_bytes().last()];
    let plain = outer.iter().all(|b| b.is_some_and(u8::is_ascii_graphic));
    if plain { text } else { text.trim() }
}

/// The resource of a URL, path or node id: below `/finesse/api/`, without query and outer slashes.
/// `/finesse/api/User/2001?nocache=1` and `/User/2001` are both `User/2001`.
#[must_use]
pub fn resource(url: &str) -> Cow<'_, str> {
    let cut = |path: &str| {
        let below = path.find(API_PREFIX).map_or(0, |at| at + API_PREFIX.len());
        let end = path.find('?').unwrap_or(path.len()).max(below);
        let whole = &path[below..end];
        let start = below + whole.len() - whole.trim_start_matches('/').len();
        start..start + whole.trim_matches('/').len()
    };
    match without_blanks(url) {
        Cow::Borrowed(path) => Cow::Borrowed(&path[cut(path)]),
        Cow::Owned(path) => Cow::Owned(path[cut(&path)].to_owned()),
    }
}

/// The agent a resource is about: `2001` of `User/2001` and of anything below it.
#[must_use]
pub fn agent_of(resource: &str) -> Option<&str> {
    let mut parts = resource.split('/');
    parts.next().filter(|first| *first == "User")?;
    parts.next().filter(|id| !id.is_empty())
}

/// Whether a resource is one a desktop reads or writes while it signs in.
#[must_use]
pub fn is_of_sign_in(resource: &str) -> bool {
    const FIRST_PARTS: [&str; 8] = [
        "SystemInfo",
        "ReasonCode",
        "ReasonCodes",
        "WrapUpReason",
        "WrapUpReasons",
        "PhoneBook",
        "PhoneBooks",
        "Users",
    ];
    let first = resource.split('/').next().unwrap_or("");
    first == "User" || FIRST_PARTS.contains(&first)
}

/// A request id as logs spell it: lower case, no blanks; `undefined` and `null` are none.
pub fn request_id(text: &str, strings: &mut Strings) -> Sym {
    let id = without_blanks(text);
    if id.is_empty() || id == "undefined" || id == "null" {
        return Sym::NONE;
    }
    strings.intern(&id.to_ascii_lowercase())
}

/// The browser's epoch ms in `nocache=1366756802163` or `nocache=[1366756802163]`, wherever it
/// stands in `text`, also with blanks inside where a paste was wrapped.
#[must_use]
pub fn nocache(text: &str) -> Option<EpochMs> {
    const NAME: &str = "nocache=";
    /// Epoch ms have 13 digits from 2001-09-09 to 2286-11-20.
    const DIGITS: usize = 13;
    let value = &text[text.find(NAME)? + NAME.len()..];
    let value = value.trim_start_matches([' ', '[', '\r', '\n']);
    let digits: String = value
        .chars()
        .filter(|c| !c.is_whitespace())
        .take_while(char::is_ascii_digit)
        .take(DIGITS + 1)
        .collect();
    let ms = (digits.len() == DIGITS).then(|| digits.parse().ok())??;
    Some(EpochMs(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_lose_prefix_query_and_slashes() {
        for url in [
            "/finesse/api/User/2001?nocache=1",
            "http://localhost/finesse/api/User/2001",
            "/User/2001",
            "User/2001/",
            "/finesse/api/User/ 2001",
        ] {
            assert_eq!(resource(url), "User/2001", "{url}");
        }
        assert_eq!(resource("?a=/finesse/api/"), "");
        assert_eq!(resource(""), "");
    }

    #[test]
    fn the_agent_is_the_part_after_user() {
        assert_eq!(agent_of("User/2001/Dialogs"), Some("2001"));
        assert_eq!(agent_of("User"), None);
        assert_eq!(agent_of("Queue/7"), None);
    }

    #[test]
    fn nocache_is_found_in_brackets_and_in_urls() {
        let ms = Some(EpochMs(1_366_756_805_180));
        assert_eq!(nocache("{ nocache=[1366756805180], }"), ms);
        assert_eq!(nocache("{ nocache= [13667568 05180], }"), ms);
        assert_eq!(nocache("/SystemInfo?nocache=1366756805180'"), ms);
        assert_eq!(nocache("nocache=12"), None);
        assert_eq!(nocache("nocache=13667568051801"), None);
    }

    #[test]
    fn request_ids_are_normalised() {
        let mut strings = Strings::default();
        let id = request_id("6E210CA9-5786-43bc-babf- 64a397a6057f ", &mut strings);
        assert_eq!(strings.get(id), "6e210ca9-5786-43bc-babf-64a397a6057f");
        assert_eq!(request_id("undefined", &mut strings), Sym::NONE);
        assert_eq!(request_id("null", &mut strings), Sym::NONE);
    }
}
