//! `throughline place forecast`, and what becomes of forecasts that were written down.

use analysis::place::{
    PlaceChange, PlaceForecast, PlaceForecastKept, PlaceForecastOf, PlaceForecastQuestion, PlaceMoveOf, PlaceScope,
    PlaceScored, PlaceScores,
};
use control::Control;
use model::place::forecast::{KeptForecast, NewForecast};
use serde::Serialize;

use super::answers::{Asked, footer};
use super::resolved;
use crate::args::{OfSite, PlaceForecastArg, PlaceForecastArgs, PlaceScoreArgs};
use crate::context::{ASKING, Context, save_info};
use crate::exit::{Exit, Failure};
use crate::output::{count, percent, table, time};

/// As the API answers it, and under which id it was written down.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    answer: PlaceForecast,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<i64>,
}

pub async fn ask(context: &Context, args: &PlaceForecastArgs) -> anyhow::Result<Exit> {
    let change = change(args)?;
    let Asked { analyst, snapshot, site, scope } = Asked::of(context, &args.ask).await?;
    let question = PlaceForecastQuestion { version: None, scope, change };
    let ask = async |control: &lake::Control| analyst.place_forecast(&snapshot, &site, &question, control).await;
    let answer = context.watched(ASKING, ask).await?;
    let kept = match &args.keep {
        None => None,
        Some(title) => {
            let control = context.control().await?;
            let workspace = context.workspace(&control, &args.ask.of.workspace).await?;
            let new = NewForecast {
                title: title.clone(),
                site: args.ask.of.site.clone(),
                site_version: site.version,
                question: serde_json::to_value(&question)?,
                answer: serde_json::to_value(&answer)?,
            };
            Some(control.keep_forecast(&workspace.id, &new, save_info(None, None)).await?.id)
        }
    };
    context.output.result(&Shown { answer, kept }, |shown| words(context, shown))?;
    Ok(Exit::Done)
}

fn words(context: &Context, shown: &Shown) -> String {
    let Shown { answer, kept } = shown;
    let lang = &context.output.lang;
    let list = |of: &[PlaceForecastOf], what: &str| {
        let row = |one: &PlaceForecastOf| {
            let (reached, stopped) = (one.reached, one.stopped);
            let whole = |value: f64| format!("{value:.0}");
            let ends = |low: f64, high: f64| format!("{low:.0} to {high:.0}");
            [
                one.name.get(lang).to_owned(),
                match (one.moves, one.before == one.after) {
                    (false, _) => String::new(),
                    (true, true) => "yes".to_owned(),
                    (true, false) => format!("{} → {}", one.before.join(" "), one.after.join(" ")),
                },
                count(reached.measured),
                whole(reached.forecast),
                ends(reached.low, reached.high),
                format!("{:+.0}", reached.forecast - reached.measured as f64),
                one.units
                    .map_or_else(String::new, |units| format!("{} → {:.0}", count(units.measured), units.forecast)),
                count(stopped.measured),
                whole(stopped.forecast),
                ends(stopped.low, stopped.high),
            ]
        };
        let interval = format!("{} interval#", percent(Some(answer.coverage)));
        let header = [
            what,
            "moves",
            "came#",
            "forecast#",
            interval.as_str(),
            "change#",
            "units#",
            "stopped#",
            "forecast#",
            interval.as_str(),
        ];
        table(header, of.iter().map(row))
    };
    let mut text = format!("{}\n\n", answer.change.get(lang));
    if !answer.categories.is_empty() {
        text.push_str(&format!("{}\n\n", list(&answer.categories, "category")));
    }
    text.push_str(&list(&answer.zones, "zone"));
    if !answer.withheld.is_empty() {
        text.push_str(&format!("\n\nwithheld, of too few visits: {}", answer.withheld.join(", ")));
    }
    let sold = |one: &PlaceForecastOf| {
        let of = one.sales.filter(|_| one.moves)?;
        let name = one.name.get(lang);
        Some(format!(
            "\n{name}: sales of {:.0} would be {:.0}, {:.0} to {:.0}",
            of.measured, of.forecast, of.low, of.high
        ))
    };
    let sales: String = answer.categories.iter().filter_map(sold).collect();
    if !sales.is_empty() {
        text.push_str(&format!("\n{sales}\nif as many of those who stop buy, and as much"));
    }
    text.push_str(&format!(
        "\n\nof {} visits in {} shopping units the walks of {} change; {} stops move",
        count(answer.visits),
        count(answer.units),
        count(answer.edited),
        count(answer.moved_stops)
    ));
    if let Some(id) = kept {
        text.push_str(&format!("\nwritten down as forecast {id}"));
    }
    for caveat in &answer.caveats {
        text.push_str(&format!("\n{}", caveat.get(lang)));
    }
    text.push_str(&footer(context, &answer.meta));
    text
}

