//! Reference tables, as they are typed.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use model::reference::TableKind;

use super::WorkspaceArg;

#[derive(Debug, Subcommand)]
pub enum ReferenceCommand {
    /// Import a file as the table from a day on
    #[command(
        after_help = "Examples:\n  throughline reference import items.xlsx -w shop --table catalogue --columns sku=编码,name=名称,price=售价,cost=成本 --valid-from 2025-11-01 --source 'ERP 2025-11'\n  throughline reference import costs.csv -w shop --table channel_costs --mapping costs.yaml --valid-from 2025-11-01 --source 'budget 2025'"
    )]
    Import(ReferenceImportArgs),
    /// The tables, their versions, and when each is in force
    List(WorkspaceArg),
    /// Rows of a table
    #[command(
        after_help = "Example:\n  throughline reference show stock -w shop --as-of 2025-11-11 --where site=杭州西湖店"
    )]
    Show(ReferenceShowArgs),
}

#[derive(Debug, Args)]
pub struct ReferenceImportArgs {
    /// CSV, Excel workbook, NDJSON or Parquet
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// Which table: catalogue, stock, rosters, channel_costs, promotions, calendar [default: as the mapping says]
    #[arg(long, value_name = "TABLE", value_parser = table_kind, required_unless_present = "mapping")]
    pub table: Option<TableKind>,
    /// Which column of the file is which: COLUMN=FILE_COLUMN,… Columns of the same name need none
    #[arg(long, value_name = "PAIRS", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// The same in YAML, with encoding, sheet, number format, constants and meanings of values
    #[arg(long, short, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// The first day the table holds
    #[arg(long, value_name = "DAY")]
    pub valid_from: NaiveDate,
    /// Where it comes from, as figures will name it
    #[arg(long, value_name = "TEXT")]
    pub source: String,
    /// ISO 4217 code of its money [default: the workspace's]
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// Exit with 0 although up to this many rows were rejected
    #[arg(long, value_name = "ROWS", default_value_t = 0)]
    pub allow_rejects: u64,
}

#[derive(Debug, Args)]
pub struct ReferenceShowArgs {
    /// Which table
    #[arg(value_name = "TABLE", value_parser = table_kind)]
    pub table: TableKind,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// Only rows that hold on this day
    #[arg(long, value_name = "DAY")]
    pub as_of: Option<NaiveDate>,
    /// Only rows with this value: COLUMN=VALUE
    #[arg(long = "where", value_name = "COLUMN=VALUE")]
    pub filter: Option<String>,
    /// Rows to pass over
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: u64,
    /// Rows shown at most
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: usize,
}

fn table_kind(text: &str) -> Result<TableKind, String> {
    TableKind::by_id(text).ok_or_else(|| {
        let known: Vec<_> = TableKind::ALL.iter().map(|kind| kind.id()).collect();
        format!("there is no such table; one of {}", known.join(", "))
    })
}
