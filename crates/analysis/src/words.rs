//! What an answer means, in words, in each language of the interface.
//!
//! One place, so that the same thing is called the same everywhere. The web app shows these texts as they
//! come; it never composes a definition of its own.

mod activity;
mod attribution;
mod funnel;
mod paths;
mod picks;
pub(crate) mod place;
pub(crate) mod place_pain;
pub(crate) mod segments;
mod sessions;

use std::collections::BTreeMap;

use model::breakdown::{At, Bands, Breakdown};
use model::case::Case;
use model::journey::Journey;
use model::lanes::Persona;
use model::period::Span;
use model::rule::{ColumnTest, Condition, Op, Rule};
use model::scope::{Scope, Subject};
use model::text::LocalizedText;
use model::traffic::TRAFFIC_GROUP;
use serde_json::Value;

use crate::pick::{JourneyPick, MoveEnd, Spot, StageSet, unescape};
use crate::question::Question;

/// A text in Chinese and English.
pub fn text(zh: impl Into<String>, en: impl Into<String>) -> LocalizedText {
    LocalizedText::ByLanguage(BTreeMap::from([("zh-CN".to_owned(), zh.into()), ("en".to_owned(), en.into())]))
}

/// A share in percent, to a tenth, halves away from zero: as screens and the command line round them.
pub(crate) fn percent(share: f64) -> f64 {
    (1_000.0 * share).round() / 10.0
}

/// How many points a pain is higher: `14`, and `3.2` where it is little.
pub(crate) fn points(difference: f64) -> String {
    let points = (100.0 * difference).max(0.1);
    if points >= 9.95 { format!("{:.0}", points.round()) } else { format!("{:.1}", percent(points / 100.0)) }
}

pub fn identity() -> LocalizedText {
    text(
        "同一客户：身份图谱中相连的全部身份（可撤销的合并），以快照时刻为准",
        "One customer is every identity that is linked in the identity graph (merges can be undone), as of the snapshot",
    )
}

/// What a traffic group is.
pub fn traffic() -> LocalizedText {
    text(
        "流量渠道：每个事件按自身的来源、媒介、活动、引荐域名、点击 ID 与渠道，依次与规则比对，首条命中的规则决定渠道；\
         未命中任何规则的为「未分类」。渠道不入库，读取时判定，因此规则变更对全部历史生效",
        "Traffic group: the rules are tried in order against each event's own source, medium, campaign, referring host, \
         click ids and channel, and the first that holds decides; an event that none takes is “unassigned”. The group is \
         not stored but derived on reading, so a change of the rules holds for all of history",
    )
}

/// Whom the effect of traffic rules is counted over.
pub fn traffic_population() -> LocalizedText {
    text(
        "截至该时刻的全部事件（不含系统事件），以及拥有这些事件的客户；同一客户可同时出现在多个渠道",
        "All events up to the moment but the system's own, and the customers who have them; one customer may be in several groups",
    )
}

/// By what numbers are shown apart.
pub fn breakdown(by: &Breakdown) -> LocalizedText {
    let Breakdown { dimension, at, values, bands, .. } = by;
    let (at_zh, at_en) = match at {
        _ if dimension.starts_with("traits.") => ("客户最近一次设置的值".to_owned(), "as last set".to_owned()),
        At::First => ("取首个有值的事件".to_owned(), "by the first event that says it".to_owned()),
        At::Last => ("取最后一个有值的事件".to_owned(), "by the last event that says it".to_owned()),
        At::Step(step) => (format!("取完成第 {step} 步的事件"), format!("by the event that did step {step}")),
    };
    let count = values.as_ref().map_or(0, Vec::len);
    let (zh, en) = match dimension.as_str() {
        TRAFFIC_GROUP => {
            ("流量渠道（逐个事件按工作区的规则判定）", "traffic channel (each event's own, by the workspace's rules)")
        }
        other => (other, other),
    };
    if let Some(Bands::Edges(edges)) = bands {
        let numbers: Vec<String> = edges.iter().filter_map(|edge| Some(edge.as_f64()?.to_string())).collect();
        let bands = edges.len() + 1;
        return text(
            format!(
                "按 {zh} 分组（{at_zh}）：分为 {bands} 个区间，分界点为 {}（等于分界点的数归入以它开始的区间），不是数值的归入「其他」，没有值的归入「无」",
                numbers.join("、")
            ),
            format!(
                "Apart by {en}, {at_en}: {bands} bands that begin at {} (a number that is a boundary belongs to the band it begins), \
                 what is no number as “other”, without a value as “none”",
                numbers.join(", ")
            ),
        );
    }
    text(
        format!("按 {zh} 分组（{at_zh}）：单列 {count} 个值，其余归入「其他」，没有值的归入「无」"),
        format!("Apart by {en}, {at_en}: {count} values, the rest as “other”, without a value as “none”"),
    )
}

