//! What codes mean, in plain words: each row in every language.

use super::Lang;
use crate::codes::{Deployment, Failure};
use crate::record::AgentState;

/// A code that has a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code<'a> {
    /// A failure code; UCCX puts codes of its own among the control failures.
    Failure(Failure),
    /// Event reason code.
    Reason(u16, Option<Deployment>),
    /// `ErrorType` of the REST API.
    ErrorType(&'a str),
    /// HTTP status.
    Http(u16),
    /// Agent state.
    State(AgentState),
    /// Event of a SYSTEM_EVENT, by its id.
    SystemEvent(u32),
    /// One bit of a peripheral gateway's status, by its value.
    PgStatus(u32),
}

/// A row: English, Simplified Chinese.
type Meaning = [&'static str; 2];

/// What a code means; `None` for codes that the customer defines, and for unknown ones.
#[must_use]
pub fn meaning(code: Code<'_>, lang: Lang) -> Option<&'static str> {
    let row = match code {
        Code::Failure(Failure::Control(code)) => of(FAILURES, &code),
        Code::Failure(Failure::Status(code)) => of(STATUSES, &code),
        Code::Reason(code, Some(Deployment::Cce)) => of(CCE_REASONS, &code),
        Code::Reason(code, Some(Deployment::Ccx)) => of(CCX_REASONS, &code),
        Code::Reason(code, None) => match (of(CCE_REASONS, &code), of(CCX_REASONS, &code)) {
            (Some(one), None) | (None, Some(one)) => Some(one),
            (Some(one), Some(other)) if one == other => Some(one),
            _ => None,
        },
        Code::ErrorType(name) => of(ERROR_TYPES, &name),
        Code::Http(status) => of(HTTP, &status),
        Code::State(state) => of(STATES, &state),
        Code::SystemEvent(id) => of(SYSTEM_EVENTS, &id),
        Code::PgStatus(bit) => of(PG_STATUS, &bit),
    };
    row.map(|row| row[usize::from(lang == Lang::Zh)])
}

/// What the reason code of a request to sign in means.
#[must_use]
pub fn filler(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "filler in a sign-in request: says nothing",
        Lang::Zh => "登录请求中的占位值：没有含义",
    }
}

/// What kind of code it is, as the page and the exports call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// Number of a CTI message.
    Message,
    /// [`Code::Failure`].
    Failure,
    /// The peripheral's own error code beside it.
    PeripheralError,
    /// [`Code::ErrorType`].
    ErrorType,
    /// [`Code::Http`].
    Http,
    /// [`Code::State`].
    State,
    /// [`Code::Reason`].
    Reason,
    /// [`Code::SystemEvent`].
    SystemEvent,
    /// [`Code::PgStatus`], all bits together.
    PgStatus,
    /// CTI invoke id.
    InvokeId,
    /// The browser's clock in a GET.
    Nocache,
    /// An instant of the server's clock inside a record.
    ServerTime,
}

/// The name of a kind of code.
#[must_use]
pub fn kind(kind: CodeKind, lang: Lang) -> &'static str {
    let row: Meaning = match kind {
        CodeKind::Message => ["CTI message", "CTI 消息"],
        CodeKind::Failure => ["failure code", "失败代码"],
        CodeKind::PeripheralError => ["peripheral error code", "外围设备错误代码"],
        CodeKind::ErrorType => ["error type", "错误类型"],
        CodeKind::Http => ["HTTP status", "HTTP 状态码"],
        CodeKind::State => ["agent state", "座席状态"],
        CodeKind::Reason => ["reason code", "原因代码"],
        CodeKind::SystemEvent => ["system event", "系统事件"],
        CodeKind::PgStatus => ["PG status", "PG 状态"],
        CodeKind::InvokeId => ["invoke id", "invoke id"],
        CodeKind::Nocache => ["nocache", "nocache"],
        CodeKind::ServerTime => ["server time", "服务器时间"],
    };
    row[usize::from(lang == Lang::Zh)]
}

fn of<K: PartialEq>(table: &[(K, Meaning)], key: &K) -> Option<Meaning> {
    let found = table.iter().find(|(known, _)| known == key);
    found.map(|(_, meaning)| *meaning)
}

