//! What stands on a map beside its numbers and names, in each language. A word that lacks one does not compile.

use model::lanes::{Basis, Lane};

/// The languages of the interface.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    Chinese,
    English,
}

impl Language {
    /// The language of a BCP 47 tag; None if there is none.
    pub fn of_tag(tag: &str) -> Option<Language> {
        match tag.split('-').next()?.to_ascii_lowercase().as_str() {
            "zh" => Some(Language::Chinese),
            "en" => Some(Language::English),
            _ => None,
        }
    }

    pub fn tag(self) -> &'static str {
        match self {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        }
    }

    pub(crate) fn words(self) -> &'static Words {
        match self {
            Language::Chinese => &ZH,
            Language::English => &EN,
        }
    }

    /// A channel's name: channels are keys of the data, the common ones have a name.
    pub(crate) fn channel(self, channel: &str) -> &str {
        let (zh, en) = match channel {
            "web" => ("网站", "Web"),
            "mobile_web" => ("手机网页", "Mobile web"),
            "app" => ("App", "App"),
            "mini_program" | "miniprogram" => ("小程序", "Mini program"),
            "call_center" => ("客服电话", "Call centre"),
            "store" => ("门店", "Store"),
            "pos" => ("收银", "Till"),
            "chat" => ("在线客服", "Chat"),
            "call" => ("电话", "Call"),
            "email" => ("邮件", "E-mail"),
            "sms" => ("短信", "SMS"),
            "direct_mail" => ("直邮", "Direct mail"),
            "wechat" => ("微信", "WeChat"),
            "survey" => ("问卷", "Survey"),
            "profile" => ("客户资料", "Profile"),
            other => return other,
        };
        match self {
            Language::Chinese => zh,
            Language::English => en,
        }
    }
}