pub fn journey_definition(journey: &Journey) -> LocalizedText {
    if let Some(case) = &journey.case {
        return case_definition(journey, case);
    }
    let (gap_zh, gap) = (span(journey.gap, "zh-CN"), span(journey.gap, "en"));
    text(
        format!(
            "旅程「{}」：每个事件按定义顺序归入第一个匹配的触点；客户的第一个匹配事件开始一次旅程，到达目标「{}」或静默超过 {gap_zh}时结束；\
             最后一个事件距今不足 {gap_zh}的旅程为进行中，不算离开。停留指一次旅程在同一阶段内的连续事件。",
            journey.name.get("zh-CN"),
            journey.goal.name.get("zh-CN"),
        ),
        format!(
            "Journey “{}”: each event belongs to the first touchpoint, in the definition's order, that it matches. A customer's \
             first matching event starts a journey; it ends at the goal “{}” or after {gap} of silence. A journey whose last \
             event is less than {gap} old is open and has not left. A stay is a run of a journey's events in one stage.",
            journey.name.get("en"),
            journey.goal.name.get("en"),
        ),
    )
}

/// The definition of a journey whose instances are cases.
fn case_definition(journey: &Journey, case: &Case) -> LocalizedText {
    let key = &case.key;
    let (gap_zh, gap) = (span(journey.gap, "zh-CN"), span(journey.gap, "en"));
    let (ends_zh, ends_en) = match &case.until {
        Some(until) => (
            format!("进行到其 {until} 为止（含当日；没有写明的，静默超过 {gap_zh}为止）"),
            format!("it runs until its {until} (the whole day; where none is said, until {gap} of silence)"),
        ),
        None => (format!("静默超过 {gap_zh}为止"), format!("it runs until {gap} of silence")),
    };
    text(
        format!(
            "旅程「{}」以个案为实例：客户的每个 {key} 是一个个案。每个事件按定义顺序归入第一个匹配的触点；带 {key} 的事件只属于该个案，\
             不带的属于该客户当时进行中的每一个个案，并在每个个案中各计一次。个案从第一个带 {key} 的事件开始，{ends_zh}，或到达目标「{}」时结束；\
             之后仍带该 {key} 的事件，在达成目标前照样计入。尚未到期的个案为进行中，不算离开。停留指个案在同一阶段内的连续事件。",
            journey.name.get("zh-CN"),
            journey.goal.name.get("zh-CN"),
        ),
        format!(
            "Journey “{}” has cases for instances: each {key} of a customer is a case. Each event belongs to the first touchpoint, in \
             the definition's order, that it matches. An event with a {key} belongs to that case alone, one without to every case of \
             the customer under way at that time, and is counted in each. A case opens at its first event with the {key}; {ends_en}, or \
             to the goal “{}”; events that still come with its {key} count until the goal. A case that has not run out is open and has not left. \
             A stay is a run of a case's events in one stage.",
            journey.name.get("en"),
            journey.goal.name.get("en"),
        ),
    )
}

