//! Sentences of the page that carry values.

use crate::protocol::{
    ClockView, Disorder, Ladder, Part, Row, RowKind, RowLeg, STRIP_MARKS, SeenPart, SignInRow,
    Times,
};
use crate::view::keys::Command;
use crate::view::quantity::{bytes, count};
use crate::view::time::duration;
use crate::words::Lang;
use crate::words::ui_flow::{lane, leg, outcome, status, step, what};

/// `waited 15 s`.
#[must_use]
pub fn waited(lang: Lang, ms: i64) -> String {
    match lang {
        Lang::En => format!("waited {}", duration(ms)),
        Lang::Zh => format!("已等待 {}", duration(ms)),
    }
}

/// `12 of 200 sign-ins`.
#[must_use]
pub fn shown_of(lang: Lang, shown: usize, total: usize) -> String {
    let (shown, total) = (count(shown as u64), count(total as u64));
    match lang {
        Lang::En => format!("{shown} of {total} sign-ins"),
        Lang::Zh => format!("{total} 次登录中的 {shown} 次"),
    }
}

/// `12 sign-ins contain “busy”`.
#[must_use]
pub fn found(lang: Lang, n: usize, pattern: &str) -> String {
    match (lang, n) {
        (Lang::En, 0) => format!("No sign-in contains “{pattern}”"),
        (Lang::En, 1) => format!("1 sign-in contains “{pattern}”"),
        (Lang::En, _) => format!("{} sign-ins contain “{pattern}”", count(n as u64)),
        (Lang::Zh, 0) => format!("没有登录包含“{pattern}”"),
        (Lang::Zh, _) => format!("{} 次登录包含“{pattern}”", count(n as u64)),
    }
}

/// `3 lines could not be looked into`.
#[must_use]
pub fn not_looked_into(lang: Lang, n: u32) -> String {
    match (lang, n) {
        (Lang::En, 1) => {
            "1 line could not be looked into: its file cannot be read again".to_owned()
        }
        (Lang::En, _) => {
            let n = count(n.into());
            format!("{n} lines could not be looked into: their files cannot be read again")
        }
        (Lang::Zh, _) => format!("有 {} 行无法搜索：其文件无法再次读取", count(n.into())),
    }
}

/// `214 files`.
#[must_use]
pub fn files(lang: Lang, n: u64) -> String {
    match (lang, n) {
        (Lang::En, 1) => "1 file".to_owned(),
        (Lang::En, _) => format!("{} files", count(n)),
        (Lang::Zh, _) => format!("{} 个文件", count(n)),
    }
}

/// `Same bytes as a.tgz › x.log`.
#[must_use]
pub fn same_as(lang: Lang, original: &str) -> String {
    match lang {
        Lang::En => format!("Same bytes as {original}"),
        Lang::Zh => format!("与 {original} 内容相同"),
    }
}

/// `12,345 records`.
#[must_use]
pub fn records(lang: Lang, n: u64) -> String {
    match (lang, n) {
        (Lang::En, 1) => "1 record".to_owned(),
        (Lang::En, _) => format!("{} records", count(n)),
        (Lang::Zh, _) => format!("{} 条记录", count(n)),
    }
}

/// `3 with a problem`.
#[must_use]
pub fn problems(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("{} with a problem", count(n)),
        Lang::Zh => format!("{} 个有问题", count(n)),
    }
}

/// `84 MB of memory`.
#[must_use]
pub fn memory(lang: Lang, used: u64) -> String {
    match lang {
        Lang::En => format!("{} of memory", bytes(used)),
        Lang::Zh => format!("内存 {}", bytes(used)),
    }
}

/// `Reading stops at 2.1 GB`.
#[must_use]
pub fn memory_limit(lang: Lang, limit: u64) -> String {
    match lang {
        Lang::En => format!(
            "What the readers of this tab hold in memory. Reading stops at {}.",
            bytes(limit)
        ),
        Lang::Zh => format!(
            "此标签页读取程序占用的内存。达到 {} 时停止读取。",
            bytes(limit)
        ),
    }
}