/// Control failures (GED-188; UCCX CTI protocol, "control failure values" and "error code values").
#[rustfmt::skip]
const FAILURES: &[(u32, Meaning)] = &[
    (0, ["failed, no reason given", "失败，未给出原因"]),
    (1, ["the operation failed", "操作失败"]),
    (2, ["the request does not fit the object", "请求与对象不相容"]),
    (3, ["a value is out of range", "值超出范围"]),
    (4, ["the object is not known", "对象未知"]),
    (5, ["the calling device is not valid", "主叫设备无效"]),
    (6, ["the called device is not valid", "被叫设备无效"]),
    (8, ["no right to use this device", "无权使用该设备"]),
    (9, ["no right to use the called device", "无权使用被叫设备"]),
    (10, ["no right to use the calling device", "无权使用主叫设备"]),
    (12, ["the device id is not valid", "设备标识无效"]),
    (19, ["refused for security", "因安全原因被拒绝"]),
    (21, ["not possible in the present state", "当前状态下不可行"]),
    (22, ["the object is in the wrong state", "对象处于错误的状态"]),
    (31, ["a system resource is not available", "系统资源不可用"]),
    (32, ["the service is busy", "服务忙"]),
    (33, ["the extension or line is in use", "分机或线路正在使用"]),
    (34, ["the phone or phone system is out of service", "话机或电话系统停止服务"]),
    (35, ["the network is busy", "网络忙"]),
    (36, ["the network is out of service", "网络停止服务"]),
    (44, ["too many requests are open", "未完成的请求过多"]),
    (52, ["a licence or capacity limit is reached", "已达到许可或容量上限"]),
    (70, ["rejected without a reason, often an extension that is not controlled", "被拒绝且未给出原因，常见于分机未受控"]),
    (71, ["the operation was rejected", "操作被拒绝"]),
    (72, ["the same request was sent twice", "同一请求发送了两次"]),
    (75, ["rejected for lack of resources", "因资源不足被拒绝"]),
    (77, ["the service is ending", "服务正在终止"]),
    (78, ["the CTI server gave up waiting", "CTI 服务器等待超时"]),
    (79, ["too many requests for this device", "对该设备的请求过多"]),
    (256, ["the agent id is not known", "座席 ID 未知"]),
    (257, ["wrong password; in a state change: the agent is not signed in", "密码错误；在更改状态时表示座席未登录"]),
    (258, ["wrong agent id or password", "座席 ID 或密码错误"]),
    (259, ["the agent is already signed on", "座席已经登录"]),
    (260, ["the extension is unknown, not registered or not controlled", "分机未知、未注册或未受控"]),
    (261, ["the answering device is not valid", "应答设备无效"]),
    (262, ["the skill group is not valid", "技能组无效"]),
    (263, ["the class of service is not valid", "服务级别无效"]),
    (264, ["the team is not valid", "团队无效"]),
    (265, ["the state change is not allowed now", "此时不允许更改状态"]),
    (266, ["the reason code is not valid", "原因代码无效"]),
    (267, ["no connection to the phone system", "与电话系统的连接中断"]),
    (269, ["internal error", "内部错误"]),
    (272, ["the service is not registered", "服务未注册"]),
    (280, ["wrap-up data is required", "需要填写后续处理数据"]),
    (281, ["a reason code is required", "需要填写原因代码"]),
    (283, ["the extension is in use by another agent", "分机已被另一名座席使用"]),
    (287, ["the device is restricted", "设备受限"]),
    (288, ["the line is restricted", "线路受限"]),
    (289, ["the account is locked after too many failures", "失败次数过多，账户已锁定"]),
    (291, ["the phone has too many lines", "话机线路过多"]),
    (292, ["shared lines are not supported", "不支持共享线路"]),
    (293, ["the extension exists in more than one partition", "分机在多个分区中存在"]),
    (1006, ["the outbound dialler's service is not active", "外拨服务未激活"]),
    (1008, ["the route control service is not active", "路由控制服务未激活"]),
    (1010, ["a parameter is not valid; in a state change: the agent is not signed in", "参数无效；在更改状态时表示座席未登录"]),
    (1016, ["the agent greeting failed", "座席问候操作失败"]),
    (88001, ["problem with JTAPI or Unified CM", "JTAPI 或 Unified CM 出现问题"]),
    (88002, ["the lookup failed", "查找失败"]),
    (88003, ["no directory number is assigned to the agent", "未给座席分配分机"]),
    (88004, ["the phone is off or not registered", "话机关闭或未注册"]),
    (88005, ["the phone is busy", "话机忙"]),
    (88008, ["the agent is missing", "缺少座席"]),
    (88009, ["the agent is not valid", "座席无效"]),
];

