//! How long runs may take, by where they begin.

use super::Window;
use crate::slice::Slice;

/// The window of one funnel over one subject. Ask for entries in ascending order.
#[derive(Debug)]
pub(super) struct Clock<'a> {
    window: &'a Window,
    time: &'a [i64],
    /// End of the session last asked about, as a position.
    session_end: usize,
}

/// Until when a run may take steps, and until when it is not known whether it will. Microseconds, inclusive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Until {
    pub(super) us: i64,
    pub(super) open_us: i64,
}

impl<'a> Clock<'a> {
    pub(super) fn new(window: &'a Window, subject: &Slice<'a>) -> Clock<'a> {
        Clock { window, time: subject.time, session_end: 0 }
    }

    /// Of the run that begins with the event at `entry`. Later entries have no earlier ends.
    pub(super) fn until(&mut self, entry: usize) -> Until {
        let time_us = self.time[entry];
        match self.window {
            Window::Time { us } => {
                let us = time_us.saturating_add(*us);
                Until { us, open_us: us }
            }
            Window::Calendar(periods) => {
                // Beyond the periods no end is known.
                let us = periods.of(time_us).map_or(i64::MAX, |period| periods.edges()[period + 1] - 1);
                Until { us, open_us: us }
            }
            Window::Session { timeout_us } => {
                if entry >= self.session_end {
                    let gaps = self.time[entry..].windows(2);
                    self.session_end =
                        entry + 1 + gaps.take_while(|two| two[1].saturating_sub(two[0]) <= *timeout_us).count();
                }
                let us = self.time[self.session_end - 1];
                let open_us = if self.session_end == self.time.len() { us.saturating_add(*timeout_us) } else { us };
                Until { us, open_us }
            }
        }
    }
}
