//! What could be done about a pain: one suggestion for each likely cause, with what it should bring.
//!
//! The gain is what goes with the cause: the pain's size times the share the cause explains. Its interval takes the lower
//! ends together and the upper ends together, so it is wider than 95 %. Nobody has tried it yet: a gain is reached only
//! if the cause is the cause and the change takes it away whole.

use model::journey::Journey;
use model::pain::{Cause, Estimate, Money, Pain, Suggestion};
use model::proposal::{Gain, RestsOn};
use model::signal::SignalKind;
use model::text::LocalizedText;

use crate::words::text;

/// Suggestions in the order of the causes.
pub(super) fn of(pain: &Pain, journey: &Journey) -> Vec<Suggestion> {
    let suggestion = |cause: &Cause| {
        Some(Suggestion {
            title: title(cause.kind, pain, journey)?,
            rests_on: RestsOn::Cause { kind: cause.kind, signals: cause.signals.clone() },
            gain: Gain {
                customers_per_month: Some(part(pain.customers_per_month, cause.explains)),
                money_per_month: match &pain.money {
                    Money::PerMonth { amount, .. } => Some(part(*amount, cause.explains)),
                    Money::Missing { .. } => None,
                },
            },
        })
    };
    pain.causes.iter().filter_map(suggestion).collect()
}

/// None for signals that are no causes.
fn title(kind: SignalKind, pain: &Pain, journey: &Journey) -> Option<LocalizedText> {
    let stage = journey.stages.iter().find(|stage| stage.id == pain.stage);
    let stage = |language: &str| stage.map_or(pain.stage.as_str(), |stage| stage.name.get(language));
    let (zh, en) = (stage("zh-CN"), stage("en"));
    Some(match kind {
        SignalKind::Error => text(format!("修好「{zh}」的报错"), format!("Mend the errors in “{en}”")),
        SignalKind::Slow => text(format!("让「{zh}」快起来"), format!("Make “{en}” faster")),
        SignalKind::Price => {
            text(format!("在「{zh}」之前就把价格与费用说全"), format!("Tell prices and fees in full before “{en}”"))
        }
        SignalKind::OutOfStock => text(
            format!("「{zh}」补足货源；缺货时给出替代或到货提醒"),
            format!("Keep “{en}” in stock; offer an alternative or a notice where it is not"),
        ),
        SignalKind::Waiting => text(
            format!("「{zh}」忙时加派人手，或引导错峰"),
            format!("Staff “{en}” for its busy hours, or spread them"),
        ),
        SignalKind::Help => text(
            format!("把客户来问的内容写进「{zh}」"),
            format!("Answer in “{en}” itself what customers ask help for"),
        ),
        SignalKind::Late => text(
            format!("「{zh}」只承诺做得到的时间，可能晚到时主动告知"),
            format!("Promise in “{en}” what can be kept, and tell customers before it is late"),
        ),
        SignalKind::Details
        | SignalKind::Contact
        | SignalKind::OnTime
        | SignalKind::Return
        | SignalKind::Complaint
        | SignalKind::Dwell => return None,
    })
}

/// The part of a size that goes with a cause.
fn part(size: Estimate, share: Estimate) -> Estimate {
    Estimate { value: size.value * share.value, low: size.low.max(0.0) * share.low, high: size.high * share.high }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pain::evidence::CAUSES;

    #[test]
    fn a_gain_is_the_part_of_the_size_that_goes_with_the_cause() {
        let of = |value, low, high| Estimate { value, low, high };
        assert_eq!(part(of(100.0, 60.0, 140.0), of(0.5, 0.25, 0.75)), of(50.0, 15.0, 105.0));
        assert_eq!(part(of(10.0, -5.0, 25.0), of(0.5, 0.0, 1.0)), of(5.0, 0.0, 25.0));
    }

    #[test]
    fn every_cause_has_a_suggestion() {
        let journey: Journey = serde_json::from_value(serde_json::json!({
            "id": "j", "name": "j", "gap": "1d", "goal": {"name": "G", "touchpoints": ["t"]},
            "stages": [{"id": "s", "name": "S", "touchpoints": [{"id": "t", "name": "T", "match": []}]}],
        }))
        .unwrap();
        let zero = Estimate { value: 0.0, low: 0.0, high: 0.0 };
        let pain = Pain {
            key: String::new(),
            kind: model::pain::PainKind::DropOff,
            journey: "j".into(),
            stage: "s".into(),
            facet: None,
            comparison: model::pain::Comparison::Others,
            from_us: 0,
            to_us: 0,
            dated: false,
            observed: model::pain::Rate::default(),
            reference: model::pain::Rate::default(),
            difference: zero,
            margin: 0.0,
            p_value: 1.0,
            q_value: 1.0,
            looks: 0,
            excess: zero,
            customers_per_month: zero,
            money: Money::Missing { why: model::pain::MoneyMissing::NoLossSeen },
            margin_lost: Default::default(),
            running_cost: Default::default(),
            causes: Vec::new(),
            collect: Vec::new(),
            suggestions: Vec::new(),
            effects: Vec::new(),
            next: Vec::new(),
            sentence: text("", ""),
            question: String::new(),
            pick: String::new(),
        };
        for kind in CAUSES {
            let title = title(kind, &pain, &journey).unwrap();
            assert!(title.get("zh-CN").contains("「S」") && title.get("en").contains("“S”"), "{kind:?}");
        }
    }
}
