//! What funnels and sequences mean, in words.

use model::calendar::WeekStart;
use model::funnel::{ExclusionEffect, FunnelCount, FunnelEntry, FunnelWindow};
use model::text::LocalizedText;

use super::activity::unit;
use super::{rule_words, span, text};
use crate::question::{FunnelQuestion, Mode, SequenceQuestion};

/// A funnel over steps.
pub(super) fn funnel(question: &FunnelQuestion) -> LocalizedText {
    text(format!("漏斗：{}", zh(question).join("；")), format!("Funnel: {}", en(question).join("; ")))
}

fn zh(question: &FunnelQuestion) -> Vec<String> {
    let FunnelQuestion { window, mode, options, .. } = question;
    let order = match mode {
        Mode::Ordered => "按顺序完成步骤，其间可有其他事件".to_owned(),
        Mode::Strict => "按顺序完成步骤，其间不得有其他事件".to_owned(),
        Mode::Unordered => {
            format!("以任意顺序完成步骤（{}），第 k 步＝完成其中任意 k 个", step_names(question).join("、"))
        }
        mode => format!("按顺序完成步骤，计数方式同 ClickHouse windowFunnel 的 {}", mode_name(*mode)),
    };
    let window = match window {
        None => "不限时长".to_owned(),
        Some(FunnelWindow::Time(window)) => format!("窗口 {}（自第一步起，含边界）", span(*window, "zh-CN")),
        Some(FunnelWindow::Session(timeout)) => format!("在同一会话内（间隔不超过 {}）", span(*timeout, "zh-CN")),
        Some(FunnelWindow::Calendar(within)) => {
            format!("在第一步的同一{}内", unit(*within, WeekStart::Monday).0)
        }
    };
    let mut parts = vec![order, window];
    if !mode.is_own() {
        parts.push("同一时刻的事件按步骤先后排列".to_owned());
        return parts;
    }
    parts.push(match options.tie_tolerance_ms {
        0 => "同一时刻的事件按来源中的顺序".to_owned(),
        ms => format!("自首个事件起 {ms} 毫秒内的事件视为同一时刻，先后不限"),
    });
    parts.push(if options.reuse { "一个事件可满足相连的多个步骤" } else { "一个事件只满足一个步骤" }.to_owned());
    let count = match (options.count, options.entry) {
        (FunnelCount::Totals, _) => "每次尝试各计一次，互不重叠",
        (_, FunnelEntry::First) => "每个主体计一次，取最早开始的一次",
        (_, FunnelEntry::Best) => "每个主体计一次，取走得最深的一次",
    };
    parts.push(count.to_owned());
    if !options.optional.is_empty() {
        let names: Vec<String> = options.optional.iter().map(|step| step_name(question, *step)).collect();
        parts.push(format!("可跳过：{}", names.join("、")));
    }
    if !options.hold.is_empty() {
        parts.push(format!("全程 {} 相同", options.hold.join("、")));
    }
    for exclusion in &options.exclusions {
        let (after, before) = ends(question, exclusion.after, exclusion.before);
        let effect = match exclusion.effect {
            ExclusionEffect::Remove => "整体剔除",
            ExclusionEffect::Drop => "就此算作流失",
        };
        let rule = rule_words(&exclusion.rule, "zh-CN");
        parts.push(format!("「{after}」与「{before}」之间若有 {rule} 的事件，{effect}"));
    }
    if options.next {
        parts.push("流失之后：紧接着的下一个事件，在窗口内、窗口后，或没有".to_owned());
    }
    parts
}

