//! `throughline change`: dated changes, and a number before and after them.

use analysis::answer::{BeforeAfter, ComparedSide, DayRole, HeadlineOf, IntervalMethod, MeasuredEffect, NetScale};
use analysis::question::BeforeAfterQuestion;
use control::{Control, Workspace};
use model::change::{ChangeMetric, DatedChange, Figure, KeptChange, OtherChange};
use serde::Serialize;
use serde_json::json;

use crate::args::{ChangeAddArgs, ChangeArg, ChangeCommand, ChangeListArgs, FigureName};
use crate::context::{ASKING, Context, save_info};
use crate::exit::{Exit, Failure};
use crate::output::{count, duration, percent, points, table, time};

/// As the API answers it.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    answer: BeforeAfter,
    others: Vec<OtherChange>,
}

pub async fn run(context: &Context, command: ChangeCommand) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    match command {
        ChangeCommand::List(args) => list(context, &control, &args).await,
        ChangeCommand::Show(arg) => show(context, &control, &arg).await,
        ChangeCommand::Add(args) => add(context, &control, &args).await,
        ChangeCommand::Delete(arg) => delete(context, &control, &arg).await,
    }
}

async fn list(context: &Context, control: &Control, args: &ChangeListArgs) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, &args.workspace).await?;
    let changes = control.dated_changes(&workspace.id, None).await?;
    context.output.result(&changes, |changes| {
        let row = |kept: &KeptChange| {
            let KeptChange { change, .. } = kept;
            let (day, days) = (change.day.to_string(), change.window_days.to_string());
            let (title, number) = (change.title.clone(), change.metric.name.clone());
            [kept.id.to_string(), day, title, number, days, kept.changed_by.clone(), time(kept.changed_at_us)]
        };
        table(["change#", "day", "title", "number", "days", "by", "changed (UTC)"], changes.iter().map(row))
    })?;
    Ok(Exit::Done)
}

async fn show(context: &Context, control: &Control, arg: &ChangeArg) -> anyhow::Result<Exit> {
    let (workspace, kept) = found(context, control, arg).await?;
    let asked = BeforeAfterQuestion::of(&kept.change, None)?;
    let present = context.present(control, &workspace).await?;
    let journey = match asked.question.journey() {
        Some(key) => Some(context.journey(control, &workspace.id, key).await?),
        None => None,
    };
    let others = kept.others_within(&control.dated_changes(&workspace.id, None).await?);
    let analyst = context.analyst()?;
    let ask = async |stop: &_| analyst.before_after(&present, &asked, journey.as_ref(), stop).await;
    let shown = Shown { answer: context.watched(ASKING, ask).await?, others };
    context.output.result(&shown, |shown| words(shown, &kept.change.title, &context.output.lang))?;
    Ok(Exit::Done)
}

/// What a result looks like on a terminal.
fn words(shown: &Shown, title: &str, lang: &str) -> String {
    let BeforeAfter { sentence, label, of, windows, before, after, effect, group, caveats, days, .. } = &shown.answer;
    let mut rows = Vec::new();
    let span = |from: &chrono::NaiveDate, to: &chrono::NaiveDate| format!("{from} to before {to}");
    let side = |name: &str, side: &ComparedSide, when: String| {
        [name.to_owned(), when, value(*of, side.headline.value), of_how_many(side), count(side.began), count(side.open)]
    };
    rows.push(side("before", before, span(&windows.before_from, &windows.before_to)));
    if let Some(after) = after {
        rows.push(side("after", after, span(&windows.after_from, &windows.after_to)));
    }
    if let Some(group) = group {
        rows.push(side("others before", &group.before, span(&windows.before_from, &windows.before_to)));
        rows.push(side("others after", &group.after, span(&windows.after_from, &windows.after_to)));
    }
    let mut text = format!("{title}\n{}\n\n{}\n", sentence.get(lang), label.get(lang));
    text.push_str(&table(["", "days", "number", "of", "began", "open"], rows));
    if let Some(effect) = effect {
        text.push_str(&format!("\ndifference {}", difference(*of, effect)));
    }
    if let Some(net) = group.as_ref().and_then(|group| group.net) {
        let unit = |value: f64| match net.scale {
            NetScale::Relative => format!("{} %", points(value)),
            NetScale::Difference => signed(*of, value),
        };
        text.push_str(&format!("\nless that of the others {}{}", unit(net.value), within(net.low, net.high, unit)));
    }
    for OtherChange { day, title, .. } in &shown.others {
        text.push_str(&format!("\nalso changed on {day}: {title}"));
    }
    for caveat in caveats {
        text.push_str(&format!("\n{}", caveat.get(lang)));
    }
    text.push_str("\n\n");
    let role = |role: DayRole| match role {
        DayRole::Before => "before",
        DayRole::After => "after",
        DayRole::LeftOut => "left out",
        DayRole::Beyond => "not compared",
    };
    let row = |day: &analysis::answer::ComparedDay| {
        let role = role(day.role).to_owned();
        [day.day.to_string(), role, value(*of, day.value), count(day.began), count(day.open)]
    };
    text.push_str(&table(["day", "", "number", "began", "open"], days.iter().map(row)));
    text
}

