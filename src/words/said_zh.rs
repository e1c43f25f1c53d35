//! Findings in Simplified Chinese.

use super::said::{Said, Stall, Texts, log_of, owned};
use super::{said_later_zh, said_refused_zh, said_server_zh};
use crate::correlate::coverage::Why;
use crate::correlate::offset::Offset;
use crate::flow::{Outcome, StepName};
use crate::record::time::EpochMs;
use crate::view::time::duration;

pub(super) fn texts(said: &Said) -> Texts {
    match said {
        Said::CtiRefused(said) => said_refused_zh::cti_refused(said),
        Said::HttpRefused(said) => said_refused_zh::http_refused(said),
        Said::Stalled(said) => stalled(said),
        Said::Late { step, ms } => {
            let ms = ms.map_or_else(String::new, |ms| format!("，等待了 {}", duration(ms)));
            say(
                format!("{}过晚{ms}", noun(*step)),
                "登录最终成功，但座席等待了较长时间。".to_owned(),
                late_next(*step).to_owned(),
            )
        }
        Said::LogMissing {
            step,
            logs,
            node,
            agent,
            from,
            until,
        } => {
            let logs: Vec<String> = logs.iter().map(|&log| log_of(log, node, agent)).collect();
            log_missing(*step, &logs, from.zip(*until))
        }
        Said::LogGap {
            log,
            owner,
            why,
            from,
            until,
            sign_ins,
        } => log_gap(&owned(*log, owner), *why, (*from, *until), *sign_ins),
        Said::Later(said) => said_later_zh::texts(said),
        Said::Server(said) => said_server_zh::texts(said),
        Said::ClockSkew { clock, offset } => clock_skew(clock, *offset),
        Said::DesktopClocks {
            clocks,
            most,
            offset,
        } => say(
            format!("{clocks} 个桌面的时钟偏差超过一秒"),
            format!(
                "偏差最大的是 {most}，达 {}。不同日志的时间不能直接比较；此处按原样显示。",
                duration(offset.ms.abs())
            ),
            "检查座席电脑的时间同步；偏差达数分钟会影响单点登录。".to_owned(),
        ),
        Said::Rewrapped { files, entries } => say(
            format!("{files} 个文件中有 {entries} 条记录由折行或粘连的文本还原"),
            "从工单或网页复制的文本会丢失换行和空格，其中的值可能与原日志不同。".to_owned(),
            "如果某个值看起来不对，请索取原始日志文件。".to_owned(),
        ),
        Said::Credentials { files, places } => say(
            format!("{files} 个文件的 {places} 处含有登录凭据"),
            "此处已屏蔽，但日志包本身仍以可还原的形式包含它们。".to_owned(),
            "请将日志包作为机密处理；若已外传，请更改密码。".to_owned(),
        ),
        Said::Ended {
            outcome,
            duration_ms,
            stopped_at,
        } => ended(*outcome, *duration_ms, *stopped_at),
    }
}

pub(super) fn say(title: String, explanation: String, next: String) -> Texts {
    Texts {
        title,
        explanation,
        next,
    }
}

fn late_next(step: StepName) -> &'static str {
    match step {
        StepName::CtiReply | StepName::CtiEvent => {
            "对照 CTI 服务器日志：若其中也晚，请查看外围网关；否则检查中间的网络。同一分钟内其他座席是否也晚？"
        }
        StepName::Publish => {
            "查看同一分钟内其他座席是否有同样的延迟；检查该节点的 CPU 和内存，以及队列统计的错误。"
        }
        _ => "比较同一分钟内其他座席的同一步骤：如果都慢，请检查服务器负载。",
    }
}

fn stalled(said: &Stall) -> Texts {
    let waited = said
        .waited_ms
        .filter(|_| !said.malformed)
        .map_or_else(String::new, |ms| format!("，已等待 {}", duration(ms)));
    let (what, explanation) = never_came(said);
    say(
        format!("停滞：{what}{waited}（座席 {}）", said.agent),
        explanation.to_owned(),
        what_next(said),
    )
}