/// FAILURE_CONF and FAILURE_EVENT (GED-188 status codes; UCCX `E_CTI` codes).
#[rustfmt::skip]
const STATUSES: &[(u32, Meaning)] = &[
    (1, ["the protocol version is not supported", "不支持该协议版本"]),
    (4, ["the session is not open", "会话未打开"]),
    (5, ["the session is open already", "会话已打开"]),
    (6, ["required data is missing", "缺少必需数据"]),
    (7, ["wrong peripheral in the settings", "设置中的外围设备错误"]),
    (8, ["the agent data is not valid", "座席数据无效"]),
    (9, ["the agent is not signed in", "座席未登录"]),
    (10, ["the phone is bound to another client", "话机已绑定到另一客户端"]),
    (11, ["closed because a new session was opened", "因打开新会话而关闭"]),
    (12, ["the service is not granted", "未授予该服务"]),
    (15, ["the CTI server is offline", "CTI 服务器离线"]),
    (16, ["no answer in time", "未及时应答"]),
    (17, ["failed, no reason given", "失败，未给出原因"]),
    (18, ["the idle timeout is below 20 s", "空闲超时低于 20 秒"]),
    (23, ["a field has the wrong length", "字段长度错误"]),
    (24, ["the digits are not valid", "号码无效"]),
    (32, ["agent id, extension and phone do not belong together", "座席 ID、分机与话机不匹配"]),
    (36, ["wrong client id or password of Finesse", "Finesse 的客户端 ID 或密码错误"]),
    (37, ["the connection was closed without notice", "连接未经通知即关闭"]),
    (50, ["the work mode is not valid", "工作模式无效"]),
    (64, ["the supervisor was not found", "未找到主管"]),
    (65, ["the team was not found", "未找到团队"]),
    (87, ["the device is not valid", "设备无效"]),
    (92, ["standby node: normal on one of two UCCX nodes", "备用节点：两个 UCCX 节点之一的正常状态"]),
    (94, ["problem with JTAPI or Unified CM", "JTAPI 或 Unified CM 出现问题"]),
    (96, ["the configuration must be read again", "需要重新读取配置"]),
];

/// System reason codes of UCCE and PCCE (CCE schema handbook; Cisco community list for 11.6).
#[rustfmt::skip]
const CCE_REASONS: &[(u16, Meaning)] = &[
    (255, ["signed out by Finesse: the desktop was gone", "由 Finesse 注销：桌面已离线"]),
    (999, ["a supervisor did it", "由主管操作"]),
    (20001, ["first step of a forced log-out", "强制注销的第一步"]),
    (20002, ["forced log-out", "强制注销"]),
    (20003, ["log-out asked for outside Not Ready", "在非未就绪状态下请求注销"]),
    (32762, ["off-hook or own call", "摘机或自行通话"]),
    (32767, ["a call was not answered", "未接听来电"]),
    (50001, ["the CTI OS client was disconnected", "CTI OS 客户端断开"]),
    (50002, ["the CTI client failed: desktop closed, heartbeats missed, Finesse failed", "CTI 客户端故障：桌面关闭、心跳丢失或 Finesse 故障"]),
    (50003, ["the phone is out of service", "话机停止服务"]),
    (50004, ["signed out for inactivity", "因无操作而注销"]),
    (50005, ["a call outside the contact centre while available", "就绪时有非联络中心通话"]),
    (50006, ["own call while available", "就绪时自行通话"]),
    (50010, ["several calls were not received", "连续多个来电未收到"]),
    (50020, ["the agent's queue was changed", "座席的队列已更改"]),
    (50030, ["conflict with a static device target", "与静态设备目标冲突"]),
    (50040, ["the mobile agent's call failed", "移动座席的呼叫失败"]),
    (50041, ["the mobile agent's phone is busy or not answered", "移动座席的话机忙或无人接听"]),
    (50042, ["the mobile agent's nailed line dropped", "移动座席的固定连接中断"]),
    (50045, ["moved for maintenance", "因维护而迁移"]),
    (51004, ["the extension has a call already, or the PG restarted in a call", "分机已有通话，或 PG 在通话中重启"]),
    (65533, ["the administrator changed the extension", "管理员更改了分机"]),
    (65534, ["the PG reset the agent", "PG 重置了座席"]),
    (65535, ["the peripheral restarted", "外围设备已重启"]),
];