fn en(question: &FunnelQuestion) -> Vec<String> {
    let FunnelQuestion { window, mode, options, .. } = question;
    let order = match mode {
        Mode::Ordered => "steps done in order, others may lie between".to_owned(),
        Mode::Strict => "steps done in order, with nothing between".to_owned(),
        Mode::Unordered => {
            format!("steps done in any order ({}), step k being any k of them", step_names(question).join(", "))
        }
        mode => format!("steps done in order, as ClickHouse's windowFunnel counts them in mode {}", mode_name(*mode)),
    };
    let window = match window {
        None => "without a limit of time".to_owned(),
        Some(FunnelWindow::Time(window)) => format!("within {} of the first step (inclusive)", span(*window, "en")),
        Some(FunnelWindow::Session(timeout)) => {
            format!("within one session (no gap longer than {})", span(*timeout, "en"))
        }
        Some(FunnelWindow::Calendar(unit)) => format!("in the same {unit} as the first step"),
    };
    let mut parts = vec![order, window];
    if !mode.is_own() {
        parts.push("events of the same time in the order of the steps".to_owned());
        return parts;
    }
    parts.push(match options.tie_tolerance_ms {
        0 => "events of the same time in the order of their source".to_owned(),
        ms => format!("events within {ms} ms of the first of them are one moment, in any order"),
    });
    let events = match options.reuse {
        true => "one event may satisfy several steps in a row",
        false => "one event satisfies one step",
    };
    parts.push(events.to_owned());
    let count = match (options.count, options.entry) {
        (FunnelCount::Totals, _) => "each attempt counts, without overlap",
        (_, FunnelEntry::First) => "each subject counts once, by the run that began first",
        (_, FunnelEntry::Best) => "each subject counts once, by its deepest run",
    };
    parts.push(count.to_owned());
    if !options.optional.is_empty() {
        let names: Vec<String> = options.optional.iter().map(|step| step_name(question, *step)).collect();
        parts.push(format!("may be left out: {}", names.join(", ")));
    }
    if !options.hold.is_empty() {
        parts.push(format!("with the same {} throughout", options.hold.join(", ")));
    }
    for exclusion in &options.exclusions {
        let (after, before) = ends(question, exclusion.after, exclusion.before);
        let effect = match exclusion.effect {
            ExclusionEffect::Remove => "leaves the subject out",
            ExclusionEffect::Drop => "ends the run there",
        };
        let rule = rule_words(&exclusion.rule, "en");
        parts.push(format!("an event with {rule} between “{after}” and “{before}” {effect}"));
    }
    if options.next {
        parts.push("after dropping off: the very next event, within the window, after it, or none".to_owned());
    }
    parts
}

/// The names of the steps an exclusion lies between.
fn ends(question: &FunnelQuestion, after: Option<u32>, before: Option<u32>) -> (String, String) {
    let last = question.steps.len() as u32;
    (step_name(question, after.unwrap_or(1)), step_name(question, before.unwrap_or(last)))
}

pub(super) fn step_name(question: &FunnelQuestion, step: u32) -> String {
    let named = (step as usize).checked_sub(1).and_then(|step| question.steps.get(step));
    named.map_or_else(|| step.to_string(), |step| step.name.clone())
}

fn step_names(question: &FunnelQuestion) -> Vec<&str> {
    question.steps.iter().map(|step| step.name.as_str()).collect()
}

fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Ordered => "ordered",
        Mode::Strict => "strict",
        Mode::Unordered => "unordered",
        Mode::Default => "default",
        Mode::StrictDeduplication => "strict_deduplication",
        Mode::StrictOrder => "strict_order",
        Mode::StrictIncrease => "strict_increase",
        Mode::StrictOnce => "strict_once",
    }
}

/// A sequence.
pub(super) fn sequence(question: &SequenceQuestion) -> LocalizedText {
    let names = |is: &str, and: &str| {
        let names =
            (1..).zip(&question.conditions).map(|(number, condition)| format!("{number}{is}{}", condition.name));
        names.collect::<Vec<_>>().join(and)
    };
    let pattern = &question.pattern;
    text(
        format!(
            "序列：事件匹配 {pattern}（{}），含义同 ClickHouse sequenceMatch；不满足任何条件的事件视为未发生；\
             同一主体的多次匹配互不重叠",
            names("＝", "，")
        ),
        format!(
            "Sequence: events that match {pattern} ({}), read as ClickHouse's sequenceMatch reads it; events of none of \
             the conditions are as if they had not happened; matches of one subject do not overlap",
            names(" = ", ", ")
        ),
    )
}
