//! `throughline place import`, `replay`, `days` and `remove-tracks`.

use lake::{Mode, RemovedDays, TrackDayRows};
use serde::Serialize;
use worker::import::Target;
use worker::maintain::settle;
use worker::place::{PlaceDay, PlaceImport, PlaceSummary, import_positions};

use super::resolved;
use crate::args::{OfSite, PlaceImportArgs, RemoveTracksArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{bytes, count, table};
use crate::progress::import_watch;

pub async fn import(context: &Context, args: &PlaceImportArgs) -> anyhow::Result<Exit> {
    let files = ingest::expand(&args.paths)?;
    let control = context.control().await?;
    let (workspace, site) = resolved(context, &control, &args.of).await?;
    let lake = context.lake(&workspace, Mode::ReadWrite).await?;
    let sensor = match &args.sensor {
        Some(id) => Some(super::sensor::stored(&control, &workspace, &args.of.site, id).await?.sensor),
        None => None,
    };
    let request = PlaceImport { workspace, site, sensor, files };
    let (watch, bar) = import_watch(&context.stop);
    let target = Target { folder: &context.folder, control: &control, lake: &lake };
    let summary = import_positions(target, &request, &watch).await;
    bar.finish_and_clear();
    let summary = summary?;
    context.watched("merging files", async |control| settle(&lake, control).await).await?;
    context.output.result(&summary, |summary| format!("{}\n\n{}", files_text(summary), days_text(&summary.days)))?;
    let rejected: u64 = summary.files.iter().map(|file| file.rejected).sum();
    Ok(if rejected > args.allow_rejects { Exit::Input } else { Exit::Done })
}

fn files_text(summary: &PlaceSummary) -> String {
    let row = |file: &worker::place::PlaceFile| {
        let outcome = serde_json::to_value(file.outcome).ok().and_then(|it| it.as_str().map(str::to_owned));
        let rejects = file.rejects_file.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
        let name = file.file.display().to_string();
        [
            name,
            outcome.unwrap_or_default(),
            count(file.sightings),
            count(file.counted),
            count(file.skipped),
            count(file.rejected),
            rejects,
        ]
    };
    table(
        ["file", "outcome", "positions#", "counts#", "skipped#", "rejected#", "rejects"],
        summary.files.iter().map(row),
    )
}

fn days_text(days: &[PlaceDay]) -> String {
    let row = |day: &PlaceDay| {
        let report = day.report.clone().unwrap_or_default();
        let staff = report.staff_said + report.staff_by_place + report.staff_by_stay;
        let number = |number: u64| if day.unchanged { String::new() } else { count(number) };
        let events = if day.unchanged { "unchanged".to_owned() } else { count(day.events) };
        let counts =
            [report.tracks, report.passers_by, staff, report.stitched, report.visits, report.units].map(number);
        let [tracks, passers_by, staff, stitched, visits, units] = counts;
        [day.day.to_string(), tracks, passers_by, staff, stitched, visits, units, events]
    };
    let header = ["day", "tracks#", "passers-by#", "staff#", "stitched#", "visits#", "units#", "events#"];
    table(header, days.iter().map(row))
}

pub async fn replay(context: &Context, of: &OfSite) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    let (workspace, site) = resolved(context, &control, of).await?;
    let lake = context.lake(&workspace, Mode::ReadWrite).await?;
    let (watch, bar) = import_watch(&context.stop);
    let days = worker::place::replay(&lake, &site, &watch).await;
    bar.finish_and_clear();
    context.output.result(&days?, |days| days_text(days))?;
    Ok(Exit::Done)
}

pub async fn days(context: &Context, of: &OfSite) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    let (workspace, site) = resolved(context, &control, of).await?;
    let mut days = context.snapshot(&workspace).await?.track_days().await?;
    days.retain(|day| day.of.site == site.definition.id);
    context.output.result(&days, |days| {
        let row =
            |day: &TrackDayRows| [day.of.day.to_string(), count(day.sightings), bytes(day.bytes), count(day.files)];
        table(["day", "positions#", "bytes#", "files#"], days.iter().map(row))
    })?;
    Ok(Exit::Done)
}

pub async fn remove(context: &Context, args: &RemoveTracksArgs) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Removed {
        positions: u64,
    }
    let control = context.control().await?;
    // Also of a site that is removed.
    let workspace = context.workspace(&control, &args.of.workspace).await?;
    let lake = context.lake(&workspace.id, Mode::ReadWrite).await?;
    let days = match (args.before, args.day) {
        (Some(before), _) => RemovedDays::Before(before),
        (None, Some(day)) => RemovedDays::On(day),
        (None, None) => RemovedDays::All,
    };
    let positions = lake.remove_tracks(&args.of.site, days).await?;
    lake.remove_counts(&args.of.site, days).await?;
    let text = |removed: &Removed| {
        let how = "`throughline lake vacuum` deletes their files a day later";
        format!("{} positions removed; {how}", count(removed.positions))
    };
    context.output.result(&Removed { positions }, text)?;
    Ok(Exit::Done)
}