/// Templates hold `{}` where something is set in, in the order of the arguments.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) journey_map: &'static str,
    pub(crate) sample: &'static str,
    pub(crate) simulated: &'static str,
    pub(crate) version: &'static str,
    pub(crate) as_of: &'static str,
    pub(crate) owner: &'static str,
    pub(crate) review: &'static str,
    pub(crate) page: &'static str,
    pub(crate) stages_of: &'static str,
    pub(crate) continued: &'static str,

    pub(crate) goal: &'static str,
    pub(crate) baseline: &'static str,
    pub(crate) target: &'static str,
    pub(crate) target_by: &'static str,
    pub(crate) started: &'static str,
    pub(crate) arrived: &'static str,
    pub(crate) conversion: &'static str,
    pub(crate) left: &'static str,
    pub(crate) open: &'static str,
    pub(crate) time_to_goal: &'static str,
    pub(crate) value: &'static str,
    pub(crate) customers: &'static str,
    pub(crate) interval: &'static str,
    pub(crate) p90_within: &'static str,
    pub(crate) value_each: &'static str,
    pub(crate) personas: &'static str,
    pub(crate) no_journeys: &'static str,

    pub(crate) stage: &'static str,
    pub(crate) reached: &'static str,
    pub(crate) reached_note: &'static str,
    pub(crate) went_on: &'static str,
    pub(crate) went_on_note: &'static str,
    pub(crate) time: &'static str,
    pub(crate) time_note: &'static str,
    pub(crate) at_once: &'static str,
    pub(crate) expected_share: &'static str,
    pub(crate) expected_time: &'static str,
    pub(crate) exits: &'static str,
    pub(crate) exits_note: &'static str,
    pub(crate) exit_goal: &'static str,
    pub(crate) exit_forward: &'static str,
    pub(crate) exit_back: &'static str,
    pub(crate) exit_leave: &'static str,
    pub(crate) exit_open: &'static str,
    pub(crate) loops: &'static str,
    pub(crate) lost: &'static str,
    pub(crate) lost_note: &'static str,
    pub(crate) left_last: &'static str,
    pub(crate) dropped_furthest: &'static str,
    pub(crate) moves: &'static str,
    pub(crate) moves_note: &'static str,
    pub(crate) moves_stays: &'static str,
    pub(crate) moves_least: &'static str,
    pub(crate) curve: &'static str,
    pub(crate) curve_score: &'static str,
    pub(crate) curve_feeling: &'static str,
    pub(crate) pains: &'static str,
    pub(crate) pains_note: &'static str,
    pub(crate) pains_none: &'static str,
    pub(crate) pains_more: &'static str,
    pub(crate) pinned: &'static str,
    pub(crate) pinned_note: &'static str,
    pub(crate) pinned_failed: &'static str,
    /// The difference, and the number it is from.
    pub(crate) pinned_against: &'static str,
    pub(crate) points: &'static str,
    pub(crate) per_month_customers: &'static str,
    pub(crate) per_month_money: &'static str,
    pub(crate) touchpoints: &'static str,
    pub(crate) touchpoints_note: &'static str,
    pub(crate) unreached: &'static str,
    pub(crate) matrix: &'static str,
    pub(crate) matrix_note: &'static str,
    pub(crate) written: &'static str,

    pub(crate) lane_action: &'static str,
    pub(crate) lane_need: &'static str,
    pub(crate) lane_expectation: &'static str,
    pub(crate) lane_emotion: &'static str,
    pub(crate) lane_pain: &'static str,
    pub(crate) lane_opportunity: &'static str,
    pub(crate) lane_note: &'static str,
    pub(crate) assumption: &'static str,
    pub(crate) research: &'static str,
    pub(crate) live: &'static str,
    pub(crate) source: &'static str,

    pub(crate) about: &'static str,
    pub(crate) measure: &'static str,
    pub(crate) totals: &'static str,
    pub(crate) journeys: &'static str,
    pub(crate) customers_column: &'static str,
    pub(crate) share: &'static str,
    pub(crate) median: &'static str,
    pub(crate) p90: &'static str,
    pub(crate) stays: &'static str,
    pub(crate) events: &'static str,
    pub(crate) touchpoint: &'static str,
    pub(crate) all_channels: &'static str,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) interval_low: &'static str,
    pub(crate) interval_high: &'static str,
    pub(crate) customers_month: &'static str,
    pub(crate) money_month: &'static str,
    pub(crate) value_column: &'static str,
    pub(crate) lane: &'static str,
    pub(crate) text: &'static str,
    pub(crate) source_column: &'static str,
    pub(crate) slide_rows: &'static str,
    pub(crate) slide_columns: &'static str,

    pub(crate) notes: &'static str,
    pub(crate) notes_analysis: &'static str,
    pub(crate) notes_population: &'static str,
    pub(crate) notes_filters: &'static str,
    pub(crate) notes_identity: &'static str,
    pub(crate) notes_data: &'static str,
    pub(crate) notes_data_text: &'static str,
    pub(crate) notes_read: &'static str,
    pub(crate) notes_later: &'static str,
    pub(crate) notes_numbers: &'static str,
    pub(crate) notes_basis: &'static str,
    pub(crate) basis_text: &'static str,
    pub(crate) notes_sources: &'static str,
    pub(crate) notes_missing: &'static str,
    pub(crate) notes_missing_text: &'static str,
    pub(crate) notes_truncated: &'static str,
    pub(crate) define: [(&'static str, &'static str); 8],
    pub(crate) colon: &'static str,
    pub(crate) comma: &'static str,
}

impl Words {
    pub(crate) fn lane(&self, lane: Lane) -> &'static str {
        match lane {
            Lane::Action => self.lane_action,
            Lane::Need => self.lane_need,
            Lane::Expectation => self.lane_expectation,
            Lane::Emotion => self.lane_emotion,
            Lane::Pain => self.lane_pain,
            Lane::Opportunity => self.lane_opportunity,
            Lane::Note => self.lane_note,
        }
    }

    pub(crate) fn basis(&self, basis: Basis) -> &'static str {
        match basis {
            Basis::Assumption => self.assumption,
            Basis::Research => self.research,
            Basis::Live => self.live,
        }
    }
}

