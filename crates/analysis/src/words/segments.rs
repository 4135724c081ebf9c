//! Segments and scores in words.

use model::rfm::{Group, Model, Ties};
use model::scope::Scope;
use model::segment::{Bounds, Measure, RfmTest, SegmentChoice, Who, Within};
use model::text::LocalizedText;

use super::{events_of, rule_words, span, text};
use crate::question::{RfmQuestion, SegmentsQuestion};

/// What sizes of segments are.
pub(crate) fn sizes(question: &SegmentsQuestion) -> LocalizedText {
    let said = |language: &str| {
        let one = |choice: &SegmentChoice| match choice {
            SegmentChoice::Stored(id) => id.clone(),
            SegmentChoice::Given(segment) => {
                format!("“{}”: {}", segment.name.get(language), who(&segment.who, language))
            }
        };
        question.segments.iter().map(one).collect::<Vec<_>>().join("; ")
    };
    let trend = |words: &'static str| if question.trend_days.is_some() { words } else { "" };
    text(
        format!(
            "分群人数：截至时刻属于各分群的客户，按客户的全部事件判定。{}。{}",
            said("zh-CN"),
            trend("趋势按每日结束时判定；客户属性与 RFM 分界取截至时刻的值。")
        ),
        format!(
            "Sizes of segments: customers who are members at the moment asked at, by all of their events. {}. {}",
            said("en"),
            trend(
                "The trend looks at the end of each day; traits and boundaries of scores are those of the moment asked at."
            )
        ),
    )
}

/// What scores are.
pub(crate) fn scores(question: &RfmQuestion) -> LocalizedText {
    let Model { rule, value, within, ties, high } = &question.model;
    let ties = match ties {
        Ties::Together => ("数值相同者同分", "equal customers have equal scores"),
        Ties::ByCustomer => (
            "数值相同者按客户编号排名，使各分人数相等",
            "equal customers are ranked by id, so that quintiles have equal sizes",
        ),
    };
    text(
        format!(
            "RFM：R＝最近一次购买距今的自然日数，F＝有购买的自然日数，M＝{} 之和；购买＝{}{}。各按五分位打 1–5 分，5 最好，{}；≥ {high} 分为高",
            value.name(),
            events_of(rule, "zh-CN"),
            window(within, "zh-CN"),
            ties.0,
        ),
        format!(
            "RFM: R is the calendar days since the last purchase, F the days with a purchase, M the sum of {}; a purchase is \
             an event with {}{}. Each is scored 1 to 5 by quintile, 5 the best; {}; {high} and above is high",
            value.name(),
            rule_words(rule, "en"),
            window(within, "en"),
            ties.1,
        ),
    )
}

/// That only members of the scope's segments count.
pub(crate) fn filters(scope: &Scope) -> impl Iterator<Item = LocalizedText> + '_ {
    scope.segments.iter().map(|choice| {
        let said = |language: &str| match choice {
            SegmentChoice::Stored(_) => String::new(),
            SegmentChoice::Given(segment) => who(&segment.who, language),
        };
        text(
            format!("仅分群「{}」的成员：{}", choice.name("zh-CN"), said("zh-CN")),
            format!("only members of the segment “{}”: {}", choice.name("en"), said("en")),
        )
    })
}

/// A segment's tree in words.
pub(crate) fn definition(tree: &Who) -> LocalizedText {
    text(who(tree, "zh-CN"), who(tree, "en"))
}

pub(crate) fn group(group: Group) -> LocalizedText {
    let (zh, en) = match group {
        Group::ImportantValue => ("重要价值客户", "Best: lately, often, much"),
        Group::ImportantDevelop => ("重要发展客户", "Develop: lately and much, but seldom"),
        Group::ImportantKeep => ("重要保持客户", "Win back: often and much, but not lately"),
        Group::ImportantRescue => ("重要挽留客户", "Rescue: much, but neither lately nor often"),
        Group::GeneralValue => ("一般价值客户", "Regular: lately and often, but little"),
        Group::GeneralDevelop => ("一般发展客户", "New or occasional: lately, but seldom and little"),
        Group::GeneralKeep => ("一般保持客户", "Fading: often, but little and not lately"),
        Group::GeneralRescue => ("一般挽留客户", "Lost: neither lately nor often nor much"),
    };
    text(zh, en)
}

