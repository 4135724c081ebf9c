//! Attribution in words.

use folds::attribution::Earlier;
use folds::limits::ATTRIBUTION_TOUCHES_MAX;
use model::scope::Scope;
use model::text::LocalizedText;

use super::{events_of, period, rule_words, span, text};
use crate::question::AttributionQuestion;

pub(super) fn definition(question: &AttributionQuestion) -> LocalizedText {
    let AttributionQuestion { conversion, touches, direct, credit, lookback, earlier, half_life, .. } = question;
    let most = question.lookback_touches.unwrap_or(ATTRIBUTION_TOUCHES_MAX as u32);
    let rules =
        |language: &str| (rule_words(conversion, language), touches.as_ref().map(|rule| rule_words(rule, language)));
    let direct = |language: &str| direct.as_ref().map(|rule| events_of(rule, language));
    let (conversion_zh, touches_zh) = rules("zh-CN");
    let (conversion_en, touches_en) = rules("en");
    let (earlier_zh, earlier_en) = match earlier {
        Earlier::Reset => ("只计上一次转化之后的触点", "only those after the conversion before it"),
        Earlier::Keep => ("上一次转化之前的触点也再次计入", "those before an earlier conversion count again"),
    };
    let direct_zh = direct("zh-CN").map_or(String::new(), |events| format!("直接触点＝{events}；"));
    let direct_en = direct("en").map_or(String::new(), |events| format!("direct: {events}; "));
    text(
        format!(
            "归因：转化＝{conversion_zh} 的事件；触点＝{}（转化本身不是触点）；{direct_zh}每次转化计入此前 {}内（含边界）\
             最近的至多 {most} 个触点，{earlier_zh}；功劳归于触点的 {credit}。没有触点的转化单列，不归功于任何一项。\
             除参与归因外，各模型的功劳之和等于有触点的转化数。时间衰减半衰期 {}；马尔可夫＝移除效应（闭式解），Shapley＝精确值。\
             未转化的路径在回溯期内仍可能转化的为进行中，不算流失。",
            touches_zh.map_or(format!("任何有 {credit} 的事件"), |rule| format!("{rule} 且有 {credit} 的事件")),
            span(*lookback, "zh-CN"),
            span(*half_life, "zh-CN"),
        ),
        format!(
            "Attribution: a conversion is an event with {conversion_en}; a touch is {} that has {credit} (a conversion is none); {direct_en}of each \
             conversion count the newest {most} touches at most {} before it (inclusive), {earlier_en}; what is credited is the \
             touch's {credit}. Conversions without a touch are counted apart and credited to nobody. But for participation, \
             the credits of each model add up to the conversions with touches. Half-life of the time decay: {}; Markov: removal \
             effects in closed form; Shapley: exact. Paths that may still convert within the look-back are open, not lost.",
            touches_en.map_or("any other event".to_owned(), |rule| format!("an event with {rule}")),
            span(*lookback, "en"),
            span(*half_life, "en"),
        ),
    )
}

/// Whose conversions are counted. The period is theirs.
pub(super) fn population(scope: &Scope, zone: &str, subject: &LocalizedText) -> LocalizedText {
    text(
        format!("{}的转化，{}发生（{zone}）", subject.get("zh-CN"), period(scope, zone, "zh-CN")),
        format!("conversions of {} that happened {} ({zone})", subject.get("en"), period(scope, zone, "en")),
    )
}
