//! The fixed texts of the page, each with its English and its Chinese beside it.
//! Words of the flow are in [`crate::words::ui_flow`], sentences with values in
//! [`crate::words::ui_sentences`], what to collect in [`crate::words::ui_collect`].

use crate::words::Lang;

macro_rules! texts {
    ($($name:ident: $en:literal, $zh:literal;)*) => {
        /// The fixed texts of the page in one language.
        #[derive(Debug, PartialEq, Eq)]
        pub struct Ui {
            /// The language.
            pub lang: Lang,
            $(#[doc = $en] pub $name: &'static str,)*
        }

        static EN: Ui = Ui { lang: Lang::En, $($name: $en,)* };
        static ZH: Ui = Ui { lang: Lang::Zh, $($name: $zh,)* };
    };
}

impl Ui {
    /// The texts in a language.
    #[must_use]
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::Zh => &ZH,
        }
    }
}

texts! {
    // Empty page.
    headline: "Drop a Finesse log bundle anywhere on this page", "把 Finesse 日志包拖到本页任意位置";
    subline: "Seconds later you see every agent sign-in as a message flow, with the log line behind every arrow.",
        "几秒钟后，每一次座席登录都会显示为消息流程图，每个箭头背后都有日志原文。";
    accepted: "Files, folders and archives (zip, tar, gz, tgz, nested in each other), of any size.",
        "支持文件、文件夹和压缩包（zip、tar、gz、tgz，可互相嵌套），大小不限。";
    choose_files: "Choose files", "选择文件";
    choose_folder: "Choose folder", "选择文件夹";
    try_sample: "Try the sample", "试用示例";
    paste_hint: "or paste log lines with Ctrl V", "或用 Ctrl V 粘贴日志";
    release: "Let go to read", "松开即开始读取";
    release_replace: "Let go to read; replaces the present bundle", "松开即开始读取，并替换当前日志包";
    private: "Nothing leaves this computer.", "数据不会离开这台电脑。";
    private_proof: "The page's Content-Security-Policy forbids every connection, so your browser would refuse one; a hosted page may fetch its own parts, nothing else. See for yourself: unplug the network, or watch the Network tab of the developer tools.",
        "本页的 Content-Security-Policy 禁止任何连接，即使尝试，浏览器也会拒绝；托管的页面只能获取自身的组成部分。可自行验证：拔掉网线，或查看开发者工具的“网络”面板。";
    private_proof_hosted: "Reading happens in your browser: files are read where they are and sent nowhere. See for yourself: unplug the network after the page has loaded, or watch the Network tab of the developer tools.",
        "读取完全在浏览器中进行：文件就地读取，不会发送到任何地方。可自行验证：页面加载后拔掉网线，或查看开发者工具的“网络”面板。";
    collect_title: "What to collect", "需要收集什么";
    collect_hint: "Any of these helps; the more of them cover the same minutes, the more of the flow is proven. What is missing is shown as not covered, never as failed.",
        "任何一种都有帮助；覆盖同一时段的日志越多，能证实的流程就越多。缺少的部分显示为“未覆盖”，而不是“失败”。";
    copy: "Copy", "复制";
    copied: "Copied", "已复制";
    copy_refused: "Not allowed here", "此处不允许";

    // Header.
    find: "Find in records: text or /regex/", "在记录中查找：文本或 /正则/";
    find_label: "Find in records", "在记录中查找";
    time_zone: "Time zone", "时区";
    zone_bundle: "Log", "日志";
    zone_utc: "UTC", "UTC";
    zone_local: "Local", "本地";
    zone_unknown: "not in the logs", "日志中没有";
    language: "中文", "English";
    language_label: "语言：切换到中文", "Language: switch to English";
    theme_auto: "Theme: as the system", "主题：跟随系统";
    theme_light: "Theme: light", "主题：浅色";
    theme_dark: "Theme: dark", "主题：深色";
    export: "Export", "导出";
    export_json: "JSON", "JSON";
    export_text: "Text", "文本";
    export_json_label: "Export the report of the bundle as JSON", "将日志包的报告导出为 JSON";
    export_text_label: "Export the flows of the bundle as text", "将日志包的流程导出为文本";
    download_app: "Save this page for offline use", "保存本页供离线使用";
    download_short: "Get the file", "获取单文件";
    help: "Help and keys", "帮助与快捷键";
    open_another: "Open", "打开";
    open_another_label: "Open other files instead of this bundle", "打开其他文件，替换当前日志包";
    tab_flow: "Sign-ins", "登录";
    tab_files: "Files and clocks", "文件与时钟";

    // Reading.
    reading: "Reading", "正在读取";
    cancel: "Cancel", "取消";
    cancelled: "Reading was stopped: what was read until then is shown.", "读取已停止：显示停止前读到的内容。";
    members: "files read", "已读文件";
    records: "records", "条记录";
    sign_ins_found: "sign-ins so far", "已找到登录";
    left: "left", "剩余";
    reading_hint: "Sign-ins appear on the left as they are found; one can be looked at before the rest is read.",
        "找到的登录会陆续显示在左侧；无需等待全部读完即可查看。";
    analysing: "Joining records to sign-ins", "正在把记录关联到登录";

    memory_used: "of memory", "内存";
    close_bundle: "Close the bundle", "关闭日志包";

    // Narrowed.
    too_large: "This bundle takes more memory than a tab may have", "此日志包所需内存超出一个标签页的上限";
    too_large_next: "Choose a part of it and read that. What is left out is counted, and you can always go back to everything.",
        "请选择其中一部分重新读取。略去的内容会计数，随时可以恢复读取全部。";
    lost: "The sign-ins listed can no longer be opened.", "列表中的登录已无法打开。";
    narrowed: "Narrowed", "已缩小范围";
    narrow_by_time: "Time", "时间";
    narrow_from: "From", "从";
    narrow_until: "Until", "至";
    narrow_by_node: "Leave out nodes", "略去节点";
    narrow_by_file: "Leave out files", "略去文件";
    read_narrowed: "Read this part", "读取此部分";
    read_all: "Read everything", "读取全部";
    no_such_time: "This is no time within which anything could be: the end is not after the start.", "时间无效：结束时间不晚于开始时间。";
    nothing_chosen: "Nothing is chosen yet: this would read everything again.", "尚未选择：这将再次读取全部内容。";
    nothing_dated: "No entry with a date was read so far.", "目前未读到带日期的条目。";

    // Sign-ins.
    sign_ins: "Sign-ins", "登录";
    filter: "Agent, extension, name, node", "座席、分机、姓名、节点";
    filter_label: "Narrow the list", "筛选列表";
    clear: "Clear", "清除";
    strip: "Sign-ins over time", "登录时间分布";
    strip_keys: "Sign-ins over time: left and right to go, Enter to show, Shift with left and right to narrow the list",
        "登录时间分布：左右键移动，回车显示，Shift 加左右键筛选列表";
    no_sign_ins: "No sign-in in this bundle", "此日志包中没有登录";
    no_sign_ins_next: "The Files and clocks tab says what each file was recognised as. A sign-in needs at least one of the logs listed below, for the minutes in which the agent tried.",
        "“文件与时钟”页说明每个文件被识别为什么。要看到登录，至少需要下列日志之一，且覆盖座席尝试登录的时段。";
    unknown_agent: "unknown agent", "未知座席";
    extension: "ext", "分机";

    // Verdict.
    why: "Why", "原因";
    next: "Next", "下一步";
    copy_flow: "Copy as text", "复制为文本";
    bundle_findings: "About the whole bundle", "关于整个日志包";

    // Ladder.
    ladder: "Message flow", "消息流程";
    time: "Time", "时间";
    delta: "Δ", "Δ";
    since_start: "Since start", "自开始";
    since_before: "Since before", "自上一条";
    time_mode: "Time mode (t)", "时间模式（t）";
    none_before_stop: "Reading ended before a sign-in was found", "读取在找到登录之前已结束";
    waiting: "Choose a sign-in on the left", "在左侧选择一次登录";
    times_as_printed: "As printed", "按原样";
    times_applied: "Offsets applied", "已应用偏差";
    apply_offsets: "Apply clock offsets", "应用时钟偏差";
    undo_offsets: "Show times as printed", "按原样显示时间";
    apply_offsets_long: "Show all times on the reference clock (o). Nothing is changed in the logs or in the JSON report.",
        "所有时间按参考时钟显示（o）。日志和 JSON 报告不会改变。";
    undo_offsets_long: "Times are shown on the reference clock: each less its clock's measured offset. Click, or press o, for times as printed.",
        "时间按参考时钟显示：已减去各时钟测得的偏差。点击或按 o 恢复原样。";
    clock_not_measured: "This clock was not measured: its times are as printed.", "此时钟未测得偏差：其时间按原样显示。";
    not_covered: "not covered", "未覆盖";
    not_in_bundle: "No log in the bundle shows this lane at this time", "日志包中没有此时段能显示该泳道的日志";

    // Detail.
    detail: "Evidence", "证据";
    choose_arrow: "Choose an arrow to see the log line behind it.", "选择一个箭头，查看其背后的日志行。";
    loading: "Fetching the records", "正在取记录";
    no_record: "No record behind this arrow", "此箭头背后没有记录";
    ghost_explained: "This message should have come. The log that would show it covers the time, and it is not there.",
        "这条消息本应出现。能显示它的日志覆盖了该时段，但其中没有。";
    not_covered_explained: "No log in the bundle covers this, so it is unknown, not failed. These logs would show it:",
        "日志包中没有覆盖此处的日志，因此是未知，而不是失败。以下日志可以显示它：";
    proof_logs: "It would stand in:", "它应出现在：";
    covered_by: "These logs cover that time and do not have it", "以下日志覆盖该时段，但其中没有";
    why_joined: "Why joined", "为何关联";
    decoded: "Decoded", "解码";
    previous: "Previous", "上一条";
    following: "Next", "下一条";
    copy_record: "Copy record", "复制记录";
    unread: "This line is no longer in memory, and could not be read again:", "该行已不在内存中，且无法再次读取：";
    raw_time: "as printed, that log's clock", "按该日志时钟原样显示";
    close: "Close", "关闭";

    // Files.
    files: "Files", "文件";
    file: "File", "文件";
    kind: "Recognised as", "识别为";
    node: "Node", "节点";
    record_count: "Records", "记录";
    orphans: "Orphans", "孤立";
    orphans_long: "Records that no sign-in claimed", "没有归属任何登录的记录";
    duplicates: "Repeated", "重复";
    duplicates_long: "Records that another file of the bundle has as well; each is looked at once", "日志包中另一文件也有的记录；每条只看一次";
    unknown_lines: "Unknown lines", "未识别行";
    truncated: "Cut short", "被截断";
    damaged: "Damaged", "已损坏";
    damaged_long: "Entries about a sign-in that are broken: something they say was not read", "与登录有关但已损坏的条目：其中部分内容未能读取";
    rewrapped: "Rewrapped", "已重新拼行";
    masked: "Masked", "已遮蔽";
    masked_long: "Credentials that were masked when the file was read", "读取时已遮蔽的凭据";
    range: "Time range", "时间范围";
    size: "Size", "大小";
    problem: "Problem", "问题";
    no_problem: "Every file was read to its end.", "所有文件均已完整读取。";
    totals: "Total", "合计";
    clocks: "Clocks", "时钟";
    clock: "Clock", "时钟";
    zone: "Zone", "时区";
    offset: "Offset", "偏差";
    samples: "Samples", "样本";
    reference: "reference", "参考";
    not_measured: "not measured", "未测得";
    clocks_note: "Offsets are measured from messages that must have been sent before they were received. Times are shown as printed unless you apply the offsets.",
        "偏差由“先发送后接收”的成对消息测得。除非您应用偏差，时间均按日志原样显示。";
    uncertainty: "Uncertainty", "不确定度";
    one_sided: "one direction only", "仅单向";
    as_printed_file: "as printed", "按原样";
    no_clocks: "No clock could be told apart.", "未能区分任何时钟。";

    // Coverage.
    coverage: "What the logs cover", "日志覆盖范围";
    coverage_note: "From first to last entry of each log. Hatched: entries are missing in between.", "每份日志从首条到末条。斜纹：中间缺少条目。";
    coverage_missing: "Not in the bundle at all:", "日志包中完全没有：";
    covered: "covered", "已覆盖";
    hole_rotated: "rotated files missing", "缺少轮转文件";
    hole_damaged: "file damaged", "文件损坏";
    hole_silent: "silent, as it never is otherwise", "静默，平时从不如此";
    as_table: "As a table", "以表格显示";

    // Latency.
    tab_latency: "Latency", "延迟";
    latency_note: "Each leg from one log record to another, over all sign-ins of the bundle. Slow is our threshold; Cisco's figures are from its technotes.",
        "日志包中所有登录的各段耗时（从一条记录到另一条）。“缓慢”为本工具的阈值；思科数值来自其技术说明。";
    no_latency: "No leg could be measured: that takes two records with milliseconds of one clock.", "无法测得任何一段：需要同一时钟的两条毫秒级记录。";
    leg: "Leg", "段";
    measured: "Measured", "次数";
    median: "Median", "中位数";
    p95: "95 %", "95 %";
    worst: "Worst", "最慢";
    slow_over: "Slow over", "缓慢阈值";
    slow_count: "Slow", "缓慢";
    documented: "Documented", "文档值";
    distribution: "Distribution, 1 ms to 100 s", "分布（1 ms 至 100 s）";

    // Help.
    help_title: "What am I looking at?", "我看到的是什么？";
    help_flow: "Each column is a role of the sign-in, each arrow a message in the words of the log, top to bottom in causal order. Choose an arrow to read its log lines and why they belong to this sign-in.",
        "每一列是登录中的一个角色，每个箭头是一条消息（用日志原词），自上而下按因果顺序排列。选择箭头可查看日志原文以及它属于本次登录的理由。";
    help_ghost: "A dashed arrow should have come and did not, although the log that would show it covers the time.",
        "虚线箭头表示本应出现却没有出现的消息，且相应日志覆盖了该时段。";
    help_hatched: "A hatched row is unknown: no log in the bundle covers it. It says which log to collect.",
        "斜纹行表示未知：日志包中没有覆盖它的日志，并说明应收集哪份日志。";
    help_time: "Times are as each log printed them, shown in the zone named in the header. Clock errors are reported; times are brought to the reference clock only when you apply the offsets, and a badge says so.",
        "时间按各日志原样，并以页眉所示时区显示。时钟误差会报告；只有在您应用偏差时才换算到参考时钟，并有标记提示。";
    help_keys: "Keys", "快捷键";

    // Trouble.
    fatal_title: "The reader stopped", "读取程序已停止";
    fatal_next: "The page itself is fine, and so are your files. Try again; if it happens with the same file once more, leave that file out and report it.",
        "页面本身和您的文件都没有问题。请重试；若同一文件再次出现此问题，请排除该文件并报告。";
    try_again: "Try again", "重试";
    reload: "Reload the page", "重新加载页面";
    collecting: "Looking through what was dropped …", "正在查看拖入的内容…";
    offered: "Text was pasted or dragged here. Read it in place of the bundle that is open?",
        "粘贴或拖入了一段文本。要用它替换当前打开的日志包吗？";
    take_offer: "Read the text", "读取文本";
    nothing_dropped: "There was no file in that. Drop files, folders or archives, or paste log lines.",
        "其中没有文件。请拖入文件、文件夹或压缩包，或粘贴日志。";
    dismiss: "Dismiss", "关闭提示";
    bad_pattern: "This search cannot be read:", "无法识别此搜索：";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_own_texts() {
        assert_eq!(Ui::of(Lang::En).choose_files, "Choose files");
        assert_eq!(Ui::of(Lang::Zh).choose_files, "选择文件");
        assert_ne!(Ui::of(Lang::En), Ui::of(Lang::Zh));
    }
}