/// What was counted.
pub fn definition(question: &Question, journey: Option<&Journey>) -> LocalizedText {
    let own = match question {
        Question::JourneyMap(_) => text(
            "到达＝至少有一个事件的旅程数；转化率＝达成目标 ÷（达成＋离开）；继续向前＝之后进入更后阶段或达成目标的旅程 ÷ 去向已知的旅程。\
             走在规划路径上＝从规划路径的第一个阶段开始，且每次换阶段都是去规划的下一个阶段；提前结束算离开，不算偏离。\
             关键触点的重要性＝到过该阶段且已结束的旅程中，有该触点与没有该触点的达成率之差（95% 区间）：是相关，不是因果",
            "Reached: journeys with at least one event there. Conversion: goal ÷ (goal + left). Went on: journeys that later \
             reached a later stage or the goal ÷ journeys whose outcome is known. On the planned way: begins in its first \
             stage, and every change of stage goes to the next planned one; ending early counts as left, no deviation. \
             Importance of a touchpoint: of the ended journeys in its stage, the goal's share of those that had it less \
             that of those that had not (95 % interval): association, not cause",
        ),
        Question::Pains(_) => crate::pain::definition(),
        Question::Attribution(question) => attribution::definition(question),
        Question::Funnel(question) if question.steps.is_empty() => text(
            "漏斗：第 k 步＝到达第 k 阶段或更后的阶段，最后一步＝达成目标；比例＝旅程 ÷ 去向已知的旅程。\
             旅程地图的「继续向前」问的是另一件事：只看到过该阶段本身的旅程",
            "Funnel: step k is stage k or a later one, the last step is the goal; shares are of the journeys whose outcome \
             is known. The map's “went on” asks another thing: only of the journeys that were in the stage itself",
        ),
        Question::Funnel(question) => funnel::funnel(question),
        Question::Paths(question) => paths::definition(question),
        Question::Transitions(_) => text(
            "流转：同一主体内前后相邻的两个事件；间隔为精确分位数；重复＝同一主体内出现不止一次。步骤占比以全部主体为分母。\
             下一步的概率由最近至多三个事件之后的次数得出，次数少时向较短的序列收缩；到达概率与到访次数把流转图看作一阶马尔可夫链，以闭式解求出",
            "Transitions: two events that directly follow each other within a subject; gaps are exact percentiles; repeated: more \
             than once within a subject. Shares of a step are of all subjects. What comes next is told from what followed the last \
             events, three at most, backed off to fewer where few were seen; chances to come somewhere and visits take the graph \
             as a Markov chain of order 1, in closed form",
        ),
        Question::Retention(question) => activity::retention(question),
        Question::Lifecycle(question) => activity::lifecycle(question),
        Question::Stickiness(question) => activity::stickiness(question),
        Question::Survival(question) => activity::survival(question),
        Question::Sequence(question) => funnel::sequence(question),
        Question::Segments(question) => segments::sizes(question),
        Question::Rfm(question) => segments::scores(question),
        Question::Sessions(question) => sessions::definition(&question.rules()),
    };
    match journey.map(journey_definition) {
        None => own,
        Some(journey) => text(
            format!("{}{}", journey.get("zh-CN"), own.get("zh-CN")),
            format!("{} {}", journey.get("en"), own.get("en")),
        ),
    }
}

/// A group in words, and the rest of the pick.
fn group_words(group: &str) -> Option<(String, String, &str)> {
    let (kind, rest) = group.split_once('/')?;
    match kind {
        "other" => Some(("其他".to_owned(), "other".to_owned(), rest)),
        "none" => Some(("无".to_owned(), "none".to_owned(), rest)),
        _ => {
            let (value, rest) = rest.split_once('/')?;
            let value = unescape(value).ok()?;
            Some((format!("「{value}」"), format!("“{value}”"), rest))
        }
    }
}

