//! What an answer means, in words, in each language of the interface.
//!
//! One place, so that the same thing is called the same everywhere. The web app shows these texts as they
//! come; it never composes a definition of its own.

use std::collections::BTreeMap;

use folds::funnel::Mode;
use model::journey::Journey;
use model::lanes::Persona;
use model::rule::{ColumnTest, Op, Rule};
use model::scope::{Scope, Subject};
use model::text::LocalizedText;
use serde_json::Value;

use crate::pick::{JourneyPick, MoveEnd, Spot, StageSet};
use crate::question::Question;

/// A text in Chinese and English.
pub fn text(zh: impl Into<String>, en: impl Into<String>) -> LocalizedText {
    LocalizedText::ByLanguage(BTreeMap::from([("zh-CN".to_owned(), zh.into()), ("en".to_owned(), en.into())]))
}

pub fn identity() -> LocalizedText {
    text(
        "同一客户：身份图谱中相连的全部身份（可撤销的合并），以快照时刻为准",
        "One customer is every identity that is linked in the identity graph (merges can be undone), as of the snapshot",
    )
}

pub fn journey_definition(journey: &Journey) -> LocalizedText {
    let gap = journey.gap;
    text(
        format!(
            "旅程「{}」：每个事件按定义顺序归入第一个匹配的触点；客户的第一个匹配事件开始一次旅程实例，到达目标「{}」或静默超过 {gap} 时结束；\
             距最后一个事件不足 {gap} 的实例为进行中，不算流失。停留指实例在同一阶段内的连续事件。",
            journey.name.get("zh-CN"),
            journey.goal.name.get("zh-CN"),
        ),
        format!(
            "Journey “{}”: each event belongs to the first touchpoint, in the definition's order, that it matches. A customer's \
             first matching event starts an instance; it ends at the goal “{}” or after {gap} of silence. An instance whose last \
             event is less than {gap} old is open, not lost. A stay is a run of an instance's events in one stage.",
            journey.name.get("en"),
            journey.goal.name.get("en"),
        ),
    )
}

/// What was counted.
pub fn definition(question: &Question, journey: Option<&Journey>) -> LocalizedText {
    let own = match question {
        Question::JourneyMap(_) => text(
            "触达＝至少有一个事件的实例数；转化率＝达成目标 ÷（达成＋流失）；到下一步＝之后进入更后阶段或达成目标的实例 ÷ 已有结果的实例。\
             按规划路径＝从规划路径的第一个阶段开始，且每次换阶段都是去规划的下一个阶段；提前离开算流失，不算偏离。\
             关键触点的重要性＝到过该阶段且已结束的实例中，有该触点与没有该触点的达成率之差（95% 区间）：是关联，不是因果",
            "Reached: instances with at least one event there. Conversion: goal ÷ (goal + left). To next: instances that later \
             reached a later stage or the goal ÷ instances whose outcome is known. On the planned way: begins in its first \
             stage, and every change of stage goes to the next planned one; leaving early is drop-off, no deviation. \
             Importance of a touchpoint: of the ended instances in its stage, the goal's share of those that had it less \
             that of those that had not (95 % interval): association, not cause",
        ),
        Question::Pains(_) => crate::pain::definition(),
        Question::Funnel(question) if question.steps.is_empty() => text(
            "漏斗：第 k 步＝到达第 k 阶段或更后的阶段，最后一步＝达成目标；比例＝实例 ÷ 结果已知的实例。\
             旅程图的「到下一步」问的是另一件事：只看到过该阶段本身的实例",
            "Funnel: step k is stage k or a later one, the last step is the goal; shares are of the instances whose outcome \
             is known. The map's “to next” asks another thing: only of the instances that were in the stage itself",
        ),
        Question::Funnel(question) => {
            let window = question.window.map_or("∞".to_owned(), |window| window.to_string());
            let mode = mode(question.mode);
            text(
                format!("漏斗：按顺序完成步骤，窗口 {window}（自第一步起，含边界）；计数方式 {mode}"),
                format!("Funnel: steps done in order within {window} of the first step (inclusive); mode {mode}"),
            )
        }
        Question::Paths(question) if question.collapse => text(
            "路径：按时间先后的事件序列，连续重复合并为一步",
            "Paths: events in time order, direct repeats count as one step",
        ),
        Question::Paths(_) => text("路径：按时间先后的事件序列", "Paths: events in time order"),
        Question::Transitions(_) => text(
            "流转：同一主体内前后相邻的两个事件；间隔为精确分位数",
            "Transitions: two events that directly follow each other within a subject; gaps are exact percentiles",
        ),
        Question::Sessions(question) => {
            let timeout = question.timeout;
            text(
                format!("会话：间隔超过 {timeout} 即开始新会话；跳出＝只有一个事件的会话"),
                format!("Sessions: a gap of more than {timeout} starts a new one; a bounce has one event"),
            )
        }
    };
    match journey.map(journey_definition) {
        None => own,
        Some(journey) => text(
            format!("{}{}", journey.get("zh-CN"), own.get("zh-CN")),
            format!("{} {}", journey.get("en"), own.get("en")),
        ),
    }
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Ordered => "ordered",
        Mode::Default => "default",
        Mode::StrictDeduplication => "strict_deduplication",
        Mode::StrictOrder => "strict_order",
        Mode::StrictIncrease => "strict_increase",
        Mode::StrictOnce => "strict_once",
    }
}

