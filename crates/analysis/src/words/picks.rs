//! What the customers behind a number of an analysis have in common, in words. The picks of maps and segments are said
//! where their forms are known.

use model::journey::Journey;
use model::period::{SECOND_US, Span};
use model::text::LocalizedText;

use super::{funnel, span, text};
use crate::attribution::OTHER;
use crate::pick::unescape;
use crate::question::{FunnelQuestion, Question};

/// The words for `pick` of a question. None where it has no such pick.
pub(super) fn pick(question: &Question, pick: &str, journey: Option<&Journey>) -> Option<LocalizedText> {
    let parts: Vec<&str> = pick.split('/').collect();
    let names = Names { journey };
    let (zh, en) = match question {
        Question::Funnel(question) => funnel_words(question, &parts, &names)?,
        Question::Paths(question) => paths(&parts, &names, question.cut.is_backwards())?,
        Question::Transitions(_) => transitions(&parts, &names)?,
        Question::Sessions(_) => sessions(&parts, &names)?,
        Question::Retention(_) => retention(&parts)?,
        Question::Lifecycle(_) => lifecycle(&parts)?,
        Question::Stickiness(_) => stickiness(&parts)?,
        Question::Survival(_) => survival(&parts, &names)?,
        Question::Sequence(_) => sequence(&parts)?,
        Question::Attribution(_) => attribution(&parts, &names)?,
        Question::JourneyMap(_) | Question::Pains(_) | Question::Segments(_) | Question::Rfm(_) => return None,
    };
    Some(text(zh, en))
}

type Said = (String, String);

/// Names in picks: of stages where there is a journey, else as they are.
struct Names<'a> {
    journey: Option<&'a Journey>,
}

impl Names<'_> {
    /// In Chinese and English quotes.
    fn quoted(&self, escaped: &str) -> Option<Said> {
        let (zh, en) = self.plain(escaped)?;
        Some((format!("「{zh}」"), format!("“{en}”")))
    }

    fn plain(&self, escaped: &str) -> Option<Said> {
        let id = unescape(escaped).ok()?;
        let stage = self.journey.and_then(|journey| journey.stages.iter().find(|stage| stage.id == id));
        Some(match stage {
            Some(stage) => (stage.name.get("zh-CN").to_owned(), stage.name.get("en").to_owned()),
            None => (id.clone(), id),
        })
    }

    /// One after the other.
    fn way(&self, escaped: &[&str]) -> Option<Said> {
        let names: Vec<Said> = escaped.iter().map(|name| self.plain(name)).collect::<Option<_>>()?;
        let (zh, en): (Vec<_>, Vec<_>) = names.into_iter().unzip();
        Some((zh.join(" → "), en.join(" → ")))
    }
}

fn said(zh: &str, en: &str) -> Option<Said> {
    Some((zh.to_owned(), en.to_owned()))
}

/// Puts a name where the braces are.
fn with(name: Said, zh: &str, en: &str) -> Option<Said> {
    Some((zh.replace("{}", &name.0), en.replace("{}", &name.1)))
}