/// What never came, and what that means.
fn never_came(said: &Stall) -> (String, &'static str) {
    let never = || format!("始终没有{}", noun(said.step));
    match said.step {
        StepName::Connect | StepName::Presence | StepName::SystemInfo | StepName::PageLoad => (
            "始终未能连上通知服务".to_owned(),
            "桌面始终没有与通知服务建立连接。",
        ),
        StepName::CtiRequest => (
            "Finesse 没有向 CTI 服务器发送请求".to_owned(),
            "REST API 受理了登录请求（202），但没有继续转发。",
        ),
        StepName::CtiReply => (
            "CTI 服务器始终没有应答".to_owned(),
            "Finesse 已发出登录请求，CTI 服务器既未确认也未拒绝。",
        ),
        StepName::CtiEvent => (
            "始终没有收到 CTI 服务器的座席状态事件".to_owned(),
            "CTI 服务器确认了请求，但随后没有出现表示座席已登录的事件。",
        ),
        StepName::Publish if said.rule == "event_not_decoded" => (
            "Finesse 始终没有解码 CTI 服务器的事件".to_owned(),
            "对 CTI 服务器而言座席已登录：其日志中有该事件，而 Finesse 的日志中没有。",
        ),
        StepName::Publish => (
            "Finesse 始终没有发布座席状态".to_owned(),
            "Finesse 已从 CTI 服务器得知座席登录，但没有将其发布。",
        ),
        StepName::EventReceived | StepName::SignedIn if said.malformed => (
            "送达桌面的事件已损坏".to_owned(),
            "座席已登录，但桌面无法读取告知登录成功的事件，因此一直等待。",
        ),
        StepName::EventReceived | StepName::SignedIn => (
            "事件始终没有送达桌面".to_owned(),
            "座席已登录，但桌面并不知道：它等待该事件时没有超时限制。",
        ),
        _ => (never(), "覆盖这段时间的日志中没有任何相关内容。"),
    }
}

fn what_next(said: &Stall) -> String {
    let exchange = said.invoke_id.map_or_else(
        || "该座席".to_owned(),
        |id| format!("InvokeID {id:#x}（Finesse 日志中为 {id}）"),
    );
    match said.step {
        StepName::Connect | StepName::Presence | StepName::SystemInfo | StepName::PageLoad => {
            "从座席电脑检查通知服务的证书和端口（7443，12.6 起为 8445）。".to_owned()
        }
        StepName::CtiRequest => {
            "查看同一秒内的其他座席，以及 webservices 日志中严重级别为 3 的行。".to_owned()
        }
        StepName::CtiReply => {
            format!("在活动侧的 CTI 服务器日志中查找 {exchange}，并查看其前后的心跳。")
        }
        StepName::CtiEvent => format!(
            "在 CTI 服务器日志中查找 {exchange}，并在外围网关的跟踪中查找该座席的 AGENT_EVENT；网关是否重启或重新同步过？"
        ),
        StepName::Publish if said.rule == "event_not_decoded" => {
            "查看 Finesse 在这几秒内是否解码了任何 CTI 事件：若没有，则其队列或会话已停顿；若有，则核对它连接的是哪一侧。".to_owned()
        }
        StepName::Publish => {
            "查看这几秒内是否发布了其他座席的状态；检查该节点的负载和内存。".to_owned()
        }
        StepName::EventReceived | StepName::SignedIn if said.malformed => {
            "清除浏览器缓存，升级后请核对版本；刷新页面会显示座席已登录。".to_owned()
        }
        StepName::EventReceived | StepName::SignedIn => {
            "查看客户端日志中的连接状态以及此时前后的座席在线状态；刷新页面会显示座席已登录。".to_owned()
        }
        _ => "查看此时前后的记录。".to_owned(),
    }
}