/// Reason codes of UCCX (Cisco DevNet, "Reason codes for agent state change").
#[rustfmt::skip]
const CCX_REASONS: &[(u16, Meaning)] = &[
    (22, ["signed out by a supervisor", "由主管注销"]),
    (33, ["set to Not Ready by a supervisor", "由主管设为未就绪"]),
    (255, ["signed out by Finesse: the desktop was gone", "由 Finesse 注销：桌面已离线"]),
    (32740, ["signed in again elsewhere, this session ended", "在别处再次登录，此会话结束"]),
    (32741, ["another agent took the extension", "另一名座席占用了分机"]),
    (32742, ["activity on a monitored second line", "受监控的第二条线路有活动"]),
    (32748, ["the agent was deleted in Unified CM", "座席已在 Unified CM 中删除"]),
    (32750, ["the agent's extension was changed", "座席的分机已更改"]),
    (32753, ["the line is restricted", "线路受限"]),
    (32754, ["the device is restricted", "设备受限"]),
    (32756, ["the phone is back", "话机恢复"]),
    (32757, ["Unified CM failed over", "Unified CM 发生切换"]),
    (32759, ["the phone is down", "话机故障"]),
    (32760, ["the agent signed in", "座席登录"]),
    (32762, ["off-hook", "摘机"]),
    (32763, ["a call was not answered", "未接听来电"]),
    (32764, ["UCCX failed", "UCCX 故障"]),
    (32765, ["the connection of the desktop or IP phone agent is down", "桌面或 IP 话机座席的连接中断"]),
    (32767, ["the agent signed in again", "座席再次登录"]),
];

/// Error types of the REST API (Finesse developer guide, "API errors" and "User API errors").
#[rustfmt::skip]
const ERROR_TYPES: &[(&str, Meaning)] = &[
    ("Authentication Failure", ["the credentials are not accepted", "凭据未被接受"]),
    ("Authorization Failure", ["the user may not do this", "用户无权执行此操作"]),
    ("Bad Request", ["malformed, or the extension is not valid", "格式错误，或分机无效"]),
    ("Device Busy", ["the extension is in use", "分机正在使用"]),
    ("Forbidden", ["not on this node", "不能在此节点上执行"]),
    ("Generic Error", ["a cause Finesse does not know", "Finesse 不知道的原因"]),
    ("Internal Server Error", ["an error inside Finesse or what it depends on", "Finesse 或其依赖的内部错误"]),
    ("Invalid Authorization User Specified", ["credentials of one user, address of another", "凭据属于一名用户，地址属于另一名"]),
    ("Invalid Device", ["the extension is not valid", "分机无效"]),
    ("Invalid Input", ["a value is not recognised", "值无法识别"]),
    ("Invalid State", ["the state change is not permitted", "不允许更改为该状态"]),
    ("Invalid Supervisor", ["the agent is not in this supervisor's team", "座席不在该主管的团队中"]),
    ("Mode Not Allowed", ["the agent is not enabled as mobile agent", "座席未启用移动座席"]),
    ("Not Found", ["there is no such thing", "对象不存在"]),
    ("Parameter Missing", ["a required field is missing", "缺少必需字段"]),
    ("Service Unavailable", ["Finesse is out of service or still starts", "Finesse 停止服务或仍在启动"]),
    ("User Not Found", ["Finesse does not know the agent", "Finesse 不认识该座席"]),
];

/// HTTP statuses of the REST API (Finesse developer guide, "API errors"; 3xx and 405: RFC 9110).
#[rustfmt::skip]
const HTTP: &[(u16, Meaning)] = &[
    (202, ["accepted only; the result comes as an event", "仅表示已受理；结果稍后以事件通知"]),
    (301, ["moved to another address", "已转到另一地址"]),
    (302, ["sent on to another address", "重定向到另一地址"]),
    (304, ["unchanged since the browser last read it", "自浏览器上次读取后未变化"]),
    (400, ["the request is malformed or lacks something", "请求格式错误或缺少内容"]),
    (401, ["the credentials or the token are not accepted", "凭据或令牌未被接受"]),
    (403, ["not allowed for this user or on this node", "该用户或此节点不允许此操作"]),
    (404, ["not found: the user or the object is unknown", "未找到：用户或对象未知"]),
    (405, ["the method is not allowed here", "此处不允许该方法"]),
    (416, ["the range of the list asked for does not exist", "请求的列表范围不存在"]),
    (500, ["error inside Finesse, or CTI lost and not yet noticed", "Finesse 内部错误，或 CTI 已中断但尚未察觉"]),
    (502, ["a proxy got no valid answer from Finesse", "代理未从 Finesse 得到有效应答"]),
    (503, ["Finesse is out of service or still starting", "Finesse 停止服务或仍在启动"]),
    (504, ["a proxy got no answer from Finesse in time", "代理未及时得到 Finesse 的应答"]),
];

