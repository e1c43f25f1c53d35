//! Logs that lie beside Finesse's in a bundle and say nothing of a sign-in: recognised, so that they
//! do not count as unknown, counted, and not read.
//!
//! Written by these, in versions that bundles beside Finesse 11.0 to 12.6 are of:
//!
//! - The prefix of [`cisco_log`] with an application that is not Finesse's: ICM (syslog, `/ciscoLog`,
//!   Portico), CVP, and CUIC's `%CCBU__CUIC_…`; also without what stands before `%`.
//! - Finesse's web proxy (12.6), an nginx. None of its lines is public; read are the forms nginx has
//!   out of the box: the `combined` access log and the error log.
//! - Finesse's audit log (12.5). Public are its fields, not its layout; taken for it is a line that
//!   starts with a time and has an HTTP method that changes something, and a path behind it.
//!
//! ```text
//! [<pri>]<sequence>: <host>: <Mon D YYYY HH:MM:SS.mmm ±HHMM>: %<application>: [<key>=<value>]…: <text>
//! %<APPLICATION>_<component>-<digit>-<MNEMONIC>: <text>
//! <address> - <user> [<dd/Mon/yyyy:HH:MM:SS ±HHMM>] "<request>" <status> <bytes> "<referrer>" "<agent>"
//! <yyyy/mm/dd HH:MM:SS> [<level>] <pid>#<tid>: <text>
//! <time> … <PUT|POST|DELETE> … /<path> …
//! ```
//!
//! # Not supported
//! - The requests of the proxy: they reach Tomcat, whose log is read; both together would be two of each.

use super::access_log::{self, AccessLog};
use super::platform_cli::PlatformCli;
use super::start::Start;
use super::{Entry, Format, Head, Reading};
use super::{cisco_log, stamps};
use crate::record::Kind;
use crate::record::intern::Strings;
use crate::record::time::Stamp;

/// The format.
#[derive(Debug, Clone, Copy)]
pub struct OtherCisco;

impl Format for OtherCisco {
    fn kind(&self) -> Kind {
        Kind::OtherCisco
    }

    fn samples(&self) -> &'static [&'static str] {
        SAMPLES
    }

    fn likes_name(&self, name: &str) -> bool {
        ["CVP", "cuic", "CCBU-", "webproxy", "audit-log", "syslog"]
            .iter()
            .any(|known| name.contains(known))
    }

    /// A number, a mark, the name of a month, or the address of a proxy's client.
    fn may_start(&self, start: Start) -> bool {
        match start {
            Start::Byte(first) => first.is_ascii_hexdigit() || b"<%:JFMASOND".contains(&first),
            number => number.is_year(b'/') || AccessLog.may_start(number),
        }
    }

    fn head(&self, line: &[u8]) -> Option<Head> {
        let stamp = of_server(line)
            .or_else(|| of_application(line))
            .or_else(|| access_log::of_proxy(line))
            .or_else(|| of_proxy_errors(line))
            .or_else(|| of_audit(line))?;
        Some(Head {
            stamp,
            wanted: false,
            stripped: false,
        })
    }

    fn continues(&self, _entry: &[u8], _line: &[u8]) -> bool {
        true
    }

    fn read(&self, _entry: &Entry<'_>, _strings: &mut Strings) -> Option<Reading> {
        None
    }
}

/// A whole line of another server. `ctisvr` is the CTI server, whose messages are read.
fn of_server(line: &[u8]) -> Option<Stamp> {
    let line = cisco_log::Line::parse(line)?;
    let other = is_other(line.application) && line.tag(b"pname") != Some(b"ctisvr");
    other.then_some(line.stamp)
}

/// A line that starts with the mark, as documents print them.
fn of_application(line: &[u8]) -> Option<Stamp> {
    let marked = line.strip_prefix(b"%")?;
    let colon = memchr::memchr(b':', marked)?;
    let name = &marked[..colon];
    let letters = name.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let severity = name
        .windows(3)
        .any(|w| w[0] == b'-' && (b'0'..=b'7').contains(&w[1]) && w[2] == b'-');
    let whole = letters > 1 && name.get(letters) == Some(&b'_') && severity && is_other(name);
    whole.then_some(Stamp::None)
}

