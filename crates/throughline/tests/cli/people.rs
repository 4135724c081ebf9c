//! People, from the terminal.

use std::io::Write;
use std::process::Stdio;

use serde_json::json;

use crate::support::{Installation, Run};

/// Runs a command that reads a password from stdin.
fn with_password(here: &Installation, args: &[&str], password: &str) -> Run {
    let mut command = here.command(args);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
    Run::of(child.wait_with_output().unwrap())
}

#[test]
fn whoever_holds_the_machine_lets_people_in_and_out() {
    let here = Installation::new();
    here.run(&["workspace", "create", "shop"]).expect(0);
    let add = ["person", "add", "Lin@Example.com", "--name", "Lin", "--administrator"];
    let refused = with_password(&here, &add, "lin@example.com").expect(3);
    assert!(refused.stderr.contains("password") && !refused.stdout.contains("lin@example.com"));
    with_password(&here, &add, "correct horse battery").expect(0);
    with_password(&here, &add, "correct horse battery").expect(5);
    let people = here.json(&["person", "list"]);
    assert_eq!((&people[0]["email"], &people[0]["administrator"]), (&json!("lin@example.com"), &json!(true)));
    assert!(!people.to_string().contains("argon2"), "no hash leaves the database");

    let mo = ["person", "add", "mo@example.com", "--name", "Mo", "-w", "shop", "--role", "viewer"];
    with_password(&here, &mo, "another good one").expect(0);
    here.run(&["person", "role", "mo@example.com", "owner", "-w", "nowhere"]).expect(4);
    here.run(&["person", "role", "mo@example.com", "editor", "-w", "shop"]).expect(0);
    // The administrator owns the workspace nobody owned, and is its last owner.
    here.run(&["person", "role", "lin@example.com", "viewer", "-w", "shop"]).expect(5);
    with_password(&here, &["person", "reset-password", "mo@example.com"], "yet another one").expect(0);
    here.run(&["person", "disable", "nobody@example.com"]).expect(4);
    here.run(&["person", "disable", "lin@example.com"]).expect(0);
    let people = here.json(&["person", "list"]);
    assert_eq!((&people[0]["disabled"], &people[1]["disabled"]), (&json!(true), &json!(false)));
    here.run(&["person", "enable", "lin@example.com"]).expect(0);
}

#[cfg(unix)]
#[test]
fn what_the_audit_log_hashes_with_is_for_its_owners_eyes() {
    use std::os::unix::fs::PermissionsExt;

    let here = Installation::new();
    let mut server = here.start(&["serve", "--listen", "127.0.0.1:0", "--print-url"]);
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(server.stdout.take().unwrap()), &mut line).unwrap();
    let key = std::fs::metadata(here.data().join("audit.key")).unwrap();
    assert_eq!((key.len(), key.permissions().mode() & 0o777), (32, 0o600));
    crate::support::signal(&server, "TERM");
    let said = Run::of(server.wait_with_output().unwrap());
    assert!(said.stderr.contains("/setup?token="), "the link is for the terminal: {}", said.stderr);
}
