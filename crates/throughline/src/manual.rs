//! The reference of the command line as Markdown, made from the definitions themselves.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command, CommandFactory};

use crate::args::Cli;

const HEAD: &str = "\
<!-- Made by `throughline manual`; a test fails when this file differs. -->
# Command line

";

/// All commands in their order, each with its usage, arguments and flags.
pub fn markdown() -> String {
    let mut root = Cli::command();
    root.build();
    let mut text = String::from(HEAD);
    describe(&root, "throughline", &mut text);
    text
}

fn describe(command: &Command, path: &str, text: &mut String) {
    let mut command = command.clone().bin_name(path);
    if path != "throughline" {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "## `{path}`\n");
    }
    let about = command.get_long_about().or_else(|| command.get_about()).map(ToString::to_string).unwrap_or_default();
    let _ = writeln!(text, "{}\n", paragraphs(&about));
    let _ = writeln!(text, "```\n{}\n```\n", command.render_usage().to_string().trim_start_matches("Usage: "));
    let visible: Vec<&Command> =
        command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help").collect();
    for sub in &visible {
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(text, "- `{path} {}`: {about}", sub.get_name());
    }
    if !visible.is_empty() {
        text.push('\n');
    }
    let is_root = path == "throughline";
    let built_in = |arg: &Arg| {
        matches!(arg.get_action(), ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong | ArgAction::Version)
    };
    let shown = |arg: &&Arg| !arg.is_hide_set() && !built_in(arg) && (is_root || !arg.is_global_set());
    let args: Vec<&Arg> = command.get_arguments().filter(shown).collect();
    for arg in &args {
        let _ = writeln!(text, "- `{}`: {}", form(arg), help(arg));
    }
    if !args.is_empty() {
        text.push('\n');
    }
    if let Some(after) = command.get_after_long_help().or_else(|| command.get_after_help()) {
        let _ = writeln!(text, "{}\n", paragraphs(&after.to_string()));
    }
    for sub in visible {
        describe(sub, &format!("{path} {}", sub.get_name()), text);
    }
}

/// `--workspace, -w <ID>` or `<PATH>...`.
fn form(arg: &Arg) -> String {
    let value = || {
        let names = arg.get_value_names().unwrap_or_default();
        names.iter().map(|name| format!("<{name}>")).collect::<Vec<_>>().join(" ")
    };
    let Some(long) = arg.get_long() else {
        let many = if matches!(arg.get_action(), ArgAction::Append) { "..." } else { "" };
        return format!("{}{many}", value());
    };
    let short = arg.get_short().map_or(String::new(), |short| format!(", -{short}"));
    if arg.get_action().takes_values() { format!("--{long}{short} {}", value()) } else { format!("--{long}{short}") }
}

fn help(arg: &Arg) -> String {
    let mut text = arg.get_help().map(ToString::to_string).unwrap_or_default();
    if arg.get_action().takes_values() {
        let defaults: Vec<_> =
            arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
        if !defaults.is_empty() {
            let _ = write!(text, " [default: {}]", defaults.join(" "));
        }
        let values: Vec<_> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        if !values.is_empty() {
            let _ = write!(text, " [one of: {}]", values.join(", "));
        }
    }
    text
}

/// Indented lines and the list of exit codes become code blocks; the rest stays as it is.
fn paragraphs(text: &str) -> String {
    let mut out = String::new();
    let mut in_code = false;
    for line in text.trim_end().lines() {
        let code = line.starts_with("  ");
        if code != in_code {
            out.push_str(if code && !out.ends_with("\n\n") { "\n```\n" } else { "```\n" });
            in_code = code;
        }
        out.push_str(if code { &line[2..] } else { line });
        out.push('\n');
    }
    if in_code {
        out.push_str("```\n");
    }
    out.trim_end().to_owned()
}
