//! Runs the binary over a data folder of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A data folder, and a folder for files.
pub(crate) struct Installation {
    folder: TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The sample shop's file and mapping.
pub(crate) fn shop() -> (String, String) {
    let folder = repository().join("samples/ecom");
    let path = |name: &str| folder.join(name).display().to_string();
    (path("ecom.csv.gz"), path("mapping.yaml"))
}

impl Installation {
    pub(crate) fn new() -> Installation {
        Installation { folder: tempfile::tempdir().unwrap() }
    }

    /// With the sample shop imported into workspace `shop`, and its journey.
    pub(crate) fn with_shop() -> Installation {
        Installation::with_shop_as("shop")
    }

    /// The same in another workspace.
    pub(crate) fn with_shop_as(workspace: &str) -> Installation {
        let installation = Installation::new();
        let (file, mapping) = shop();
        installation.run(&["import", &file, "--mapping", &mapping, "-w", workspace]).expect(0);
        let journey = repository().join("samples/ecom/journeys/online-purchase.yaml").display().to_string();
        installation.run(&["journey", "import", &journey, "-w", workspace]).expect(0);
        installation
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Writes a file beside the data folder, and gives its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// The binary with its data folder, in a folder without settings.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_throughline"));
        command.current_dir(self.folder.path()).args(args).stdin(Stdio::null());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("THROUGHLINE_")) {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        Run::of(self.command(args).output().unwrap())
    }

    pub(crate) fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The same by another program, which is given its own arguments and then the binary with these.
    #[cfg(target_os = "linux")]
    pub(crate) fn start_by(&self, program: &str, its_args: &[&str], args: &[&str]) -> Child {
        let direct = self.command(args);
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).args(its_args).arg(direct.get_program()).args(direct.get_args());
        for (name, _) in direct.get_envs() {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The result of a command that succeeds, as JSON.
    #[track_caller]
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let run = self.run(&[args, &["--json"]].concat());
        run.expect(0).json()
    }

    /// The one row a statement gives.
    #[track_caller]
    pub(crate) fn row(&self, workspace: &str, sql: &str) -> Value {
        self.json(&["sql", sql, "-w", workspace])["rows"][0].clone()
    }
}

impl Run {
    pub(crate) fn of(output: Output) -> Run {
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Run {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is no JSON ({error}): {}", self.stdout))
    }
}

/// The URL a server prints when it is ready.
pub(crate) fn url(server: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    line.trim().to_owned()
}

/// The whole answer to a GET, headers and all.
pub(crate) fn get(url: &str, path: &str) -> String {
    exchange(url, &format!("GET {path} HTTP/1.1\r\n"), "")
}

/// The answer to a question sent as JSON.
#[track_caller]
pub(crate) fn post(url: &str, path: &str, body: &Value) -> Value {
    let (status, answer) = posted(url, path, body);
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

/// The status and the answer, whatever they are.
#[track_caller]
pub(crate) fn posted(url: &str, path: &str, body: &Value) -> (u16, Value) {
    let body = body.to_string();
    let head = format!("POST {path} HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n", body.len());
    let answer = exchange(url, &head, &body);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap())
}

fn exchange(url: &str, head: &str, body: &str) -> String {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{head}host: {address}\r\nconnection: close\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Sends a signal by its name, as a terminal or a service manager does.
#[cfg(unix)]
pub(crate) fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}