/// A pick of sizes or scores.
pub(crate) fn pick(pick: &str) -> Option<LocalizedText> {
    match pick.split('/').collect::<Vec<_>>().as_slice() {
        ["scored"] => Some(text("有购买的客户", "customers who bought")),
        ["without"] => Some(text("没有购买的客户", "customers who bought nothing")),
        ["group", id] => Group::by_id(id).map(group),
        ["cell", r, f, m] => Some(text(format!("R{r} F{f} M{m}"), format!("R {r}, F {f}, M {m}"))),
        ["at", _, "in", "0", "out", "0"] => Some(text("全部客户", "all customers")),
        ["at", _, "in", all, "out", none] => {
            let (all, none) = (places(all), places(none));
            let (zh, en) = if none.is_empty() {
                (String::new(), String::new())
            } else {
                (format!("，不属于第 {none} 个"), format!(", not of {none}"))
            };
            Some(text(format!("属于第 {all} 个分群{zh}"), format!("members of segment {all}{en}")))
        }
        _ => None,
    }
}

/// The places, from 1, of the bits of a number.
fn places(bits: &str) -> String {
    let bits: u32 = bits.parse().unwrap_or_default();
    (0..u32::BITS).filter(|bit| bits >> bit & 1 != 0).map(|bit| (bit + 1).to_string()).collect::<Vec<_>>().join("+")
}

fn who(tree: &Who, language: &str) -> String {
    let zh = language == "zh-CN";
    let parts = |parts: &[Who], joint: &str| {
        let said = parts.iter().map(|part| match part {
            Who::All(_) | Who::Any(_) => format!("({})", who(part, language)),
            other => who(other, language),
        });
        said.collect::<Vec<_>>().join(joint)
    };
    match tree {
        Who::All(all) => parts(all, if zh { " 且 " } else { " and " }),
        Who::Any(any) => parts(any, if zh { " 或 " } else { " or " }),
        Who::Not(part) if zh => format!("非（{}）", who(part, language)),
        Who::Not(part) => format!("not ({})", who(part, language)),
        Who::Trait(test) => rule_words(&test.rule(), language),
        Who::Did(did) => {
            let what = format!("{}{}", events_of(&did.rule, language), window(&did.within, language));
            let joint = if zh { " " } else { ": " };
            format!("{what}{joint}{} {}", measure(did.measure, language), bounds(&did.is))
        }
        Who::First(happened) => {
            let which = if zh { "首次" } else { "first of" };
            format!("{which} {}{}", events_of(&happened.rule, language), window(&happened.within, language))
        }
        Who::Last(happened) => {
            let which = if zh { "最近一次" } else { "last of" };
            format!("{which} {}{}", events_of(&happened.rule, language), window(&happened.within, language))
        }
        Who::Sequence(sequence) => {
            let steps = sequence.steps.iter().map(|step| format!("[{}]", rule_words(step, language)));
            let within = sequence.span.map_or(String::new(), |length| match zh {
                true => format!("，{}内", span(length, language)),
                false => format!(" within {}", span(length, language)),
            });
            format!("{}{within}{}", steps.collect::<Vec<_>>().join(" → "), window(&sequence.within, language))
        }
        Who::Channel(used) => {
            let channels = used.any_of.join(if zh { "、" } else { ", " });
            let word = if zh { "使用过渠道 " } else { "used channel " };
            format!("{word}{channels}{}", window(&used.within, language))
        }
        Who::Segment(id) if zh => format!("属于分群「{id}」"),
        Who::Segment(id) => format!("member of segment “{id}”"),
        Who::Rfm(test) => scored(test, language),
    }
}

