//! Findings about servers and about the bundle as a whole, in Simplified Chinese.

use super::said::{SaidServer, Texts};
use super::said_zh::say;
use crate::correlate::latency::{Latency, Leg};
use crate::record::time::EpochMs;
use crate::view::time::duration;

pub(super) fn texts(said: &SaidServer) -> Texts {
    match said {
        SaidServer::NotInService { status } => say(
            format!("Finesse 告知桌面其未在服务（{status}）"),
            "桌面会一直等待 IN_SERVICE。PARTIAL_SERVICE 表示服务器仍在启动。".to_owned(),
            "查看 SystemInfo 的状态原因、CTI 连接以及该节点的各项服务。".to_owned(),
        ),
        SaidServer::Outage { sign_ins, agents, from, until } => say(
            format!("Finesse 停止服务{}：{agents} 名座席的 {sign_ins} 次登录返回 5xx", span(*from, *until)),
            "多名座席同时失败，说明问题在服务器：CTI 连接、通知服务或数据库。".to_owned(),
            "查看 SystemInfo 的状态原因，以及这几分钟内 webservices 日志中的 CTI 连接中断。".to_owned(),
        ),
        SaidServer::CtiOutage { node, from, lasted_ms, refused } => cti_outage(node, *from, *lasted_ms, *refused),
        SaidServer::BackendOffline { event, from, lasted_ms, sign_ins } => {
            backend_offline(*event, *from, *lasted_ms, *sign_ins)
        }
        SaidServer::Restart { service, node, at, stopped, up_after_ms, sign_ins } => restart(
            &format!("{service}{}", on(node)),
            time(*at),
            (*stopped, *up_after_ms),
            *sign_ins,
        ),
        SaidServer::ManyDropped { agents, at } => say(
            format!("{agents} 个桌面在两秒内相继离线{}", time(*at)),
            "同时离线如此之多，问题在服务器端：服务重启、CTI 切换或节点过载。".to_owned(),
            "查看该节点的各项服务在这一秒发生了什么。".to_owned(),
        ),
        SaidServer::LockedOut { agent, failures } => say(
            format!("座席 {agent} 已被锁定：连续 {failures} 次登录被拒绝"),
            "失败五次会锁定账户五分钟；其间正确的密码也会被拒绝，再次输错还可能重新计时。".to_owned(),
            "查找最初的失败来自何处（访问日志中的浏览器地址）；五分钟内不要再尝试。".to_owned(),
        ),
        SaidServer::SlowLeg { latency, sign_in } => slow_leg(latency, sign_in),
        SaidServer::Outlier { leg, ms, median_ms, n } => say(
            format!("{}用时 {}，{n} 次登录的中位数为 {}", leg_name(*leg), duration(*ms), duration(*median_ms)),
            format!("无论是否超过 {} 的限值，它都远超此日志包中的常见值。", duration(leg.slow_over_ms())),
            "与同一分钟、同一节点的其他登录比较。".to_owned(),
        ),
        SaidServer::StatisticsOverload { node, times } => say(
            format!("队列统计过载{}：{times} 次错误", on(node)),
            "Finesse 每十秒查询所有队列的统计；应答慢于约 62 毫秒就来不及处理，同一连接上的一切都会变慢。".to_owned(),
            "检查到 CTI 服务器的往返时间和队列数量。".to_owned(),
        ),
    }
}

fn on(node: &str) -> String {
    if node.is_empty() {
        String::new()
    } else {
        format!("（节点 {node}）")
    }
}

fn time(at: Option<EpochMs>) -> String {
    at.map_or_else(String::new, |at| format!("，时间 {at}"))
}

fn span(from: Option<EpochMs>, until: Option<EpochMs>) -> String {
    match (from, until) {
        (Some(from), Some(until)) => format!("（{from} 至 {until}）"),
        (Some(one), None) | (None, Some(one)) => format!("（{one}）"),
        (None, None) => String::new(),
    }
}

