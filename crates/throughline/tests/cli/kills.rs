//! The real server on a real folder, killed with SIGKILL again and again while senders deliver to it and try again as
//! libraries do: what was acknowledged is there, each message once, the rejected ones too.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::Installation;

const KILLS: usize = 24;
const SENDERS: usize = 3;
pub(crate) const MESSAGES: usize = 5;

/// A deadline for what hangs, not for what is slow.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// Where the server is now.
#[derive(Default)]
pub(crate) struct Address {
    now: Mutex<Option<String>>,
    changed: Condvar,
}

impl Address {
    pub(crate) fn set(&self, address: Option<String>) {
        *self.now.lock().unwrap() = address;
        self.changed.notify_all();
    }

    /// Waits until there is a server.
    fn get(&self) -> String {
        let now = self.changed.wait_while(self.now.lock().unwrap(), |now| now.is_none()).unwrap();
        now.clone().unwrap()
    }
}

const SERVE: [&str; 5] = ["serve", "--open", "--listen", "127.0.0.1:0", "--print-url"];

pub(crate) fn serve(here: &Installation) -> (Child, String) {
    ready(here.start(&SERVE))
}

/// The process when it serves, and where.
pub(crate) fn ready(mut server: Child) -> (Child, String) {
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    // Nobody reads what it logs, and it must not wait for that.
    let mut log = server.stderr.take().unwrap();
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    let address = line.trim().strip_prefix("http://").unwrap_or_else(|| panic!("no address: {line:?}"));
    (server, address.to_owned())
}

/// Status and body; an error where the connection broke off.
pub(crate) fn call(address: &str, method: &str, path: &str, body: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(READ_TIMEOUT))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let broken = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(broken)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    let said: Option<usize> = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    if said.is_some_and(|bytes| bytes != body.len()) {
        return Err(broken());
    }
    Ok((status, body.to_owned()))
}

/// Messages that can become events, and one that cannot.
fn letter(sender: usize, number: usize) -> Value {
    let id = |k: usize| format!("{sender}-{number}-{k}");
    let event = |k: usize| {
        json!({
            "event": "visit", "message_id": id(k), "time": "2026-03-01T12:00:00Z",
            "identifiers": { "member_no": (number % 50).to_string() }, "props": { "text": "x".repeat(200) },
        })
    };
    let mut messages: Vec<Value> = (0..MESSAGES).map(event).collect();
    messages.push(json!({ "event": "visit", "message_id": format!("bad-{}", id(0)) }));
    json!(messages)
}

/// Sends letters, each until it is acknowledged, until told to stop. Gives how many.
pub(crate) fn deliver(
    sender: usize,
    key: &str,
    address: &Address,
    acknowledged: &AtomicUsize,
    stop: &AtomicBool,
) -> usize {
    let path = format!("/k/{key}/v1/events");
    let mut number = 0;
    while !stop.load(Ordering::Acquire) {
        let body = letter(sender, number).to_string();
        loop {
            match call(&address.get(), "POST", &path, &body) {
                Ok((200, _)) => break,
                // As a library does, which would wait; here the server is asked again at once.
                Ok((503, _)) | Err(_) => std::thread::yield_now(),
                Ok((status, body)) => panic!("{status}: {body}"),
            }
        }
        number += 1;
        acknowledged.fetch_add(1, Ordering::AcqRel);
    }
    number
}