/// What the customers behind a number have in common.
pub fn pick(question: &Question, pick: &str, journey: Option<&Journey>) -> LocalizedText {
    if let Some(group) = pick.strip_prefix("by/")
        && let Some((group_zh, group_en, rest)) = group_words(group)
    {
        let rest = self::pick(question, rest, journey);
        return text(format!("{group_zh}：{}", rest.get("zh-CN")), format!("{group_en}: {}", rest.get("en")));
    }
    if let Some(said) = picks::pick(question, pick, journey).or_else(|| segments::pick(pick)) {
        return said;
    }
    let parsed = journey.and_then(|journey| Some((journey, pick.parse::<JourneyPick>().ok()?)));
    let Some((journey, parsed)) = parsed else { return text(pick, pick) };
    let stage = |id: &str, language: &str| {
        let stage = journey.stages.iter().find(|stage| stage.id == id);
        stage.map_or(id, |stage| stage.name.get(language)).to_owned()
    };
    let touchpoint = |id: &str, language: &str| {
        let found = journey.touchpoints().find(|(_, touchpoint)| touchpoint.id == id);
        found.map_or(id, |(_, touchpoint)| touchpoint.name.get(language)).to_owned()
    };
    let in_both = |say: &dyn Fn(&str) -> String| text(say("zh-CN"), say("en"));
    let goal = |language: &str| journey.goal.name.get(language).to_owned();
    let zh = |language: &str| language == "zh-CN";
    let spot = |spot: &Spot, l: &str| match spot {
        Spot::Stage(id) => format!("「{}」", stage(id, l)),
        Spot::StageChannel(id, channel) => format!("「{}」（{channel}）", stage(id, l)),
        Spot::Touchpoint(id) => format!("「{}」", touchpoint(id, l)),
        Spot::TouchpointChannel(id, channel) => format!("「{}」（{channel}）", touchpoint(id, l)),
    };
    let spot_en = |spot: &Spot| match spot {
        Spot::Stage(id) => format!("“{}”", stage(id, "en")),
        Spot::StageChannel(id, channel) => format!("“{}” on {channel}", stage(id, "en")),
        Spot::Touchpoint(id) => format!("“{}”", touchpoint(id, "en")),
        Spot::TouchpointChannel(id, channel) => format!("“{}” on {channel}", touchpoint(id, "en")),
    };
    in_both(&|l| match &parsed {
        JourneyPick::Started => (if zh(l) { "开始旅程" } else { "started the journey" }).to_owned(),
        JourneyPick::Goal if zh(l) => format!("达成目标「{}」", goal(l)),
        JourneyPick::Goal => format!("reached the goal “{}”", goal(l)),
        JourneyPick::Left => (if zh(l) { "未达成目标而离开" } else { "left without the goal" }).to_owned(),
        JourneyPick::Open => (if zh(l) { "仍在进行中" } else { "still open" }).to_owned(),
        JourneyPick::At(place) if zh(l) => format!("到过{}", spot(place, l)),
        JourneyPick::At(place) => format!("were at {}", spot_en(place)),
        JourneyPick::ToGoal(place) if zh(l) => format!("到过{}并达成目标", spot(place, l)),
        JourneyPick::ToGoal(place) => format!("were at {} and reached the goal", spot_en(place)),
        JourneyPick::OpenAt(place) if zh(l) => format!("到过{}，仍在进行中", spot(place, l)),
        JourneyPick::OpenAt(place) => format!("were at {}, still open", spot_en(place)),
        JourneyPick::Onward(place) if zh(l) => format!("到过{}，之后去到更后的阶段或达成目标", spot(place, l)),
        JourneyPick::Onward(place) => format!("went on from {} to a later stage or the goal", spot_en(place)),
        JourneyPick::OnWay => (if zh(l) { "按规划路径走" } else { "kept to the planned way" }).to_owned(),
        JourneyPick::OffWay => (if zh(l) { "偏离规划路径" } else { "left the planned way" }).to_owned(),
        JourneyPick::Stage(id, set) => {
            let name = stage(id, l);
            match (set, zh(l)) {
                (StageSet::Starts, true) => format!("从「{name}」开始"),
                (StageSet::Starts, false) => format!("began in “{name}”"),
                (StageSet::Waiting, true) => format!("到过「{name}」，进行中，尚未前进"),
                (StageSet::Waiting, false) => format!("were in “{name}”, still open, not gone on yet"),
                (StageSet::Looped, true) => format!("离开后又回到「{name}」"),
                (StageSet::Looped, false) => format!("came back to “{name}”"),
                (StageSet::Forward, true) => format!("从「{name}」直接前进"),
                (StageSet::Forward, false) => format!("moved forward directly from “{name}”"),
                (StageSet::Back, true) => format!("从「{name}」直接返回"),
                (StageSet::Back, false) => format!("moved back directly from “{name}”"),
                (StageSet::Left, true) => format!("离开，最后停在「{name}」"),
                (StageSet::Left, false) => format!("left, last stage “{name}”"),
                (StageSet::Dropped, true) => format!("离开，最远到过「{name}」"),
                (StageSet::Dropped, false) => format!("left, furthest stage “{name}”"),
                (StageSet::OpenFurthest, true) => format!("进行中，最远到过「{name}」"),
                (StageSet::OpenFurthest, false) => format!("still open, furthest stage “{name}”"),
            }
        }
        JourneyPick::Move(from, end) => {
            let to = match end {
                MoveEnd::Stage(to) => stage(to, l),
                MoveEnd::Goal => goal(l),
                MoveEnd::Leave => (if zh(l) { "离开" } else { "away" }).to_owned(),
                MoveEnd::Open => (if zh(l) { "（进行中）" } else { "(still there)" }).to_owned(),
            };
            format!("{} → {to}", stage(from, l))
        }
    })
}

