//! Retention, lifecycle, stickiness and survival in words.

use model::activity::{LifecycleQuestion, StickinessQuestion};
use model::calendar::{Unit, WeekStart};
use model::retention::{Clock, Reading, RetentionQuestion, Starts};
use model::rule::Rule;
use model::survival::{Censor, SurvivalQuestion};
use model::text::LocalizedText;

use super::{rule_words, text};

pub(super) fn retention(question: &RetentionQuestion) -> LocalizedText {
    let (zh, en) = unit(question.unit, question.week_start);
    let (cohort_zh, cohort_en) = unit(question.cohort.unwrap_or(question.unit), question.week_start);
    let (starts_zh, starts_en) = match question.starts {
        Starts::First => ("每位客户只开始一次", "each customer starts once"),
        Starts::Every => ("每位客户在每个群组中至多开始一次", "a customer starts once a cohort"),
    };
    let (clock_zh, clock_en) = match question.clock {
        Clock::Calendar => {
            (format!("按日历：第 0 {zh}为起始所在的{zh}"), format!("by the calendar, {en} 0 is that of the start"))
        }
        Clock::Rolling => (
            format!("从起始时刻起每满一{zh}（固定长度）为一个单位"),
            format!("counted from the instant of the start in {en}s of fixed length"),
        ),
    };
    let (reading_zh, reading_en) = match (question.brackets.is_empty(), question.reading) {
        (false, _) => ("在该区间内", "within the bracket".to_owned()),
        (true, Reading::On) => ("在该单位内", format!("in that {en}")),
        (true, Reading::OnOrAfter) => ("在该单位或之后", format!("in that {en} or later")),
    };
    let (start, back) = (rule(question.start.as_ref()), rule(question.back.as_ref()));
    text(
        format!(
            "留存：客户自首个匹配的事件（{}）开始，{starts_zh}，按起始所在的{cohort_zh}分群组；{clock_zh}。\
             留存＝起始及之后（含起始事件本身）有回访事件（{}）{reading_zh}的客户 ÷ 群组人数。\
             时间尚未走完的单元格标为不完整，不计入合计；合计为各群组按人数的加权平均",
            start.0, back.0
        ),
        format!(
            "Retention: a customer starts with the first event that matches ({}); {starts_en}, grouped by the \
             {cohort_en} of the start; time is {clock_en}. Retained: customers with an event at or after the start (the \
             start itself included) that matches ({}) {reading_en} ÷ the cohort. Cells whose time has not passed are \
             marked incomplete and left out of the total, which is the average of the cohorts weighted by their size",
            start.1, back.1
        ),
    )
}

pub(super) fn lifecycle(question: &LifecycleQuestion) -> LocalizedText {
    let (zh, en) = unit(question.unit, question.week_start);
    let active = rule(question.active.as_ref());
    text(
        format!(
            "生命周期（按{zh}；活跃＝有匹配的事件：{}）：新增＝首次活跃；留存＝上一{zh}也活跃；回流＝更早活跃过、上一{zh}不活跃；\
             沉默＝上一{zh}活跃、本{zh}不活跃。活跃＝新增＋留存＋回流；脉搏＝（新增＋回流）÷ 沉默",
            active.0
        ),
        format!(
            "Lifecycle by {en} (active: an event that matches {}): new, for the first time; retained, active in the {en} \
             before, too; resurrected, active earlier but not in the {en} before; dormant, active in the {en} before and \
             not in this one. Active = new + retained + resurrected; pulse = (new + resurrected) ÷ dormant",
            active.1
        ),
    )
}

pub(super) fn stickiness(question: &StickinessQuestion) -> LocalizedText {
    let (zh, en) = unit(question.unit, question.week_start);
    let (per_zh, per_en) = unit(question.per, question.week_start);
    let active = rule(question.active.as_ref());
    text(
        format!(
            "粘性：客户在每个{per_zh}内有多少个{zh}活跃（有匹配的事件：{}）；比率＝该{per_zh}内平均每{zh}活跃客户 ÷ 该{per_zh}活跃客户\
             （按日、按月即 DAU/MAU），只计已开始的{zh}",
            active.0
        ),
        format!(
            "Stickiness: in how many {en}s of a {per_en} customers are active (an event that matches {}); ratio: mean of \
             active customers over the {en}s of the {per_en} that have begun ÷ active customers of the {per_en} \
             (DAU/MAU, by day and month)",
            active.1
        ),
    )
}

pub(super) fn survival(question: &SurvivalQuestion) -> LocalizedText {
    let (start, end) = (rule(question.start.as_ref()), rule(Some(&question.end)));
    let (censor_zh, censor_en) = match question.censor {
        Censor::AsOf => ("截至提问时刻", "as of the question's moment"),
        Censor::LastEvent => ("截至其最后一个事件", "at their last event"),
    };
    let same = question.start.as_ref() == Some(&question.end);
    let (same_zh, same_en) = if same { ("下一个", "next") } else { ("此后首个（含同一事件）", "first") };
    text(
        format!(
            "生存分析：从客户首个匹配的事件（{}）到{same_zh}匹配的事件（{}）的时间；尚未发生的客户{censor_zh}删失。\
             曲线为 Kaplan–Meier 估计（超过该时间仍未发生的比例），区间为 95%（Greenwood 方差，log(−log) 变换）；\
             组间比较为对数秩检验；分组只看起始及之前的事件",
            start.0, end.0
        ),
        format!(
            "Survival: time from a customer's first event that matches ({}) to the {same_en} one at or after it that \
             matches ({}); customers to whom it has not happened are censored {censor_en}. The curve is Kaplan and Meier's \
             estimate of the share that lasts longer, with 95 % intervals (Greenwood's variance on the scale log(−log)); \
             groups are compared by the log-rank test and told apart by events up to the start only",
            start.1, end.1
        ),
    )
}

fn rule(rule: Option<&Rule>) -> (String, String) {
    match rule {
        None => ("任意事件".to_owned(), "any event".to_owned()),
        Some(rule) => (rule_words(rule, "zh-CN"), rule_words(rule, "en")),
    }
}

/// A unit of the calendar.
pub(super) fn unit(unit: Unit, week_start: WeekStart) -> (&'static str, &'static str) {
    match (unit, week_start) {
        (Unit::Day, _) => ("日", "day"),
        (Unit::Week, WeekStart::Monday) => ("周", "week"),
        (Unit::Week, WeekStart::Saturday) => ("周（周六起）", "Saturday week"),
        (Unit::Week, WeekStart::Sunday) => ("周（周日起）", "Sunday week"),
        (Unit::Month, _) => ("月", "month"),
        (Unit::Quarter, _) => ("季度", "quarter"),
        (Unit::Year, _) => ("年", "year"),
    }
}
