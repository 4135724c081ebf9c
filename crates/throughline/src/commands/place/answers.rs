//! The answers of `throughline place`.

use std::sync::Arc;

use analysis::Analyst;
use analysis::place::{
    PlaceHeatQuestion, PlaceLinks, PlaceMeta, PlaceMove, PlaceQuestion, PlaceScope, PlaceStaffingQuestion, ResolvedSite,
};
use lake::Snapshot;

use super::resolved;
use crate::args::{PlaceAskArgs, PlaceFlowsArgs, PlaceHeatArgs, PlaceStaffingArgs};
use crate::context::{ASKING, Context};
use crate::exit::Exit;
use crate::output::{count, duration, percent, table};

/// What every question needs.
pub(super) struct Asked {
    pub(super) analyst: Analyst,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) site: ResolvedSite,
    pub(super) scope: PlaceScope,
}

impl Asked {
    pub(super) async fn of(context: &Context, args: &PlaceAskArgs) -> anyhow::Result<Asked> {
        let control = context.control().await?;
        let (workspace, site) = resolved(context, &control, &args.of).await?;
        let scope = PlaceScope { from: args.from, to: args.to, floor: args.floor.clone() };
        Ok(Asked { analyst: context.analyst()?, snapshot: context.snapshot(&workspace).await?, site, scope })
    }
}

pub(super) fn footer(context: &Context, meta: &PlaceMeta) -> String {
    let [population, definition] = [&meta.population, &meta.definition].map(|text| text.get(&context.output.lang));
    let filters: String = meta.filters.iter().map(|text| format!("\n{}", text.get(&context.output.lang))).collect();
    format!("\n\n{population}{filters}\n{definition}")
}

fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

pub async fn visits(context: &Context, args: &PlaceAskArgs) -> anyhow::Result<Exit> {
    let Asked { analyst, snapshot, site, scope } = Asked::of(context, args).await?;
    let question = PlaceQuestion { version: None, scope };
    let ask = async |control: &lake::Control| analyst.place_visits(&snapshot, &site, &question, control).await;
    let answer = context.watched(ASKING, ask).await?;
    context.output.result(&answer, |answer| {
        let by_day = answer
            .days
            .iter()
            .map(|day| [day.day.to_string(), count(day.visits), count(day.units), count(day.most_at_once)]);
        let by_time = answer
            .occupancy
            .iter()
            .map(|time| [clock(time.minute), count(time.entered), format!("{:.1}", time.mean), count(time.most)]);
        let mut sales = answer
            .capture
            .map_or_else(String::new, |capture| format!("\nof those who came by {} came in", percent(Some(capture))));
        if let Some(detour) = answer.detour {
            sales.push_str(&format!(
                "\nwalked {:.2} times the shortest way, one in ten {:.2}",
                detour.median, detour.p90
            ));
        }
        if let Some(of) = answer.sales {
            sales.push_str(&format!(
                "\n{} receipts, {} of them matched with a walk; {} of units bought, {} a visit, {} a receipt",
                count(of.receipts),
                count(of.matched),
                percent(of.conversion),
                of.amount_per_visit.map_or_else(|| "–".to_owned(), |amount| format!("{amount:.2}")),
                of.amount_per_receipt.map_or_else(|| "–".to_owned(), |amount| format!("{amount:.2}"))
            ));
        }
        format!(
            "{}\n\n{}\n\nmedian visit {}{sales}{}",
            table(["day", "visits#", "units#", "most at once#"], by_day),
            table(["from", "entered#", "there on average#", "most#"], by_time),
            duration(answer.median_seconds),
            footer(context, &answer.meta)
        )
    })?;
    Ok(Exit::Done)
}

