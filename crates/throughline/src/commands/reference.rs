//! `throughline reference`.

use ingest::{ReferenceMapping, SourceFile};
use lake::{Mode, ReferenceQuery, ReferenceTable};
use model::reference::{Cell, TableKind, Version};
use serde::Serialize;
use worker::import::Outcome;
use worker::reference::{ReferenceRequest, ReferenceSummary, import_reference};

use crate::args::{ReferenceCommand, ReferenceImportArgs, ReferenceShowArgs, WorkspaceArg};
use crate::context::{Context, read_text};
use crate::exit::{Exit, Failure};
use crate::output::{count, rows_table, table, time};
use crate::progress::import_watch;

pub async fn run(context: &Context, command: ReferenceCommand) -> anyhow::Result<Exit> {
    match command {
        ReferenceCommand::Import(args) => import(context, &args).await,
        ReferenceCommand::List(workspace) => list(context, &workspace).await,
        ReferenceCommand::Show(args) => show(context, &args).await,
    }
}

async fn import(context: &Context, args: &ReferenceImportArgs) -> anyhow::Result<Exit> {
    let mut mapping = match &args.mapping {
        Some(path) => ReferenceMapping::from_yaml(&read_text(path)?)
            .map_err(|faults| worker::Error::Document { path: path.clone(), faults })?,
        None => ReferenceMapping::default(),
    };
    let kind = args.table.or(mapping.table);
    let kind = kind.ok_or_else(|| Failure::usage("name the table with --table, or in the mapping as `table`"))?;
    for pair in &args.columns {
        let (column, of_file) = pair
            .split_once('=')
            .ok_or_else(|| Failure::usage(format!("`{pair}` is not COLUMN=FILE_COLUMN, as in sku=编码")))?;
        mapping.columns.insert(column.trim().to_owned(), of_file.trim().to_owned());
    }
    let faults = mapping.faults(kind);
    if !faults.is_empty() {
        let message = format!("the mapping does not fit table `{}`", kind.id());
        return Err(Failure { faults, ..Failure::input(message) }.into());
    }
    let file = SourceFile::at(&args.file)?;
    let control = context.control().await?;
    let workspace = context.workspace_or_new(&control, &args.workspace).await?;
    let lake = context.lake(&workspace.id, Mode::ReadWrite).await?;
    let request = ReferenceRequest {
        workspace: workspace.id,
        kind,
        file,
        mapping,
        valid_from: args.valid_from,
        source: args.source.trim().to_owned(),
        currency: args.currency.clone().or(workspace.currency),
    };
    if request.source.is_empty() {
        return Err(Failure::usage("--source says where the table comes from, as in 'ERP 2025-11'").into());
    }
    let (watch, bar) = import_watch(&context.stop);
    let summary = import_reference(&context.folder, &lake, &request, &watch).await;
    bar.finish_and_clear();
    let summary = summary?;
    context.output.result(&summary, lines)?;
    Ok(if summary.version.rejected > args.allow_rejects { Exit::Input } else { Exit::Done })
}

fn lines(summary: &ReferenceSummary) -> String {
    let Version { table, version, rows, rejected, valid_from, source, .. } = &summary.version;
    let head = match summary.outcome {
        Outcome::Unchanged => "unchanged: ",
        _ => "",
    };
    let (rows, rejected) = (count(*rows), count(*rejected));
    let id = table.id();
    let mut text = format!(
        "{head}{id} version {version}: {rows} rows from {source}, valid from {valid_from}, {rejected} rejected"
    );
    for (code, rows) in &summary.rejected_by {
        text.push_str(&format!("\nrejected for {code}: {}", count(*rows)));
    }
    if let Some(file) = &summary.rejects_file {
        text.push_str(&format!("\nrejected rows: {}", file.display()));
    }
    summary.notes.iter().for_each(|note| text.push_str(&format!("\nnote: {note}")));
    text
}

/// A version and when it is in force.
#[derive(Debug, Serialize)]
struct Listed {
    #[serde(flatten)]
    version: Version,
    /// Null: replaced by a later import of the same day.
    in_force_from: Option<chrono::NaiveDate>,
    /// The last day. Null: until further notice, or never.
    in_force_to: Option<chrono::NaiveDate>,
}

