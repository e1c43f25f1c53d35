//! The simulated cluster as oracle: what the core reads out of made-up bundles against what happened.

#[allow(dead_code, reason = "the standard clusters are the score's")]
mod clusters;
mod confusion;
mod score;
mod stories;

use confusion::Confusion;
use logintrace::record::Kind;
use logintrace::simulate::{
    self, Bundle, Config, Deployment, Event, Forms, Packing, Proof, Quirk, Scenario,
};
use score::Score;
use std::collections::BTreeSet;

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let config = Config::new(20, 7);
    assert_eq!(simulate::run(&config).pack(), simulate::run(&config).pack());
}

/// Every entry that the truth gives to a sign-in is there, whole, and names it in some way.
#[test]
fn every_proof_stands_in_its_file() {
    for (seed, forms) in [(1, Forms::FULL), (2, Forms::OLD)] {
        let config = Config {
            forms,
            both_hear: true,
            restart: true,
            ..Config::new(60, seed)
        };
        let bundle = simulate::run(&config);
        for attempt in &bundle.truth.attempts {
            let proofs = attempt.steps.iter().flat_map(|step| &step.evidence);
            for proof in proofs {
                let text = entry(&bundle, proof);
                let path = &bundle.files[proof.file as usize].path;
                let named = [&attempt.agent, &attempt.extension]
                    .into_iter()
                    .any(|key| text.contains(key.as_str()) || path.contains(key.as_str()));
                let keyed = [
                    "nocache",
                    "systemInfo.GET",
                    "REQUEST_END",
                    "InvokeID",
                    "invokeID",
                    "/desktop/",
                    "GET / ",
                ];
                assert!(
                    named || keyed.iter().any(|key| text.contains(key)),
                    "{}: {path}:{}: {text}",
                    attempt.agent,
                    proof.line
                );
            }
        }
    }
}

/// The lines of one entry, which must all be there.
fn entry(bundle: &Bundle, proof: &Proof) -> String {
    let file = &bundle.files[proof.file as usize];
    let text = std::str::from_utf8(&file.bytes).expect("simulated logs are UTF-8");
    let first = proof.line as usize - 1;
    let lines: Vec<&str> = text
        .lines()
        .skip(first)
        .take(proof.lines as usize)
        .collect();
    assert_eq!(
        lines.len(),
        proof.lines as usize,
        "{}:{}",
        file.path,
        proof.line
    );
    lines.join("\n")
}

/// If this fails: `cargo run -- simulate --sample --out src/app/sample.tgz`.
#[test]
fn the_sample_in_the_page_is_what_the_simulator_makes() {
    let sample = include_bytes!("../../src/app/sample.tgz");
    assert_eq!(simulate::run(&Config::sample()).pack(), sample);
    assert!(sample.len() < 60_000, "{} bytes", sample.len());
}

/// 200 interleaved sign-ins, all stories, in several forms: every sign-in found, every step, every
/// proving line, nothing of a stranger's, every outcome right. `--nocapture` prints the figures.
#[test]
fn two_hundred_interleaved_sign_ins_come_apart() {
    perfect(Config::new(200, 1));
    for (seed, forms) in [(2, Forms::OLD), (3, Forms::drawn(3))] {
        perfect(Config {
            forms,
            ..Config::new(200, seed)
        });
    }
}

/// Both nodes hear of every change, and node B begins its CTI session and invoke ids again half-way.
#[test]
fn two_nodes_that_hear_everything_and_a_restart_confuse_nobody() {
    for seed in [11, 12] {
        perfect(Config {
            forms: Forms::drawn(seed),
            both_hear: true,
            restart: true,
            ..Config::new(200, seed)
        });
    }
}

/// A node loses its CTI session, is restarted, is overloaded: every sign-in of that time comes apart.
#[test]
fn what_happens_to_a_node_confuses_nobody() {
    for (seed, deployment) in [(13, Deployment::Cce), (14, Deployment::Ccx)] {
        perfect(Config {
            events: Event::ALL.to_vec(),
            deployment,
            ..Config::new(60, seed)
        });
    }
}

/// Whatever is particular about a cluster: its sign-ins come apart all the same.
#[test]
fn what_is_particular_about_a_cluster_confuses_nobody() {
    for (seed, quirk) in (90u64..).zip(Quirk::ALL) {
        let forms = if seed.is_multiple_of(2) {
            Forms::OLD
        } else {
            Forms::drawn(seed)
        };
        let config = Config {
            forms,
            ..Config::new(45, seed)
        };
        perfect(clusters::particular(quirk, config));
    }
}

