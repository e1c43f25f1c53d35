//! The words of the flow as the page shows them: lanes, steps, stages, outcomes, log kinds.

use crate::correlate::latency::Leg;
use crate::flow::{
    Confidence, JoinedBy, Lane, LaterEvent, Outcome, Severity, Stage, StepName, StepStatus,
};
use crate::protocol::Row;
use crate::record::Kind;
use crate::words::Lang;

/// One text in all languages.
type Both = [&'static str; 2];

fn pick(lang: Lang, [en, zh]: Both) -> &'static str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// The head of a lane.
#[must_use]
pub fn lane(lang: Lang, lane: Lane) -> &'static str {
    let both = match lane {
        Lane::Client => ["Desktop", "座席桌面"],
        Lane::Tomcat => ["Tomcat", "Tomcat"],
        Lane::RestApi => ["REST API", "REST API"],
        Lane::CtiServer => ["CTI server", "CTI 服务器"],
        Lane::Notification => ["Notification", "通知服务"],
        Lane::FinesseDb => ["Database", "数据库"],
    };
    pick(lang, both)
}

/// A step as a noun.
#[must_use]
pub fn step(lang: Lang, step: StepName) -> &'static str {
    let both = match step {
        StepName::PageLoad => ["page load", "加载页面"],
        StepName::SystemInfo => ["system information", "系统信息"],
        StepName::Connect => ["connection", "建立连接"],
        StepName::Presence => ["presence", "在线状态"],
        StepName::UserGet => ["user data", "用户数据"],
        StepName::LoginRequest => ["sign-in request", "登录请求"],
        StepName::LoginAccepted => ["sign-in accepted", "请求已受理"],
        StepName::CtiRequest => ["CTI request", "CTI 请求"],
        StepName::CtiReply => ["CTI reply", "CTI 应答"],
        StepName::CtiEvent => ["CTI event", "CTI 事件"],
        StepName::Publish => ["publish", "发布事件"],
        StepName::Route => ["route", "路由事件"],
        StepName::EventReceived => ["event received", "收到事件"],
        StepName::SignedIn => ["signed in", "登录完成"],
        StepName::FollowUp => ["follow-up", "后续读取"],
    };
    pick(lang, both)
}

/// The head of a band.
#[must_use]
pub fn stage(lang: Lang, stage: Stage) -> &'static str {
    let both = match stage {
        Stage::PageLoad => ["Page load", "加载页面"],
        Stage::SystemInfo => ["System information", "系统信息"],
        Stage::Connect => ["Connection and presence", "连接与在线状态"],
        Stage::SignIn => ["Sign-in request", "登录请求"],
        Stage::Cti => ["CTI server", "CTI 服务器"],
        Stage::Notification => ["Notification", "通知"],
        Stage::AfterSignIn => ["After sign-in", "登录之后"],
    };
    pick(lang, both)
}

/// An outcome.
#[must_use]
pub fn outcome(lang: Lang, outcome: Outcome) -> &'static str {
    let both = match outcome {
        Outcome::SignedIn => ["Signed in", "已登录"],
        Outcome::Refused => ["Refused", "被拒绝"],
        Outcome::Stalled => ["Stalled", "停滞"],
        Outcome::NotCovered => ["Not covered", "未覆盖"],
        Outcome::Abandoned => ["Abandoned", "已放弃"],
    };
    pick(lang, both)
}

/// The status of a step.
#[must_use]
pub fn status(lang: Lang, status: StepStatus) -> &'static str {
    let both = match status {
        StepStatus::Ok => ["ok", "正常"],
        StepStatus::Slow => ["slow", "缓慢"],
        StepStatus::Error => ["error", "错误"],
        StepStatus::Missing => ["missing", "缺失"],
        StepStatus::NotCovered => ["not covered", "未覆盖"],
    };
    pick(lang, both)
}

/// How bad a finding is.
#[must_use]
pub fn severity(lang: Lang, severity: Severity) -> &'static str {
    let both = match severity {
        Severity::Error => ["Error", "错误"],
        Severity::Warning => ["Warning", "警告"],
        Severity::Info => ["Note", "提示"],
    };
    pick(lang, both)
}

/// How sure a finding is.
#[must_use]
pub fn confidence(lang: Lang, confidence: Confidence) -> &'static str {
    let both = match confidence {
        Confidence::Seen => ["seen in the log", "日志中可见"],
        Confidence::Documented => ["documented behaviour", "有文档说明"],
        Confidence::Inferred => ["inferred", "推断"],
    };
    pick(lang, both)
}

/// Why a record was joined, as a sentence without full stop.
#[must_use]
pub fn joined_by(lang: Lang, rule: JoinedBy) -> &'static str {
    let both = match rule {
        JoinedBy::RequestId => [
            "Same request id, made by the desktop for this sign-in",
            "请求 id 相同，由桌面为本次登录生成",
        ],
        JoinedBy::Nocache => [
            "Same nocache value: one GET of this desktop",
            "nocache 值相同：桌面的同一次 GET",
        ],
        JoinedBy::InvokeId => [
            "Same CTI invoke id, near in time",
            "CTI invoke id 相同且时间相近",
        ],
        JoinedBy::Thread => [
            "Same server thread, between one request's start and end",
            "同一服务器线程，位于一次请求的始末之间",
        ],
        JoinedBy::JidTime => ["Same XMPP user, near in time", "XMPP 用户相同且时间相近"],
        JoinedBy::AgentExtensionTime => [
            "Same agent and extension, near in time",
            "座席与分机相同且时间相近",
        ],
        JoinedBy::AgentTime => ["Same agent, near in time", "座席相同且时间相近"],
        JoinedBy::ClientLog => [
            "Same desktop's log, between this sign-in's other records",
            "同一桌面的日志，位于本次登录的其他记录之间",
        ],
        JoinedBy::ClientAddress => [
            "Same browser address, just before",
            "浏览器地址相同，紧邻其前",
        ],
        JoinedBy::Sequence => [
            "Next record of the same conversation in the same file",
            "同一文件中同一会话的下一条记录",
        ],
    };
    pick(lang, both)
}