/// What the customers behind a number have in common.
pub fn pick(pick: &str, journey: Option<&Journey>) -> LocalizedText {
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
        JourneyPick::Left => (if zh(l) { "未达成目标而流失" } else { "left without the goal" }).to_owned(),
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
                (StageSet::Left, true) => format!("流失，最后停在「{name}」"),
                (StageSet::Left, false) => format!("left, last stage “{name}”"),
                (StageSet::Dropped, true) => format!("流失，最远到过「{name}」"),
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

/// Who is counted.
pub fn population(scope: &Scope, zone: &str, subject: &LocalizedText) -> LocalizedText {
    let period = |language: &str| {
        let day = |us: Option<i64>| us.and_then(|us| at(us, zone));
        match (day(scope.entry.from_us), day(scope.entry.to_us), language) {
            (None, None, "en") => "at any time".to_owned(),
            (None, None, _) => "任意时间".to_owned(),
            (Some(from), None, "en") => format!("from {from}"),
            (Some(from), None, _) => format!("自 {from} 起"),
            (None, Some(to), "en") => format!("before {to}"),
            (None, Some(to), _) => format!("{to} 之前"),
            (Some(from), Some(to), "en") => format!("from {from}, before {to}"),
            (Some(from), Some(to), _) => format!("自 {from} 起、{to} 之前"),
        }
    };
    text(
        format!("{}，开始于{}（{zone}）", subject.get("zh-CN"), period("zh-CN")),
        format!("{} that started {} ({zone})", subject.get("en"), period("en")),
    )
}

pub fn subject(scope: &Scope, journey: Option<&Journey>) -> LocalizedText {
    match (journey, scope.subject) {
        (Some(journey), _) => text(
            format!("旅程「{}」的实例", journey.name.get("zh-CN")),
            format!("instances of the journey “{}”", journey.name.get("en")),
        ),
        (None, Subject::Customer) => text("客户", "customers"),
        (None, Subject::Session { timeout }) => text(
            format!("会话（间隔超过 {timeout} 即新会话）"),
            format!("sessions (a gap of more than {timeout} starts a new one)"),
        ),
    }
}

/// Filters in force, a sentence each.
pub fn filters(scope: &Scope, journey: Option<&Journey>) -> Vec<LocalizedText> {
    let mut filters = Vec::new();
    if let Some(rule) = journey.and_then(|journey| journey.scope.as_ref()) {
        filters.push(text(
            format!("旅程范围：{}", rule_words(rule, "zh-CN")),
            format!("the journey's scope: {}", rule_words(rule, "en")),
        ));
    }
    match &scope.events {
        Some(rule) => filters.push(text(
            format!("仅事件：{}", rule_words(rule, "zh-CN")),
            format!("only events with {}", rule_words(rule, "en")),
        )),
        None => filters
            .push(text("不含系统事件（名称以 $ 开头）", "without the system's own events (names that begin with $)")),
    }
    if let Some(rule) = &scope.customers {
        filters.push(text(
            format!("仅有过这类事件的客户：{}", rule_words(rule, "zh-CN")),
            format!("only customers who ever had an event with {}", rule_words(rule, "en")),
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

/// A rule in words.
pub fn rule_words(rule: &Rule, language: &str) -> String {
    let english = language == "en";
    let (and, or) = if english { (" and ", " or ") } else { (" 且 ", " 或 ") };
    rule.0
        .iter()
        .map(|condition| {
            let mut parts = Vec::new();
            if !condition.event.is_empty() {
                parts.push(format!("event ∈ {{{}}}", condition.event.join(", ")));
            }
            if !condition.channel.is_empty() {
                parts.push(format!("channel ∈ {{{}}}", condition.channel.join(", ")));
            }
            parts.extend(condition.tests.iter().map(test_words));
            parts.join(and)
        })
        .collect::<Vec<_>>()
        .join(or)
}

fn test_words(test: &ColumnTest) -> String {
    let value = match &test.value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let column = &test.column;
    match test.op {
        Op::Eq => format!("{column} = {value}"),
        Op::Ne => format!("{column} ≠ {value}"),
        Op::In => format!("{column} ∈ {value}"),
        Op::NotIn => format!("{column} ∉ {value}"),
        Op::Gt => format!("{column} > {value}"),
        Op::Gte => format!("{column} ≥ {value}"),
        Op::Lt => format!("{column} < {value}"),
        Op::Lte => format!("{column} ≤ {value}"),
        Op::Contains => format!("{column} ∋ {value}"),
        Op::StartsWith => format!("{column} ^ {value}"),
        Op::Exists => format!("{column} ✓"),
        Op::Missing => format!("{column} ∅"),
    }
}

/// A moment as a person of `zone` writes it.
pub fn at(us: i64, zone: &str) -> Option<String> {
    let zone: chrono_tz::Tz = zone.parse().ok()?;
    let time = chrono::DateTime::from_timestamp_micros(us)?.with_timezone(&zone);
    Some(time.format("%Y-%m-%d %H:%M").to_string())
}