fn cti_outage(node: &str, from: Option<EpochMs>, lasted_ms: Option<i64>, refused: bool) -> Texts {
    let lasted = match lasted_ms {
        Some(ms) => format!("，{} 后恢复", duration(ms)),
        None => "，日志中没有恢复记录".to_owned(),
    };
    let (what, next) = if refused {
        (
            "CTI 服务器拒绝与 Finesse 建立会话",
            "将 Finesse 设置中的外围设备 ID 和 CTI 版本与 CTI 服务器比较；查看哪一侧处于活动状态。",
        )
    } else {
        (
            "Finesse 的 CTI 连接中断",
            "查看该分钟内两侧 CTI 服务器的日志以及中间的网络。Finesse 恢复服务后再登录。",
        )
    };
    say(
        format!("{what}{}{}{lasted}", on(node), time(from)),
        "没有它，任何人都无法在此节点登录，状态变化也不可见。".to_owned(),
        next.to_owned(),
    )
}

fn backend_offline(
    event: u32,
    from: Option<EpochMs>,
    lasted_ms: Option<i64>,
    sign_ins: usize,
) -> Texts {
    let part = match event {
        2 => "中央控制器",
        6 => "外围网关（PG）",
        7 => "CTI 服务器",
        _ => "外围设备",
    };
    let since = from.map_or_else(String::new, |from| format!("，自 {from} 起"));
    let lasted = match lasted_ms {
        Some(ms) => format!("，{} 后恢复", duration(ms)),
        None => "，日志中没有恢复记录".to_owned(),
    };
    let touched = match sign_ins {
        0 => "没有登录因此失败。".to_owned(),
        n => format!("其间有 {n} 次登录失败。"),
    };
    say(
        format!("{part}离线{since}{lasted}"),
        format!("CTI 服务器发出了通知（SYSTEM_EVENT {event}）。恢复之前，登录会被拒绝（34、36、267）或得不到应答。{touched}"),
        "查看该分钟内外围网关及其 JTAPI 网关（UCCX：引擎）的日志，以及 Unified CM 是否可达。恢复后再登录。".to_owned(),
    )
}

/// `up_after_ms` counts from the time that `at` says.
fn restart(
    service: &str,
    at: String,
    (stopped, up_after_ms): (bool, Option<i64>),
    sign_ins: usize,
) -> Texts {
    let title = match (stopped, up_after_ms) {
        (true, Some(ms)) => {
            format!(
                "{service} 发生重启{at}；{} 后记录到最后一条启动日志",
                duration(ms)
            )
        }
        (true, None) => format!("{service} 被停止或重启{at}；日志中没有启动记录"),
        (false, _) => format!("{service} 启动{at}"),
    };
    let touched = match sign_ins {
        0 => "此前后没有登录失败。".to_owned(),
        n => format!("此前后有 {n} 次登录失败。"),
    };
    say(
        title,
        format!("{}{touched}", meanwhile(service)),
        "确认是否为计划内操作；若不是，请查看重启之前该服务日志的末尾。待 SystemInfo 显示 IN_SERVICE 后再登录。".to_owned(),
    )
}

/// What is not possible without a service.
fn meanwhile(service: &str) -> &'static str {
    match service.contains("Notification") {
        true => "该服务停止期间，桌面会断开连接，收不到事件。",
        false => "服务停止或启动期间，请求得不到应答或返回 503。",
    }
}

fn slow_leg(latency: &Latency, sign_in: &str) -> Texts {
    let Latency {
        leg,
        n,
        median_ms,
        p95_ms,
        worst_ms,
        ..
    } = latency;
    let documented = leg.documented_ms().map_or_else(String::new, |ms| {
        format!("Cisco 文档中正常系统的数值为 {}。", duration(ms))
    });
    say(
        format!(
            "{}缓慢：每二十次登录就有一次需要 {} 或更久",
            leg_name(*leg),
            duration(*p95_ms)
        ),
        format!(
            "{n} 次登录的中位数为 {}，最长 {}（{sign_in}）；超过 {} 即为缓慢。{documented}",
            duration(*median_ms),
            duration(*worst_ms),
            duration(leg.slow_over_ms())
        ),
        "查看这一环节两端的共同点：节点负载、中间的网络。".to_owned(),
    )
}

fn leg_name(leg: Leg) -> &'static str {
    match leg {
        Leg::SystemInfo => "GET SystemInfo",
        Leg::Connect => "与通知服务的连接",
        Leg::UserGet => "GET User",
        Leg::Accepted => "登录请求的应答",
        Leg::ToCti => "将请求转发给 CTI 服务器",
        Leg::CtiReply => "CTI 服务器的应答",
        Leg::CtiEvent => "CTI 服务器的座席状态事件",
        Leg::Publish => "事件的发布",
        Leg::Delivery => "事件送达桌面",
        Leg::Whole => "整个登录过程",
    }
}
