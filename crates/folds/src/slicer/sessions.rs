//! How a customer's events become sessions where more than silence ends one.
//!
//! Events of different lanes are cut apart, as if each lane were a customer of its own: a call or a visit to a shop
//! is a session also while another runs on the web.

use serde::{Deserialize, Serialize};

use crate::columns::Columns;
use crate::periods::Periods;
use crate::slice::{End, NO_CAMPAIGN, Slice};

/// What begins and ends sessions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SessionCut {
    /// By [`Slice::lane`], what ends its sessions. An event of a lane beyond the list belongs to the last one.
    pub lanes: Vec<Lane>,
    /// Whether an event of another campaign (see [`Slice::campaign`]) than the session's last known begins a session.
    pub campaign: bool,
    /// Days, at whose midnights sessions end. None: midnight is nothing special.
    pub midnight: Option<Periods>,
}

/// What ends the sessions of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Every event is a session, over with it.
    Instant,
    Idle {
        /// A longer gap ends it.
        timeout_us: i64,
        /// No event of a session is later than this after its first. None: any length.
        longest_us: Option<i64>,
    },
}

/// Cuts customers, one after the other, reusing its memory.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    /// By lane, the session under way.
    running: Vec<Option<Running>>,
    /// By row, its session.
    session: Vec<u32>,
    /// By session, in the order of first events, how it ended.
    ends: Vec<End>,
    /// Rows, session by session.
    rows: Vec<u32>,
    /// By session, where its rows begin; one more at the end.
    starts: Vec<usize>,
    columns: Columns,
}

#[derive(Debug, Clone, Copy)]
struct Running {
    session: u32,
    first_us: i64,
    last_us: i64,
    campaign: u32,
    day: usize,
}

impl SessionCut {
    /// Whether an event goes on with a session of its lane.
    fn goes_on(&self, lane: Lane, running: &Running, (time_us, campaign, day): (i64, u32, usize)) -> bool {
        let Lane::Idle { timeout_us, longest_us } = lane else { return false };
        let other = self.campaign && campaign != NO_CAMPAIGN && running.campaign != NO_CAMPAIGN;
        time_us.saturating_sub(running.last_us) <= timeout_us
            && longest_us.is_none_or(|longest| time_us.saturating_sub(running.first_us) <= longest)
            && (!other || campaign == running.campaign)
            && day <= running.day
    }

    fn day(&self, time_us: i64) -> usize {
        self.midnight.as_ref().map_or(0, |days| days.begun(time_us))
    }
}

impl Cutter {
    /// Hands each session to `each`, in the order of first events.
    pub(super) fn split(
        &mut self,
        cut: &SessionCut,
        customer: &Slice<'_>,
        as_of_us: i64,
        mut each: impl FnMut(&Slice<'_>),
    ) {
        self.cut(cut, customer, as_of_us);
        let Cutter { session, ends, rows, starts, columns, .. } = self;
        if session.is_sorted() {
            let mut start = 0;
            for run in session.chunk_by(|a, b| a == b) {
                each(&customer.part(start..start + run.len(), ends[run[0] as usize]));
                start += run.len();
            }
            return;
        }
        starts.clear();
        starts.resize(ends.len() + 1, 0);
        session.iter().for_each(|session| starts[*session as usize + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        rows.clear();
        rows.resize(session.len(), 0);
        for (row, session) in (0u32..).zip(session.iter()) {
            let next = &mut starts[*session as usize];
            rows[*next] = row;
            *next += 1;
        }
        let mut start = 0;
        for (end, until) in ends.iter().zip(starts.iter()) {
            each(&Slice { end: *end, ..columns.rows(customer, &rows[start..*until]) });
            start = *until;
        }
    }

    /// Finds the session of each row, and how sessions ended.
    fn cut(&mut self, cut: &SessionCut, customer: &Slice<'_>, as_of_us: i64) {
        let Cutter { running, session, ends, .. } = self;
        running.clear();
        running.resize(cut.lanes.len(), None);
        session.clear();
        ends.clear();
        let Some(last_lane) = cut.lanes.len().checked_sub(1) else { return };
        for (row, time_us) in customer.time.iter().enumerate() {
            let lane = customer.lane.get(row).map_or(0, |lane| *lane as usize).min(last_lane);
            let campaign = customer.campaign.get(row).copied().unwrap_or(NO_CAMPAIGN);
            let day = cut.day(*time_us);
            let known = running[lane].filter(|now| cut.goes_on(cut.lanes[lane], now, (*time_us, campaign, day)));
            let mut now = known.unwrap_or_else(|| {
                ends.push(End::Left);
                let session = ends.len() as u32 - 1;
                Running { session, first_us: *time_us, last_us: *time_us, campaign, day }
            });
            now.last_us = *time_us;
            now.campaign = if campaign == NO_CAMPAIGN { now.campaign } else { campaign };
            session.push(now.session);
            running[lane] = Some(now);
        }
        // At the moment asked at, an event without campaign would go on with those that are open.
        let now = (as_of_us, NO_CAMPAIGN, cut.day(as_of_us));
        for (lane, running) in cut.lanes.iter().zip(running.iter()) {
            if let Some(running) = running.filter(|running| cut.goes_on(*lane, running, now)) {
                ends[running.session as usize] = End::Open;
            }
        }
    }
}