/// Agent states (GED-188; Finesse developer guide, "User").
#[rustfmt::skip]
const STATES: &[(AgentState, Meaning)] = &[
    (AgentState::Login, ["signing in; becomes NOT_READY at once", "正在登录，随即变为 NOT_READY"]),
    (AgentState::Logout, ["signed out", "已注销"]),
    (AgentState::NotReady, ["signed in, gets no calls", "已登录，不接来电（未就绪）"]),
    (AgentState::Ready, ["waits for calls", "就绪，等待来电"]),
    (AgentState::Talking, ["on a call", "通话中"]),
    (AgentState::Work, ["wrap-up after a call, then Not Ready", "通话后处理，之后转为未就绪"]),
    (AgentState::WorkReady, ["wrap-up after a call, then Ready", "通话后处理，之后转为就绪"]),
    (AgentState::BusyOther, ["busy with work of another skill group", "忙于另一技能组的任务"]),
    (AgentState::Reserved, ["a call is about to be delivered", "已预留，来电即将接入"]),
    (AgentState::Unknown, ["the CTI server does not know the state", "CTI 服务器不知道该状态"]),
    (AgentState::Hold, ["the call is on hold", "通话保持中"]),
];

/// Events of a SYSTEM_EVENT (GED-188).
#[rustfmt::skip]
const SYSTEM_EVENTS: &[(u32, Meaning)] = &[
    (1, ["the central controller is back", "中央控制器已恢复"]),
    (2, ["the central controller is offline", "中央控制器离线"]),
    (3, ["the peripheral is back", "外围设备已恢复"]),
    (4, ["the peripheral is offline", "外围设备离线"]),
    (6, ["the peripheral gateway is offline", "外围网关（PG）离线"]),
    (7, ["the CTI server is offline", "CTI 服务器离线"]),
    (8, ["the CTI server is back", "CTI 服务器已恢复"]),
    (10, ["a phone went out of service", "话机停止服务"]),
    (11, ["a phone is back in service", "话机恢复服务"]),
];

/// Bits of a peripheral gateway's status (GED-188, PGStatus).
#[rustfmt::skip]
const PG_STATUS: &[(u32, Meaning)] = &[
    (0x01, ["OPC is down", "OPC 停止"]),
    (0x02, ["the central controller is down", "中央控制器停止"]),
    (0x04, ["the peripheral is offline", "外围设备离线"]),
    (0x08, ["the CTI server is offline", "CTI 服务器离线"]),
    (0x10, ["limited function", "功能受限"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes;

    #[test]
    fn every_code_with_a_name_has_a_meaning() {
        let known = |code: Code<'_>| meaning(code, Lang::Zh).is_some();
        for code in 0..100_000 {
            let failure = codes::control_failure_name(code).or(codes::ccx_error_name(code));
            let control = known(Code::Failure(Failure::Control(code)));
            assert_eq!(failure.is_some(), control, "{code}");
            let status = known(Code::Failure(Failure::Status(code)));
            assert_eq!(codes::status_name(code).is_some(), status, "{code}");
            let event = known(Code::SystemEvent(code));
            assert_eq!(codes::system_event_name(code).is_some(), event, "{code}");
        }
        for code in 0..=u16::MAX {
            for of in [None, Some(Deployment::Cce), Some(Deployment::Ccx)] {
                let named = codes::reason_name(code, of).is_some();
                let known = known(Code::Reason(code, of));
                assert!(!named || known, "{code} {of:?}");
            }
        }
    }

    #[test]
    fn every_state_and_every_bit_of_a_status_has_a_meaning() {
        for state in (0..11).filter_map(AgentState::from_number) {
            assert!(meaning(Code::State(state), Lang::Zh).is_some(), "{state:?}");
        }
        for bit in (0..32).map(|nth| 1 << nth) {
            let named = codes::pg_status_names(bit).next().is_some();
            assert_eq!(named, meaning(Code::PgStatus(bit), Lang::En).is_some());
        }
    }

    #[test]
    fn one_code_means_different_things_on_different_systems() {
        let cce = meaning(Code::Reason(32767, Some(Deployment::Cce)), Lang::En);
        assert_eq!(cce, Some("a call was not answered"));
        let ccx = meaning(Code::Reason(32767, Some(Deployment::Ccx)), Lang::En);
        assert_eq!(ccx, Some("the agent signed in again"));
        assert_eq!(meaning(Code::Reason(32767, None), Lang::En), None);
    }
}