fn funnel_words(question: &FunnelQuestion, parts: &[&str], names: &Names<'_>) -> Option<Said> {
    let step = |text: &str| -> Option<Said> {
        let step: usize = text.parse().ok()?;
        let name = match names.journey.filter(|_| question.steps.is_empty()) {
            None => {
                let name = funnel::step_name(question, step as u32);
                (name.clone(), name)
            }
            Some(journey) => match journey.stages.get(step.checked_sub(1)?) {
                Some(stage) => (stage.name.get("zh-CN").to_owned(), stage.name.get("en").to_owned()),
                None => (journey.goal.name.get("zh-CN").to_owned(), journey.goal.name.get("en").to_owned()),
            },
        };
        Some((format!("第 {step} 步「{}」", name.0), format!("step {step}, “{}”", name.1)))
    };
    let then = |at: Said, label: &str, channel: &str, zh: &str, en: &str| -> Option<Said> {
        let (name, channel) = (names.plain(label)?, unescape(channel).ok()?);
        Some((
            format!("到达{}后流失，{zh}「{}」（{channel}）", at.0, name.0),
            format!("dropped off after {}; {en} “{}” on {channel}", at.1, name.1),
        ))
    };
    match parts {
        ["subjects"] => said("全部", "all who were counted"),
        ["removed"] => said("因排除事件而剔除", "removed by an exclusion"),
        ["step", at] => with(step(at)?, "到达{}", "reached {}"),
        ["step", at, "dropped"] => with(step(at)?, "到达{}后流失", "dropped off after {}"),
        ["step", at, "converted"] => with(step(at)?, "到达{}，完成漏斗", "went through to {}"),
        ["step", at, "open"] => with(step(at)?, "到达{}，仍可能继续", "reached {}, may still go on"),
        ["step", at, "dropped", "nothing"] => {
            with(step(at)?, "到达{}后流失，此后没有任何事件", "dropped off after {} and did nothing since")
        }
        ["step", at, "dropped", "within", label, channel] => {
            then(step(at)?, label, channel, "窗口内随后", "next, within the window,")
        }
        ["step", at, "dropped", "after", label, channel] => {
            then(step(at)?, label, channel, "窗口结束后随后", "next, after the window,")
        }
        ["in", day, "open"] => with(day_of(day), "{} 起的一期，仍可能继续", "of the period from {}, may still go on"),
        ["in", day, rest @ ..] => {
            let (zh, en) = funnel_words(question, rest, names)?;
            Some((format!("{day} 起的一期：{zh}"), format!("of the period from {day}: {en}")))
        }
        _ => None,
    }
}

fn day_of(day: &str) -> Said {
    (day.to_owned(), day.to_owned())
}

fn paths(parts: &[&str], names: &Names<'_>, backwards: bool) -> Option<Said> {
    // Counted from the last step, positions are written with a minus.
    let at = |position: &str, zh: &str, en: &str| -> Said {
        let sign = if backwards { "−" } else { "" };
        (zh.replace("#", &format!("{sign}{position}")), en.replace("#", &format!("{sign}{position}")))
    };
    let place = |position: &str| at(position, "第 # 步", "step #");
    let ended = |name: &str| match name {
        "goal" => said("到达", "got there"),
        "left" => said("未到达", "did not get there"),
        "open" => said("仍可能继续", "may still go on"),
        _ => None,
    };
    match parts {
        ["subjects"] => said("全部路径", "all paths"),
        ["without"] => said("没有路径", "without a path"),
        ["end", name] => ended(name),
        ["path", way @ ..] if !way.is_empty() => with(names.way(way)?, "路径 {}", "path {}"),
        ["step", position, name] => {
            let (place, name) = (place(position), names.quoted(name)?);
            Some((format!("{}为{}", place.0, name.0), format!("{} at {}", name.1, place.1)))
        }
        ["rest", position, but @ ..] => {
            let place = place(position);
            let but: Vec<Said> = but.iter().map(|name| names.plain(name)).collect::<Option<_>>()?;
            let (zh, en): (Vec<_>, Vec<_>) = but.into_iter().unzip();
            Some((
                format!("{}为其他事件（不是 {}）", place.0, zh.join("、")),
                format!("something else at {} (not {})", place.1, en.join(", ")),
            ))
        }
        ["link", position, from, to] => {
            let (place, way) = (place(position), names.way(&[from, to])?);
            Some((format!("{}起 {}", place.0, way.0), format!("{} from {}", way.1, place.1)))
        }
        ["ended", position] => with(place(position), "在{}之前结束", "over before {}"),
        ["ended", position, name] => {
            let (place, end) = (place(position), ended(name)?);
            Some((format!("在{}之前结束，{}", place.0, end.0), format!("over before {}, {}", place.1, end.1)))
        }
        _ => None,
    }
}