/// `Reading stopped at the limit of 2.1 GB; 1.2 GB were not read. What was found until then is shown:
/// it is a part, and may be incomplete.`
#[must_use]
pub fn stopped_full(lang: Lang, limit: u64, unread: u64) -> String {
    let (limit, unread) = (bytes(limit), bytes(unread));
    match lang {
        Lang::En => format!(
            "Reading stopped at the limit of {limit}; {unread} were not read. What was found until then is shown: it is a part, and may be incomplete."
        ),
        Lang::Zh => format!(
            "读取在达到上限 {limit} 时停止；{unread} 未读取。显示的是此前找到的部分内容，可能不完整。"
        ),
    }
}

/// What a bundle was narrowed to: `09:00 – 10:00, without 3 parts of it`. `window` is as shown.
#[must_use]
pub fn narrowed_to(lang: Lang, window: Option<String>, without: usize) -> String {
    let mut parts: Vec<String> = window.into_iter().collect();
    if without > 0 {
        parts.push(match (lang, without) {
            (Lang::En, 1) => "without 1 file or folder".to_owned(),
            (Lang::En, _) => format!("without {without} files or folders"),
            (Lang::Zh, _) => format!("不含 {without} 个文件或文件夹"),
        });
    }
    parts.join(comma(lang))
}

/// What that left out: `Left out: 3 files with 1.2 GB, 12,345 entries and 17 sign-ins outside this time`.
#[must_use]
pub fn left_out(lang: Lang, part: &Part) -> String {
    let mut parts = Vec::new();
    if part.members > 0 {
        let (n, size) = (u64::from(part.members), bytes(part.bytes));
        parts.push(match lang {
            Lang::En => format!("{} ({size})", files(lang, n)),
            Lang::Zh => format!("{}（{size}）", files(lang, n)),
        });
    }
    if part.scope.window.is_some() {
        let (entries, sign_ins) = (count(part.entries), count(u64::from(part.sign_ins)));
        parts.push(match lang {
            Lang::En => format!("{entries} entries and {sign_ins} sign-ins outside this time"),
            Lang::Zh => format!("此时间之外的 {entries} 条记录和 {sign_ins} 次登录"),
        });
    }
    let parts = parts.join(comma(lang));
    match lang {
        Lang::En => format!("Left out: {parts}"),
        Lang::Zh => format!("已略去：{parts}"),
    }
}

/// `1.2 GB, 3,400 records kept`: what leaving out a part would save.
#[must_use]
pub fn seen_part(lang: Lang, part: &SeenPart) -> String {
    let (size, kept) = (bytes(part.bytes), count(part.records));
    match (lang, part.records) {
        (_, 0) => size,
        (Lang::En, 1) => format!("{size}, 1 record kept"),
        (Lang::En, _) => format!("{size}, {kept} records kept"),
        (Lang::Zh, _) => format!("{size}，保留 {kept} 条记录"),
    }
}

/// `12 messages`, the rows of a band.
#[must_use]
pub fn messages(lang: Lang, n: u32) -> String {
    match (lang, n) {
        (Lang::En, 1) => "1 message".to_owned(),
        (Lang::En, _) => format!("{n} messages"),
        (Lang::Zh, _) => format!("{n} 条消息"),
    }
}

/// `Evidence (3)`.
#[must_use]
pub fn evidence(lang: Lang, n: u32) -> String {
    match lang {
        Lang::En => format!("Evidence ({n})"),
        Lang::Zh => format!("证据（{n}）"),
    }
}

/// `Record 2 of 5`.
#[must_use]
pub fn record_of(lang: Lang, at: usize, total: usize) -> String {
    match lang {
        Lang::En => format!("Record {at} of {total}"),
        Lang::Zh => format!("第 {at} 条，共 {total} 条"),
    }
}

/// `and 130 more records`, where not all are drawn.
#[must_use]
pub fn more_records(lang: Lang, n: usize) -> String {
    match lang {
        Lang::En => format!("and {} more", records(lang, n as u64)),
        Lang::Zh => format!("另有 {}", records(lang, n as u64)),
    }
}

