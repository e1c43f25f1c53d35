//! What belongs to a sign-in where files are missing in between, or the one log that would tell the time of a
//! request: a few lines of log each.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod reading;

use serde_json::Value;

/// Logs: path and text.
fn told(logs: &[(&str, &str)]) -> Value {
    let bytes = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
    reading::told(&logs.iter().map(bytes).collect())
}

/// The lines that prove a step, together.
fn proof(sign_in: &Value, step: &str) -> String {
    let steps = sign_in["steps"].as_array().unwrap();
    let step = steps.iter().find(|it| it["step"] == step).unwrap();
    let evidence = step["evidence"].as_array().unwrap().iter();
    evidence.map(|lines| lines[0].as_str().unwrap()).collect()
}

const ASKED: &str = "\
0000076762: 192.0.2.11: Mar 14 2017 11:15:58.901 -0400: %CCBU_http-bio-8445-exec-2-6-REQUEST_START: %[method_name=GET][parameter_name={ nocache=[1489504558854], }][resource_name=/User/2001][usr=2001]: Request start
0000076763: 192.0.2.11: Mar 14 2017 11:15:58.902 -0400: %CCBU_http-bio-8445-exec-2-6-API_REQUEST: %[REQUEST_URL=User/2001][agent_id=2001][request_identifer=null][request_method=user.GET][request_parameters=2001]: Request from client to webservice api
";
const DESKTOP: &str = "\
2017-03-14T15:15:58.854 +00:00: : fin-b: Mar 14 2017 15:15:58.854 +0000: Container : [ClientServices] User: requestId='undefined', Making REST request: method=GET, url='/finesse/api/User/2001?nocache=1489504558854'
2017-03-14T15:16:05.354 +00:00: : fin-b: Mar 14 2017 15:16:05.354 +0000: Container : [ClientServices] User: requestId='undefined', Returned with status=401, content=''
";

/// A thread's next `REQUEST_END` is that of its last request only if no file is missing between the two: it says
/// how long its own request took.
#[test]
fn a_request_does_not_end_behind_files_that_are_missing() {
    for (ended, is_its_own) in [("11:16:05.305", true), ("11:24:00.535", false)] {
        let next = format!(
            "0000081286: 192.0.2.11: Mar 14 2017 {ended} -0400: %CCBU_http-bio-8445-exec-2-6-REQUEST_END: %[elapsed_time=6404]: Request complete\n"
        );
        let told = told(&[
            ("clientlogs/2001.log", DESKTOP),
            ("webservices/Desktop-webservices.1.log", ASKED),
            ("webservices/Desktop-webservices.2.log", &next),
        ]);
        let proof = proof(&told["sign_ins"][0], "user_get");
        assert!(proof.contains("API_REQUEST"), "{proof}");
        assert_eq!(proof.contains("elapsed_time=6404"), is_its_own, "{proof}");
    }
}

