//! The real server and a real broker over TLS: the authorities the machine trusts are those it takes certificates of.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::kills::{call, ready};
use crate::support::Installation;

/// A process that ends with the test.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn openssl(folder: &Path, args: &[&str]) {
    let made = Command::new("openssl")
        .args(args)
        .current_dir(folder)
        .output()
        .expect("install openssl, which makes certificates");
    assert!(made.status.success(), "{args:?}: {}", String::from_utf8_lossy(&made.stderr));
}

/// An authority, `name.pem`.
fn authority(folder: &Path, name: &str) {
    let (key, pem, subject) = (format!("{name}.key"), format!("{name}.pem"), format!("/CN={name}"));
    let args = [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", &subject, "-keyout", &key, "-out", &pem,
    ];
    openssl(folder, &args);
}

/// A broker on 127.0.0.1 whose certificate `known` has signed.
fn broker(folder: &Path) -> (Ends, u16) {
    let request =
        ["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=broker", "-keyout", "broker.key", "-out", "broker.csr"];
    openssl(folder, &request);
    std::fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1\n").unwrap();
    let sign = "x509 -req -in broker.csr -CA known.pem -CAkey known.key -CAcreateserial -days 2 -extfile names -out broker.pem";
    openssl(folder, &sign.split(' ').collect::<Vec<_>>());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let at = folder.display();
    let user = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
    let text = format!(
        "listener {port} 127.0.0.1\nallow_anonymous true\ncertfile {at}/broker.pem\nkeyfile {at}/broker.key\nuser {}\n",
        user.trim()
    );
    std::fs::write(folder.join("conf"), text).unwrap();
    let run = |program: &str| {
        let mut command = Command::new(program);
        command.arg("-c").arg(folder.join("conf")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()
    };
    let child = run("mosquitto").or_else(|| run("/usr/sbin/mosquitto"));
    (Ends(child.expect("install mosquitto, the broker this test is against")), port)
}

/// How it stands with the broker, as soon as `is_so` holds of it.
fn until(address: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let (status, body) = call(address, "GET", "/v1/workspaces/shop/sites/hall/sensors", "").unwrap();
        assert_eq!(status, 200, "{body}");
        let stands = serde_json::from_str::<Value>(&body).unwrap()["sensors"][0]["way"]["connection"].clone();
        if is_so(&stands) {
            return stands;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "waited in vain: {stands}");
        std::thread::yield_now();
    }
}

#[test]
fn a_broker_over_tls_is_known_by_an_authority_the_machine_trusts() {
    let here = Installation::new();
    authority(&here.path(""), "known");
    authority(&here.path(""), "strange");
    let (_broker, port) = broker(&here.path(""));
    let site = "id: hall\nname: Hall\ntime_zone: UTC\nplans:\n  - from: 2026-01-01\n    floors:\n      \
                - {id: f1, name: F1, outline: [[0, 0], [9, 0], [9, 9], [0, 9]]}\n";
    let site = here.write("hall.yaml", site);
    here.run(&["workspace", "create", "shop", "--name", "Shop", "--zone", "UTC"]).expect(0);
    here.run(&["place", "site", "add", &site, "-w", "shop"]).expect(0);
    let url = format!("mqtts://127.0.0.1:{port}");
    let of = ["--site", "hall", "-w", "shop", "--format", "pozyx", "--broker", &url, "--topic", "tags"];
    here.run(&[&["place", "sensor", "add", "tags"][..], &of].concat()).expect(0);

    let serve = |trusts: &str| {
        let mut command = here.command(&["serve", "--open", "--listen", "127.0.0.1:0", "--print-url"]);
        let (server, address) = ready(
            command
                .env("SSL_CERT_FILE", here.path(trusts))
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap(),
        );
        (Ends(server), address)
    };
    let (server, address) = serve("strange.pem");
    let refused = until(&address, |stands| stands["trouble"].as_str().is_some_and(|why| why.contains("certificate")));
    assert_eq!(refused["connected"], false);
    drop(server);
    let (_server, address) = serve("known.pem");
    let stands = until(&address, |stands| stands["connected"] == true);
    assert_eq!(stands["trouble"], Value::Null);
}