/// `line 12`, `lines 12–15`: where a record stands.
#[must_use]
pub fn lines(lang: Lang, first: u32, n: u32) -> String {
    let last = first.saturating_add(n.saturating_sub(1));
    match (lang, n > 1) {
        (Lang::En, false) => format!("line {first}"),
        (Lang::En, true) => format!("lines {first}–{last}"),
        (Lang::Zh, false) => format!("第 {first} 行"),
        (Lang::Zh, true) => format!("第 {first}–{last} 行"),
    }
}

/// `file 2 of 5`, while reading.
#[must_use]
pub fn source_of(lang: Lang, at: u32, total: u32) -> String {
    match lang {
        Lang::En => format!("file {at} of {total}"),
        Lang::Zh => format!("第 {at} 个，共 {total} 个文件"),
    }
}

/// `12 desktops`.
#[must_use]
pub fn desktops(lang: Lang, n: u32) -> String {
    match (lang, n) {
        (Lang::En, 1) => "1 desktop".to_owned(),
        (Lang::En, _) => format!("{} desktops", count(u64::from(n))),
        (Lang::Zh, _) => format!("{} 个桌面", count(u64::from(n))),
    }
}

/// What a column of the strip counts: `1 refused, 9 signed in`. `counts` as in
/// [`crate::protocol::Column`].
#[must_use]
pub fn column(lang: Lang, counts: &[u32; STRIP_MARKS]) -> String {
    let sorts = match lang {
        Lang::En => [
            "refused",
            "stalled",
            "abandoned",
            "not covered",
            "signed in slowly",
            "signed in",
        ],
        Lang::Zh => ["被拒绝", "停滞", "已放弃", "未覆盖", "登录缓慢", "已登录"],
    };
    let there = counts.iter().zip(sorts).filter(|(n, _)| **n > 0);
    let parts: Vec<String> = there
        .map(|(n, sort)| match lang {
            Lang::En => format!("{} {sort}", count(u64::from(*n))),
            Lang::Zh => format!("{sort} {}", count(u64::from(*n))),
        })
        .collect();
    parts.join(comma(lang))
}

/// A sign-in read aloud: `Agent 2001, extension 2003, signed in, 5.8 s`.
#[must_use]
pub fn sign_in(lang: Lang, row: &SignInRow) -> String {
    let mut parts = Vec::new();
    match lang {
        Lang::En => parts.push(format!("agent {}", row.agent)),
        Lang::Zh => parts.push(format!("座席 {}", row.agent)),
    }
    if let Some(extension) = &row.extension {
        parts.push(match lang {
            Lang::En => format!("extension {extension}"),
            Lang::Zh => format!("分机 {extension}"),
        });
    }
    parts.push(outcome(lang, row.outcome).to_lowercase());
    if let Some(stopped) = row.stopped_at {
        parts.push(match lang {
            Lang::En => format!("stopped at {}", step(lang, stopped)),
            Lang::Zh => format!("停在{}", step(lang, stopped)),
        });
    }
    if let Some(ms) = row.duration_ms {
        parts.push(duration(ms));
    }
    parts.join(comma(lang))
}

/// A row of the ladder read aloud:
/// `Desktop to Tomcat: PUT User/2001 LOGIN, result 202, sign-in request, ok`.
/// `at` is its time as shown.
#[must_use]
pub fn row(lang: Lang, row: &Row, at: &str) -> String {
    let mut parts = vec![match (lang, row.from == row.to) {
        (Lang::En, false) => format!(
            "{} to {}: {}",
            lane(lang, row.from),
            lane(lang, row.to),
            row.label
        ),
        (Lang::Zh, false) => format!(
            "{} 到 {}：{}",
            lane(lang, row.from),
            lane(lang, row.to),
            row.label
        ),
        (_, true) => format!("{}: {}", lane(lang, row.from), row.label),
    }];
    if let Some(result) = &row.result {
        parts.push(match lang {
            Lang::En => format!("result {result}"),
            Lang::Zh => format!("结果 {result}"),
        });
    }
    parts.push(what(lang, row).to_owned());
    parts.push(status(lang, row.status).to_owned());
    if row.kind == RowKind::Ghost
        && let Some(ms) = row.waited_ms
    {
        parts.push(waited(lang, ms));
    }
    if !at.is_empty() {
        parts.push(at.to_owned());
    }
    if row.disorder.is_some() {
        parts.push(match lang {
            Lang::En => "before its cause by its clock".to_owned(),
            Lang::Zh => "按其时钟早于起因".to_owned(),
        });
    }
    parts.join(comma(lang))
}

