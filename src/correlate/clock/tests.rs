//! Dates and zones, from bundles of a few records.

use super::*;
use crate::correlate::agents::agents;
use crate::correlate::fixture::Fixture;
use crate::record::What;
use crate::record::time::DAY_MS;

const H: i64 = 3_600_000;

fn at(hours: i64, minutes: i64, seconds: i64) -> i64 {
    hours * H + minutes * 60_000 + seconds * 1000
}

#[test]
fn nocache_gives_a_9x_client_log_its_date_and_zone() {
    let mut bundle = Fixture::default();
    bundle
        .record(Kind::ClientLog, What::ClientRequest)
        .agent("2001")
        .nocache(1_366_756_802_163);
    bundle
        .record(Kind::ClientLog, What::ClientAnswer)
        .time_of_day(at(18, 40, 3));
    bundle
        .record(Kind::ClientLog, What::ConnectStarted)
        .time_of_day(at(18, 40, 4));
    assert_eq!(clocks_of(&bundle).all[0].zone_minutes, Some(-240));
    assert_eq!(printed(&bundle)[1], "2013-04-23T22:40:03.000Z");
    assert_eq!(
        readings(&bundle)[0],
        None,
        "a line without a time has none, even if its payload knows one"
    );
}

#[test]
fn an_invoke_id_gives_a_dumplog_its_date_and_zone() {
    let mut bundle = Fixture::default();
    bundle
        .record(Kind::Webservices, What::CtiSent)
        .agent("2001")
        .invoke_id(20)
        .utc(1_366_756_808_000);
    bundle
        .record(Kind::CtiServer, What::CtiMessage)
        .agent("2001")
        .invoke_id(20)
        .time_of_day(at(17, 40, 8));
    assert_eq!(printed(&bundle)[1], "2013-04-23T22:40:08.000Z");
}

#[test]
fn zones_east_and_west_of_the_date_line() {
    let zone = |utc, local| {
        let mut bundle = Fixture::default();
        bundle
            .record(Kind::ClientLog, What::ClientRequest)
            .agent("2001")
            .nocache(utc)
            .time_of_day(local);
        clocks_of(&bundle).all[0].zone_minutes
    };
    assert_eq!(zone(at(20, 0, 0), at(9, 0, 2)), Some(13 * 60));
    assert_eq!(zone(at(20, 0, 0), at(8, 59, 0)), Some(13 * 60));
    assert_eq!(zone(at(2, 0, 0), at(16, 0, 0)), Some(-10 * 60));
    assert_eq!(zone(at(20, 0, 0), at(10, 30, 0)), Some(-9 * 60 - 30));
    // A clock that is wrong by a quarter of an hour; nobody lives by such a zone.
    assert_eq!(zone(at(12, 0, 0), at(13, 14, 0)), Some(60));
}

/// 2017-03-14T00:00:00Z.
const MARCH_14: i64 = 1_489_449_600_000;

fn readings(bundle: &Fixture) -> Vec<Option<At>> {
    let clocks = clocks_of(bundle);
    let records = bundle.records.all.iter().enumerate();
    records
        .map(|(at, record)| clocks.read(record, at))
        .collect()
}

fn printed(bundle: &Fixture) -> Vec<String> {
    let text = |read: Option<At>| read.map_or("-".to_owned(), |read| read.at.to_string());
    readings(bundle).into_iter().map(text).collect()
}

fn clocks_of(bundle: &Fixture) -> Clocks {
    read_clocks(&bundle.records, &agents(&bundle.records))
}

