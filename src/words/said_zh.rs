//! Findings in Simplified Chinese.

use super::said::{Said, Texts, call, code_name, log_of, owned};
use super::{said_later_zh, said_server_zh};
use crate::codes::Failure;
use crate::correlate::offset::Offset;
use crate::flow::{Outcome, StepName};
use crate::record::time::EpochMs;
use crate::view::time::duration;

pub(super) fn texts(said: &Said) -> Texts {
    match said {
        Said::CtiRefused {
            rule,
            extension,
            code,
            failure_type,
        } => cti_refused(rule, extension, *code, failure_type),
        Said::HttpRefused {
            rule,
            step,
            status,
            agent,
            failure_type,
            failure_text,
        } => {
            let mut texts = http_refused(rule, *status, agent);
            let body: Vec<&str> = [failure_type, failure_text]
                .into_iter()
                .map(String::as_str)
                .filter(|text| !text.is_empty())
                .collect();
            let body = if body.is_empty() {
                String::new()
            } else {
                format!("（{}）", body.join("："))
            };
            texts.explanation = format!(
                "{} 返回 HTTP {status}{body}。{}",
                call(*step),
                texts.explanation
            );
            texts
        }
        Said::Stalled {
            step,
            waited_ms,
            agent,
        } => stalled(*step, *waited_ms, agent),
        Said::Late { step, ms } => {
            let ms = ms.map_or_else(String::new, |ms| format!("，等待了 {}", duration(ms)));
            say(
                format!("{}来得晚{ms}", noun(*step)),
                "登录最终成功，但座席等待了较长时间。".to_owned(),
                "比较同一分钟内其他座席的同一环节：如果都慢，请检查服务器负载。".to_owned(),
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
            damaged,
            from,
            until,
            sign_ins,
        } => log_gap(&owned(*log, owner), *damaged, (*from, *until), *sign_ins),
        Said::Later(said) => said_later_zh::texts(said),
        Said::Server(said) => said_server_zh::texts(said),
        Said::ClockSkew { clock, offset } => clock_skew(clock, *offset),
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

fn cti_refused(rule: &str, extension: &str, code: Option<Failure>, failure_type: &str) -> Texts {
    let extension = if extension.is_empty() {
        "该分机".to_owned()
    } else {
        format!("分机 {extension} ")
    };
    let code = match (code, failure_type) {
        (Some(code), _) => format!("（{}）", code_name(code)),
        (None, "") => String::new(),
        (None, failure_type) => format!("（{failure_type}）"),
    };
    let (what, explanation, next) = match rule {
        "device_busy" => (
            format!("{extension}正在使用"),
            "另一名座席仍登录在该话机上，或话机正在通话。强制注销最长需要 180 秒。",
            "查找该分机最近的座席状态事件；注销该座席，或等待三分钟。",
        ),
        "invalid_device" => (
            format!("{extension}不是有效设备"),
            "该分机不存在、未注册，或未与 CTI 应用用户关联。",
            "在 Unified CM 中检查线路：已注册、号码唯一、已关联应用用户。",
        ),
        "wrong_password" => (
            "不接受座席 ID 或密码".to_owned(),
            "Finesse 接受了凭据，但 CTI 服务器没有接受。",
            "检查联络中心配置中的座席 ID 和密码，以及是否已同步。",
        ),
        "already_signed_on" => (
            "座席已登录".to_owned(),
            "同一座席已通过另一个桌面或外围设备登录。",
            "查找该座席 ID 的其他会话并注销。",
        ),
        "account_locked" => (
            "座席账户已锁定".to_owned(),
            "多次登录失败会使账户锁定数分钟。",
            "等待五分钟，然后查找是谁在发送错误密码。",
        ),
        "mobile_agent_mode" => (
            "不允许移动座席模式".to_owned(),
            "该座席未启用移动座席。",
            "检查座席的桌面设置。",
        ),
        _ => (
            "请求被拒绝".to_owned(),
            "CTI 服务器返回的是失败代码而不是确认。",
            "在 CTI Server 消息参考中查找该代码，并查看此时前后的 CTI 服务器日志。",
        ),
    };
    say(
        format!("被 CTI 拒绝：{what}{code}"),
        explanation.to_owned(),
        next.to_owned(),
    )
}

fn http_refused(rule: &str, status: u16, agent: &str) -> Texts {
    let (title, explanation, next) = match rule {
        "wrong_password" if status == 403 => (
            format!("不允许座席 {agent} 在此登录"),
            "服务器并未指出凭据错误，而是该用户无权执行此操作，或不能在此节点上执行。",
            "检查座席的角色，并尝试另一个节点。",
        ),
        "account_locked" => (
            format!("座席 {agent} 的账户已锁定"),
            "失败五次会锁定账户五分钟；其间正确的密码也会被拒绝。",
            "五分钟内不要再尝试。查找最初的失败来自何处：访问日志中的浏览器地址。",
        ),
        "wrong_password" => (
            format!("座席 {agent} 的用户名或密码错误"),
            "Finesse 无法验证该座席。",
            "请座席重新输入密码；检查大小写、LDAP 变更和锁定（失败五次锁定五分钟）。",
        ),
        "sso_sign_in_failed" => (
            format!("座席 {agent} 的单点登录失败"),
            "访问令牌被拒绝，且当时对身份服务的调用失败。",
            "查看该分钟的 ids.log；检查身份服务与身份提供者之间的信任、SAML 证书以及各机器的时钟。",
        ),
        "credentials_mismatch" => (
            format!("凭据不属于座席 {agent}"),
            "签署请求的用户与请求所指的用户不同：登录名与座席 ID 混淆。",
            "比较请求中的用户与其路径中的 ID。",
        ),
        "user_unknown" => (
            format!("Finesse 不认识座席 {agent}"),
            "该座席未在此外围设备上配置，或尚未同步。",
            "检查座席的配置和外围设备。",
        ),
        "parameter_missing" => (
            "登录请求缺少内容或格式错误".to_owned(),
            "通常是分机为空或不是数字。",
            "查看客户端日志中的请求正文。",
        ),
        "aw_database_unavailable" => (
            "Finesse 无法访问管理数据库".to_owned(),
            "没有它就无法验证座席。",
            "检查管理与数据服务器、其 SQL 账户以及中间的网络。",
        ),
        _ if status == 500 => (
            "Finesse 发生内部错误（500）".to_owned(),
            "CTI 连接中断后的数秒内 Finesse 返回 500，之后返回 503。DB_RUNTIME_EXCEPTION 表示数据库错误，RUNTIME_EXCEPTION 表示其他错误。",
            "查看该秒的 webservices 日志中的错误，以及随后是否出现 503；检查 CTI 连接和数据库。",
        ),
        _ if status == 404 => (
            "Tomcat 有应答，但 Finesse 不存在（404）".to_owned(),
            "未找到 REST API 本身：Finesse 尚未启动，或未完全启动。",
            "查看 catalina.out 和 webservices 日志中该节点 Finesse 的启动情况。",
        ),
        _ => (
            "Finesse 停止服务".to_owned(),
            "最常见的原因是与 CTI 服务器的连接中断；此时任何人都无法登录。",
            "检查 CTI 服务器和外围网关；查看 SystemInfo 的状态原因。",
        ),
    };
    say(title, explanation.to_owned(), next.to_owned())
}

fn stalled(step: StepName, waited_ms: Option<i64>, agent: &str) -> Texts {
    let waited = waited_ms.map_or_else(String::new, |ms| format!("，已等待 {}", duration(ms)));
    let (explanation, next) = match step {
        StepName::Connect | StepName::Presence | StepName::SystemInfo | StepName::PageLoad => (
            "桌面始终没有连上通知服务。",
            "从座席电脑检查通知服务的证书和端口（7443，12.6 起为 8445）。",
        ),
        StepName::CtiRequest => (
            "REST API 接受了请求，但没有向 CTI 服务器发送任何内容。",
            "查看同一秒内的其他座席，以及 webservices 日志中严重级别 3 的行。",
        ),
        StepName::CtiReply | StepName::CtiEvent => (
            "CTI 服务器没有回答登录请求。",
            "在活动侧的 CTI 服务器日志中查找该 invoke id 及其前后的心跳。",
        ),
        StepName::Publish => (
            "对 CTI 服务器而言座席已登录，但 Finesse 没有发布该状态。",
            "查看 Finesse 在这几秒内是否解码了任何 CTI 事件。",
        ),
        StepName::EventReceived | StepName::SignedIn => (
            "座席已登录，但桌面并不知道：它在没有计时器的情况下等待事件。",
            "查看客户端日志中的连接状态以及此时前后的座席在线状态；刷新页面会显示座席已登录。",
        ),
        _ => (
            "能显示它的日志覆盖了这段时间，但没有任何内容。",
            "查看此时前后的记录。",
        ),
    };
    say(
        format!("停滞：{}始终没有到来{waited}（座席 {agent}）", noun(step)),
        explanation.to_owned(),
        next.to_owned(),
    )
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
    damaged: bool,
    (from, until): (EpochMs, Option<EpochMs>),
    sign_ins: usize,
) -> Texts {
    let until = until.map_or_else(|| "未知时间".to_owned(), |until| until.to_string());
    let why = if damaged {
        "缺口之前的文件已损坏，或未能读到末尾。"
    } else {
        "中间缺少轮转文件：该日志平时不会静默这么久。"
    };
    let touched = match sign_ins {
        0 => "这段时间内没有登录。".to_owned(),
        n => format!("这段时间内有 {n} 次登录；其中缺少的内容无法判断。"),
    };
    say(
        format!("{log} 在 {from} 至 {until} 之间有缺口"),
        format!("{why}{touched}"),
        "请重新收集这段时间的日志，包括所有轮转文件。".to_owned(),
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
        (Outcome::Stalled, _) => format!("停滞：{stopped}始终没有到来"),
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
        StepName::LoginAccepted => "登录请求的回答",
        StepName::CtiRequest => "发往 CTI 服务器的请求",
        StepName::CtiReply => "CTI 服务器的答复",
        StepName::CtiEvent => "CTI 服务器的座席状态事件",
        StepName::Publish => "发布的事件",
        StepName::Route => "路由的事件",
        StepName::EventReceived => "桌面收到的事件",
        StepName::SignedIn => "桌面的“已登录”",
        StepName::FollowUp => "后续读取",
    }
}
