//! Which lines belong to one sign-in where stamps are coarse or a clock is put forward or back: a few lines of
//! log each, and what is told of them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod reading;

use serde_json::Value;

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

/// The Notification Service asks a tenth of a second before the desktop does, and is stamped with the whole
/// second: 29 is 28 hundredths of a second less than two seconds after the first refusal, though it is
/// of the second one.
#[test]
fn what_whole_seconds_leave_open_goes_to_the_refusal_it_is_nearest_to() {
    let wire = |second: &str| {
        format!(
            "2017.03.14 13:00:{second} httpclient.wire.header - >> \"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\"\n\
             2017.03.14 13:00:{second} httpclient.wire.header - << \"HTTP/1.1 401 Unauthorized[\\r][\\n]\"\n"
        )
    };
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
        (
            "openfire/debug.log",
            "2017.03.14 13:00:28 httpclient.wire.header - >> \"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\"\n\
             2017.03.14 13:00:28 httpclient.wire.header - << \"HTTP/1.1 401 Unauthorized[\\r][\\n]\"\n",
        ),
    ]));
    let tries = told["sign_ins"].as_array().unwrap();
    assert_eq!(tries.len(), 2);
    for one in tries {
        let proof = proof(one, "user_get");
        assert!(proof.iter().all(|line| !line.contains("httpclient")));
    }
}
