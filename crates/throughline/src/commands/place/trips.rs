//! `throughline place trips`.

use analysis::place::{PlaceExposure, PlacePathType, PlaceSpillover, PlaceTrips, PlaceTripsQuestion};

use super::answers::{Asked, footer};
use crate::args::PlaceTripsArgs;
use crate::context::{ASKING, Context};
use crate::exit::Exit;
use crate::output::{count, duration, percent, points, table};

pub async fn run(context: &Context, args: &PlaceTripsArgs) -> anyhow::Result<Exit> {
    let Asked { analyst, snapshot, site, scope } = Asked::of(context, &args.ask).await?;
    let question = PlaceTripsQuestion { version: None, scope, types: args.types };
    let ask = async |control: &lake::Control| analyst.place_trips(&snapshot, &site, &question, control).await;
    let answer = context.watched(ASKING, ask).await?;
    context.output.result(&answer, |answer| shown(context, answer))?;
    Ok(Exit::Done)
}

fn shown(context: &Context, answer: &PlaceTrips) -> String {
    let of_type = |one: &PlacePathType| {
        let way: Vec<&str> = one.zones.iter().map(|zone| zone.zone.as_str()).collect();
        let bought = one.bought.map(|bought| bought as f64 / one.visits as f64);
        [count(one.visits), percent(Some(one.share)), duration(one.median_seconds), percent(bought), way.join(" → ")]
    };
    let of_pair = |one: &PlaceSpillover| {
        let difference = &one.difference;
        [
            one.from.clone(),
            one.to.clone(),
            count(one.visits),
            percent(Some(one.then)),
            percent(Some(one.otherwise)),
            format!("{} ({} to {})", points(difference.value), points(difference.low), points(difference.high)),
        ]
    };
    let of_zone = |one: &PlaceExposure| {
        let by_area = one.time_by_area.map_or_else(|| "–".to_owned(), |times| format!("{times:.2}"));
        let visits = one.visits.map_or_else(|| "–".to_owned(), count);
        let name = one.name.get(&context.output.lang).to_owned();
        [name, visits, percent(one.reach), percent(one.stop_rate), by_area]
    };
    let withheld = match answer.withheld.types {
        0 => String::new(),
        types => format!("\n{types} types withheld, of {} visits", count(answer.withheld.visits)),
    };
    let exposures = match answer.exposures.is_empty() {
        true => "no zone is a promotion or of high margin".to_owned(),
        false => table(["zone", "visits#", "reach#", "stop#", "time by area#"], answer.exposures.iter().map(of_zone)),
    };
    format!(
        "{}{withheld}\n\n{}\n{} pairs looked at; an association, and no cause\n\n{exposures}{}",
        table(["visits#", "share#", "median#", "bought#", "way"], answer.types.iter().map(of_type)),
        table(
            ["stopped at", "later at", "visits#", "then stop#", "else#", "more, points#"],
            answer.spillovers.iter().map(of_pair)
        ),
        answer.looks,
        footer(context, &answer.meta)
    )
}