/// Who is counted. `in_period`: by what they did in the scope's period, not by when they began.
pub fn population(
    question: &Question,
    scope: &Scope,
    zone: &str,
    subject: &LocalizedText,
    in_period: bool,
) -> LocalizedText {
    match question {
        Question::Attribution(_) => attribution::population(scope, zone, subject),
        _ if in_period => text(
            format!("{}，{}有事件（{zone}）", subject.get("zh-CN"), period(scope, zone, "zh-CN")),
            format!("{} with events {} ({zone})", subject.get("en"), period(scope, zone, "en")),
        ),
        _ => started(scope, zone, subject),
    }
}

fn started(scope: &Scope, zone: &str, subject: &LocalizedText) -> LocalizedText {
    text(
        format!("{}，{}开始（{zone}）", subject.get("zh-CN"), period(scope, zone, "zh-CN")),
        format!("{} that started {} ({zone})", subject.get("en"), period(scope, zone, "en")),
    )
}

/// The scope's period as part of a sentence.
fn period(scope: &Scope, zone: &str, language: &str) -> String {
    let day = |us: Option<i64>| us.and_then(|us| at(us, zone));
    match (day(scope.entry.from_us), day(scope.entry.to_us), language) {
        (None, None, "en") => "at any time".to_owned(),
        (None, None, _) => "任意时间".to_owned(),
        (Some(from), None, "en") => format!("on {from} or later"),
        (Some(from), None, _) => format!("在 {from} 及以后"),
        (None, Some(to), "en") => format!("before {to}"),
        (None, Some(to), _) => format!("在 {to} 之前"),
        (Some(from), Some(to), "en") => format!("on {from} or later, before {to}"),
        (Some(from), Some(to), _) => format!("在 {from} 及以后、{to} 之前"),
    }
}

pub fn subject(scope: &Scope, journey: Option<&Journey>) -> LocalizedText {
    match (journey, &scope.subject) {
        (Some(journey), _) if journey.case.is_some() => text(
            format!("旅程「{}」的个案", journey.name.get("zh-CN")),
            format!("cases of the journey “{}”", journey.name.get("en")),
        ),
        (Some(journey), _) => {
            text(format!("旅程「{}」", journey.name.get("zh-CN")), format!("journeys “{}”", journey.name.get("en")))
        }
        (None, Subject::Customer) => text("客户", "customers"),
        (None, Subject::Session(rules)) => sessions::subject(rules),
    }
}

/// What subjects are called in a sentence about them.
fn one_of(scope: &Scope, journey: Option<&Journey>) -> LocalizedText {
    match (journey, &scope.subject) {
        (Some(journey), _) if journey.case.is_some() => text("个案", "cases"),
        (Some(_), _) => text("旅程", "journeys"),
        (None, Subject::Customer) => text("客户", "customers"),
        (None, Subject::Session(_)) => text("会话", "sessions"),
    }
}

