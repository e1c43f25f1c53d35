//! Which lines belong to one sign-in where stamps are coarse or a clock is put forward or back: a few lines of
//! log each, and what is told of them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod reading;

use serde_json::{Value, json};

/// Logs: name and text.
fn sources(logs: &[(&str, &str)]) -> reading::Sources {
    let bytes = |(name, text): &(&str, &str)| ((*name).to_owned(), text.as_bytes().to_vec());
    logs.iter().map(bytes).collect()
}

/// The lines that prove a step, each one text.
fn proof(sign_in: &Value, step: &str) -> Vec<String> {
    let steps = sign_in["steps"].as_array().unwrap();
    let step = steps.iter().find(|it| it["step"] == step).unwrap();
    let evidence = step["evidence"].as_array().unwrap().iter();
    evidence
        .map(|lines| lines[0].as_str().unwrap().to_owned())
        .collect()
}

const FIRST_TRY: &str = "\
2017-03-14T13:00:27.100 +00:00: : fin-a: Mar 14 2017 13:00:27.100 +0000: Container : [ClientServices] User: requestId='undefined', Making REST request: method=GET, url='/finesse/api/User/2001?nocache=1489496427100'
2017-03-14T13:00:27.200 +00:00: : fin-a: Mar 14 2017 13:00:27.200 +0000: Container : [ClientServices] User: requestId='undefined', Returned with status=401, content=''
";
const SECOND_TRY: &str = "\
2017-03-14T13:00:29.980 +00:00: : fin-a: Mar 14 2017 13:00:29.980 +0000: Container : [ClientServices] User: requestId='undefined', Making REST request: method=GET, url='/finesse/api/User/2001?nocache=1489496429980'
2017-03-14T13:00:30.080 +00:00: : fin-a: Mar 14 2017 13:00:30.080 +0000: Container : [ClientServices] User: requestId='undefined', Returned with status=401, content=''
";
const BOTH_ON_THE_SERVER: &str = "\
Mar 14 2017 13:00:27.120 +0000: %CCBU_http-bio-8445-exec-3-6-REQUEST_START: %[method_name=GET][parameter_name={ nocache=[1489496427100], }][resource_name=/User/2001][usr=2001]: Request start
Mar 14 2017 13:00:27.180 +0000: %CCBU_http-bio-8445-exec-3-6-REQUEST_END: %[elapsed_time=60]: Request complete
Mar 14 2017 13:00:30.000 +0000: %CCBU_http-bio-8445-exec-3-6-REQUEST_START: %[method_name=GET][parameter_name={ nocache=[1489496429980], }][resource_name=/User/2001][usr=2001]: Request start
Mar 14 2017 13:00:30.060 +0000: %CCBU_http-bio-8445-exec-3-6-REQUEST_END: %[elapsed_time=60]: Request complete
";

/// What the Notification Service asks and is refused in a second.
fn wire(second: &str) -> String {
    format!(
        "2017.03.14 13:00:{second} httpclient.wire.header - >> \"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\"\n\
         2017.03.14 13:00:{second} httpclient.wire.header - << \"HTTP/1.1 401 Unauthorized[\\r][\\n]\"\n"
    )
}

/// The Notification Service asks a tenth of a second before the desktop does, and is stamped with the whole
/// second: 29 is 28 hundredths of a second less than two seconds after the first refusal, though it is
/// of the second one.
#[test]
fn what_whole_seconds_leave_open_goes_to_the_refusal_it_is_nearest_to() {
    let told = reading::told(&sources(&[
        ("clientlogs/2001.log", &[FIRST_TRY, SECOND_TRY].concat()),
        ("webservices/Desktop-webservices.log", BOTH_ON_THE_SERVER),
        ("openfire/debug.log", &[wire("27"), wire("29")].concat()),
    ]));
    let tries = told["sign_ins"].as_array().unwrap();
    assert_eq!(tries.len(), 2);
    for (one, second) in tries.iter().zip(["13:00:27", "13:00:29"]) {
        let wire: Vec<String> = proof(one, "user_get")
            .into_iter()
            .filter(|line| line.contains("httpclient"))
            .collect();
        assert_eq!(wire.len(), 2, "{one}");
        for line in wire {
            assert!(line.contains(second), "{line}");
        }
    }
}