fn scored(test: &RfmTest, language: &str) -> String {
    let groups = test.groups.iter().map(|one| group(*one).get(language).to_owned());
    let list = |scores: &[u8]| scores.iter().map(u8::to_string).collect::<Vec<_>>().join("/");
    let scores = [("R", &test.r), ("F", &test.f), ("M", &test.m)];
    let scores = scores.into_iter().filter(|(_, wanted)| !wanted.is_empty());
    let joint = if language == "zh-CN" { "或" } else { " or " };
    let mut said: Vec<String> = scores.map(|(name, wanted)| format!("{name} {}", list(wanted))).collect();
    if !test.groups.is_empty() {
        said.insert(0, groups.collect::<Vec<_>>().join(joint));
    }
    format!(
        "RFM {} [{}]{}",
        said.join(", "),
        events_of(&test.model.rule, language),
        window(&test.model.within, language)
    )
}

fn measure(measure: Measure, language: &str) -> String {
    let (zh, en) = match measure {
        Measure::Count => return if language == "zh-CN" { "次数".into() } else { "number".into() },
        Measure::Days => return if language == "zh-CN" { "天数".into() } else { "days".into() },
        Measure::Sum(_) => ("之和", "sum of"),
        Measure::Min(_) => ("最小值", "least"),
        Measure::Max(_) => ("最大值", "greatest"),
        Measure::Mean(_) => ("平均值", "mean"),
        Measure::Earliest(_) => ("首个值", "earliest"),
        Measure::Latest(_) => ("最近值", "latest"),
    };
    let column = measure.column().map_or("", |column| column.name());
    if language == "zh-CN" { format!("{column} {zh}") } else { format!("{en} {column}") }
}

fn bounds(is: &Bounds) -> String {
    let said = [("=", is.eq), (">", is.gt), ("≥", is.gte), ("<", is.lt), ("≤", is.lte)];
    let said = said.into_iter().filter_map(|(sign, bound)| Some(format!("{sign} {}", bound?)));
    said.collect::<Vec<_>>().join(", ")
}

fn window(within: &Within, language: &str) -> String {
    let zh = language == "zh-CN";
    let mut said = Vec::new();
    if let Some(last) = within.last {
        let length = span(last, language);
        said.push(if zh { format!("最近 {length}内") } else { format!("in the last {length}") });
    }
    if let Some(before) = within.before {
        let length = span(before, language);
        said.push(if zh { format!("{length}以前") } else { format!("at least {length} ago") });
    }
    // Fixed windows are moments, not days of a calendar: said in the one zone that needs no more words.
    for (moment, zh_word, en_word) in [(within.from_us, "起", "from"), (within.to_us, "前", "before")] {
        if let Some(at) = moment.and_then(|us| super::at(us, "UTC")) {
            said.push(if zh { format!("{at} UTC {zh_word}") } else { format!("{en_word} {at} UTC") });
        }
    }
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tree_is_said_in_both_languages() {
        let tree: Who = serde_json::from_value(json!({"all": [
            {"did": {"match": [{"event": "purchase"}], "within": {"last": "90d"}, "measure": {"sum": "amount"}, "is": {"gte": 100}}},
            {"not": {"channel": {"any_of": ["store", "app"]}}},
            {"any": [{"segment": "vip"}, {"sequence": {"steps": [[{"event": "a"}], [{"event": "b"}]], "span": "1d"}}]}
        ]}))
        .unwrap();
        let said = definition(&tree);
        assert_eq!(
            said.get("en"),
            "events with the name purchase (in the last 90 days): sum of amount ≥ 100 and not (used channel store, app) and \
             (member of segment “vip” or [the name a] → [the name b] within 1 day)"
        );
        assert_eq!(
            said.get("zh-CN"),
            "名称为 purchase 的事件 (最近 90 天内) amount 之和 ≥ 100 且 非（使用过渠道 store、app） 且 \
             (属于分群「vip」 或 [名称为 a] → [名称为 b]，1 天内)"
        );
    }

    #[test]
    fn picks_are_said_by_the_places_of_the_segments() {
        assert_eq!(pick("at/0/in/3/out/4").unwrap().get("en"), "members of segment 1+2, not of 3");
        assert_eq!(pick("group/important_rescue").unwrap().get("zh-CN"), "重要挽留客户");
        assert_eq!(pick("goal"), None);
    }
}
