//! How a customer's events become cases (see `model::journey`): an event with a key belongs to that case alone, one
//! without to every case under way.

use crate::columns::Columns;
use crate::slice::{End, NO_CASE, NO_UNTIL, Slice};
use crate::slicer::{is_goal, silence};

/// Cuts customers into cases, one customer after the other, reusing its memory.
///
/// What it costs grows with the customer's events and with what comes out of them: an event without a key comes out
/// once for each case it stands in. Never more than one case is held.
#[derive(Debug, Default)]
pub(crate) struct Cases {
    /// Rows with a key, those of one case together.
    keyed: Vec<u32>,
    /// Rows without one.
    shared: Vec<u32>,
    /// Of each case: its first row, and where its rows begin in `keyed`.
    openings: Vec<(u32, usize)>,
    /// Rows of one case.
    rows: Vec<u32>,
    columns: Columns,
}

impl Cases {
    /// Hands each case to `each`, in the order they were opened in.
    pub(crate) fn split(
        &mut self,
        customer: &Slice<'_>,
        gap_us: i64,
        goal: &[bool],
        as_of_us: i64,
        mut each: impl FnMut(&Slice<'_>),
    ) {
        let Cases { keyed, shared, openings, rows, columns } = self;
        let key = |row: u32| customer.case.get(row as usize).copied().unwrap_or(NO_CASE);
        keyed.clear();
        shared.clear();
        for (row, _) in (0u32..).zip(customer.label).filter(|(_, label)| **label != 0) {
            if key(row) == NO_CASE { shared.push(row) } else { keyed.push(row) }
        }
        keyed.sort_unstable_by_key(|row| (key(*row), *row));
        openings.clear();
        for (at, row) in keyed.iter().enumerate() {
            if at == 0 || key(keyed[at - 1]) != key(*row) {
                openings.push((*row, at));
            }
        }
        openings.sort_unstable();
        for (opening, start) in openings.iter() {
            let own = &keyed[*start..];
            let own = &own[..own.iter().take_while(|row| key(**row) == key(*opening)).count()];
            rows.clear();
            let end = gather(customer, own, shared, (gap_us, goal, as_of_us), rows);
            each(&Slice { end, ..columns.rows(customer, rows) });
        }
    }
}

/// Collects the rows of the case whose rows with its key are `own`, and says how it ended.
fn gather(
    customer: &Slice<'_>,
    own: &[u32],
    shared: &[u32],
    (gap_us, goal, as_of_us): (i64, &[bool], i64),
    rows: &mut Vec<u32>,
) -> End {
    let time = |row: u32| customer.time[row as usize];
    let Some(opening) = own.first() else { return End::Open };
    let until = customer.until.get(*opening as usize).copied().filter(|until| *until != NO_UNTIL);
    let mut last_us = time(*opening);
    let (mut own_at, mut shared_at) = (0, shared.partition_point(|row| row < opening));
    loop {
        let next_own = own.get(own_at).copied();
        let next_shared = shared.get(shared_at).copied().filter(|row| next_own.is_none_or(|own| *row < own));
        let row = match (next_shared, next_own) {
            (Some(row), _) => {
                let is_under_way = match until {
                    Some(until) => time(row) <= until,
                    None => time(row).saturating_sub(last_us) <= gap_us,
                };
                if !is_under_way {
                    // Past a gap the next event with the key sets the case under way again; past `until` nothing does.
                    let resumed = next_own.filter(|_| until.is_none());
                    shared_at = resumed.map_or(shared.len(), |own| shared.partition_point(|row| *row < own));
                    continue;
                }
                shared_at += 1;
                row
            }
            (None, Some(row)) => {
                own_at += 1;
                row
            }
            (None, None) => break,
        };
        rows.push(row);
        last_us = time(row);
        if is_goal(goal, customer.label[row as usize]) {
            return End::Goal;
        }
    }
    match until {
        Some(until) if as_of_us <= until => End::Open,
        Some(_) => End::Left,
        None => silence(last_us, gap_us, as_of_us),
    }
}