/// What stands in the middle between two refusals may be of either, and is nobody's.
#[test]
fn what_may_be_of_either_of_two_refusals_is_of_neither() {
    let told = reading::told(&sources(&[
        ("clientlogs/2001.log", &[FIRST_TRY, SECOND_TRY].concat()),
        ("webservices/Desktop-webservices.log", BOTH_ON_THE_SERVER),
        ("openfire/debug.log", &wire("28")),
    ]));
    let tries = told["sign_ins"].as_array().unwrap();
    assert_eq!(tries.len(), 2);
    for one in tries {
        let proof = proof(one, "user_get");
        assert!(proof.iter().all(|line| !line.contains("httpclient")));
    }
}

/// The Notification Service asks once for each try, in their order: between its exchange of the first and that of the
/// third is that of the second, whose stamp alone leaves it open.
#[test]
fn what_stands_between_the_exchanges_of_two_refusals_is_of_the_one_between() {
    let third = SECOND_TRY
        .replace("13:00:29.980", "13:00:34.980")
        .replace("13:00:30.080", "13:00:35.080")
        .replace("1489496429980", "1489496434980");
    let third_on_the_server = BOTH_ON_THE_SERVER
        .replace("13:00:30.0", "13:00:35.0")
        .replace("1489496429980", "1489496434980");
    let third_on_the_server: String = third_on_the_server.split_inclusive('\n').skip(2).collect();
    let wire = ["27", "28", "35"].map(wire);
    let told = reading::told(&sources(&[
        (
            "clientlogs/2001.log",
            &[FIRST_TRY, SECOND_TRY, &third].concat(),
        ),
        (
            "webservices/Desktop-webservices.log",
            &[BOTH_ON_THE_SERVER, &third_on_the_server].concat(),
        ),
        ("openfire/debug.log", &wire.concat()),
    ]));
    let tries = told["sign_ins"].as_array().unwrap();
    assert_eq!(tries.len(), 3);
    for (one, second) in tries.iter().zip(["13:00:27", "13:00:28", "13:00:35"]) {
        let proof = proof(one, "user_get");
        let own = proof.iter().filter(|line| line.contains("httpclient"));
        let own: Vec<_> = own.map(|line| line.contains(second)).collect();
        assert_eq!(own, [true, true], "{one:#}");
    }
}

/// New York, 2017-03-12: 01:59:59 is followed by 03:00:00. The page was opened before and is used after it.
const OPEN_PAGE: &str = "\
01:59:45: Container : [ClientServices] User: requestId='undefined', Making REST request: method=GET, url='/finesse/api/User/2001?nocache=1489301985420'
01:59:45: Container : [ClientServices] User: requestId='undefined', Returned with status=200, content='<User><loginId>2001</loginId><state>LOGOUT</state></User>'
01:59:45: Container : SignIn.handleUserLoad(): Performing login: extn=71001
01:59:45: Container : [ClientServices] User: requestId='dce02cf7-ddc2-4f37-bc69-54876128bc6a', Making REST request: method=PUT, url='/finesse/api/User/2001'
01:59:45: Container : [ClientServices] User: requestId='dce02cf7-ddc2-4f37-bc69-54876128bc6a', Returned with status=202
01:59:46: Container : SignIn._triggerLoggedIn(): Successfully logged in!
03:00:09: Container : [ClientServices] User: requestId='a9581c2e-1c39-4597-9711-d219bda27706', Making REST request: method=PUT, url='/finesse/api/User/2001'
03:00:09: Container : [ClientServices] User: requestId='a9581c2e-1c39-4597-9711-d219bda27706', Returned with status=202
";
const ITS_REQUESTS: &str = "\
0000000378: 192.0.2.10: Mar 12 2017 01:59:45.480 -0500: %CCBU_http-8080-1-6-REQUEST_START: %[method_name=GET][parameter_name={ nocache=[1489301985420], }][resource_name=/User/2001][usr=2001]: Request start
0000000379: 192.0.2.10: Mar 12 2017 01:59:45.481 -0500: %CCBU_http-8080-1-6-API_REQUEST: %[REQUEST_URL=User/2001][agent_id=2001][request_identifer=null][request_method=user.GET][request_parameters=2001]: Request from client to webservice api
0000000380: 192.0.2.10: Mar 12 2017 01:59:45.513 -0500: %CCBU_http-8080-1-6-REQUEST_END: %[elapsed_time=32]: Request complete
0000000381: 192.0.2.10: Mar 12 2017 01:59:45.700 -0500: %CCBU_http-8080-1-6-REQUEST_START: %[method_name=PUT][resource_name=/User/2001][usr=2001]: Request start
0000000382: 192.0.2.10: Mar 12 2017 01:59:45.701 -0500: %CCBU_http-8080-1-6-API_REQUEST: %[REQUEST_URL=User/2001][agent_id=2001][request_identifer=dce02cf7-ddc2-4f37-bc69-54876128bc6a][request_method=user.PUT][request_parameters= extension:71001 state:LOGIN]: Request from client to webservice api
0000000383: 192.0.2.10: Mar 12 2017 01:59:45.710 -0500: %CCBU_http-8080-1-6-REQUEST_END: %[elapsed_time=9]: Request complete
0000000384: 192.0.2.10: Mar 12 2017 03:00:09.100 -0400: %CCBU_http-8080-1-6-REQUEST_START: %[method_name=PUT][resource_name=/User/2001][usr=2001]: Request start
0000000385: 192.0.2.10: Mar 12 2017 03:00:09.101 -0400: %CCBU_http-8080-1-6-API_REQUEST: %[REQUEST_URL=User/2001][agent_id=2001][request_identifer=a9581c2e-1c39-4597-9711-d219bda27706][request_method=user.PUT][request_parameters= state:READY]: Request from client to webservice api
0000000386: 192.0.2.10: Mar 12 2017 03:00:09.110 -0400: %CCBU_http-8080-1-6-REQUEST_END: %[elapsed_time=9]: Request complete
";

