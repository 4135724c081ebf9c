//! Retention: one fold's numbers, named.

use folds::retention::{Clock, Config, Of, Pick, State};

use crate::answer::{RetentionCell, RetentionCohort, RetentionColumn, RetentionNumbers, RetentionTotal};
use crate::error::Result;
use crate::groups::Within;
use crate::label::Labels;
use crate::pick::unknown;
use crate::share::share;

/// `labels`: the first days of the cohorts.
pub(crate) fn numbers(labels: &Labels, config: &Config, state: &State, within: &Within) -> RetentionNumbers {
    let columns = columns(config);
    let total = columns.iter().zip(state.totals()).map(|(column, total)| RetentionTotal {
        name: column.name.clone(),
        returned: within.counted(total.returned, total.returned_customers, format_args!("returned/{}", column.name)),
        share: share(total.returned, total.due),
    });
    let total = total.collect();
    let edges = config.cohorts.edges();
    let cohorts = state.cohorts.iter().enumerate().filter(|(_, cohort)| cohort.starts > 0);
    let cohorts = cohorts.map(|(number, cohort)| {
        let start = labels.name(number as u32 + 1);
        let cells = columns.iter().zip(cohort.cells()).take(begun(config, edges[number], &columns));
        let cells = cells.map(|(column, cell)| {
            let people =
                |kind: &str, count| within.counted(count, count, format_args!("{kind}/{start}/{}", column.name));
            RetentionCell {
                name: column.name.clone(),
                returned: people("returned", cell.returned),
                absent: people("absent", cell.due - cell.returned_due),
                share: share(cell.returned, cohort.starts),
                complete: cell.due == cohort.starts,
            }
        });
        RetentionCohort {
            cells: cells.collect(),
            from_us: edges[number],
            to_us: edges[number + 1],
            started: within.counted(cohort.starts, cohort.starts, format_args!("started/{start}")),
            cohort: start,
        }
    });
    let cohorts = cohorts.collect();
    RetentionNumbers {
        started: within.counted(state.starts(), state.customers.count, "started"),
        columns,
        total,
        cohorts,
    }
}

fn columns(config: &Config) -> Vec<RetentionColumn> {
    (0..config.reading.cells())
        .map(|cell| {
            let (from, to) = config.reading.offsets(cell);
            let name = match to {
                None => format!("{from}+"),
                Some(to) if to == from => from.to_string(),
                Some(to) => format!("{from}-{to}"),
            };
            RetentionColumn { name, from, to }
        })
        .collect()
}

/// How many columns have begun for the earliest start a cohort may have.
fn begun(config: &Config, cohort_us: i64, columns: &[RetentionColumn]) -> usize {
    columns.partition_point(|column| match &config.clock {
        Clock::Calendar(periods) => periods.of(cohort_us).unwrap_or(0) + (column.from as usize) < periods.len(),
        Clock::Rolling { length_us } => {
            cohort_us.saturating_add(i64::from(column.from).saturating_mul(*length_us)) <= config.as_of_us
        }
    })
}

/// Reads `started`, `started/2024-01-01`, `returned/1-7`, `returned/2024-01-01/3` and `absent/2024-01-01/3`.
pub(crate) fn pick(text: &str, labels: &Labels, config: &Config) -> Result<Pick> {
    let cohort = |name: &str| -> Result<Option<u32>> {
        Ok(Some(labels.label(name)?.checked_sub(1).ok_or_else(|| unknown(text))?))
    };
    let cell = |name: &str| {
        let found = columns(config).iter().position(|column| column.name == name);
        found.map(|cell| cell as u32).ok_or_else(|| unknown(text))
    };
    match text.split('/').collect::<Vec<_>>().as_slice() {
        ["started"] => Ok(Pick { cohort: None, of: Of::Started }),
        ["started", start] => Ok(Pick { cohort: cohort(start)?, of: Of::Started }),
        ["returned", column] => Ok(Pick { cohort: None, of: Of::ReturnedDue(cell(column)?) }),
        ["returned", start, column] => Ok(Pick { cohort: cohort(start)?, of: Of::Returned(cell(column)?) }),
        ["absent", start, column] => Ok(Pick { cohort: cohort(start)?, of: Of::Absent(cell(column)?) }),
        _ => Err(unknown(text)),
    }
}
