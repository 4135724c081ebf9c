//! How long something takes.

use std::sync::LazyLock;
use std::time::Instant;

/// Nanoseconds.
#[derive(Clone, Copy)]
pub(crate) struct Spent {
    pub(crate) ns: f64,
}

impl Spent {
    pub(crate) const MAX: Spent = Spent { ns: f64::MAX };
}

/// Does something, and notes how long it took if that was less than ever before.
pub(crate) fn least<T>(spent: &mut Spent, work: impl FnOnce() -> T) -> T {
    let start = now_ns();
    let done = work();
    spent.ns = spent.ns.min(now_ns() - start);
    done
}

/// CPU time of this thread, or wall time where the system does not tell.
pub(crate) fn now_ns() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    // The kernel brings its account up to date when a thread yields.
    std::thread::yield_now();
    let cpu = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ns = cpu.and_then(|text| text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()));
    ns.unwrap_or_else(|| START.elapsed().as_nanos() as f64)
}