fn transitions(parts: &[&str], names: &Names<'_>) -> Option<Said> {
    match parts {
        ["subjects"] => said("全部", "all who were counted"),
        ["edge", from, to] => names.way(&[from, to]),
        ["at", name] => with(names.quoted(name)?, "有{}", "had {}"),
        ["repeat", name] => with(names.quoted(name)?, "{}不止一次", "had {} more than once"),
        ["start", name] => with(names.quoted(name)?, "以{}开始", "began with {}"),
        ["end", name] => with(names.quoted(name)?, "以{}结束", "ended with {}"),
        ["step", step, name] => {
            let name = names.quoted(name)?;
            Some((format!("第 {step} 步为{}", name.0), format!("{} at step {step}", name.1)))
        }
        ["ended", step] => with(day_of(step), "在第 {} 步之前结束", "over before step {}"),
        _ => None,
    }
}

fn sessions(parts: &[&str], names: &Names<'_>) -> Option<Said> {
    let length = |seconds: &str, language: &str| -> Option<String> {
        let us = seconds.parse::<i64>().ok()?.checked_mul(SECOND_US)?;
        Some(span(Span::from_us(us), language))
    };
    match parts {
        ["sessions"] => said("全部会话", "all sessions"),
        ["bounces"] => said("只有一个事件的会话", "sessions of one event"),
        ["open"] => said("仍在进行的会话", "sessions that may still go on"),
        ["entry", name] => with(names.quoted(name)?, "以{}开始的会话", "sessions that begin with {}"),
        ["exit", name] => with(names.quoted(name)?, "以{}结束的会话", "sessions that end with {}"),
        ["channel", name] => with(names.quoted(name)?, "从渠道{}开始的会话", "sessions that begin on {}"),
        ["day", day] => with(day_of(day), "{} 开始的会话", "sessions that begin on {}"),
        ["length", from, ""] => Some((
            format!("时长 {}及以上的会话", length(from, "zh-CN")?),
            format!("sessions of {} or longer", length(from, "en")?),
        )),
        ["length", from, to] => Some((
            format!("时长 {}至不足 {}的会话", length(from, "zh-CN")?, length(to, "zh-CN")?),
            format!("sessions of {} to less than {}", length(from, "en")?, length(to, "en")?),
        )),
        _ => None,
    }
}

fn retention(parts: &[&str]) -> Option<Said> {
    match parts {
        ["started"] => said("做过起始事件", "started"),
        ["started", day] => with(day_of(day), "{} 起的一组", "the cohort of {}"),
        ["returned", column] => with(day_of(column), "在第 {} 期回访", "returned in unit {}"),
        ["returned", day, column] => Some((
            format!("{day} 起的一组，第 {column} 期回访"),
            format!("the cohort of {day}, returned in unit {column}"),
        )),
        ["absent", day, column] => Some((
            format!("{day} 起的一组，第 {column} 期未回访"),
            format!("the cohort of {day}, did not return in unit {column}"),
        )),
        _ => None,
    }
}

fn lifecycle(parts: &[&str]) -> Option<Said> {
    match parts {
        ["customers"] => said("全部客户", "all customers"),
        [standing, day] => {
            let (zh, en) = match *standing {
                "active" => ("活跃", "active"),
                "new" => ("新增", "new"),
                "retained" => ("持续活跃", "retained"),
                "resurrected" => ("回流", "resurrected"),
                "dormant" => ("沉默", "dormant"),
                _ => return None,
            };
            Some((format!("{day} 起的一期{zh}的客户"), format!("{en} in the period from {day}")))
        }
        _ => None,
    }
}

fn stickiness(parts: &[&str]) -> Option<Said> {
    match parts {
        ["customers"] => said("全部客户", "all customers"),
        ["unit", day] => with(day_of(day), "{} 活跃的客户", "active on {}"),
        ["exactly", day, units] => Some((
            format!("{day} 起的一期活跃 {units} 次的客户"),
            format!("active {units} times in the period from {day}"),
        )),
        ["at-least", day, units] => Some((
            format!("{day} 起的一期活跃至少 {units} 次的客户"),
            format!("active {units} times or more in the period from {day}"),
        )),
        _ => None,
    }
}