/// Whether an application is none of Finesse's own.
fn is_other(application: &[u8]) -> bool {
    !application.starts_with(b"CCBU_") || application.starts_with(b"CCBU__")
}

fn of_proxy_errors(line: &[u8]) -> Option<Stamp> {
    let (stamp, rest) = stamps::slashed_local(line)?;
    let level = rest.strip_prefix(b" [")?;
    let end = memchr::memchr(b']', level)?;
    level[..end]
        .iter()
        .all(u8::is_ascii_lowercase)
        .then_some(stamp)
}

fn of_audit(line: &[u8]) -> Option<Stamp> {
    /// User, address and the like may stand before the method.
    const MOST_WORDS: usize = 12;
    const METHODS: [&[u8]; 3] = [b"PUT", b"POST", b"DELETE"];
    let (stamp, rest) = stamps::iso_zoned(line)
        .or_else(|| stamps::iso_local(line))
        .or_else(|| stamps::month_first(line))?;
    let mut words = rest
        .split(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_' | b'@')))
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS);
    words.find(|word| METHODS.contains(word))?;
    words.find(|word| word.starts_with(b"/"))?;
    PlatformCli.head(line).is_none().then_some(stamp)
}

/// Lines of the serviceability guides and of CUIC's and nginx's documentation with other values; the
/// audit line is synthetic.
const SAMPLES: &[&str] = &[
    "10: NODEA: Mar 4 2009 05:12:31.118 +0000: %ICM_Router_ProcessSynchronization: [comp=Router-A][pname=rtr][iid=acme][sev=info]: MDS is in service.",
    "<134>25: host-w3k: Mar 9 2009 18:02:55.307 +0000: %ICM_Router_CallRouter-6-10500FF: [comp=Router-A][pname=rtr][iid=acme1][mid=10500FF][sev=info]: Side A rtr process is OK.",
    "0000001702: 192.0.2.42: Mar 03 2018 11:20:07.114 +0100: %CCBU__CUIC_SECURITY-7-OPERATION: %[MESSAGE=Total number of login attempts][USER_ID=]: User login or logout request to server.",
    "0000000017: 192.0.2.50: Mar 03 2018 11:20:07.114 +0100: %CVP_10_0_RPT-3-REPORTING_ERROR: %[id=1]: something",
    "%CVP_10_0_RPT-3-REPORTING_ERROR: %[id=1]: something",
    "192.0.2.30 - - [07/May/2021:09:12:44 +0200] \"GET /finesse/api/User/2001 HTTP/1.1\" 200 1234 \"https://fin-a.example.com/desktop/\" \"Mozilla/5.0\"",
    "2021/05/07 09:12:44 [error] 1234#1234: *5 connect() failed (111: Connection refused) while connecting to upstream, client: 192.0.2.30",
    "2021-05-07T09:12:44.120 +0200, admin, PUT, /finesse/api/ReasonCode/12, <ReasonCode/>",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_heads_that_are_not_wanted() {
        for sample in SAMPLES {
            let head = OtherCisco.head(sample.as_bytes());
            assert_eq!(head.map(|head| head.wanted), Some(false), "{sample}");
        }
    }

    #[test]
    fn logs_that_are_read_are_no_heads() {
        for line in [
            "",
            "%50 of all",
            "%CCBU_http-8080-7-6-REQUEST_END: x",
            "0000000345: 192.0.2.10: May 23 2014 10:34:12.372 +0530: %CCBU_x-6-REQUEST_START: y",
            "25: PGA: Mar 4 2009 22:10:05.123 +0000: %ICM_X: [pname=ctisvr]: SESSION 4: MsgType:OPEN_REQ (",
            "192.0.2.30 - 2001 [02/Jun/2017:09:14:31 +0200] \"GET /http-bind/ HTTP/1.1\" 200 120",
            "2017-06-02 09:14:31,896 INFO [x] a.B - PUT /finesse/api/User/2001",
            "2016-02-11T14:05:10.310 -04:00: : a: --- -- ---- --:--:--.--- -----: Container : x",
        ] {
            assert_eq!(OtherCisco.head(line.as_bytes()), None, "{line}");
        }
    }
}