/// A leg of a sign-in: `from the request to the CTI server to its reply, as Finesse sees it: 1.2 s.
/// Over 1.0 s is slow; Cisco documents 62 ms.`
#[must_use]
pub fn leg_took(lang: Lang, own: RowLeg) -> String {
    let (_, ends) = leg(lang, own.leg);
    let (took, limit) = (duration(own.ms), duration(own.leg.slow_over_ms()));
    let documented = own.leg.documented_ms().map(duration);
    match (lang, documented) {
        (Lang::En, Some(it)) => {
            format!("{ends}: {took}. Over {limit} is slow; Cisco documents {it}.")
        }
        (Lang::En, None) => format!("{ends}: {took}. Over {limit} is slow."),
        (Lang::Zh, Some(it)) => format!("{ends}：{took}。超过 {limit} 为缓慢；思科文档为 {it}。"),
        (Lang::Zh, None) => format!("{ends}：{took}。超过 {limit} 为缓慢。"),
    }
}

/// How a leg is distributed, read aloud: `1 ms to 10 ms: 3, 10 ms to 100 ms: 5`.
#[must_use]
pub fn distribution(lang: Lang, decades: &[(i64, i64, u32)]) -> String {
    let parts: Vec<String> = decades
        .iter()
        .map(|&(from, to, n)| {
            let (from, to, n) = (duration(from), duration(to), count(u64::from(n)));
            match lang {
                Lang::En => format!("{from} to {to}: {n}"),
                Lang::Zh => format!("{from} 至 {to}：{n}"),
            }
        })
        .collect();
    parts.join(comma(lang))
}

/// Why a row's time is before its cause's: `Its time is 3.3 s before that of its cause, “GET
/// User/2001”. The clock client:2001 is 2.8 s behind finesse:192.0.2.10. The order is by cause.`
#[must_use]
pub fn disorder(lang: Lang, ladder: &Ladder, row: &Row, disorder: Disorder) -> String {
    let cause = ladder.rows.get(disorder.cause as usize);
    let label = cause.map_or("", |cause| &cause.label);
    let clock = |row: Option<&Row>| ladder.clocks.get(row?.clock? as usize);
    let early = duration(disorder.early_ms);
    let why = clocks_apart(lang, clock(Some(row)), clock(cause), ladder.times);
    match lang {
        Lang::En => format!(
            "Its time is {early} before that of its cause, “{label}”. {why} The order is by cause."
        ),
        Lang::Zh => format!("其时间比起因“{label}”早 {early}。{why}顺序按因果排列。"),
    }
}

/// What is known of two clocks that disagree.
fn clocks_apart(
    lang: Lang,
    own: Option<&ClockView>,
    other: Option<&ClockView>,
    times: Times,
) -> String {
    let (Some(own), Some(other)) = (own, other) else {
        return String::new();
    };
    let (name, than) = (&own.clock, &other.clock);
    if own == other {
        return match lang {
            Lang::En => format!("Both were read from the clock {name}: its log writes late."),
            Lang::Zh => format!("两者读自同一时钟 {name}：其日志写入较晚。"),
        };
    }
    let apart = own.offset_ms.zip(other.offset_ms);
    match (lang, apart.map(|(own, other)| own - other), times) {
        (Lang::En, None, _) => {
            format!("The clocks {name} and {than} disagree; by how much could not be measured.")
        }
        (Lang::Zh, None, _) => format!("时钟 {name} 与 {than} 不一致，差值无法测得。"),
        (Lang::En, Some(_), Times::OnReference) => format!(
            "The clocks {name} and {than} drift: their offset is not the same all the time."
        ),
        (Lang::Zh, Some(_), Times::OnReference) => {
            format!("时钟 {name} 与 {than} 存在漂移：偏差并非始终相同。")
        }
        (Lang::En, Some(ms), _) => format!(
            "The clock {name} is {} {} {than}.",
            duration(ms.abs()),
            if ms < 0 { "behind" } else { "ahead of" }
        ),
        (Lang::Zh, Some(ms), _) => format!(
            "时钟 {name} 比 {than} {} {}。",
            if ms < 0 { "慢" } else { "快" },
            duration(ms.abs())
        ),
    }
}

