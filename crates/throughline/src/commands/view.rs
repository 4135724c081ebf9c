//! `throughline view`: named views, their numbers, and their pins on maps.

use analysis::answer::{Headline, HeadlineOf, PinnedNumber};
use analysis::question::{Present, Question};
use analysis::{Analyst, ErrorKind};
use control::{Control, Workspace};
use export::Pinned;
use model::named_view::{KeptNamedView, MapPlace, NamedView, ViewAsks};

use crate::args::{ViewArg, ViewCommand, ViewListArgs, ViewPinArgs};
use crate::context::{ASKING, Context, save_info};
use crate::exit::{Exit, Failure};
use crate::output::{count, duration, percent, table, time};

pub async fn run(context: &Context, command: ViewCommand) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    match command {
        ViewCommand::List(args) => list(context, &control, &args).await,
        ViewCommand::Number(arg) => number(context, &control, &arg).await,
        ViewCommand::Pin(args) => pin(context, &control, &args).await,
        ViewCommand::Unpin(arg) => place(context, &control, &arg, None).await,
        ViewCommand::Delete(arg) => delete(context, &control, &arg).await,
    }
}

async fn list(context: &Context, control: &Control, args: &ViewListArgs) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, &args.workspace).await?;
    let views = control.named_views(&workspace.id, args.journey.as_deref()).await?;
    context.output.result(&views, |views| {
        let row = |kept: &KeptNamedView| {
            let place = kept.named.place.as_ref().map(place_words).unwrap_or_default();
            let changed = time(kept.changed_at_us);
            [kept.id.to_string(), kept.named.name.clone(), kept.kind.clone(), place, kept.changed_by.clone(), changed]
        };
        table(["view#", "name", "kind", "pinned to", "by", "changed (UTC)"], views.iter().map(row))
    })?;
    Ok(Exit::Done)
}

fn place_words(place: &MapPlace) -> String {
    let within = place.touchpoint.clone().or_else(|| {
        let lane = serde_json::to_value(place.lane?).ok()?;
        lane.as_str().map(str::to_owned)
    });
    [Some(place.journey.clone()), Some(place.stage.clone()), within].into_iter().flatten().collect::<Vec<_>>().join("/")
}

async fn number(context: &Context, control: &Control, arg: &ViewArg) -> anyhow::Result<Exit> {
    let (workspace, kept) = found(context, control, arg).await?;
    let asks = kept.named.asks.ok_or_else(|| {
        Failure::not_found(format!("view {} asks nothing; only views of analyses have a number", arg.view))
    })?;
    let present = context.present(control, &workspace).await?;
    let analyst = context.analyst()?;
    let number = headline(context, control, &workspace, &present, &analyst, &asks, None).await?;
    context.output.result(&number, |number| {
        let lang = &context.output.lang;
        let mut line = format!("{}: {}", number.headline.label.get(lang), value(&number.headline));
        if let Some(versus) = &number.versus {
            line.push_str(&format!(", against {}", value(&versus.headline)));
        }
        line
    })?;
    Ok(Exit::Done)
}

/// `30.1 %`, `1,220`, `3.5 min`, or `–`.
fn value(headline: &Headline) -> String {
    match headline.of {
        HeadlineOf::Share => percent(headline.value),
        HeadlineOf::Duration => duration(headline.value),
        HeadlineOf::People => headline.value.map_or_else(|| percent(None), |people| count(people as u64)),
    }
}

/// The number of what a view asks, at a moment if one is named.
async fn headline(
    context: &Context,
    control: &Control,
    workspace: &Workspace,
    present: &Present,
    analyst: &Analyst,
    asks: &ViewAsks,
    as_of_us: Option<i64>,
) -> anyhow::Result<PinnedNumber> {
    let (question, versus) = Question::of_view(asks)?;
    let question = question.as_of(as_of_us);
    let journey = match question.journey() {
        Some(key) => Some(context.journey(control, &workspace.id, key).await?),
        None => None,
    };
    let (versus, journey) = (versus.as_ref(), journey.as_ref());
    let ask = async |stop: &_| analyst.headline(present, &question, versus, journey, stop).await;
    Ok(context.watched(ASKING, ask).await?)
}