/// A template with its gaps filled in.
pub(crate) fn say(template: &str, parts: &[&str]) -> String {
    let mut out = String::new();
    let mut parts = parts.iter();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{}") {
        out.push_str(before);
        out.push_str(parts.next().copied().unwrap_or_default());
        rest = after;
    }
    out + rest
}

static ZH: Words = Words {
    journey_map: "旅程地图",
    sample: "示例数据",
    simulated: "模拟数据",
    version: "定义第 {} 版",
    as_of: "数据截至 {}（{}）",
    owner: "负责人：{}",
    review: "复查：{}",
    page: "第 {} / {} 页",
    stages_of: "阶段 {}–{} / {}",
    continued: "续",

    goal: "目标",
    baseline: "基线 {}",
    target: "目标 {}",
    target_by: "目标 {}（{} 前）",
    started: "开始",
    arrived: "达成目标",
    conversion: "转化率",
    left: "离开",
    open: "进行中",
    time_to_goal: "达成用时（中位数）",
    value: "价值",
    customers: "{} 位客户",
    interval: "95% 区间 {} – {}",
    p90_within: "90% 在 {} 内",
    value_each: "每次达成 {}",
    personas: "画像",
    no_journeys: "这个范围内没有旅程开始：下面只有团队写下的内容。",

    stage: "阶段",
    reached: "到达",
    reached_note: "旅程，占全部开始的旅程",
    went_on: "继续向前",
    went_on_note: "到更后阶段或目标",
    time: "停留时间",
    time_note: "中位数与 P90",
    at_once: "到此即达成",
    expected_share: "期望 ≥ {}",
    expected_time: "期望 ≤ {}",
    exits: "停留之后",
    exits_note: "按停留计",
    exit_goal: "达成",
    exit_forward: "前进",
    exit_back: "返回",
    exit_leave: "离开",
    exit_open: "进行中",
    loops: "回访",
    lost: "流失",
    lost_note: "旅程",
    left_last: "最后停在此",
    dropped_furthest: "最远到此",
    moves: "流转",
    moves_note: "按停留计；上方前进，下方返回",
    moves_stays: "{} 次停留",
    moves_least: "不足 {} 次的跨阶段流转未画出",
    curve: "情绪与评分",
    curve_score: "评分均值",
    curve_feeling: "团队写下的情绪（−2 至 2）",
    pains: "痛点",
    pains_note: "未关闭；全部时间与客户",
    pains_none: "没有已知的未关闭痛点",
    pains_more: "另有 {} 个",
    pinned: "固定的数字",
    pinned_note: "来自分析，随地图重新计算",
    pinned_failed: "现在无法计算",
    pinned_against: "{}，对比 {}",
    points: "个百分点",
    per_month_customers: "{} 位客户/月",
    per_month_money: "{}/月",
    touchpoints: "触点 × 渠道",
    touchpoints_note: "到达的旅程",
    unreached: "无人到达",
    matrix: "渠道",
    matrix_note: "到达的旅程",
    written: "团队写下",

    lane_action: "行动",
    lane_need: "需求",
    lane_expectation: "期望",
    lane_emotion: "情绪",
    lane_pain: "听到的痛点",
    lane_opportunity: "机会",
    lane_note: "备注",
    assumption: "假设",
    research: "调研",
    live: "实时数据",
    source: "来源：{}",

    about: "说明",
    measure: "指标",
    totals: "总体",
    journeys: "旅程",
    customers_column: "客户",
    share: "占比",
    median: "停留中位数（秒）",
    p90: "停留 P90（秒）",
    stays: "停留次数",
    events: "事件",
    touchpoint: "触点",
    all_channels: "全部渠道",
    from: "从",
    to: "到",
    interval_low: "95% 区间下限",
    interval_high: "95% 区间上限",
    customers_month: "客户/月",
    money_month: "金额/月",
    value_column: "数值",
    lane: "行",
    text: "内容",
    source_column: "来源",
    slide_rows: "此处为前 {} 行，共 {} 行；全部行见 Excel 导出。",
    slide_columns: "此处为前 {} 列，共 {} 列；全部列见 Excel 导出。",

    notes: "说明与来源",
    notes_analysis: "分析定义",
    notes_population: "人群",
    notes_filters: "筛选",
    notes_identity: "身份规则",
    notes_data: "数据",
    notes_data_text: "快照 {}；数据截至 {}（{}）。",
    notes_read: "读取 {} 个事件，未抽样。",
    notes_later: "另有 {} 个事件的时间更晚，未计入。",
    notes_numbers: "数字的含义",
    notes_basis: "依据",
    basis_text: "假设：有人这样认为。调研：问过或观察过客户，注明来源。实时数据：由事件算出，图上的数字都是。",
    notes_sources: "调研来源",
    notes_missing: "字体",
    notes_missing_text: "以下字符在产品和本机的字体里都没有，图中以 〓 代替：{}。",
    notes_truncated: "部分清单超出长度限制，未全部列出。",
    define: [
        ("到达", "在此处至少有一个事件的旅程；占比的分母是全部开始的旅程。"),
        ("转化率", "达成目标的旅程占已结束旅程（达成＋离开）的比例；进行中的不计。区间为 95% Wilson 区间。"),
        ("继续向前", "到过此阶段且去向已知的旅程中，之后到达更后阶段或目标的比例；不要求紧接着发生。"),
        ("停留时间", "从停留的第一个事件到下一次停留的第一个事件；进行中的停留不计。"),
        (
            "停留之后、流转",
            "一次停留是同一旅程在此阶段的连续事件；各去向相加等于停留次数。回访：离开之后又回来的停留。",
        ),
        ("最后停在此", "没有达成目标、最后停在此阶段的已结束旅程；各阶段相加等于离开总数。"),
        ("最远到此", "没有达成目标、按典型顺序最远只到此阶段的已结束旅程；各阶段相加等于离开总数。"),
        ("痛点的规模", "超出对照的受影响旅程，折合每 30 天的客户数与损失的目标价值。"),
    ],
    colon: "：",
    comma: "、",
};

