//! `throughline journey versions`, `diff` and `restore`.

use control::Control;
use model::journey_diff::{self, Change, ChangeKind};
use serde::Serialize;
use serde_json::Value;

use super::journey::stored;
use super::tables;
use crate::args::{DiffArgs, JourneyArg, JourneyIdArg, RestoreArgs};
use crate::context::{Context, save_info};
use crate::exit::{Exit, Failure};
use crate::output::table;

/// Characters of a value that a table shows.
const SHOWN_CHARS: usize = 60;

pub(super) async fn list(context: &Context, control: &Control, arg: &JourneyIdArg) -> anyhow::Result<Exit> {
    let workspace = context.workspace(control, &arg.workspace).await?;
    let versions = control.journey_versions(&workspace.id, &arg.journey).await?;
    if versions.is_empty() {
        return Err(Failure::not_found(format!(
            "there is no journey `{}` in workspace `{}`",
            arg.journey, workspace.id
        ))
        .into());
    }
    context.output.result(&versions, |versions| tables::versions(versions))?;
    Ok(Exit::Done)
}

pub(super) async fn diff(context: &Context, control: &Control, args: &DiffArgs) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Diff {
        journey: String,
        from: u32,
        to: u32,
        changes: Vec<Change>,
    }
    let version = |version| JourneyArg { id: args.journey.clone(), version };
    let from = stored(context, control, &version(Some(args.from))).await?;
    let to = stored(context, control, &version(args.to)).await?;
    let changes = journey_diff::diff(&from.journey, &to.journey);
    let diff = Diff { journey: to.journey.id, from: from.version, to: to.version, changes };
    context.output.result(&diff, |diff| match diff.changes.is_empty() {
        true => format!("versions {} and {} say the same", diff.from, diff.to),
        false => table(["", "field", "before", "after"], diff.changes.iter().map(row)),
    })?;
    Ok(Exit::Done)
}

fn row(change: &Change) -> [String; 4] {
    let kind = match change.kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Changed => "changed",
        ChangeKind::Moved => "moved",
    };
    let place = |place: &Option<journey_diff::Place>| {
        place.as_ref().map(|place| {
            let stage = place.stage.as_ref().map_or(String::new(), |stage| format!("{stage}, "));
            format!("{stage}{}", place.position + 1)
        })
    };
    let side = |value: &Option<Value>, at: &Option<journey_diff::Place>| {
        value.as_ref().map(shown).or_else(|| place(at)).unwrap_or_default()
    };
    [kind.to_owned(), change.path.clone(), side(&change.before, &change.from), side(&change.after, &change.to)]
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

pub(super) async fn restore(context: &Context, control: &Control, args: RestoreArgs) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Restored {
        journey: String,
        version: u32,
        created: bool,
    }
    let workspace = context.workspace(control, &args.journey.workspace).await?;
    let info = save_info(Some(args.note), args.expected_version);
    let journey = args.journey.journey;
    let saved = control.restore_journey(&workspace.id, &journey, args.version, info).await?;
    let restored = Restored { journey, version: saved.version, created: saved.created };
    context.output.result(&restored, |restored| match restored.created {
        true => format!("{}: version {} saved as version {}", restored.journey, args.version, restored.version),
        false => format!("{}: unchanged, version {}", restored.journey, restored.version),
    })?;
    Ok(Exit::Done)
}