async fn list(context: &Context, arg: &WorkspaceArg) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    let workspace = context.workspace(&control, arg).await?;
    let lake = context.lake(&workspace.id, Mode::ReadOnly).await?;
    let mut listed = Vec::new();
    for kind in TableKind::ALL {
        let table = lake.reference(kind).await?;
        for (version, reign) in table.versions().iter().zip(table.reigns()) {
            let (in_force_from, in_force_to) = reign.map_or((None, None), |(from, to)| (Some(from), to));
            listed.push(Listed { version: version.clone(), in_force_from, in_force_to });
        }
    }
    context.output.result(&listed, |listed| {
        let row = |listed: &Listed| {
            let Version { table, version, source, rows, rejected, imported_at_us, .. } = &listed.version;
            let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
            let in_force = match listed.in_force_from {
                None => "replaced".to_owned(),
                Some(from) => format!("{from} – {}", day(listed.in_force_to)),
            };
            let (rows, rejected) = (count(*rows), count(*rejected));
            [
                table.id().to_owned(),
                version.to_string(),
                source.clone(),
                in_force,
                rows,
                rejected,
                time(*imported_at_us),
            ]
        };
        let header = ["table", "version#", "source", "in force", "rows#", "rejected#", "imported (UTC)"];
        table(header, listed.iter().map(row))
    })?;
    Ok(Exit::Done)
}

/// Rows of a table.
#[derive(Debug, Serialize)]
struct Shown {
    table: TableKind,
    columns: Vec<&'static str>,
    rows: Vec<Vec<Option<Cell>>>,
    /// The version of each row.
    versions: Vec<u32>,
    /// Rows there are, shown or not.
    total: u64,
}

async fn show(context: &Context, args: &ReferenceShowArgs) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    let workspace = context.workspace(&control, &args.workspace).await?;
    let lake = context.lake(&workspace.id, Mode::ReadOnly).await?;
    let table: ReferenceTable = lake.reference(args.table).await?;
    if table.versions().is_empty() {
        let message = format!(
            "workspace `{}` has no table `{}`; import one with `throughline reference import`",
            workspace.id,
            args.table.id()
        );
        return Err(Failure::not_found(message).into());
    }
    let filter = args.filter.as_deref().map(|text| filter(args.table, text)).transpose()?;
    let query = ReferenceQuery { day: args.as_of, filter, offset: args.offset, limit: args.limit };
    let page = table.page(&query).await?;
    let (versions, rows) = page.rows.into_iter().map(|(version, row)| (version, row.0)).unzip();
    let columns = args.table.columns().iter().map(|column| column.name).collect();
    let shown = Shown { table: args.table, columns, rows, versions, total: page.total };
    context.output.result(&shown, |shown| {
        let cell = |cell: &Option<Cell>| match cell {
            None => String::new(),
            Some(Cell::Number(value)) => value.to_string(),
            Some(Cell::Day(day)) => day.to_string(),
            Some(Cell::Text(text)) => text.clone(),
        };
        let rows = shown.rows.iter().map(|row| row.iter().map(cell).collect());
        let more = shown.total.saturating_sub(shown.rows.len() as u64);
        let text = rows_table(&shown.columns, rows);
        if more > 0 { format!("{text}\n{} of {} rows", shown.rows.len(), count(shown.total)) } else { text }
    })?;
    Ok(Exit::Done)
}

fn filter(kind: TableKind, text: &str) -> anyhow::Result<(usize, String)> {
    let (column, value) =
        text.split_once('=').ok_or_else(|| Failure::usage(format!("`{text}` is not COLUMN=VALUE")))?;
    let at = kind.column(column).ok_or_else(|| {
        let known: Vec<_> = kind.columns().iter().map(|column| column.name).collect();
        Failure::usage(format!("table `{}` has no column `{column}`; it has {}", kind.id(), known.join(", ")))
    })?;
    Ok((at, value.to_owned()))
}