fn log_missing(step: StepName, logs: &[String], when: Option<(EpochMs, EpochMs)>) -> Texts {
    let when = when.map_or_else(String::new, |(from, until)| {
        format!("，时间为 {from} 至 {until}")
    });
    say(
        format!("无法判断：日志包中没有日志显示当时的{}", noun(step)),
        "未覆盖的内容可能发生过，也可能没有。".to_owned(),
        format!("请收集以下任一日志：{}{when}。", logs.join("、")),
    )
}

fn log_gap(
    log: &str,
    why: Why,
    (from, until): (EpochMs, Option<EpochMs>),
    sign_ins: usize,
) -> Texts {
    let until = until.map_or_else(|| "未知时间".to_owned(), |until| until.to_string());
    let reason = match why {
        Why::Damaged => "缺口之前的文件已损坏，或未能读到末尾。",
        Why::Rotated => "中间缺少轮转文件：该日志平时不会静默这么久。",
        Why::Silent => {
            "该日志在此期间没有任何条目，而平时静默从不超过这段时间的二十分之一：服务曾停止，或日志行缺失。"
        }
    };
    let next = match why {
        Why::Silent => "检查当时该服务是否在运行；若在运行，请从服务器重新收集该日志。",
        Why::Damaged | Why::Rotated => "请重新收集这段时间的日志，包括所有轮转文件。",
    };
    let touched = match sign_ins {
        0 => "这段时间内没有登录。".to_owned(),
        n => format!("这段时间内有 {n} 次登录；其中缺少的内容无法判断。"),
    };
    say(
        format!("{log} 在 {from} 至 {until} 之间有缺口"),
        format!("{reason}{touched}"),
        next.to_owned(),
    )
}

fn clock_skew(clock: &str, offset: Offset) -> Texts {
    let way = if offset.ms < 0 { "慢" } else { "快" };
    let sure = offset
        .uncertainty_ms
        .map_or_else(String::new, |ms| format!(" ± {}", duration(ms)));
    say(
        format!(
            "时钟 {clock} 比参考时钟{way} {}{sure}",
            duration(offset.ms.abs())
        ),
        "不同日志的时间不能直接比较；此处按原样显示。".to_owned(),
        "检查该机器的时间同步（NTP）。".to_owned(),
    )
}

fn ended(outcome: Outcome, duration_ms: Option<i64>, stopped_at: Option<StepName>) -> Texts {
    let stopped = stopped_at.map_or("结束", noun);
    let title = match (outcome, duration_ms) {
        (Outcome::SignedIn, Some(ms)) => format!("{} 后登录成功", duration(ms)),
        (Outcome::SignedIn, None) => "登录成功".to_owned(),
        (Outcome::Refused, _) => format!("在{stopped}处被拒绝"),
        (Outcome::Stalled, _) => format!("停滞：始终没有{stopped}"),
        (Outcome::NotCovered, _) => format!("无法判断：日志包没有显示{stopped}"),
        (Outcome::Abandoned, _) => format!("在{stopped}之前放弃：座席重新尝试"),
    };
    Texts {
        title,
        ..Texts::default()
    }
}

fn noun(step: StepName) -> &'static str {
    match step {
        StepName::PageLoad => "页面",
        StepName::SystemInfo => "系统信息",
        StepName::Connect => "与通知服务的连接",
        StepName::Presence => "在线状态",
        StepName::UserGet => "用户数据",
        StepName::LoginRequest => "登录请求",
        StepName::LoginAccepted => "登录请求的应答",
        StepName::CtiRequest => "发往 CTI 服务器的请求",
        StepName::CtiReply => "CTI 服务器的应答",
        StepName::CtiEvent => "CTI 服务器的座席状态事件",
        StepName::Publish => "发布的事件",
        StepName::Route => "路由的事件",
        StepName::EventReceived => "桌面收到的事件",
        StepName::SignedIn => "桌面的“已登录”",
        StepName::FollowUp => "后续读取",
    }
}