/// Filters in force, a sentence each.
/// `system`: whether events of the system's own count where the scope says nothing of events.
pub fn filters(scope: &Scope, journey: Option<&Journey>, system: bool) -> Vec<LocalizedText> {
    let mut filters = Vec::new();
    if let Some(rule) = journey.and_then(|journey| journey.scope.as_ref()) {
        filters.push(text(
            format!("旅程范围：{}", rule_words(rule, "zh-CN")),
            format!("the journey's scope: {}", rule_words(rule, "en")),
        ));
    }
    match &scope.events {
        Some(rule) => {
            filters.push(text(format!("仅 {}", events_of(rule, "zh-CN")), format!("only {}", events_of(rule, "en"))))
        }
        None if system => {}
        None => filters
            .push(text("不含系统事件（名称以 $ 开头）", "without the system's own events (names that begin with $)")),
    }
    if let Some(rule) = &scope.customers {
        filters.push(text(
            format!("仅有过这类事件的客户：{}", rule_words(rule, "zh-CN")),
            format!("only customers who ever had an event with {}", rule_words(rule, "en")),
        ));
    }
    filters.extend(segments::filters(scope));
    if let Some(rule) = &scope.subjects {
        filters.push(text(
            format!("仅自身含有这类事件的{}：{}", one_of(scope, journey).get("zh-CN"), rule_words(rule, "zh-CN")),
            format!(
                "only {} that have, among their own events, one with {}",
                one_of(scope, journey).get("en"),
                rule_words(rule, "en")
            ),
        ));
    }
    filters
}

/// That only the customers of a persona count.
pub fn persona(persona: &Persona) -> LocalizedText {
    let rule = |language: &str| persona.customers.as_ref().map_or(String::new(), |rule| rule_words(rule, language));
    text(
        format!("仅人物画像「{}」：有过这类事件的客户：{}", persona.name.get("zh-CN"), rule("zh-CN")),
        format!("only the persona “{}”: customers who ever had an event with {}", persona.name.get("en"), rule("en")),
    )
}

/// A rule in words that follow “an event with” in English and precede 「的事件」 in Chinese.
pub fn rule_words(rule: &Rule, language: &str) -> String {
    let (and, or) = if language == "en" { (" and ", " or ") } else { (" 且 ", " 或 ") };
    let condition = |condition: &Condition| {
        let listed = [
            (&condition.event, "名称", "the name", "one of the names"),
            (&condition.channel, "渠道", "the channel", "one of the channels"),
        ];
        let listed = listed.into_iter().filter_map(|(values, zh, one, several)| match (values.as_slice(), language) {
            ([], _) => None,
            ([value], "en") => Some(format!("{one} {value}")),
            (values, "en") => Some(format!("{several} {}", values.join(", "))),
            ([value], _) => Some(format!("{zh}为 {value}")),
            (values, _) => Some(format!("{zh}为 {} 之一", values.join("、"))),
        });
        listed.chain(condition.tests.iter().map(|test| test_words(test, language))).collect::<Vec<_>>().join(and)
    };
    rule.0.iter().map(condition).collect::<Vec<_>>().join(or)
}

/// The events of a rule: 「名称为 buy 的事件」, “events with the name buy”.
fn events_of(rule: &Rule, language: &str) -> String {
    let rule = rule_words(rule, language);
    if language == "en" { format!("events with {rule}") } else { format!("{rule} 的事件") }
}

fn test_words(test: &ColumnTest, language: &str) -> String {
    let english = language == "en";
    let said = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let value = match &test.value {
        Value::Array(values) => values.iter().map(said).collect::<Vec<_>>().join(if english { ", " } else { "、" }),
        other => said(other),
    };
    let column = &test.column;
    let sign = match test.op {
        Op::Eq => "=",
        Op::Ne => "≠",
        Op::Gt => ">",
        Op::Gte => "≥",
        Op::Lt => "<",
        Op::Lte => "≤",
        Op::In if english => "one of",
        Op::NotIn if english => "none of",
        Op::Contains if english => "that contains",
        Op::StartsWith if english => "that begins with",
        Op::Contains => "包含",
        Op::Exists if english => return format!("{column} present"),
        Op::Missing if english => return format!("{column} absent"),
        Op::In => return format!("{column} 为 {value} 之一"),
        Op::NotIn => return format!("{column} 不为 {value} 之一"),
        Op::StartsWith => return format!("{column} 以 {value} 开头"),
        Op::Exists => return format!("{column} 有值"),
        Op::Missing => return format!("{column} 无值"),
    };
    format!("{column} {sign} {value}")
}