#[test]
fn a_dumplog_that_goes_back_by_hours_has_come_to_a_new_day() {
    let mut bundle = Fixture::default();
    bundle
        .record(Kind::Webservices, What::CtiSent)
        .agent("2001")
        .invoke_id(20)
        .utc(MARCH_14 + at(14, 0, 0));
    bundle.file("ctisvr.txt", Kind::CtiServer, (0, 0));
    bundle
        .record(Kind::CtiServer, What::CtiMessage)
        .agent("2001")
        .invoke_id(20)
        .time_of_day(at(14, 0, 0));
    bundle
        .record(Kind::CtiServer, What::CtiMessage)
        .agent("2002")
        .time_of_day(at(9, 0, 0));
    assert_eq!(
        printed(&bundle)[1..],
        ["2017-03-14T14:00:00.000Z", "2017-03-15T09:00:00.000Z"]
    );
}

#[test]
fn what_precedes_the_date_line_of_midnight_is_of_the_day_before() {
    let mut bundle = Fixture::default();
    let message = |bundle: &mut Fixture, ms| {
        bundle
            .record(Kind::CtiServer, What::CtiMessage)
            .agent("2002")
            .time_of_day(ms);
    };
    message(&mut bundle, at(23, 59, 58));
    bundle
        .record(Kind::CtiServer, What::DayStarted)
        .local(MARCH_14);
    message(&mut bundle, at(0, 0, 3));
    bundle
        .record(Kind::Webservices, What::CtiSent)
        .agent("2001")
        .invoke_id(20)
        .utc(MARCH_14 + at(1, 0, 0));
    bundle
        .record(Kind::CtiServer, What::CtiMessage)
        .agent("2001")
        .invoke_id(20)
        .time_of_day(at(1, 0, 0));
    let printed = printed(&bundle);
    assert_eq!(printed[0], "2017-03-13T23:59:58.000Z");
    assert_eq!(printed[2], "2017-03-14T00:00:03.000Z");
}

#[test]
fn a_change_of_zone_inside_a_log_without_zone_moves_nothing_by_an_hour() {
    // New York, 2017-03-12: 01:59 EST is followed by 03:00 EDT.
    let change = MARCH_14 - 2 * 24 * H + at(7, 0, 0);
    let mut bundle = Fixture::default();
    let ask = |bundle: &mut Fixture, utc: i64, zone: i64| {
        bundle
            .record(Kind::ClientLog, What::ClientRequest)
            .agent("2001")
            .nocache(utc)
            .time_of_day((utc + zone * H).rem_euclid(DAY_MS));
    };
    for minutes in [90, 60] {
        ask(&mut bundle, change - at(0, minutes, 0), -5);
    }
    bundle
        .record(Kind::ClientLog, What::ConnectStarted)
        .time_of_day(at(3, 30, 0));
    for minutes in [60, 90] {
        ask(&mut bundle, change + at(0, minutes, 0), -4);
    }
    assert_eq!(
        printed(&bundle),
        [
            "2017-03-12T05:30:00.000Z",
            "2017-03-12T06:00:00.000Z",
            "2017-03-12T07:30:00.000Z",
            "2017-03-12T08:00:00.000Z",
            "2017-03-12T08:30:00.000Z"
        ]
    );
    let slack: Vec<i64> = readings(&bundle)
        .iter()
        .flatten()
        .map(|read| read.slack_ms)
        .collect();
    assert_eq!(
        slack,
        [999, 999, 999 + H, 999, 999],
        "between the last line of the one zone and the first of the other nobody knows"
    );
}

#[test]
fn openfire_is_in_the_zone_the_node_prints_at_that_time() {
    let change = MARCH_14 - 2 * 24 * H + at(7, 0, 0);
    let mut bundle = Fixture::default();
    for (utc, zone) in [(change - H, -300), (change + H, -240)] {
        bundle
            .record(Kind::Webservices, What::RequestStart)
            .node("192.0.2.10")
            .zoned(utc, zone);
    }
    for local in [change - H - 5 * H, change + H - 4 * H] {
        bundle.record(Kind::Notification, What::Routed).local(local);
    }
    let printed = printed(&bundle);
    assert_eq!(printed[..2], printed[2..]);
}

