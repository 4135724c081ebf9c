//! `throughline sql`.

use std::io::Read as _;

use analysis::table::{Table, table as rows};
use operators::QueryLimits;
use serde_json::Value;

use crate::args::SqlArgs;
use crate::context::Context;
use crate::exit::Exit;

pub async fn run(context: &Context, args: SqlArgs) -> anyhow::Result<Exit> {
    let sql = if args.sql == "-" {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text)?;
        text
    } else {
        args.sql
    };
    let control = context.control().await?;
    let workspace = context.workspace(&control, &args.workspace).await?;
    let snapshot = context.snapshot(&workspace.id).await?;
    let limits = QueryLimits { rows: args.limit.saturating_add(1), control: context.query_control() };
    let batches = operators::query(&context.analyst()?.engine, snapshot, &sql, limits).await?;
    let table = rows(&batches, args.limit)?;
    context.output.result(&table, human)?;
    Ok(Exit::Done)
}

fn human(table: &Table) -> String {
    let mut shown = comfy_table::Table::new();
    shown.load_style(crate::output::STYLE);
    shown.set_header(table.columns.iter().map(|column| column.name.as_str()));
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    for row in &table.rows {
        shown.add_row(row.iter().map(cell));
    }
    let cut = if table.truncated {
        format!("\nonly the first {} rows; --limit shows more", table.rows.len())
    } else {
        String::new()
    };
    format!("{shown}{cut}")
}