/// What is pinned to a journey's map, with its numbers; what cannot be computed any more is drawn without.
pub(super) async fn pinned(
    context: &Context,
    control: &Control,
    workspace: &Workspace,
    journey: &str,
    as_of_us: Option<i64>,
) -> anyhow::Result<Vec<Pinned>> {
    let pins = control.named_views(&workspace.id, Some(journey)).await?;
    if pins.is_empty() {
        return Ok(Vec::new());
    }
    let present = context.present(control, workspace).await?;
    let analyst = context.analyst()?;
    let mut drawn = Vec::new();
    for KeptNamedView { named, .. } in pins {
        let (Some(place), Some(asks)) = (named.place, named.asks) else { continue };
        let number = match headline(context, control, workspace, &present, &analyst, &asks, as_of_us).await {
            Ok(number) => Some(number),
            Err(error) if !is_of_the_question(&error) => return Err(error),
            Err(error) => {
                context.output.remark(&format!("`{}` is drawn without its number: {error}", named.name));
                None
            }
        };
        drawn.push(Pinned { place, name: named.name, number });
    }
    Ok(drawn)
}

/// Whether the question cannot be answered any more, and not this machine is at fault or somebody stopped it.
fn is_of_the_question(error: &anyhow::Error) -> bool {
    let asked = |error: &analysis::Error| matches!(error.kind(), ErrorKind::Invalid | ErrorKind::NotFound);
    error.downcast_ref::<analysis::Error>().is_some_and(asked) || error.downcast_ref::<Failure>().is_some()
}

async fn pin(context: &Context, control: &Control, args: &ViewPinArgs) -> anyhow::Result<Exit> {
    let lane = match &args.lane {
        None => None,
        Some(word) => Some(serde_json::from_value(word.as_str().into()).map_err(|_| {
            Failure::usage(format!(
                "`{word}` is no lane; name action, need, expectation, emotion, pain, opportunity or note"
            ))
        })?),
    };
    let (journey, stage) = (args.journey.clone(), args.stage.clone());
    let to = MapPlace { journey, stage, touchpoint: args.touchpoint.clone(), lane };
    place(context, control, &args.view, Some(to)).await
}

async fn place(context: &Context, control: &Control, arg: &ViewArg, to: Option<MapPlace>) -> anyhow::Result<Exit> {
    let (workspace, kept) = found(context, control, arg).await?;
    let info = save_info(None, Some(kept.version));
    let next = NamedView { place: to, ..kept.named };
    let kept = control.change_named_view(&workspace.id, arg.view, &next, info).await?;
    context.output.result(&kept, |kept| match &kept.named.place {
        Some(place) => format!("view {}: pinned to {}", kept.id, place_words(place)),
        None => format!("view {}: on no map", kept.id),
    })?;
    Ok(Exit::Done)
}

async fn delete(context: &Context, control: &Control, arg: &ViewArg) -> anyhow::Result<Exit> {
    let (workspace, kept) = found(context, control, arg).await?;
    control.delete_named_view(&workspace.id, arg.view).await?;
    context.output.result(&kept, |kept| format!("view {}: deleted", kept.id))?;
    Ok(Exit::Done)
}

async fn found(context: &Context, control: &Control, arg: &ViewArg) -> anyhow::Result<(Workspace, KeptNamedView)> {
    let workspace = context.workspace(control, &arg.workspace).await?;
    let kept = control.named_view(&workspace.id, arg.view).await?;
    let kept = kept.ok_or_else(|| {
        Failure::not_found(format!("there is no named view {} in workspace `{}`", arg.view, workspace.id))
    })?;
    Ok((workspace, kept))
}