/// A leg of a sign-in: its name, and from where to where it goes.
#[must_use]
pub fn leg(lang: Lang, leg: Leg) -> (&'static str, &'static str) {
    let (name, ends): (Both, Both) = match leg {
        Leg::SystemInfo => (
            ["SystemInfo call", "SystemInfo 调用"],
            [
                "GET SystemInfo inside the REST API",
                "REST API 内部处理 GET SystemInfo",
            ],
        ),
        Leg::Connect => (
            ["Connection", "建立连接"],
            [
                "from the first try to the connection, in the browser",
                "浏览器从首次尝试到连接成功",
            ],
        ),
        Leg::UserGet => (
            ["User call", "User 调用"],
            ["GET User inside the REST API", "REST API 内部处理 GET User"],
        ),
        Leg::Accepted => (
            ["Request accepted", "请求受理"],
            [
                "from the sign-in request to HTTP 202, inside the REST API",
                "REST API 内部从登录请求到 HTTP 202",
            ],
        ),
        Leg::ToCti => (
            ["To the CTI server", "发往 CTI 服务器"],
            [
                "from the sign-in request to the request to the CTI server, inside Finesse",
                "Finesse 内部从登录请求到 CTI 请求",
            ],
        ),
        Leg::CtiReply => (
            ["CTI reply", "CTI 应答"],
            [
                "from the request to the CTI server to its reply, as Finesse sees it",
                "Finesse 看到的从 CTI 请求到应答",
            ],
        ),
        Leg::CtiEvent => (
            ["CTI event", "CTI 事件"],
            [
                "from the request to the CTI server to the agent state event, as Finesse sees it",
                "Finesse 看到的从 CTI 请求到座席状态事件",
            ],
        ),
        Leg::Publish => (
            ["Publish", "发布事件"],
            [
                "from the agent state event to its publication, inside Finesse",
                "Finesse 内部从座席状态事件到发布",
            ],
        ),
        Leg::Delivery => (
            ["Delivery", "送达桌面"],
            [
                "from the publication to the desktop, clocks compared",
                "从发布到桌面收到（已比较时钟）",
            ],
        ),
        Leg::Whole => (
            ["Whole sign-in", "整个登录"],
            [
                "from the sign-in request to “signed in”, in the browser",
                "浏览器从登录请求到登录完成",
            ],
        ),
    };
    (pick(lang, name), pick(lang, ends))
}

/// Something that happened after the sign-in.
#[must_use]
pub fn later(lang: Lang, event: LaterEvent) -> &'static str {
    let both = match event {
        LaterEvent::PresenceLost => ["presence lost", "失去在线状态"],
        LaterEvent::PresenceBack => ["presence back", "恢复在线状态"],
        LaterEvent::StateAsked => ["state change asked for", "请求变更状态"],
        LaterEvent::StateRefused => ["state change refused", "状态变更被拒绝"],
        LaterEvent::StateChanged => ["state changed", "状态已变更"],
        LaterEvent::ForcedLogout => ["forced log-out", "强制注销"],
        LaterEvent::SignedOut => ["signed out", "已注销"],
        LaterEvent::Disconnected => ["disconnected", "连接断开"],
        LaterEvent::Reconnecting => ["reconnecting", "正在重连"],
        LaterEvent::Reconnected => ["reconnected", "已重连"],
        LaterEvent::TokenRefreshFailed => ["token not renewed", "令牌续期失败"],
        LaterEvent::DesktopError => ["desktop error", "桌面错误"],
        LaterEvent::OutOfService => ["out of service", "服务中断"],
        LaterEvent::BackInService => ["back in service", "服务恢复"],
    };
    pick(lang, both)
}

/// What a row shows: its step, or what happened later.
#[must_use]
pub fn what(lang: Lang, row: &Row) -> &'static str {
    match row.later {
        Some(event) => later(lang, event),
        None => step(lang, row.step),
    }
}

/// What a log is called.
#[must_use]
pub fn kind(lang: Lang, kind: Kind) -> &'static str {
    let both = match kind {
        Kind::AccessLog => ["Tomcat access log", "Tomcat 访问日志"],
        Kind::ClientLog => ["Desktop client log", "桌面客户端日志"],
        Kind::Webservices => ["Webservices log", "Webservices 日志"],
        Kind::Notification => ["Notification Service log", "通知服务日志"],
        Kind::HttpWire => ["HTTP wire log", "HTTP 报文日志"],
        Kind::CtiServer => ["CTI server dumplog", "CTI 服务器 dumplog"],
        Kind::Realm => ["Realm log", "Realm 日志"],
        Kind::Catalina => ["catalina.out", "catalina.out"],
        Kind::IdentityService => ["Identity Service log", "身份服务日志"],
        Kind::UccxEngine => ["UCCX engine log (MIVR)", "UCCX 引擎日志（MIVR）"],
        Kind::PlatformCli => ["Platform command line log", "平台命令行日志"],
        Kind::Mixed => ["Several logs in one file", "一个文件含多种日志"],
        Kind::OtherCisco => ["Another Cisco log", "其他思科日志"],
        Kind::Unknown => ["Not recognised", "未识别"],
        Kind::BinaryEms => ["Binary EMS trace", "二进制 EMS 跟踪"],
    };
    pick(lang, both)
}