fn of_how_many(side: &ComparedSide) -> String {
    side.headline.share.map_or_else(String::new, |share| format!("{} of {}", count(share.hits), count(share.of)))
}

fn value(of: HeadlineOf, value: Option<f64>) -> String {
    match of {
        HeadlineOf::Share => percent(value),
        HeadlineOf::Duration => duration(value),
        HeadlineOf::People => value.map_or_else(|| percent(None), |people| count(people as u64)),
    }
}

fn signed(of: HeadlineOf, value: f64) -> String {
    match of {
        HeadlineOf::Share => format!("{} points", points(value)),
        HeadlineOf::People => format!("{value:+.0}"),
        HeadlineOf::Duration => format!("{value:+.0} s"),
    }
}

fn difference(of: HeadlineOf, effect: &MeasuredEffect) -> String {
    let method = match effect.method {
        IntervalMethod::NewcombeByDay => "Newcombe, by day",
        IntervalMethod::WelchByWeek => "Welch, by week",
        IntervalMethod::JoinedMedians => "medians joined",
        IntervalMethod::NoneWeeks | IntervalMethod::NoneNumber => "no interval",
    };
    let within = within(effect.low, effect.high, |value| signed(of, value));
    format!("{}{within}; {method}", signed(of, effect.difference))
}

fn within(low: Option<f64>, high: Option<f64>, unit: impl Fn(f64) -> String) -> String {
    low.zip(high).map_or_else(String::new, |(low, high)| format!(", 95 % {} to {}", unit(low), unit(high)))
}

async fn add(context: &Context, control: &Control, args: &ChangeAddArgs) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, &args.workspace).await?;
    let change = DatedChange {
        title: args.title.clone(),
        day: args.day,
        journey: args.journey.clone(),
        stage: args.stage.clone(),
        proposal: None,
        metric: metric(control, &workspace, args).await?,
        window_days: args.days,
        left_out_days: args.left_out,
        group: None,
        note: None,
    };
    BeforeAfterQuestion::of(&change, None)?;
    let kept = control.create_dated_change(&workspace.id, &change, save_info(None, None)).await?;
    context.output.result(&kept, |kept| format!("change {}: {} on {}", kept.id, kept.change.title, kept.change.day))?;
    Ok(Exit::Done)
}

async fn metric(control: &Control, workspace: &Workspace, args: &ChangeAddArgs) -> anyhow::Result<ChangeMetric> {
    if let Some(id) = args.view {
        let kept = control.named_view(&workspace.id, id).await?;
        let kept = kept.ok_or_else(|| Failure::not_found(format!("there is no named view {id}")))?;
        let asks = kept.named.asks.ok_or_else(|| {
            Failure::not_found(format!("view {id} asks nothing; only views of analyses have a number"))
        })?;
        let (name, view) = (kept.named.name, Some(kept.named.view));
        return Ok(ChangeMetric { name, view, question: asks.question, figure: Figure::Headline });
    }
    let stage =
        || args.stage.clone().ok_or_else(|| Failure::usage("a stage's number needs the stage; name it by `--stage`"));
    let (name, figure) = match args.figure {
        FigureName::Headline => ("conversion".to_owned(), Figure::Headline),
        FigureName::Started => ("journeys begun".to_owned(), Figure::Started),
        FigureName::Goal => ("journeys at the goal".to_owned(), Figure::Goal),
        FigureName::TimeToGoal => ("median time to the goal".to_owned(), Figure::TimeToGoal),
        FigureName::StageReached => (format!("reached {}", stage()?), Figure::StageReached { stage: stage()? }),
        FigureName::StageOnward => (format!("went on from {}", stage()?), Figure::StageOnward { stage: stage()? }),
    };
    let id = args.journey.as_deref().unwrap_or_default();
    Ok(ChangeMetric { name, view: None, question: json!({"ask": "journey_map", "journey": {"id": id}}), figure })
}

async fn delete(context: &Context, control: &Control, arg: &ChangeArg) -> anyhow::Result<Exit> {
    let (workspace, kept) = found(context, control, arg).await?;
    control.delete_dated_change(&workspace.id, arg.change).await?;
    context.output.result(&kept, |kept| format!("change {}: deleted", kept.id))?;
    Ok(Exit::Done)
}

async fn found(context: &Context, control: &Control, arg: &ChangeArg) -> anyhow::Result<(Workspace, KeptChange)> {
    let workspace = context.workspace(control, &arg.workspace).await?;
    let kept = control.dated_change(&workspace.id, arg.change).await?;
    let kept = kept.ok_or_else(|| {
        Failure::not_found(format!("there is no dated change {} in workspace `{}`", arg.change, workspace.id))
    })?;
    Ok((workspace, kept))
}
