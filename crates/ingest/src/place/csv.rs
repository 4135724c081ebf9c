//! Generic files: positions of tracks, and lines of receipts.

use std::collections::HashMap;

use model::place::observation::{Located, Observation, Position, RawId, ReceiptLine, Seen, Subject};
use serde_json::Value;

use super::{Found, Reading, Refusal, needed, observation, text};
use crate::assemble::RowFault;
use crate::live::unpack::without_mark;
use crate::mapping::TimeFormat;

type Row = HashMap<String, Value>;

pub(super) fn tracks(reading: &mut Reading<'_>, body: &[u8]) -> Result<(), Refusal> {
    rows(reading, body, &["track_id", "t", "x", "y"], |reading, row| {
        let time_us = reading.time(row.get("t"), "t", TimeFormat::Iso8601)?;
        let mut subject = Subject::track(cell(row, "track_id")?);
        subject.is_staff = text(row.get("kind")).is_some_and(|kind| kind.eq_ignore_ascii_case("staff"));
        let at = Located::Frame([needed(row.get("x"), "x")?, needed(row.get("y"), "y")?]);
        let error_m = super::number(row.get("error_m")).filter(|error| *error >= 0.0);
        let position = Position { subject, at, error_m, height_m: None, is_moving: None, zones: Vec::new() };
        let floor = text(row.get("floor"));
        Ok(vec![Observation { floor, ..observation(time_us, Seen::Position(position)) }])
    })
}

pub(super) fn receipts(reading: &mut Reading<'_>, body: &[u8]) -> Result<(), Refusal> {
    rows(reading, body, &["receipt_id", "t", "qty", "amount"], |reading, row| {
        let time_us = reading.time(row.get("t"), "t", TimeFormat::Iso8601)?;
        let line = ReceiptLine {
            receipt: cell(row, "receipt_id")?,
            store: text(row.get("store")),
            lane: text(row.get("lane")),
            member: text(row.get("member_id")).map(RawId::new),
            sku: text(row.get("sku")),
            category: text(row.get("category")),
            quantity: needed(row.get("qty"), "qty")?,
            unit_price: super::number(row.get("unit_price")),
            amount: needed(row.get("amount"), "amount")?,
        };
        Ok(vec![observation(time_us, Seen::ReceiptLine(line))])
    })
}

fn cell(row: &Row, field: &str) -> Result<String, RowFault> {
    text(row.get(field)).ok_or_else(|| RowFault::new("field_missing", field, format!("`{field}` is empty")))
}

/// Every row by the names of its header.
pub(super) fn rows(
    reading: &mut Reading<'_>,
    body: &[u8],
    wanted: &[&str],
    read: impl Fn(&Reading<'_>, &Row) -> Found,
) -> Result<(), Refusal> {
    let mut table = parse(without_mark(body)).into_iter();
    let header = table.next().unwrap_or_default();
    let header: Vec<String> = header.into_iter().map(|name| name.trim().to_owned()).collect();
    if let Some(lacking) = wanted.iter().find(|name| !header.iter().any(|known| known == *name)) {
        return Err(Refusal::unreadable(format!("the header lacks `{lacking}`; it is {}", wanted.join(","))));
    }
    for cells in table {
        let row: Row = header.iter().cloned().zip(cells.iter().map(|cell| Value::String(cell.clone()))).collect();
        let found = if cells.len() == header.len() {
            read(reading, &row)
        } else {
            let reason = format!("{} cells where the header has {}", cells.len(), header.len());
            Err(RowFault { code: "row_ragged", field: None, reason })
        };
        let member = header.iter().position(|name| name == "member_id");
        let shown =
            cells.iter().enumerate().map(|(at, cell)| if Some(at) == member { "(hidden)" } else { cell.as_str() });
        let shown: Vec<&str> = shown.collect();
        reading.take(found, || shown.join(","))?;
    }
    Ok(())
}

/// Rows of cells. A quote opens a cell that may hold commas and line ends; doubled it is a quote.
fn parse(body: &[u8]) -> Vec<Vec<String>> {
    let text = String::from_utf8_lossy(body);
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => {
                signs.next();
                cell.push('"');
            }
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    row.push(cell);
    rows.push(row);
    rows.retain(|row: &Vec<String>| row.iter().any(|cell| !cell.trim().is_empty()));
    rows
}