/// No line behind the change has a `nocache`, but the server has the request.
#[test]
fn a_request_id_dates_what_a_page_does_after_a_change_to_summer_time() {
    let told = reading::told(&sources(&[
        ("clientlogs/2001.log", OPEN_PAGE),
        ("webservices/Desktop-webservices.log", ITS_REQUESTS),
    ]));
    let sign_ins = told["sign_ins"].as_array().unwrap();
    assert_eq!(sign_ins.len(), 1);
    assert_eq!(proof(&sign_ins[0], "user_get").len(), 5);
    assert_eq!(proof(&sign_ins[0], "login_request").len(), 4);
    let after = &sign_ins[0]["after"][0];
    assert_eq!(after["event"], "state_asked");
    assert_eq!(after["time"], "2017-03-12T07:00:09.000Z");
    assert_eq!(told["clocks"][1]["clock"], "client:2001");
    assert!(told["clocks"][1]["offset_ms"].as_i64().unwrap().abs() < 1000);
}

/// The same where the desktop's clock is wrong by an hour all the time: that is no change of zone.
#[test]
fn a_clock_that_is_an_hour_wrong_is_in_one_zone() {
    let early = OPEN_PAGE
        .replace("01:59", "00:59")
        .replace("03:00", "01:00")
        .replace("1489301985420", "1489298385420");
    let its_requests = ITS_REQUESTS.replace("1489301985420", "1489298385420");
    let told = reading::told(&sources(&[
        ("clientlogs/2001.log", &early),
        ("webservices/Desktop-webservices.log", &its_requests),
    ]));
    let after = &told["sign_ins"][0]["after"][0];
    assert_eq!(after["time"], "2017-03-12T06:00:09.000Z");
    assert_eq!(told["clocks"][1]["zone"], "-05:00");
    let offset = told["clocks"][1]["offset_ms"].as_i64().unwrap();
    assert!((offset + 3_600_000).abs() < 1000, "{offset}");
}

/// The page of 2017-11-05, opened at `opened`, whose connection is lost and found later, by its own clock.
fn flapping(opened: &str, (lost, found): (&str, &str)) -> Value {
    let page = OPEN_PAGE
        .replace("1489301985420", "1509861585420")
        .replace("01:59:", opened);
    let own = page.lines().filter(|line| !line.starts_with("03:00"));
    let status =
        "Container : [ClientServices] MasterPublisher._connInfoHandler() - Connection status:";
    let later = [
        format!("{lost}: {status} disconnected"),
        format!("{found}: {status} connected"),
    ];
    let lines: Vec<&str> = own.chain(later.iter().map(String::as_str)).collect();
    let client = lines.join("\n");
    reading::told(&sources(&[("clientlogs/2001.log", &client)]))
}

/// New York: 01:59:59 is followed by 01:00:00. Behind it stands nothing that a server has, too.
#[test]
fn a_client_log_that_goes_back_by_an_hour_at_night_was_put_to_winter_time() {
    let told = flapping("01:59:", ("01:00:39", "01:00:41"));
    let sign_in = &told["sign_ins"][0];
    assert_eq!(sign_in["started"], "2017-11-05T05:59:45.000Z");
    assert_eq!(proof(sign_in, "connect").len(), 0);
    assert_eq!(sign_in["after"][0]["time"], "2017-11-05T06:00:39.000Z");
}

