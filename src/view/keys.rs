//! What the keys do.

/// A wish of the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// The sign-in below.
    NextSignIn,
    /// The sign-in above.
    PreviousSignIn,
    /// The arrow below.
    NextRow,
    /// The arrow above.
    PreviousRow,
    /// To the evidence of the arrow.
    OpenEvidence,
    /// The next problem.
    NextProblem,
    /// The problem before.
    PreviousProblem,
    /// The next time mode.
    TimeMode,
    /// The next zone.
    Zone,
    /// Clock offsets applied, or not.
    Offsets,
    /// Into the search.
    Search,
    /// Show or hide the keys.
    Help,
    /// Out of whatever is open.
    Back,
}

/// The keys of the help panel with what they do.
pub const KEYS: [(&str, Command); 13] = [
    ("j", Command::NextSignIn),
    ("k", Command::PreviousSignIn),
    ("↓", Command::NextRow),
    ("↑", Command::PreviousRow),
    ("Enter", Command::OpenEvidence),
    ("]", Command::NextProblem),
    ("[", Command::PreviousProblem),
    ("t", Command::TimeMode),
    ("z", Command::Zone),
    ("o", Command::Offsets),
    ("/", Command::Search),
    ("?", Command::Help),
    ("Esc", Command::Back),
];

/// Where the keyboard is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// In a field that takes text.
    Field,
    /// On something that Enter already does something to.
    Control,
    /// In a pane that the arrow keys scroll.
    Scroller,
    /// Anywhere else.
    Page,
}

/// What `key` (as `KeyboardEvent.key` names it, without Ctrl, Alt or Meta) does there.
#[must_use]
pub fn command(key: &str, focus: Focus) -> Option<Command> {
    let command = match key {
        "j" => Command::NextSignIn,
        "k" => Command::PreviousSignIn,
        "ArrowDown" => Command::NextRow,
        "ArrowUp" => Command::PreviousRow,
        "Enter" => Command::OpenEvidence,
        "]" => Command::NextProblem,
        "[" => Command::PreviousProblem,
        "t" => Command::TimeMode,
        "z" => Command::Zone,
        "o" => Command::Offsets,
        "/" => Command::Search,
        "?" => Command::Help,
        "Escape" => Command::Back,
        _ => return None,
    };
    match (focus, command) {
        (Focus::Page, _) | (_, Command::Back) => Some(command),
        (Focus::Field, _)
        | (Focus::Control, Command::OpenEvidence)
        | (Focus::Scroller, Command::OpenEvidence | Command::NextRow | Command::PreviousRow) => {
            None
        }
        (Focus::Control | Focus::Scroller, _) => Some(command),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_field_keeps_its_letters() {
        assert_eq!(command("j", Focus::Field), None);
        assert_eq!(command("Escape", Focus::Field), Some(Command::Back));
    }

    #[test]
    fn a_button_keeps_its_enter() {
        assert_eq!(command("Enter", Focus::Control), None);
        assert_eq!(command("Enter", Focus::Page), Some(Command::OpenEvidence));
        assert_eq!(command("]", Focus::Control), Some(Command::NextProblem));
    }

    #[test]
    fn a_pane_is_scrolled_with_its_arrow_keys() {
        assert_eq!(command("ArrowDown", Focus::Scroller), None);
        assert_eq!(command("j", Focus::Scroller), Some(Command::NextSignIn));
    }

    #[test]
    fn every_key_of_the_help_does_what_it_says() {
        for (shown, wanted) in KEYS {
            let key = match shown {
                "↓" => "ArrowDown",
                "↑" => "ArrowUp",
                "Esc" => "Escape",
                other => other,
            };
            assert_eq!(command(key, Focus::Page), Some(wanted), "{shown}");
        }
    }
}
