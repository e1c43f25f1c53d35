//! Every story leaves the lines in the logs that it is known by: looked for as plain text, without
//! any of the readers.

use logintrace::simulate::{self, Bundle, Config, Forms, Scenario};

/// Story, and what some line of the bundle must hold: all of a line's pieces in one line.
const MARKS: [(Scenario, &[&[&str]]); 33] = [
    (Scenario::ConnectRetry, &[&["retryCount=0, retrying..."]]),
    (
        Scenario::WrongPassword,
        &[
            &["/finesse/api/User/2001", " 401 "],
            &["finesseAuthenticate(): Unable to authenticate user: 2001"],
        ],
    ),
    (
        Scenario::AccountLocked,
        &[&["An attempt was made to authenticate the locked user \"2001\""]],
    ),
    (Scenario::AccountLockedCti, &[&["FailureCode:289 "]]),
    (Scenario::AlreadySignedOn, &[&["FailureCode:259 "]]),
    (
        Scenario::PasswordCti,
        &[&["MsgType:CONTROL_FAILURE_CONF", "FailureCode:25"]],
    ),
    (
        Scenario::CtiRefused,
        &[&["msgID=35"], &["<errorMessage>CF_"]],
    ),
    (
        Scenario::DeviceBusy,
        &[&["<errorType>Device Busy</errorType>"]],
    ),
    (
        Scenario::InvalidDevice,
        &[&["<errorType>Invalid Device</errorType>"]],
    ),
    (
        Scenario::MobileAgentMode,
        &[
            &["workmode : 3"],
            &["<errorType>Mode Not Allowed</errorType>"],
        ],
    ),
    (Scenario::UserUnknown, &[&["status=404", "UNKNOWN_USER"]]),
    (
        Scenario::CredentialsMismatch,
        &[&["status=401", "Invalid Authorization User Specified"]],
    ),
    (
        Scenario::AwDatabase,
        &[&["status=500", "AWS_SERVICE_UNAVAILABLE"]],
    ),
    (
        Scenario::SsoRefused,
        &[&["SSO_API_ERROR", "[userId=2001]"], &["User/2001", " 401 "]],
    ),
    (
        Scenario::MalformedExtension,
        &[&["status=400", "Invalid Input"], &["extn=71001A"]],
    ),
    (
        Scenario::ReadyKept,
        &[
            &["SkillGroupState:LOGIN"],
            &["AgentState:AVAILABLE EventReasonCode:0 "],
            &["CTIMediaLoginResp [eARMStatus=1"],
        ],
    ),
    (Scenario::SecondTab, &[&["<state>READY</state>"]]),
    (
        Scenario::ParameterMissing,
        &[&["status=400", "Parameter Missing"]],
    ),
    (
        Scenario::OutOfService,
        &[&["status=503", "SERVER_OUT_OF_SERVICE"]],
    ),
    (
        Scenario::OutOfServiceLate,
        &[&["PUT", "/finesse/api/User/2001", " 503 "]],
    ),
    (Scenario::EventNotDecoded, &[&["MsgType:AGENT_STATE_EVENT"]]),
    (
        Scenario::EventMalformed,
        &[&["[ERROR] Malformed event payload"]],
    ),
    (
        Scenario::FollowUpFailed,
        &[&["ReasonCodes", "status=500", "DB_RUNTIME_EXCEPTION"]],
    ),
    (
        Scenario::NotSignedIn257,
        &[
            &["FailureCode:257 "],
            &["<errorType>Invalid State</errorType>"],
        ],
    ),
    (
        Scenario::PresenceLost,
        &[&["FROM JID=2001@", "PRESENCE_TYPE=unavailable"]],
    ),
    (
        Scenario::ForcedLogout,
        &[
            &["PRESENCE_TYPE=unavailable"],
            &["agentstate : 1", "reason code: 255", "agentid: 2001"],
        ],
    ),
    (Scenario::Flapping, &[&["retryCount=3, retrying..."]]),
    (
        Scenario::TokenRefresh,
        &[&["Header : Unable to refresh access token after 3 retries"]],
    ),
    (
        Scenario::SupervisorLogout,
        &[&["AgentState:LOGOUT EventReasonCode:999 "]],
    ),
    (
        Scenario::IdentityRefused,
        &[
            &["IdSSAMLAsyncServlet", "user_principal"],
            &["User/2001", " 401 "],
        ],
    ),
    (Scenario::PastedLog, &[&["SignIn._triggerLoggedIn()"]]),
    (Scenario::ConnectNever, &[&["retryCount=5, retrying..."]]),
    (
        Scenario::Ok,
        &[&["SignIn._triggerLoggedIn()"], &["reason code: -15532"]],
    ),
];

fn bundle_of(story: Scenario, forms: Forms) -> Bundle {
    simulate::run(&Config {
        scenarios: vec![(story, 1)],
        forms,
        ..Config::new(1, 5)
    })
}

#[test]
fn each_story_leaves_the_lines_it_is_known_by() {
    for (story, marks) in MARKS {
        for forms in [Forms::FULL, Forms::OLD] {
            let bundle = bundle_of(story, forms);
            let texts: Vec<&str> = bundle
                .files
                .iter()
                .map(|file| std::str::from_utf8(&file.bytes).expect("simulated logs are UTF-8"))
                .collect();
            // XML runs over several lines in the logs of client and Notification Service.
            let entries = || texts.iter().flat_map(|text| text.split("\n\n"));
            for pieces in marks {
                let in_one = |text: &str| {
                    text.lines()
                        .any(|line| pieces.iter().all(|piece| line.contains(piece)))
                };
                assert!(
                    entries().any(in_one),
                    "{}: no line with {pieces:?}",
                    story.slug()
                );
            }
        }
    }
}

#[test]
fn a_pasted_log_has_no_line_of_more_than_eighty_columns() {
    let widest = |story: Scenario| {
        let bundle = bundle_of(story, Forms::FULL);
        let own = |file: &&simulate::LogFile| file.path.contains("ClientLog.2001");
        let log = bundle.files.iter().find(own).expect("a client log");
        let text = String::from_utf8_lossy(&log.bytes).into_owned();
        text.lines().map(|line| line.chars().count()).max()
    };
    assert_eq!(widest(Scenario::PastedLog), Some(80));
    assert!(widest(Scenario::Ok) > Some(80));
}

#[test]
fn what_must_not_be_in_a_log_is_not_there() {
    let silent: [(Scenario, &str); 3] = [
        (Scenario::NeverSent, "agentstate : 0, workmode : 0"),
        (Scenario::CtiSilent, "SET_AGENT_STATE_CONF (InvokeID"),
        (
            Scenario::EventNotDecoded,
            "agentState=2 (NOT_READY), eventReasonCode=0, MRDId=1, agentMode=1, numFltSkillGroups=0,CTIClientSignature=, agentID=2001",
        ),
    ];
    for (story, absent) in silent {
        let bundle = bundle_of(story, Forms::FULL);
        for file in &bundle.files {
            let text = String::from_utf8_lossy(&file.bytes);
            let lines = text.lines().filter(|line| line.contains("2001"));
            let found = lines.filter(|line| line.contains(absent)).count();
            assert_eq!(found, 0, "{}: {}", story.slug(), file.path);
        }
    }
}

#[test]
fn every_story_is_played_where_none_is_chosen() {
    let bundle = simulate::run(&Config::new(Scenario::ALL.len() as u32, 9));
    for story in Scenario::ALL {
        let played = |attempt: &simulate::Attempt| attempt.scenario == story.slug();
        assert!(bundle.truth.attempts.iter().any(played), "{}", story.slug());
    }
}