/// Jakarta, where the same moment is in the early afternoon.
#[test]
fn a_client_log_that_goes_back_by_an_hour_by_day_was_not() {
    let told = flapping("12:59:", ("12:00:39", "12:00:41"));
    assert_eq!(told["clocks"][0]["zone"], "+07:00");
    let all = told.to_string();
    assert!(!all.contains("T06:00:39"), "{all}");
}

/// The first line that prints the new zone is of 03:00:01.568; the Notification Service, which prints none, rounds
/// the same moment down to 03:00:01.
#[test]
fn the_first_second_after_a_change_of_zone_is_after_it() {
    let webservices = "\
0000000380: 192.0.2.10: Mar 12 2017 01:59:58.010 -0500: %CCBU_http-8080-1-6-REQUEST_END: %[elapsed_time=32]: Request complete
0000000384: 192.0.2.10: Mar 12 2017 03:00:01.568 -0400: %CCBU_http-8080-1-6-REQUEST_START: %[method_name=PUT][resource_name=/User/2001][usr=2001]: Request start
0000000385: 192.0.2.10: Mar 12 2017 03:00:01.569 -0400: %CCBU_http-8080-1-6-API_REQUEST: %[REQUEST_URL=User/2001][agent_id=2001][request_identifer=dce02cf7-ddc2-4f37-bc69-54876128bc6a][request_method=user.PUT][request_parameters= extension:71001 state:LOGIN]: Request from client to webservice api
0000000386: 192.0.2.10: Mar 12 2017 03:00:01.580 -0400: %CCBU_http-8080-1-6-REQUEST_END: %[elapsed_time=12]: Request complete
0000000387: 192.0.2.10: Mar 12 2017 03:00:01.900 -0400: %CCBU_pool-5-thread-1-6-XMPP_PUBLISH_ASYNCHRONOUS: %[NodeId=/finesse/api/User/2001][Payload=<Update><data><user><extension>71001</extension><loginId>2001</loginId><state>NOT_READY</state></user></data><event>PUT</event><requestId>dce02cf7-ddc2-4f37-bc69-54876128bc6a</requestId><source>/finesse/api/User/2001</source></Update>]: Publishing XMPP Message Asynchronously
";
    let notification = "\
2017.03.12 03:00:01 org.jivesoftware.openfire.spi.RoutingTableImpl - Failed to route packet to JID: 2001@fin-a.acme.example/User packet: <message from=\"pubsub.fin-a.acme.example\" to=\"2001@fin-a.acme.example/User\" id=\"/finesse/api/User/2001__2001@fin-a.acme.example__Wq1Zk\"><event xmlns=\"http://jabber.org/protocol/pubsub#event\"><items node=\"/finesse/api/User/2001\"><item id=\"1\"><notification xmlns=\"http://jabber.org/protocol/pubsub\"><Update><data><user><loginId>2001</loginId><state>NOT_READY</state></user></data><event>PUT</event><requestId>dce02cf7-ddc2-4f37-bc69-54876128bc6a</requestId><source>/finesse/api/User/2001</source></Update></notification></item></items></event></message>
";
    let told = reading::told(&sources(&[
        (
            "192.0.2.10/webservices/Desktop-webservices.log",
            webservices,
        ),
        ("192.0.2.10/openfire/info.log", notification),
    ]));
    let sign_in = &told["sign_ins"][0];
    let steps = sign_in["steps"].as_array().unwrap();
    let route = steps.iter().find(|it| it["step"] == "route").unwrap();
    assert_eq!(route["time"], "2017-03-12T07:00:01.000Z");
    assert_eq!(sign_in["ended"], "2017-03-12T07:00:01.900Z");
}

/// A log whose clock is put forward in it is in one zone where it begins and in another where it ends.
#[test]
fn a_log_ends_in_the_zone_of_its_end() {
    let sources = sources(&[
        ("clientlogs/2001.log", OPEN_PAGE),
        ("webservices/Desktop-webservices.log", ITS_REQUESTS),
    ]);
    let report: Value = serde_json::from_str(&reading::report(&sources).to_json()).unwrap();
    let files = report["files"].as_array().unwrap();
    let client = files.iter().find(|it| it["kind"] == "client_log").unwrap();
    assert_eq!(
        json!([client["first_time"], client["last_time"]]),
        json!(["2017-03-12T06:59:45.000Z", "2017-03-12T07:00:09.000Z"])
    );
}