#[test]
fn the_hour_that_comes_twice_is_an_hour_uncertain() {
    // New York, 2017-11-05T06:00Z: 01:59 EDT is followed by 01:00 EST.
    let change = 1_509_861_600_000;
    let mut bundle = Fixture::default();
    for (utc, zone) in [
        (change - 2 * H, -240),
        (change, -300),
        (change + 2 * H, -300),
    ] {
        bundle
            .record(Kind::Webservices, What::RequestStart)
            .node("192.0.2.10")
            .zoned(utc, zone);
    }
    bundle
        .record(Kind::Notification, What::Routed)
        .local(change + at(0, 30, 0) - 5 * H);
    let read = readings(&bundle)[3].unwrap();
    assert_eq!(read.at.0, change - at(0, 30, 0));
    assert_eq!(read.slack_ms, 999 + H);
}

#[test]
fn the_engines_clock_is_the_nodes_which_tells_its_year_and_zone() {
    let mut bundle = Fixture::default();
    bundle
        .record(Kind::Webservices, What::CtiSent)
        .node("192.0.2.10")
        .zoned(MARCH_14 + at(13, 0, 0), -240);
    // IST is India, Ireland and Israel: the node is in none of them.
    for (ms, zone) in [(at(9, 0, 1), "EDT"), (at(9, 0, 1), "IST")] {
        bundle
            .record(Kind::UccxEngine, What::CtiMessage)
            .fourteenth_of_march(ms, zone);
    }
    let clocks = clocks_of(&bundle);
    assert_eq!(clocks.all.len(), 1);
    assert_eq!(printed(&bundle)[1..], ["2017-03-14T13:00:01.000Z", "-"]);
}

#[test]
fn an_engine_of_no_known_node_has_a_clock_of_its_own_and_its_zone_from_an_invoke_id() {
    let mut bundle = Fixture::default();
    for (node, file) in [("192.0.2.10", "a/web.log"), ("192.0.2.11", "b/web.log")] {
        bundle.file(file, Kind::Webservices, (MARCH_14, MARCH_14 + 20 * H));
        bundle
            .record(Kind::Webservices, What::CtiSent)
            .node(node)
            .agent("2001")
            .invoke_id(20)
            .utc(MARCH_14 + at(9, 0, 0));
    }
    bundle.file("Cisco001MIVR076.log", Kind::UccxEngine, (0, 0));
    bundle
        .record(Kind::UccxEngine, What::CtiMessage)
        .agent("2001")
        .invoke_id(20)
        .fourteenth_of_march(at(11, 0, 2), "IST");
    let clocks = clocks_of(&bundle);
    assert_eq!(clocks.all.last().unwrap().owner, ClockOwner::Cti(Sym::NONE));
    assert_eq!(printed(&bundle)[2], "2017-03-14T09:00:02.000Z", "Israel");
}

#[test]
fn without_webservices_agents_who_signed_in_once_date_a_dumplog() {
    let mut bundle = Fixture::default();
    for (agent, ms) in [
        ("2001", at(9, 0, 0)),
        ("2002", at(9, 5, 0)),
        ("2003", 0),
        ("2003", 5),
    ] {
        bundle
            .record(Kind::ClientLog, What::LoginPerformed)
            .agent(agent)
            .utc(MARCH_14 + ms);
    }
    bundle.file("ctisvr.txt", Kind::CtiServer, (0, 0));
    for (agent, ms) in [
        ("2001", at(4, 0, 0)),
        ("2002", at(4, 5, 0)),
        ("2003", at(1, 0, 0)),
    ] {
        bundle
            .record(Kind::CtiServer, What::CtiMessage)
            .agent(agent)
            .time_of_day(ms)
            .facts(|facts| {
                facts.msg_id = Some(38);
                facts.state = Some(crate::record::AgentState::Login);
            });
    }
    let printed = printed(&bundle);
    assert_eq!(
        printed[4..],
        [
            "2017-03-14T09:00:00.000Z",
            "2017-03-14T09:05:00.000Z",
            // 04:05 to 01:00 goes back by hours.
            "2017-03-15T06:00:00.000Z"
        ]
    );
}
