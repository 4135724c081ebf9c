//! Which part of a subject's events a path is.

use clap::Args;

#[derive(Debug, Clone, Default, Args)]
pub struct CutArgs {
    /// Paths begin at the first such event: an event name, or a rule in JSON
    #[arg(long, value_name = "RULE", help_heading = "Paths")]
    pub start: Option<String>,
    /// A path from each such event instead of the first alone; numbers then count paths
    #[arg(long, requires = "start", help_heading = "Paths")]
    pub each: bool,
    /// Paths end at the first such event (after the start, if one is given), which is their last step; without --start,
    /// steps are counted back from it
    #[arg(long, value_name = "RULE", help_heading = "Paths")]
    pub end: Option<String>,
    /// Paths end at the last such event
    #[arg(long, requires = "end", help_heading = "Paths")]
    pub end_last: bool,
    /// Paths that never come to the end count as well
    #[arg(long, requires = "end", help_heading = "Paths")]
    pub or_not: bool,
    /// Only events this long after the first step; with --end alone, before the last: 30m
    #[arg(long, value_name = "SPAN", help_heading = "Paths")]
    pub within: Option<String>,
    /// What paths are to get to, on or off the path: an event name, or a rule in JSON [default: --end, else the journey's goal]
    #[arg(long, value_name = "RULE", help_heading = "Paths")]
    pub goal: Option<String>,
    /// Events that do not exist for paths
    #[arg(long, value_name = "RULE", help_heading = "Paths")]
    pub hide: Vec<String>,
    /// The only events that exist for paths
    #[arg(long, value_name = "RULE", help_heading = "Paths")]
    pub only: Vec<String>,
    /// Tells an event apart by a value it has: page_view=props.url
    #[arg(long, value_name = "EVENT=COLUMN", help_heading = "Paths")]
    pub expand: Vec<String>,
    /// Values told apart, the most frequent; the rest is one
    #[arg(long, value_name = "N", requires = "expand", default_value_t = 10, help_heading = "Paths")]
    pub expand_top: u32,
    /// Only subjects with such an event of their own: an event name, or a rule in JSON
    #[arg(long, value_name = "RULE", help_heading = "Paths")]
    pub having: Option<String>,
    /// Only subjects without
    #[arg(long, value_name = "RULE", conflicts_with = "having", help_heading = "Paths")]
    pub having_not: Option<String>,
    /// Sets subjects with such an event of their own beside those without: an event name, or a rule in JSON
    #[arg(long, value_name = "RULE", conflicts_with_all = ["having", "having_not"], help_heading = "Paths")]
    pub split: Option<String>,
}
