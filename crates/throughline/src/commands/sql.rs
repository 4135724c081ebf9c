//! `throughline sql`.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Instant;

use analysis::place::Sites;
use analysis::table::{SqlAnswer, table as rows};
use operators::{Control, QueryLimits};
use serde_json::Value;
use worker::place::StoredSites;

use crate::args::SqlArgs;
use crate::context::{ASKING, Context};
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
    let present = context.present(&control, &workspace).await?;
    let (started, analyst) = (Instant::now(), context.analyst()?);
    let sites: Arc<dyn Sites> = Arc::new(StoredSites { control, workspace: workspace.id.clone() });
    let ask = async |control: &Control| {
        let rows = args.limit.saturating_add(1);
        let limits = QueryLimits { rows, now_us: present.now_us, control: control.clone() };
        let batches = analyst.sql(&present.snapshot, &sites, &sql, limits).await?;
        Ok::<_, operators::Error>((batches, control.rows_done()))
    };
    let (batches, read) = context.watched(ASKING, ask).await?;
    let table = rows(&batches, args.limit)?;
    let meta = present.read_meta(read, started.elapsed(), table.truncated);
    let answer = SqlAnswer { columns: table.columns, rows: table.rows, meta };
    context.output.result(&answer, human)?;
    Ok(Exit::Done)
}

fn human(table: &SqlAnswer) -> String {
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
    let cut = if table.meta.truncated {
        format!("\nonly the first {} rows; --limit shows more", table.rows.len())
    } else {
        String::new()
    };
    format!("{shown}{cut}")
}
