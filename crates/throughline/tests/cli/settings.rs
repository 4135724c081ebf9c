//! Settings: file, then environment, then flags.

use crate::support::{Installation, Run};

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let here = Installation::new();
    here.write("throughline.toml", "data = \"from-file\"\nworkspace = \"one\"\n");
    here.run(&["workspace", "list"]).expect(0);
    assert!(here.path("from-file").is_dir());
    let run = |args: &[&str]| Run::of(here.command(args).env("THROUGHLINE_DATA", "from-environment").output().unwrap());
    run(&["workspace", "list"]).expect(0);
    assert!(here.path("from-environment").is_dir());
    run(&["workspace", "list", "--data", "from-flag"]).expect(0);
    assert!(here.path("from-flag").is_dir());
    let missing = here.run(&["lake", "status"]).expect(4);
    assert!(missing.stderr.contains("`one`"), "{}", missing.stderr);
}

#[test]
fn a_misspelt_setting_is_refused_and_a_foreign_variable_left_alone() {
    let here = Installation::new();
    let file = here.write("settings.toml", "dta = \"x\"\n");
    let run = here.run(&["workspace", "list", "--config", &file]).expect(2);
    assert!(run.stderr.contains("dta"), "{}", run.stderr);
    here.run(&["workspace", "list", "--config", "nowhere.toml"]).expect(4);
    let with =
        |name: &str, value: &str| Run::of(here.command(&["workspace", "list"]).env(name, value).output().unwrap());
    with("THROUGHLINE_URL", "http://127.0.0.1:1").expect(0);
    with("THROUGHLINE_SERVER__LISTEN", "not an address").expect(2);
    with("THROUGHLINE_SERVER__ORIGINS", "[\"http://localhost:5173\"]").expect(0);
    with("THROUGHLINE_IMPORT__BATCH_EVENTS", "0").expect(2);
}

#[cfg(unix)]
#[test]
fn the_data_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let here = Installation::new();
    here.run(&["workspace", "list"]).expect(0);
    assert_eq!(std::fs::metadata(here.data()).unwrap().permissions().mode() & 0o077, 0);
}