static EN: Words = Words {
    journey_map: "Journey map",
    sample: "Sample data",
    simulated: "Simulated data",
    version: "definition version {}",
    as_of: "data as of {} ({})",
    owner: "Owner: {}",
    review: "Review: {}",
    page: "Page {} of {}",
    stages_of: "stages {}–{} of {}",
    continued: "continued",

    goal: "Goal",
    baseline: "baseline {}",
    target: "target {}",
    target_by: "target {} by {}",
    started: "Started",
    arrived: "Reached the goal",
    conversion: "Conversion",
    left: "Left",
    open: "Open",
    time_to_goal: "Time to goal (median)",
    value: "Value",
    customers: "{} customers",
    interval: "95% CI {} – {}",
    p90_within: "90% within {}",
    value_each: "{} per goal",
    personas: "Personas",
    no_journeys: "No journey started in this scope: what follows is only what the team wrote.",

    stage: "Stage",
    reached: "Reached",
    reached_note: "journeys, of all started",
    went_on: "Went on",
    went_on_note: "to a later stage or the goal",
    time: "Time in stage",
    time_note: "median and P90",
    at_once: "ends the journey at once",
    expected_share: "expected ≥ {}",
    expected_time: "expected ≤ {}",
    exits: "After the stay",
    exits_note: "counted in stays",
    exit_goal: "Goal",
    exit_forward: "Forward",
    exit_back: "Back",
    exit_leave: "Leave",
    exit_open: "Open",
    loops: "Loops",
    lost: "Lost",
    lost_note: "journeys",
    left_last: "Ended here",
    dropped_furthest: "Came this far",
    moves: "Moves",
    moves_note: "counted in stays; forward above, back below",
    moves_stays: "{} stays",
    moves_least: "Moves across stages that happened less than {} times are not drawn",
    curve: "Emotion and score",
    curve_score: "mean score",
    curve_feeling: "feeling as the team wrote it (−2 to 2)",
    pains: "Pain points",
    pains_note: "open; of all time and customers",
    pains_none: "No open pain point is known",
    pains_more: "and {} more",
    pinned: "Pinned numbers",
    pinned_note: "of analyses, computed anew with the map",
    pinned_failed: "cannot be computed now",
    pinned_against: "{} against {}",
    points: "pp",
    per_month_customers: "{} customers a month",
    per_month_money: "{} a month",
    touchpoints: "Touchpoints × channels",
    touchpoints_note: "journeys that were there",
    unreached: "nobody was here",
    matrix: "Channels",
    matrix_note: "journeys that were there",
    written: "written",

    lane_action: "Actions",
    lane_need: "Needs",
    lane_expectation: "Expectations",
    lane_emotion: "Emotions",
    lane_pain: "Pains as heard",
    lane_opportunity: "Opportunities",
    lane_note: "Notes",
    assumption: "Assumption",
    research: "Research",
    live: "Live data",
    source: "Source: {}",

    about: "About",
    measure: "Measure",
    totals: "Totals",
    journeys: "Journeys",
    customers_column: "Customers",
    share: "Share",
    median: "Median stay (s)",
    p90: "P90 stay (s)",
    stays: "Stays",
    events: "Events",
    touchpoint: "Touchpoint",
    all_channels: "All channels",
    from: "From",
    to: "To",
    interval_low: "95% CI low",
    interval_high: "95% CI high",
    customers_month: "Customers a month",
    money_month: "Money a month",
    value_column: "Value",
    lane: "Lane",
    text: "Text",
    source_column: "Source",
    slide_rows: "The first {} of {} rows; a workbook has them all.",
    slide_columns: "The first {} of {} columns; a workbook has them all.",

    notes: "Notes and sources",
    notes_analysis: "Definition",
    notes_population: "Population",
    notes_filters: "Filters",
    notes_identity: "Identity",
    notes_data: "Data",
    notes_data_text: "Snapshot {}; data as of {} ({}).",
    notes_read: "{} events read, not sampled.",
    notes_later: "{} events are dated later and not counted.",
    notes_numbers: "What the numbers mean",
    notes_basis: "Basis",
    basis_text: "Assumption: somebody thinks so. Research: customers were asked or watched, with the source. Live data: computed from events, as every number here is.",
    notes_sources: "Sources of research",
    notes_missing: "Fonts",
    notes_missing_text: "Neither the product's fonts nor this machine's have these characters; 〓 stands for them: {}.",
    notes_truncated: "Some lists are longer than their limit and not shown in full.",
    define: [
        ("Reached", "Journeys with at least one event here; the share is of all that started."),
        (
            "Conversion",
            "Journeys at the goal, of those that ended (goal + left); open ones are left out. The interval is Wilson's, 95%.",
        ),
        (
            "Went on",
            "Of the journeys that were here and whose outcome is known, those that came to a later stage or the goal, at once or not.",
        ),
        ("Time in stage", "From a stay's first event to the first event of the next stay. Open stays are not counted."),
        (
            "After the stay, moves",
            "A stay is a run of a journey's events in this stage; what followed adds up to the stays. Loops: stays that came back after leaving.",
        ),
        (
            "Ended here",
            "Ended journeys without the goal whose last stage this is; over all stages they add up to those that left.",
        ),
        (
            "Came this far",
            "Ended journeys without the goal that came no further than this in the typical order; they add up to those that left, too.",
        ),
        (
            "Size of a pain",
            "Journeys hit beyond what they are compared with, as customers and lost goal value in 30 days.",
        ),
    ],
    colon: ": ",
    comma: ", ",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_in_order() {
        assert_eq!(say("{} of {}", &["1", "2"]), "1 of 2");
        assert_eq!(say("none", &["1"]), "none");
        assert_eq!(say("{}", &[]), "");
    }

    #[test]
    fn tags_find_their_language() {
        assert_eq!(Language::of_tag("zh-CN"), Some(Language::Chinese));
        assert_eq!(Language::of_tag("EN-gb"), Some(Language::English));
        assert_eq!(Language::of_tag("fr"), None);
    }
}