pub async fn zones(context: &Context, args: &PlaceAskArgs) -> anyhow::Result<Exit> {
    let Asked { analyst, snapshot, site, scope } = Asked::of(context, args).await?;
    let question = PlaceQuestion { version: None, scope };
    let ask = async |control: &lake::Control| analyst.place_zones(&snapshot, &site, &question, control).await;
    let answer = context.watched(ASKING, ask).await?;
    context.output.result(&answer, |answer| {
        let row = |zone: &analysis::place::PlaceZone| {
            [
                zone.name.get(&context.output.lang).to_owned(),
                percent(zone.reach),
                count(zone.visits),
                count(zone.entries),
                count(zone.stopped),
                zone.engaged.map_or_else(|| "–".to_owned(), count),
                format!("{:.1}", zone.exact_seconds / 60.0),
                zone.engaged_seconds.map_or_else(|| "–".to_owned(), |seconds| format!("{:.1}", seconds / 60.0)),
                duration(zone.median_seconds),
                count(zone.first),
                count(zone.last),
            ]
        };
        let header = [
            "zone",
            "reach#",
            "visits#",
            "entries#",
            "stopped#",
            "engaged#",
            "min within#",
            "min engaged#",
            "median#",
            "first#",
            "last#",
        ];
        let withheld: Vec<&str> = answer.withheld.iter().map(|zone| zone.name.get(&context.output.lang)).collect();
        let withheld = match withheld.is_empty() {
            true => String::new(),
            false => format!("\n\nwithheld, of too few visits: {}", withheld.join(", ")),
        };
        format!("{}{withheld}{}", table(header, answer.zones.iter().map(row)), footer(context, &answer.meta))
    })?;
    Ok(Exit::Done)
}

pub async fn flows(context: &Context, args: &PlaceFlowsArgs) -> anyhow::Result<Exit> {
    let Asked { analyst, snapshot, site, scope } = Asked::of(context, &args.ask).await?;
    let question = PlaceQuestion { version: None, scope };
    let ask = async |control: &lake::Control| analyst.place_flows(&snapshot, &site, &question, control).await;
    let answer = context.watched(ASKING, ask).await?;
    context.output.result(&answer, |answer| {
        let shown = |header: [&str; 3], list: &PlaceLinks, none: [&str; 2]| {
            let row = |one: &PlaceMove| {
                let name = |id: &Option<String>, none: &str| id.clone().unwrap_or_else(|| none.to_owned());
                [name(&one.from, none[0]), name(&one.to, none[1]), count(one.times)]
            };
            let rows = table(header, list.links.iter().take(args.top).map(row));
            let further = match list.links.len() > args.top {
                true => format!("{} of {} links; ", args.top, list.links.len()),
                false => String::new(),
            };
            let withheld = list.withheld;
            format!("{rows}\n{further}{} of {} times withheld, of too few visits", withheld.times, list.times)
        };
        format!(
            "{}\n\n{}\n\n{}{}",
            shown(["from", "to", "times#"], &answer.moves, ["(outside)", "(outside)"]),
            shown(["first zone", "last zone", "visits#"], &answer.ends, ["", ""]),
            shown(["", "first stop", "visits#"], &answer.first_stops, ["", "(none)"]),
            footer(context, &answer.meta)
        )
    })?;
    Ok(Exit::Done)
}

pub async fn heat(context: &Context, args: &PlaceHeatArgs) -> anyhow::Result<Exit> {
    let Asked { analyst, snapshot, site, scope } = Asked::of(context, &args.ask).await?;
    let question = PlaceHeatQuestion { version: None, scope, cell_m: args.cell };
    let ask = async |control: &lake::Control| analyst.place_heat(&snapshot, &site, &question, control).await;
    let answer = context.watched(ASKING, ask).await?;
    context.output.result(&answer, |answer| {
        let mut text = String::new();
        for floor in &answer.floors {
            let mut cells: Vec<usize> = (0..floor.cells.len()).collect();
            cells.sort_by(|a, b| floor.cell_seconds[*b].total_cmp(&floor.cell_seconds[*a]));
            let row = |cell: &usize| {
                let [x, y] = floor.corner(floor.cells[*cell]).map(|metres| format!("{metres:.1}"));
                [x, y, format!("{:.1}", floor.cell_seconds[*cell]), count(u64::from(floor.cell_visits[*cell]))]
            };
            text.push_str(&table(["x m#", "y m#", "seconds#", "visits#"], cells.iter().take(args.top).map(row)));
            text.push_str(&format!(
                "\n\n{}: {:.1} s in all, {:.1} s of them withheld in {} cells of fewer than {} visits, {:.1} s beside the grid\n",
                floor.floor,
                floor.seconds,
                floor.withheld.seconds,
                floor.withheld.cells,
                answer.meta.shown_from,
                floor.beside_seconds
            ));
        }
        format!("{text}{}", footer(context, &answer.meta).trim_start_matches('\n'))
    })?;
    Ok(Exit::Done)
}

