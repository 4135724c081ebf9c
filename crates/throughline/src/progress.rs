//! Progress bars: on stderr, and only where a person watches.

use std::sync::Arc;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio_util::sync::CancellationToken;
use worker::import::{Phase, Progress, Watch};

/// A watch that draws an import's progress and stops it when `stop` is cancelled. The bar is to be finished by
/// the caller.
pub fn import_watch(stop: &CancellationToken) -> (Watch, ProgressBar) {
    // The target hides the bar by itself where stderr is no terminal.
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    style(&bar, "{msg} [{bar:30}] {binary_bytes}/{binary_total_bytes} {prefix} {elapsed}");
    let drawn = bar.clone();
    let progress = move |progress: Progress<'_>| draw(&drawn, &progress);
    (Watch { progress: Arc::new(progress), stop: stop.clone() }, bar)
}

/// The same for the customers of a simulated world, of which there are so many.
pub fn simulate_watch(stop: &CancellationToken, customers: u32) -> (Watch, ProgressBar) {
    let (watch, bar) = import_watch(stop);
    style(&bar, "{msg} [{bar:30}] {human_pos}/{human_len} {prefix} {elapsed}, {eta} to go");
    bar.set_length(u64::from(customers));
    bar.set_message("customers");
    (watch, bar)
}

fn style(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
}

fn draw(bar: &ProgressBar, progress: &Progress<'_>) {
    let name = progress.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let doing = match progress.phase {
        Phase::Hashing => "looking at",
        Phase::Replacing => "replacing",
        Phase::Importing => "importing",
        Phase::Simulating => "simulating",
    };
    bar.set_length(progress.total);
    bar.set_position(progress.done);
    let rows = crate::output::count(progress.rows);
    if progress.phase == Phase::Simulating {
        bar.set_message("customers");
        bar.set_prefix(format!("{rows} events"));
    } else {
        bar.set_message(format!("{doing} {name} ({}/{})", progress.file_number, progress.files));
        bar.set_prefix(format!("{rows} rows"));
    }
}
