//! Findings about what happened after the sign-in, in Simplified Chinese.

use super::said::{SaidLater, Texts, code_name};
use super::said_zh::say;
use crate::view::time::duration;

pub(super) fn texts(said: &SaidLater) -> Texts {
    match said {
        SaidLater::ForcedLogout {
            agent,
            after_ms,
            gone_ms,
        } => {
            let gone = gone_ms.map_or_else(
                || "其在线状态已不可用 60 秒。".to_owned(),
                |ms| format!("其在线状态已不可用 {}。", duration(ms)),
            );
            say(
                format!("{}座席 {agent} 被 Finesse 注销（255）", after(*after_ms)),
                format!("桌面已不在。{gone}可能是浏览器关闭或崩溃、电脑休眠，或网络过慢。"),
                "查看此前三分钟内桌面的情况：客户端日志、连接状态、电脑是否休眠。".to_owned(),
            )
        }
        SaidLater::PresenceLost {
            agent,
            after_ms,
            back_ms,
        } => {
            let back = back_ms.map_or_else(
                || "之后没有恢复".to_owned(),
                |ms| format!("{} 后恢复", duration(ms)),
            );
            say(
                format!("{}座席 {agent} 的桌面离线", after(*after_ms)),
                format!("{back}，日志中没有注销记录。Finesse 会等待 60 秒再注销座席。"),
                "查看该分钟的客户端日志，以及同一地点的其他座席是否也离线。".to_owned(),
            )
        }
        SaidLater::Flapping {
            agent,
            drops,
            span_ms,
        } => say(
            format!(
                "座席 {agent} 的连接在 {} 内中断了 {drops} 次",
                duration(*span_ms)
            ),
            "连接过程中断一次属于正常，多次则不是：网络不良、代理切断长请求，或通知服务负载过高。"
                .to_owned(),
            "查看同一地点的其他座席是否也如此；检查代理和 VPN。".to_owned(),
        ),
        SaidLater::TokenRefresh {
            agent,
            times,
            after_ms,
        } => say(
            format!("{}座席 {agent} 的访问令牌无法续期", after(*after_ms)),
            format!("桌面报告了 {times} 次；约十分钟后它会注销座席。"),
            "查看该分钟的 ids.log、令牌有效期，以及电脑、Finesse 和身份服务的时钟。".to_owned(),
        ),
        SaidLater::NotSignedIn { agent, code, state } => {
            let state = state.map_or_else(String::new, |state| format!("为 {} ", state.name()));
            let code = code.map_or_else(String::new, |code| format!("（{}）", code_name(code)));
            say(
                format!("更改状态{state}被拒绝：座席 {agent} 未登录{code}"),
                "该代码的名称提到密码；但在更改状态时，它表示 CTI 服务器上该座席并未登录。"
                    .to_owned(),
                "查明座席此前如何被注销：强制注销、重启，或另一个桌面。".to_owned(),
            )
        }
        SaidLater::FollowUpFailed { resource, status } => {
            let what = match (resource.as_str(), status) {
                ("", None) => "订阅失败".to_owned(),
                ("", Some(status)) => format!("一次读取返回 {status}"),
                (resource, None) => format!("{resource} 失败"),
                (resource, Some(status)) => format!("GET {resource} 返回 {status}"),
            };
            say(
                format!("桌面不完整：{what}"),
                "座席已登录，但缺少原因代码或电话簿等列表。".to_owned(),
                "查看其他座席的同一调用；检查 Finesse 数据库及其复制。".to_owned(),
            )
        }
        SaidLater::Elsewhere {
            agent,
            extension,
            reason,
        } => elsewhere(agent, extension, *reason),
    }
}

fn after(ms: Option<i64>) -> String {
    ms.map_or_else(String::new, |ms| format!("登录 {} 后，", duration(ms)))
}

fn elsewhere(agent: &str, extension: &str, reason: u16) -> Texts {
    const EXTENSION_TAKEN: u16 = 32741;
    if reason == EXTENSION_TAKEN {
        return say(
            format!("座席 {agent} 被注销：另一名座席占用了分机 {extension}（{reason}）"),
            "两名座席使用同一话机；UCCX 会注销较早登录的一方。".to_owned(),
            "查找另一名座席使用该分机的登录。".to_owned(),
        );
    }
    say(
        format!("座席 {agent} 被注销：在别处再次登录（{reason}）"),
        "同一座席在另一个标签页、浏览器或电脑上登录；UCCX 会结束较早的会话。".to_owned(),
        "查找该座席在此时前后的另一次登录。".to_owned(),
    )
}
