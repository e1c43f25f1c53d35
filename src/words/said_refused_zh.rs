//! Findings about refusals, in Simplified Chinese.

use super::Lang;
use super::codes::{Code, meaning};
use super::said::{Blame, CtiRefusal, HttpRefusal, Texts, call, code_name};
use super::said_zh::say;

pub(super) fn cti_refused(said: &CtiRefusal) -> Texts {
    let extension = match said.extension.as_str() {
        "" => "该分机".to_owned(),
        extension => format!("分机 {extension} "),
    };
    let code = match (said.code, said.failure_type.as_str()) {
        (Some(code), _) => format!("（{}）", code_name(code)),
        (None, "") => String::new(),
        (None, failure_type) => format!("（{failure_type}）"),
    };
    let means = said
        .code
        .and_then(|code| meaning(Code::Failure(code), Lang::Zh));
    let (what, explanation, next) = match said.rule {
        "device_busy" => (
            format!("{extension}正在使用"),
            "另一名座席仍登录在该话机上，或话机正在通话。强制注销最长需要 180 秒。",
            "查找该分机最近一次座席状态事件；将该座席注销，或等待三分钟后重试。",
        ),
        "invalid_device" => (format!("{extension}不是有效设备"), "", device(said)),
        "wrong_password" => (
            "不接受座席 ID 或密码".to_owned(),
            "Finesse 接受了凭据，但 CTI 服务器没有接受。",
            "检查联络中心配置中的座席 ID 和密码，以及是否已同步。",
        ),
        "already_signed_on" => (
            "座席已登录".to_owned(),
            "同一座席已通过另一个桌面或外围设备登录。",
            "查找该座席 ID 的其他会话并将其注销。",
        ),
        "account_locked" => (
            "座席账户已锁定".to_owned(),
            "多次登录失败会使账户锁定数分钟。",
            "等待五分钟，然后查明错误密码从何处发来。",
        ),
        "mobile_agent_mode" => (
            "不允许移动座席模式".to_owned(),
            "该座席未启用移动座席。",
            "检查该座席的 Desk Settings（桌面设置）。",
        ),
        _ => (means.unwrap_or("请求被拒绝").to_owned(), "", other(said)),
    };
    let explanation = match (explanation, means, said.rule) {
        ("", Some(means), "invalid_device") => format!("该代码表示：{means}。"),
        ("", None, "invalid_device") => {
            "该分机不存在、未注册，或未与 CTI 应用用户关联。".to_owned()
        }
        ("", ..) => "对登录请求，CTI 服务器返回的是失败代码，而不是确认。".to_owned(),
        (explanation, ..) => explanation.to_owned(),
    };
    say(
        format!("被 CTI 拒绝：{what}{code}"),
        explanation,
        next.to_owned(),
    )
}

fn device(said: &CtiRefusal) -> &'static str {
    match Blame::of(said.code) {
        Blame::Line => {
            "在 Unified CM 中检查线路：只在一个分区、非共享、话机线路数未超限、未被其他应用控制。"
        }
        _ => "在 Unified CM 中检查线路：已注册、号码唯一、已关联应用用户（UCCX 为 RmCm 用户）。",
    }
}

fn other(said: &CtiRefusal) -> &'static str {
    match Blame::of(said.code) {
        Blame::PhoneSystem => {
            "检查外围网关（UCCX 为引擎）与 Unified CM 之间的连接，首先是 JTAPI；确认话机已注册。是否所有座席都被拒绝？"
        }
        Blame::Capacity => "将已登录座席数与许可数量及外围网关的容量上限比较。",
        Blame::Timeout => "查看这几秒内外围网关的日志（OPC、PIM）：CTI 服务器自身也没有得到应答。",
        Blame::Agent => "检查联络中心配置中该座席的团队、桌面设置和原因代码。",
        Blame::Line | Blame::Unknown => {
            "在此时前后的 CTI 服务器日志中查找同一 invoke id，并查看其后的外围网关日志。"
        }
    }
}

pub(super) fn http_refused(said: &HttpRefusal) -> Texts {
    let mut texts = refused_call(said);
    let body = match said.body("：") {
        body if body.is_empty() => body,
        body => format!("（{body}）"),
    };
    let (call, status) = (call(said.step), said.status);
    texts.explanation = format!("{call} 返回 HTTP {status}{body}。{}", texts.explanation);
    texts
}

fn refused_call(said: &HttpRefusal) -> Texts {
    let agent = &said.agent;
    let (title, explanation, next) = match (said.rule, said.status) {
        ("wrong_password", 403) => (
            format!("不允许座席 {agent} 在此登录"),
            "服务器并未指出凭据错误，而是该用户无权执行此操作，或不能在此节点上执行。",
            "检查座席的角色，并尝试另一个节点。",
        ),
        ("wrong_password", _) => (
            format!("座席 {agent} 的用户名或密码错误"),
            "Finesse 无法验证该座席。",
            "请座席重新输入密码；检查大小写、LDAP 变更和账户锁定（失败五次锁定五分钟）。",
        ),
        ("account_locked", _) => (
            format!("座席 {agent} 的账户已锁定"),
            "失败五次会锁定账户五分钟；其间正确的密码也会被拒绝。",
            "五分钟内不要再尝试。查明最初的失败来自何处：访问日志中的浏览器地址。",
        ),
        ("sso_sign_in_failed", _) => (
            format!("座席 {agent} 的单点登录失败"),
            "访问令牌被拒绝，且当时身份服务或对它的调用出错。",
            "查看该分钟的 ids.log；检查身份服务与身份提供者之间的信任、SAML 证书以及各机器的时钟。",
        ),
        ("credentials_mismatch", _) => (
            format!("凭据不属于座席 {agent}"),
            "请求所用凭据的用户与请求所指的用户不同：登录名与座席 ID 混淆。",
            "比较请求中的用户与其路径中的 ID。",
        ),
        ("user_unknown", _) => (
            format!("Finesse 中没有座席 {agent}"),
            "该座席未在此外围设备上配置，或尚未同步。",
            "检查座席的配置及其所属外围设备。",
        ),
        ("parameter_missing", _) if said.failure_type == "Parameter Missing" => (
            "登录请求缺少字段".to_owned(),
            "通常是分机未填写；对移动座席则是模式或拨号号码。",
            "查看客户端日志中的请求正文（POST_DATA）。",
        ),
        ("parameter_missing", _) => (
            "登录请求格式错误".to_owned(),
            "通常是分机：含有字母或过长。带加号的号码仅 UCCX 允许。",
            "查看客户端日志中的请求正文（POST_DATA）。",
        ),
        ("aw_database_unavailable", _) => (
            "Finesse 无法访问管理数据库".to_owned(),
            "没有它就无法验证座席。",
            "检查管理与数据服务器（AW）、其 SQL 账户以及中间的网络。是否所有座席都被拒绝？",
        ),
        (_, 500) => (
            "Finesse 发生内部错误（500）".to_owned(),
            "CTI 连接中断后的数秒内 Finesse 返回 500，之后返回 503。DB_RUNTIME_EXCEPTION 表示数据库错误，RUNTIME_EXCEPTION 表示其他错误。",
            "查看该秒的 webservices 日志中的错误，以及随后是否出现 503；检查 CTI 连接和数据库。",
        ),
        (_, 404) => (
            "Tomcat 有应答，但 Finesse 不可用（404）".to_owned(),
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
