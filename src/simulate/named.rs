//! Lists that the command line knows by name.

/// An enum whose variants have a name on the command line and one line about them.
macro_rules! named {
    ($(#[$attribute:meta])* $kind:ident { $($name:ident $slug:literal $about:literal;)* }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $kind {
            $(#[doc = $about] $name,)*
        }

        impl $kind {
            /// All of them.
            pub const ALL: [$kind; [$($slug),*].len()] = [$(Self::$name),*];

            /// The name on the command line and in [`crate::simulate::Truth`].
            #[must_use]
            pub fn slug(self) -> &'static str {
                match self {
                    $(Self::$name => $slug,)*
                }
            }

            /// What it is, in one line.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$name => $about,)*
                }
            }

            /// The one of that name.
            #[must_use]
            pub fn from_slug(slug: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.slug() == slug)
            }
        }
    };
}

pub(super) use named;

#[cfg(test)]
mod tests {
    use crate::simulate::{Quirk, Scenario};

    #[test]
    fn everything_is_found_by_its_name() {
        for scenario in Scenario::ALL {
            assert_eq!(Scenario::from_slug(scenario.slug()), Some(scenario));
        }
        for quirk in Quirk::ALL {
            assert_eq!(Quirk::from_slug(quirk.slug()), Some(quirk));
        }
        assert_eq!(Scenario::from_slug("nonsense"), None);
    }
}
