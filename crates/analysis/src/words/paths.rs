//! What a path is, in words.

use model::rule::Rule;
use model::text::LocalizedText;

use super::{events_of, rule_words, span, text};
use crate::question::PathsQuestion;

/// The cut, for a definition.
pub(super) fn definition(question: &PathsQuestion) -> LocalizedText {
    text(zh(question), en(question))
}

fn zh(question: &PathsQuestion) -> String {
    let cut = &question.cut;
    let rule = |rule: &Rule| rule_words(rule, "zh-CN");
    let mut parts = vec!["路径：按时间先后的事件序列".to_owned()];
    if question.collapse {
        parts.push("连续重复合并为一步".into());
    }
    if let Some(from) = &cut.from {
        let which = if from.each { "每一个" } else { "第一个" };
        parts.push(format!("从{which}符合 {} 的事件开始", rule(&from.rule)));
    }
    if let Some(to) = &cut.to {
        let which = if to.last { "最后一个" } else { "第一个" };
        let or_not = if to.or_not { "（未到达的也计入）" } else { "" };
        parts.push(format!("到{which}符合 {} 的事件为止{or_not}", rule(&to.rule)));
    }
    if let Some(window) = cut.window {
        let from = if cut.is_backwards() { "终点之前" } else { "起点之后" };
        parts.push(format!("只看{from} {}之内", span(window, "zh-CN")));
    }
    parts.extend(cut.hide.as_ref().map(|hidden| format!("隐藏 {}", events_of(hidden, "zh-CN"))));
    parts.extend(cut.only.as_ref().map(|only| format!("只看 {}", events_of(only, "zh-CN"))));
    parts.extend(cut.expand.iter().map(|expand| {
        let values = expand.values.as_ref().map_or(0, Vec::len);
        format!("{} 按 {} 展开为 {values} 个值和其他", expand.event, expand.by)
    }));
    parts.extend(cut.goal.as_ref().map(|goal| format!("达成＝起点起、窗口内有 {} 的事件", rule(goal))));
    parts.extend(question.side().map(|having| {
        let has = if having.not { "没有" } else { "有" };
        format!("只计{has}符合 {} 的事件的主体", rule(&having.rule))
    }));
    if cut.from.as_ref().is_some_and(|from| from.each) {
        parts.push("数字计的是路径，一个主体可有多条".into());
    }
    if question.has_goal() {
        parts.push("转化率＝达成 ÷（达成＋未达成），进行中的不计".into());
    }
    parts.join("；")
}

fn en(question: &PathsQuestion) -> String {
    let cut = &question.cut;
    let rule = |rule: &Rule| rule_words(rule, "en");
    let mut parts = vec!["Paths: events in time order".to_owned()];
    if question.collapse {
        parts.push("direct repeats count as one step".into());
    }
    if let Some(from) = &cut.from {
        let which = if from.each { "each" } else { "the first" };
        parts.push(format!("from {which} event with {}", rule(&from.rule)));
    }
    if let Some(to) = &cut.to {
        let which = if to.last { "last" } else { "first" };
        let or_not = if to.or_not { ", those that never come there as well" } else { "" };
        parts.push(format!("up to the {which} event with {}{or_not}", rule(&to.rule)));
    }
    if let Some(window) = cut.window {
        let from = if cut.is_backwards() { "before the last step" } else { "after the first step" };
        parts.push(format!("within {} {from}", span(window, "en")));
    }
    parts.extend(cut.hide.as_ref().map(|hidden| format!("without {}", events_of(hidden, "en"))));
    parts.extend(cut.only.as_ref().map(|only| format!("only {}", events_of(only, "en"))));
    parts.extend(cut.expand.iter().map(|expand| {
        let values = expand.values.as_ref().map_or(0, Vec::len);
        format!("{} apart by {} ({values} values and the rest)", expand.event, expand.by)
    }));
    parts.extend(
        cut.goal
            .as_ref()
            .map(|goal| format!("the goal: an event with {} at the first step or later, in time", rule(goal))),
    );
    parts.extend(question.side().map(|having| {
        let has = if having.not { "without" } else { "with" };
        format!("only of subjects {has} an event with {}", rule(&having.rule))
    }));
    if cut.from.as_ref().is_some_and(|from| from.each) {
        parts.push("numbers count paths, of which a subject may have several".into());
    }
    if question.has_goal() {
        parts.push("conversion: goal ÷ (goal + not), open ones left out".into());
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use model::path::{FromAnchor, PathCut, ToAnchor};
    use model::rule::Rule;

    use super::*;

    #[test]
    fn every_part_of_a_cut_is_said_in_both_languages() {
        let plain = definition(&PathsQuestion { collapse: true, ..PathsQuestion::default() });
        assert_eq!(plain.get("zh-CN"), "路径：按时间先后的事件序列；连续重复合并为一步");
        assert_eq!(plain.get("en"), "Paths: events in time order; direct repeats count as one step");
        let cut = PathCut {
            from: Some(FromAnchor { rule: Rule::event("cart"), each: true }),
            to: Some(ToAnchor { rule: Rule::event("purchase"), last: false, or_not: true }),
            window: Some("30m".parse().unwrap()),
            hide: Some(Rule::event("error")),
            ..PathCut::default()
        };
        let said = definition(&PathsQuestion { cut, ..PathsQuestion::default() });
        assert_eq!(
            said.get("en"),
            "Paths: events in time order; from each event with the name cart; up to the first event with the name \
             purchase, those that never come there as well; within 30 minutes after the first step; without events with \
             the name error; numbers count paths, of which a subject may have several; conversion: goal ÷ (goal + not), open \
             ones left out"
        );
        for word in ["每一个", "cart", "purchase", "未到达", "起点之后 30 分钟", "隐藏", "多条", "转化率"]
        {
            assert!(said.get("zh-CN").contains(word), "{word}");
        }
    }
}
