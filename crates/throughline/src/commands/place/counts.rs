//! `throughline place counts`.

use analysis::place::{CountsBy, PlaceCount, place_counts};

use super::resolved;
use crate::args::PlaceCountsArgs;
use crate::context::{ASKING, Context};
use crate::exit::Exit;
use crate::output::{count, table, time};

pub async fn run(context: &Context, args: &PlaceCountsArgs) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    let (workspace, site) = resolved(context, &control, &args.of).await?;
    let snapshot = context.snapshot(&workspace).await?;
    let by = if args.hourly { CountsBy::Hour } else { CountsBy::Day };
    let ask = async |control: &lake::Control| place_counts(&snapshot, &site, (args.from, args.to), by, control).await;
    let answer = context.watched(ASKING, ask).await?;
    context.output.result(&answer, |answer| {
        let row = |it: &PlaceCount| {
            let direction = it.direction.map_or("within", |direction| direction.id());
            let people = match it.people {
                None => format!("1–{}", answer.shown_from - 1),
                Some(people @ 0..) => count(people as u64),
                Some(people) => people.to_string(),
            };
            [
                it.sensor.to_string(),
                it.line.to_string(),
                time(it.from_us),
                direction.into(),
                it.basis.id().into(),
                people,
            ]
        };
        table(["sensor", "line", "from (UTC)", "direction", "basis", "people#"], answer.counts.iter().map(row))
    })?;
    Ok(Exit::Done)
}