/// A length of time in the largest unit that keeps it whole: 「14 天」, “14 days”.
pub fn span(span: Span, language: &str) -> String {
    const UNITS: [(&str, &str, i64); 6] = [
        ("天", "day", 86_400_000_000),
        ("小时", "hour", 3_600_000_000),
        ("分钟", "minute", 60_000_000),
        ("秒", "second", 1_000_000),
        ("毫秒", "millisecond", 1000),
        ("微秒", "microsecond", 1),
    ];
    let us = span.us;
    let fits = |unit: &&(&str, &str, i64)| us % unit.2 == 0 && (us != 0 || unit.1 == "second");
    let &(zh, en, unit) = UNITS.iter().find(fits).unwrap_or(&UNITS[5]);
    match (us / unit, language) {
        (1, "en") => format!("1 {en}"),
        (n, "en") => format!("{n} {en}s"),
        (n, _) => format!("{n} {zh}"),
    }
}

/// A moment as a person of `zone` writes it.
pub fn at(us: i64, zone: &str) -> Option<String> {
    written(us, zone, "%Y-%m-%d %H:%M")
}

/// The day a moment falls on in `zone`.
pub fn day(us: i64, zone: &str) -> Option<String> {
    written(us, zone, "%Y-%m-%d")
}

fn written(us: i64, zone: &str, form: &str) -> Option<String> {
    let zone: chrono_tz::Tz = zone.parse().ok()?;
    let time = chrono::DateTime::from_timestamp_micros(us)?.with_timezone(&zone);
    Some(time.format(form).to_string())
}

#[cfg(test)]
mod tests {
    use model::period::Period;
    use serde_json::json;

    use super::*;

    #[test]
    fn spans_are_said_in_the_largest_whole_unit() {
        for (written, zh, en) in [
            ("14d", "14 天", "14 days"),
            ("2w", "14 天", "14 days"),
            ("24h", "1 天", "1 day"),
            ("90m", "90 分钟", "90 minutes"),
            ("1h", "1 小时", "1 hour"),
            ("0s", "0 秒", "0 seconds"),
            ("1500us", "1500 微秒", "1500 microseconds"),
        ] {
            let length: Span = written.parse().unwrap();
            assert_eq!((span(length, "zh-CN").as_str(), span(length, "en").as_str()), (zh, en), "{written}");
        }
    }

    #[test]
    fn a_rule_is_said_in_words_of_both_languages() {
        for (rule, zh, en) in [
            (json!([{"event": "buy"}]), "名称为 buy", "the name buy"),
            (
                json!([{"event": ["a", "b"], "channel": ["app", "web"]}]),
                "名称为 a、b 之一 且 渠道为 app、web 之一",
                "one of the names a, b and one of the channels app, web",
            ),
            (
                json!([{"channel": "app", "where": [{"column": "amount", "op": "gte", "value": 5}]}, {"event": "c"}]),
                "渠道为 app 且 amount ≥ 5 或 名称为 c",
                "the channel app and amount ≥ 5 or the name c",
            ),
            (
                json!([{"where": [
                    {"column": "city", "op": "in", "value": ["上海", "北京"]},
                    {"column": "props.q", "op": "starts_with", "value": "x"},
                    {"column": "error", "op": "missing"},
                ]}]),
                "city 为 上海、北京 之一 且 props.q 以 x 开头 且 error 无值",
                "city one of 上海, 北京 and props.q that begins with x and error absent",
            ),
        ] {
            let rule: Rule = serde_json::from_value(rule).unwrap();
            assert_eq!((rule_words(&rule, "zh-CN").as_str(), rule_words(&rule, "en").as_str()), (zh, en));
        }
    }

    #[test]
    fn a_population_is_a_sentence_in_both_languages() {
        let subject = text("旅程「购买」", "journeys “Purchase”");
        let said = |from_us, to_us| {
            let scope = Scope { entry: Period { from_us, to_us }, ..Scope::default() };
            let said = started(&scope, "UTC", &subject);
            (said.get("zh-CN").to_owned(), said.get("en").to_owned())
        };
        let (zh, en) = said(None, None);
        assert_eq!(zh, "旅程「购买」，任意时间开始（UTC）");
        assert_eq!(en, "journeys “Purchase” that started at any time (UTC)");
        let (zh, en) = said(Some(0), Some(86_400_000_000));
        assert_eq!(zh, "旅程「购买」，在 1970-01-01 00:00 及以后、1970-01-02 00:00 之前开始（UTC）");
        assert_eq!(en, "journeys “Purchase” that started on 1970-01-01 00:00 or later, before 1970-01-02 00:00 (UTC)");
    }
}