pub async fn list(context: &Context, of: &OfSite) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    let (workspace, _) = resolved(context, &control, of).await?;
    let kept = control.kept_forecasts(&workspace, &of.site).await?;
    context.output.result(&kept, |kept| {
        let row = |one: &KeptForecast| {
            let (title, version) = (one.forecast.title.clone(), one.forecast.site_version.to_string());
            [one.id.to_string(), title, version, one.created_by.clone(), time(one.created_at_us)]
        };
        table(["forecast#", "title", "site version#", "by", "written down (UTC)"], kept.iter().map(row))
    })?;
    Ok(Exit::Done)
}

pub async fn score(context: &Context, args: &PlaceScoreArgs) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    let (workspace, site) = resolved(context, &control, &args.of.of).await?;
    let kept = found(&control, &workspace, &args.of).await?;
    let title = kept.forecast.title;
    let kept: PlaceForecastKept = serde_json::from_value(kept.forecast.answer)?;
    let (analyst, snapshot) = (context.analyst()?, context.snapshot(&workspace).await?);
    let scope = PlaceScope { from: args.from, to: args.to, floor: None };
    let ask =
        async |control: &lake::Control| analyst.place_forecast_score(&snapshot, &site, &kept, &scope, control).await;
    let answer = context.watched(ASKING, ask).await?;
    context.output.result(&answer, |answer| {
        let list = |scores: &PlaceScores, what: &str| {
            let row = |one: &PlaceScored| {
                [
                    one.name.get(&context.output.lang).to_owned(),
                    count(one.before),
                    format!("{:.0}", one.forecast),
                    format!("{:.0} to {:.0}", one.low, one.high),
                    format!("{:.0}", one.happened),
                    format!("{:+.0}", one.error),
                    format!("{:+.0}", one.error_of_no_change),
                    if one.covered { "yes" } else { "no" }.to_owned(),
                ]
            };
            let header = [
                what,
                "came before#",
                "forecast#",
                "interval#",
                "happened#",
                "off by#",
                "no change off by#",
                "covered",
            ];
            let mean = |error: Option<f64>| error.map_or_else(|| "–".to_owned(), |error| format!("{error:.1}"));
            format!(
                "{}\nmean error {} visits, of saying that nothing changes {}; {} of {} within their intervals",
                table(header, scores.scored.iter().map(row)),
                mean(scores.mean_error),
                mean(scores.mean_error_of_no_change),
                scores.covered,
                scores.scored.len()
            )
        };
        let mut text = format!("{title}\n\n");
        if !answer.categories.scored.is_empty() {
            text.push_str(&format!("{}\n\n", list(&answer.categories, "category")));
        }
        text.push_str(&list(&answer.zones, "zone"));
        text.push_str(&format!(
            "\n\nwhat happened in {} visits, told of {}",
            count(answer.visits),
            count(answer.of_visits)
        ));
        text.push_str(&footer(context, &answer.meta));
        text
    })?;
    Ok(Exit::Done)
}

pub async fn remove(context: &Context, args: &PlaceForecastArg) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    let (workspace, _) = resolved(context, &control, &args.of).await?;
    let kept = found(&control, &workspace, args).await?;
    control.delete_forecast(&workspace, &args.of.site, kept.id).await?;
    context.output.result(&kept, |kept| format!("forecast {}: deleted", kept.id))?;
    Ok(Exit::Done)
}

async fn found(control: &Control, workspace: &str, arg: &PlaceForecastArg) -> anyhow::Result<KeptForecast> {
    let (id, site) = (arg.forecast, &arg.of.site);
    let kept = control.kept_forecast(workspace, site, id).await?;
    Ok(kept.ok_or_else(|| Failure::not_found(format!("there is no forecast {id} of site `{site}`")))?)
}

/// The change as its arguments say it.
fn change(args: &PlaceForecastArgs) -> anyhow::Result<PlaceChange> {
    let swap = |text: &String| {
        let two = text.split_once(',').map(|(one, other)| [one.trim().to_owned(), other.trim().to_owned()]);
        two.ok_or_else(|| Failure::usage(format!("`--swap {text}`: name two zones, as in `p0,b3`")))
    };
    let moved = |text: &String| {
        let read = || {
            let (zone, by) = text.split_once('=')?;
            let (right, up) = by.split_once(',')?;
            let by_m = [right.trim().parse().ok()?, up.trim().parse().ok()?];
            Some(PlaceMoveOf { zone: zone.trim().to_owned(), by_m })
        };
        read().ok_or_else(|| Failure::usage(format!("`--move {text}`: a zone and metres, as in `promo=2.5,-1`")))
    };
    Ok(PlaceChange {
        swaps: args.swaps.iter().map(swap).collect::<Result<_, _>>()?,
        moves: args.moves.iter().map(moved).collect::<Result<_, _>>()?,
        plan: args.plan,
    })
}
