//! Progress bars: on stderr, and only where a person watches.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lake::Control;
use tokio_util::sync::CancellationToken;
use worker::backup::{BackupProgress, BackupWatch};
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

/// The same for the bytes of a backup.
pub fn backup_watch(stop: &CancellationToken, doing: &'static str) -> (BackupWatch, ProgressBar) {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    style(&bar, "{msg} [{bar:30}] {binary_bytes}/{binary_total_bytes} {prefix} {elapsed}");
    bar.set_message(doing);
    let drawn = bar.clone();
    let progress = move |progress: BackupProgress| {
        drawn.set_length(progress.total);
        drawn.set_position(progress.done);
        drawn.set_prefix(format!("{} files", crate::output::count(progress.files)));
    };
    (BackupWatch { progress: Arc::new(progress), stop: stop.clone() }, bar)
}

fn style(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
}

/// How often a bar is drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// Does work that reads rows, draws how far it is, and cancels it when `stop` is.
pub async fn watched<T>(stop: &CancellationToken, doing: &'static str, work: impl AsyncFnOnce(&Control) -> T) -> T {
    let control = Control::new();
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    style(&bar, "{msg} [{bar:30}] {human_pos}/{human_len} rows {elapsed}");
    bar.set_message(doing);
    let mut work = pin!(work(&control));
    let mut tick = tokio::time::interval(TICK);
    // What is over at once shows no bar.
    tick.tick().await;
    let done = loop {
        tokio::select! {
            done = &mut work => break done,
            () = stop.cancelled(), if !control.is_cancelled() => {
                bar.set_message("stopping");
                control.cancel();
            }
            _ = tick.tick() => {
                bar.set_length(control.rows_total());
                bar.set_position(control.rows_done());
            }
        }
    };
    bar.finish_and_clear();
    done
}

fn draw(bar: &ProgressBar, progress: &Progress<'_>) {
    let name = progress.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let doing = match progress.phase {
        Phase::Hashing => "looking at",
        Phase::Replacing => "replacing",
        Phase::Importing => "importing",
        Phase::Simulating => "simulating",
        Phase::Merging => "merging files,",
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
