//! The moves of a block, put in the order of their edges.
//!
//! There are thousands of edges, each with numbers and lists of its own, that do not fit a processor's first caches. What is
//! counted of each move fits them, and the rest is gone to once a block, not once a move.

use super::{Edge, Node};
use crate::counters::Turn;
use crate::pairs::Pairs;

/// Labels below this are a set of bits.
pub(super) const FEW_LABELS: u32 = u64::BITS;

/// Working memory.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// By label a move comes from and the one it goes to.
    cells: Vec<Cell>,
    /// By label, as bits, where moves go from it.
    touched: Vec<u64>,
    /// Moves in the order of events: the cell, and microseconds from event to event.
    moves: Vec<(u32, i64)>,
    /// The microseconds in the order of cells.
    ordered: Vec<i64>,
}

/// What is counted of a move within a block. Who came last is remembered beyond it.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    /// Moves of up to 32 bits of microseconds, and longer ones. While they are put in order, where the next of each comes.
    moves: [u32; 2],
    subjects: u32,
    last_subject: u32,
    customers: u32,
    last_customer: u32,
}

impl Batch {
    /// Notes a move between labels below [`FEW_LABELS`].
    #[inline]
    pub(super) fn push(&mut self, (from, to): (u32, u32), turn: &Turn, gap_us: i64) {
        let at = from * FEW_LABELS + to;
        if self.cells.len() <= at as usize {
            self.cells.resize((at as usize + 1).next_multiple_of(FEW_LABELS as usize), Cell::default());
            self.touched.resize(from as usize + 1, 0);
        }
        let (subject, customer) = (turn.subject as u32, turn.customer_ordinal as u32);
        let cell = &mut self.cells[at as usize];
        cell.moves[is_long(gap_us)] += 1;
        cell.subjects += u32::from(cell.last_subject != subject);
        cell.last_subject = subject;
        cell.customers += u32::from(cell.last_customer != customer);
        cell.last_customer = customer;
        self.touched[from as usize] |= 1 << to;
        self.moves.push((at, gap_us));
    }

    /// Adds the moves to their edges and the events they lead to to their nodes, and forgets them.
    pub(super) fn settle(&mut self, edges: &mut Pairs<Edge>, nodes: &mut Pairs<Node>) {
        let Batch { cells, touched, moves, ordered } = self;
        let mut next = 0;
        for (from, to) in each(touched) {
            let cell = &mut cells[(from * FEW_LABELS + to) as usize];
            let edge = edges.cell(from, to);
            let count = u64::from(cell.moves[0]) + u64::from(cell.moves[1]);
            edge.count += count;
            edge.tally.subjects.count += u64::from(std::mem::take(&mut cell.subjects));
            edge.tally.customers.count += u64::from(std::mem::take(&mut cell.customers));
            nodes.cell(0, to).events += count;
            for moves in &mut cell.moves {
                next += std::mem::replace(moves, next);
            }
        }
        ordered.resize(ordered.len().max(moves.len()), 0);
        for (at, gap_us) in &*moves {
            let place = &mut cells[*at as usize].moves[is_long(*gap_us)];
            ordered[*place as usize] = *gap_us;
            *place += 1;
        }
        let mut begin = 0;
        for (from, to) in each(touched) {
            let [short, long] =
                std::mem::take(&mut cells[(from * FEW_LABELS + to) as usize].moves).map(|end| end as usize);
            edges.cell(from, to).gaps_us.extend(&ordered[begin..short], &ordered[short..long]);
            begin = long;
        }
        moves.clear();
        touched.fill(0);
    }

    /// Heap bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.cells.capacity() * size_of::<Cell>()
            + self.moves.capacity() * size_of::<(u32, i64)>()
            + self.ordered.capacity() * size_of::<i64>()
    }
}

/// Whether it takes more than 32 bits, as a position.
#[inline]
fn is_long(gap_us: i64) -> usize {
    usize::from(gap_us as u64 > u64::from(u32::MAX))
}

/// The labels moves come from and go to.
fn each(touched: &[u64]) -> impl Iterator<Item = (u32, u32)> {
    (0u32..).zip(touched).flat_map(|(from, to)| bits(*to).map(move |to| (from, to)))
}

/// The labels of a set.
pub(super) fn bits(mut set: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let label = (set != 0).then(|| set.trailing_zeros());
        set &= set.wrapping_sub(1);
        label
    })
}