fn survival(parts: &[&str], names: &Names<'_>) -> Option<Said> {
    let until = |us: &str, language: &str| -> Option<String> { Some(span(Span::from_us(us.parse().ok()?), language)) };
    let whose = |name: &str| names.quoted(name);
    match parts {
        ["started"] => said("做过起始事件", "started"),
        ["started", group] => with(whose(group)?, "{}中做过起始事件的客户", "started, of {}"),
        ["ended", group] => with(whose(group)?, "{}中已发生结束事件的客户", "came to the end, of {}"),
        ["censored", group] => with(whose(group)?, "{}中尚未发生结束事件的客户", "not come to the end yet, of {}"),
        ["ended-by", group, us] => {
            let (group, zh, en) = (whose(group)?, until(us, "zh-CN")?, until(us, "en")?);
            Some((
                format!("{}中 {zh}内发生结束事件的客户", group.0),
                format!("came to the end within {en}, of {}", group.1),
            ))
        }
        ["at-risk", group, us] => {
            let (group, zh, en) = (whose(group)?, until(us, "zh-CN")?, until(us, "en")?);
            Some((format!("{}中满 {zh}仍在观察的客户", group.0), format!("still followed after {en}, of {}", group.1)))
        }
        _ => None,
    }
}

fn sequence(parts: &[&str]) -> Option<Said> {
    match parts {
        ["subjects"] => said("全部", "all who were counted"),
        ["matched"] => said("符合序列", "did the sequence"),
        ["unmatched"] => said("不符合序列", "did not do the sequence"),
        _ => None,
    }
}

fn attribution(parts: &[&str], names: &Names<'_>) -> Option<Said> {
    let value = |escaped: &str| match escaped {
        OTHER => said("其他", "other"),
        escaped => names.quoted(escaped),
    };
    match parts {
        ["conversions"] => said("有转化", "converted"),
        ["without-touch"] => said("转化之前没有触点", "converted without a touch"),
        ["lost"] => said("有触点而未转化", "touched, did not convert"),
        ["open"] => said("有触点，仍可能转化", "touched, may still convert"),
        ["value", name, "touched"] => with(value(name)?, "转化之前接触过{}", "converted after a touch of {}"),
        ["value", name, "first"] => with(value(name)?, "转化的首个触点为{}", "converted, first touch {}"),
        ["value", name, "last"] => with(value(name)?, "转化的末次触点为{}", "converted, last touch {}"),
        ["path", way @ ..] if !way.is_empty() => {
            let names: Vec<Said> = way
                .iter()
                .map(|step| match *step {
                    OTHER => said("其他", "other"),
                    step => names.plain(step),
                })
                .collect::<Option<_>>()?;
            let (zh, en): (Vec<_>, Vec<_>) = names.into_iter().unzip();
            Some((format!("触点依次为 {}", zh.join(" → ")), format!("touches {}", en.join(" → "))))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::{FunnelStepRule, PathsQuestion, SessionsQuestion};

    #[test]
    fn picks_are_said_in_both_languages() {
        let step = |name: &str| FunnelStepRule { name: name.into(), rule: model::rule::Rule::event(name) };
        let funnel = FunnelQuestion { steps: vec![step("cart"), step("purchase")], ..FunnelQuestion::default() };
        let funnel = Question::Funnel(funnel);
        let said = |question: &Question, text: &str| {
            let said = pick(question, text, None).unwrap_or_else(|| panic!("{text}"));
            (said.get("zh-CN").to_owned(), said.get("en").to_owned())
        };
        let (zh, en) = said(&funnel, "step/1/dropped/within/error/web");
        assert_eq!(zh, "到达第 1 步「cart」后流失，窗口内随后「error」（web）");
        assert_eq!(en, "dropped off after step 1, “cart”; next, within the window, “error” on web");
        let (zh, en) = said(&funnel, "in/2024-03-04/step/2");
        assert_eq!(
            (zh.as_str(), en.as_str()),
            (
                "2024-03-04 起的一期：到达第 2 步「purchase」",
                "of the period from 2024-03-04: reached step 2, “purchase”",
            )
        );
        let sessions = Question::Sessions(SessionsQuestion::default());
        assert_eq!(said(&sessions, "length/60/180").0, "时长 1 分钟至不足 3 分钟的会话");
        let paths = Question::Paths(PathsQuestion::default());
        assert_eq!(said(&paths, "link/2/home/catalog").1, "home → catalog from step 2");
        assert_eq!(pick(&paths, "nothing/like/it", None), None);
    }
}
