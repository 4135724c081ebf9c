//! The reference of the command line is made from the command line itself.

use crate::support::{Installation, repository};

/// Writes the file anew when set.
const UPDATE: &str = "UPDATE_SNAPSHOTS";

#[test]
fn the_reference_is_up_to_date() {
    let path = repository().join("docs/reference/cli.md");
    let made = Installation::new().run(&["manual"]).expect(0).stdout;
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/reference/cli.md is out of date; run this test with {UPDATE}=1 and look at the difference"
    );
}

#[test]
fn help_is_given_for_everything() {
    let here = Installation::new();
    let help = here.run(&["--help"]).expect(0).stdout;
    for words in ["Exit codes", "130", "journey map", "throughline.toml"] {
        assert!(help.contains(words), "`{words}` is missing in: {help}");
    }
    for command in [
        "serve",
        "import",
        "demo",
        "journey",
        "analyze",
        "identity",
        "sql",
        "lake",
        "workspace",
        "simulate",
        "reference",
        "person",
        "source",
        "key",
    ] {
        assert!(help.contains(command));
        here.run(&[command, "--help"]).expect(0);
    }
    here.run(&["unheard-of"]).expect(2);
    here.run(&["--version"]).expect(0);
}