/// All that is particular about desktops and people at once, on UCCX too; and all about clocks and files.
#[test]
fn many_particular_things_at_once_confuse_nobody() {
    use Quirk::{
        ClientEscaped, ClientOverlap, ClocksHoursOff, DumplogUndated, FilesTwice, HotDesks,
        LoginNames, Midnight, Nat, Shifts,
    };
    let people = [ClientEscaped, ClientOverlap, Nat, HotDesks, Shifts];
    let machines = [
        Midnight,
        ClocksHoursOff,
        DumplogUndated,
        FilesTwice,
        LoginNames,
    ];
    for (seed, quirks) in [(105, people), (106, machines)] {
        for deployment in [Deployment::Cce, Deployment::Ccx] {
            perfect(Config {
                deployment,
                quirks: quirks.to_vec(),
                ..Config::new(45, seed)
            });
        }
    }
}

fn perfect(config: Config) {
    let bundle = simulate::run(&config);
    let score = Score::of(&bundle, &score::report(&bundle));
    let Config {
        seed,
        quirks,
        forms,
        ..
    } = &config;
    let title = format!("seed {seed}: {quirks:?} {forms:?}");
    println!("{title}\n{score}");
    assert!(score.perfect(), "{title}\n{score}");
}

/// Logs that nobody collected, desktops that sent none: what is left still comes apart, and what
/// cannot be told is not told.
#[test]
fn missing_logs_lead_to_no_wrong_join() {
    use Kind::{AccessLog, ClientLog, CtiServer, HttpWire, Notification};
    let bundles: [(u64, &[Kind], u32); 6] = [
        (31, &[ClientLog], 100),
        (33, &[CtiServer], 100),
        (34, &[AccessLog], 100),
        (35, &[Notification, HttpWire], 100),
        (38, &[AccessLog, ClientLog], 100),
        (36, &[], 50),
    ];
    for (seed, without, uploads) in bundles {
        perfect(Config {
            without: without.to_vec(),
            uploads,
            ..Config::new(100, seed)
        });
    }
}

/// Many tries on one page: no line goes to another try of the same agent, whether or not the logs
/// print times.
#[test]
fn tries_on_one_page_come_apart() {
    for (seed, forms) in [
        (5, Forms::OLD),
        (6, Forms::FULL),
        (7, Forms::drawn(7)),
        (8, Forms::drawn(8)),
    ] {
        for without in [vec![], vec![Kind::ClientLog], vec![Kind::AccessLog]] {
            perfect(Config {
                scenarios: vec![(Scenario::AccountLocked, 1)],
                forms,
                without,
                ..Config::new(12, seed)
            });
        }
    }
}

/// Who is Ready and asks to sign in again is kept so, whether or not the event says LOGIN for the skill
/// group, and whether or not the desktop sent its log.
#[test]
fn who_is_kept_ready_is_signed_in() {
    for (seed, without) in [(9, vec![]), (10, vec![Kind::ClientLog])] {
        let bundle = simulate::run(&Config {
            scenarios: vec![(Scenario::ReadyKept, 1)],
            without,
            ..Config::new(12, seed)
        });
        let report = score::report(&bundle);
        let score = Score::of(&bundle, &report);
        assert!(score.perfect(), "{score}");
        let table = Confusion::of(&bundle, &report);
        assert!(table.false_alarms.is_empty(), "{table}");
    }
}

/// A refusal of the CTI server that only its event tells of, on its way to the desktop, is one.
#[test]
fn a_refusal_that_only_its_event_shows_is_the_cti_servers() {
    let refused = [
        Scenario::DeviceBusy,
        Scenario::InvalidDevice,
        Scenario::CtiRefused,
        Scenario::MobileAgentMode,
    ];
    for without in [
        vec![Kind::CtiServer, Kind::Webservices],
        vec![Kind::CtiServer, Kind::Webservices, Kind::ClientLog],
    ] {
        perfect(Config {
            scenarios: refused.map(|story| (story, 1)).to_vec(),
            without,
            ..Config::new(8, 39)
        });
    }
}

/// The gadget container's lines print the request to sign in: with no other log of the request every
/// sign-in is there, and nobody's line is a stranger's.
#[test]
fn the_access_log_alone_shows_every_request_to_sign_in() {
    for forms in [Forms::FULL, Forms::drawn(37)] {
        let bundle = simulate::run(&Config {
            without: vec![Kind::Webservices, Kind::CtiServer, Kind::ClientLog],
            forms: Forms {
                access_time: true,
                ..forms
            },
            ..Config::new(60, 37)
        });
        let score = Score::of(&bundle, &score::report(&bundle));
        assert!(score.sign_ins.is_empty(), "{score}");
        assert!(score.strangers.is_empty(), "{score}");
    }
}

/// UCCX: no CTI server of its own, the engine's log on each node instead.
#[test]
fn the_engine_of_uccx_is_the_cti_side() {
    for (seed, forms) in [(51, Forms::FULL), (52, Forms::OLD), (53, Forms::drawn(53))] {
        perfect(Config {
            deployment: Deployment::Ccx,
            forms,
            ..Config::new(100, seed)
        });
    }
}

