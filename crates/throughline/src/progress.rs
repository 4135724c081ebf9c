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
    let template = "{msg} [{bar:30}] {binary_bytes}/{binary_total_bytes} {prefix} {elapsed}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    let drawn = bar.clone();
    let progress = move |progress: Progress<'_>| draw(&drawn, &progress);
    (Watch { progress: Arc::new(progress), stop: stop.clone() }, bar)
}

fn draw(bar: &ProgressBar, progress: &Progress<'_>) {
    let name = progress.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let doing = match progress.phase {
        Phase::Hashing => "looking at",
        Phase::Replacing => "replacing",
        Phase::Importing => "importing",
    };
    bar.set_length(progress.bytes_total);
    bar.set_position(progress.bytes_done);
    bar.set_message(format!("{doing} {name} ({}/{})", progress.file_number, progress.files));
    bar.set_prefix(format!("{} rows", crate::output::count(progress.rows)));
}