pub async fn queue(context: &Context, args: &PlaceAskArgs) -> anyhow::Result<Exit> {
    let Asked { analyst, snapshot, site, scope } = Asked::of(context, args).await?;
    let question = PlaceQuestion { version: None, scope };
    let ask = async |control: &lake::Control| analyst.place_queues(&snapshot, &site, &question, control).await;
    let answer = context.watched(ASKING, ask).await?;
    context.output.result(&answer, |answer| {
        let row = |queue: &analysis::place::PlaceQueue| {
            [
                queue.queue.clone(),
                count(queue.joined),
                count(queue.served),
                count(queue.abandoned),
                percent(queue.abandonment),
                duration(queue.mean_wait_seconds),
                duration(queue.p90_wait_seconds),
                duration(queue.mean_service_seconds),
                format!("{:.2}", queue.mean_length),
                count(queue.most),
                format!("{:.2}", queue.arrivals_times_wait),
            ]
        };
        let header = [
            "queue",
            "joined#",
            "served#",
            "gave up#",
            "of them#",
            "mean wait#",
            "90 % wait#",
            "service#",
            "length#",
            "most#",
            "λW#",
        ];
        let withheld = match answer.withheld.is_empty() {
            true => String::new(),
            false => format!("\n\nwithheld, of too few visits: {}", answer.withheld.join(", ")),
        };
        format!("{}{withheld}{}", table(header, answer.queues.iter().map(row)), footer(context, &answer.meta))
    })?;
    Ok(Exit::Done)
}

pub async fn staffing(context: &Context, args: &PlaceStaffingArgs) -> anyhow::Result<Exit> {
    let Asked { analyst, snapshot, site, scope } = Asked::of(context, &args.ask).await?;
    let question =
        PlaceStaffingQuestion { version: None, scope, promise_seconds: args.promise, promise_share: args.share };
    let ask = async |control: &lake::Control| analyst.place_staffing(&snapshot, &site, &question, control).await;
    let answer = context.watched(ASKING, ask).await?;
    context.output.result(&answer, |answer| {
        let mut text = String::new();
        for queue in &answer.queues {
            let row = |time: &analysis::place::PlaceStaffingTime| {
                [
                    clock(time.minute),
                    format!("{:.1}", time.arrivals_per_hour),
                    format!("{:.2}", time.offered),
                    time.tills.map_or_else(|| "–".to_owned(), |tills| tills.to_string()),
                    duration(time.mean_wait_seconds),
                    percent(time.utilisation),
                ]
            };
            let header = ["from", "come an hour#", "busy tills#", "tills#", "mean wait#", "used#"];
            text.push_str(&format!(
                "{}: service {:.1} s, variation {:.2}\n{}\n\n",
                queue.queue,
                queue.mean_service_seconds,
                queue.service_variation,
                table(header, queue.half_hours.iter().map(row))
            ));
        }
        let (seconds, share) = (answer.promise_seconds, percent(Some(answer.promise_share)));
        format!("{text}tills with which {share} wait no longer than {seconds} s{}", footer(context, &answer.meta))
    })?;
    Ok(Exit::Done)
}
