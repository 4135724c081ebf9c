//! Which questions are asked of which stages, by what a definition says of its events.

use folds::pain::{Probe, Test, Usual};
use model::journey::Journey;
use model::pain::PainKind;
use model::period::{DAY_US, Span};
use model::signal::SignalKind;

/// A second contact within this is a repeat: what was wanted had not been settled.
const REPEAT_WITHIN_US: i64 = 7 * DAY_US;

/// So many times the median is unusual: of the time a stage takes, and of the events.
const LONG: f64 = 3.0;
const MANY: f64 = 2.5;

/// A probe and what it finds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Question {
    pub kind: PainKind,
    pub probe: Probe,
    /// The rate the team expects at most, where it expects one.
    pub expected: Option<f64>,
    /// Whether groups are compared with each other and over time; else the expectation alone counts.
    pub groups: bool,
}

/// Bits of the signals of a kind, as positions in the definition.
pub(super) fn bits(journey: &Journey, kind: SignalKind) -> u64 {
    let of_kind = journey.signals.iter().enumerate().filter(|(_, signal)| signal.kind == kind);
    of_kind.fold(0, |bits, (position, _)| bits | 1 << position)
}

/// Everything that is asked. Questions about signals a definition does not have are left out.
pub(super) fn questions(journey: &Journey, usual: &Usual) -> Vec<Question> {
    let mut questions = Vec::new();
    for (stage, definition) in journey.stages.iter().enumerate() {
        let only_goal = definition.touchpoints.iter().all(|at| journey.goal.touchpoints.contains(&at.id));
        if only_goal {
            continue;
        }
        let expect = definition.expect;
        let lost = expect.and_then(|expect| expect.conversion).map(|conversion| 1.0 - conversion);
        let mut ask =
            |kind, test| questions.push(Question { kind, probe: Probe { stage, test }, expected: None, groups: true });
        if let Some(median_us) = usual.stay_us[stage].median().filter(|median| *median > 0.0) {
            ask(PainKind::Stall, Test::Stall { limit_us: (LONG * median_us) as i64 });
        }
        if let Some(median) = usual.events[stage].median() {
            // The limit is the last number that is still usual.
            let limit = (MANY * median).ceil() - 1.0;
            ask(PainKind::Effort, Test::Effort { limit: limit.max(median + 1.0) as u32 });
        }
        ask(PainKind::Loop, Test::Loop);
        ask(PainKind::ChannelSwitchLoss, Test::SwitchLoss);
        if let Some(limit) = low_score(usual.score_max) {
            ask(PainKind::LowScore, Test::LowScore { limit });
        }
        for (kind, test) in of_signals(journey) {
            ask(kind, test);
        }
        let drop_off = Probe { stage, test: Test::DropOff };
        questions.push(Question { kind: PainKind::DropOff, probe: drop_off, expected: lost, groups: true });
        if let Some(Span { us: limit_us }) = expect.and_then(|expect| expect.time) {
            // The expectation is of the median: half of the stays may be longer.
            let probe = Probe { stage, test: Test::Stall { limit_us } };
            questions.push(Question { kind: PainKind::Stall, probe, expected: Some(0.5), groups: false });
        }
    }
    questions
}

fn of_signals(journey: &Journey) -> impl Iterator<Item = (PainKind, Test)> {
    let bits = |kind| bits(journey, kind);
    let either = |of: u64, bits: u64, test: Test| (of != 0 && bits != 0).then_some(test);
    let (error, details, help, price) =
        (bits(SignalKind::Error), bits(SignalKind::Details), bits(SignalKind::Help), bits(SignalKind::Price));
    let (on_time, late) = (bits(SignalKind::OnTime), bits(SignalKind::Late));
    let (contact, dwell) = (bits(SignalKind::Contact), bits(SignalKind::Dwell));
    let (returned, complaint) = (bits(SignalKind::Return), bits(SignalKind::Complaint));
    [
        (PainKind::StepError, either(error, error, Test::Signal { bits: error })),
        (PainKind::UnclearInformation, either(details, help, Test::BackAndForth { from: details, to: help })),
        (PainKind::OpaquePrice, either(price, price, Test::Turned { bits: price })),
        (PainKind::DwellWithoutPurchase, either(dwell, dwell, Test::Lost { bits: dwell })),
        (PainKind::BrokenPromise, either(on_time, late, Test::Instead { of: on_time, bits: late })),
        (PainKind::RepeatContact, either(contact, contact, Test::Again { bits: contact, within_us: REPEAT_WITHIN_US })),
        (PainKind::PoorAfterSales, either(returned, complaint, Test::After { of: returned, bits: complaint })),
    ]
    .into_iter()
    .filter_map(|(kind, test)| Some((kind, test?)))
}

/// The highest low score of the usual scales: 2 of 5 stars, 3 of 7, 6 of 10 (NPS detractors); else six tenths.
fn low_score(score_max: Option<f64>) -> Option<f64> {
    score_max.map(|most| match most {
        most if most <= 5.0 => 2.0,
        most if most <= 7.0 => 3.0,
        most if most <= 10.0 => 6.0,
        most => 0.6 * most,
    })
}
