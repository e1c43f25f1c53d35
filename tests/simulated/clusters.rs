//! The standard clusters: every form, deployment and packer, with logs missing or not.

use logintrace::simulate::{Config, Deployment, Forms, Packing, Quirk, Scenario};

/// One of them.
#[derive(Debug)]
pub(crate) struct Variant {
    /// What is particular about it.
    pub(crate) title: &'static str,
    /// How it is simulated.
    pub(crate) config: Config,
}

impl Variant {
    /// Whether all that the machines wrote is in the bundle.
    pub(crate) fn is_whole(&self) -> bool {
        let cut = self.config.quirks.contains(&Quirk::ClientRing);
        self.config.drop == 0 && self.config.window.is_none() && !cut
    }
}

/// How far the seeds of two runs of all clusters are apart: more than there are clusters.
const SEEDS: u64 = 1_000;

/// All of them with `agents` agents each; seeds differ, so that no two tell the same stories. With another
/// `run` than 0 all of them are others.
pub(crate) fn variants(agents: u32, run: u64) -> Vec<Variant> {
    let full = |seed| Config::new(agents, seed + run * SEEDS);
    let drawn = |seed, packing| Config {
        forms: Forms::drawn(seed + run * SEEDS),
        packing,
        ..full(seed)
    };
    let ccx = |config| Config {
        deployment: Deployment::Ccx,
        ..config
    };
    let lossy = |seed, drop| Config {
        drop,
        ..drawn(seed, Packing::Nested)
    };
    let variant = |title, config| Variant { title, config };
    let mut variants = vec![
        variant("release 11, everything printed", full(101)),
        variant(
            "release 9: no dates, no ms",
            Config {
                forms: Forms::OLD,
                packing: Packing::Zip,
                ..full(102)
            },
        ),
        variant(
            "drawn forms, both nodes hear, a restart",
            Config {
                both_hear: true,
                restart: true,
                ..drawn(103, Packing::Zip64)
            },
        ),
        variant(
            "drawn forms, half of the client logs",
            Config {
                uploads: 50,
                ..drawn(104, Packing::ZipStreamed)
            },
        ),
        variant("drawn forms", drawn(105, Packing::GzipMembers)),
        variant("drawn forms again", drawn(106, Packing::PaxNames)),
        variant("UCCX, everything printed", ccx(full(107))),
        variant("UCCX, drawn forms", ccx(drawn(108, Packing::GnuNames))),
        variant("a tenth of all files lost", lossy(109, 10)),
        variant("a third of all files lost", lossy(110, 33)),
        variant(
            "half an hour cut out",
            Config {
                window: Some((600_000, 2_400_000)),
                ..drawn(111, Packing::Nested)
            },
        ),
    ];
    variants.extend((200..).zip(Quirk::ALL).map(|(seed, quirk)| Variant {
        title: quirk.about(),
        config: particular(quirk, drawn(seed, Packing::Nested)),
    }));
    variants
}

/// `config` with `quirk`, in the forms that it is about.
pub(crate) fn particular(quirk: Quirk, config: Config) -> Config {
    let mut config = config;
    if quirk == Quirk::ClientRing {
        // Which of many tries on one page a line is of, only its place among all lines of the page tells.
        let stories = &mut config.scenarios;
        stories.retain(|&(story, _)| story != Scenario::AccountLocked);
    }
    Config {
        quirks: vec![quirk],
        both_hear: quirk == Quirk::Shifts,
        ..config
    }
}