/// Where a record's time stands on the reference clock: `18:40:08.000 on the reference clock: this
/// one is 2.8 s ± 410 ms behind`. `at` is that time as shown.
#[must_use]
pub fn on_reference(lang: Lang, at: &str, offset_ms: i64, uncertainty_ms: Option<i64>) -> String {
    let sure = uncertainty_ms.map_or_else(String::new, |ms| format!(" ± {}", duration(ms)));
    let by = duration(offset_ms.abs());
    match (lang, offset_ms < 0) {
        (Lang::En, true) => format!("{at} on the reference clock: this one is {by}{sure} behind"),
        (Lang::En, false) => format!("{at} on the reference clock: this one is {by}{sure} ahead"),
        (Lang::Zh, true) => format!("参考时钟为 {at}：此时钟慢 {by}{sure}"),
        (Lang::Zh, false) => format!("参考时钟为 {at}：此时钟快 {by}{sure}"),
    }
}

/// What a key does.
#[must_use]
pub fn key(lang: Lang, command: Command) -> &'static str {
    let [en, zh] = match command {
        Command::NextSignIn => ["next sign-in", "下一次登录"],
        Command::PreviousSignIn => ["previous sign-in", "上一次登录"],
        Command::NextRow => ["next arrow", "下一个箭头"],
        Command::PreviousRow => ["previous arrow", "上一个箭头"],
        Command::OpenEvidence => ["to the evidence", "转到证据"],
        Command::NextProblem => ["next problem", "下一个问题"],
        Command::PreviousProblem => ["previous problem", "上一个问题"],
        Command::TimeMode => [
            "time: of day, since start, since before",
            "时间：时刻、自开始、自上一条",
        ],
        Command::Zone => ["zone: log, UTC, local", "时区：日志、UTC、本地"],
        Command::Offsets => [
            "clock offsets: apply, or times as printed",
            "时钟偏差：应用，或按原样显示时间",
        ],
        Command::Search => ["find in records", "在记录中查找"],
        Command::Help => ["this help", "本帮助"],
        Command::Back => ["back", "返回"],
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

fn comma(lang: Lang) -> &'static str {
    match lang {
        Lang::En => ", ",
        Lang::Zh => "，",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Outcome;
    use crate::view::filter::tests::row as sign_in_row;

    #[test]
    fn one_is_not_many() {
        assert_eq!(files(Lang::En, 1), "1 file");
        assert_eq!(files(Lang::En, 1200), "1,200 files");
        assert_eq!(found(Lang::En, 0, "busy"), "No sign-in contains “busy”");
    }

    #[test]
    fn lines_are_a_closed_range() {
        assert_eq!(lines(Lang::En, 12, 1), "line 12");
        assert_eq!(lines(Lang::En, 12, 4), "lines 12–15");
        assert_eq!(
            lines(Lang::En, u32::MAX, 4),
            format!("lines {0}–{0}", u32::MAX)
        );
    }

    #[test]
    fn a_sign_in_reads_as_a_sentence() {
        let row = sign_in_row("2001", Outcome::Refused);
        assert_eq!(
            sign_in(Lang::En, &row),
            "agent 2001, extension 32001, refused"
        );
        assert_eq!(sign_in(Lang::Zh, &row), "座席 2001，分机 32001，被拒绝");
    }
}