/// Each way to pack a bundle, and what comes out of it in the end.
#[test]
fn however_it_is_packed_the_same_comes_out() {
    for packing in Packing::ALL {
        perfect(Config {
            packing,
            ..Config::new(20, 55)
        });
    }
}

/// Only some time was exported; sign-ins begin before it or end after it.
#[test]
fn a_time_cut_out_of_the_logs_leads_to_no_wrong_join() {
    for seed in 60..70 {
        perfect(Config {
            window: Some((20_000, 70_000)),
            ..Config::new(40, seed)
        });
    }
}

/// Files and kinds of logs lost at random: no line goes to a stranger and no sign-in is invented.
#[test]
fn logs_lost_at_random_lead_to_no_wrong_join() {
    for seed in 60..80 {
        let score = with_losses(seed);
        assert!(score.strangers.is_empty(), "seed {seed}\n{score}");
        let invented = |said: &&String| said.starts_with("never was");
        let invented: Vec<&String> = score.sign_ins.iter().filter(invented).collect();
        assert!(invented.is_empty(), "seed {seed}: {invented:?}");
    }
}

/// The same: nothing is said to have never come that a lost file may have shown, and no sign-in falls
/// into two.
#[test]
fn what_a_lost_file_may_have_shown_is_not_covered() {
    for seed in 60..100 {
        let score = with_losses(seed);
        assert!(score.perfect(), "seed {seed}\n{score}");
    }
}

fn with_losses(seed: u64) -> Score {
    let forms = if seed.is_multiple_of(2) {
        Forms::FULL
    } else {
        Forms::drawn(seed)
    };
    let bundle = simulate::run(&Config {
        drop: 10 + 2 * (seed % 10) as u32,
        rotate_ms: 25_000,
        forms,
        ..Config::new(40, seed)
    });
    Score::of(&bundle, &score::report(&bundle))
}

/// The true offset of nearly every clock lies within what the report says of it.
#[test]
fn the_true_offsets_of_clocks_lie_within_what_is_said() {
    for (seed, forms) in [(81, Forms::FULL), (82, Forms::OLD), (83, Forms::drawn(83))] {
        let bundle = simulate::run(&Config {
            forms,
            ..Config::new(100, seed)
        });
        let score = Score::of(&bundle, &score::report(&bundle));
        assert!(score.clocks_right() >= 95.0, "{forms:?}\n{score}");
    }
}

/// Every story and every event in several seeds, on UCCE and UCCX: the rule named for each failed
/// sign-in, none where nothing is wrong, and about the bundle what happened to it and nothing else.
/// `--nocapture` prints the table.
#[test]
fn the_right_rule_is_named_and_healthy_sign_ins_raise_no_alarm() {
    let mut table = Confusion::default();
    let events = Event::ALL.to_vec();
    for config in [
        Config::new(80, 41),
        Config {
            events: events.clone(),
            ..Config::new(80, 42)
        },
        Config {
            deployment: Deployment::Ccx,
            events,
            forms: Forms::OLD,
            ..Config::new(60, 43)
        },
    ] {
        let bundle = simulate::run(&config);
        table.merge(Confusion::of(&bundle, &score::report(&bundle)));
    }
    println!("{table}");
    assert!(table.unexpected.is_empty(), "{table}");
    assert!(table.false_alarms.is_empty(), "{table}");
    assert!(table.wrong.is_empty(), "{table}");
    assert!(table.missing.is_empty(), "{table}");
    let (failed, right) = table.failed;
    assert!(failed > 60 && right * 100 >= failed * 98, "{table}");
}

/// Every rule is what some story, event or loss of logs must be found by, and is found by it.
#[test]
fn every_rule_has_a_story_and_is_found_in_it() {
    let (mut told, mut found) = (BTreeSet::new(), BTreeSet::new());
    for config in [
        Config {
            events: Event::ALL.to_vec(),
            ..Config::new(Scenario::ALL.len() as u32, 9)
        },
        Config {
            without: vec![Kind::Webservices, Kind::ClientLog],
            ..Config::new(20, 3)
        },
    ] {
        let bundle = simulate::run(&config);
        let attempts = bundle.truth.attempts.iter();
        told.extend(
            attempts.flat_map(|attempt| attempt.rule.iter().chain(&attempt.after).cloned()),
        );
        told.extend(bundle.truth.bundle.iter().cloned());
        found.extend(confusion::rules(&score::report(&bundle)));
    }
    let rules: BTreeSet<String> = logintrace::diagnose::slugs()
        .into_iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(told, rules);
    assert_eq!(found, rules);
}

/// What is wrong with the logs themselves is said of no bundle in which they are as written.
#[test]
fn whole_logs_lack_nothing() {
    let rules = confusion::rules(&score::report(&simulate::run(&Config {
        scenarios: vec![(Scenario::Ok, 1)],
        ..Config::new(20, 3)
    })));
    for rule in ["log_gap", "log_missing", "log_rewrapped"] {
        assert!(!rules.contains(rule), "{rule}");
    }
}
