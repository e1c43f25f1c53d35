//! What to collect, and with which command. The commands are Cisco's, as its guides print them.

use crate::record::Kind;
use crate::words::Lang;

/// One thing to collect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collect {
    /// Which log.
    pub title: &'static str,
    /// Where, and what it is good for.
    pub how: &'static str,
    /// To be typed as they are but for what is in `< >`, one a line; may be empty.
    pub commands: &'static [&'static str],
    /// What to mind; empty if nothing.
    pub caution: &'static str,
}

/// Everything worth collecting, most useful first.
#[must_use]
pub fn all(lang: Lang) -> [Collect; 5] {
    [
        finesse(lang),
        client(lang),
        cti(lang),
        notification(lang),
        uccx(lang),
    ]
}

/// What to collect to get a log of this kind, if it is known.
#[must_use]
pub fn for_kind(lang: Lang, kind: Kind) -> Option<Collect> {
    Some(match kind {
        Kind::AccessLog | Kind::Webservices | Kind::Realm | Kind::Catalina => finesse(lang),
        Kind::ClientLog => client(lang),
        Kind::CtiServer | Kind::BinaryEms => cti(lang),
        Kind::Notification | Kind::HttpWire => notification(lang),
        Kind::UccxEngine => uccx(lang),
        _ => return None,
    })
}

fn finesse(lang: Lang) -> Collect {
    const COMMANDS: &[&str] = &["file get activelog desktop recurs compress"];
    match lang {
        Lang::En => Collect {
            title: "Finesse server logs",
            how: "On the command line of each Finesse node. Brings the webservices, access, realm and Notification Service logs.",
            commands: COMMANDS,
            caution: "Add “reltime hours 2” before “compress” to keep it small.",
        },
        Lang::Zh => Collect {
            title: "Finesse 服务器日志",
            how: "在每个 Finesse 节点的命令行执行，包含 webservices、访问、realm 和通知服务日志。",
            commands: COMMANDS,
            caution: "在 compress 前加 “reltime hours 2” 可减小体积。",
        },
    }
}

fn client(lang: Lang) -> Collect {
    const COMMANDS: &[&str] = &["https://<FQDN>/desktop/locallog"];
    match lang {
        Lang::En => Collect {
            title: "Desktop client log",
            how: "“Send Error Report” in the agent's desktop puts it among the server logs; or save the text of this page in the agent's browser.",
            commands: COMMANDS,
            caution: "The log is a ring of 1.5 MB: send it soon after the failure.",
        },
        Lang::Zh => Collect {
            title: "桌面客户端日志",
            how: "座席桌面中的“发送错误报告”会把它放入服务器日志；或在座席浏览器中保存此页面的文本。",
            commands: COMMANDS,
            caution: "该日志为 1.5 MB 环形缓冲：故障后请尽快发送。",
        },
    }
}

fn cti(lang: Lang) -> Collect {
    const COMMANDS: &[&str] = &[
        "cdlog <inst> cg1a",
        "dumplog ctisvr /bt hh:mm /et hh:mm /ms /o",
    ];
    match lang {
        Lang::En => Collect {
            title: "CTI server (UCCE)",
            how: "In a command window on each agent PG, side A and side B.",
            commands: COMMANDS,
            caution: "Raw .ems files cannot be read without dumplog.",
        },
        Lang::Zh => Collect {
            title: "CTI 服务器（UCCE）",
            how: "在每个座席 PG（A 侧和 B 侧）的命令窗口执行。",
            commands: COMMANDS,
            caution: "未经 dumplog 的 .ems 原始文件无法读取。",
        },
    }
}

fn notification(lang: Lang) -> Collect {
    const COMMANDS: &[&str] = &[
        "utils finesse notification logging enable",
        "file get activelog desktop recurs compress",
    ];
    match lang {
        Lang::En => Collect {
            title: "Notification Service in detail",
            how: "Off by default. Enable, repeat the sign-in, then collect.",
            commands: COMMANDS,
            caution: "It costs performance on a busy node: disable it again afterwards.",
        },
        Lang::Zh => Collect {
            title: "通知服务详细日志",
            how: "默认关闭。启用后重现登录，再收集。",
            commands: COMMANDS,
            caution: "会影响繁忙节点的性能：完成后请再次禁用。",
        },
    }
}

fn uccx(lang: Lang) -> Collect {
    const COMMANDS: &[&str] = &["file get activelog /uccx/log/MIVR recurs compress"];
    match lang {
        Lang::En => Collect {
            title: "UCCX engine",
            how: "On UCCX the engine log takes the place of the CTI server's.",
            commands: COMMANDS,
            caution: "",
        },
        Lang::Zh => Collect {
            title: "UCCX 引擎",
            how: "在 UCCX 上，引擎日志代替 CTI 服务器日志。",
            commands: COMMANDS,
            caution: "",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_differ_in_words_and_not_in_commands() {
        for (en, zh) in all(Lang::En).into_iter().zip(all(Lang::Zh)) {
            assert_eq!(en.commands, zh.commands);
            assert_ne!(en.title, zh.title);
        }
    }

    #[test]
    fn a_missing_dumplog_is_collected_on_the_pg() {
        let cti = for_kind(Lang::En, Kind::CtiServer).unwrap();
        assert!(cti.commands[1].starts_with("dumplog ctisvr"));
    }
}
