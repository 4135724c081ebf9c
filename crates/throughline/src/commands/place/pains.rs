//! `throughline place pains`.

use analysis::place::{PlacePainLimits, PlacePains, PlacePainsQuestion};
use model::pain::Estimate;
use model::place::pain::{PlaceBasis, PlaceCause, PlaceMoney, PlacePain};

use super::answers::{Asked, footer};
use crate::args::PlacePainsArgs;
use crate::context::{ASKING, Context};
use crate::exit::Exit;
use crate::output::{count, percent};

pub async fn run(context: &Context, args: &PlacePainsArgs) -> anyhow::Result<Exit> {
    let Asked { analyst, snapshot, site, scope } = Asked::of(context, &args.ask).await?;
    let limits = PlacePainLimits { wait_seconds: args.wait, detour: args.detour, crowd_per_m2: args.crowd };
    let question = PlacePainsQuestion { version: None, scope, limits };
    let ask = async |control: &lake::Control| analyst.place_pains(&snapshot, &site, &question, control).await;
    let answer = context.watched(ASKING, ask).await?;
    context.output.result(&answer, |answer| shown(context, answer))?;
    Ok(Exit::Done)
}

fn shown(context: &Context, answer: &PlacePains) -> String {
    let lang = &context.output.lang;
    let pains: Vec<String> = answer.pains.iter().map(|pain| of(pain, lang)).collect();
    let pains = match pains.is_empty() {
        true => format!("no pains in {} looks", count(answer.looks)),
        false => pains.join("\n\n"),
    };
    let not_asked: String = answer.not_asked.iter().map(|what| format!("\nnot asked: {}", what.get(lang))).collect();
    format!("{pains}{}{not_asked}{}", if not_asked.is_empty() { "" } else { "\n" }, footer(context, &answer.meta))
}

fn of(pain: &PlacePain, lang: &str) -> String {
    let mut lines = vec![pain.sentence.get(lang).to_owned()];
    let rate = |of: &model::pain::Rate| format!("{} of {} ({})", count(of.hits), count(of.exposed), percent(of.rate));
    lines.push(format!(
        "  {} against {}; {} more ({}), q {:.4}",
        rate(&pain.observed),
        percent(pain.reference.rate),
        number(pain.excess),
        interval(pain.excess),
        pain.q_value
    ));
    if let PlaceMoney::PerMonth { amount, assumption } = &pain.money {
        lines.push(format!("  {} a month ({}), {}", number(*amount), interval(*amount), assumption.get(lang)));
    }
    if let Some(plan) = pain.plan_from {
        lines.push(format!("  begins with the plan of {plan}"));
    }
    lines.extend(pain.causes.iter().zip(1..).map(|(cause, rank)| of_cause(cause, rank, lang)));
    if pain.causes.is_empty() && !pain.collect.is_empty() {
        let collect: Vec<&str> = pain.collect.iter().map(|what| what.what.get(lang)).collect();
        lines.push(format!("  cannot tell why; collect: {}", collect.join("; ")));
    }
    lines.extend(pain.suggestions.iter().map(|suggestion| format!("  → {}", suggestion.title.get(lang))));
    lines.join("\n")
}

fn of_cause(cause: &PlaceCause, rank: usize, lang: &str) -> String {
    let Estimate { value, low, high } = cause.explains;
    let timing = if cause.basis == PlaceBasis::Timing { ", by timing alone" } else { "" };
    format!(
        "  {rank}. {}: {}; explains {} ({} to {}){timing}\n     to settle it: {}",
        cause.kind.id(),
        cause.signal.get(lang),
        percent(Some(value)),
        percent(Some(low)),
        percent(Some(high)),
        cause.settle.get(lang)
    )
}

fn number(of: Estimate) -> String {
    format!("{:.0}", of.value)
}

fn interval(of: Estimate) -> String {
    format!("{:.0} to {:.0}", of.low, of.high)
}