#[test]
fn what_a_killed_server_acknowledged_is_there_once() {
    let here = Installation::new();
    here.run(&["workspace", "create", "shop", "--name", "Shop", "--zone", "UTC"]).expect(0);
    let (mut server, first) = serve(&here);
    let ask = |address: &str, method: &str, path: &str, body: Value| -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, body) = call(address, method, &format!("/v1/workspaces/shop{path}"), &body).unwrap();
        assert!((200..300).contains(&status), "{status}: {body}");
        serde_json::from_str(&body).unwrap()
    };
    ask(&first, "POST", "/sources", json!({ "id": "web", "name": "web", "channel": "web", "origins": [] }));
    let key = ask(&first, "POST", "/sources/web/keys", json!({ "kind": "secret" }))["key"].clone();
    let key = key.as_str().unwrap();
    let (address, acknowledged, stop) = (Address::default(), AtomicUsize::new(0), AtomicBool::new(false));
    address.set(Some(first));
    let sent: Vec<usize> = std::thread::scope(|scope| {
        let (address, acknowledged, stop) = (&address, &acknowledged, &stop);
        let senders: Vec<_> =
            (0..SENDERS).map(|sender| scope.spawn(move || deliver(sender, key, address, acknowledged, stop))).collect();
        for kill in 0..KILLS {
            // A few letters later each time, and then somewhere within the next.
            let until = acknowledged.load(Ordering::Acquire) + 1 + kill % 7;
            while acknowledged.load(Ordering::Acquire) < until {
                std::thread::yield_now();
            }
            // Waits for nothing: it picks the moment of death.
            std::thread::sleep(Duration::from_micros(((kill * 2_654_435_761) % 15_000) as u64));
            address.set(None);
            server.kill().unwrap();
            server.wait().unwrap();
            let (next, at) = serve(&here);
            server = next;
            address.set(Some(at));
        }
        stop.store(true, Ordering::Release);
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    let at = address.get();
    let count = ask(&at, "POST", "/sql", json!({ "sql": "SELECT count(*), count(DISTINCT message_id) FROM events" }));
    let expected: usize = sent.iter().sum();
    assert!(expected >= KILLS);
    assert_eq!(count["rows"][0], json!([expected * MESSAGES, expected * MESSAGES]));
    assert_eq!(dead_letters(|path| ask(&at, "GET", path, Value::Null)), bad_ones(&sent));
    crate::support::signal(&server, "TERM");
    assert_eq!(server.wait().unwrap().code(), Some(0));
    here.run(&["lake", "verify", "-w", "shop"]).expect(0);
}

fn bad_ones(sent: &[usize]) -> Vec<String> {
    let of = |(sender, count): (usize, &usize)| (0..*count).map(move |number| format!("bad-{sender}-{number}-0"));
    let all: BTreeSet<String> = sent.iter().enumerate().flat_map(of).collect();
    all.into_iter().collect()
}

/// The ids of all dead letters, in order; one that is kept twice is there twice.
fn dead_letters(page: impl Fn(&str) -> Value) -> Vec<String> {
    let (mut ids, mut before) = (Vec::new(), String::new());
    loop {
        let list = page(&format!("/rejections?limit=500{before}"));
        for letter in list["rejections"].as_array().unwrap() {
            let original: Value = serde_json::from_str(letter["original"].as_str().unwrap()).unwrap();
            ids.push(original["message_id"].as_str().unwrap().to_owned());
        }
        match list["next"].as_u64() {
            Some(next) => before = format!("&before={next}"),
            None => break,
        }
    }
    ids.sort();
    ids
}

/// A disk that is full for one file: the kernel refuses what goes beyond the limit, after writing what fits.
#[cfg(target_os = "linux")]
#[test]
fn a_server_whose_disk_is_full_says_so_and_goes_on_when_there_is_room() {
    let here = Installation::new();
    here.run(&["workspace", "create", "shop", "--name", "Shop", "--zone", "UTC"]).expect(0);
    // A write beyond the limit is refused, and ends nobody.
    let unended = "trap '' XFSZ; exec \"$0\" \"$@\"";
    let (mut server, at) = ready(here.start_by("sh", &["-c", unended], &SERVE));
    let path = |path: &str| format!("/v1/workspaces/shop{path}");
    let ask = |method: &str, to: &str, body: &Value| call(&at, method, &path(to), &body.to_string()).unwrap();
    ask("POST", "/sources", &json!({ "id": "web", "name": "web", "channel": "web", "origins": [] }));
    let made: Value = serde_json::from_str(&ask("POST", "/sources/web/keys", &json!({ "kind": "secret" })).1).unwrap();
    let door = format!("/k/{}/v1/events", made["key"].as_str().unwrap());
    let send = |number: usize| call(&at, "POST", &door, &letter(0, number).to_string()).unwrap().0;
    assert_eq!(send(0), 200);
    let limit = |bytes: &str| {
        let limit = format!("--fsize={bytes}");
        std::process::Command::new("prlimit").args(["--pid", &server.id().to_string(), &limit]).status()
    };
    // Where a machine has no such command, the store that fills up (in the server's tests) has to do.
    let Ok(status) = limit("12288:unlimited") else {
        server.kill().unwrap();
        return;
    };
    assert!(status.success());
    let mut number = 1;
    while send(number) == 200 {
        number += 1;
        assert!(number < 100, "the log has outgrown its limit");
    }
    for _ in 0..3 {
        assert_eq!(send(number), 503);
    }
    let health: Value = serde_json::from_str(&call(&at, "GET", "/v1/health", "").unwrap().1).unwrap();
    assert_eq!(health["status"], "degraded", "{health}");
    assert!(limit("unlimited:unlimited").unwrap().success());
    assert_eq!(send(number), 200, "by itself");
    let health: Value = serde_json::from_str(&call(&at, "GET", "/v1/health", "").unwrap().1).unwrap();
    assert_eq!(health["status"], "ok", "{health}");
    let count = ask("POST", "/sql", &json!({ "sql": "SELECT count(*) FROM events" })).1;
    let count: Value = serde_json::from_str(&count).unwrap();
    assert_eq!(count["rows"][0][0], json!((number + 1) * MESSAGES));
    crate::support::signal(&server, "TERM");
    assert_eq!(server.wait().unwrap().code(), Some(0));
}