/// Somebody else's exchange with the CTI server, in all logs: how far the clocks are apart.
const OTHER: &str = "\
0000076770: 192.0.2.11: Mar 14 2017 09:30:59.069 -0400: %CCBU_http-bio-8445-exec-1-6-API_REQUEST: %[REQUEST_URL=User/2002][agent_id=2002][request_identifer=1fccd471-0766-41e1-8d23-36923f627733][request_method=user.PUT][request_parameters= extension:71002 state:LOGIN]: Request from client to webservice api
0000076771: 192.0.2.11: Mar 14 2017 09:30:59.075 -0400: %CCBU_pool-5-thread-1-6-MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :6735 , agentstate : 0, workmode : 0, reason code: -15532, forceflag :1, agentcapacity: 0, agentext: 71002, agentid: 2002][cti_message_name=SetAgentStateReq]: Message going to the backend cti server
0000076773: 192.0.2.11: Mar 14 2017 09:30:59.935 -0400: %CCBU_CTIMessageEventExecutor-1-6-DECODED_MESSAGE_FROM_CTI_SERVER: %[cti_message=CTISetAgentStateConf []CTIMessageBean [invokeID=6735, cti_sequence_id=347240, msgID=39, timeTracker={\"id\":\"SetAgentStateConf\",\"CTI_MSG_RECEIVED\":1489498259935}, msgName=SetAgentStateConf, deploymentType=CCE]][cti_response_time=1]: Decoded Message to Finesse from backend cti server
";
const CTI_SERVER: &str = "\
09:30:59:100 cg1A-ctisvr SESSION 7: MsgType:SET_AGENT_STATE_REQ (InvokeID:0x1a4f PeripheralID:5000
09:30:59:100 cg1A-ctisvr SESSION 7:         AgentState:LOGIN AgentInstrument:\"71002\" AgentID:\"2002\" AgentExtension:\"71002\" )
09:30:59:110 cg1A-ctisvr SESSION 7: MsgType:SET_AGENT_STATE_CONF (InvokeID:0x1a4f )
09:40:12:500 cg1A-ctisvr SESSION 7: MsgType:SET_AGENT_STATE_REQ (InvokeID:0x8e2 PeripheralID:5000
09:40:12:500 cg1A-ctisvr SESSION 7:         AgentState:LOGIN AgentInstrument:\"71001\" AgentID:\"2001\" AgentExtension:\"71001\" )
09:40:12:510 cg1A-ctisvr SESSION 7: MsgType:SET_AGENT_STATE_CONF (InvokeID:0x8e2 )
09:40:12:520 cg1A-ctisvr SESSION 7: MsgType:AGENT_STATE_EVENT (MonitorID:0 PeripheralID:5000 SkillGroupState:LOGIN AgentState:NOT_READY AgentID:\"2001\" AgentExtension:\"71001\" AgentInstrument:\"71001\" )
";
const NOTIFICATION: &str = "\
2017.03.14 09:40:12 org.jivesoftware.openfire.spi.RoutingTableImpl - Failed to route packet to JID: 2001@fin-a.acme.example/User packet: <message from=\"pubsub.fin-a.acme.example\" to=\"2001@fin-a.acme.example/User\" id=\"/finesse/api/User/2001__2001@fin-a.acme.example__14Ki7\"><Update><data><user><extension>71001</extension><loginId>2001</loginId><state>NOT_READY</state></user></data><event>PUT</event><requestId>dcde75d0-048b-4a4c-94b3-01d67c57f0ba</requestId><source>/finesse/api/User/2001</source></Update></message>
";

/// What Tomcat, which prints no time, tells of a sign-in.
fn tomcat(nocache: i64, request: &str) -> String {
    format!(
        "10.20.3.65 10.20.3.65 2001 - 8445 GET /gadgets/makeRequest ?refresh=3600&url=http%3A%2F%2Flocalhost%2Ffinesse%2Fapi%2FUser%2F2001%3Fnocache%3D{nocache}&httpMethod=GET&headers=&postData=&authz=&st= HTTP/1.1 200 1038 79\n\
         10.20.3.65 10.20.3.65 2001 - 8445 GET /gadgets/makeRequest ?refresh=3600&url=http%3A%2F%2Flocalhost%2Ffinesse%2Fapi%2FUser%2F2001&httpMethod=PUT&headers=&postData=%3CUser%3E%3Cextension%3E71001%3C%2Fextension%3E%3Cstate%3ELOGIN%3C%2Fstate%3E%3CrequestId%3E{request}%3C%2FrequestId%3E%3C%2FUser%3E&authz=&st= HTTP/1.1 200 659 64\n"
    )
}

/// Tomcat prints no time, the REST API's log of that hour is lost, and the browser, whose `nocache` is all that
/// dates the request, is minutes off. The Notification Service has the request id: what the CTI server did in
/// those seconds is of the same sign-in, and no second one.
#[test]
fn a_browser_that_is_minutes_off_makes_no_second_sign_in() {
    for minutes in [-5, 0, 5] {
        let nocache = 1_489_498_812_300_i64 + minutes * 60_000;
        let tomcat = tomcat(nocache, "dcde75d0-048b-4a4c-94b3-01d67c57f0ba");
        let told = told(&[
            (
                "192.0.2.11/desktop/finesse/logs/localhost_access_log.2017-03-14.txt",
                &tomcat,
            ),
            (
                "192.0.2.11/desktop/logs/webservices/Desktop-webservices.log",
                OTHER,
            ),
            ("192.0.2.11/desktop/logs/openfire/info.log", NOTIFICATION),
            ("cg1A/ctisvr.txt", CTI_SERVER),
        ]);
        let sign_ins = told["sign_ins"].as_array().unwrap().iter();
        let own: Vec<&Value> = sign_ins.filter(|it| it["agent"] == "2001").collect();
        assert_eq!(own.len(), 1, "{minutes} min: {own:#?}");
        assert!(proof(own[0], "login_request").contains("dcde75d0"));
        assert!(proof(own[0], "cti_request").contains("0x8e2"));
        assert!(proof(own[0], "cti_reply").contains("0x8e2"));
        assert!(proof(own[0], "cti_event").contains("AGENT_STATE_EVENT"));
    }
}

/// The same browser signs in again two minutes later. Its clock alone would say that it did so before the first
/// sign-in had come as far as the Notification Service, and that this one was given up.
#[test]
fn a_sign_in_is_not_given_up_by_a_clock_that_is_minutes_off() {
    let second = "4c7b3420-ff69-4c77-92fb-f100091ae801";
    let later = |log: &str| {
        let own = log
            .lines()
            .filter(|line| line.contains("2001") || line.contains("0x8e2"));
        let own: String = own.map(|line| format!("{line}\n")).collect();
        own.replace("09:40:12", "09:42:12")
            .replace("0x8e2", "0x8e3")
            .replace("dcde75d0-048b-4a4c-94b3-01d67c57f0ba", second)
    };
    let nocache = 1_489_498_812_300_i64 - 5 * 60_000;
    let tomcat = [
        tomcat(nocache, "dcde75d0-048b-4a4c-94b3-01d67c57f0ba"),
        tomcat(nocache + 120_000, second),
    ];
    let told = told(&[
        (
            "192.0.2.11/desktop/finesse/logs/localhost_access_log.2017-03-14.txt",
            &tomcat.concat(),
        ),
        (
            "192.0.2.11/desktop/logs/webservices/Desktop-webservices.log",
            OTHER,
        ),
        (
            "192.0.2.11/desktop/logs/openfire/info.log",
            &[NOTIFICATION, &later(NOTIFICATION)].concat(),
        ),
        (
            "cg1A/ctisvr.txt",
            &[CTI_SERVER, &later(CTI_SERVER)].concat(),
        ),
    ]);
    let sign_ins = told["sign_ins"].as_array().unwrap().iter();
    let own: Vec<&Value> = sign_ins.filter(|it| it["agent"] == "2001").collect();
    assert_eq!(own.len(), 2, "{own:#?}");
    assert_eq!(own[0]["outcome"], "not_covered", "{:#}", own[0]);
}

/// Who is signed in already is kept in its state, and no event says LOGIN then. Without the REST API's log nothing
/// tells whose the event is that comes instead: that none ever came cannot be said. Without any event it can.
#[test]
fn an_event_that_may_be_of_the_sign_in_is_no_missing_one() {
    let asked = "\
09:30:59:100 cg1A-ctisvr SESSION 7: MsgType:SET_AGENT_STATE_REQ (InvokeID:0x1a4f PeripheralID:5000
09:30:59:100 cg1A-ctisvr SESSION 7:         AgentState:LOGIN AgentInstrument:\"71002\" AgentID:\"2002\" AgentExtension:\"71002\" )
09:30:59:110 cg1A-ctisvr SESSION 7: MsgType:SET_AGENT_STATE_CONF (InvokeID:0x1a4f )
09:40:12:500 cg1A-ctisvr SESSION 7: MsgType:SET_AGENT_STATE_REQ (InvokeID:0x8e2 PeripheralID:5000
09:40:12:500 cg1A-ctisvr SESSION 7:         AgentState:LOGIN AgentInstrument:\"71001\" AgentID:\"2001\" AgentExtension:\"71001\" )
09:40:12:510 cg1A-ctisvr SESSION 7: MsgType:SET_AGENT_STATE_CONF (InvokeID:0x8e2 )
";
    let kept = "\
09:40:12:520 cg1A-ctisvr SESSION 7: MsgType:AGENT_STATE_EVENT (MonitorID:0 PeripheralID:5000 SkillGroupState:READY AgentState:READY AgentID:\"2001\" AgentExtension:\"71001\" AgentInstrument:\"71001\" )
";
    let later = "09:45:12:520 cg1A-ctisvr SESSION 4: MsgType:HEARTBEAT_REQ (InvokeID:0xaaa )\n";
    for (event, outcome) in [(kept, "not_covered"), ("", "stalled")] {
        let told = told(&[
            ("webservices/Desktop-webservices.log", OTHER),
            ("cg1A/ctisvr.txt", &[asked, event, later].concat()),
        ]);
        let sign_ins = told["sign_ins"].as_array().unwrap();
        let own = sign_ins.iter().find(|it| it["agent"] == "2001").unwrap();
        assert_eq!(own["outcome"], outcome, "{own:#}");
    }
}

/// Tomcat prints no time, the browser that dates its lines is minutes off, and the Notification Service was refused
/// with the same credentials: that is one try.
#[test]
fn a_refusal_that_two_clocks_tell_of_is_one() {
    let tomcat = "\
10.20.3.65 10.20.3.65 2001 - 8445 GET /gadgets/makeRequest ?refresh=3600&url=http%3A%2F%2Flocalhost%2Ffinesse%2Fapi%2FUser%2F2001%3Fnocache%3D1489498512300&httpMethod=GET&headers=&postData=&authz=&st= HTTP/1.1 200 1038 79
127.0.0.1 127.0.0.1 - - 8082 GET /finesse/api/User/2001 ?nocache=1489498512300 HTTP/1.1 401 336 7
";
    let wire = "\
2017.03.14 09:40:12 httpclient.wire.header - >> \"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\"
2017.03.14 09:40:12 httpclient.wire.header - << \"HTTP/1.1 401 Unauthorized[\\r][\\n]\"
";
    let told = told(&[
        (
            "192.0.2.11/desktop/finesse/logs/localhost_access_log.2017-03-14.txt",
            tomcat,
        ),
        (
            "192.0.2.11/desktop/logs/webservices/Desktop-webservices.log",
            OTHER,
        ),
        ("192.0.2.11/desktop/logs/openfire/debug.log", wire),
    ]);
    let sign_ins = told["sign_ins"].as_array().unwrap();
    let own: Vec<&Value> = sign_ins.iter().filter(|it| it["agent"] == "2001").collect();
    assert_eq!(own.len(), 1, "{own:#?}");
    assert!(proof(own[0], "user_get").contains("1489498512300"));
}

/// A wire log that prints no time begins in the middle of things. The page was opened twice, and who of the two had
/// the Notification Service ask the one time that is left, nothing tells.
#[test]
fn the_only_call_left_of_a_cut_log_is_not_given_to_one_of_two_pages() {
    let get = |second: &str, nocache: &str| {
        format!(
            "0000000378: 192.0.2.10: Mar 14 2017 09:40:{second}.480 -0400: %CCBU_http-8080-1-6-REQUEST_START: %[method_name=GET][parameter_name={{ nocache=[{nocache}], }}][resource_name=/User/2001][usr=2001]: Request start\n\
             0000000380: 192.0.2.10: Mar 14 2017 09:40:{second}.513 -0400: %CCBU_http-8080-1-6-REQUEST_END: %[elapsed_time=33]: Request complete\n"
        )
    };
    let put = "\
0000000381: 192.0.2.10: Mar 14 2017 09:40:12.700 -0400: %CCBU_http-8080-1-6-REQUEST_START: %[method_name=PUT][resource_name=/User/2001][usr=2001]: Request start
0000000382: 192.0.2.10: Mar 14 2017 09:40:12.701 -0400: %CCBU_http-8080-1-6-API_REQUEST: %[REQUEST_URL=User/2001][agent_id=2001][request_identifer=dce02cf7-ddc2-4f37-bc69-54876128bc6a][request_method=user.PUT][request_parameters= extension:71001 state:LOGIN]: Request from client to webservice api
0000000383: 192.0.2.10: Mar 14 2017 09:40:12.710 -0400: %CCBU_http-8080-1-6-REQUEST_END: %[elapsed_time=10]: Request complete
";
    let wire = "\
http-outgoing-1 >> \"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\"
http-outgoing-1 << \"HTTP/1.1 200 OK[\\r][\\n]\"
";
    let (first, second) = (get("11", "1489498811480"), get("41", "1489498841480"));
    for (again, is_its_own) in [("", true), (&*second, false)] {
        let told = told(&[
            (
                "webservices/Desktop-webservices.log",
                &[&first, put, again].concat(),
            ),
            ("openfire/debug.log", wire),
        ]);
        let sign_ins = told["sign_ins"].as_array().unwrap();
        assert_eq!(sign_ins.len(), 1, "{sign_ins:#?}");
        let proof = proof(&sign_ins[0], "user_get");
        assert_eq!(proof.contains("http-outgoing"), is_its_own, "{proof}");
    }
}

/// Tomcat prints no time, and the browser of the agent whose line stands before is minutes off, so that all that is
/// known of the time is wrong. The container's own call of the REST API was over before the desktop's call of the
/// container, and stands before it.
#[test]
fn a_call_within_another_is_found_by_its_place() {
    let request = "dcde75d0-048b-4a4c-94b3-01d67c57f0ba";
    let nocache = 1_489_498_812_300_i64;
    let others = format!(
        "127.0.0.1 127.0.0.1 2009 - 8082 GET /finesse/api/User/2009 ?nocache={} HTTP/1.1 200 713 58\n",
        nocache + 5 * 60_000
    );
    let refused = "127.0.0.1 127.0.0.1 2001 - 8082 PUT /finesse/api/User/2001  HTTP/1.1 400 - 15\n";
    let own = tomcat(nocache, request);
    let (read, asked) = own.split_once('\n').unwrap();
    let api = format!(
        "0000000381: 192.0.2.11: Mar 14 2017 09:40:12.700 -0400: %CCBU_http-8080-1-6-REQUEST_START: %[method_name=PUT][resource_name=/User/2001][usr=2001]: Request start\n\
         0000000382: 192.0.2.11: Mar 14 2017 09:40:12.701 -0400: %CCBU_http-8080-1-6-API_REQUEST: %[REQUEST_URL=User/2001][agent_id=2001][request_identifer={request}][request_method=user.PUT][request_parameters= extension: state:LOGIN]: Request from client to webservice api\n\
         0000000383: 192.0.2.11: Mar 14 2017 09:40:12.710 -0400: %CCBU_http-8080-1-6-REQUEST_END: %[elapsed_time=10]: Request complete\n"
    );
    for (between, is_its_own) in [("", true), (asked, false)] {
        // Behind another call of the container it would be of that one.
        let between = between
            .replace("dcde75d0", "4c7b3420")
            .replace("LOGIN", "READY");
        let log = [read, "\n", &others, refused, &between, asked, &others].concat();
        let told = told(&[
            (
                "192.0.2.11/desktop/finesse/logs/localhost_access_log.2017-03-14.txt",
                &log,
            ),
            (
                "192.0.2.11/desktop/logs/webservices/Desktop-webservices.log",
                &api,
            ),
        ]);
        let mut sign_ins = told["sign_ins"].as_array().unwrap().iter();
        let own = sign_ins.find(|it| it["agent"] == "2001").unwrap();
        let proof = proof(own, "login_accepted");
        assert_eq!(
            proof.contains("PUT /finesse/api/User/2001  HTTP/1.1 400"),
            is_its_own,
            "{proof}"
        );
        assert_eq!(own["outcome"] == "refused", is_its_own, "{own:#}");
    }
}

/// The REST API's log of that time is lost, and with it all that would tell how far browser and server are apart. What
/// the service asked between two pages is of either, and is joined with neither; where there is one page, with that.
#[test]
fn what_only_a_time_would_join_is_not_joined_by_clocks_that_nothing_compares() {
    let page = |second: i64, request: &str| {
        let nocache = 1_489_497_030_700 + second * 1000;
        let second = 30 + second;
        format!(
            "2017-03-14T13:10:{second}.700 +00:00: : fin-a: Mar 14 2017 13:10:{second}.700 +0000: Container : [ClientServices] User: requestId='undefined', Making REST request: method=GET, url='/finesse/api/User/2001?nocache={nocache}'\n\
             2017-03-14T13:10:{second}.800 +00:00: : fin-a: Mar 14 2017 13:10:{second}.800 +0000: Container : [ClientServices] User: requestId='undefined', Returned with status=200, content='<User><loginId>2001</loginId><state>LOGOUT</state></User>'\n\
             2017-03-14T13:10:{second}.900 +00:00: : fin-a: Mar 14 2017 13:10:{second}.900 +0000: Container : SignIn.handleUserLoad(): Performing login: extn=71001\n\
             2017-03-14T13:10:{second}.900 +00:00: : fin-a: Mar 14 2017 13:10:{second}.900 +0000: Container : [ClientServices] User: requestId='{request}', Making REST request: method=PUT, url='/finesse/api/User/2001'\n\
             2017-03-14T13:10:{second}.950 +00:00: : fin-a: Mar 14 2017 13:10:{second}.950 +0000: Container : [ClientServices] User: requestId='{request}', Returned with status=202\n"
        )
    };
    let first = page(6, "dce02cf7-ddc2-4f37-bc69-54876128bc6a");
    let second = page(13, "4c7b3420-ff69-4c77-92fb-f100091ae801");
    let wire = "\
2017.03.14 09:10:40 httpclient.wire.header - >> \"GET /finesse/api/User/2001 HTTP/1.1[\\r][\\n]\"
2017.03.14 09:10:40 httpclient.wire.header - << \"HTTP/1.1 200 OK[\\r][\\n]\"
";
    for (pages, is_joined) in [(vec![&second], true), (vec![&first, &second], false)] {
        let client: String = pages.iter().map(|page| page.as_str()).collect();
        let told = told(&[
            ("192.0.2.11/desktop/logs/clientlogs/2001.log", &client),
            ("192.0.2.11/desktop/logs/openfire/debug.log", wire),
            (
                "192.0.2.11/desktop/logs/webservices/Desktop-webservices.log",
                OTHER,
            ),
        ]);
        let sign_ins = told["sign_ins"].as_array().unwrap().iter();
        let own: Vec<&Value> = sign_ins.filter(|it| it["agent"] == "2001").collect();
        assert_eq!(own.len(), pages.len());
        let joined = own
            .iter()
            .any(|one| proof(one, "user_get").contains("httpclient"));
        assert_eq!(joined, is_joined, "{own:#?}");
    }
}

/// What a desktop reads once it is signed in tells that the sign-in was not given up, though all that would show how it
/// went is lost: the page was loaded again.
#[test]
fn who_read_on_did_not_give_up() {
    let nocache = 1_489_498_812_300_i64;
    let first = tomcat(nocache, "dcde75d0-048b-4a4c-94b3-01d67c57f0ba");
    let second = tomcat(nocache + 20_000, "4c7b3420-ff69-4c77-92fb-f100091ae801");
    let read_on = format!(
        "127.0.0.1 127.0.0.1 2001 - 8082 GET /finesse/api/User/2001/ReasonCodes ?category=LOGOUT&nocache={} HTTP/1.1 200 336 40\n",
        nocache + 2_000
    );
    for (read_on, outcome) in [("", "abandoned"), (&*read_on, "not_covered")] {
        let at = |second: u32, lines: &str| {
            lines.replace(
                "2001 - 8",
                &format!("2001 - [14/Mar/2017:09:40:{second} -0400] 8"),
            )
        };
        let log = [at(12, &first), at(14, read_on), at(32, &second)].concat();
        let told = told(&[
            (
                "192.0.2.11/desktop/finesse/logs/localhost_access_log.2017-03-14.txt",
                &log,
            ),
            (
                "192.0.2.11/desktop/logs/webservices/Desktop-webservices.log",
                OTHER,
            ),
        ]);
        let mut sign_ins = told["sign_ins"].as_array().unwrap().iter();
        let own = sign_ins.find(|it| it["agent"] == "2001").unwrap();
        assert_eq!(own["outcome"], outcome, "{own:#}");
    }
}
